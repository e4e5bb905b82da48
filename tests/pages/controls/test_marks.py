"""What a portal marks as wrong is never taken for entered: of every kind of control, and once more before the click."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from playwright.sync_api import Page

from automation.errors import Mismatch
from pages.controls import Choice, DateField, TextField, Toggle
from pages.controls.marks import marked
from pages.screen import Part, Step
from pages.view import View
from tests.pages.conftest import screen_of, with_screens

DAY = datetime.date(2032, 1, 5)


class Marks(Step):
    name = "marks"
    ready = "it"

    choice = Part(Choice, "it")
    toggle = Part(Toggle, "it")
    date = Part(DateField, "it")
    field = Part(TextField, "it")


@pytest.fixture
def marks(page: Page, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Shows a page on which the control has the id `it`."""
    monkeypatch.setattr("pages.controls.marks._SETTLING", 0.2)
    page.set_default_timeout(1500)

    def show(html: str) -> Marks:
        page.set_content(f"<!doctype html><html lang=nl><meta charset=utf-8><body><form>{html}</form>")
        return Marks(View(page, with_screens(marks={"it": [{"css": "#it"}]}), "http://127.0.0.1/beheer"))

    return show


MARK = "this.setAttribute('aria-invalid', 'true')"
TOLD = "<span id=e hidden>Te ver</span>"
SHOW = "e.hidden = false"
FIELDS = {
    "aria-invalid": (f'<input id=it onblur="{MARK}">', "marks it as wrong"),
    "aria-invalid, described": (f'<input id=it aria-describedby=e onblur="{MARK}; {SHOW}">{TOLD}', "“Te ver”"),
    "an error message": (f'<input id=it aria-errormessage=e onblur="{SHOW}">{TOLD}', "“Te ver”"),
    "an alert that describes it": (
        f'<input id=it aria-describedby=e onblur="{SHOW}">{TOLD.replace("id", "role=alert id")}',
        "“Te ver”",
    ),
    "an alert beside it": (
        f'<div><input id=it onblur="{SHOW}">{TOLD.replace("id", "role=alert id")}</div>',
        "“Te ver”",
    ),
    "a number out of range": ("<input id=it type=number max=8>", "8"),
    "a pattern": ("<input id=it pattern='[a-z]+'>", "“.+”"),
    "the page's own rule": ("<input id=it onblur=\"this.setCustomValidity('Te hoog')\">", "“Te hoog”"),
}


@pytest.mark.parametrize(("html", "said"), FIELDS.values(), ids=FIELDS.keys())
def test_a_text_field_that_is_marked_as_wrong_once_it_is_left_stops(marks: Any, html: str, said: str) -> None:
    field = marks(html).field

    field.fill("99")
    with pytest.raises(Mismatch, match=rf"marks\.it: “99” was entered, and the portal .*{said}"):
        field.leave()


def test_a_field_that_was_marked_only_while_it_was_empty_is_right(marks: Any) -> None:
    late = "setTimeout(() => this.setAttribute('aria-invalid', 'false'), 50)"
    field = marks(f'<input id=it required aria-invalid=true oninput="{late}">').field

    field.fill("99")
    field.leave()

    assert field.value() == "99"


OTHERS = {
    "native date": ("<input id=it type=date max=2031-12-31>", "date", DAY),
    "date as text": (f'<input id=it placeholder=dd-mm-jjjj onblur="{MARK}">', "date", DAY),
    "date in parts": (
        "<div id=it role=group aria-label=Einddatum><input aria-label=Dag><input aria-label=Maand>"
        "<input aria-label=Jaar onblur=\"it.setAttribute('aria-invalid', 'true')\"></div>",
        "date",
        DAY,
    ),
    "a part of a date": (
        f"<div id=it role=group><input aria-label=Dag><input aria-label=Maand>"
        f'<input aria-label=Jaar onblur="{MARK}"></div>',
        "date",
        DAY,
    ),
    "select": (f'<select id=it onchange="{MARK}"><option>1 jaar<option>2 jaar</select>', "choice", "2 jaar"),
    "radio group": (
        f'<div id=it role=radiogroup onchange="{MARK}"><label><input type=radio name=r>1 jaar</label>'
        "<label><input type=radio name=r>2 jaar</label></div>",
        "choice",
        "2 jaar",
    ),
    "checkbox": (f'<input id=it type=checkbox onchange="{MARK}">', "toggle", None),
    "radio": (
        "<div role=radiogroup onchange=\"this.setAttribute('aria-invalid', 'true')\"><input id=it type=radio></div>",
        "toggle",
        None,
    ),
}


@pytest.mark.parametrize(("html", "kind", "value"), OTHERS.values(), ids=OTHERS.keys())
def test_what_is_marked_as_wrong_once_it_is_chosen_stops(marks: Any, html: str, kind: str, value: Any) -> None:
    control = getattr(marks(html), kind)
    before = screen_of(control.page)

    with pytest.raises(Mismatch, match=r"marks\.it: .* was entered, and the portal") as caught:
        control.turn_on() if kind == "toggle" else getattr(control, "enter" if kind == "date" else "choose")(value)
    told = "is not as it was before" in caught.value.message
    assert (screen_of(control.page) != before) == told == ("radio" in html)  # only another one turns a radio button off


def test_every_field_that_is_marked_is_named_before_the_click(marks: Any, page: Page) -> None:
    marks(
        "<label>Duur <input aria-invalid=true value=9></label><label>Aantal <input type=number max=8 value=99></label>"
        "<label>Reden <input required></label><label>Goed <input aria-invalid=false value=1></label>"
        "<label hidden>Weg <input aria-invalid=true></label><label>Leeg <input aria-invalid=true></label>"
    )

    assert [said.split(": ")[0] for said in marked(page)] == [
        f"the field “{name}”" for name in ("Duur", "Aantal", "Leeg")
    ]
    assert len(marked(page, filled=True)) == 2


def test_a_step_is_not_left_with_a_field_that_is_marked_later(marks: Any) -> None:
    step = marks("<label>Duur <input aria-invalid=true aria-describedby=e value=9></label><p id=e>Hoogstens 5 jaar</p>")

    with pytest.raises(Mismatch, match="at marks: the field “Duur”: the portal says “Hoogstens 5 jaar”"):
        step.proceed_to(Marks)
