"""Buttons and front ends that make one click two, late or none: one request at most leaves, and the hold knows."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from automation.browser.click import Click
from automation.browser.hold import Hold
from automation.browser.launcher import CONTEXT_OPTIONS
from automation.browser.requests import PortalRequests
from automation.law.outcome import Answer
from pages.profile import Recording
from pages.review import ReviewStep
from tests.own_thread import OwnBrowser
from tests.recording_server import Received, RecordingServer, answer, serving

CHROMIUM = OwnBrowser()
own_browser = CHROMIUM.fixture()
SETTLED = 2.0  # seconds in which a front end would have sent what it still wants to
POST = "const post = () => fetch('/record', {method: 'POST', body: 'grant'})"
BUTTON = "<button id=it>Vastleggen</button>"
ON_CLICK = "it.addEventListener('click', post)"
PAGES = {
    "plain": (BUTTON, ON_CLICK, 1),
    "posts late": (BUTTON, "it.addEventListener('click', () => setTimeout(post, 800))", 1),
    "posts twice": (BUTTON, "it.addEventListener('click', () => { post(); post() })", 1),
    "posts twice, in turn": (BUTTON, "it.addEventListener('click', () => post().finally(post))", 1),
    "posts again when it fails": (
        BUTTON,
        """const again = n => post().then(a => { if (!a.ok && n) again(n - 1) })
            it.addEventListener('click', () => again(3))""",
        1,
    ),
    "posts again on reload": (
        "<form method=post action=/record><button id=it>Vastleggen</button></form>",
        "it.addEventListener('click', () => setTimeout(() => location.reload(), 500))",
        1,
    ),
    **{
        f"sends {what} as it goes, on {event}": (
            BUTTON,
            f"{ON_CLICK}; addEventListener('{event}', () => {{ {send} }}, true)",
            1,
        )
        for event in ("pagehide", "unload", "visibilitychange")
        for what, send in (("a beacon", "navigator.sendBeacon('/record', 'grant')"), ("a request", "post()"))
    },
    "handler blocks": (
        BUTTON,
        "it.addEventListener('click', () => { const end = Date.now() + 1200; while (Date.now() < end); post() })",
        1,
    ),
    "removed on pointerdown and back": (
        BUTTON,
        f"""{ON_CLICK}; it.addEventListener('pointerdown', () => {{
            const parent = it.parentNode, button = it
            button.remove()
            setTimeout(() => parent.append(button), 50) }})""",
        None,
    ),
    "covered as the mouse moves": (
        f"{BUTTON}<div id=cover hidden style='position: fixed; inset: 0'></div>",
        f"""{ON_CLICK}; addEventListener('mousemove', () => {{
            cover.hidden = false; setTimeout(() => cover.hidden = true, 300) }})""",
        None,
    ),
    "posts on pointerdown, under a spinner": (
        f"{BUTTON}<div id=spin hidden style='position: fixed; inset: 0'></div>",
        "it.addEventListener('pointerdown', () => { spin.hidden = false; post() })",
        1,
    ),
    "replaced on mousedown": (
        BUTTON,
        f"{ON_CLICK}; it.addEventListener('mousedown', () => it.replaceWith(it.cloneNode(true)))",
        0,
    ),
}


@contextmanager
def clicked(
    html: str, script: str, reply: Callable[[Received], bytes | None], *, tls: bool = False
) -> Iterator[tuple[Click, RecordingServer]]:
    """The page after keten's own click, and after all that it still wanted to send has been seen to."""

    def replying(received: Received) -> bytes | None:
        page = f"<meta charset=utf-8>{html}<script>{POST}; const it = document.getElementById('it'); {script}</script>"
        return answer(page) if received.method == "GET" else reply(received)

    with (
        serving(replying, tls=tls) as portal,
        CHROMIUM.browser.new_context(**CONTEXT_OPTIONS, ignore_https_errors=tls) as context,
    ):
        context.set_default_timeout(3000)
        hold = Hold(context, PortalRequests(f"{portal.origin}/beheer", Recording()), 10, lambda *_: None)
        page = context.new_page()
        page.goto(f"{portal.origin}/wizard")
        with hold.click(lambda *_: None) as click:
            ReviewStep.click(page.get_by_role("button", name="Vastleggen"))
            end = time.monotonic() + SETTLED
            while click.under_way or time.monotonic() < end:
                page.wait_for_timeout(50)
        hold.close([page])
        context.new_page().wait_for_timeout(SETTLED * 100)  # what left as the page went is there by now
        yield click, portal


LATE_EVENTS = ("on unload", "on visibilitychange")


@pytest.mark.parametrize("tls", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["plain HTTP", "TLS"])
@pytest.mark.parametrize(
    ("html", "script", "expected"),
    [
        pytest.param(*page, id=name, marks=pytest.mark.slow if name.endswith(LATE_EVENTS) else ())
        for name, page in PAGES.items()
    ],
)
@CHROMIUM.thread
def test_a_click_brings_one_request_at_most_and_the_hold_knows_which(
    html: str, script: str, expected: int | None, tls: bool
) -> None:
    with clicked(html, script, lambda _: answer("ok"), tls=tls) as (click, portal):
        sent = portal.count("POST")
        assert sent == (min(sent, 1) if expected is None else expected)
        assert click.released == sent
        assert click.answer == (Answer(200) if sent else None)


@pytest.mark.parametrize("tls", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["plain HTTP", "TLS"])
@pytest.mark.parametrize("name", ["plain", "posts again when it fails", "posts again on reload"])
@CHROMIUM.thread
def test_no_front_end_sends_again_what_was_not_answered(name: str, tls: bool) -> None:
    html, script, _ = PAGES[name]
    with clicked(html, script, lambda _: None, tls=tls) as (click, portal):
        assert portal.count("POST") == 1
        assert click.answer is not None
        assert click.answer.status is None
