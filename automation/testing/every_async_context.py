"""A guard in every browser context of Playwright's asynchronous API (law 3, last bullet).

Keten's page objects work with the synchronous API alone, so that nothing tells how far such a context is: once a
portal is known that is not on loopback, nothing but GET and HEAD leaves them for anywhere else than this machine.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final
from weakref import WeakKeyDictionary, WeakSet

from playwright.async_api import (
    APIRequestContext,
    Browser,
    BrowserContext,
    BrowserType,
    CDPSession,
    Frame,
    Locator,
    Page,
    Request,
    Route,
    WebSocketRoute,
)
from playwright.async_api import Error as PlaywrightError

from automation.browser.guard import ELSEWHERE, SAFE, kept_from_leaving
from automation.browser.leaving import SILENCING, leaves_quietly
from automation.testing.playwright_calls import SENDING, Calls, Original, api_request

_MAKING: Final = ((Browser, "new_context"), (BrowserType, "launch_persistent_context"), (Browser, "new_page"))
_PATIENCE: Final = 5.0
"""Seconds that a page is given to be silent; one that hangs or crashed may never answer."""
_ACTING: Final = ("goto", "click", "dblclick", "tap", "press", "check", "uncheck", "dispatch_event", "evaluate")


class EveryAsyncContext:
    """Guards all contexts while `is_known` says so; `note` is told of each request that was aborted."""

    def __init__(self, calls: Calls, is_known: Callable[[], bool], note: Callable[[str], None]) -> None:
        self._is_known, self._note = is_known, note
        self._contexts: WeakSet[BrowserContext] = WeakSet()
        self._quiet: WeakSet[BrowserContext] = WeakSet()
        self._crashed: WeakSet[Page] = WeakSet()
        self._reached: WeakKeyDictionary[Page, CDPSession] = WeakKeyDictionary()
        for owner, name in _MAKING:
            calls.around(owner, name, self._made)
        for name in ("connect", "connect_over_cdp"):
            calls.around(BrowserType, name, self._connected)
        for kind in (Page, Frame, Locator):
            for name in _ACTING:
                calls.around(kind, name, self._acted)
        for name in ("continue_", "fetch"):
            calls.around(Route, name, self._routed)
        for name in SENDING:
            calls.around(APIRequestContext, name, self._sent)
        for closing in (Page, BrowserContext, Browser):
            calls.around(closing, "close", self._closed)

    def _keeps(self, method: str, address: str) -> bool:
        return self._is_known() and method.upper() not in SAFE and bool(ELSEWHERE.search(address))

    def _tell(self, method: str, address: str) -> str:
        told = kept_from_leaving(method, address, "Playwright's asynchronous API")
        self._note(told)
        return told

    async def _take(self, context: BrowserContext) -> None:
        if self._is_known() and context not in self._quiet:
            self._quiet.add(context)
            await context.add_init_script(leaves_quietly(ELSEWHERE.pattern))
        if context in self._contexts:
            return
        self._contexts.add(context)
        await context.route(ELSEWHERE, self._on_request)
        await context.route_web_socket(ELSEWHERE, self._on_web_socket)
        context.on("page", self._reach)
        for page in context.pages:
            await self._reach(page)

    async def _reach(self, page: Page) -> None:
        """While its scripts never end, a page hears none who come then; one that crashed is asked nothing."""
        page.once("crash", self._crashed.add)
        with suppress(PlaywrightError, TimeoutError):
            self._reached[page] = await asyncio.wait_for(page.context.new_cdp_session(page), _PATIENCE)

    async def _made(self, original: Original, _: object, *arguments: Any, **options: Any) -> Any:
        if self._is_known():  # what a service worker sends passes no route
            options["service_workers"] = "block"
        made = await original(*arguments, **options)
        await self._take(made.context if isinstance(made, Page) else made)
        return made

    async def _connected(self, original: Original, _: object, *arguments: Any, **options: Any) -> Browser:
        browser: Browser = await original(*arguments, **options)
        for context in browser.contexts:
            await self._take(context)
        return browser

    async def _acted(self, original: Original, acting: Page | Frame | Locator, *arguments: Any, **options: Any) -> Any:
        page = acting if isinstance(acting, Page) else acting.page
        with suppress(PlaywrightError):  # it is closed: the original says so
            await self._take(page.context)
        return await original(*arguments, **options)

    async def _on_request(self, route: Route, request: Request) -> None:
        with suppress(PlaywrightError):  # the page may be closed meanwhile
            if self._keeps(request.method, request.url):
                self._tell(request.method, request.url)
                await route.abort("blockedbyclient")
            else:
                await route.fallback()

    async def _on_web_socket(self, socket: WebSocketRoute) -> None:
        if self._is_known():
            await socket.close()
        else:
            socket.connect_to_server()

    async def _routed(self, original: Original, route: Route, *arguments: Any, **options: Any) -> Any:
        """A test's own route lets a request go on: as it is, or made another."""
        request = route.request
        method, address = options.get("method") or request.method, options.get("url") or request.url
        if not self._keeps(method, address):
            return await original(*arguments, **options)
        told = self._tell(method, address)
        await route.abort("blockedbyclient")
        if original.func.__name__ == "fetch":
            raise PlaywrightError(told)
        return None

    async def _sent(self, original: Original, _: APIRequestContext, *arguments: Any, **options: Any) -> Any:
        method, address = api_request(original.func.__name__, arguments, options)
        if self._keeps(method, address):
            raise PlaywrightError(self._tell(method, address))
        return await original(*arguments, **options)

    async def _closed(self, original: Original, closing: Page | BrowserContext | Browser, **options: Any) -> None:
        """What a page still wants to send as it goes, no route sees."""
        if self._is_known():
            contexts = closing.contexts if isinstance(closing, Browser) else [closing]
            for page in (page for one in contexts for page in ([one] if isinstance(one, Page) else one.pages)):
                if page not in self._crashed:
                    with suppress(PlaywrightError, TimeoutError):
                        await asyncio.wait_for(self._silence(page), _PATIENCE)
        await original(**options)

    async def _silence(self, page: Page) -> None:
        session = self._reached.get(page) or await page.context.new_cdp_session(page)
        for command, said in SILENCING.items():
            await session.send(command, said)
