"""Scenario × list → plan (law 1): each line of its table, and what must hold whatever the list."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from automation.domain import Duration, GrantedRow, KvkNumber, Limits, Money, RowStatus, Scope, Term, Until
from automation.errors import UsageError
from automation.law.brakes import check_limits
from automation.law.plan import Action, Plan
from automation.law.planning import plan
from tests.grants import JANSEN, TODAY, UWV, UWV_AND_TAX, grant, row
from tests.law.planned import (
    PAST,
    SERVICES,
    SOON,
    VERZUIM,
    attempt,
    entry_plan,
    known,
    scenario,
)


def test_what_is_not_listed_is_granted() -> None:
    action = entry_plan(grant(), [])

    assert (action.verb, action.elements) == ("grant", UWV.elements)


@pytest.mark.parametrize("covering", [UWV_AND_TAX, UWV, Scope.general()])
def test_what_a_row_covers_is_kept(covering: Scope) -> None:
    action = entry_plan(grant(), [row(covering)])

    assert (action.verb, action.elements) == ("keep", frozenset())
    assert "2031-11-24" in action.reason


def test_rows_of_a_receiver_count_together() -> None:
    apart = [row(UWV), row(Scope.providers(["Belastingdienst"]))]

    assert entry_plan(grant(UWV_AND_TAX), apart).verb == "keep"


def test_a_provider_covers_its_services_and_a_pending_row_counts() -> None:
    assert entry_plan(grant(VERZUIM), [row(UWV, status=RowStatus.PENDING)]).verb == "keep"


def test_only_what_is_not_there_is_recorded() -> None:
    action = entry_plan(grant(UWV_AND_TAX), [row(UWV)])

    assert action.verb == "grant"
    assert action.scope == Scope.providers(["Belastingdienst"])
    assert action.covered == UWV.elements


def test_an_until_in_the_past_is_kept_with_a_warning() -> None:
    action = entry_plan(grant(term=Until(PAST)), [])

    assert action.verb == "keep"
    assert str(PAST) in action.reason


def test_a_row_that_ends_before_until_is_kept_with_both_dates() -> None:
    action = entry_plan(grant(term=Until(date(2029, 12, 31))), [row(until=date(2027, 1, 1))])

    assert action.verb == "keep"
    assert "2027-01-01" in action.reason
    assert "2029-12-31" in action.reason


def test_a_kept_grant_that_was_made_for_less_than_is_asked_is_named() -> None:
    for_two_years = row(until=date(2028, 11, 24))

    assert entry_plan(grant(), [for_two_years]).reason.endswith(
        "until 2028-11-24: it was granted for less than 5 years"
    )
    assert "less than" not in entry_plan(grant(term=Duration(2)), [for_two_years]).reason
    assert "less than" not in entry_plan(grant(), [row(until=date(2031, 11, 23))]).reason


def test_rows_of_the_same_receiver_that_overlap_are_named() -> None:
    doubled = entry_plan(grant(), [row(until=date(2028, 1, 1)), row(UWV_AND_TAX, date(2029, 1, 1))])
    own, narrower = attempt(VERZUIM, until=date(2028, 1, 1)), row(VERZUIM, date(2028, 1, 1))
    beside = entry_plan(grant(), [narrower, row(Scope.providers(["RVO"]))], own)
    other_half = entry_plan(grant(SERVICES), [narrower])

    assert doubled.reason.endswith("; overlapping: UWV until 2028-01-01")
    assert (beside.verb, beside.reason) == ("grant", "not there yet; overlapping: UWV: Verzuimmelder until 2028-01-01")
    assert (other_half.verb, "overlapping" in other_half.reason) == ("grant", False)


def test_narrower_rows_that_are_one_wider_grant_are_not_named_beside_it() -> None:
    assert "overlapping" not in entry_plan(grant(), [row(VERZUIM)], attempt()).reason


@pytest.mark.parametrize("kvk", [JANSEN.kvk, None])
def test_a_row_that_cannot_be_read_refuses_what_is_to_be_recorded(kvk: KvkNumber | None) -> None:
    odd = row(Scope.providers(["RVO"]), kvk=kvk, status=RowStatus.UNKNOWN, unreadable="status “Concept”")

    assert entry_plan(grant(), [odd]).verb == "refuse"
    assert "Concept" in entry_plan(grant(), [odd]).reason


def test_a_row_nobody_can_read_does_not_refuse_what_is_there() -> None:
    odd = row(status=RowStatus.UNKNOWN, unreadable="status “Concept”")

    assert entry_plan(grant(), [row(), odd]).verb == "keep"


@pytest.mark.parametrize("wide", [UWV, Scope.general()])
def test_narrower_rows_refuse_something_wider(wide: Scope) -> None:
    action = entry_plan(grant(wide), [row(VERZUIM)])

    assert action.verb == "refuse"
    assert "UWV: Verzuimmelder" in action.reason


@pytest.mark.parametrize(
    "ended", [row(status=RowStatus.REVOKED, reference="KM-1"), row(status=RowStatus.ENDED, reference="KM-1")]
)
def test_what_a_person_took_away_is_not_granted_again(ended: GrantedRow) -> None:
    action = entry_plan(grant(renew=60), [ended])

    assert action.verb == "refuse"
    assert "KM-1" in action.reason


def test_a_revocation_that_a_later_row_came_after_is_history() -> None:
    revoked = row(status=RowStatus.REVOKED, since=date(2020, 1, 1))
    later = row(since=date(2021, 1, 1), until=SOON)

    assert entry_plan(grant(renew=60), [revoked, later]).verb == "renew"


def test_a_revocation_after_an_earlier_row_refuses_its_renewal() -> None:
    earlier = row(since=date(2021, 1, 1), until=SOON)
    revoked = row(status=RowStatus.REVOKED, since=date(2022, 1, 1))

    assert entry_plan(grant(renew=60), [revoked, earlier]).verb == "refuse"


@pytest.mark.parametrize(
    ("term", "renew", "verb"),
    [(Duration(5), None, "refuse"), (Duration(5), 60, "grant"), (Until(date(2029, 12, 31)), None, "grant")],
)
def test_what_ran_out_is_granted_again_only_when_the_entry_says_how(term: Term, renew: int | None, verb: str) -> None:
    ran_out = row(until=PAST, status=RowStatus.ENDED, since=date(2021, 1, 1))

    action = entry_plan(grant(term=term, renew=renew), [ran_out])

    assert action.verb == verb
    assert verb != "refuse" or str(PAST) in action.reason


@pytest.mark.parametrize(("days", "verb"), [(59, "renew"), (60, "keep"), (61, "keep")])
def test_a_grant_is_renewed_within_its_window(days: int, verb: str) -> None:
    assert entry_plan(grant(renew=60), [row(until=TODAY + timedelta(days=days))]).verb == verb


def test_a_renewal_takes_what_is_missing_along_in_one_action() -> None:
    action = entry_plan(grant(UWV_AND_TAX, renew=60), [row(UWV, SOON)])

    assert (action.verb, action.elements) == ("renew", UWV_AND_TAX.elements)


def test_the_latest_end_counts_so_that_a_renewal_happens_once() -> None:
    assert entry_plan(grant(renew=60), [row(until=SOON), row()]).verb == "keep"


def test_a_row_of_another_receiver_does_not_count() -> None:
    other = row(kvk=KvkNumber("69599084"))

    assert plan(scenario(grant()).grants, known([other])).actions[0].verb == "grant"


def test_the_summary_counts_and_sums() -> None:
    made = plan(scenario(grant(), grant(UWV_AND_TAX, at_most="EUR 15.00")).grants, known([row(UWV)]))

    assert made.summary() == "1 to grant, 0 to renew, 1 kept, 0 refused, at most EUR 15.00"


@pytest.mark.parametrize(
    ("limits", "said"), [(Limits(grants=1), "limits.grants"), (Limits(costs=Money.parse("EUR 79.99")), "limits.costs")]
)
def test_a_run_over_a_limit_is_refused_by_its_name(limits: Limits, said: str) -> None:
    made = Plan(tuple(Action(grant=grant(), verb="grant", reason="", elements=UWV.elements) for _ in range(2)))

    check_limits(made, Limits(grants=2, costs=Money.parse("EUR 80.00")))
    with pytest.raises(UsageError) as caught:
        check_limits(made, limits)

    assert said in caught.value.hint


UNSHOWN = Plan((Action(grant=grant(at_most=None), verb="grant", reason="", elements=UWV.elements),), costs_shown=False)


def test_where_the_portal_shows_no_costs_the_number_of_grants_alone_limits_a_run() -> None:
    check_limits(UNSHOWN, Limits(grants=1))
    with pytest.raises(UsageError, match="limit is 0"):
        check_limits(UNSHOWN, Limits(grants=0))


@pytest.mark.parametrize(
    ("made", "limits", "said"),
    [
        (UNSHOWN, Limits(costs=Money.parse("EUR 400.00")), r"limit of EUR 400.00 a run cannot be kept"),
        (Plan((), costs_shown=False), Limits(costs=Money.parse("EUR 400.00")), r"limit of EUR 400.00"),
        (
            replace(UNSHOWN, actions=(Action(grant=grant(), verb="grant", reason=""),)),
            Limits(),
            "cannot be kept: accountant",
        ),
        (replace(UNSHOWN, costs_shown=True), Limits(), "no ceiling for them: accountant"),
    ],
    ids=["a limit of costs", "a limit of costs, nothing to record", "a ceiling", "no ceiling where costs are shown"],
)
def test_costs_that_cannot_be_kept_stop_a_run_before_the_first_click(made: Plan, limits: Limits, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        check_limits(made, limits)


def test_entries_that_are_there_need_not_consent_to_unshown_costs() -> None:
    check_limits(Plan((Action(grant=grant(), verb="keep", reason="listed"),), costs_shown=False), Limits())
