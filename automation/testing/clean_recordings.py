"""Traces and HARs without secrets, cleaned as soon as Playwright has written them, whoever asked for it."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, BrowserContext, BrowserType, Page
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api._generated import Tracing  # it has no public name

from automation.browser.trace_archive import clean
from automation.machine.masking import SECRETS
from automation.testing.playwright_calls import Calls, Original

_STORED: Final = "() => [localStorage, sessionStorage].flatMap(storage => Object.values(storage))"
_STORED_PATIENCE: Final = 500  # milliseconds, for each page


class CleanRecordings:
    """Cleans what Playwright records in this process; `note` is told of what could not be cleaned, and is gone."""

    def __init__(self, note: Callable[[str], None]) -> None:
        self._note = note
        self._hars: list[Path] = []
        self._calls = Calls()
        for name in ("stop", "stop_chunk"):
            self._calls.around(Tracing, name, self._stopped)
        for owner, name in (
            (Browser, "new_context"),
            (Browser, "new_page"),
            (BrowserType, "launch_persistent_context"),
            (BrowserContext, "route_from_har"),
            (Page, "route_from_har"),
            (Tracing, "start_har"),
        ):
            self._calls.around(owner, name, self._har_begun)
        for owner, name in ((Page, "close"), (BrowserContext, "close"), (Browser, "close"), (Tracing, "stop_har")):
            self._calls.around(owner, name, self._har_written)

    def end(self) -> None:
        """Leave what is recorded from now on as it is."""
        self._calls.end()

    def _stopped(self, original: Original, _: object, **options: Any) -> None:
        original(**options)
        if path := options.get("path"):
            self._clean(Path(path))

    def _har_begun(self, original: Original, _: object, *arguments: Any, **options: Any) -> Any:
        told = options.get("record_har_path")
        if original.func.__name__ != "new_context" and told is None:
            recorded = original.func.__name__ == "start_har" or options.get("update")
            told = (arguments[0] if arguments else options.get("har", options.get("path"))) if recorded else None
        if told is not None:
            self._hars.append(Path(told))
        return original(*arguments, **options)

    def _har_written(self, original: Original, closed: object, *arguments: Any, **options: Any) -> None:
        if isinstance(closed, BrowserContext | Browser):
            learn(closed.contexts if isinstance(closed, Browser) else [closed])
        original(*arguments, **options)
        for path in [path for path in self._hars if path.is_file()]:
            self._hars.remove(path)
            self._clean(path)

    def _clean(self, path: Path) -> None:
        try:
            clean(path)
        except Exception as error:  # whatever it was, a raw one is not kept
            path.unlink(missing_ok=True)
            self._note(f"{path} could not be cleaned ({type(error).__name__}), and holds nothing")
            with suppress(OSError), zipfile.ZipFile(path, "w"):
                pass  # whoever asked for it moves it, and would fail without


def learn(contexts: Iterable[BrowserContext]) -> None:
    """Know the cookies and tokens of these contexts as secrets; what does not answer is passed over."""
    for context in contexts:
        with suppress(PlaywrightError):  # it is closed already
            for cookie in context.cookies():
                SECRETS.add_cookie(cookie.get("value", ""), http_only=cookie.get("httpOnly", False))
            for page in context.pages:
                if page.url.startswith("http"):
                    # Unlike `evaluate`, this ends in time on a page whose scripts never do.
                    for value in page.wait_for_function(_STORED, timeout=_STORED_PATIENCE).json_value():
                        SECRETS.add_tokens(value)
