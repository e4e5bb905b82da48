"""The profile: laid over the built-in one key by key, checked when it is read, and what its words mean."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.domain import EVERYTHING, Duration, Element, Money, RowStatus
from automation.inputs.profile import load
from pages.profile import Profile, RecordingRequest
from pages.profile.formats import kvk_in, name_in
from pages.profile.parts import Recording

BUILT_IN = load()
FORMATS = BUILT_IN.formats


def overlay(tmp_path: Path, text: str) -> Profile:
    file = tmp_path / "profile.yaml"
    file.write_text(text, "utf-8")
    return load(file)


def test_a_profile_changes_only_what_it_says(tmp_path: Path) -> None:
    changed = overlay(tmp_path, "screens: {costs: {duration: {label: Looptijd}}}")

    assert [one.label for one in changed.screens["costs"]["duration"]] == ["Looptijd"]
    assert changed.screens["costs"]["agree"] == BUILT_IN.screens["costs"]["agree"]
    assert changed.formats == BUILT_IN.formats


def test_a_control_is_replaced_whole_so_that_two_ways_to_find_it_do_not_mix(tmp_path: Path) -> None:
    changed = overlay(tmp_path, "screens: {receiver: {kvk: {css: input}}}")

    assert changed.screens["receiver"]["kvk"][0].model_dump(exclude_defaults=True) == {"css": "input"}


def test_a_new_name_alone_leaves_the_role_as_it_is(tmp_path: Path) -> None:
    changed = overlay(tmp_path, "screens: {review: {record: {name: Nu vastleggen}}}")

    assert str(changed.screens["review"]["record"][0]) == "{role: button, name: Nu vastleggen}"


def test_a_profile_is_the_same_after_it_was_written_down() -> None:
    assert Profile.model_validate(BUILT_IN.model_dump()) == BUILT_IN


def test_a_control_may_be_a_list_tried_in_order(tmp_path: Path) -> None:
    changed = overlay(tmp_path, "screens: {review: {record: [{role: button, name: Nu}, {css: '#vastleggen'}]}}")

    assert [str(one) for one in changed.screens["review"]["record"]] == [
        "{role: button, name: Nu}",
        "{css: #vastleggen}",
    ]


@pytest.mark.parametrize(
    ("text", "day"),
    [("24-11-2031", date(2031, 11, 24)), (" 24  november 2031", date(2031, 11, 24)), ("1 MEI 2027", date(2027, 5, 1))],
)
def test_dates_are_read_in_the_forms_of_the_profile(text: str, day: date) -> None:
    assert FORMATS.date(text) == day


@pytest.mark.parametrize(
    "text", ["", "11/24/2031", "24-11-31", "31-02-2031", "24 nonsense 2031", "24-11-2031 en later"]
)
def test_anything_else_is_no_date(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        FORMATS.date(text)


@given(st.dates(date(1970, 1, 1), date(2100, 1, 1)))
def test_a_date_that_keten_types_is_read_back_as_itself(day: date) -> None:
    assert FORMATS.date(FORMATS.write_date(day)) == day


def test_an_abbreviated_month_is_read_where_the_profile_has_that_form() -> None:
    formats = FORMATS.model_copy(update={"dates": ("dd-MM-yyyy", "d MMM yyyy")})

    assert formats.date("3 mrt. 2030") == formats.date("3 Mar 2030") == date(2030, 3, 3)


@pytest.mark.parametrize("text", ["€ 39,95 incl. btw", "€\u00a039,95", "EUR 39,95 INCL. BTW", "incl.\u00a0btw € 39,95"])
def test_an_amount_with_what_the_profile_explains_is_read(text: str) -> None:
    assert FORMATS.amount(text) == Money.parse("EUR 39.95")


@pytest.mark.parametrize(
    "text",
    ["€ 39,95 excl. btw", "€ 39,95 per jaar", "€ 39,95 p.j.", "39,95", "€ 39,95 + € 5,00", "€ 39.95", "gratis", ""],
)
def test_an_amount_with_anything_else_beside_it_is_not_read(text: str) -> None:
    with pytest.raises(ValueError, match="not a single amount"):
        FORMATS.amount(text)


@pytest.mark.parametrize(
    ("text", "element"),
    [
        ("Algemene bevoegdheid", EVERYTHING),
        ("Alle diensten van Koninklijke X", Element("Koninklijke X")),
        ("UWV: Verzuimmelder", Element("UWV", "Verzuimmelder")),
        ("UWV: Melding: spoed", Element("UWV", "Melding: spoed")),
    ],
)
def test_what_a_grant_covers_is_read_in_the_words_of_the_profile(text: str, element: Element) -> None:
    assert FORMATS.element(text) == element


@pytest.mark.parametrize("text", ["", "Diensten", "2 diensten", "en nog 3", "Geen algemene bevoegdheid"])
def test_other_words_are_no_scope(text: str) -> None:
    with pytest.raises(ValueError, match="not a scope"):
        FORMATS.element(text)


def aliased(tmp_path: Path) -> Profile:
    return overlay(
        tmp_path,
        "aliases:\n"
        '  "UWV: Verzuimmelder": ["UWV: Verzuimmeldingen", "UWV: Ziekmelding"]\n'
        "  Belastingdienst: De Belastingdienst\n",
    )


@pytest.mark.parametrize(
    ("shown", "meant"),
    [
        ("UWV: verzuimmeldingen", Element("UWV", "Verzuimmelder")),
        ("UWV: Verzuimmelder", Element("UWV", "Verzuimmelder")),
        ("De Belastingdienst: Loonheffingen", Element("Belastingdienst", "Loonheffingen")),
        ("Alle diensten van De Belastingdienst", Element("Belastingdienst")),
        ("RVO: Verzuimmeldingen", Element("RVO", "Verzuimmeldingen")),
        ("Algemene bevoegdheid", EVERYTHING),
    ],
)
def test_a_name_of_the_portal_counts_as_that_of_the_scenario(tmp_path: Path, shown: str, meant: Element) -> None:
    assert aliased(tmp_path).element(shown) == meant


def test_two_names_of_the_portal_for_one_thing_are_not_taken_for_one(tmp_path: Path) -> None:
    profile = aliased(tmp_path)

    assert profile.elements(["UWV: Verzuimmeldingen"] * 2) == {Element("UWV", "Verzuimmelder")}
    with pytest.raises(ValueError, match="both 'UWV: Verzuimmelder' and 'UWV: Verzuimmeldingen'"):
        profile.elements(["UWV: Verzuimmelder", "UWV: Verzuimmeldingen"])


def test_what_the_portal_may_call_a_service_begins_with_the_scenarios_own_name(tmp_path: Path) -> None:
    profile = aliased(tmp_path)

    assert list(map(str, profile.names_of(Element("UWV", "Verzuimmelder")))) == [
        "UWV: Verzuimmelder",
        "UWV: Verzuimmeldingen",
        "UWV: Ziekmelding",
    ]
    assert list(map(str, profile.names_of(Element("Belastingdienst", "Loonheffingen")))) == [
        "Belastingdienst: Loonheffingen",
        "De Belastingdienst: Loonheffingen",
    ]
    assert list(map(str, profile.names_of(Element("Belastingdienst")))) == ["Belastingdienst", "De Belastingdienst"]


def test_one_text_that_may_be_several_items_is_not_taken_for_one(tmp_path: Path) -> None:
    text = "UWV: Verzuimmelder, UWV: Ziekmelding"
    separated = overlay(tmp_path, 'formats: {scope: {separator: ", "}}')

    with pytest.raises(ValueError, match=r"may be several items: say in formats\.scope\.separator"):
        BUILT_IN.elements([text])
    assert separated.elements([text]) == {Element("UWV", "Verzuimmelder"), Element("UWV", "Ziekmelding")}
    assert BUILT_IN.elements(["UWV: Ziek, zwanger; zorg"]) == {Element("UWV", "Ziek, zwanger; zorg")}


@pytest.mark.parametrize(
    ("text", "kvk", "name"),
    [
        ("68750110", "68750110", "68750110"),
        ("6875 0110", "68750110", "6875 0110"),
        ("Jansen B.V. (KvK 68750110)", "68750110", "Jansen B.V."),
        ("Jansen B.V., KvK-nummer: 68750110", "68750110", "Jansen B.V."),
        ("Jansen 2000 B.V.", "Jansen2000BV", "Jansen 2000 B.V."),
        ("KM-90000103", "KM-90000103", "KM-90000103"),
        ("KvK-90000103", "90000103", "KvK"),
        ("68750110 en 69599084", "68750110en69599084", "68750110 en"),
    ],
)
def test_a_number_and_a_name_are_told_apart_in_one_text(text: str, kvk: str, name: str) -> None:
    assert (kvk_in(text), name_in(text)) == (kvk, name)


def test_other_ways_to_write_amounts_dates_durations_and_references(tmp_path: Path) -> None:
    formats = overlay(
        tmp_path,
        "formats:\n"
        '  decimal_mark: "."\n'
        "  amount_notes: [VAT included]\n"
        "  dates: [d/M/yyyy, \"'until' d MMMM yyyy\", EEEE d MMMM yyyy]\n"
        '  duration: "{years} years"\n'
        "  durations: {1: one year}\n"
        '  reference: "/(?P<reference>KM-[0-9]+)/"\n',
    ).formats

    assert formats.amount("€ 1,234.50 VAT included") == Money.parse("EUR 1234.50")
    with pytest.raises(ValueError, match="is not one amount in euros"):
        formats.amount("€ 1.234,50")
    assert formats.date("until 3 May 2030") == formats.date("3/5/2030") == date(2030, 5, 3)
    assert formats.date("Friday 3 May 2030") == date(2030, 5, 3)
    assert formats.write_date(date(2030, 5, 3)) == "3/5/2030"
    assert [formats.option(Duration(n)) for n in (1, 2)] == ["one year", "2 years"]
    assert formats.reference_in("Recorded as KM-17.") == "KM-17"


def test_a_status_that_the_profile_does_not_have_is_unknown() -> None:
    assert BUILT_IN.status(" actief ") is RowStatus.PRESENT
    assert BUILT_IN.status("Concept") is RowStatus.UNKNOWN


@pytest.mark.parametrize(
    ("method", "address", "body", "sent"),
    [
        ("POST", "https://p/api/grants", "{}", True),
        ("post", "https://p/api/grants", "{}", True),
        ("PUT", "https://p/api/grants", "{}", False),
        ("POST", "https://p/api/grants/draft", "{}", False),
    ],
)
def test_the_recording_request_is_told_by_method_and_address(method: str, address: str, body: str, sent: bool) -> None:
    assert RecordingRequest(address="/\\/grants$/").is_sent_by(method, address, body) is sent


def test_a_conflict_is_a_refusal_like_the_others_where_the_portal_says_so_in_words() -> None:
    assert load().recording.refusals == Recording().refusals == (400, 403, 404, 409, 422)
