"""Answer × screen × list → state: the tables of law 4 and 5, line by line."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from automation.domain import GrantedRow, KvkNumber, Money, RowStatus, Scope
from automation.law.outcome import (
    Answer,
    Confirmed,
    Sent,
    Shown,
    State,
    by_list,
    by_witnesses,
    fits,
    is_part,
    ours,
    settling_rows,
    surplus,
)
from tests.grants import JANSEN, UWV, UWV_AND_TAX, intent, row

REFUSALS = (400, 403, 404, 409, 422)
CONFIRMED = Confirmed(
    kvk=JANSEN.kvk, reference="KM-1", elements=UWV.elements, until=date(2031, 11, 24), costs=Money.parse("EUR 22.45")
)
TO_SIGN_IN = Answer(302, to_sign_in=True)


@pytest.mark.parametrize(
    ("answer", "confirmed", "error", "state"),
    [
        (Answer(201), CONFIRMED, None, State.GRANTED),
        (Answer(303), CONFIRMED, None, State.GRANTED),
        (Answer(201), Confirmed(kvk=None, reference="KM-1"), None, State.GRANTED),
        (Answer(201), None, None, State.SETTLE),
        (Answer(201), None, "mislukt", State.SETTLE),
        (Answer(201), CONFIRMED, "mislukt", State.SETTLE),
        (Answer(201), Confirmed(kvk="69599084", reference="KM-1"), None, State.SETTLE),
        (Answer(201), Confirmed(kvk=None, reference=None), None, State.SETTLE),
        (TO_SIGN_IN, CONFIRMED, None, State.SETTLE),
        (TO_SIGN_IN, None, None, State.SETTLE),
        *((Answer(status), None, "nee", State.REFUSED) for status in REFUSALS),
        (Answer(422), CONFIRMED, "nee", State.SETTLE),
        *((Answer(status), None, None, State.SETTLE) for status in REFUSALS),
        (Answer(401), None, None, State.EXPIRED),
        (Answer(401), None, "log in", State.EXPIRED),
        (Answer(401), CONFIRMED, None, State.SETTLE),
        *((Answer(status), None, "nee", State.SETTLE) for status in (429, 500, 502, 503)),
        (Answer(500), CONFIRMED, None, State.SETTLE),
        (Answer(None, why="dropped"), None, None, State.SETTLE),
        (Answer(None, why="timed out"), CONFIRMED, None, State.SETTLE),
        (None, None, None, State.FAILED),
        (None, None, "nee", State.FAILED),
        (None, CONFIRMED, None, State.SETTLE),
    ],
)
def test_answer_and_screen_tell_what_to_do_next(
    answer: Answer | None, confirmed: Confirmed | None, error: str | None, state: State
) -> None:
    assert by_witnesses(Sent(answer), confirmed, error, intent(), REFUSALS) is state


@pytest.mark.parametrize("other", [Answer(422), Answer(401), Answer(None, why="dropped"), TO_SIGN_IN])
@pytest.mark.parametrize("last", [True, False])
def test_requests_of_one_click_that_are_answered_otherwise_are_settled_by_the_list(other: Answer, last: bool) -> None:
    answer = Answer(201).worse(other) if last else other.worse(Answer(201))

    for answers in (answer, answer.worse(other), answer.worse(Answer(201))):
        assert by_witnesses(Sent(answers), None, "nee", intent(), REFUSALS) is State.SETTLE
        assert not answers.is_good


@pytest.mark.parametrize(("answer", "state"), [(Answer(422), State.REFUSED), (Answer(401), State.EXPIRED)])
def test_requests_of_one_click_that_are_all_answered_alike_are_one(answer: Answer, state: State) -> None:
    assert by_witnesses(Sent(answer.worse(answer)), None, "nee", intent(), REFUSALS) is state


@pytest.mark.parametrize("answer", [None, Answer(401), Answer(422)])
def test_a_confirmation_that_cannot_be_read_is_not_nothing(answer: Answer | None) -> None:
    assert by_witnesses(Sent(answer), Confirmed(), "nee", intent(), REFUSALS) is State.SETTLE


def test_nothing_is_concluded_from_silence_while_a_web_socket_is_open() -> None:
    assert by_witnesses(Sent(None, silence_proves=False), None, None, intent(), REFUSALS) is State.SETTLE


def test_a_reference_that_was_listed_before_is_no_witness() -> None:
    known = intent(UWV, row(reference="KM-1"))

    assert by_witnesses(Sent(Answer(201)), Confirmed(kvk=None, reference="KM-1"), None, known, REFUSALS) is State.SETTLE


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"elements": UWV_AND_TAX.elements}, "scope"),
        ({"until": date(2031, 11, 25)}, "end date"),
        ({"costs": Money.parse("EUR 32.45")}, "EUR 32.45"),
        ({"other_organisation": "Voorbeeld Vastgoed B.V. (KvK 90000201)"}, "90000201"),
    ],
)
def test_a_confirmation_that_differs_is_told_with_both_sides(change: dict[str, object], said: str) -> None:
    assert CONFIRMED.differences(intent()) == []
    assert said in replace(CONFIRMED, **change).differences(intent())[0]  # type: ignore[arg-type]


@pytest.mark.parametrize(("ceiling", "above"), [("EUR 40.00", False), ("EUR 32.45", False), ("EUR 32.44", True)])
def test_an_amount_above_the_ceiling_says_so(ceiling: str, above: bool) -> None:
    dearer = replace(CONFIRMED, costs=Money.parse("EUR 32.45"))

    [told] = dearer.differences(intent(), Money.parse(ceiling))

    assert (f"above the ceiling of {ceiling}" in told) is above


def test_what_the_list_shows_of_a_grant_goes_over_what_the_confirmation_did() -> None:
    listed = replace(
        row(reference="KM-1"), name="JANSEN", valid_from=date(2026, 11, 25), valid_until=date(2031, 11, 23)
    )

    shown = Shown.of_rows(intent(), [listed]).over(replace(CONFIRMED, name="Jansen B.V.").shown)

    assert shown == Shown(
        "KM-1", "JANSEN", UWV.elements, date(2026, 11, 25), date(2031, 11, 23), Money.parse("EUR 22.45")
    )


def test_rows_of_parts_tell_no_other_scope_nor_a_reference_that_only_one_of_them_has() -> None:
    parts = [row(Scope.services([f"UWV: {name}"]), reference=name) for name in ("A", "B")]
    other = row(UWV_AND_TAX, reference="KM-1")

    assert Shown.of_rows(intent(), parts) == Shown(
        name=JANSEN.name, valid_from=parts[0].valid_from, valid_until=parts[0].valid_until
    )
    assert Shown.of_rows(intent(), [other]).elements == UWV_AND_TAX.elements


def test_the_name_on_a_row_of_another_number_is_not_the_receivers() -> None:
    assert Shown.of_rows(intent(), [row(kvk=KvkNumber("69599084"))]).name is None


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
