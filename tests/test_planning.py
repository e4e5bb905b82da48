"""Scenario × list → plan (law 1): each line of its table, and what must hold whatever the list."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.domain import Duration, GrantedRow, Intermediary, KvkNumber, Money, RowStatus, Scope, Term, Until
from automation.errors import UsageError
from automation.planning import Action, Plan, check_limits, plan, plan_entry
from automation.scenario import Limits, Scenario
from tests.grants import JANSEN, OWN, TODAY, UWV, UWV_AND_TAX, grant, row

SERVICES = Scope.services(["UWV: Verzuimmelder", "Belastingdienst: Loonheffingen"])
VERZUIM = Scope.services(["UWV: Verzuimmelder"])
SOON = TODAY + timedelta(days=30)
PAST = TODAY - timedelta(days=1)


def scenario(*entries: object) -> Scenario:
    return Scenario(Path("s.yaml"), "", OWN, Limits(), tuple(entries), ())  # type: ignore[arg-type]


def test_what_is_not_listed_is_granted() -> None:
    action = plan_entry(grant(), [], TODAY)

    assert (action.verb, action.elements) == ("grant", UWV.elements)


@pytest.mark.parametrize("covering", [UWV_AND_TAX, UWV, Scope.general()])
def test_what_a_row_covers_is_kept(covering: Scope) -> None:
    action = plan_entry(grant(), [row(covering)], TODAY)

    assert (action.verb, action.elements) == ("keep", frozenset())
    assert "2031-11-24" in action.reason


def test_rows_of_a_receiver_count_together() -> None:
    apart = [row(UWV), row(Scope.providers(["Belastingdienst"]))]

    assert plan_entry(grant(UWV_AND_TAX), apart, TODAY).verb == "keep"


def test_a_provider_covers_its_services_and_a_pending_row_counts() -> None:
    assert plan_entry(grant(VERZUIM), [row(UWV, status=RowStatus.PENDING)], TODAY).verb == "keep"


def test_only_what_is_not_there_is_recorded() -> None:
    action = plan_entry(grant(UWV_AND_TAX), [row(UWV)], TODAY)

    assert action.verb == "grant"
    assert action.scope == Scope.providers(["Belastingdienst"])
    assert action.covered == UWV.elements


def test_an_until_in_the_past_is_kept_with_a_warning() -> None:
    action = plan_entry(grant(term=Until(PAST)), [], TODAY)

    assert action.verb == "keep"
    assert str(PAST) in action.reason


def test_a_row_that_ends_before_until_is_kept_with_both_dates() -> None:
    action = plan_entry(grant(term=Until(date(2029, 12, 31))), [row(until=date(2027, 1, 1))], TODAY)

    assert action.verb == "keep"
    assert "2027-01-01" in action.reason
    assert "2029-12-31" in action.reason


@pytest.mark.parametrize("kvk", [JANSEN.kvk, None])
def test_a_row_that_cannot_be_read_refuses_what_is_to_be_recorded(kvk: KvkNumber | None) -> None:
    odd = row(Scope.providers(["RVO"]), kvk=kvk, status=RowStatus.UNKNOWN, unreadable="status “Concept”")

    assert plan_entry(grant(), [odd], TODAY).verb == "refuse"
    assert "Concept" in plan_entry(grant(), [odd], TODAY).reason


def test_a_row_nobody_can_read_does_not_refuse_what_is_there() -> None:
    odd = row(status=RowStatus.UNKNOWN, unreadable="status “Concept”")

    assert plan_entry(grant(), [row(), odd], TODAY).verb == "keep"


@pytest.mark.parametrize("wide", [UWV, Scope.general()])
def test_narrower_rows_refuse_something_wider(wide: Scope) -> None:
    action = plan_entry(grant(wide), [row(VERZUIM)], TODAY)

    assert action.verb == "refuse"
    assert "UWV: Verzuimmelder" in action.reason


@pytest.mark.parametrize(
    "ended", [row(status=RowStatus.REVOKED, reference="KM-1"), row(status=RowStatus.ENDED, reference="KM-1")]
)
def test_what_a_person_took_away_is_not_granted_again(ended: GrantedRow) -> None:
    action = plan_entry(grant(renew=60), [ended], TODAY)

    assert action.verb == "refuse"
    assert "KM-1" in action.reason


def test_a_revocation_that_a_later_row_came_after_is_history() -> None:
    revoked = row(status=RowStatus.REVOKED, since=date(2020, 1, 1))
    later = row(since=date(2021, 1, 1), until=SOON)

    assert plan_entry(grant(renew=60), [revoked, later], TODAY).verb == "renew"


def test_a_revocation_after_an_earlier_row_refuses_its_renewal() -> None:
    earlier = row(since=date(2021, 1, 1), until=SOON)
    revoked = row(status=RowStatus.REVOKED, since=date(2022, 1, 1))

    assert plan_entry(grant(renew=60), [revoked, earlier], TODAY).verb == "refuse"


@pytest.mark.parametrize(
    ("term", "renew", "verb"),
    [(Duration(5), None, "refuse"), (Duration(5), 60, "grant"), (Until(date(2029, 12, 31)), None, "grant")],
)
def test_what_ran_out_is_granted_again_only_when_the_entry_says_how(term: Term, renew: int | None, verb: str) -> None:
    ran_out = row(until=PAST, status=RowStatus.ENDED, since=date(2021, 1, 1))

    action = plan_entry(grant(term=term, renew=renew), [ran_out], TODAY)

    assert action.verb == verb
    assert verb != "refuse" or str(PAST) in action.reason


@pytest.mark.parametrize(("days", "verb"), [(59, "renew"), (60, "keep"), (61, "keep")])
def test_a_grant_is_renewed_within_its_window(days: int, verb: str) -> None:
    assert plan_entry(grant(renew=60), [row(until=TODAY + timedelta(days=days))], TODAY).verb == verb


def test_a_renewal_takes_what_is_missing_along_in_one_action() -> None:
    action = plan_entry(grant(UWV_AND_TAX, renew=60), [row(UWV, SOON)], TODAY)

    assert (action.verb, action.elements) == ("renew", UWV_AND_TAX.elements)


def test_the_latest_end_counts_so_that_a_renewal_happens_once() -> None:
    assert plan_entry(grant(renew=60), [row(until=SOON), row()], TODAY).verb == "keep"


def test_a_row_of_another_receiver_does_not_count() -> None:
    other = row(kvk=KvkNumber("69599084"))

    assert plan(scenario(grant()), [other], TODAY).actions[0].verb == "grant"


def test_the_summary_counts_and_sums() -> None:
    made = plan(scenario(grant(), grant(UWV_AND_TAX, at_most="EUR 15.00")), [row(UWV)], TODAY)

    assert made.summary() == "1 to grant, 0 to renew, 1 kept, 0 refused, at most EUR 15.00"


@pytest.mark.parametrize(
    ("limits", "said"), [(Limits(grants=1), "limits.grants"), (Limits(costs=Money.parse("EUR 79.99")), "limits.costs")]
)
def test_a_run_over_a_limit_is_refused_by_its_name(limits: Limits, said: str) -> None:
    made = Plan(tuple(Action(grant(), "grant", "", UWV.elements) for _ in range(2)))

    check_limits(made, Limits(grants=2, costs=Money.parse("EUR 80.00")))
    with pytest.raises(UsageError) as caught:
        check_limits(made, limits)

    assert said in caught.value.hint


ELEMENTS = ["UWV: Verzuimmelder", "UWV: Polisadministratie", "RVO: WBSO"]
SCOPES = (
    st.just(Scope.general())
    | st.lists(st.sampled_from(["UWV", "RVO"]), min_size=1).map(Scope.providers)
    | st.lists(st.sampled_from(ELEMENTS), min_size=1).map(Scope.services)
)
DAYS = st.integers(-400, 1800).map(lambda days: TODAY + timedelta(days=days))
ROWS = st.builds(
    row,
    SCOPES,
    DAYS,
    status=st.sampled_from([RowStatus.PRESENT, RowStatus.PENDING, RowStatus.REVOKED, RowStatus.ENDED]),
    since=st.integers(0, 1800).map(lambda days: TODAY - timedelta(days=days)),
)
TERMS = st.integers(1, 5).map(Duration) | DAYS.map(Until)
GRANTS = st.builds(grant, SCOPES, TERMS, renew=st.none() | st.integers(1, 180))


@given(GRANTS, st.lists(ROWS, max_size=5))
def test_after_the_plan_was_carried_out_there_is_nothing_left_to_do(entry: object, rows: list[GrantedRow]) -> None:
    action = plan_entry(entry, rows, TODAY)  # type: ignore[arg-type]
    if not action.records:
        return
    end = action.grant.term.end(TODAY)
    recorded = replace(row(action.scope, end), valid_from=TODAY)
    renewed_at_once = action.grant.renew_within is not None and end - TODAY < action.grant.renew_within

    again = plan_entry(entry, [*rows, recorded], TODAY)  # type: ignore[arg-type]

    assert again.verb == ("renew" if renewed_at_once else "keep")


@given(GRANTS, st.lists(ROWS, max_size=5), st.randoms())
def test_the_order_of_rows_does_not_matter(entry: object, rows: list[GrantedRow], random: object) -> None:
    mixed = list(rows)
    random.shuffle(mixed)  # type: ignore[attr-defined]

    assert plan_entry(entry, mixed, TODAY) == plan_entry(entry, rows, TODAY)  # type: ignore[arg-type]


@given(GRANTS, st.lists(ROWS, max_size=5))
def test_no_gap_is_left_and_nothing_needless_is_proposed(entry: object, rows: list[GrantedRow]) -> None:
    action = plan_entry(entry, rows, TODAY)  # type: ignore[arg-type]
    if not action.records:
        return
    there = [r for r in rows if r.there(TODAY)]
    for element in action.grant.scope.elements:
        covered = [r for r in there if any(held.covers(element) for held in r.elements)]
        if element not in action.elements:
            assert covered
        elif covered:
            assert action.grant.renew_within is not None
            assert max(r.valid_until for r in covered if r.valid_until) < TODAY + action.grant.renew_within


@given(st.lists(st.tuples(st.sampled_from(["68750110", "69599084"]), SCOPES), max_size=4))
def test_entries_do_not_depend_on_each_other(entries: list[tuple[str, Scope]]) -> None:
    grants = [grant(scope, intermediary=Intermediary(KvkNumber(kvk), "X")) for kvk, scope in entries]
    rows = [row(UWV), row(VERZUIM, kvk=KvkNumber("69599084"))]

    assert plan(scenario(*grants[::-1]), rows, TODAY).actions == plan(scenario(*grants), rows, TODAY).actions[::-1]
