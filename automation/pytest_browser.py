"""The part of the pytest plugin that sees to a browser, where Playwright's own Chromium is not installed.

It changes nothing unless a test of the session uses a fixture of keten's, Playwright's own is missing, and neither the
command line nor a fixture names another: every such test would otherwise just fail. The browser is then one of the
system, or is installed. As root it has no sandbox, since pytest-playwright never has one.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserType


@pytest.fixture(scope="session")
def launch_browser(
    request: pytest.FixtureRequest,
    launch_browser: Callable[..., Browser],
    browser_type: BrowserType,
    browser_type_launch_args: dict[str, Any],
    connect_options: dict[str, Any] | None,
) -> Callable[..., Browser]:
    """What pytest-playwright launches its browser with."""
    ours = any("beheermodule" in getattr(item, "fixturenames", ()) for item in request.session.items)
    named = connect_options or {"channel", "executable_path"} & browser_type_launch_args.keys()
    own = Path(browser_type.executable_path)
    if not ours or named or browser_type.name != "chromium" or own.exists():
        return launch_browser
    from automation.browser import find
    from automation.errors import BrowserError

    try:
        choice = find(None, own, request.config.get_terminal_writer().line)
    except BrowserError as error:
        pytest.fail(str(error), pytrace=False)
    return functools.partial(launch_browser, executable_path=choice.executable)
