"""Chromium behind the wire: what it cannot reach, does not repeat, and can no longer send once keten is gone."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from typing import Self

import pytest
from playwright.sync_api import Page

from automation.browser import launcher as browsers
from automation.browser.launcher import CONTEXT_OPTIONS, launched
from automation.browser.wire import Wire
from tests.own_thread import in_own_thread
from tests.recording_server import Received, RecordingServer, answer, serving

PATIENCE = 30.0  # seconds
TRIES = 3
"""Of what a browser may leave when it has much to do, such as rendering a page before it is asked for."""

both_ways = pytest.mark.parametrize("guarded", [True, False], ids=["through the wire", "without the wire"])

ESCAPES = {
    "navigation": "location = FOREIGN",
    "redirect of a navigation": "location = REDIRECT + 302",
    "form": "post(FOREIGN)",
    "redirect of a form, body and all": "post(REDIRECT + 307)",
    "fetch": "fetch(FOREIGN, {method: 'POST', mode: 'no-cors', body: 'secret'})",
    "redirect of a fetch, body and all": "fetch(REDIRECT + 308, {method: 'POST', mode: 'no-cors', body: 'secret'})",
    "fetch kept alive": "fetch(FOREIGN, {method: 'POST', mode: 'no-cors', body: 'secret', keepalive: true})",
    "beacon": "navigator.sendBeacon(FOREIGN, 'secret')",
    "popup": "open(FOREIGN)",
    "frame": "document.body.append(Object.assign(document.createElement('iframe'), {src: FOREIGN}))",
    "picture": "new Image().src = FOREIGN",
    "web socket": "new WebSocket(FOREIGN.replace('http', 'ws'))",
    "web socket as a stream": "new WebSocketStream(FOREIGN.replace('http', 'ws'))",
    "worker": "new Worker(URL.createObjectURL(new Blob([`fetch('${FOREIGN}', {mode: 'no-cors'})`])))",
    "ping of a link": "Object.assign(document.links[0], {ping: FOREIGN}).click()",
    "events": "new EventSource(FOREIGN)",
    "style sheet": "document.head.append(made('link', {rel: 'stylesheet', href: FOREIGN}))",
    "film": "document.body.append(made('video', {src: FOREIGN, autoplay: true, muted: true}))",
    "prefetched page": "document.head.append(made('link', {rel: 'prefetch', href: FOREIGN}))",
    "prerendered page": "speculate('prerender')",
    "speculatively fetched page": "speculate('prefetch')",
    "report of a breached policy": "document.body.append(made('object', {data: '/own'}))",
    "peer over TCP": "connect('candidate:1 1 tcp 2122260223 127.0.0.1 ' + PORT + ' typ host tcptype passive')",
    "relay over TCP": "askIce({urls: `turn:127.0.0.1:${PORT}?transport=tcp`, username: 'a', credential: 'b'})",
}
PAST_A_PROXY = {
    "server that tells of one's address": "askIce({urls: `stun:127.0.0.1:${PORT}`})",
    "relay over UDP": "askIce({urls: `turn:127.0.0.1:${PORT}?transport=udp`, username: 'a', credential: 'b'})",
    "peer over UDP": "connect('candidate:1 1 udp 2122260223 127.0.0.1 ' + PORT + ' typ host')",
    "web transport": "new WebTransport(FOREIGN.replace('http', 'https')).ready.catch(() => 0)",
}
"""What Chromium sends by UDP, of which no proxy ever hears."""
PAGE = r"""<form method=post><input name=a value=secret></form><a href=#here>here</a><script>
    const PORT = new URLSearchParams(location.search).get('to')
    const FOREIGN = `http://127.0.0.1:${PORT}/away`, REDIRECT = `/redirect?to=${PORT}&status=`
    const post = action => Object.assign(document.forms[0], {action}).submit()
    const made = (tag, attributes) => Object.assign(document.createElement(tag), attributes)
    const speculate = how => document.head.append(made('script', {
        type: 'speculationrules', textContent: JSON.stringify({[how]: [{source: 'list', urls: [FOREIGN]}]})
    }))
    async function askIce(...iceServers) {
        const peer = window.peer = new RTCPeerConnection({iceServers})
        peer.createDataChannel('secret')
        await peer.setLocalDescription(await peer.createOffer())
        return peer
    }
    async function connect(candidate) {
        const peer = await askIce(), {sdp} = peer.localDescription
        const answer = sdp.replace('a=setup:actpass', 'a=setup:active').replace(/a=candidate.*\r\n/g, '')
        await peer.setRemoteDescription({type: 'answer', sdp: answer})
        await peer.addIceCandidate({candidate, sdpMid: '0', sdpMLineIndex: 0})
    }
</script>"""


def wait_until(happened: Callable[[], object], page: Page | None = None) -> None:
    """Ask again and again, letting the browser's events in; fail when it has not happened in time."""
    end = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < end, "it did not happen in time"
        page.wait_for_timeout(10) if page else threading.Event().wait(0.01)


