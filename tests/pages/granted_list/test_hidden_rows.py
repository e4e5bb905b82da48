"""Lists that hide rows behind a filter, a word or a number that is not theirs are not taken for whole (law 0)."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from automation.domain import GrantedRow
from automation.errors import KetenError
from pages.granted_list import GrantedList
from pages.granted_list.surroundings import Offered
from pages.view import View
from tests.pages.conftest import with_screens
from tests.pages.granted_list import paged_lists as lists
from tests.pages.granted_list.test_whole import BARE, NO_PAGES

TURN = "<button id=back>Vorige</button><button id=on>Volgende</button>"
ROWS = "document.querySelectorAll('tbody tr')"
FIRST_FOUR = f"{ROWS}.forEach((row, n) => {{ if (n > 3) row.remove() }})"
TABS = (
    "<div role=tablist><button role=tab aria-selected={}>Alle</button>"
    "<button role=tab aria-selected={}>Actief (4)</button><button role=tab>In behandeling (6)</button></div>"
)
STATUS = "<label>Status <select><option>Alle<option {}>Actief<option>In behandeling</select></label>"
FILTERED = "1 tot 4 van 4 resultaten (gefilterd uit 10 resultaten)"
AROUND: dict[str, tuple[str, str, str, dict[str, Any]]] = {
    "a number of selected rows": (
        "", f"<p id=told></p>{TURN}", f"told.textContent = `0 van ${{{ROWS}.length}} rijen geselecteerd.`", BARE),
    "a number of what is filtered": (
        "", "<p id=told></p>", f"{FIRST_FOUR}; told.textContent = '{FILTERED}'", BARE),
    "a number of what is loaded": (
        "<h2 id=told></h2>", "<button id=on>Oudere machtigingen ophalen</button>",
        f"told.textContent = `Machtigingen (${{{ROWS}.length}})`", BARE),
    "a larger number in the same words": (
        "", "<p id=told></p>", "told.textContent = '1-10 van 10 op deze pagina, 26 in totaal'", BARE),
    "a tab with what is pending": (
        TABS.format("false", "true"), "<p id=told></p>", f"{FIRST_FOUR}; told.textContent = '1–4 van 4'", BARE),
    "a tab, and no pages": (TABS.format("false", "true"), "", FIRST_FOUR, NO_PAGES),
    "a choice of one status": (
        STATUS.format("selected"), "<p id=told></p>", f"{FIRST_FOUR}; told.textContent = '4 resultaten'", BARE),
    "the chip of a filter": (
        "<span>Status: Actief <button aria-label='Filter verwijderen'>×</button></span>", "<p id=told></p>",
        f"{FIRST_FOUR}; told.textContent = '4 resultaten'", BARE),
    "nothing loaded, and a zero of something else": (
        "<h3>Meldingen (0)</h3>", "<p>De lijst kan niet worden geladen.</p>", "$('tbody').innerHTML = ''", BARE),
    "nothing loaded, and a zero of another list": (
        "", "<section><h2>Ontvangen</h2><table><tr><th>Van</th></tr></table><p>0 machtigingen</p></section>",
        "$('tbody').innerHTML = ''", BARE),
}  # fmt: skip
SEARCHED = """<form onsubmit='{}; return false'>
<label>Zoek op naam of KvK-nummer<input type=search id=q value='Kantoor 1'></label></form><button>Zoek</button>"""


def read(page: Page, body: str, granted: dict[str, Any], total: int) -> list[GrantedRow]:
    html = lists.page(body, total)
    page.set_default_timeout(5000)
    page.route("http://127.0.0.1/**", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto("http://127.0.0.1/lijst")
    view = View(page, with_screens(granted=granted), "http://127.0.0.1/beheer")
    view.watch_requests()
    return GrantedList(view).read()


@pytest.mark.parametrize("around", AROUND.values(), ids=AROUND)
def test_a_list_that_hides_rows_is_not_taken_for_whole(
    page: Page, around: tuple[str, str, str, dict[str, Any]]
) -> None:
    above, below, drawn, granted = around

    with pytest.raises(KetenError, match=r"may not be whole|is not there"):
        read(page, f"{above}{lists.TABLE}{below}<script>function drawn() {{ {drawn} }}</script>", granted, 26)


@pytest.mark.parametrize("above", [TABS.format("true", "false"), STATUS.format(""), "<h3>Meldingen (0)</h3>"])
def test_a_list_that_shows_every_status_is_whole(page: Page, above: str) -> None:
    told = "<p>1–6 van 6</p><p>0 van 6 rijen geselecteerd</p><label>Zoeken <input></label><span>0 / 256</span>"

    assert len(read(page, f"{above}{lists.TABLE}{told}", BARE, 6)) == 6


def searched(by_enter: str) -> str:
    drawn = f"""{ROWS}.forEach((row) => {{ if (!row.innerText.includes(window.term ?? 'Kantoor 1')) row.remove() }});
        told.textContent = `${{{ROWS}.length}} resultaten`"""
    return f"{SEARCHED.format(by_enter)}{lists.TABLE}<p id=told></p><script>function drawn() {{ {drawn} }}</script>"


def test_a_list_that_stays_searched_is_not_taken_for_whole(page: Page) -> None:
    with pytest.raises(KetenError, match="is searched for “Kantoor 1”"):
        read(page, searched(""), {"next_page": None}, 10)


def test_a_search_that_begins_by_enter_is_taken_away(page: Page) -> None:
    assert len(read(page, searched("window.term = q.value; show()"), {"next_page": None}, 10)) == 10


def test_what_is_pending_is_known_by_the_words_of_the_profile_too() -> None:
    choice = Offered("Status", ("Alle", "Actief", "Ter goedkeuring"), "", known=False, chosen="Actief")

    assert not choice.filters([])
    assert choice.filters(["ter goedkeuring"])
