"""A date that is picked in a calendar: what opens it, and that nothing else is ever clicked for it."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from playwright.sync_api import Page

from automation.errors import ControlError, GrantError
from pages.controls import DateField
from pages.screen import Part, Screen
from pages.view import View
from tests.pages.conftest import with_screens

DAY = datetime.date(2026, 12, 24)
PAGE = """<!doctype html><html lang=nl><meta charset=utf-8><title>hier</title><body>
<form onsubmit="document.title = 'verzonden'; return false"><div><div><div>%s</div></div></div></form>
<div id=calendar hidden><h2>december 2026</h2><table><tr>DAYS</tr></table></div>
<script>
const field = document.querySelector("#it");
function show() { calendar.hidden = false }
function went() { document.title = "weg" }
for (const day of calendar.querySelectorAll("td")) day.onclick = () => {
  field.value = `${day.textContent}-12-2026`; calendar.hidden = true };
</script>""".replace("DAYS", "".join(f"<td>{day}" for day in range(1, 32)))
FIELD = "<label for=it>Einddatum</label><input id=it readonly>"


class Dates(Screen):
    name = "dates"
    ready = "it"

    date = Part(DateField, "it")


@pytest.fixture
def date(page: Page, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Shows a field in a form, and gives its control; the profile knows a control `other` besides."""
    monkeypatch.setattr("pages.controls.calendar._OPENING", 0.2)
    monkeypatch.setattr("pages.controls.calendar._KEY_OPENING", 0.05)
    page.set_default_timeout(1500)
    known = {"it": [{"css": "#it"}], "other": [{"role": "button", "name": "Kalender van de dienst"}]}

    def show(html: str) -> DateField:
        page.set_content(PAGE % html)
        return Dates(View(page, with_screens(dates=known), "http://127.0.0.1/beheer")).date

    return show


BY_NAME = "<button type=button onclick='show()'>Open kalender</button>"
OPENERS = {
    "its name": BY_NAME,
    "its label": "<button type=button onclick='show()' aria-label='Choose Date'></button>",
    "the label of its icon": "<button type=button onclick='show()'><img alt=Kalender src=data:,></button>",
    "the title of its icon": "<button type=button onclick='show()'><svg width=9><title>Kalender</title></svg></button>",
    "its icon": "<button type=button onclick='show()'><i class='pi pi-calendar' aria-hidden=true>.</i></button>",
    "the dialog that it opens": "<button type=button aria-haspopup=dialog onclick='show()'>…</button>",
    "the popover that it opens": "<button type=button popovertarget=x onclick='show()' aria-label=Einddatum></button>",
    "the element that it controls": "<button type=button aria-controls=calendar onclick='show()'>▾</button>",
    "a button before the field": ("<button type=button onclick='show()'>Kies een datum</button>", FIELD),
}


@pytest.mark.parametrize("html", OPENERS.values(), ids=OPENERS.keys())
def test_a_button_that_says_that_it_opens_the_calendar_opens_it(date: Any, html: str | tuple[str, str]) -> None:
    field = date("".join(html) if isinstance(html, tuple) else FIELD + html)

    field.enter(DAY)

    assert field.day() == DAY


OTHERS = {
    "continue": "<button onclick='went()'>Doorgaan</button>",
    "a submit": "<button type=submit onclick='went()'>Verder</button>",
    "a button that does not say what it does": "<button type=button onclick='went()'>Doorgaan</button>",
    "a calendar's name on a submit": "<button onclick='went()'>Open kalender</button>",
    "a submit for a dialog": "<button onclick='went()' aria-haspopup=dialog aria-label=Kalender></button>",
    "an image that submits": "<input type=image alt='Open kalender' onclick='went()'>",
    "what clears the date": "<button type=button onclick='went()'>Datum wissen</button>",
    "an update": "<button type=button onclick='went()'>Choose update</button>",
    "another dialog": "<button type=button aria-haspopup=dialog onclick='went()'>Kies een dienst</button>",
    "a control that the profile knows": "<button type=button onclick='went()'>Kalender van de dienst</button>",
    "the calendar of another field": (
        "<label>Begin <input></label><button type=button onclick='went()'>Open kalender</button>"
    ),
    "two that say so": "<button type=button onclick='went()'>Open kalender</button>" * 2,
}


@pytest.mark.parametrize("html", OTHERS.values(), ids=OTHERS.keys())
def test_a_button_that_does_not_say_so_is_never_clicked(date: Any, page: Page, html: str) -> None:
    field = date(FIELD + html)

    with pytest.raises(ControlError, match="no button beside the field says that it opens one"):
        field.enter(DAY)

    assert page.title() == "hier"


@pytest.mark.parametrize("way", ["onclick='show()'", "onkeydown='if (event.key === `ArrowDown`) show()'",
                                 "onkeydown='if (event.key === `ArrowDown` && event.altKey) show()'"])  # fmt: skip
def test_the_field_itself_is_tried_first(date: Any, page: Page, way: str) -> None:
    button = "<button type=button onclick='went()'>Open kalender</button>"

    date(FIELD.replace("<input", f"<input {way}") + button).enter(DAY)

    assert (page.title(), page.locator("#it").input_value()) == ("hier", "24-12-2026")


def test_a_field_that_is_disabled_has_its_calendar_opened_by_its_button(date: Any) -> None:
    field = date(FIELD.replace("readonly", "disabled") + BY_NAME)

    field.enter(DAY)

    assert field.day() == DAY


def test_the_buttons_of_the_form_turn_no_months(date: Any, page: Page) -> None:
    days = "".join(f"<td>{day}" for day in range(1, 31))
    open_already = f"<table id=it role=grid aria-label='november 2026'><tr>{days}</tr></table>"
    field = date(f"{open_already}<button>Vorige</button><button onclick='went()'>Volgende</button>")

    with pytest.raises(GrantError, match="cannot be chosen: the calendar ends before it"):
        field.enter(DAY)

    assert page.title() == "hier"