def was_blocked(wire: Wire, server: RecordingServer) -> bool:
    return server.port in {one.port for one in wire.blocked}


def was_reached(server: RecordingServer) -> bool:
    return server.connections > 0


def page_or_redirect(received: Received) -> bytes:
    path, _, query = received.target.partition("?")
    fields = dict(pair.split("=") for pair in query.split("&") if pair)
    if path != "/redirect":
        told = f"object-src 'none'; report-uri http://127.0.0.1:{fields.get('to')}/away"
        return answer(PAGE, Content_Security_Policy_Report_Only=told)
    return answer(status=f"{fields['status']} Elsewhere", Location=f"http://127.0.0.1:{fields['to']}/away")


@both_ways
@in_own_thread
def test_nothing_reaches_another_port_unless_the_wire_is_left_out(guarded: bool) -> None:
    with ExitStack() as stack:
        portal = stack.enter_context(serving(page_or_redirect))
        foreign = {name: stack.enter_context(serving()) for name in ESCAPES}
        wire = stack.enter_context(Wire([portal.origin]))
        proxy = wire.proxy if guarded else None
        happened = partial(was_blocked, wire) if guarded else was_reached
        browser = stack.enter_context(launched(None, headless=True, proxy=proxy, say=print))
        context = browser.new_context(**CONTEXT_OPTIONS)
        for _ in range(TRIES):
            tried = {name: server for name, server in foreign.items() if not happened(server)}
            for name, server in tried.items():
                page = context.new_page()
                page.goto(f"{portal.origin}/?to={server.port}")
                page.evaluate(f"void setTimeout(() => {{ {ESCAPES[name]} }})")
            end = time.monotonic() + PATIENCE / TRIES
            while time.monotonic() < end and not all(map(happened, tried.values())):
                page.wait_for_timeout(10)

        assert [name for name, server in foreign.items() if not happened(server)] == []
        assert {name: was_reached(server) for name, server in foreign.items()} == dict.fromkeys(foreign, not guarded)


class Datagrams:
    """Counts what comes by UDP at a port of 127.0.0.1."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.setblocking(False)
        self.port: int = self._socket.getsockname()[1]
        self.count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def have_come(self) -> bool:
        with suppress(BlockingIOError):
            while self._socket.recv(65536):
                self.count += 1
        return self.count > 0


@both_ways
@in_own_thread
def test_nothing_goes_round_the_wire_by_udp(guarded: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not guarded:
        monkeypatch.setattr(browsers, "_QUIET", ())
    with ExitStack() as stack:
        portal = stack.enter_context(serving(page_or_redirect))
        listening = {name: stack.enter_context(Datagrams()) for name in PAST_A_PROXY}
        wire = stack.enter_context(Wire([portal.origin]))
        proxy = wire.proxy if guarded else None
        browser = stack.enter_context(launched(None, headless=True, proxy=proxy, say=print))
        context = browser.new_context(**CONTEXT_OPTIONS)
        for name, sent in listening.items():
            page = context.new_page()
            page.goto(f"{portal.origin}/?to={sent.port}")
            page.evaluate(f"void setTimeout(async () => {{ await {PAST_A_PROXY[name]}; window.tried = true }})")
            if not guarded:
                wait_until(sent.have_come, page)
                continue
            page.wait_for_function("window.tried && (!window.peer || peer.iceGatheringState === 'complete')")
            with serving() as later:
                page.evaluate("to => void fetch(to).catch(() => 0)", later.origin)
                wait_until(partial(was_blocked, wire, later), page)

        assert {name: sent.have_come() for name, sent in listening.items()} == dict.fromkeys(listening, not guarded)


LOOK_UPS = r"""name => {
    const add = (rel, href) => document.head.append(Object.assign(document.createElement('link'), {rel, href}))
    add('dns-prefetch', `//hint-${name}`)
    add('preconnect', `http://connection-${name}`)
    const iceServers = [
        {urls: `stun:tells-${name}`}, {urls: `turn:relays-${name}?transport=tcp`, username: 'a', credential: 'b'},
    ]
    const peer = new RTCPeerConnection({iceServers})
    peer.createDataChannel('secret')
    const gathered = new Promise(done => peer.onicegatheringstatechange = () =>
        peer.iceGatheringState === 'complete' && done())
    return peer.createOffer().then(offer => peer.setLocalDescription(offer)).then(() => gathered)
}"""
_LOOKED_UP = re.compile(r'"host(?:name)?":\s*"[a-z:/]*?([a-z]+)-stranger\.invalid')


@both_ways
@in_own_thread
def test_no_name_is_looked_up_by_the_browser_itself(
    guarded: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name server of a stranger's reads what a page asks it, `password.stranger.example`, and no proxy hears it."""
    log = tmp_path / "net.json"
    monkeypatch.setattr(browsers, "_QUIET", (*(browsers._QUIET if guarded else ()), f"--log-net-log={log}"))
    with serving() as portal, Wire([portal.origin]) as wire:
        proxy = wire.proxy if guarded else None
        with launched(None, headless=True, proxy=proxy, say=print) as browser:
            page = browser.new_page(**CONTEXT_OPTIONS)
            page.goto(portal.origin)
            page.evaluate(LOOK_UPS, "stranger.invalid")

    looked_up = set(_LOOKED_UP.findall(log.read_text("utf-8")))
    assert looked_up == (set() if guarded else {"tells", "relays"})  # Playwright has Chromium take no hints


