"""The sign-in screen of portals that answer without a new page, say nothing, or ask for one thing after the other."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from automation.domain import KvkNumber
from automation.errors import ControlError, PortalRefused
from automation.inputs import profile as profiles
from pages.profile import Control, Locator
from pages.sign_in import Required, SignIn
from pages.view import View

ADDRESS = "http://127.0.0.1/beheer"
FORM = """
<p role="alert">{notice}</p>
<form id="form" onsubmit="event.preventDefault(); setTimeout(answer, 300)">
  <label>Gebruikersnaam <input name="user"></label>
  <label>Wachtwoord <input type="password"></label>
  <button>Inloggen</button>
</form>
<main></main>
<script>
  const form = document.getElementById('form'), main = document.querySelector('main');
  function answer() {{ {answer} }}
</script>
"""
CODE = "form.remove(); main.innerHTML = '<label>Code <input></label>';"


def screen(page: Page, html: str, overlay: dict[str, Control] | None = None, *, timeout: float = 10_000) -> SignIn:
    page.set_default_timeout(timeout)
    page.route(ADDRESS, lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
    page.goto(ADDRESS)  # credentials are typed on the portal's own origin alone
    profile = profiles.load()
    screens = {**profile.screens, "sign_in": {**profile.screens["sign_in"], **(overlay or {})}}
    return SignIn(View(page, profile.model_copy(update={"screens": screens}), ADDRESS))


def test_the_form_that_is_still_shown_is_no_answer_nor_is_a_notice_that_was_there_before(page: Page) -> None:
    shown = screen(page, FORM.format(notice="Zaterdag is er onderhoud.", answer=CODE))

    assert shown.enter_password("u", "p") is Required.CODE


def test_a_new_alert_beside_an_old_one_is_the_answer(page: Page) -> None:
    told = "main.innerHTML = '<p role=alert>Wachtwoord onjuist.</p>'"
    shown = screen(page, FORM.format(notice="Zaterdag is er onderhoud.", answer=told))

    with pytest.raises(PortalRefused, match=r"^“Wachtwoord onjuist\.”$"):
        shown.enter_password("u", "p")
    assert page.get_by_label("Wachtwoord").input_value() == ""


def test_an_alert_that_was_empty_before_is_the_answer_once_it_says_something(page: Page) -> None:
    told = "document.querySelector('[role=alert]').textContent = 'Wachtwoord onjuist.'"
    shown = screen(page, FORM.format(notice="", answer=told))

    with pytest.raises(PortalRefused, match=re.escape("“Wachtwoord onjuist.”")):
        shown.enter_password("u", "p")


@pytest.mark.parametrize("answer", ["form.reset()", ""], ids=["the form again", "nothing"])
def test_a_sign_in_that_is_not_answered_in_time_is_no_refusal(page: Page, answer: str) -> None:
    shown = screen(page, FORM.format(notice="", answer=answer), timeout=1500)

    with pytest.raises(ControlError, match="did not answer the sign-in in time") as told:
        shown.enter_password("u", "p")
    assert "Accounts lock" in told.value.hint
    assert page.get_by_label("Wachtwoord").input_value() == ""


def test_a_code_that_is_not_answered_in_time_is_no_refusal(page: Page) -> None:
    shown = screen(page, "<label>Code <input></label><button>Bevestigen</button>", timeout=1500)

    with pytest.raises(ControlError, match="did not answer the sign-in in time"):
        shown.enter_code("123456")


def test_an_answer_that_nobody_knows_is_not_called_a_refusal(page: Page) -> None:
    shown = screen(page, FORM.format(notice="", answer="form.remove()"), timeout=1500)

    with pytest.raises(ControlError, match="the screen that followed is not known"):
        shown.enter_password("u", "p")


def test_the_password_may_be_asked_for_after_the_user_name(page: Page) -> None:
    html = """
      <label>Gebruikersnaam <input id="user"></label> <button onclick="setTimeout(on, 300)">Volgende</button>
      <main></main>
      <script>
        const main = document.querySelector('main');
        function on() {
          main.innerHTML = '<label>Wachtwoord <input type=password></label><button onclick=inside()>Inloggen</button>';
        }
        function inside() { main.innerHTML = '<label>Code <input></label>'; }
      </script>
    """
    further = (Locator(role="button", name="Volgende", optional=True),)

    assert screen(page, html, {"continue": further}).enter_password("u", "p") is Required.CODE


def test_organisations_may_be_offered_by_name_alone(page: Page) -> None:
    html = """
      <label><input type="radio" name="o"> Voorbeeld Vastgoed B.V.</label>
      <label><input type="radio" name="o" onchange="inside()"> Voorbeeld Holding B.V.</label>
      <main></main>
      <script>
        function inside() { document.querySelector('main').innerHTML = '<p aria-label="Organisatie">Holding</p>'; }
      </script>
    """
    shown = screen(page, html, {"organisations": (Locator(role="radio"),)})

    assert not shown.offers(KvkNumber("90000102"))
    assert shown.choices() == ["Voorbeeld Vastgoed B.V.", "Voorbeeld Holding B.V."]
    assert shown.choose_at(1) is Required.NOTHING


def test_an_organisation_may_be_offered_as_a_button_or_link(page: Page) -> None:
    html = """
      <ul><li><a href="#" onclick="inside()">Voorbeeld Vastgoed B.V. (KvK 90000201)</a></li>
      <li><a href="#" onclick="inside()">Voorbeeld Holding B.V. (KvK 90000102)</a></li></ul>
      <main id="main"></main>
      <script>
        function inside() { main.innerHTML = '<p aria-label="Organisatie">' + event.target.text; }
      </script>
    """
    offers = (Locator(role="link", name="/KvK {kvk}/"),)
    shown = screen(page, html, {"organisation": offers, "choose_organisation": ()})

    assert shown.choose(KvkNumber("90000102")) is Required.NOTHING
    assert "90000102" in page.get_by_label("Organisatie").inner_text()


def test_of_two_offers_that_fit_none_is_taken(page: Page) -> None:
    html = "<label><input type=radio> A (KvK 90000102)</label><label><input type=radio> B (KvK 90000102)</label>"

    with pytest.raises(ControlError, match="ambiguous"):
        screen(page, html).choose(KvkNumber("90000102"))
    assert page.get_by_role("radio", checked=True).count() == 0
