"""Law 5: what is new on the portal's list, and what that tells of an intent."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from automation.domain import GrantedRow, RowStatus, Scope
from automation.law.outcome import State
from automation.law.surplus import by_list, fits, is_part, ours, settling_rows, surplus
from tests.grants import UWV, UWV_AND_TAX, intent, row


@pytest.mark.parametrize(
    ("rows", "over", "state"),
    [
        ([], False, None),
        ([], True, State.IN_DOUBT),
        ([row()], False, State.GRANTED),
        ([row(), row()], False, State.IN_DOUBT),
        ([row(UWV_AND_TAX)], False, State.IN_DOUBT),
        ([row(until=date(2030, 1, 1))], False, State.IN_DOUBT),
        ([row(status=RowStatus.PENDING)], False, State.GRANTED),
        ([row(unreadable="status “Concept”")], False, State.IN_DOUBT),
        ([row(kvk=None)], False, State.IN_DOUBT),
    ],
)
def test_the_surplus_on_the_list_settles_it(rows: list[GrantedRow], over: bool, state: State | None) -> None:
    assert by_list(intent(), rows, patience_over=over) is state


@pytest.mark.parametrize(
    ("rows", "over", "state", "told_by"),
    [
        ([row(own_reference="G-7F3A21")], False, State.GRANTED, [0]),
        ([row(own_reference="Ons kenmerk: G-7F3A21.")], False, State.GRANTED, [0]),
        ([row(), row(own_reference="G-7F3A21")], False, State.GRANTED, [1]),
        ([row(UWV_AND_TAX, own_reference="G-7F3A21")], False, State.GRANTED, [0]),
        ([row(own_reference="G-000001")], False, None, []),
        ([row(own_reference="G-000001")], True, State.IN_DOUBT, []),
        ([row(own_reference="G-7F3A21B")], False, State.GRANTED, [0]),  # no reference of keten's: a row like any other
    ],
)
def test_a_row_with_ketens_own_reference_settles_it_and_one_with_another_is_not_it(
    rows: list[GrantedRow], over: bool, state: State | None, told_by: list[int]
) -> None:
    assert by_list(intent(), rows, patience_over=over, ref="G-7F3A21") is state
    assert settling_rows(intent(), rows, "G-7F3A21") == [rows[number] for number in told_by]


def test_a_claim_is_to_the_row_with_the_own_reference_first_and_never_to_one_with_another() -> None:
    plain, mine, other = (row(own_reference=own) for own in (None, "G-7F3A21", "G-000001"))

    assert ours(intent(), None, [plain, other, mine], "G-7F3A21") == [mine]
    assert ours(intent(), None, [other, plain], "G-7F3A21") == [plain]
    assert ours(intent(), None, [other], "G-7F3A21") == []


def test_rows_of_the_baseline_are_no_surplus_and_a_twin_of_one_is() -> None:
    before = row(reference=None)
    wanted = intent(UWV, before)

    assert surplus(wanted, [before]) == []
    assert surplus(wanted, [before, before]) == [before]


def test_a_pending_row_that_became_present_is_still_the_same_row() -> None:
    wanted = intent(UWV, row(reference="KM-1", status=RowStatus.PENDING))

    assert surplus(wanted, [row(reference="KM-1")]) == []


def test_a_changed_end_date_of_a_row_of_the_baseline_counts_as_new() -> None:
    longer = row(reference="KM-1", until=date(2031, 11, 24))
    wanted = intent(UWV, row(reference="KM-1", until=date(2027, 1, 1)))

    assert surplus(wanted, [longer]) == [longer]


def test_one_grant_may_be_listed_as_a_row_for_each_element() -> None:
    apart = [row(UWV), row(Scope.providers(["Belastingdienst"]))]

    assert fits(intent(UWV_AND_TAX), apart)
    assert not fits(intent(UWV_AND_TAX), apart[:1])
    assert not fits(intent(UWV_AND_TAX), [*apart, row(UWV)])


def test_an_end_date_that_was_computed_may_be_a_day_off() -> None:
    a_day_less = [row(until=date(2031, 11, 23))]

    assert not fits(intent(), a_day_less)
    assert fits(replace(intent(), until_computed=True), a_day_less)


@pytest.mark.parametrize(
    ("shown", "part"),
    [
        (row(UWV), True),
        (row(Scope.services(["UWV: Verzuimmelder"])), True),
        (row(Scope.providers(["RVO"])), False),
        (row(Scope.general()), False),
        (row(UWV, until=date(2030, 1, 1)), False),
    ],
)
def test_a_row_of_some_of_what_was_intended_is_a_part_of_it(shown: GrantedRow, part: bool) -> None:
    assert is_part(intent(UWV_AND_TAX), shown) is part
