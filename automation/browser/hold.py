"""The click held at the network: one click, one request (law 3).

Chromium re-sends a POST by itself when a kept-alive connection drops before the answer, unseen by routes and events.
So while a click is *armed*, the request that records is sent once by keten itself, and its answer given to the page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import Error as PlaywrightError

from automation.browser.leaving import close_silently, leaves_quietly, reach
from automation.domain.addresses import origin_of
from automation.errors import KetenError
from automation.law.outcome import Answer
from pages.oversight import leave_to_caller
from pages.plain_words import in_words
from pages.profile import Recording, RecordingRequest

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page, Request, Route

_SAFE = {"GET", "HEAD"}
_TELLING = {"document", "xhr", "fetch", "other"}
_RESENDING_REDIRECTS = {307, 308}


class _Gate(Enum):
    OPEN = auto()  # requests go on as they are
    ARMED = auto()  # from just before the click until the outcome is known
    SHUT = auto()  # nothing that could change something leaves: until the page of the click is closed


@dataclass(frozen=True)
class Aborted:
    """A request that was not let out, and why; the address without its query, which may hold personal data."""

    method: str
    address: str
    why: str


class Hold:
    """Holds every request of a browser context that could change something; `note` is told of each event.

    GET and HEAD could not, unless the profile says that such a request records.
    `address` is the sign-in address: an answer that redirects there is no witness of a grant.
    """

    def __init__(
        self,
        context: BrowserContext,
        address: str,
        recording: Recording,
        timeout: float,
        note: Callable[[str, str], None],
    ) -> None:
        self.aborted: list[Aborted] = []
        self.answer: Answer | None = None
        self.released = 0
        self.failure: KetenError | None = None
        """What kept the journal from being told of a release; nothing was sent then."""
        self._address, self._recording, self._timeout, self._note = address, recording, timeout, note
        self._journal: Callable[[str, str], None] = note
        self._gate = _Gate.OPEN
        self._times = 1
        self._sockets = 0
        self._socket_since_armed = False
        self._released_as: set[tuple[str, str]] = set()
        self._passed: set[tuple[str, str, bytes | None]] = set()
        self._read_before: set[str] = set()
        self._read_anew = False
        self.ambiguous = False
        """Whether another request than the released one wanted to leave, and it is not known which of them records."""
        self._underway = 0
        leave_to_caller(context)
        context.add_init_script(leaves_quietly())
        context.on("page", self._watch_sockets)
        context.on("page", reach)
        context.route("**/*", self._on_request)

    def _watch_sockets(self, page: Page) -> None:
        def opened(socket: object) -> None:
            self._sockets += 1
            self._socket_since_armed = True
            socket.on("close", closed)  # type: ignore[attr-defined]

        def closed(_: object) -> None:
            self._sockets -= 1

        page.on("websocket", opened)

    @property
    def sockets_open(self) -> bool:
        """Whether a web socket is or was open since the click, so that nothing may be concluded from silence."""
        return self._sockets > 0 or (self._gate is not _Gate.OPEN and self._socket_since_armed)

    def arm(self, journal: Callable[[str, str], None], times: int = 1) -> None:
        """From now on release the request that records, this many times at most, and nothing else.

        `journal` is told of a release before it leaves, and of its answer; when it fails, nothing leaves.
        """
        self._gate, self._times, self._journal = _Gate.ARMED, times, journal
        self.answer, self.released, self.failure = None, 0, None
        self._socket_since_armed, self.ambiguous, self._released_as = False, False, set()
        self._passed, self._read_anew = set(), False

    def shut(self) -> None:
        """Abort from now on whatever could change something, until `open`: the outcome is being judged."""
        self._gate = _Gate.SHUT

    def open(self) -> None:
        """Let requests go on as they are; only once the page of the last click is closed."""
        self._gate = _Gate.OPEN

    def close(self, pages: Iterable[Page]) -> None:
        """Close pages so that nothing leaves that they still want to send, be it held or sent as a page goes.

        No route sees a request that a page makes while it is unloaded (tried: a POST on `pagehide`, `unload` or
        `visibilitychange` left 9 times of 9): so its scripts stop before, and none hears that it goes.
        """
        self.shut()
        close_silently(pages)
        self.open()

    @property
    def may_have_sent(self) -> bool:
        """Whether something left since the click that is not known to be harmless: silence then proves nothing."""
        return bool(self._passed) or self._read_anew

    @property
    def under_way(self) -> bool:
        """Whether a released request has no answer yet; it has one, or is given up, within the time-out."""
        return self._underway > 0

    @property
    def all_released(self) -> bool:
        """Whether as many requests left as one click is to bring."""
        return self.released >= self._times

    @property
    def answered(self) -> bool:
        """Whether the released request has its answer, and no other is under way."""
        return self.released > 0 and not self.under_way

    def _on_request(self, route: Route, request: Request) -> None:
        with suppress(PlaywrightError):  # the page may be closed while its requests are decided on
            written = self._is_written(request)
            if request.method in _SAFE and not written:
                self._watch_reading(request)
                route.continue_()
            elif self._gate is _Gate.OPEN:
                self._while_open(route, written)
            elif self._gate is _Gate.SHUT:
                self._abort(route, "the click is over")
            else:
                self._while_armed(route, request)

    def _watch_reading(self, request: Request) -> None:
        """Of what a page reads for itself after the click, what it never read before might record by GET."""
        address = _bare(request.url)
        if self._gate is _Gate.OPEN:
            self._read_before.add(address)
        elif request.resource_type in _TELLING and address not in self._read_before:
            self._read_anew = True

    def _is_written(self, request: Request) -> bool:
        """Whether it is the one that the profile says records."""
        written = self._recording.request
        return written is not None and _matches(written, request)

    def _while_open(self, route: Route, written: bool) -> None:
        if written:
            self._abort(route, "it records a grant, and nothing was clicked")
        else:
            route.continue_()

    def _while_armed(self, route: Route, request: Request) -> None:
        passes = any(_matches(passing, request) for passing in self._recording.lets_pass)
        if passes and not self._is_written(request):  # what is surely the one that records is never let pass
            said = (request.method, request.url, request.post_data_buffer)
            if said in self._passed:
                self._abort(route, "it was sent already")
            else:
                self._passed.add(said)
                self._release(route, request, records=False)
        elif not self._records(request):
            self._abort(route, "it is not the request that records")
        elif self.released >= self._times:
            unwritten = self._recording.request is None
            self.ambiguous |= unwritten and (request.method, _bare(request.url)) not in self._released_as
            self._abort(route, "it was sent already")
        else:
            self._release(route, request, records=True)

    def _records(self, request: Request) -> bool:
        if self._recording.request is None:
            return origin_of(request.url) == origin_of(self._address)
        return self._is_written(request)

    def _release(self, route: Route, request: Request, records: bool) -> None:
        """Send the request once, no retries and no redirects, and give the page the answer."""
        told = f"{request.method} {_bare(request.url)}"
        try:
            self._journal("released", told)
        except KetenError as failure:
            self.failure = failure
            route.abort("blockedbyclient")
            return
        if records:
            self.released += 1
            self._released_as.add((request.method, _bare(request.url)))
        self._underway += 1
        self._note("released", told)
        try:
            response = route.fetch(max_redirects=0, max_retries=0, timeout=self._timeout * 1000)
            location = response.headers.get("location", "")
            answer = Answer(response.status, to_sign_in=self._leads_to_sign_in(request.url, location, response.status))
        except PlaywrightError as error:
            response, answer = None, Answer(None, why=in_words(error))
        finally:
            self._underway -= 1
        if records:
            self.answer = answer if self.answer is None else self.answer.worse(answer)
        self._note("answered", str(answer))
        with suppress(KetenError):  # it is known all the same, and what follows fails where that matters
            self._journal("answered", str(answer))
        if response is None or response.status in _RESENDING_REDIRECTS:
            # A redirect of this kind would have the browser post the body again, where no route sees it.
            self._abort(route, "no answer that the page could be given")
        else:
            route.fulfill(response=response)

    def _leads_to_sign_in(self, url: str, location: str, status: int) -> bool:
        if not 300 <= status < 400:
            return False
        try:
            target, sign_in = urlsplit(urljoin(url, location)), urlsplit(self._address)
        except ValueError:
            return True  # an address that is none may be anything, and is no witness
        return target.path.rstrip("/") == sign_in.path.rstrip("/")

    def _abort(self, route: Route, why: str) -> None:
        self.aborted.append(Aborted(route.request.method, _bare(route.request.url), why))
        self._note("aborted", f"{route.request.method} {_bare(route.request.url)}: {why}")
        route.abort("blockedbyclient")


def _matches(written: RecordingRequest, request: Request) -> bool:
    body = (request.post_data_buffer or b"").decode("utf-8", "replace")
    return written.is_sent_by(request.method, request.url, body)


def _bare(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}{parts.path}"
