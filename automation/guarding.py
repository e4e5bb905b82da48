"""Keeps a browser context from recording anything on a portal where that has legal effect (law 3, last line).

For what is not `apply`: the pytest fixtures. Where a page is, is judged by the controls of the profile, and what is not
surely before the costs screen counts as behind it.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from enum import IntEnum
from typing import TYPE_CHECKING

from playwright.sync_api import Error as PlaywrightError

from pages.confirmation import Confirmation
from pages.costs import CostsStep
from pages.granted_list import GrantedList
from pages.profile import Profile
from pages.receiver import ReceiverStep
from pages.review import ReviewStep
from pages.scope import ScopeStep
from pages.screen import Screen
from pages.view import View

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page, Request, Route

_SAFE = {"GET", "HEAD"}
_TELLING = {"document", "xhr", "fetch"}
_LOOK_PATIENCE = 2000  # milliseconds that a page may take to answer what it shows


class _Stage(IntEnum):
    """How far towards the recording a page is."""

    UNKNOWN = 0
    LIST = 1
    WIZARD = 2
    COSTS = 3


_SCREENS: dict[_Stage, tuple[type[Screen], ...]] = {
    _Stage.COSTS: (CostsStep, ReviewStep, Confirmation),
    _Stage.WIZARD: (ReceiverStep, ScopeStep),
    _Stage.LIST: (GrantedList,),
}


class Guard:
    """Lets requests other than GET and HEAD out of a context only while it is surely not yet at the costs screen.

    They leave until the first screen of the profile was seen, since the application is then still starting; after
    that only while the page shows a screen as far on as any that was seen: the list, later the wizard's first two
    steps. From the costs screen on none leaves, and no web socket or recording request of the profile ever does.
    `note` is told of each request that was aborted.
    """

    def __init__(self, context: BrowserContext, profile: Profile, address: str, note: Callable[[str], None]) -> None:
        self._profile, self._address, self._note = profile, address, note
        self._furthest = _Stage.UNKNOWN
        context.route("**/*", self._on_request)
        context.route_web_socket("**/*", lambda socket: socket.close())

    def look(self, page: Page) -> bool:
        """See how far the page is; whether it is surely before the costs screen."""
        try:
            # A page that waits for this very request answers nothing: it must not keep the test waiting for ever.
            page.locator(":root").get_attribute("lang", timeout=_LOOK_PATIENCE)
            shown = self._shown(View(page, self._profile, self._address))
        except PlaywrightError:
            return False
        self._furthest = max(self._furthest, shown)
        return shown is self._furthest and shown < _Stage.COSTS

    def _shown(self, view: View) -> _Stage:
        for stage, screens in _SCREENS.items():
            if any(screen(view).control(screen.ready).present for screen in screens):
                return stage
        return _Stage.UNKNOWN

    def _on_request(self, route: Route, request: Request) -> None:
        with suppress(PlaywrightError):  # the page may be closed while its requests are decided on
            if self._may_leave(request):
                route.continue_()
            else:
                self._note(
                    f"{request.method} {request.url.partition('?')[0]} was kept from leaving: on this portal "
                    "nothing but GET and HEAD leaves a test from the costs screen on"
                )
                route.abort("blockedbyclient")

    def _may_leave(self, request: Request) -> bool:
        safe = request.method in _SAFE
        try:
            if self._records(request):
                return False
            if safe and (request.resource_type not in _TELLING or self._furthest is _Stage.COSTS):
                return True
            return self.look(request.frame.page) or safe
        except (PlaywrightError, UnicodeDecodeError):  # of no page, or with a body that is no text
            return safe

    def _records(self, request: Request) -> bool:
        written = self._profile.recording.request
        return written is not None and written.is_sent_by(request.method, request.url, request.post_data or "")
