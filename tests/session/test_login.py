"""Signing in by hand, with a test as the person at the browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import BrowserContext, Page

from automation.domain import KvkNumber
from automation.errors import SignInError, UsageError
from automation.inputs import profile, settings
from automation.machine.person import Nobody
from automation.machine.signals import Interruption
from automation.mock_portal.data.accounts import PASSWORD, TOTP_SECRET
from automation.mock_portal.server import MockPortal
from automation.session import login
from automation.session.login import Login, save_session
from tests.own_thread import NoSignals, in_own_thread


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


def login_of(portal: MockPortal, said: list[str]) -> Login:
    return Login(settings.load(portal_url=portal.url, headless=True), profile.load(), None, Nobody(), said.append)


def person(monkeypatch: pytest.MonkeyPatch, act: Callable[[Page], None]) -> None:
    """What the person at the browser does, once keten waits and watches."""
    wait = login._await_shell

    def waiting(context: BrowserContext, login_of: Login, interruption: Interruption) -> str:
        act(context.pages[0])
        return wait(context, login_of, interruption)

    monkeypatch.setattr(login, "_await_shell", waiting)
    monkeypatch.setattr(login, "Interruption", NoSignals)


def sign_in_for_the_second(page: Page) -> None:
    page.get_by_label("Gebruikersnaam").fill("twee")
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.get_by_role("button", name="Inloggen").click()
    page.get_by_role("textbox", name="Code").fill(pyotp.TOTP(TOTP_SECRET).now())
    page.get_by_role("button", name="Bevestigen").click()
    page.get_by_role("radio", name="90000201").check()
    page.get_by_role("button", name="Doorgaan").click()


@in_own_thread
def test_what_a_person_does_by_hand_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    person(monkeypatch, sign_in_for_the_second)
    with MockPortal() as portal:
        here = login_of(portal, said)
        save_session(here)

        assert here.saved(None, "90000201").load() is not None
        assert not here.saved(None, "90000102").is_there
        assert (portal.ledger()["sign_ins"], portal.sign_in()["sessions"]) == (1, 1)
    assert any("Sign in in the browser" in line for line in said)
    assert any("Signed in for Voorbeeld Vastgoed B.V. (KvK 90000201)" in line for line in said)
    assert any("KETEN_SECOND_FACTOR=by-hand" in line for line in said)
    assert not any(PASSWORD in line for line in said)


@pytest.mark.parametrize(
    ("shown", "named", "kept_for"),
    [
        ("Holding (KvK 90000102)", None, "90000102"),
        ("Holding 90000102, 90000102", "90000102", "90000102"),
        ("Holding (KvK 90000102)", "90000201", "--organisation is 90000201"),
        ("Holding", None, "without a KvK number"),
        ("Holding", "90000102", "90000102"),
        ("", "90000102", "90000102"),
    ],
)
def test_a_session_is_kept_for_one_organisation(shown: str, named: str | None, kept_for: str) -> None:
    number = KvkNumber(named) if named else None
    here = Login(settings.load(), profile.load(), None, Nobody(), print, number)

    if kept_for.isdigit():
        assert login._acted_for(here, shown) == kept_for
        return
    with pytest.raises(SignInError, match=kept_for):
        login._acted_for(here, shown)


def test_where_nothing_says_for_whom_it_is_no_session_is_begun() -> None:
    silent = profile.load().model_copy(update={"own_organisation": "not-shown"})
    here = Login(settings.load(portal_url="http://127.0.0.1:1/beheer"), silent, None, Nobody(), print)

    with pytest.raises(UsageError, match="does not show which organisation you act for") as told:
        save_session(here)
    assert "--organisation KVK" in told.value.hint


def test_without_a_screen_nobody_can_sign_in_by_hand_and_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    here = Login(settings.load(portal_url="http://127.0.0.1:1/beheer"), profile.load(), None, Nobody(), lambda _: None)

    with pytest.raises(SignInError, match="this machine has no screen"):
        save_session(here)


@in_own_thread
def test_a_browser_that_is_closed_keeps_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    person(monkeypatch, lambda page: page.close())
    with MockPortal() as portal:
        here = login_of(portal, [])
        with pytest.raises(SignInError, match="closed before the sign-in was done"):
            save_session(here)
        assert not here.all_saved(None)


@in_own_thread
def test_nobody_is_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    person(monkeypatch, lambda page: None)
    monkeypatch.setattr(login, "_PATIENCE", 0.5)
    with MockPortal() as portal:
        here = login_of(portal, [])
        with pytest.raises(SignInError, match="nobody signed in"):
            save_session(here)
        assert not here.all_saved(None)
