"""What the journal remembers, as values: what blocks, what stands, and whose rows are whose."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from automation.domain import KvkNumber, RowStatus, Scope
from automation.law.history import (
    Attempt,
    AttemptState,
    History,
    Question,
    QuestionKind,
    Ruling,
    fingerprint,
    unclaimed,
)
from automation.law.outcome import Intent
from tests.grants import JANSEN, TODAY, UWV, UWV_AND_TAX, intent, row

CLICK = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
LAG = timedelta(hours=24)
SOON, LATER = CLICK + timedelta(hours=23), CLICK + timedelta(hours=24)
TAX = Scope.providers(["Belastingdienst"])


def attempt(
    state: AttemptState = AttemptState.GRANTED,
    ruling: Ruling | None = None,
    *,
    ref: str = "G-1",
    what: Intent | None = None,
    error: str | None = None,
    reference: str | None = None,
    at: datetime = CLICK,
) -> Attempt:
    return Attempt(
        ref=ref,
        run_id="run",
        entry="accountant",
        at=at,
        intent=what or intent(),
        state=state,
        reference=reference,
        error=error,
        ruling=ruling,
    )


@pytest.mark.parametrize("state", [AttemptState.INTENDED, AttemptState.RELEASED, AttemptState.IN_DOUBT])
def test_what_is_unsure_blocks_until_a_person_or_the_list_has_told(state: AttemptState) -> None:
    assert attempt(state).is_unsettled()
    assert attempt(state).blocks(LATER, LAG)
    assert not attempt(state, Ruling.GRANTED).blocks(SOON, LAG)
    assert not attempt(state, Ruling.GRANTED).is_unsettled()


def test_that_it_was_not_granted_takes_effect_one_lag_after_the_click() -> None:
    said = attempt(AttemptState.IN_DOUBT, Ruling.NOT_GRANTED)

    assert (said.blocks(SOON, LAG), said.blocks(LATER, LAG)) == (True, False)
    assert said.is_unsettled()
    assert not said.is_granted()


def test_a_failed_one_blocks_nothing_and_is_no_grant() -> None:
    failed = attempt(AttemptState.FAILED)

    assert (failed.blocks(SOON, LAG), failed.is_unsettled(), failed.is_granted()) == (False, False, False)


def test_a_grant_that_differs_blocks_until_a_person_has_looked() -> None:
    assert not attempt().blocks(SOON, LAG)
    assert attempt(error="costs").blocks(LATER, LAG)
    assert not attempt(AttemptState.GRANTED, Ruling.GRANTED, error="costs").blocks(SOON, LAG)
    assert not attempt(AttemptState.GRANTED, Ruling.GRANT_AGAIN, error="costs").blocks(SOON, LAG)


def test_a_grant_that_differs_and_is_none_counts_so_one_lag_after_the_click() -> None:
    said = attempt(AttemptState.GRANTED, Ruling.NOT_GRANTED, error="costs")

    assert (said.is_granted(), said.stands()) == (False, False)
    assert (said.blocks(SOON, LAG), said.blocks(LATER, LAG)) == (True, False)


def test_a_row_that_turns_up_after_all_makes_it_a_grant() -> None:
    assert attempt(AttemptState.GRANTED, Ruling.NOT_GRANTED).is_granted()


def test_what_may_be_granted_again_stands_no_more() -> None:
    again = attempt(AttemptState.GRANTED, Ruling.GRANT_AGAIN)

    assert (again.is_granted(), again.stands()) == (True, False)


def test_the_intents_of_a_receiver_come_oldest_first() -> None:
    other = Intent(
        organisation=KvkNumber("90000102"),
        kvk=KvkNumber("69599084"),
        elements=UWV.elements,
        until=TODAY,
        costs=None,
        baseline=(),
    )
    history = History((attempt(ref="G-2", at=SOON), attempt(ref="G-3", what=other), attempt(ref="G-1")))

    assert [found.ref for found in history.of(JANSEN.kvk)] == ["G-1", "G-2"]


def test_another_revocation_is_another_question() -> None:
    first, second = row(UWV, reference="KM-1"), row(UWV, reference="KM-2")
    asked = Question(QuestionKind.TAKEN_AWAY, JANSEN.kvk, UWV.elements, frozenset({fingerprint(first)}))
    anew = Question(QuestionKind.TAKEN_AWAY, JANSEN.kvk, UWV.elements, frozenset({fingerprint(second)}))
    answered = replace(asked, ref="G-1", ruling=Ruling.GRANTED)

    history = History(questions=(answered,))

    assert history.answer(asked) is Ruling.GRANTED
    assert history.answer(anew) is None


def test_a_fingerprint_outlives_a_change_of_status() -> None:
    assert fingerprint(row(status=RowStatus.PENDING)) == fingerprint(row(status=RowStatus.REVOKED))


def test_rows_of_another_grant_are_claimed_by_it() -> None:
    mine, other = attempt(AttemptState.IN_DOUBT), attempt(ref="G-2", what=intent(TAX))
    rows = [row(UWV), row(TAX)]

    assert unclaimed(mine, [mine, other], rows) == [row(UWV)]


@pytest.mark.parametrize("state", [AttemptState.IN_DOUBT, AttemptState.FAILED, AttemptState.INTENDED])
def test_only_a_grant_claims_rows(state: AttemptState) -> None:
    mine, other = attempt(AttemptState.IN_DOUBT), attempt(state, ref="G-2")

    assert unclaimed(mine, [mine, other], [row(UWV)]) == [row(UWV)]


def test_of_equal_rows_each_grant_claims_one() -> None:
    mine = attempt(AttemptState.IN_DOUBT)
    others = [attempt(ref="G-2"), attempt(ref="G-3")]

    assert unclaimed(mine, [mine, *others], [row(UWV)] * 3) == [row(UWV)]
    assert unclaimed(mine, [mine, *others], [row(UWV)] * 2) == []


def test_a_grant_whose_rows_stood_in_the_baseline_claims_no_others() -> None:
    mine, other = attempt(AttemptState.IN_DOUBT, what=intent(UWV, row(UWV))), attempt(ref="G-2")

    assert unclaimed(mine, [mine, other], [row(UWV)] * 2) == [row(UWV)] * 2


def test_a_grant_that_a_person_let_be_given_anew_claims_no_row_of_the_next_one() -> None:
    mine, gone = attempt(AttemptState.RELEASED, ref="G-2"), attempt(ruling=Ruling.GRANT_AGAIN)

    assert unclaimed(mine, [mine, gone], [row(UWV)]) == [row(UWV)]


def test_a_grant_with_a_reference_claims_no_row_with_another() -> None:
    mine, other = attempt(AttemptState.IN_DOUBT), attempt(ref="G-2", reference="KM-2")
    rows = [row(UWV, reference="KM-1"), row(UWV, reference="KM-2")]

    assert unclaimed(mine, [mine, other], rows) == rows[:1]


def test_a_grant_is_claimed_by_all_its_rows_or_by_none() -> None:
    mine, other = attempt(AttemptState.IN_DOUBT), attempt(ref="G-2", what=intent(UWV_AND_TAX))

    assert unclaimed(mine, [mine, other], [row(UWV), row(TAX)]) == []
    assert unclaimed(mine, [mine, other], [row(TAX)]) == [row(TAX)]
