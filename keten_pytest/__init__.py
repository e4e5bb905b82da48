"""The pytest plugin: a signed-in Beheermodule, its screens and the mock portal as fixtures, for anybody's tests.

It stands on pytest-playwright, whose options (`--headed`, `--tracing`, `--screenshot`, `--video`, `--browser-channel`)
work as ever. A project that asks for none of the fixtures pays nothing: this package imports nothing else of keten's
until a test asks for a fixture of ours or uses a page object. Its name is its own, since `automation` and `pages` are
names that a project may have given to folders of its own.

From then on, in every test of the session: on a portal that is not on loopback nothing but GET and HEAD leaves any
browser context from the costs screen on (law 3), and traces, HARs and reports hold no secret that keten knows.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from keten_pytest.packages import are_ours, check_whose_packages

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from automation.testing.pytest_session import PytestSession
    from pages.profile import Profile

_MARKS_OF_A_RUN = ("manifest-sha256.txt", "run.json")
_PORTAL = "Sign-in address of the portal to test, or mock for our own."
_PROFILE = "Where the portal's controls are, if elsewhere."
_SHORT = {"--portal": ("keten_portal", "URL|mock", str), "--profile": ("keten_profile", "FILE", Path)}
"""Short names of our options, which belong to another plugin where one has them."""
_SESSION = pytest.StashKey["PytestSession"]()

_configs: list[pytest.Config] = []
"""Of the session under way; of several where one runs within another, the innermost last."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options that nobody else has, and their settings in a configuration file."""
    group = parser.getgroup("keten", "keten: tests of a Beheermodule")
    group.addoption("--keten-portal", metavar="URL|mock", dest="keten_portal", help=_PORTAL)
    group.addoption("--keten-profile", metavar="FILE", type=Path, dest="keten_profile", help=_PROFILE)
    parser.addini("keten_portal", _PORTAL)
    parser.addini("keten_profile", f"{_PROFILE} Relative to this configuration file.")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(parser: pytest.Parser) -> Generator[None]:
    """Add the short names of our options where nobody has them: by now every other plugin has added its own."""
    yield
    group = parser.getgroup("keten")
    for option, (destination, metavar, kind) in _SHORT.items():
        if _is_free(parser, option):
            group.addoption(
                option, metavar=metavar, type=kind, dest=destination, help=f"Short for --keten-{option[2:]}."
            )


def _is_free(parser: pytest.Parser, option: str) -> bool:
    try:
        _, unknown = parser.parse_known_and_unknown_args([f"{option}=x"])
    except (pytest.UsageError, SystemExit):  # it is known, and takes no such value
        return False
    return bool(unknown)


def pytest_configure(config: pytest.Config) -> None:
    """Keep pytest-playwright from deleting a dossier, and see to a browser; UsageError for such an `--output`."""
    _configs.append(config)
    from keten_pytest import fixtures

    config.pluginmanager.register(fixtures, "keten-fixtures")
    if not config.pluginmanager.hasplugin("playwright"):
        return
    _check_output(Path(config.getoption("--output")))
    from keten_pytest import browser

    # Only a plugin registered after all others surely overrides a fixture of one of them.
    config.pluginmanager.register(browser, "keten-browser")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave Playwright as it was."""
    if config in _configs:
        _configs.remove(config)
    end(config)


def _check_output(folder: Path) -> None:
    """pytest-playwright empties its output folder before the first test, whatever is in it."""
    for mark in _MARKS_OF_A_RUN:
        for found in (folder / mark, *folder.glob(f"*/{mark}")):
            if found.is_file():
                raise pytest.UsageError(
                    f"--output {folder} holds what keten recorded ({found}), and pytest-playwright would delete it: "
                    "give another folder."
                )


def begun(config: pytest.Config) -> PytestSession:
    """What watches over this session's browser contexts, recordings and reports, from its first use on.

    It fails the test where another package has the name of one of ours.
    """
    if _SESSION not in config.stash:
        check_whose_packages()
        from automation.testing.pytest_session import PytestSession

        config.stash[_SESSION] = PytestSession(captured=config.getoption("capture") != "no")
    return config.stash[_SESSION]


def end(config: pytest.Config) -> None:
    """Watch over nothing any more, until the next use."""
    if session := config.stash.get(_SESSION, None):
        session.end()
        del config.stash[_SESSION]


def oversee(page: Page, profile: Profile, address: str) -> None:
    """Asked by each page object before it works on a page: see to it that nothing is recorded by accident."""
    if _configs:
        begun(_configs[-1]).oversee(page, profile, address)


def typed(secret: str) -> None:
    """Told by page objects of each secret that they type."""
    if _configs:
        begun(_configs[-1]).typed(secret)


def portal_named(config: pytest.Config) -> str | None:
    """The portal that the command line or the configuration file names."""
    return config.getoption("keten_portal") or config.getini("keten_portal") or None


def profile_named(config: pytest.Config) -> Path | None:
    """The profile that the command line or the configuration file names."""
    given: Path | None = config.getoption("keten_profile")
    written = config.getini("keten_profile")
    beside = config.inipath.parent if config.inipath else config.rootpath
    return given or (beside / written if written else None)


def is_in_use(session: pytest.Session) -> bool:
    """Whether this session is about a portal: it names one, or a test asks for a fixture or a module of ours."""
    return (
        _SESSION in session.config.stash
        or portal_named(session.config) is not None
        or "KETEN_PORTAL_URL" in os.environ
        or any(map(_asks_for_ours, session.items))
        or are_ours(sys.modules)
    )


def _asks_for_ours(item: pytest.Item) -> bool:
    """Whether a test names one of our fixtures; one of the project's own may have the same name."""
    known = getattr(getattr(item, "_fixtureinfo", None), "name2fixturedefs", {})
    return any(found and found[-1].func.__module__ == "keten_pytest.fixtures" for found in known.values())


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[Any]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Take the secrets out of exception and report before any other plugin sees them."""
    report = yield
    if session := item.config.stash.get(_SESSION, None):
        session.clean(report, call.excinfo)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_logreport(report: pytest.TestReport) -> Generator[None]:
    """The same of what other plugins have added to the report since."""
    if _configs and (session := _configs[-1].stash.get(_SESSION, None)):
        session.clean_again(report)
    yield


@pytest.hookimpl(tryfirst=True)
def pytest_warning_recorded(warning_message: warnings.WarningMessage) -> None:
    """The same of a warning, before the terminal or another process is told of it."""
    if _configs and (session := _configs[-1].stash.get(_SESSION, None)):
        session.clean_warning(warning_message.message)
