"""The part of the plugin that sees to a browser: that there is one, and that it knows a company's own CA.

It changes nothing in a session that is about no portal. Else, where Playwright's own Chromium is missing when the
browser is launched, and neither the command line nor a fixture names another, every test would just fail: the browser
is one of the system, or is installed. As root it has no sandbox, since pytest-playwright never has one. Where
KETEN_CA_FILE is set, browser and driver trust the wire of this session's certificates.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from keten_pytest.session import is_in_use

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserType, Playwright

    from automation.browser.certificates import Certificates


@pytest.fixture(scope="session")
def _keten_certificates(request: pytest.FixtureRequest) -> Iterator[Certificates | None]:
    """What servers are verified by, where KETEN_CA_FILE names a CA; the driver must be started after it."""
    if not _is_wanted(request):
        yield None
        return
    from automation.browser.certificates import Certificates
    from automation.browser.launcher import surroundings
    from automation.errors import KetenError
    from automation.inputs.settings import load

    try:
        ca_file = load().ca_file
        certificates = Certificates(ca_file) if ca_file else None
    except KetenError as error:
        pytest.fail(str(error), pytrace=False)
    if certificates is None:
        yield None
        return
    with certificates, surroundings(certificates.driver_environment):
        yield certificates


@pytest.fixture(scope="session")
def playwright(_keten_certificates: Certificates | None, playwright: Playwright) -> Playwright:
    """Playwright's driver, started where it learns of the CA."""
    return playwright


@pytest.fixture(scope="session")
def browser_type_launch_args(
    request: pytest.FixtureRequest,
    _keten_certificates: Certificates | None,
    browser_name: str | None,
    browser_type_launch_args: dict[str, Any],
) -> dict[str, Any]:
    """How pytest-playwright launches its browser, with what makes it trust the wire and send nothing past the guard."""
    given = list(browser_type_launch_args.get("args") or ())
    if browser_name != "chromium" or not _is_wanted(request):
        return browser_type_launch_args
    from automation.browser.launcher import KEPT_IN

    given += [*KEPT_IN, *(_keten_certificates.launch_arguments if _keten_certificates else ())]
    return {**browser_type_launch_args, "args": given}


@pytest.fixture(scope="session")
def launch_browser(
    request: pytest.FixtureRequest,
    launch_browser: Callable[..., Browser],
    browser_type: BrowserType,
    browser_type_launch_args: dict[str, Any],
    connect_options: dict[str, Any] | None,
) -> Callable[..., Browser]:
    """What pytest-playwright launches its browser with; which one, is looked for when it is launched."""

    def launch(**options: Any) -> Browser:
        own = Path(browser_type.executable_path)
        if connect_options or not is_in_use(request.session):
            return launch_browser(**options)
        from keten_pytest.packages import check_whose_packages

        check_whose_packages()
        _check_video(request.config, own)
        named = {"channel", "executable_path"} & (browser_type_launch_args | options).keys()
        if named or browser_type.name != "chromium" or own.exists():
            return launch_browser(**options)
        from automation.browser.choice import find
        from automation.errors import BrowserError

        try:
            choice = find(None, own, request.config.get_terminal_writer().line)
        except BrowserError as error:
            pytest.fail(str(error), pytrace=False)
        return launch_browser(executable_path=choice.executable, **options)

    return launch


def _check_video(config: pytest.Config, own: Path) -> None:
    """Fail where `--video` is asked for without the ffmpeg that Playwright films with; a system's browser has none."""
    if config.getoption("--video") == "off":
        return
    of_playwright = next((folder.parent for folder in own.parents if re.fullmatch(r"\w+-\d+", folder.name)), None)
    if of_playwright and not any(of_playwright.glob("ffmpeg-*/ffmpeg*")):
        pytest.fail(
            f"--video needs Playwright's ffmpeg, which is not in {of_playwright}; a system browser has none.\n"
            f"Install it with `{Path(sys.executable).name} -m playwright install ffmpeg`, or run without --video.",
            pytrace=False,
        )


def _is_wanted(request: pytest.FixtureRequest) -> bool:
    """Whether the session is about a portal, and our packages can be imported."""
    from keten_pytest.packages import are_importable

    return is_in_use(request.session) and are_importable()
