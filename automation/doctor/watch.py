"""Blocks requests that may not leave doctor's browser: those that record, and those that a guessed control sends."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from playwright.sync_api import Error as PlaywrightError

from automation.browser.guard import Guard
from automation.doctor.findings import Sent
from automation.domain.addresses import is_loopback
from pages.oversight import leave_to_caller
from pages.profile import Profile

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Request, Route

_SAFE = {"GET", "HEAD"}


class Watch:
    """Decides on every request of a browser context, and reports those that could change something.

    After a guessed control was used, and from the overview on, only GET and HEAD requests may leave, however late they
    come. On a portal that is not on loopback, `Guard` applies this from the costs screen on (law 3). The recording
    request that the profile describes never leaves.
    """

    def __init__(self, context: BrowserContext, profile: Profile, address: str, note: Callable[[Sent], None]) -> None:
        self.begin()
        self.under_way = 0
        leave_to_caller(context)
        self._note, self._recording = note, profile.recording.request
        self.guard = None if is_loopback(address) else Guard(context, profile, address, lambda _: None)
        context.on("request", self._begun)
        for event in ("requestfinished", "requestfailed"):
            context.on(event, self._ended)
        context.route("**/*", self._on_request)

    def begin(self) -> None:
        """Start again for a new page, on which nothing was guessed yet; the pages before it are closed."""
        self.guessed: str | None = None
        """The guessed control that was used, if any."""
        self.sealed = False
        self.screen = "sign_in"

    def _begun(self, _: Request) -> None:
        self.under_way += 1

    def _ended(self, _: Request) -> None:
        self.under_way -= 1

    def _on_request(self, route: Route, request: Request) -> None:
        why = self._objection(request)
        with suppress(PlaywrightError):  # the page may be closed while its requests are decided on
            if why or request.method not in _SAFE:
                self._tell(request, left=not why, why=why)
            if why:
                route.abort("blockedbyclient")
            else:
                route.continue_()

    def _objection(self, request: Request) -> str:
        """Return why the request may not leave; empty if it may."""
        written = self._recording
        if written is not None and written.is_sent_by(request.method, request.url, request.post_data or ""):
            return "it is the recording request"
        if request.method not in _SAFE:
            if self.sealed:
                return "doctor records nothing"
            if self.guessed:
                return f"{self.guessed} was a guess"
        if self.guard is not None and not self.guard.may_leave(request):
            return "from the costs screen on, only GET and HEAD may leave"
        return ""

    def _tell(self, request: Request, *, left: bool, why: str = "") -> None:
        parts = urlsplit(request.url)
        address = f"{parts.scheme}://{parts.netloc}{parts.path}"
        self._note(Sent(request.method, address, self.screen, left, why))
