"""Candidates: measured on saved pages, ranked by more than the name, found by what lasts."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from automation.doctor.guessing.collecting import collect
from automation.doctor.guessing.locators import is_last_resort, locator_of
from automation.doctor.guessing.missing_control import missing_control
from automation.doctor.guessing.ranking import Ranking, rank
from automation.doctor.guessing.scoring import Scene
from automation.doctor.guessing.words import likeness
from automation.inputs import profile as profiles
from pages.profile import Locator
from tests.doctor.corpus import measuring
from tests.doctor.corpus.mock_pages import SavedPage, saved_mock_pages

FLOORS = {  # first right, in the first three
    "known portal, tuning": (97, 98),
    "known portal, a third changed": (97, 98),
    "known portal, kept apart": (97, 98),
    "other portals, tuning": (92, 98),
    "other portals, kept apart": (92, 98),
}
REFERENCE = Path(__file__).parents[3] / "docs" / "reference" / "candidates.md"


@pytest.fixture(scope="session")
def mock_pages(browser: Browser) -> list[SavedPage]:
    page = browser.new_page()
    saved = saved_mock_pages(page)
    page.close()
    return saved


@pytest.mark.parametrize(
    "part",
    [pytest.param(part, marks=pytest.mark.slow if part.endswith(", tuning") else ()) for part in measuring.PARTS],
)
def test_the_corpus_is_guessed_as_well_as_the_reference_says_and_nothing_is_confidently_wrong(
    page: Page, mock_pages: list[SavedPage], part: str
) -> None:
    figures = measuring.measure(measuring.cases(page, part, mock_pages))
    first, three = FLOORS[part]
    assert figures.wrong == 0, [miss for miss in figures.misses if miss.startswith("WRONG")]
    assert figures.share(figures.first) >= first, figures.misses
    assert figures.share(figures.three) >= three, figures.misses
    counts = (figures.controls, figures.first, figures.three, figures.abstained, figures.wrong)
    row = f"| {part} | {' | '.join(map(str, counts))} |"
    assert row in REFERENCE.read_text("utf-8").splitlines(), f"docs/reference/candidates.md lacks {row}"


def ranked(page: Page, html: str, screen: str, *controls: str, **known: str) -> dict[str, Ranking]:
    page.set_content(html)
    wanted = [missing_control(profiles.load(), screen, control, needed=True) for control in controls]
    return rank(wanted, Scene(collect(page), known=known))


def told(page: Page, ranking: Ranking, **known: str) -> Locator:
    assert ranking.best is not None
    locator = locator_of(page, ranking.wanted, ranking.best.element, known)
    assert locator is not None
    return locator


def test_a_password_never_goes_into_a_field_that_shows_it(page: Page) -> None:
    found = ranked(page, "<label>Wachtwoord <input></label><input type=password>", "sign_in", "password")
    assert [score.element.type for score in found["password"].scores] == ["password"]


def test_a_link_never_counts_as_the_button_that_records(page: Page) -> None:
    found = ranked(page, "<a href=#>Vastleggen</a><button>Uitvoeren</button>", "review", "record")
    assert [score.element.name for score in found["record"].scores] == ["Uitvoeren"]


def test_an_amount_that_is_a_rate_is_no_confident_candidate_for_the_costs(page: Page) -> None:
    found = ranked(page, "<p>Kosten: <b aria-label=Totaal>€ 24,95</b> per jaar, excl. btw</p>", "costs", "amount")
    assert not found["amount"].confident


def test_two_fields_that_fit_alike_make_no_confident_candidate(page: Page) -> None:
    html = "<label>Nummer een <input></label><label>Nummer twee <input></label>"
    assert not ranked(page, html, "receiver", "kvk")["kvk"].confident


@pytest.mark.parametrize(
    ("html", "control", "expected"),
    [
        ("<button>Zoek op</button>", "look_up", {"role": "button", "name": "Zoek op"}),
        ("<input aria-label='KvK-nr.'>", "kvk", {"role": "textbox", "name": "KvK-nr."}),
        ("<input placeholder='KvK-nr.'>", "kvk", {"role": "textbox", "name": "KvK-nr."}),
        (
            "<table><tr><th>KvK</th><td>68750110</td></tr></table>",
            "found_kvk",
            {"css": 'th:text-is("KvK") + td'},
        ),
        ("<dl><dt id=a>KvK</dt><dd aria-labelledby=a>68750110</dd></dl>", "found_kvk", {"label": "KvK"}),
    ],
)
def test_the_locator_that_lasts_longest_is_made(page: Page, html: str, control: str, expected: dict[str, str]) -> None:
    found = ranked(page, html, "receiver", control, kvk="68750110")
    locator = told(page, found[control], kvk="68750110")
    assert locator == Locator.model_validate(expected)
    assert is_last_resort(locator) == ("css" in expected)


def test_a_name_that_two_elements_have_makes_no_locator(page: Page) -> None:
    html = "<main><button>Verder</button></main><footer><button>Verder</button></footer>"
    locator = told(page, ranked(page, html, "receiver", "continue")["continue"])
    assert locator == Locator(css="body > main > button")


def test_a_services_locator_holds_for_every_service(page: Page) -> None:
    html = "<label><input type=checkbox>UWV – Verzuimmelder</label><label><input type=checkbox>UWV – Digipoort</label>"
    known = {"provider": "UWV", "service": "Verzuimmelder"}
    found = ranked(page, html, "scope", "service", **known)
    assert told(page, found["service"], **known) == Locator(role="checkbox", name="{provider} – {service}")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("KvK-nr. gemachtigde", "KvK-nummer van de intermediair"),
        ("Geldigheidsduur", "Looptijd"),
        ("Kiezen", "Kies"),
        ("Dienstverlener selecteren", "Kies een dienstverlener"),
        ("Ga verder", "Volgende"),
    ],
)
def test_names_that_mean_the_same_are_alike(one: str, other: str) -> None:
    assert likeness(one, other) >= 0.75
    assert likeness(one, "Uitloggen") == 0
