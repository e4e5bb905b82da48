"""Answer × screen × list → state: the table of law 4, line by line."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from automation.domain import KvkNumber, Money, Scope
from automation.law.outcome import Answer, Confirmed, Sent, Shown, State, by_witnesses
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
