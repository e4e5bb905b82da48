"""Pages of a session: what was opened on one is closed with it, and each reading sees for whom it is (law 2.3, 2.4)."""

from __future__ import annotations

import json
import threading
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import pytest

from automation.browser.hold import Hold
from automation.browser.launcher import CONTEXT_OPTIONS
from automation.browser.requests import PortalRequests
from automation.domain import KvkNumber
from automation.domain.addresses import Allowed, PortalAddress
from automation.errors import ControlError, SessionExpired, SignInError
from automation.inputs.profile import load
from automation.session import session as sessions
from automation.session.session import Session, Site, Work
from pages.profile import Recording
from tests.grants import OWN, row
from tests.own_thread import OwnBrowser
from tests.recording_server import Received, answer, serving

CHROMIUM = OwnBrowser()
own_browser = CHROMIUM.fixture()
NOBODY: Any = SimpleNamespace(organisation=OWN, saved=SimpleNamespace(is_there=False))
OPENER = "<script>const opened = open('/popup')</script>"
POPUP = """<script>
    const post = path => fetch(path, {method: 'POST', body: 'grant', keepalive: true})
    post('/ready'); setTimeout(() => post('/late'), 500); addEventListener('pagehide', () => post('/as-it-goes'))
</script>"""


def nobody_waits(seconds: float) -> None:
    assert seconds == 0, "it waits for no time at all: that is where a run looks for a signal"


@CHROMIUM.thread
def test_a_popup_of_a_page_is_closed_with_it_and_sends_nothing_more() -> None:
    ready = threading.Event()

    def reply(received: Received) -> bytes:
        if received.target == "/ready":
            ready.set()
        return answer({"/wizard": OPENER, "/popup": POPUP}.get(received.target, ""))

    with serving(reply) as portal, CHROMIUM.browser.new_context(**CONTEXT_OPTIONS) as context:
        kept = context.new_page()
        hold = Hold(context, PortalRequests(f"{portal.origin}/beheer", Recording()), 5, lambda *_: None)
        unused: Any = None
        session = Session(
            context,
            hold,
            Site(PortalAddress(f"{portal.origin}/beheer"), Allowed(()), load()),
            NOBODY,
            nobody_waits,
            unused,
        )
        with session.page(Work.GRANT, "a grant") as opened:
            opened.page.goto(f"{portal.origin}/wizard")
            while not ready.is_set():
                opened.page.wait_for_timeout(20)
            assert len(context.pages) == 3
        assert context.pages == [kept]
        kept.wait_for_timeout(1000)  # the popup would have sent by then

        assert [one.target for one in portal.received if one.method == "POST"] == ["/ready"]


@pytest.mark.parametrize("gone", ["in time", "by itself"])
@pytest.mark.parametrize(
    ("shown", "error"),
    [
        ("<label>Gebruikersnaam<input></label>", SessionExpired),
        ("<div role=dialog aria-label='Uw sessie is verlopen'>Meld u opnieuw aan.</div>", SessionExpired),
        ("<p>Even geduld</p>", ControlError),
    ],
    ids=["the sign-in", "a dialog that says so", "something else"],
)
@CHROMIUM.thread
def test_what_is_not_done_in_time_or_is_left_is_a_session_that_ended_where_the_sign_in_is_shown(
    shown: str, error: type[Exception], gone: str
) -> None:
    with CHROMIUM.browser.new_context(**CONTEXT_OPTIONS) as context:
        address = "http://127.0.0.1/beheer"
        hold = Hold(context, PortalRequests(address, Recording()), 5, lambda *_: None)
        evidence: Any = SimpleNamespace(write=lambda *_: None, keep=lambda *_: None)
        session = Session(
            context,
            hold,
            Site(PortalAddress(address), Allowed((PortalAddress(address).origin,)), load()),
            NOBODY,
            nobody_waits,
            evidence,
        )

        drawn = json.dumps(f"<meta charset=utf-8>{shown}")
        later = f"<body><script>setTimeout(() => document.body.innerHTML = {drawn}, 100)</script>"

        def look() -> None:
            with session.page(Work.GRANT, "a grant") as opened:
                page = opened.page
                if gone == "in time":
                    page.set_content(f"<meta charset=utf-8>{shown}")
                    page.locator("#gone").evaluate("e => e", timeout=200)
                page.route("**/elsewhere", lambda route: route.fulfill(content_type="text/html", body=later))
                page.set_content("<p>A step of the wizard</p>")
                leave = "e => new Promise(() => setTimeout(() => location.assign('http://127.0.0.1/elsewhere')))"
                page.locator("p").element_handle().evaluate(leave)

        with pytest.raises(error):
            look()


@pytest.mark.parametrize("kvk", [None, KvkNumber("68750110")])
def test_each_reading_of_the_list_sees_for_whom_it_is(monkeypatch: pytest.MonkeyPatch, kvk: KvkNumber | None) -> None:
    acts_for = ["Voorbeeld Holding B.V. (KvK 90000102)", "Voorbeeld Vastgoed B.V. (KvK 90000201)"]
    page = SimpleNamespace(close=lambda: None)
    listing = SimpleNamespace(read=lambda *_: [row()], read_for=lambda _: [row()], filtered=False)
    portal = SimpleNamespace(open_granted_list=lambda: listing, organisation=lambda: acts_for.pop(0), page=None)
    portal.view = SimpleNamespace()
    nothing = dict.fromkeys(("on", "once", "close"), lambda *_: None)
    doubles: Any = SimpleNamespace(pages=[], new_page=lambda: page, **nothing)
    doubles.tracing = SimpleNamespace(start=lambda **_: None, stop=lambda: None)
    monkeypatch.setattr(sessions, "Beheermodule", lambda *_: portal)
    evidence: Any = SimpleNamespace(write=lambda *_: None, keep=lambda *_: None)
    session = Session(
        doubles, doubles, Site(PortalAddress("http://127.0.0.1/"), Allowed(()), load()), NOBODY, nobody_waits, evidence
    )
    monkeypatch.setattr(session._failures, "kept", lambda *_: nullcontext())

    assert session.read_list(kvk) == [row()]
    with pytest.raises(SignInError, match="Voorbeeld Vastgoed"):
        session.read_list(kvk)
