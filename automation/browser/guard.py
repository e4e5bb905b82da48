"""Keeps a browser context from recording anything on a portal where that has legal effect (law 3, last line).

For what is not `apply`: every context of a pytest session, and doctor's. Where a page is, is judged by the controls of
the profile, and what is not certainly before the costs screen counts as behind it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from enum import IntEnum
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from weakref import WeakSet

from playwright.sync_api import Error as PlaywrightError

from automation.browser.leaving import leaves_quietly
from automation.domain.addresses import origin_of
from pages.costs import CostsStep
from pages.granted_list import GrantedList
from pages.oversight import is_left_to_caller
from pages.profile import Profile
from pages.receiver import ReceiverStep
from pages.review import Confirmation, ReviewStep
from pages.scope import ScopeStep
from pages.screen import Screen
from pages.sign_in import SignIn
from pages.view import View

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page, Request, Route, WebSocketRoute

SAFE = {"GET", "HEAD"}
ELSEWHERE: re.Pattern[str] = re.compile(
    r"^(?!(https?|wss?)://(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?([/?#]|$))", re.IGNORECASE
)
"""Addresses that are not on loopback; read by the driver, which so asks nobody about the others."""
_EVERYWHERE: re.Pattern[str] = re.compile("")
_TELLING = {"document", "xhr", "fetch"}
_SIGNING_IN = ("username", "password", "code", "organisations")
_LOOK_PATIENCE = 2000  # milliseconds that a page may take to answer what it shows


def kept_from_leaving(method: str, address: str, who: str = "a test from the costs screen on") -> str:
    """What a test is told of a request that did not leave."""
    return (
        f"{method} {address.partition('?')[0]} was kept from leaving: on this portal "
        f"nothing but GET and HEAD leaves {who}"
    )


class Stage(IntEnum):
    """How far towards the recording a page is."""

    UNKNOWN = 0
    LIST = 1
    WIZARD = 2
    COSTS = 3


_SCREENS: dict[Stage, tuple[type[Screen], ...]] = {
    Stage.COSTS: (CostsStep, ReviewStep, Confirmation),
    Stage.WIZARD: (ReceiverStep, ScopeStep),
    Stage.LIST: (GrantedList,),
}


class Guard:
    """Lets requests other than GET and HEAD out of a context only while it is certainly not yet at the costs screen.

    They leave until the first screen of the profile was seen, since the application is then still starting; after
    that only while the page shows a screen as far on as any that was seen (the list, later the wizard's first two
    steps), or the sign-in. From the costs screen on none leaves, and no web socket or recording request of the
    profile ever does.
    `note` is told of each request that was aborted; requests to other addresses than `guarded` are let out.
    """

    def __init__(
        self,
        context: BrowserContext,
        profile: Profile,
        address: str,
        note: Callable[[str], None],
        guarded: re.Pattern[str] = _EVERYWHERE,
    ) -> None:
        self._context, self._note, self._guarded = context, note, guarded
        self._portals = {origin_of(address): (profile, address)}
        self.furthest = Stage.UNKNOWN
        self.hosts: set[str] = set()
        """Where a screen of the profile was seen."""
        self._signing_in: WeakSet[Page] = WeakSet()
        context.add_init_script(leaves_quietly(guarded.pattern))
        self.stand()
        context.route_web_socket(guarded, self._on_web_socket)

    def stand(self) -> None:
        """Stand between the context and the network, also where a test has taken all routes away."""
        with suppress(PlaywrightError):  # there is none to take away, or the context is closed
            self._context.route(self._guarded, self._on_request)

    def know(self, profile: Profile, address: str) -> None:
        """Judge by what this profile says, too."""
        self._portals[origin_of(address)] = (profile, address)

    def look(self, page: Page) -> bool:
        """See how far the page is; whether it is certainly before the costs screen."""
        try:
            # A page that waits for this very request answers nothing: it must not keep the test waiting for ever.
            page.locator(":root").get_attribute("lang", timeout=_LOOK_PATIENCE)
            views = [View(page, profile, address) for profile, address in self._portals.values()]
            shown = max(map(self._shown, views))
            signing_in = shown is Stage.UNKNOWN and any(map(self._asks_for_sign_in, views))
        except PlaywrightError:
            return False
        if shown is not Stage.UNKNOWN:
            self.hosts.add(urlsplit(page.url).hostname or "")
        self.furthest = max(self.furthest, shown)
        (self._signing_in.add if signing_in else self._signing_in.discard)(page)
        return self.furthest < Stage.COSTS and (signing_in or shown is self.furthest)

    @staticmethod
    def _asks_for_sign_in(view: View) -> bool:
        screen = SignIn(view)
        return any(screen.control(name).present for name in _SIGNING_IN)

    def _shown(self, view: View) -> Stage:
        for stage, screens in _SCREENS.items():
            if any(screen(view).control(screen.ready).present for screen in screens):
                return stage
        return Stage.UNKNOWN

    def _on_request(self, route: Route, request: Request) -> None:
        with suppress(PlaywrightError):  # the page may be closed while its requests are decided on
            if is_left_to_caller(self._context) or self.may_leave(request):
                route.fallback()
            else:
                self.tell(request.method, request.url)
                route.abort("blockedbyclient")

    def _on_web_socket(self, socket: WebSocketRoute) -> None:
        portals = {urlsplit(address).hostname for _, address in self._portals.values()} | self.hosts
        if self.furthest is Stage.UNKNOWN and urlsplit(socket.url).hostname not in portals:
            socket.connect_to_server()
        else:
            socket.close()

    def tell(self, method: str, address: str) -> str:
        """Tell what was kept from leaving; what was told."""
        told = kept_from_leaving(method, address)
        self._note(told)
        return told

    def lets_out(self, request: Request, method: str | None, address: str | None) -> bool:
        """Whether a request may leave that a test's own route lets go on, by another method or to another address."""
        changed = method is not None and method not in SAFE and request.method in SAFE
        return self.may_leave(request) and (not (changed or address) or self.look(request.frame.page))

    def may_leave(self, request: Request) -> bool:
        """Whether a request may leave, by the screen that its page shows now."""
        safe = request.method in SAFE
        try:
            if self._records(request):
                return False
            if safe and (request.resource_type not in _TELLING or self.furthest is Stage.COSTS):
                return True
            if request.is_navigation_request() and request.frame.parent_frame is None:
                return safe or self._may_navigate(request.frame.page)
            return self.look(request.frame.page) or safe
        except (PlaywrightError, UnicodeDecodeError):  # of no page, or with a body that is no text
            return safe

    def _may_navigate(self, page: Page) -> bool:
        """Whether a page may post a form: it shows nothing while it goes elsewhere, so what was seen before decides."""
        return self.furthest is Stage.UNKNOWN or (self.furthest < Stage.COSTS and page in self._signing_in)

    def _records(self, request: Request) -> bool:
        written = [profile.recording.request for profile, _ in self._portals.values()]
        return any(one and one.is_sent_by(request.method, request.url, request.post_data or "") for one in written)
