"""The plan of a run: by what is listed now, within what was approved, each refusal with how to settle it (law 1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from automation.domain import GrantedRow, today
from automation.inputs.scenario import Scenario
from automation.journal.run_journal import RunJournal
from automation.law.brakes import check_reading, within
from automation.law.plan import Action, Plan, PlanInput
from automation.law.planning import plan


def remember_reading(rows: Sequence[GrantedRow], journal: RunJournal, *, accept: bool) -> None:
    """Keep a reading of the whole list as a good one; PortalError when it is too short, unless a person accepts it."""
    last = journal.last_reading()
    if last is not None and not accept:
        check_reading(last, rows, today())
    journal.remember_reading(rows)


def make_plan(
    scenario: Scenario,
    rows: Sequence[GrantedRow],
    journal: RunJournal,
    lag: timedelta,
    approved: Plan | None,
    *,
    costs_shown: bool,
) -> tuple[Plan, tuple[str, ...]]:
    """The plan, and the ids of the entries that would need more than was approved, and are refused in it."""
    known = PlanInput(tuple(rows), datetime.now(UTC), journal.history(), lag)
    fresh = replace(plan(scenario.grants, known), costs_shown=costs_shown)
    made, changed = within(fresh, approved) if approved else (fresh, ())
    return replace(made, actions=tuple(_with_reference(action, journal) for action in made.actions)), changed


def _with_reference(action: Action, journal: RunJournal) -> Action:
    """Refusals with what a person settles them by; of a grant that is missed the journal knows from now on."""
    if action.missed is not None and not action.missed.missed:
        journal.append(action.missed.ref, "missed", why=action.reason)
    if action.question is None:
        return action
    ref = journal.ask(action.question)
    return replace(action, ref=ref, reason=f"{action.reason} (`keten resolve {ref}`)")
