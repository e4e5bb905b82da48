"""The click held at the network (law 3), in Chromium, against a server that counts what reaches it.

No wire stands between them here: what these tests show is the hold's own doing.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page

from automation.browser.click import Click, Tell
from automation.browser.hold import Hold
from automation.browser.launcher import CONTEXT_OPTIONS
from automation.browser.requests import PortalRequests
from automation.errors import StorageError
from pages.profile import Recording, RecordingRequest
from tests.own_thread import OwnBrowser
from tests.recording_server import Received, RecordingServer, answer, serving

PATIENCE = 30.0  # seconds
CHROMIUM = OwnBrowser()
own_browser = CHROMIUM.fixture()
SCRIPT = """<script>
    const post = (path, more = {}) => fetch(path, {method: 'POST', body: 'grant', ...more}).then(
        async answer => document.title = `${answer.status} ${await answer.text()}`, () => document.title = 'no answer')
</script>"""


@dataclass
class Bench:
    """A page with a `post` function, under a hold, or without one."""

    page: Page
    hold: Hold
    portal: RecordingServer
    click: Click = field(init=False)
    notes: list[str] = field(default_factory=list)
    journaled: list[str] = field(default_factory=list)

    def journal(self, event: str, detail: str) -> None:
        self.journaled.append(f"{event}: {detail}; {len(self.posts)} arrived")

    def arm(self, journal: Tell | None = None, times: int = 1) -> None:
        """From now on, as right before a click; it lasts until the test ends."""
        self._armed = self.hold.click(journal or self.journal, times)  # kept: it would end with its last name
        self.click = self._armed.__enter__()

    def run(self, script: str) -> None:
        self.page.evaluate(f"() => {{ {script} }}")

    def until(self, happened: Callable[[], object]) -> None:
        end = time.monotonic() + PATIENCE
        while not happened():
            assert time.monotonic() < end, f"it did not happen in time; the page says {self.page.title()!r}"
            self.page.wait_for_timeout(10)

    def until_page_says(self, said: str) -> None:
        self.until(lambda: said in self.page.title())

    @property
    def posts(self) -> list[str]:
        return [one.target for one in self.portal.received if one.method == "POST"]

    @property
    def gets(self) -> list[str]:
        return [one.target for one in self.portal.received if one.method == "GET"]


@contextmanager
def bench(
    reply: Callable[[Received], bytes | None] = lambda _: answer("ok"),
    recording: Recording = Recording(),  # noqa: B008 - frozen
    *,
    held: bool = True,
    timeout: float = 10.0,
) -> Iterator[Bench]:
    def replying(received: Received) -> bytes | None:
        return answer(SCRIPT) if received.method == "GET" else reply(received)

    with serving(replying) as portal, CHROMIUM.browser.new_context(**CONTEXT_OPTIONS) as context:
        notes: list[str] = []
        address = f"{portal.origin}/beheer"
        hold: Any = None
        if held:
            requests = PortalRequests(address, recording)
            hold = Hold(context, requests, timeout, lambda event, detail: notes.append(f"{event}: {detail}"))
        page = context.new_page()
        page.goto(f"{portal.origin}/wizard")
        yield Bench(page, hold, portal, notes)


def dropping(received: Received) -> bytes | None:
    return None


@pytest.mark.parametrize("held", [True, False])
@CHROMIUM.thread
def test_a_connection_that_drops_after_the_click_brings_one_request_and_two_without_the_hold(held: bool) -> None:
    """Chromium sends a POST again when a kept-alive connection drops before the answer: here it is kept from it."""
    with bench(dropping, held=held) as on:
        if held:
            on.arm()
        on.run("post('/record')")
        on.until_page_says("no answer")

        assert (len(on.posts) == 1) is held
        if held:
            assert on.click.answer is not None
            assert on.click.answer.status is None


@CHROMIUM.thread
def test_the_page_is_given_the_answer_to_the_released_request() -> None:
    with bench(lambda _: answer("gemaakt", "201 Created")) as on:
        on.arm()
        on.run("post('/record')")
        on.until_page_says("201 gemaakt")

        assert on.click.answered
        assert str(on.click.answer) == "201"
        released = f"released: POST {on.portal.origin}/record"
        assert on.journaled == [f"{released}; 0 arrived", "answered: 201; 1 arrived"]


@CHROMIUM.thread
def test_nothing_leaves_that_the_journal_cannot_be_told_of() -> None:
    def full(event: str, detail: str) -> None:
        raise StorageError("the disk is full")

    with bench() as on:
        on.arm(full)
        on.run("post('/record')")
        on.until_page_says("no answer")

        assert on.posts == []
        assert on.click.failure is not None
        assert on.click.answer is None


@CHROMIUM.thread
def test_a_front_end_that_posts_twice_is_let_out_once() -> None:
    with bench() as on:
        on.arm()
        on.run("post('/record'); post('/record')")
        on.until(lambda: on.click.answered and on.hold.aborted)

        assert on.posts == ["/record"]
        assert "sent already" in on.hold.aborted[0].why


@CHROMIUM.thread
def test_a_request_that_comes_late_is_still_the_one() -> None:
    with bench() as on:
        on.arm()
        on.run("setTimeout(() => post('/record'), 800)")
        on.until(lambda: on.click.answered)

        assert on.posts == ["/record"]


@CHROMIUM.thread
def test_nothing_that_could_change_something_leaves_once_the_click_is_over() -> None:
    with bench() as on:
        on.arm()
        on.hold.shut()
        on.run("post('/record'); fetch('/still-read')")
        on.until_page_says("no answer")
        on.until(lambda: any(one.target == "/still-read" for one in on.portal.received))

        assert on.posts == []
        assert on.click.answer is None


@CHROMIUM.thread
def test_what_would_send_past_the_hold_is_not_there() -> None:
    with bench() as on:
        assert on.page.evaluate("[typeof SharedWorker, typeof fetchLater]") == ["undefined", "undefined"]


@CHROMIUM.thread
def test_a_web_socket_counts_from_the_click_on_also_once_it_is_closed() -> None:
    opened = "new WebSocket(`ws://${location.host}/`).onclose = () => document.title += ' closed'"
    with bench() as on:
        on.run(opened)
        on.until_page_says("closed")
        on.until(lambda: not on.hold.sockets_open)
        on.arm()
        assert on.click.silence_proves
        on.run(opened)
        on.until_page_says("closed closed")
        on.until(lambda: not on.hold.sockets_open)
        assert not on.click.silence_proves
        on.arm()
        assert on.click.silence_proves


@pytest.mark.parametrize(("other", "ambiguous"), [("/log", True), ("/record", False)])
@CHROMIUM.thread
def test_it_is_known_when_another_request_than_the_one_released_might_be_it(other: str, ambiguous: bool) -> None:
    with bench() as on:
        on.arm()
        on.run("post('/record')")
        on.until(lambda: on.click.answered)
        on.run(f"post('{other}')")
        on.until(lambda: on.hold.aborted)

        assert on.click.sent().complete is not ambiguous
        assert on.posts == ["/record"]


WRITTEN = Recording(
    request=RecordingRequest(address="/\\/record$/"),
    lets_pass=(RecordingRequest(address="/\\/draft$/"),),
)


@CHROMIUM.thread
def test_while_armed_only_what_the_profile_names_leaves() -> None:
    with bench(recording=WRITTEN) as on:
        on.arm()
        on.run("post('/draft'); post('/analytics'); post('/record')")
        on.until(lambda: on.click.answered and on.hold.aborted and len(on.posts) == 2)

        assert sorted(on.posts) == ["/draft", "/record"]
        assert [one.address for one in on.hold.aborted] == [f"{on.portal.origin}/analytics"]


@CHROMIUM.thread
def test_what_may_pass_leaves_once_and_is_never_the_one_that_records() -> None:
    broad = Recording(request=WRITTEN.request, lets_pass=(RecordingRequest(address="/./"),))
    with bench(recording=broad) as on:
        on.arm()
        on.run("post('/record'); post('/record'); post('/draft'); post('/draft')")
        on.until(lambda: on.click.answered and len(on.hold.aborted) == 2 and len(on.posts) == 2)

        assert sorted(on.posts) == ["/draft", "/record"]
        assert (on.click.released, on.click.silence_proves) == (1, False)


@pytest.mark.parametrize(
    ("read", "may_have_sent"),
    [("/record?nu", True), ("/list?page=2", False), ("", False)],
    ids=["new", "known", "none"],
)
@CHROMIUM.thread
def test_what_was_never_read_before_the_click_may_record_by_get(read: str, may_have_sent: bool) -> None:
    with bench() as on:
        on.run("fetch('/list')")
        on.until(lambda: "/list" in on.gets)
        on.arm()
        on.run(f"'{read}' && fetch('{read}')")
        on.until(lambda: not read or read in on.gets)

        assert on.click.silence_proves is not may_have_sent


@CHROMIUM.thread
def test_a_request_that_the_profile_says_records_never_leaves_unless_armed() -> None:
    with bench(recording=WRITTEN) as on:
        on.run("post('/record')")
        on.until_page_says("no answer")
        on.run("post('/look-up')")
        on.until_page_says("200 ok")

        assert on.posts == ["/look-up"]
        assert "nothing was clicked" in on.hold.aborted[0].why


@CHROMIUM.thread
def test_a_body_tells_the_recording_request_from_others_to_the_same_address() -> None:
    graphql = Recording(request=RecordingRequest(address="/graphql$/", body="/grant/"))
    with bench(recording=graphql) as on:
        on.arm()
        on.run("post('/graphql', {body: 'query'}); post('/graphql')")
        on.until(lambda: on.click.answered and on.hold.aborted)

        assert [one.body for one in on.portal.received if one.method == "POST"] == [b"grant"]


BY_GET = Recording(request=RecordingRequest(method="GET", address="/\\/record\\?/"))


@CHROMIUM.thread
def test_a_recording_request_by_get_leaves_once_and_only_while_armed() -> None:
    with bench(recording=BY_GET) as on:
        on.run("fetch('/record?a=1')")
        on.until(lambda: on.hold.aborted)
        on.arm()
        on.run("fetch('/record?a=2'); fetch('/record?a=2'); fetch('/read')")
        on.until(lambda: on.click.answered and len(on.hold.aborted) == 2 and "/read" in on.gets)
        on.hold.shut()
        on.run("fetch('/record?a=3')")
        on.until(lambda: len(on.hold.aborted) == 3)

        assert sorted(on.gets) == ["/read", "/record?a=2", "/wizard"]
        assert on.journaled[0] == f"released: GET {on.portal.origin}/record; 0 arrived"
        whys = ["it records a grant, and nothing was clicked", "it was sent already", "the click is over"]
        assert [one.why for one in on.hold.aborted] == whys


@CHROMIUM.thread
def test_of_several_requests_of_one_click_it_is_known_whether_all_were_sent() -> None:
    with bench(recording=WRITTEN) as on:
        on.arm(times=2)
        on.run("post('/record')")
        on.until(lambda: on.click.answered)
        assert not on.click.all_released
        on.run("post('/record')")
        on.until(lambda: on.click.answered and on.click.released == 2)
        assert on.click.all_released


@pytest.mark.parametrize(("status", "followed"), [("303 See Other", 1), ("307 Temporary Redirect", 0)])
@CHROMIUM.thread
def test_a_redirect_is_followed_only_where_nothing_is_posted_again(status: str, followed: int) -> None:
    def reply(received: Received) -> bytes:
        return answer("", status, Location="/elsewhere") if received.target == "/record" else answer("posted again")

    with bench(reply) as on:
        on.arm()
        on.run("post('/record')")
        on.until(lambda: on.page.title() != "")

        assert on.posts == ["/record"]
        assert sum(one.target == "/elsewhere" for one in on.portal.received) == followed
        assert on.click.answer is not None
        assert not on.click.answer.to_sign_in


@pytest.mark.parametrize("location", ["/beheer?verlopen=1", "http://["], ids=["the sign-in", "no address"])
@CHROMIUM.thread
def test_a_redirect_to_the_sign_in_or_nowhere_is_no_good_answer(location: str) -> None:
    with bench(lambda _: answer("", "302 Found", Location=location)) as on:
        on.arm()
        on.run("post('/record')")
        on.until(lambda: on.click.answered)

        assert on.click.answer is not None
        assert on.click.answer.to_sign_in
        assert not on.click.answer.is_good


@CHROMIUM.thread
def test_a_portal_that_does_not_answer_in_time_leaves_no_answer() -> None:
    answering = threading.Event()

    def reply(_: Received) -> bytes:
        answering.wait(PATIENCE)
        return answer("too late")

    with bench(reply, timeout=0.5) as on:
        on.arm()
        on.run("post('/record')")
        on.until(lambda: on.click.answered)
        answering.set()

        assert on.click.answer is not None
        assert on.click.answer.status is None
        assert len(on.posts) == 1


@CHROMIUM.thread
def test_a_page_whose_scripts_never_end_is_closed_in_seconds_and_sends_nothing_as_it_goes() -> None:
    with bench() as on:
        on.run("addEventListener('pagehide', () => navigator.sendBeacon('/late', 'x'))")
        on.run(
            """setTimeout(() => {
                const last = new XMLHttpRequest()
                last.open('GET', '/hangs', false)
                last.send()
                for (;;);
            })"""
        )
        on.until(lambda: "/hangs" in on.gets)  # from then on its script waits or runs for ever: nobody can ask it
        began = time.monotonic()

        on.hold.close([on.page])

        assert time.monotonic() - began < 10
        assert on.posts == []


@CHROMIUM.thread
def test_a_page_that_crashed_is_closed_at_once() -> None:
    with bench() as on:
        with on.page.expect_event("crash"), suppress(PlaywrightError):
            on.page.goto("chrome://crash")
        began = time.monotonic()

        on.hold.close([on.page])

        assert time.monotonic() - began < 10
        assert on.page.is_closed()


SENT_AS_IT_GOES = {
    "a beacon": "w.addEventListener('pagehide', () => w.navigator.sendBeacon('/record', 'late'))",
    "a fetch that outlives it": "w.onpagehide = () => w.fetch('/record', {method: 'POST', body: 'x', keepalive: true})",
    "hidden": "w.document.addEventListener('visibilitychange', () => w.navigator.sendBeacon('/record', 'late'))",
    "written anew": "w.document.write('<script>onpagehide = () => navigator.sendBeacon(`/record`, `late`)</script>')",
    "unloaded": "w.addEventListener('unload', () => w.navigator.sendBeacon('/record', 'late'), {capture: true})",
}
GOES = {
    "the page goes elsewhere": "const w = window; WAY; setTimeout(() => { location = '/elsewhere' })",
    "its popup closes itself": "const w = open('/popup'); w.onload = () => { WAY; w.close() }",
}


@pytest.mark.parametrize("way", SENT_AS_IT_GOES.values(), ids=SENT_AS_IT_GOES)
@pytest.mark.parametrize("goes", GOES)
@CHROMIUM.thread
def test_nothing_leaves_unseen_as_a_page_goes_by_itself(way: str, goes: str) -> None:
    with bench(lambda _: answer("busy", "503 Service Unavailable")) as on:
        on.arm()
        on.run("post('/record')")
        on.until(lambda: on.click.answered)
        on.run(GOES[goes].replace("WAY", way))
        if "popup" in goes:
            on.until(lambda: len(on.page.context.pages) == 1 and "/popup" in on.gets)
        else:
            on.page.wait_for_url("**/elsewhere")
        on.run("fetch('/afterwards')")
        on.until(lambda: "/afterwards" in on.gets)

        assert len(on.posts) == len([told for told in on.journaled if told.startswith("released")]) == 1


@CHROMIUM.thread
def test_a_frame_of_another_site_whose_scripts_never_end_holds_nobody_up_and_sends_nothing() -> None:
    with bench() as on:
        frame = f"{on.portal.origin.replace('127.0.0.1', 'localhost')}/frame"
        on.page.evaluate(
            """src => new Promise(loaded => document.body.append(Object.assign(
            document.createElement('iframe'), {src, onload: loaded})))""",
            frame,
        )
        on.page.frames[-1].evaluate(
            "addEventListener('pagehide', () => navigator.sendBeacon('/late', 'x')); setTimeout(() => { for (;;); })"
        )
        began = time.monotonic()

        on.hold.close([on.page])

        assert time.monotonic() - began < 10
        assert on.posts == []
