"""A guard in every browser context of this process, however it was made (law 3, last bullet).

Contexts that a test makes by itself, or that were there before, are guarded like those of the fixtures; so are requests
that a test's own route lets go on, and those of Playwright's APIRequestContext, which no route sees.
"""

from __future__ import annotations

import functools
import gc
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, Final
from urllib.parse import urlsplit

from playwright.async_api import CDPSession as AsyncCDPSession
from playwright.sync_api import (
    APIRequestContext,
    Browser,
    BrowserContext,
    BrowserType,
    CDPSession,
    ElementHandle,
    Frame,
    Keyboard,
    Locator,
    Mouse,
    Page,
    Playwright,
    Request,
    Route,
    Touchscreen,
)
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api._context_manager import PlaywrightContextManager

from automation.browser.guard import ELSEWHERE, SAFE, Guard, Stage
from automation.browser.leaving import reach, silence
from automation.domain.addresses import is_loopback, origin_of
from automation.testing.every_async_context import EveryAsyncContext
from automation.testing.playwright_calls import SENDING, Calls, Original, api_request
from pages import oversight
from pages.profile import Profile

_MAKING: Final = ((Browser, "new_context"), (BrowserType, "launch_persistent_context"))
_CLICKS: Final = ("click", "dblclick", "tap", "press", "check", "uncheck", "set_checked", "dispatch_event")
_ACTING: Final[dict[type, tuple[str, ...]]] = {
    Locator: _CLICKS,
    ElementHandle: _CLICKS,
    Frame: (*_CLICKS, "evaluate"),
    Page: (*_CLICKS, "evaluate"),
    Keyboard: ("press", "down"),
    Mouse: ("click", "dblclick", "up"),
    Touchscreen: ("tap",),
}
"""What may make a page send something; it is looked at before, since a page that goes elsewhere shows nothing."""
_UNSEEN: Final = ("Target", "Fetch", "Browser")
"""Domains of the browser's own protocol that open pages of which Playwright never hears, or let requests go on."""


