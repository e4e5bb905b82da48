"""A portal may say that the session ended in a dialog over its screen, and not by its sign-in."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from automation.errors import ControlError, SessionExpired
from automation.inputs import profile as profiles
from pages.receiver import ReceiverStep
from pages.view import View

FIELD = "<label>KvK-nummer van de intermediair <input></label>"
IN_A_DIALOG = "<div role=dialog aria-labelledby=t><h2 id=t>Uw sessie is verlopen</h2><button>Aanmelden</button></div>"
IN_OTHER_WORDS = "<p class=gone>Tot ziens</p>"


def receiver(page: Page, shown: str, overlay: Path | None = None) -> ReceiverStep:
    page.set_default_timeout(1000)
    page.set_content(f"<meta charset=utf-8>{shown}")
    return ReceiverStep(View(page, profiles.load(overlay), "http://127.0.0.1/beheer"))


@pytest.mark.parametrize("behind", ["", FIELD], ids=["nothing else", "the screen still behind it"])
def test_a_dialog_that_says_so_is_a_session_that_ended(page: Page, behind: str) -> None:
    with pytest.raises(SessionExpired, match="says that the session ended"):
        receiver(page, behind + IN_A_DIALOG).wait_until_ready()


def test_a_profile_says_what_else_shows_that_the_session_ended(page: Page, tmp_path: Path) -> None:
    overlay = tmp_path / "profile.yaml"
    overlay.write_text("session_ended: {css: .gone}\n", "utf-8")

    with pytest.raises(SessionExpired):
        receiver(page, IN_OTHER_WORDS, overlay).wait_until_ready()


def test_what_nobody_knows_is_not_taken_for_a_session_that_ended(page: Page) -> None:
    with pytest.raises(ControlError):
        receiver(page, IN_OTHER_WORDS + "<p>Uw sessie verloopt over 5 minuten.</p>").wait_until_ready()
