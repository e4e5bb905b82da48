"""Traces of the work on pages, as Playwright records them: of what failed only, never while signing in, and clean."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING
from zipfile import BadZipFile

from playwright.sync_api import Error as PlaywrightError

from automation.browser.trace_archive import cleaned
from automation.machine.scratch import scratch

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext


class Tracing:
    """Records a browser context while some work is done, all pages of it; work within other work is part of that."""

    def __init__(self, context: BrowserContext) -> None:
        self._tracing = context.tracing
        self._depth = 0
        self._recording = False

    @contextmanager
    def work(self) -> Iterator[None]:
        """Record this; what is not taken by its end is thrown away."""
        self._depth += 1
        if self._depth == 1:
            self._start()
        try:
            yield
        finally:
            self._depth -= 1
            if self._depth == 0:
                self._stop()

    @contextmanager
    def suspended(self) -> Iterator[None]:
        """Record nothing meanwhile: credentials are typed. What was recorded before is thrown away too."""
        self._stop()
        depth, self._depth = self._depth, 1
        try:
            yield
        finally:
            self._depth = depth
            if depth:
                self._start()

    @property
    def outermost(self) -> bool:
        """Whether the work under way is no part of other work."""
        return self._depth == 1

    @property
    def recording(self) -> bool:
        """Whether all that is done now is recorded."""
        return self._recording

    def take(self, learn: Callable[[], None]) -> bytes | None:
        """The record so far as an archive that may be kept, and the end of it; None where nothing is recorded.

        `learn` asks the browser for the secrets to take out of it, which itself is to be in no record.
        """
        if not self._recording:
            return None
        with scratch() as folder:
            self._recording = False
            try:
                self._tracing.stop(path=folder / "raw.zip")
                learn()
                return cleaned((folder / "raw.zip").read_bytes())
            except (PlaywrightError, OSError, ValueError, BadZipFile, RecursionError):
                return None  # no run is to end otherwise for want of a trace, be the browser gone or the disk full

    def _start(self) -> None:
        with suppress(PlaywrightError):
            self._tracing.start(snapshots=True)
            self._recording = True

    def _stop(self) -> None:
        if self._recording:
            self._recording = False
            with suppress(PlaywrightError):  # the browser is gone
                self._tracing.stop()