class EveryContext:
    """Guards all contexts once a portal is known that is not on loopback; `note` is told of what was aborted."""

    def __init__(self, note: Callable[[str], None]) -> None:
        self._note = note
        self._portals: dict[str, tuple[Profile, str]] = {}
        self._contexts: dict[BrowserContext, Guard | None] = {}
        self._calls = Calls()
        for owner, name in _MAKING:
            self._calls.around(owner, name, self._made)
        self._calls.around(Browser, "new_page", self._page_made)
        for name in ("connect", "connect_over_cdp"):
            self._calls.around(BrowserType, name, self._connected)
        for name in ("continue_", "fetch"):
            self._calls.around(Route, name, self._routed)
        for name in SENDING:
            self._calls.around(APIRequestContext, name, self._sent)
        self._calls.around(BrowserContext, "unroute_all", self._unrouted)
        for kind, names in _ACTING.items():
            for name in names:
                self._calls.around(kind, name, self._acted)
        for kind in (Page, BrowserContext, Browser):
            self._calls.around(kind, "close", self._closed)
        self._calls.around(PlaywrightContextManager, "__exit__", self._stopped)
        self._calls.around(CDPSession, "send", self._commanded)
        self._calls.around(AsyncCDPSession, "send", self._commanded)
        EveryAsyncContext(self._calls, lambda: bool(self._portals), note)
        for found in gc.get_objects():
            if type(found) is BrowserContext and not found._loop.is_closed():
                self._take(found)
            elif type(found) is Playwright and (manager := getattr(found.stop, "__self__", None)):
                # It holds the method as it was when it was started.
                setattr(found, "stop", functools.partial(_stop, manager))  # noqa: B010 - a patch

    def end(self) -> None:
        """Guard nothing that is made from now on."""
        self._calls.end()

    @property
    def open(self) -> list[BrowserContext]:
        """The contexts that are not closed yet."""
        return list(self._contexts)

    def know(self, profile: Profile, address: str) -> None:
        """Guard every context, by what this profile says of the portal at this address, if it is not on loopback."""
        if is_loopback(address) or self._portals.get(origin_of(address)) == (profile, address):
            return
        self._portals[origin_of(address)] = (profile, address)
        for context, guard in list(self._contexts.items()):
            if guard:
                guard.know(profile, address)
            else:
                self._guard(context)

    def take(self, context: BrowserContext) -> None:
        """Guard a context that a page object works in, if it is not known by now."""
        if context not in self._contexts:
            self._take(context)

    def _take(self, context: BrowserContext) -> None:
        self._contexts[context] = None
        context.once("close", self._gone)
        self._guard(context)

    def _gone(self, context: BrowserContext) -> None:
        self._contexts.pop(context, None)

    def _guard(self, context: BrowserContext) -> None:
        if not self._portals:
            return
        first, *others = self._portals.values()
        try:
            guard = Guard(context, *first, self._note, ELSEWHERE)
        except PlaywrightError:  # it is closed already
            self._gone(context)
            return
        context.on("page", reach)
        for page in context.pages:
            reach(page)
        for profile, address in others:
            guard.know(profile, address)
        self._contexts[context] = guard

    def _guard_of(self, request: Request) -> Guard | None:
        """The guard that a request is to be asked of; None where somebody else decides, or it goes nowhere else."""
        if not ELSEWHERE.search(request.url):
            return None
        try:
            context = request.frame.page.context
        except PlaywrightError:  # it belongs to no page: none is known to be before the costs
            return next((guard for guard in self._contexts.values() if guard), None)
        return None if oversight.is_left_to_caller(context) else self._contexts.get(context)

    def _made(self, original: Original, _: object, *arguments: Any, **options: Any) -> BrowserContext:
        if self._portals:  # what a service worker sends passes no route
            options["service_workers"] = "block"
        context: BrowserContext = original(*arguments, **options)
        self._take(context)
        return context

    def _page_made(self, original: Original, _: object, **options: Any) -> Page:
        if self._portals:
            options["service_workers"] = "block"
        page: Page = original(**options)
        self.take(page.context)
        return page

    def _connected(self, original: Original, _: object, *arguments: Any, **options: Any) -> Browser:
        browser: Browser = original(*arguments, **options)
        for context in browser.contexts:
            self.take(context)
        return browser

    def _routed(self, original: Original, route: Route, *arguments: Any, **options: Any) -> Any:
        """A test's own route lets a request go on: as it is, or made another."""
        guard = self._guard_of(route.request)
        if guard is None or guard.lets_out(route.request, options.get("method"), options.get("url")):
            return original(*arguments, **options)
        told = guard.tell(route.request.method, route.request.url)
        route.abort("blockedbyclient")
        if original.func.__name__ == "fetch":
            raise PlaywrightError(told)
        return None

    def _sent(self, original: Original, _: APIRequestContext, *arguments: Any, **options: Any) -> Any:
        method, address = api_request(original.func.__name__, arguments, options)
        guards = [guard for guard in self._contexts.values() if guard]
        if method not in SAFE and any(guard.furthest is not Stage.UNKNOWN for guard in guards):
            portals = {urlsplit(at).hostname for _, at in self._portals.values()}
            if urlsplit(address).hostname in portals.union([None], *(guard.hosts for guard in guards)):
                raise PlaywrightError(guards[0].tell(method, address))
        return original(*arguments, **options)

    def _commanded(self, original: Original, _: CDPSession, method: str, *arguments: Any, **options: Any) -> Any:
        if self._portals and method.partition(".")[0] in _UNSEEN:
            raise PlaywrightError(
                f"{method} was not sent to the browser: on this portal a test may not reach past Playwright"
            )
        return original(method, *arguments, **options)

    def _acted(self, original: Original, acting: Any, *arguments: Any, **options: Any) -> Any:
        own = acting if isinstance(acting, Page) else getattr(acting, "page", None)
        for context, guard in list(self._contexts.items()):
            if guard and guard.furthest < Stage.COSTS and not oversight.is_left_to_caller(context):
                for page in context.pages:
                    if own in (page, None) and ELSEWHERE.search(page.url) and page.url.startswith("http"):
                        guard.look(page)
        return original(*arguments, **options)

    def _unrouted(self, original: Original, context: BrowserContext, *arguments: Any, **options: Any) -> None:
        original(*arguments, **options)
        if guard := self._contexts.get(context):
            guard.stand()

    def _closed(self, original: Original, closing: Page | BrowserContext | Browser, **options: Any) -> None:
        """What a page still wants to send as it goes, no route sees."""
        self._silence(closing.contexts if isinstance(closing, Browser) else [closing])
        original(**options)

    def _stopped(self, original: Original, manager: PlaywrightContextManager, *arguments: Any) -> None:
        """The driver ends, and what it launched with it, closed or not."""
        fiber = getattr(manager, "_dispatcher_fiber", None)
        ending = [one for one in self._contexts if one._dispatcher_fiber is fiber]
        self._silence(ending)
        original(*arguments)
        for one in ending:
            self._gone(one)

    def _silence(self, closing: Iterable[Page | BrowserContext]) -> None:
        for context in closing:
            pages = [context] if isinstance(context, Page) else context.pages
            with suppress(PlaywrightError):  # it is closed already
                for page in pages:
                    if self._contexts.get(page.context) and not oversight.is_left_to_caller(page.context):
                        silence(page)


def _stop(manager: PlaywrightContextManager) -> None:
    manager.__exit__()
