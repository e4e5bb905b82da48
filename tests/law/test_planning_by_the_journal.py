"""Scenario × list × journal → plan (law 1): what the journal knows beside the list."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from automation.domain import KvkNumber, RowStatus, Scope
from automation.law.history import Attempt, AttemptState, History, QuestionKind, Ruling, fingerprint
from automation.law.outcome import Shown
from automation.law.plan import PlanInput
from automation.law.planning import plan, plan_entry
from tests.grants import TODAY, UWV, UWV_AND_TAX, grant, intent, row
from tests.law.planned import (
    JUST_NOW,
    LAG,
    LONG_AGO,
    NOW,
    PAST,
    SERVICES,
    SOON,
    VERZUIM,
    attempt,
    entry_plan,
    scenario,
)


def test_a_grant_of_the_journal_counts_as_there_until_it_must_be_listed() -> None:
    assert entry_plan(grant(), [], attempt(at=JUST_NOW)).verb == "keep"


@pytest.mark.parametrize(
    ("blocking", "blocks"),
    [
        (attempt(state=AttemptState.IN_DOUBT), True),
        (attempt(state=AttemptState.RELEASED), True),
        (attempt(state=AttemptState.GRANTED, error="scope differs"), True),
        (attempt(state=AttemptState.FAILED), False),
        (attempt(state=AttemptState.IN_DOUBT, ruling=Ruling.NOT_GRANTED), False),
        (attempt(state=AttemptState.IN_DOUBT, ruling=Ruling.NOT_GRANTED, at=JUST_NOW), True),
    ],
)
def test_what_is_in_doubt_refuses_its_receiver_by_its_reference(blocking: Attempt, blocks: bool) -> None:
    other = replace(blocking, intent=intent(Scope.providers(["RVO"])))

    action = entry_plan(grant(), [], other)

    assert (action.verb, action.ref) == (("refuse", "G-1") if blocks else ("grant", None))


@pytest.mark.parametrize(("state", "verb"), [(AttemptState.IN_DOUBT, "refuse"), (AttemptState.FAILED, "grant")])
def test_what_is_in_doubt_at_another_address_refuses_too(state: AttemptState, verb: str) -> None:
    elsewhere = (("https://old.example", attempt(state=state)),)

    action = plan(scenario(grant()).grants, PlanInput((), NOW, History(elsewhere=elsewhere), LAG)).actions[0]

    assert (action.verb, action.in_doubt) == (verb, verb == "refuse")
    assert ("it was at https://old.example" in action.reason) is (verb == "refuse")


@pytest.mark.parametrize(("at", "verb"), [(JUST_NOW, "keep"), (LONG_AGO, "grant")])
def test_what_was_granted_at_another_address_within_the_lag_is_there(at: datetime, verb: str) -> None:
    elsewhere = (("https://www.example", attempt(at=at)),)

    action = plan(scenario(grant()).grants, PlanInput((), NOW, History(elsewhere=elsewhere), LAG)).actions[0]

    assert action.verb == verb
    assert ("granted at https://www.example" in action.reason) is (verb == "keep")


def test_what_differs_at_another_address_refuses_until_it_is_resolved() -> None:
    elsewhere = (("https://www.example", attempt(at=LONG_AGO, error="costs: EUR 1.00 was intended")),)

    action = plan(scenario(grant()).grants, PlanInput((), NOW, History(elsewhere=elsewhere), LAG)).actions[0]

    assert (action.verb, action.in_doubt) == ("refuse", False)


@pytest.mark.parametrize(
    ("listed", "wanted"),
    [
        ("UWV: Verzuimmelder, Ziekmelding", "UWV: Verzuimmelder"),
        ("UWV: Ziekmelding; Verzuimmelder", "UWV: Verzuimmelder"),
        ("UWV: Verzuimmelder / UWV: Ziekmelding", "UWV: Verzuimmelder"),
        ("UWV: Verzuimmelder.", "UWV: verzuimmelder"),
    ],
)
def test_a_row_that_may_say_several_refuses_what_may_be_among_them(listed: str, wanted: str) -> None:
    action = entry_plan(grant(Scope.services([wanted])), [row(Scope.services([listed]))])

    assert (action.verb, action.unreadable) == ("refuse", True)
    assert "which may be several" in action.reason


@pytest.mark.parametrize(
    "listed", ["UWV: Verzuimmelder (proef)", "UWV: Verzuimmelder en meer", "RVO: Verzuimmelder, x"]
)
def test_a_row_that_says_something_else_refuses_nothing(listed: str) -> None:
    assert entry_plan(grant(VERZUIM), [row(Scope.services([listed]))]).verb == "grant"


def test_what_cannot_be_seen_in_a_name_makes_no_other_name() -> None:
    listed = row(Scope.services(["UWV: Verzuim\u00admelder\u200b"]))

    assert entry_plan(grant(VERZUIM), [listed]).verb == "keep"


def test_what_is_in_doubt_does_not_refuse_what_is_there() -> None:
    assert entry_plan(grant(), [row()], attempt(state=AttemptState.IN_DOUBT)).verb == "keep"


def test_what_is_in_doubt_for_one_receiver_refuses_no_other() -> None:
    other = replace(attempt(state=AttemptState.IN_DOUBT).intent, kvk=KvkNumber("69599084"))

    assert entry_plan(grant(), [], replace(attempt(state=AttemptState.IN_DOUBT), intent=other)).verb == "grant"


def test_a_grant_that_is_listed_no_longer_is_refused_until_a_person_says_grant_again() -> None:
    refused = entry_plan(grant(), [], attempt())

    assert (refused.verb, refused.ref, refused.missed) == ("refuse", "G-1", attempt())
    assert "no longer listed" in refused.reason
    assert entry_plan(grant(), [], attempt(ruling=Ruling.GRANT_AGAIN)).verb == "grant"


def test_a_grant_that_is_listed_no_longer_is_missed_too_where_something_that_ends_sooner_covers_it() -> None:
    wider = row(Scope.general(), SOON, since=TODAY - timedelta(days=300))

    mine = attempt(baseline=(wider,))
    refused = entry_plan(grant(renew=60), [wider], mine)

    assert (refused.verb, refused.ref, refused.missed) == ("refuse", "G-1", mine)
    assert entry_plan(grant(renew=60), [wider], attempt(until=SOON, baseline=(wider,))).verb == "renew"
    assert entry_plan(grant(renew=60), [wider, row(until=SOON)], mine).verb == "renew"  # as a person shortened it


def test_a_grant_of_the_journal_ends_when_the_portal_showed_that_it_does() -> None:
    fresh = attempt(at=JUST_NOW, shown=Shown(valid_until=date(2031, 11, 23)), until=date(2031, 11, 24))
    fresh = replace(fresh, intent=replace(fresh.intent, until_computed=True))
    ran_out = attempt(until=date(2031, 11, 24), shown=Shown(valid_until=PAST))

    assert entry_plan(grant(), [], fresh).reason == "there already, until 2031-11-23"
    assert entry_plan(grant(renew=60), [], ran_out).verb == "grant"
    assert "no longer listed" in entry_plan(grant(renew=60), [], replace(ran_out, shown=Shown())).reason


def test_what_was_recorded_otherwise_counts_for_as_long_and_as_much_as_either_says_until_it_must_be_listed() -> None:
    sooner = attempt(at=JUST_NOW, shown=Shown(valid_until=SOON), error="end date", ruling=Ruling.GRANTED)
    less = attempt(UWV_AND_TAX, at=JUST_NOW, shown=Shown(elements=UWV.elements), error="scope", ruling=Ruling.GRANTED)

    assert entry_plan(grant(renew=60), [], sooner).verb == "keep"
    assert entry_plan(grant(UWV_AND_TAX), [], less).verb == "keep"
    assert entry_plan(grant(UWV), [], replace(less, intent=intent(VERZUIM))).verb == "keep"


def test_what_was_recorded_otherwise_is_found_on_the_list_as_it_was_recorded() -> None:
    mine = attempt(VERZUIM, shown=Shown(elements=UWV.elements), error="scope", ruling=Ruling.GRANTED)

    assert mine.own([row(UWV)]) == [row(UWV)]
    assert replace(mine, shown=Shown()).own([row(UWV)]) == []


def test_what_was_granted_again_and_vanished_again_is_refused_again() -> None:
    first = attempt(ruling=Ruling.GRANT_AGAIN, at=LONG_AGO - LAG)

    assert entry_plan(grant(), [], first, attempt(ref="G-2")).ref == "G-2"


def test_a_grant_that_ran_out_is_not_missed() -> None:
    assert entry_plan(grant(renew=60), [], attempt(until=PAST)).verb == "grant"


def test_a_doubt_that_a_person_settled_as_granted_counts_as_a_grant() -> None:
    settled = attempt(state=AttemptState.IN_DOUBT, ruling=Ruling.GRANTED)

    assert entry_plan(grant(), [row()], settled).verb == "keep"
    assert entry_plan(grant(), [], settled).ref == "G-1"


def test_a_revoked_row_of_a_grant_of_our_own_is_refused_by_its_reference() -> None:
    revoked = row(status=RowStatus.REVOKED, reference="KM-1")

    assert entry_plan(grant(), [revoked], attempt(reference="KM-1")).ref == "G-1"
    assert entry_plan(grant(), [revoked], attempt(reference="KM-1", ruling=Ruling.GRANT_AGAIN)).verb == "grant"


def test_a_revoked_row_of_somebody_elses_asks_a_question_that_a_person_answers_once() -> None:
    revoked = row(status=RowStatus.REVOKED, reference="KM-1")
    asked = entry_plan(grant(), [revoked]).question
    assert asked is not None

    answered = replace(asked, ref="G-9", ruling=Ruling.GRANT_AGAIN)
    again_revoked = row(status=RowStatus.REVOKED, reference="KM-2")

    assert entry_plan(grant(), [revoked], questions=(answered,)).verb == "grant"
    assert entry_plan(grant(), [revoked, again_revoked], questions=(answered,)).verb == "refuse"


def test_one_question_is_about_all_that_was_taken_away() -> None:
    revoked = [row(status=RowStatus.REVOKED, reference=ref) for ref in ("KM-1", "KM-2")]
    asked = entry_plan(grant(), revoked).question
    assert asked is not None

    answered = replace(asked, ref="G-9", ruling=Ruling.GRANT_AGAIN)

    assert asked.rows == set(map(fingerprint, revoked))
    assert entry_plan(grant(), revoked, questions=(answered,)).verb == "grant"
    assert entry_plan(grant(), revoked[:1], questions=(answered,)).verb == "grant"


def test_another_revocation_is_another_question_also_where_the_rows_look_the_same() -> None:
    revoked = row(status=RowStatus.REVOKED)
    asked = entry_plan(grant(), [revoked]).question
    assert asked is not None
    answered = replace(asked, ref="G-9", ruling=Ruling.GRANT_AGAIN)

    assert entry_plan(grant(), [revoked], questions=(answered,)).verb == "grant"
    assert entry_plan(grant(), [revoked, revoked], questions=(answered,)).verb == "refuse"


def test_a_colleagues_later_row_is_not_taken_for_a_grant_that_may_come_again() -> None:
    again = attempt(ruling=Ruling.GRANT_AGAIN, at=LONG_AGO - 90 * LAG)
    revoked = row(status=RowStatus.REVOKED)

    assert entry_plan(grant(), [revoked], again).verb == "refuse"


def test_a_part_beside_all_of_a_grant_that_may_come_again_is_somebody_elses() -> None:
    revoked = [row(scope, status=RowStatus.REVOKED, since=LONG_AGO.date()) for scope in (UWV_AND_TAX, UWV)]
    mine = attempt(UWV_AND_TAX, ruling=Ruling.GRANT_AGAIN)

    assert entry_plan(grant(UWV_AND_TAX), revoked[:1], mine).verb == "grant"
    assert entry_plan(grant(UWV_AND_TAX), revoked, mine).verb == "refuse"


@pytest.mark.parametrize("wide", [UWV, Scope.general()])
def test_what_a_person_took_away_is_not_granted_again_inside_something_wider(wide: Scope) -> None:
    revoked = row(VERZUIM, status=RowStatus.REVOKED, reference="KM-1", since=date(2022, 1, 1))
    refused = entry_plan(grant(wide), [revoked])
    assert refused.question is not None
    answered = replace(refused.question, ref="G-9", ruling=Ruling.GRANT_AGAIN)

    assert refused.verb == "refuse"
    assert "UWV: Verzuimmelder" in refused.reason
    assert refused.question.elements == VERZUIM.elements
    assert entry_plan(grant(wide), [revoked], questions=(answered,)).verb == "grant"
    assert entry_plan(grant(wide, renew=60), [revoked, row(wide, SOON, since=date(2021, 1, 1))]).verb == "refuse"
    assert entry_plan(grant(wide, renew=60), [revoked, row(wide, SOON, since=date(2023, 1, 1))]).verb == "renew"


def test_revoked_rows_for_each_service_of_a_grant_of_our_own_are_refused_by_its_reference() -> None:
    apart = [row(Scope.of([one]), status=RowStatus.REVOKED) for one in sorted(SERVICES.elements)]
    own = attempt(SERVICES, at=NOW - timedelta(hours=1), ruling=None)
    at_once = PlanInput(tuple(apart), NOW, History((own,)), timedelta(0))

    assert plan_entry(grant(SERVICES), at_once).ref == "G-1"
    again = replace(own, ruling=Ruling.GRANT_AGAIN)
    assert plan_entry(grant(SERVICES), replace(at_once, history=History((again,)))).verb == "grant"


def test_a_revoked_row_is_not_taken_for_a_click_that_recorded_nothing() -> None:
    revoked = row(status=RowStatus.REVOKED)

    assert entry_plan(grant(), [revoked], attempt(state=AttemptState.FAILED)).question is not None


def test_what_ran_out_by_the_journal_alone_is_granted_again_only_when_the_entry_says_how() -> None:
    refused = entry_plan(grant(), [], attempt(until=PAST))

    assert refused.verb == "refuse"
    assert str(PAST) in refused.reason
    assert entry_plan(grant(), [], attempt(until=PAST, ruling=Ruling.GRANT_AGAIN)).verb == "grant"


def test_narrower_rows_ask_whether_they_are_one_grant_or_many() -> None:
    narrower = row(VERZUIM, reference="KM-1")
    asked = entry_plan(grant(), [narrower]).question
    assert asked is not None
    assert asked.kind is QuestionKind.NARROWER
    assert asked.rows == {fingerprint(narrower)}

    one, many = (replace(asked, ref="G-9", ruling=ruling) for ruling in (Ruling.GRANTED, Ruling.GRANT_AGAIN))

    assert entry_plan(grant(), [narrower], questions=(one,)).verb == "keep"
    assert entry_plan(grant(), [narrower], questions=(many,)).verb == "grant"


def test_equal_narrower_rows_are_the_wider_grant_once_a_person_says_so() -> None:
    equal = [row(VERZUIM), row(VERZUIM)]
    asked = entry_plan(grant(), equal).question
    assert asked is not None

    said = replace(asked, ref="G-9", ruling=Ruling.GRANTED)

    assert entry_plan(grant(), equal, questions=(said,)).verb == "keep"
    assert entry_plan(grant(), equal[:1], questions=(said,)).verb == "refuse"  # one of them is gone since


def test_the_journal_tells_that_narrower_rows_came_from_one_wider_grant() -> None:
    assert entry_plan(grant(), [row(VERZUIM)], attempt()).verb == "keep"


def test_narrower_rows_of_a_wider_grant_are_known_beside_revoked_ones_that_look_the_same() -> None:
    revoked, listed = row(VERZUIM, status=RowStatus.REVOKED), row(VERZUIM)

    assert entry_plan(grant(), [revoked, listed], attempt(baseline=(revoked,))).verb == "keep"


def test_the_journal_tells_that_narrower_rows_are_a_grant_of_their_own() -> None:
    assert entry_plan(grant(), [row(VERZUIM)], attempt(VERZUIM)).verb == "grant"
