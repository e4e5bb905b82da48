"""The values of the field: what they hold, what they refuse and say then, and the laws that scopes obey."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.domain import (
    EVERYTHING,
    GENERAL_TEXT,
    Duration,
    Element,
    GrantedRow,
    KvkNumber,
    Money,
    RowStatus,
    Scope,
    Until,
    same_name,
    same_words,
)

# Few names, so that elements often meet.
PROVIDERS = st.sampled_from(["UWV", "uwv ", "RVO", "Belastingdienst"]).map(str.strip)
SERVICES = st.sampled_from(["WBSO", "wbso", "Loonheffingen", "Loonheffingen: correctie"])
ELEMENTS = st.just(EVERYTHING) | st.builds(Element, PROVIDERS) | st.builds(Element, PROVIDERS, SERVICES)
SCOPES = (
    st.just(Scope.general())
    | st.lists(PROVIDERS, min_size=1).map(Scope.providers)
    | st.lists(st.tuples(PROVIDERS, SERVICES).map(": ".join), min_size=1).map(Scope.services)
)
UNIVERSE = [Element(p, s) for p, s in product(["UWV", "RVO", "Belastingdienst", "?"], ["WBSO", "Loonheffingen", "?"])]


@given(st.from_regex(r"[0-9]{8}", fullmatch=True))
def test_a_kvk_number_is_its_eight_digits(digits: str) -> None:
    assert KvkNumber(digits) == digits


@given(st.text(max_size=12).filter(lambda text: not (text.isascii() and text.isdigit() and len(text) == 8)))
def test_nothing_else_is_a_kvk_number(text: str) -> None:
    with pytest.raises(ValueError, match="KvK number"):
        KvkNumber(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1234567", 'leading zero may have been lost in a spreadsheet: write it in quotes, "01234567"'),
        ("68.75.01.10", 'has dots, dashes or spaces: write "68750110"'),
        ("6875 0110", 'has dots, dashes or spaces: write "68750110"'),
        ("6875-011", "has dots, dashes or spaces, and has 7 digits where 8 are needed"),
        ("123456782", "9 digits is an RSIN"),
        ("000012345678", "12 digits is a vestigingsnummer"),
        ("00000001890001001000", "20 digits is an OIN"),
        ("1", "has 1 digit, 8 are needed"),
        ("٦٨٧٥٠١١٠", "is not a number of 8 digits"),
        ("68750110\n", "has dots, dashes or spaces"),
        ("", "is not a number of 8 digits"),
    ],
)
def test_a_wrong_kvk_number_is_told_by_what_it_looks_like(text: str, said: str) -> None:
    with pytest.raises(ValueError) as error:  # noqa: PT011 - the message is what is asserted
        KvkNumber(text)

    assert said in str(error.value)


@given(ELEMENTS)
def test_an_element_covers_itself_and_everything_covers_it(element: Element) -> None:
    assert element.covers(element)
    assert EVERYTHING.covers(element)


@given(ELEMENTS, ELEMENTS, ELEMENTS)
def test_covering_carries_on(one: Element, two: Element, three: Element) -> None:
    if one.covers(two) and two.covers(three):
        assert one.covers(three)


@given(ELEMENTS, ELEMENTS)
def test_elements_that_cover_each_other_are_the_same(one: Element, other: Element) -> None:
    assert (one.covers(other) and other.covers(one)) == (one == other)


@given(ELEMENTS, ELEMENTS)
def test_elements_overlap_when_a_service_lies_in_both(one: Element, other: Element) -> None:
    shared = any(one.covers(service) and other.covers(service) for service in (*UNIVERSE, one, other))

    assert one.overlaps(other) == shared == other.overlaps(one)


@given(ELEMENTS, ELEMENTS)
def test_equal_elements_hash_and_sort_alike(one: Element, other: Element) -> None:
    assert (one == other) == (not one < other and not other < one)
    assert one != other or hash(one) == hash(other)


@given(st.builds(Element, PROVIDERS, SERVICES))
def test_a_service_is_read_as_it_is_written(service: Element) -> None:
    assert Element.of_service(str(service)) == service


@pytest.mark.parametrize("text", ["UWV", "UWV:", ": WBSO", "", ":"])
def test_a_service_needs_its_provider(text: str) -> None:
    with pytest.raises(ValueError, match="provider: service"):
        Element.of_service(text)


def test_a_service_of_no_provider_never_counts_as_everything() -> None:
    with pytest.raises(ValueError, match="has no provider"):
        Element(None, "Loonheffingen")


def test_a_service_keeps_what_follows_its_first_colon() -> None:
    assert Element.of_service("Belastingdienst: Loonheffingen: correctie").service == "Loonheffingen: correctie"


@given(SCOPES)
def test_a_scope_is_read_as_it_is_written(scope: Scope) -> None:
    ((kind, names),) = scope.as_data().items()
    again = Scope.general() if kind == "general" else getattr(Scope, kind)(names)

    assert again == scope == Scope.of(scope.elements)


@given(SCOPES, SCOPES)
def test_scopes_overlap_when_any_of_their_elements_do(one: Scope, other: Scope) -> None:
    shared = any(one.covers(service) and other.covers(service) for service in UNIVERSE)

    assert one.overlaps(other) == other.overlaps(one)
    assert one.overlaps(other) or not shared


def test_a_scope_says_what_it_is() -> None:
    assert str(Scope.general()) == f"general: {GENERAL_TEXT}"
    assert str(Scope.services(["UWV: B", "RVO: A"])) == "services: RVO: A, UWV: B"


@pytest.mark.parametrize("elements", [[], [EVERYTHING, Element("UWV")], [Element("UWV"), Element("RVO", "WBSO")]])
def test_no_scope_holds_elements_of_different_kinds(elements: list[Element]) -> None:
    with pytest.raises(ValueError, match="no single scope holds"):
        Scope.of(elements)


@given(st.integers(1, 5))
def test_a_duration_is_read_as_it_is_written(years: int) -> None:
    assert Duration.parse(str(Duration(years))) == Duration(years)


@pytest.mark.parametrize("text", ["0 years", "6 years", "9999 years"])
def test_a_duration_is_one_to_five_years(text: str) -> None:
    with pytest.raises(ValueError, match="1 to 5 years"):
        Duration.parse(text)


@pytest.mark.parametrize("text", ["5", "5years", "18 months", "-1 year", "1.5 years", "two years", ""])
def test_a_duration_is_in_whole_years(text: str) -> None:
    with pytest.raises(ValueError, match='"1 year" … "5 years"'):
        Duration.parse(text)


@given(st.dates(max_value=date(9990, 1, 1)), st.integers(1, 5))
def test_a_duration_ends_on_the_same_day_of_a_later_year(start: date, years: int) -> None:
    end = Duration(years).end(start)

    assert end.year == start.year + years
    assert (end.month, end.day) == (start.month, start.day) or (start.month, start.day, end.day) == (2, 29, 28)


def test_a_duration_from_29_february_ends_on_the_last_day_of_february() -> None:
    assert Duration(1).end(date(2028, 2, 29)) == date(2029, 2, 28)
    assert Duration(4).end(date(2028, 2, 29)) == date(2032, 2, 29)


def test_until_ends_on_its_day_whatever_the_start() -> None:
    assert Until(date(2029, 12, 31)).end(date(2026, 1, 1)) == date(2029, 12, 31)
    assert str(Until(date(2029, 12, 31))) == "until 2029-12-31"


AMOUNTS = st.decimals(0, 999_999_999, places=2).map(Money)


@given(AMOUNTS)
def test_an_amount_is_read_as_it_is_written(amount: Money) -> None:
    assert Money.parse(str(amount)) == amount
    assert amount.as_data() == {"amount": str(amount).removeprefix("EUR "), "currency": "EUR"}


@given(AMOUNTS)
def test_a_dutch_amount_is_read_with_and_without_thousands(amount: Money) -> None:
    grouped = f"{amount.amount:,.2f}".translate(str.maketrans(",.", ".,"))

    for text in (f"€ {grouped}", f"€\xa0{grouped}", f"EUR {grouped.replace('.', '')}", f"{grouped} euro"):
        assert Money.parse_dutch(text) == amount


@pytest.mark.parametrize(
    ("text", "amount"),
    [("€ 25,-", "25.00"), ("€ 25,–", "25.00"), ("€ 25", "25.00"), ("€ 1.234", "1234.00"), (" €24,95 ", "24.95")],
)
def test_the_short_forms_of_a_dutch_amount_are_read(text: str, amount: str) -> None:
    assert Money.parse_dutch(text) == Money(Decimal(amount))


@pytest.mark.parametrize(
    "text",
    [
        "", "25", "€", "€ 24.95", "€ 1,234.56", "€ 12.34,56", "€ 24,9", "€ -5,00", "$ 5,00", "€ ٥,00",
        "€ 24,95 per jaar", "€ 24,95 p.j.", "€ 24,95 excl. btw", "vanaf € 24,95", "€ 5,00 € 6,00", "€ 24,95 (1)",
    ],
)  # fmt: skip
def test_what_is_not_one_plain_amount_is_not_read(text: str) -> None:
    with pytest.raises(ValueError, match="not a single amount in euros"):
        Money.parse_dutch(text)


@pytest.mark.parametrize("text", ["40", "EUR 40,00", "€ 40.00", "EUR 1.234.00", "EUR -1.00", "EUR 0.001", "eur 1", ""])
def test_an_amount_of_a_scenario_has_one_form(text: str) -> None:
    with pytest.raises(ValueError, match="is not written as an amount"):
        Money.parse(text)


@given(AMOUNTS, AMOUNTS)
def test_amounts_add_up_and_compare_exactly(one: Money, other: Money) -> None:
    assert (one + other).amount == one.amount + other.amount
    assert (one < other) == (one.amount < other.amount)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Voorbeeld Holding B.V.", "VOORBEELD  HOLDING BV"),
        ("Voorbeeld Holding B.V.", "Voorbeeld Holding b. v."),
        ("Coöperatie Zuid U.A.", "Cooperatie Zuid UA"),
        ("Jansen & Zonen B.V.", "Jansen en Zonen B.V."),
        ("Café 't Hoekje", "Cafe\u0301 ’t Hoekje"),
    ],
)
def test_names_agree_whatever_their_case_accents_and_points(one: str, other: str) -> None:
    assert same_name(one, other, legal_form_counts=True)
    assert same_name(one, other, legal_form_counts=False)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jansen B.V.", "Jansen"),
        ("Jansen B.V.", "Jansen N.V."),
        ("Stichting Zuid", "Zuid"),
        ("Jansen v.o.f.", "Jansen"),
    ],
)
def test_the_legal_form_counts_only_where_asked(one: str, other: str) -> None:
    assert same_name(one, other, legal_form_counts=False)
    assert not same_name(one, other, legal_form_counts=True)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jansen B.V.", "Janssen B.V."),
        ("Jansen Holding B.V.", "Jansen B.V."),
        ("", ""),
        ("...", "..."),
        ("B.V.", "N.V."),
    ],
)
def test_other_names_differ(one: str, other: str) -> None:
    assert not same_name(one, other, legal_form_counts=False)
    assert not same_name(one, other, legal_form_counts=True)


NAMES = st.text(st.characters(codec="latin-1"), max_size=20)


@given(NAMES, NAMES, st.booleans())
def test_same_name_is_the_same_in_both_directions(one: str, other: str, legal_form_counts: bool) -> None:
    said = same_name(one, other, legal_form_counts=legal_form_counts)

    assert said == same_name(other, one, legal_form_counts=legal_form_counts)


def test_words_are_the_same_whatever_their_case_and_spacing() -> None:
    assert same_words(" Ziek- en\xa0herstelmelding", "ziek- en  Herstelmelding")
    assert not same_words("Verzuimmelder", "Verzuimmelder Plus")
    assert not same_words("Loonheffingen: correctie", "Loonheffingen correctie")


@pytest.mark.parametrize("status", RowStatus)
def test_a_row_is_there_while_present_or_pending_and_not_run_out(status: RowStatus) -> None:
    on = date(2026, 11, 24)
    ends = {True: on, False: on - timedelta(days=1)}
    alive = status in {RowStatus.PRESENT, RowStatus.PENDING}

    for still, end in ends.items():
        row = GrantedRow(
            kvk=KvkNumber("68750110"),
            name="Jansen",
            elements=frozenset({EVERYTHING}),
            valid_from=None,
            valid_until=end,
            status=status,
        )
        assert row.there(on) == (alive and still)
    assert (
        GrantedRow(kvk=None, name="", elements=frozenset(), valid_from=None, valid_until=None, status=status).there(on)
        == alive
    )
