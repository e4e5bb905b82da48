"""What must hold of a plan whatever the scenario, the list and the journal (law 1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from automation.domain import (
    Duration,
    Element,
    Grant,
    GrantedRow,
    Intermediary,
    KvkNumber,
    RowStatus,
    Scope,
    Until,
)
from automation.law.history import Attempt, AttemptState, History, Ruling
from automation.law.plan import Action, PlanInput
from automation.law.planning import plan, plan_entry
from tests.grants import TODAY, grant, intent, row

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
LAG = timedelta(hours=24)
SCOPES = (
    st.just(Scope.general())
    | st.lists(st.sampled_from(["UWV", "RVO"]), min_size=1).map(Scope.providers)
    | st.lists(st.sampled_from(["UWV: Verzuimmelder", "UWV: Polis", "RVO: WBSO"]), min_size=1).map(Scope.services)
)
DAYS = st.integers(-400, 1800).map(lambda days: TODAY + timedelta(days=days))
AGO = st.integers(0, 1800).map(lambda days: TODAY - timedelta(days=days))
RECEIVERS = st.sampled_from(["68750110", "69599084"]).map(KvkNumber)
STATUSES = st.sampled_from([RowStatus.PRESENT, RowStatus.PENDING, RowStatus.REVOKED, RowStatus.ENDED])
ROWS = st.builds(row, SCOPES, DAYS, status=STATUSES, since=AGO, reference=st.none() | st.sampled_from(["K1", "K2"]))
DURATIONS = st.integers(1, 5).map(Duration)
ENTRIES = st.builds(grant, SCOPES, DURATIONS, renew=st.none() | st.integers(1, 180)) | st.builds(
    grant, SCOPES, DAYS.map(Until)
)
PASTS = st.builds(
    lambda number, hours, scope, until, state, ruling: Attempt(
        ref=f"G-{number}",
        run_id="run",
        entry="x",
        at=NOW - timedelta(hours=hours),
        intent=intent(scope, until=until),
        state=state,
        ruling=ruling,
    ),
    st.integers(0, 10**6),
    st.sampled_from([1, 30, 9000]),
    SCOPES,
    DAYS,
    st.sampled_from([AttemptState.GRANTED, AttemptState.GRANTED, AttemptState.FAILED, AttemptState.IN_DOUBT]),
    st.none() | st.sampled_from(Ruling),
)
LISTS = st.lists(ROWS, max_size=5)
JOURNALS = st.lists(PASTS, max_size=3, unique_by=(lambda attempt: attempt.ref, lambda attempt: attempt.at))


def planned(entry: Grant, rows: Sequence[GrantedRow], attempts: Sequence[Attempt] = ()) -> Action:
    return plan_entry(entry, PlanInput(tuple(rows), NOW, History(tuple(attempts)), LAG))


def covers(row: GrantedRow, element: Element) -> bool:
    return any(held.covers(element) for held in row.elements)


def recorded(action: Action) -> tuple[GrantedRow, Attempt]:
    """What the list, and what the journal, hold once the action was carried out."""
    end = action.grant.term.end(TODAY)
    done = Attempt(
        ref="G-new", run_id="run", entry="x", at=NOW, intent=intent(action.scope, until=end), state=AttemptState.GRANTED
    )
    return row(action.scope, end, since=TODAY), done


@given(ENTRIES, LISTS, JOURNALS)
def test_after_the_plan_was_carried_out_there_is_nothing_left_to_do(
    entry: Grant, rows: list[GrantedRow], attempts: list[Attempt]
) -> None:
    action = planned(entry, rows, attempts)
    if not action.records:
        return
    listed, written = recorded(action)

    assert planned(entry, [*rows, listed], [*attempts, written]).verb == "keep"
    assert planned(entry, rows, [*attempts, written]).verb == "keep"  # not listed yet
    if all(NOW - attempt.at >= LAG for attempt in attempts):  # else the journal alone knows of a grant
        assert planned(entry, [*rows, listed]).verb in ("keep", "refuse")  # the journal was lost


@given(ENTRIES, LISTS, JOURNALS, st.randoms(use_true_random=False))
def test_the_order_of_rows_and_pasts_does_not_matter(
    entry: Grant, rows: list[GrantedRow], attempts: list[Attempt], random: Random
) -> None:
    mixed, shuffled = list(rows), list(attempts)
    random.shuffle(mixed)
    random.shuffle(shuffled)

    one, other = planned(entry, rows, attempts), planned(entry, mixed, shuffled)

    assert (one.verb, one.elements, one.question) == (other.verb, other.elements, other.question)


@given(ENTRIES, LISTS, JOURNALS)
def test_no_gap_is_left_and_nothing_needless_is_recorded(
    entry: Grant, rows: list[GrantedRow], attempts: list[Attempt]
) -> None:
    action = planned(entry, rows, attempts)
    if not action.records:
        return
    there = [listed for listed in rows if listed.there(TODAY)]
    fresh = [attempt for attempt in attempts if attempt.state is AttemptState.GRANTED and NOW - attempt.at < LAG]
    for element in entry.scope.elements:
        covered = [listed for listed in there if covers(listed, element)]
        if element not in action.elements:
            assert covered or attempts
        elif covered:
            assert entry.renew_within is not None
            assert max(r.valid_until for r in covered if r.valid_until) < TODAY + entry.renew_within
        for attempt in fresh:
            if attempt.ruling is not Ruling.GRANT_AGAIN and element in attempt.intent.elements & action.elements:
                assert entry.renew_within is not None
                assert attempt.intent.until < TODAY + entry.renew_within


@given(ENTRIES, LISTS, JOURNALS)
def test_nothing_is_recorded_beside_what_is_in_doubt(
    entry: Grant, rows: list[GrantedRow], attempts: list[Attempt]
) -> None:
    unsure = [
        p for p in attempts if p.state is AttemptState.IN_DOUBT and p.ruling not in (Ruling.GRANTED, Ruling.NOT_GRANTED)
    ]

    assert not (unsure and planned(entry, rows, attempts).records)


@given(ENTRIES, LISTS, JOURNALS)
def test_what_is_recorded_is_of_the_entry_and_never_empty(
    entry: Grant, rows: list[GrantedRow], attempts: list[Attempt]
) -> None:
    action = planned(entry, rows, attempts)

    assert action.elements <= entry.scope.elements
    assert action.records == bool(action.elements)


@given(st.lists(st.tuples(RECEIVERS, SCOPES), max_size=4), LISTS, JOURNALS)
def test_entries_do_not_depend_on_each_other(
    entries: list[tuple[KvkNumber, Scope]], rows: list[GrantedRow], attempts: list[Attempt]
) -> None:
    grants = [grant(scope, intermediary=Intermediary(kvk, "X")) for kvk, scope in entries]
    known = PlanInput(
        (*rows, *(replace(r, kvk=KvkNumber("69599084")) for r in rows)), NOW, History(tuple(attempts)), LAG
    )

    def actions(wanted: Sequence[Grant]) -> tuple[Action, ...]:
        return plan(wanted, known).actions

    assert actions(grants[::-1]) == actions(grants)[::-1]
    assert actions(grants) == tuple(action for one in grants for action in actions([one]))
