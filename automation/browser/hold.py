"""The click held at the network: one click, one request (law 3).

Chromium re-sends a POST by itself when a kept-alive connection drops before the answer, unseen by routes and events.
So while a click is *armed*, keten itself sends the request that records, once, and gives the page its answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playwright.sync_api import Error as PlaywrightError

from automation.browser.click import Click, Tell
from automation.browser.leaving import close_silently, leaves_quietly, reach
from automation.browser.requests import SAFE, PortalRequests, bare
from pages.oversight import leave_to_caller

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page, Request, Route


@dataclass(frozen=True)
class Aborted:
    """A request that was not let out, and why; the address without its query, which may hold personal data."""

    method: str
    address: str
    why: str


class Hold:
    """Holds every request of a browser context that could change something; `note` is told of each event.

    Requests by GET and HEAD pass, unless the profile says that such a request records. `timeout` is in seconds.
    """

    def __init__(self, context: BrowserContext, requests: PortalRequests, timeout: float, note: Tell) -> None:
        self.aborted: list[Aborted] = []
        self._requests, self._timeout, self._note = requests, timeout, note
        self._click: Click | None = None
        self._shut = False
        self._sockets = 0
        self._read: set[str] = set()
        leave_to_caller(context)
        context.add_init_script(leaves_quietly())
        context.on("page", self._watch_sockets)
        context.on("page", reach)
        context.route("**/*", self._on_request)

    @property
    def sockets_open(self) -> bool:
        """Whether a web socket is open, so that nothing may be concluded from silence."""
        return self._sockets > 0

    @contextmanager
    def click(self, journal: Tell, times: int = 1) -> Iterator[Click]:
        """While this lasts, release the request that records, at most `times` times, and nothing else.

        Afterwards nothing leaves that could change something, until the pages are closed by `close`.
        """
        self._click = click = Click(self._requests, times, self._timeout, journal, self._note, self._abort)
        click.silence_proves = not self._sockets
        try:
            yield click
        finally:
            self.shut()

    def shut(self) -> None:
        """Abort from now on whatever could change something, until `close`."""
        self._shut = True

    def close(self, pages: Iterable[Page]) -> None:
        """Close pages so that nothing leaves that they still want to send, be it held or sent as a page goes.

        No route sees a request that a page makes while it is unloaded (tried: a POST on `pagehide`, `unload` or
        `visibilitychange` left 9 times of 9): so its scripts stop before, and none hears that it goes.
        """
        self.shut()
        close_silently(pages)
        self._click, self._shut = None, False

    def _watch_sockets(self, page: Page) -> None:
        def opened(socket: object) -> None:
            self._sockets += 1
            if self._click:
                self._click.silence_proves = False
            socket.on("close", closed)  # type: ignore[attr-defined]

        def closed(_: object) -> None:
            self._sockets -= 1

        page.on("websocket", opened)

    def _on_request(self, route: Route, request: Request) -> None:
        with suppress(PlaywrightError):  # the page may be closed while its requests are decided on
            written = self._requests.is_written(request)
            if request.method in SAFE and not written:
                self._watch_reading(request)
                route.continue_()
            elif self._shut:
                self._abort(route, "the click is over")
            elif self._click:
                self._click.decide(route, request)
            elif written:
                self._abort(route, "it records a grant, and nothing was clicked")
            else:
                route.continue_()

    def _watch_reading(self, request: Request) -> None:
        """Of what a page reads after the click, what it never read before might record by GET."""
        address = bare(request.url)
        if self._click is None:
            self._read.add(address)
        elif address not in self._read:
            self._click.see_new_reading(request)

    def _abort(self, route: Route, why: str) -> None:
        self.aborted.append(Aborted(route.request.method, bare(route.request.url), why))
        self._note("aborted", f"{route.request.method} {bare(route.request.url)}: {why}")
        route.abort("blockedbyclient")
