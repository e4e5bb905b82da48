"""One click and what it sends: the request that records leaves once, sent by keten itself (law 3)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from playwright.sync_api import Error as PlaywrightError

from automation.browser.requests import PortalRequests, bare
from automation.errors import KetenError
from automation.law.outcome import Answer, Sent
from pages.plain_words import in_words

if TYPE_CHECKING:
    from playwright.sync_api import APIResponse, Request, Route

_TELLING = {"document", "xhr", "fetch", "other"}
_RESENDING_REDIRECTS = {307, 308}

Tell = Callable[[str, str], None]
"""Is told of an event, and of what it is about."""


class Click:
    """Decides on each request while one click is armed, and remembers what left and what came back.

    At most `times` requests that record are released. `journal` is told of each before it leaves, and of its answer;
    when that fails, the request does not leave. `note` is told of the same for the log. `abort` stops a request, and
    says why. `timeout` is in seconds.
    """

    def __init__(
        self,
        requests: PortalRequests,
        times: int,
        timeout: float,
        journal: Tell,
        note: Tell,
        abort: Callable[[Route, str], None],
    ) -> None:
        self._requests, self._times, self._timeout = requests, times, timeout
        self._journal, self._note, self._abort = journal, note, abort
        self.released = 0
        self.answer: Answer | None = None
        self.failure: KetenError | None = None
        """Why the journal could not be told of a release; that request was not sent."""
        self.silence_proves = True
        """False once something else may have left: over a web socket, or by a request that the profile lets pass."""
        self._under_way = 0
        self._ambiguous = self._stopped = False
        self._released_as: set[tuple[str, str]] = set()
        self._passed: set[tuple[str, str, bytes | None]] = set()

    @property
    def under_way(self) -> bool:
        """Whether a released request has no answer yet; it has one, or is given up, within the time-out."""
        return self._under_way > 0

    @property
    def answered(self) -> bool:
        """Whether the released request has its answer, and no other is under way."""
        return self.released > 0 and not self.under_way

    @property
    def all_released(self) -> bool:
        """Whether as many requests left as one click is to bring."""
        return self.released >= self._times

    def sent(self) -> Sent:
        """What was sent and what came back, by now."""
        return Sent(
            self.answer,
            complete=self.all_released and not self._ambiguous,
            silence_proves=self.silence_proves and not self.released,
            failure=self.failure.message if self.failure else None,
        )

    def stop(self) -> None:
        """Release nothing more, because the screen differs from what is to be recorded."""
        self._stopped = True

    def decide(self, route: Route, request: Request) -> None:
        """Let a request that could change something leave, or abort it."""
        if self._stopped:
            self._abort(route, "the click is over")
        elif self._requests.may_pass(request):
            self._pass(route, request)
        elif not self._requests.may_record(request):
            self._abort(route, "it is not the request that records")
        elif self.all_released:
            # Where the profile names no request, another one than was released may be the one that records.
            named = self._requests.recording.request is not None
            self._ambiguous |= not named and (request.method, bare(request.url)) not in self._released_as
            self._abort(route, "it was sent already")
        else:
            self._record(route, request)

    def see_new_reading(self, request: Request) -> None:
        """See a request by GET or HEAD to an address that was not read before the click: it might record."""
        if request.resource_type in _TELLING:
            self.silence_proves = False

    def _pass(self, route: Route, request: Request) -> None:
        content = (request.method, request.url, request.post_data_buffer)
        if content in self._passed:
            self._abort(route, "it was sent already")
        elif self._tell_release(route, request):
            self._passed.add(content)
            self.silence_proves = False
            self._answer(route, *self._send(route, request))

    def _record(self, route: Route, request: Request) -> None:
        if self._tell_release(route, request):
            self.released += 1
            self._released_as.add((request.method, bare(request.url)))
            response, answer = self._send(route, request)
            self.answer = answer if self.answer is None else self.answer.worse(answer)
            self._answer(route, response, answer)

    def _tell_release(self, route: Route, request: Request) -> bool:
        """Write-ahead: whether the journal knows that the request leaves; it is aborted otherwise."""
        told = f"{request.method} {bare(request.url)}"
        try:
            self._journal("released", told)
        except KetenError as failure:
            self.failure = failure
            self._abort(route, "the journal could not be told of it")
            return False
        self._note("released", told)
        return True

    def _send(self, route: Route, request: Request) -> tuple[APIResponse | None, Answer]:
        """Send the request once, without retries and redirects."""
        self._under_way += 1
        try:
            response = route.fetch(max_redirects=0, max_retries=0, timeout=self._timeout * 1000)
            location = response.headers.get("location", "")
            to_sign_in = self._requests.leads_to_sign_in(request.url, location, response.status)
            return response, Answer(response.status, to_sign_in=to_sign_in)
        except PlaywrightError as error:
            return None, Answer(None, why=in_words(error))
        finally:
            self._under_way -= 1

    def _answer(self, route: Route, response: APIResponse | None, answer: Answer) -> None:
        """Tell the journal of an answer, and give it to the page."""
        self._note("answered", str(answer))
        with suppress(KetenError):  # it is known all the same, and what follows fails where that matters
            self._journal("answered", str(answer))
        if response is None or response.status in _RESENDING_REDIRECTS:
            # A redirect of this kind would have the browser post the body again, where no route sees it.
            self._abort(route, "there was no answer that the page could be given")
        else:
            route.fulfill(response=response)
