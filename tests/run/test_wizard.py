"""Reading back what the next click records: from the overview, else from controls as they are now (law 2.6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest
from playwright.sync_api import Page

from automation.domain import Money, Scope
from automation.inputs.profile import load
from automation.law.gate import ScreenReading
from automation.law.plan import Action
from automation.run.wizard import differing, read_back
from pages.review import ReviewStep
from pages.view import View
from tests.grants import OWN as OWN_ORGANISATION
from tests.grants import grant

TWO = Scope.services(["UWV: Verzuimmelder", "Belastingdienst: Loonheffingen"])
ACTION = Action(grant=grant(TWO), verb="grant", reason="", elements=TWO.elements)
FILLED = ScreenReading(
    receiver_kvk="68750110",
    receiver_name="Accountantskantoor Jansen B.V.",
    elements=TWO.elements,
    term="5 jaar",
    term_agrees=True,
    costs=Money.parse("EUR 22.45"),
)
OWN = "<output aria-label=Organisatie>Voorbeeld Holding B.V. (90000102)</output>"
BUTTON = "<button>Vastleggen</button>"
ONE_PAGE = f"""{OWN}
    <label>KvK-nummer van de intermediair <input value=69599084></label>
    <section role=region aria-label='Gevonden organisatie'><span aria-label=Naam>Salarisbureau De Vries</span></section>
    <ul aria-label='Gekozen diensten'><li>UWV: Verzuimmelder</li></ul>
    <select aria-label=Duur><option>5 jaar<option selected>1 jaar</select>
    <output aria-label=Totaal>€ 99,00</output>{BUTTON}"""
OVERVIEW = f"""{OWN}<dl><dd aria-label='KvK-nummer intermediair'>68750110</dd><dd aria-label=Intermediair>Jansen</dd>
    <dd aria-label=Bevoegdheid><ul><li>UWV: Verzuimmelder</ul></dd><dd aria-label=Einddatum>24-11-2031</dd>
    <dd aria-label=Kosten>€ 12,20</dd></dl>"""


def read(page: Page, html: str) -> ScreenReading:
    page.set_content(html)
    return read_back(ReviewStep(View(page, load(), "http://127.0.0.1/beheer")), FILLED, ACTION)


def test_controls_that_are_still_there_are_read_again_at_the_gate(page: Page) -> None:
    assert read(page, ONE_PAGE) == ScreenReading(
        organisation="Voorbeeld Holding B.V. (90000102)",
        receiver_kvk="69599084",
        receiver_name="Salarisbureau De Vries",
        elements=Scope.services(["UWV: Verzuimmelder"]).elements,
        term="1 jaar",
        term_agrees=False,
        costs=Money.parse("EUR 99.00"),
    )


@pytest.mark.parametrize("beside", ["", ONE_PAGE.replace(OWN, "").replace(BUTTON, "")])
def test_what_the_overview_shows_goes_before_what_controls_show(page: Page, beside: str) -> None:
    shown = read(page, OVERVIEW + beside + BUTTON)

    assert (shown.receiver_kvk, shown.receiver_name) == ("68750110", "Jansen")
    assert shown.elements == Scope.services(["UWV: Verzuimmelder"]).elements
    assert (shown.valid_until, shown.costs) == (date(2031, 11, 24), Money.parse("EUR 12.20"))


def test_a_field_that_the_portal_marks_as_wrong_is_a_difference_at_the_gate(page: Page) -> None:
    html = OVERVIEW + "<label>Kenmerk <input value=x aria-invalid=true aria-describedby=e></label><p id=e>Te kort</p>"
    reading = read(page, html + BUTTON)

    found = differing(
        View(page, load(), "http://127.0.0.1/beheer"), ACTION, OWN_ORGANISATION, reading, datetime(2026, 11, 24, 12, 0)
    )

    assert "the field “Kenmerk”: the portal says “Te kort”" in found


def test_controls_of_earlier_screens_count_as_they_were_filled_in(page: Page) -> None:
    hidden = f"<div hidden>{ONE_PAGE.replace(OWN, '').replace(BUTTON, '')}</div>"
    other_kind = "<output aria-label=Duur>5 jaar</output>"

    found = read(page, OWN + hidden + other_kind + BUTTON)

    assert replace(found, organisation=None) == FILLED