BURST = """async () => {
    const opening = new AbortController()
    for (let i = 0; i < 8; i++) fetch('/late' + i, {signal: opening.signal}).catch(() => {})
    setTimeout(() => opening.abort(), 3)
    await fetch('/released')
    await fetch('/record', {method: 'POST', body: 'grant'}).catch(() => {})
}"""


@both_ways
@in_own_thread
def test_a_post_without_an_answer_is_sent_once_though_connections_lie_ready(guarded: bool) -> None:
    def reply(received: Received) -> bytes | None:
        return None if received.method == "POST" else answer("hello")

    with serving(reply) as portal, Wire([portal.origin]) as wire:
        proxy = wire.proxy if guarded else None
        with launched(None, headless=True, proxy=proxy, say=print) as browser:
            page = browser.new_page(**CONTEXT_OPTIONS)
            page.goto(portal.origin)
            sent = []
            for _ in range(5):
                before = portal.count("POST")
                page.evaluate(BURST)
                sent.append(portal.count("POST") - before)

    assert (sent == [1] * 5) is guarded, sent


KETEN = """
import sys
from automation.browser.launcher import launched
from automation.browser.wire import Wire

with Wire([sys.argv[1]]) as wire:
    proxy = wire.proxy if sys.argv[2] == "guarded" else None
    with launched(None, headless=True, proxy=proxy, say=lambda _: None) as browser:
        browser.new_page().goto(sys.argv[1])
        print(wire.url, flush=True)
        sys.stdin.read()
"""
SENDING = """<script>setInterval(() => {
    fetch('/post', {method: 'POST', body: 'late'}).catch(() => {})
    new WebSocket(location.origin.replace('http', 'ws') + '/socket')
}, 20)</script>"""


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="finds the browser's processes in /proc")
@both_ways
def test_a_browser_that_outlives_a_killed_keten_sends_nothing_more(guarded: bool) -> None:
    with serving(lambda _: answer(SENDING, Connection="close")) as portal:
        mode = "guarded" if guarded else "free"
        keten = subprocess.Popen(
            [sys.executable, "-c", KETEN, portal.origin, mode], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        with keten:
            assert keten.stdout
            wire_port = int(keten.stdout.readline().strip().rpartition(":")[2])
            wait_until(lambda: portal.count("POST") and any(one.target == "/socket" for one in portal.received))
            driver, *browsers = descendants(keten.pid)
            try:
                os.kill(driver, signal.SIGSTOP)  # it would end the browser as soon as keten is gone
                keten.kill()
                keten.wait()
                killed_at = mark(portal)
                if guarded:
                    wait_until_asked_for(f"127.0.0.1:{portal.port}", at=wire_port)
                else:
                    wait_until(lambda: portal.connections > killed_at + 5)
            finally:
                keten.kill()
                os.kill(driver, signal.SIGCONT)
            wait_until(lambda: not any(map(is_alive, [driver, *browsers])))

        late = portal.connections - killed_at - 1
        assert (late == 0) is guarded, f"{late} connections after the kill"


def mark(server: RecordingServer) -> int:
    """The number of a connection made now: whatever came later has a higher one."""
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(b"MARK / HTTP/1.1\r\n\r\n")
        connection.recv(1)
    return next(one.connection for one in server.received if one.method == "MARK")


def wait_until_asked_for(address: str, at: int) -> None:
    """Listen where the dead wire did, until the browser asks there for this address: it lives, and tries."""
    with socket.create_server(("127.0.0.1", at)) as listening:
        listening.settimeout(PATIENCE)
        asked = b""
        while address.encode() not in asked:
            connection, _ = listening.accept()
            with connection, suppress(ConnectionError):
                asked = connection.recv(65536)


def descendants(pid: int) -> list[int]:
    """The processes that this one started, and theirs, the oldest generation first."""
    parents = {int(stat.parent.name): status_of(stat)[1] for stat in Path("/proc").glob("[0-9]*/stat")}
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == str(one)]
    return found[1:]


def is_alive(pid: int) -> bool:
    return status_of(Path(f"/proc/{pid}/stat"))[0] not in "XZ"


def status_of(stat: Path) -> list[str]:
    """State and parent of a process, by proc(5); `X` once it is gone."""
    try:
        return stat.read_text().rpartition(") ")[2].split()[:2]
    except OSError:
        return ["X", ""]
