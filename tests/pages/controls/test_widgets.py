"""Every widget in the manner of several component libraries: filled, read back, and what it lacks refused.

The table of `docs/reference/widgets.md` says what these tests show; a test holds the two equal.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from automation.errors import ControlError, GrantError, Mismatch
from pages.controls import Button, Choice, Chosen, DateField, TextField, Toggle
from pages.screen import Part, Screen
from tests.pages.conftest import FOLDER, Open, screen_of, with_screens
from tests.pages.test_screens_of_other_makes import SCOPES, STEPPERS, TABLES

REFERENCE = Path(__file__).parents[3] / "docs/reference/widgets.md"
KVK_NAME = "kamer van  koophandel"


class Widgets(Screen):
    """A screen with one control of each kind; a page has those that it is about."""

    name = "widgets"
    ready = "choice"

    choice = Part(Choice)
    toggle = Part(Toggle)
    date = Part(DateField)
    field = Part(TextField)
    chosen = Part(Chosen)
    button = Part(Button)
    read = Part(Toggle)


def by_role_or_label(name: str, *roles: str) -> list[dict[str, str]]:
    return [*({"role": role, "name": name} for role in roles), {"label": name}]


PROFILE = with_screens(
    widgets={
        "choice": by_role_or_label("Dienstverlener", "combobox", "listbox", "radiogroup", "group"),
        "toggle": by_role_or_label("Ik ga akkoord met de kosten", "checkbox", "switch"),
        "date": by_role_or_label("Einddatum", "group", "combobox", "textbox"),
        "field": [{"role": "textbox", "name": "KvK-nummer"}],
        "chosen": by_role_or_label("Gekozen dienstverleners"),
        "button": [{"role": "button", "name": "Verder"}],
        "read": by_role_or_label("Gelezen", "checkbox"),
    }
)

Widget = Callable[..., Widgets]


@pytest.fixture
def widget(opened: Open) -> Widget:
    return lambda pattern, manner, **options: Widgets(opened(pattern, manner, PROFILE, **options))


def manners(*tables: tuple[str, str]) -> pytest.MarkDecorator:
    """A parameter set for these (pattern, manners); all but the first manner of each take their time."""
    first = {(pattern, named.split(", ")[0]) for pattern, named in tables}
    every = [(pattern, manner) for pattern, named in tables for manner in named.split(", ")]
    params = [pytest.param(*one, marks=() if one in first else pytest.mark.slow) for one in every]
    return pytest.mark.parametrize(("pattern", "manner"), params)


CHOICES = (
    ("native-select", "plain, grouped, fetched"),
    ("combobox", "angular, react, vue, kendo"),
    ("autocomplete", "angular, react, tokenlike"),
    ("cards", "angular, react, design-system, pressed, listbox"),
    ("virtual-list", "angular, react, primeng"),
)
MULTIPLE = (("multi-select", "angular, react, primeng, native, checkboxes"),)
TOGGLES = (
    ("toggles", "checkbox angular, checkbox primeng, checkbox undrawn, checkbox role"),
    ("toggles", "switch angular, switch react, switch vue"),
)
DATES = (
    ("date", "text, text other-order, native, design-system, react sections, angular, primeng, vue"),
    ("date", "flatpickr, apg combobox"),
)
MASKS = (("masked", "dots, caret, keys"),)
SPINNERS = (("covered", "from the start, inside the form, under the pointer"),)
HELD = (
    (
        "held",
        "marked as a placeholder, placeholder by an attribute, placeholder unmarked, native with an invitation, "
        "cards untouchable, rating of radio buttons, radio buttons with mirrors, invitation in the list",
    ),
    (
        "held",
        "field by its text, field cleared by escape, field with a button, field that shows all, "
        "field whose list comes late",
    ),
    (
        "held",
        "tokens, tokens and all options, checkboxes with mirrors, search in the list, select under crosses, "
        "select under a marked first option",
    ),
    ("held", "clipped select, select without a box, select inside the box"),
    ("held", "dual list"),
    ("held", "slider"),
)
TOKENS = (("tokens", "angular, react, primeng, design-system, vue, crosses"),)


@manners(*CHOICES)
def test_one_is_chosen_and_read_back(widget: Widget, pattern: str, manner: str) -> None:
    choice = widget(pattern, manner).choice

    choice.choose("UWV")
    assert choice.chosen() == "UWV"
    choice.choose(KVK_NAME)
    assert choice.chosen() == "Kamer van Koophandel"


REFUSALS = {"UW": "is not there", "RVO": "is there 2 times", "SVB": "cannot be chosen: it is disabled"}


@manners(*CHOICES, *MULTIPLE)
def test_what_is_absent_or_twice_or_disabled_is_refused(widget: Widget, pattern: str, manner: str) -> None:
    screen = widget(pattern, manner)

    for wanted, why in REFUSALS.items():
        with pytest.raises(GrantError, match=f"“{wanted}” {why}"):
            screen.choice.choose(wanted)

        assert wanted not in screen.choice.chosen().split(", ")


@manners(*MULTIPLE)
def test_several_are_chosen_and_the_list_is_closed_then(widget: Widget, pattern: str, manner: str) -> None:
    screen = widget(pattern, manner)
    choice = screen.choice

    for wanted in ("UWV", KVK_NAME):
        choice.add(wanted)
    choice.close()

    assert sorted(screen.choice.all_chosen()) == ["Kamer van Koophandel", "UWV"]
    screen.button.press()
    assert screen.view.page.title() == "verder"


def test_a_suggestion_of_the_browser_itself_is_chosen_by_its_whole_text(widget: Widget) -> None:
    choice = widget("autocomplete", "datalist").choice

    choice.choose("uwv")
    assert choice.chosen() == "UWV"
    with pytest.raises(GrantError, match="is not there"):
        choice.choose("UW")


@pytest.mark.parametrize("manner", ["angular", "react", "tokenlike"])
def test_an_answer_to_an_earlier_question_is_not_taken_for_that_to_this_one(widget: Widget, manner: str) -> None:
    choice = widget("autocomplete", manner, careless="").choice

    choice.choose("Belastingdienst")

    assert choice.chosen() == "Belastingdienst"


@manners(*TOGGLES)
def test_it_is_turned_on_and_read_back(widget: Widget, pattern: str, manner: str) -> None:
    toggle = widget(pattern, manner).toggle

    assert not toggle.on
    toggle.turn_on()
    toggle.turn_on()
    assert toggle.on


@manners(*TOGGLES)
def test_what_is_disabled_is_not_turned_on(widget: Widget, pattern: str, manner: str) -> None:
    toggle = widget(pattern, manner, disabled="").toggle

    with pytest.raises(GrantError, match="disabled"):
        toggle.turn_on()
    assert not toggle.on


@manners(*TOGGLES)
def test_a_click_that_was_swallowed_is_made_again(
    widget: Widget, monkeypatch: pytest.MonkeyPatch, pattern: str, manner: str
) -> None:
    monkeypatch.setattr("pages.controls.toggles._TURNED", 0.1)
    toggle = widget(pattern, manner, deaf="").toggle

    toggle.turn_on()

    assert toggle.on


@manners(*DATES)
def test_a_date_is_entered_and_read_back(widget: Widget, pattern: str, manner: str) -> None:
    date = widget(pattern, manner).date

    for day in (datetime.date(2026, 8, 31), datetime.date(2029, 2, 1)):
        date.enter(day)
        assert date.day() == day


Refused = Callable[[DateField], GrantError]


@pytest.fixture
def refused(monkeypatch: pytest.MonkeyPatch) -> Refused:
    """Enters a day that no widget takes; what it does not show at once, it is not waited for to show."""

    def enter(date: DateField) -> GrantError:
        monkeypatch.setattr("pages.controls.dates._SHOWING", 0.1)
        with pytest.raises(GrantError, match=r"2032-01-05 (was entered|cannot be chosen)") as caught:
            date.enter(datetime.date(2032, 1, 5))
        return caught.value

    return enter


@manners(*DATES)
def test_a_date_that_cannot_be_given_is_refused(widget: Widget, refused: Refused, pattern: str, manner: str) -> None:
    date = widget(pattern, manner).date

    refused(date)

    assert date.day() is None


@manners(*DATES)
def test_a_refused_date_leaves_the_date_of_before_and_no_calendar_open(
    widget: Widget, refused: Refused, pattern: str, manner: str
) -> None:
    date = widget(pattern, manner).date
    date.enter(datetime.date(2026, 8, 31))
    before = screen_of(date.page)

    error = refused(date)

    assert date.day() == datetime.date(2026, 8, 31)
    assert screen_of(date.page) == before
    assert "as it was" not in error.message


@manners(*MASKS)
def test_a_masked_field_is_filled_and_read_back(widget: Widget, pattern: str, manner: str) -> None:
    field = widget(pattern, manner).field

    field.fill("01234567")
    assert re.sub(r"\D", "", field.value()) == "01234567"
    field.fill("68750110")
    assert re.sub(r"\D", "", field.value()) == "68750110"


@manners(*MASKS)
def test_a_mask_that_cuts_the_text_off_is_told_with_both(widget: Widget, pattern: str, manner: str) -> None:
    field = widget(pattern, manner, short="").field

    with pytest.raises(Mismatch, match="“68750110” was typed, the field holds “6875"):
        field.fill("68750110")


@manners(*TOKENS)
def test_what_is_chosen_is_read_from_its_tokens(widget: Widget, pattern: str, manner: str) -> None:
    assert widget(pattern, manner).chosen.items() == ["UWV", "Kamer van Koophandel"]


@manners(*SPINNERS)
def test_under_a_spinner_nothing_is_lost(widget: Widget, pattern: str, manner: str) -> None:
    screen = widget(pattern, manner)

    screen.read.turn_on()
    screen.button.press()

    assert screen.read.on
    assert screen.view.page.title() == "gedrukt"


@pytest.mark.parametrize("kind", ["readonly", "disabled"])
def test_a_field_that_cannot_be_edited_gets_no_number(widget: Widget, kind: str) -> None:
    screen = widget("masked", "dots")
    page = screen.view.page
    page.get_by_role("textbox").evaluate("(e, kind) => e.setAttribute(kind, '')", kind)
    page.set_default_timeout(500)

    with pytest.raises(ControlError, match=r"widgets.field cannot be typed into"):
        screen.field.fill("68750110")


def test_the_table_of_the_reference_is_what_is_tested() -> None:
    listed = re.findall(r"^\| [^|]+ \| `([\w-]+)\.html` \| ([^|]+) \|", REFERENCE.read_text("utf-8"), re.MULTILINE)
    one_of_each = [
        *CHOICES,
        ("autocomplete", "datalist"),
        *MULTIPLE,
        *TOGGLES,
        *DATES,
        *MASKS,
        *TOKENS,
        *SPINNERS,
        *HELD,
    ]
    screens = [("scope", ", ".join(SCOPES)), ("stepper", ", ".join(STEPPERS)), ("table", ", ".join(TABLES))]

    assert listed == [*one_of_each, *screens]
    assert {name for name, _ in listed} == {file.stem for file in FOLDER.glob("*.html")}


def test_no_fixture_page_has_a_test_id() -> None:
    pages = {file.name: file.read_text("utf-8").lower() for file in FOLDER.glob("*")}

    assert "date.html" in pages
    assert [name for name, page in pages.items() if "testid" in page] == []
