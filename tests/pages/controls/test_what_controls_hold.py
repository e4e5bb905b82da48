"""Three properties of every control that one chooses with.

What is refused changes nothing, asking for the options changes nothing, and nothing but the named option is chosen.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from _pytest.mark import ParameterSet
from playwright.sync_api import Page

from automation.errors import ControlError, GrantError, Mismatch
from pages.controls import Choice
from pages.view import View
from tests.pages.conftest import Open, screen_of
from tests.pages.controls.test_widgets import HELD, PROFILE, Widgets

NAMES = ["UWV", "UWV (oud)", "Kamer van Koophandel", "Belastingdienst", "SVB", "RVO"]
ONE = tuple(manner for at in (0, 1, 3) for manner in HELD[at][1].split(", "))
SEVERAL = tuple(HELD[2][1].split(", "))
UNDER_DRAWN = tuple(HELD[3][1].split(", "))

Holding = Callable[..., Choice]


@pytest.fixture
def holding(opened: Open) -> Holding:
    return lambda manner, *held: Widgets(opened("held", manner, PROFILE, given="|".join(held))).choice


EACH = [(manner, held) for manner in ONE for held in ((), ("UWV",))]
CASES = [*EACH, *((manner, held) for manner in SEVERAL for held in ((), ("UWV", "RVO", "Belastingdienst")))]
QUICK = {"marked as a placeholder-0", "field by its text-1", "tokens-3", "clipped select-1", "select without a box-0"}


def _case(manner: str, held: tuple[str, ...]) -> ParameterSet:
    """One of each kind is quick to try; all others take their time."""
    name = f"{manner}-{len(held)}"
    return pytest.param(manner, held, id=name, marks=() if name in QUICK else pytest.mark.slow)


every_control = pytest.mark.parametrize(("manner", "held"), [_case(*case) for case in CASES])


def shown(choice: Choice, manner: str) -> list[str]:
    """What it holds; several in the order of the alphabet."""
    if manner in SEVERAL:
        return sorted(choice.all_chosen())
    return [choice.chosen()] if choice.chosen() else []


@every_control
def test_what_is_held_is_read_and_an_invitation_to_choose_is_nothing(
    holding: Holding, manner: str, held: tuple[str, ...]
) -> None:
    assert shown(holding(manner, *held), manner) == sorted(held)


@every_control
def test_asking_for_the_options_gives_all_and_changes_nothing(
    holding: Holding, manner: str, held: tuple[str, ...]
) -> None:
    choice = holding(manner, *held)
    before = screen_of(choice.page)

    offered = choice.options()

    assert offered == [name for name in NAMES if manner != "tokens" or name not in held]
    assert screen_of(choice.page) == before


@every_control
def test_what_is_refused_leaves_the_control_as_it_was(holding: Holding, manner: str, held: tuple[str, ...]) -> None:
    choice = holding(manner, *held)
    before = screen_of(choice.page)

    for wanted, why in {"UW": "is not there", "SVB": "cannot be chosen: it is disabled"}.items():
        with pytest.raises(GrantError, match=f"“{wanted}” {why}") as caught:
            choice.add(wanted)
        assert "as it was" not in caught.value.message

        assert screen_of(choice.page) == before
    assert shown(choice, manner) == sorted(held)


@every_control
def test_nothing_but_the_named_option_is_chosen(holding: Holding, manner: str, held: tuple[str, ...]) -> None:
    choice = holding(manner, *held)

    choice.add("Kamer van Koophandel")
    choice.close()

    kept = held if manner in SEVERAL else ()
    assert shown(choice, manner) == sorted([*kept, "Kamer van Koophandel"])


@pytest.mark.parametrize("manner", UNDER_DRAWN)
def test_a_drawn_control_that_shows_another_than_its_hidden_select_is_an_error(holding: Holding, manner: str) -> None:
    choice = holding(manner, "UWV")

    choice.page.locator("select").evaluate("e => { e.value = 'RVO' }")

    with pytest.raises(Mismatch, match="it shows “UWV”, and the select hidden under it holds “RVO”"):
        choice.chosen()


SEVERAL_MARKED = """<div><label id=l>Dienstverlener</label>
  <div role=combobox aria-haspopup=listbox aria-labelledby=l tabindex=0 aria-controls=p>2 gekozen</div>
  <ul id=p role=listbox aria-multiselectable=true hidden style="position:absolute">
    <li role=option FIRST aria-selected=true><div>UWV</div>EXPLAINED</li>
    <li role=option aria-selected=true><div>SVB</div></li>
    <li role=option aria-selected=false><div>RVO</div></li></ul></div><script>
  const box = document.querySelector("[role=combobox]"), list = document.querySelector("#p");
  box.onclick = () => { list.hidden = !list.hidden; box.setAttribute("aria-expanded", !list.hidden); };
  box.onkeydown = ({key}) => { if (key === "Escape" && !list.hidden) box.click(); };
  list.onclick = ({target}) => { const one = target.closest("[role=option]");
    one.setAttribute("aria-selected", one.getAttribute("aria-selected") !== "true") };</script>"""


@pytest.mark.parametrize(
    ("first", "explained"),
    [("", "<small>Uitvoeringsinstituut</small>"), ("data-value=''", "")],
    ids=["with an explanation", "first, with an empty value"],
)
def test_what_is_marked_in_a_list_for_several_is_chosen_and_not_clicked_again(
    page: Page, first: str, explained: str
) -> None:
    page.set_default_timeout(2500)
    page.set_content(SEVERAL_MARKED.replace("FIRST", first).replace("EXPLAINED", explained))
    choice = Widgets(View(page, PROFILE, "about:blank")).choice
    uwv, *others = choice.all_chosen()
    assert (uwv.split("\n")[0], others) == ("UWV", ["SVB"])

    choice.add("UWV")
    choice.close()

    marked = page.locator("[aria-selected=true]").evaluate_all("all => all.map(e => e.firstChild.textContent)")
    assert marked == ["UWV", "SVB"]


def test_the_second_of_two_lists_between_which_things_are_moved_holds_what_is_chosen(opened: Open) -> None:
    assert Widgets(opened("held", "dual list", PROFILE, given="UWV|RVO")).chosen.items() == ["UWV", "RVO"]


def test_the_second_of_two_lists_is_empty_where_nothing_was_moved(opened: Open) -> None:
    assert Widgets(opened("held", "dual list", PROFILE)).chosen.items() == []


def test_a_slider_is_nothing_to_choose_with_and_is_not_moved(opened: Open) -> None:
    choice = Widgets(opened("held", "slider", PROFILE)).choice
    choice.page.set_default_timeout(300)

    with pytest.raises(ControlError):
        choice.options()

    assert choice.page.get_by_role("slider").get_attribute("aria-valuenow") == "3"


def test_a_refusal_that_could_not_be_undone_says_what_is_shown_now(holding: Holding) -> None:
    choice = holding("field by its text", "UWV")
    choice.page.get_by_role("combobox").evaluate(
        "e => e.addEventListener('input', () => Object.defineProperty(e, 'value', { get: () => 'RVO', set: () => {} }),"
        " { once: true })"
    )

    with pytest.raises(GrantError, match="is not as it was before, and shows “RVO” now"):
        choice.choose("SVB")
