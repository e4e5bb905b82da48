"""The gate before the costly click (law 2.6): every field counts, and what cannot be read counts as different."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from automation.domain import AMSTERDAM, Money, Until
from automation.law.gate import ScreenReading, acts_for, differences
from tests.grants import OWN, UWV, UWV_AND_TAX, grant

NOON = datetime(2026, 11, 24, 12, tzinfo=AMSTERDAM)
RIGHT = ScreenReading(
    organisation="Voorbeeld Holding B.V. (KvK 90000102)",
    receiver_kvk="68750110",
    receiver_name="ACCOUNTANTSKANTOOR JANSEN BV",
    elements=UWV.elements,
    term="5 jaar",
    term_agrees=True,
    valid_until=date(2031, 11, 24),
    costs=Money.parse("EUR 22.45"),
)


def found(
    reading: ScreenReading,
    now: datetime = NOON,
    *,
    at_most: str | None = "EUR 40.00",
    own: bool = True,
    costs: bool = True,
) -> list[str]:
    entry = grant(at_most=at_most)
    return differences(entry, UWV.elements, OWN, reading, now, organisation_shown=own, costs_shown=costs)


def test_a_screen_that_agrees_lets_the_click_be_made() -> None:
    assert found(RIGHT) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"organisation": "Voorbeeld Vastgoed B.V. (KvK 90000201)"}, ["90000102", "Voorbeeld Vastgoed"]),
        ({"receiver_kvk": "69599084"}, ["68750110", "69599084"]),
        ({"receiver_name": "Salarisbureau De Vries"}, ["Accountantskantoor Jansen B.V.", "Salarisbureau De Vries"]),
        ({"elements": UWV_AND_TAX.elements}, ["UWV", "Belastingdienst, UWV"]),
        ({"elements": frozenset()}, ["UWV", "nothing"]),
        ({"valid_until": date(2030, 11, 24)}, ["2031-11-24", "2030-11-24"]),
        ({"costs": Money.parse("EUR 40.01")}, ["EUR 40.00", "EUR 40.01"]),
        ({"valid_until": None, "term": "4 jaar", "term_agrees": False}, ["5 years", "4 jaar"]),
    ],
)
def test_a_field_that_differs_is_told_with_both_sides(change: dict[str, object], said: list[str]) -> None:
    told = found(replace(RIGHT, **change))  # type: ignore[arg-type]

    assert len(told) == 1
    assert all(part in told[0] for part in said)


@pytest.mark.parametrize("field", ["organisation", "receiver_kvk", "receiver_name", "elements", "costs"])
def test_a_field_that_cannot_be_read_stops_the_click(field: str) -> None:
    told = found(replace(RIGHT, **{field: None}))  # type: ignore[arg-type]

    assert len(told) == 1
    assert "does not show" in told[0]


def test_neither_duration_nor_end_date_stops_the_click() -> None:
    assert found(replace(RIGHT, valid_until=None, term=None)) == ["duration or end date: the screen shows neither"]


def test_the_chosen_duration_will_do_where_no_end_date_is_shown() -> None:
    assert found(replace(RIGHT, valid_until=None)) == []


@pytest.mark.parametrize(
    ("now", "days", "agrees"),
    [
        (NOON, 1, True),
        (NOON, 2, False),
        (datetime(2026, 11, 24, 23, 59, 30, tzinfo=AMSTERDAM), 2, True),
        (datetime(2026, 11, 24, 0, 0, 30, tzinfo=AMSTERDAM), 2, True),
        (datetime(2026, 11, 24, 0, 0, 30, tzinfo=AMSTERDAM), 3, False),
    ],
)
def test_the_end_date_may_be_a_day_off_and_two_at_midnight(now: datetime, days: int, agrees: bool) -> None:
    off = timedelta(days=days)
    both = [found(replace(RIGHT, valid_until=date(2031, 11, 24) + way), now) for way in (off, -off)]

    assert [told == [] for told in both] == [agrees, agrees]


def test_an_end_date_of_the_scenario_is_met_to_the_day() -> None:
    entry = grant(term=Until(date(2029, 12, 31)))
    shown = [replace(RIGHT, valid_until=day) for day in (date(2029, 12, 31), date(2029, 12, 30))]

    told = [
        differences(entry, UWV.elements, OWN, reading, NOON, organisation_shown=True, costs_shown=True)
        for reading in shown
    ]

    assert told[0] == []
    assert "2029-12-31" in told[1][0]


def test_the_ceiling_itself_is_not_above_the_ceiling() -> None:
    assert found(replace(RIGHT, costs=Money.parse("EUR 40.00"))) == []


def test_costs_that_are_shown_need_a_ceiling() -> None:
    assert "not shown" in found(RIGHT, at_most=None)[0]


def test_costs_that_are_never_shown_need_profile_and_scenario_to_say_so() -> None:
    unseen = replace(RIGHT, costs=None)

    assert found(unseen, at_most=None, costs=False) == []
    assert "ceiling of EUR 40.00" in found(unseen, costs=False)[0]
    assert "the portal shows none, the screen shows" in found(RIGHT, at_most=None, costs=False)[0]


def test_an_organisation_that_is_never_shown_is_not_asked_of_the_screen() -> None:
    assert found(replace(RIGHT, organisation=None), own=False) == []


@pytest.mark.parametrize(
    ("shown", "agrees"),
    [
        ("Voorbeeld Holding B.V. (KvK 90000102)", True),
        ("Een heel andere naam, 90000102", True),
        ("Voorbeeld Holding B.V. (KvK 90000201)", False),
        ("voorbeeld  holding bv", True),
        ("Voorbeeld Holding N.V.", False),
        ("Voorbeeld Holding", False),
        ("90000102 en 90000201", False),
        ("Voorbeeld Holding B.V. (90000102) — Handelsregister 90000102", True),
        ("90000102 90000102 90000201", False),
        ("190000102", False),
        ("", False),
        ("KvKnummer90000102", True),
        ("Andere B.V., KvK-nummer-90000201, namens 90000102", False),
        ("90000102_90000201", False),
        ("Voorbeeld Holding B.V. 90000102 KM-90000201", False),
    ],
)
def test_the_number_decides_for_whom_one_acts_and_else_the_whole_name(shown: str, agrees: bool) -> None:
    assert acts_for(OWN, shown) is agrees


def test_an_organisation_that_is_shown_counts_though_the_profile_says_that_none_is() -> None:
    other = replace(RIGHT, organisation="Voorbeeld Vastgoed B.V. (90000201)")

    assert "granting organisation" in found(other, own=False)[0]
    assert found(replace(RIGHT, organisation=None), own=False) == []
