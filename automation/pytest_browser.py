"""The part of the pytest plugin that sees to a browser: that there is one, and that it knows a company's own CA.

It changes nothing unless a test of the session uses a fixture of keten's. Where then Playwright's own Chromium is
missing, and neither the command line nor a fixture names another, every such test would just fail: the browser is one
of the system, or is installed. As root it has no sandbox, since pytest-playwright never has one. Where KETEN_CA_FILE is
set, browser and driver trust the wire of this session's certificates.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserType, Playwright

    from automation.certificates import Certificates


def _ours(session: pytest.Session) -> bool:
    return any("beheermodule" in getattr(item, "fixturenames", ()) for item in session.items)


@pytest.fixture(scope="session")
def _keten_certificates(request: pytest.FixtureRequest) -> Iterator[Certificates | None]:
    """What servers are verified by, where KETEN_CA_FILE names a CA; the driver must be started after it."""
    if not _ours(request.session):
        yield None
        return
    from automation.browser import surroundings
    from automation.certificates import Certificates
    from automation.errors import KetenError
    from automation.settings import load

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
    browser_type_launch_args: dict[str, Any],
) -> dict[str, Any]:
    """How pytest-playwright launches its browser, with what keeps it to the wire, and makes it trust that."""
    if not _ours(request.session):
        return browser_type_launch_args
    from automation.browser import KEPT_IN

    trusting = _keten_certificates.launch_arguments if _keten_certificates else ()
    return {**browser_type_launch_args, "args": [*browser_type_launch_args.get("args", ()), *KEPT_IN, *trusting]}


@pytest.fixture(scope="session")
def launch_browser(
    request: pytest.FixtureRequest,
    launch_browser: Callable[..., Browser],
    browser_type: BrowserType,
    browser_type_launch_args: dict[str, Any],
    connect_options: dict[str, Any] | None,
) -> Callable[..., Browser]:
    """What pytest-playwright launches its browser with."""
    named = connect_options or {"channel", "executable_path"} & browser_type_launch_args.keys()
    own = Path(browser_type.executable_path)
    if not _ours(request.session) or named or browser_type.name != "chromium" or own.exists():
        return launch_browser
    from automation.browser import find
    from automation.errors import BrowserError

    try:
        choice = find(None, own, request.config.get_terminal_writer().line)
    except BrowserError as error:
        pytest.fail(str(error), pytrace=False)
    return functools.partial(launch_browser, executable_path=choice.executable)
