"""The pytest plugin: a signed-in Beheermodule, its screens and the mock portal as fixtures, for anybody's tests.

It stands on pytest-playwright, whose options (`--headed`, `--tracing`, `--screenshot`, `--video`, `--browser-channel`)
work as usual. A project that asks for none of the fixtures pays nothing: this package imports nothing else of keten's
until a test asks for a fixture of ours or uses a page object. Its name is its own, since `automation` and `pages` are
names that a project may have given to folders of its own.

From then on, in every test of the session: on a portal that is not on loopback nothing but GET and HEAD leaves any
browser context from the costs screen on (law 3), and traces, HARs and reports hold no secret that keten knows.
"""

from __future__ import annotations

import warnings
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from keten_pytest.session import SESSION, configs, end, oversee, typed

__all__ = ["oversee", "typed"]  # `pages` calls these by the name of the plugin

_MARKS_OF_A_RUN = ("manifest-sha256.txt", "run.json")
_PORTAL = "Sign-in address of the portal to test, or mock for keten's practice portal."
_PROFILE = "Profile of this portal: what differs from the built-in one."
_SHORT = {"--portal": ("keten_portal", "URL|mock", str), "--profile": ("keten_profile", "FILE", Path)}
"""Short names of our options, which belong to another plugin where one has them."""


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
    configs.append(config)
    from keten_pytest import fixtures

    config.pluginmanager.register(fixtures, "keten-fixtures")
    if not config.pluginmanager.hasplugin("playwright"):
        return
    _check_output(Path(config.getoption("--output")))
    from keten_pytest import browser

    # Only a plugin registered after all others certainly overrides a fixture of one of them.
    config.pluginmanager.register(browser, "keten-browser")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave Playwright as it was."""
    if config in configs:
        configs.remove(config)
    end(config)


def _check_output(folder: Path) -> None:
    """pytest-playwright empties its output folder before the first test, whatever is in it."""
    for mark in _MARKS_OF_A_RUN:
        for found in (folder / mark, *folder.glob(f"*/{mark}")):
            if found.is_file():
                raise pytest.UsageError(
                    f"--output {folder} has results of a keten run ({found}), and pytest-playwright would delete them: "
                    "give another folder."
                )


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[Any]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Take the secrets out of exception and report before any other plugin sees them."""
    report = yield
    if session := item.config.stash.get(SESSION, None):
        session.clean(report, call.excinfo)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_logreport(report: pytest.TestReport) -> Generator[None]:
    """The same of what other plugins have added to the report since."""
    if configs and (session := configs[-1].stash.get(SESSION, None)):
        session.clean_again(report)
    yield


@pytest.hookimpl(tryfirst=True)
def pytest_warning_recorded(warning_message: warnings.WarningMessage) -> None:
    """The same of a warning, before the terminal or another process is told of it."""
    if configs and (session := configs[-1].stash.get(SESSION, None)):
        session.clean_warning(warning_message.message)
