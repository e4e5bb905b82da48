"""Controls: operated by what they turn out to be, read back, and refused when they are of another kind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page

from automation.errors import ControlError, GrantError, Mismatch, SessionExpired
from automation.inputs.profile import load
from pages.controls import Button, Choice, DateField, OneTimeCode, RecordingButton, SecretField, Text, TextField, Toggle
from pages.profile.parts import Locator
from pages.screen import Part, Screen
from pages.view import View


class Fixture(Screen):
    """A screen with one control of each kind, all of them where the test puts them."""

    name = "fixture"
    ready = "it"

    text = Part(Text, "it")
    button = Part(Button, "it")
    record = Part(RecordingButton, "it")
    field = Part(TextField, "it")
    code = Part(OneTimeCode, "it")
    secret = Part(SecretField, "it")
    toggle = Part(Toggle, "it")
    choice = Part(Choice, "it")
    date = Part(DateField, "it")


ADDRESS = "http://127.0.0.1/beheer"
Shown = Callable[..., Fixture]


@pytest.fixture
def shown(page: Page) -> Shown:
    """Shows a page, and gives the screen on which the control `it` has the id `it`, or is found as told."""
    page.set_default_timeout(1500)

    def show(html: str, *locators: dict[str, str]) -> Fixture:
        page.unroute_all()
        page.route(ADDRESS, lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
        page.goto(ADDRESS)  # credentials are typed on the portal's own origin alone
        found = tuple(map(Locator.model_validate, locators or [{"css": "#it"}]))
        screens = {**load().screens, "fixture": {"it": found}}
        profile = load().model_copy(update={"screens": screens})
        return Fixture(View(page, profile, ADDRESS))

    return show


OPTIONS = ["1 jaar", "2 jaar", "5 jaar"]
LISTBOX = "".join(f'<li role="option" onclick="pick(this)">{option}</li>' for option in OPTIONS)
CHOICES = {
    "select": "<select id=it>" + "".join(f"<option>{option}</option>" for option in OPTIONS) + "</select>",
    "radio group": "<div id=it role=radiogroup>"
    + "".join(f"<label><input type=radio name=a> {option}</label>" for option in OPTIONS)
    + "</div>",
    "fieldset of radios": "<fieldset id=it>"
    + "".join(f"<input type=radio name=a id=r{n}><label for=r{n}>{option}</label>" for n, option in enumerate(OPTIONS))
    + "</fieldset>",
    "select-only combobox": f"""
        <div id=it role=combobox tabindex=0 aria-controls=list onclick="list.hidden = false">Kies</div>
        <ul id=list role=listbox hidden>{LISTBOX}</ul>
        <script>function pick(o) {{ it.textContent = o.textContent; list.hidden = true }}</script>""",
    "editable combobox": f"""<input id=it role=combobox aria-controls=list oninput="filter()">
        <ul id=list role=listbox hidden>{LISTBOX}</ul>
        <script>
            function filter() {{
                list.hidden = false
                for (const o of list.children) o.hidden = !o.textContent.includes(it.value)
            }}
            function pick(o) {{ it.value = o.textContent; list.hidden = true }}
        </script>""",
    "autocomplete in an overlay, late": """<input id=it role=combobox oninput="later()">
        <script>
            function later() {
                setTimeout(() => {
                    document.querySelector('#overlay')?.remove()
                    const list = document.createElement('div')
                    list.id = 'overlay'
                    list.setAttribute('role', 'listbox')
                    for (const text of ['1 jaar', '2 jaar', '5 jaar'].filter(t => t.includes(it.value))) {
                        const option = document.createElement('div')
                        option.setAttribute('role', 'option')
                        option.textContent = text
                        option.onclick = () => { it.value = text; list.remove() }
                        list.append(option)
                    }
                    document.body.append(list)
                }, 150)
            }
        </script>""",
    "listbox": f"""<ul id=it role=listbox>{LISTBOX}</ul>
        <script>function pick(o) {{
            for (const each of it.children) each.setAttribute('aria-selected', each === o)
        }}</script>""",
}


@pytest.mark.parametrize("html", CHOICES.values(), ids=CHOICES.keys())
def test_an_option_is_chosen_and_read_back(shown: Shown, html: str) -> None:
    choice = shown(html).choice

    choice.choose("2 jaar")
    assert choice.chosen() == "2 jaar"
    choice.choose("5 JAAR")
    assert choice.chosen() == "5 jaar"


@pytest.mark.parametrize("html", CHOICES.values(), ids=CHOICES.keys())
def test_an_option_that_is_not_there_is_refused_with_what_comes_near(shown: Shown, html: str) -> None:
    choice = shown(html).choice

    with pytest.raises(GrantError, match="“3 jaar” is not there"):
        choice.choose("3 jaar")
    assert choice.chosen() != "3 jaar"


def test_an_option_that_is_there_twice_is_refused(shown: Shown) -> None:
    choice = shown("<select id=it><option>2 jaar<option>2  jaar</select>").choice

    with pytest.raises(GrantError, match="2 times"):
        choice.choose("2 jaar")


TOGGLES = {
    "checkbox": "<label><input id=it type=checkbox> Akkoord</label>",
    "radio": "<label><input id=it type=radio> Per dienst</label>",
    "switch": """<button id=it role=switch aria-checked=false
        onclick="this.setAttribute('aria-checked', 'true')">Aan</button>""",
    "aria checkbox": """<div id=it role=checkbox aria-checked=false tabindex=0
        onclick="this.setAttribute('aria-checked', 'true')">Akkoord</div>""",
}


@pytest.mark.parametrize("html", TOGGLES.values(), ids=TOGGLES.keys())
def test_a_toggle_is_turned_on_once_and_read_back(shown: Shown, html: str) -> None:
    toggle = shown(html).toggle

    assert not toggle.on
    toggle.turn_on()
    toggle.turn_on()
    assert toggle.on


def test_a_toggle_that_will_not_turn_on_is_named(shown: Shown) -> None:
    with pytest.raises(ControlError, match=r"fixture.it cannot be turned on"):
        shown("<input id=it type=checkbox onclick='return false'>").toggle.turn_on()


def test_a_disabled_toggle_cannot_be_chosen(shown: Shown) -> None:
    with pytest.raises(GrantError, match="disabled"):
        shown("<input id=it type=checkbox disabled>").toggle.turn_on()


def test_a_text_field_is_filled_and_read_back(shown: Shown) -> None:
    field = shown("<input id=it value=oud>").field

    field.fill("68750110")
    assert field.value() == "68750110"


def test_a_field_may_write_what_was_typed_in_its_own_way(shown: Shown) -> None:
    field = shown("<input id=it oninput=\"this.value = this.value.replace(/(....)(....)/, '$1 $2')\">").field

    field.fill("68750110")
    assert field.value() == "6875 0110"


def test_a_field_that_holds_something_else_then_is_told_with_both(shown: Shown) -> None:
    with pytest.raises(Mismatch, match="“68750110” was typed, the field holds “6875”"):
        shown('<input id=it oninput="this.value = this.value.slice(0, 4)">').field.fill("68750110")


def test_a_field_that_takes_something_else_holds_what_it_held_before(shown: Shown) -> None:
    field = shown('<input id=it value="6875" oninput="this.value = this.value.slice(0, 4)">').field

    with pytest.raises(Mismatch, match=r"the field holds “1234”$"):
        field.fill("12345678")

    assert field.value() == "6875"


def test_a_field_that_does_not_take_back_what_it_held_is_told(shown: Shown) -> None:
    field = shown('<input id=it value="68750110" oninput="this.value = this.value.slice(0, 4)">').field

    with pytest.raises(Mismatch, match="“68750110”, which it held before, could not be put back"):
        field.fill("12345678")


def test_an_empty_field_is_not_emptied(shown: Shown) -> None:
    field = shown('<input id=it onkeydown="document.title += event.key">').field

    field.fill("")

    assert field.page.title() == ""


@pytest.mark.parametrize(
    "html",
    [
        "<input id=it>",
        "<textarea id=it></textarea>",
        "<div id=it contenteditable role=textbox>x</div>",
        "<button id=it>x",
    ],
)
def test_a_password_goes_into_a_masked_field_and_nowhere_else(shown: Shown, page: Page, html: str) -> None:
    with pytest.raises(ControlError, match="must be a masked field") as caught:
        shown(html).secret.fill("s3cret")

    assert "s3cret" not in str(caught.value)
    assert "s3cret" not in page.content() + page.locator("body").aria_snapshot()


def test_a_password_is_never_in_an_error(shown: Shown) -> None:
    screen = shown("<input id=it type=password readonly value=x>")

    with pytest.raises(ControlError) as caught:
        screen.secret.fill("s3cret")

    assert "s3cret" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_password_is_gone_from_the_page_once_it_was_cleared(shown: Shown, page: Page) -> None:
    secret = shown("<input id=it type=password>").secret

    secret.fill("s3cret")
    secret.clear()

    assert page.locator("#it").input_value() == ""


@pytest.mark.parametrize("html", ["<input id=it type=password>", "<input id=it>"])
def test_a_one_time_code_goes_into_a_field_masked_or_not(shown: Shown, page: Page, html: str) -> None:
    shown(html).code.fill("123456")

    assert page.locator("#it").input_value() == "123456"


@pytest.mark.parametrize("html", ["<input id=it value='€ 1,00'>", "<textarea id=it>€ 1,00</textarea>"])
def test_an_amount_is_read_from_text_and_never_from_a_field(shown: Shown, html: str) -> None:
    with pytest.raises(ControlError, match="must be a text"):
        shown(html).text.read()


@pytest.mark.parametrize("html", ["<a id=it href='#'>Vastleggen</a>", "<div id=it>Vastleggen</div>", "<input id=it>"])
def test_the_recording_control_is_a_real_button(shown: Shown, html: str) -> None:
    with pytest.raises(ControlError, match="must be a real button"):
        shown(html).record.find()


def test_a_link_may_be_pressed_where_nothing_is_recorded(shown: Shown, page: Page) -> None:
    shown("<a id=it href='#verder'>Verder</a>").button.press()

    assert page.url.endswith("#verder")


def test_a_button_that_stays_covered_is_named_with_what_is_in_the_way(shown: Shown) -> None:
    covered = "<button id=it>Verder</button><div style='position:fixed;inset:0' id=spinner></div>"

    with pytest.raises(ControlError, match=r"fixture.it cannot be pressed .*spinner"):
        shown(covered).button.press()


def test_items_are_read_without_the_buttons_in_them(shown: Shown) -> None:
    chips = "<ul id=it><li>UWV <button>Verwijder UWV</button></li><li> RVO <span aria-hidden=true>×</span></li></ul>"

    assert shown(chips).text.items() == ["UWV", "RVO"]
    assert shown("<p id=it>Algemene bevoegdheid</p>").text.items() == ["Algemene bevoegdheid"]
    assert shown("<ul id=it style='padding:1px'></ul>").text.items() == []


def test_the_first_locator_that_fits_is_used_and_a_hidden_element_does_not_count(shown: Shown) -> None:
    html = "<button hidden>Nu</button><button>Straks</button><button>Ooit</button>"
    ways = [{"role": "button", "name": name} for name in ("Nu", "Straks", "Ooit")]

    assert shown(html, *ways).button.find().inner_text() == "Straks"


def test_a_control_that_is_there_twice_is_ambiguous(shown: Shown) -> None:
    with pytest.raises(ControlError, match=r"fixture.it is ambiguous: 2 elements fit"):
        shown("<button>Ja</button><button>Ja</button>", {"role": "button", "name": "Ja"}).button.find()


def test_a_control_that_does_not_come_is_named_with_what_was_looked_for(shown: Shown) -> None:
    with pytest.raises(ControlError, match=r"fixture.it is not there .*\{role: button, name: Ja\}") as caught:
        shown("<button>Nee</button>", {"role": "button", "name": "Ja"}).button.find()

    assert "screens.fixture.it" in caught.value.hint


def test_a_name_that_only_contains_the_text_is_another_control(shown: Shown) -> None:
    with pytest.raises(ControlError, match="is not there"):
        shown("<button>Niet vastleggen</button>", {"role": "button", "name": "Vastleggen"}).button.find()


def test_a_sign_in_that_comes_instead_is_a_session_that_ran_out(shown: Shown) -> None:
    with pytest.raises(SessionExpired):
        shown("<label>Gebruikersnaam <input></label>").button.find()


@pytest.mark.parametrize(("form", "written"), [("d/M/yyyy", "3/5/2030"), ("dd-MM-yyyy", "03-05-2030")])
def test_a_date_is_typed_in_the_first_of_the_profiles_forms(shown: Shown, form: str, written: str) -> None:
    screen = shown("<input id=it>")
    formats = screen.profile.formats.model_copy(update={"dates": (form,)})
    screen.view.profile = screen.profile.model_copy(update={"formats": formats})

    screen.date.enter(date(2030, 5, 3))

    assert screen.date.value() == written
