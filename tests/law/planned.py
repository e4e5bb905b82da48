"""Plans of rows and of attempts, for tests of law 1."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from automation.domain import Grant, GrantedRow, Limits, Scope
from automation.inputs.scenario import Scenario
from automation.law.history import Attempt, AttemptState, History, Question
from automation.law.plan import Action, PlanInput
from automation.law.planning import plan_entry
from tests.grants import OWN, TODAY, UWV, intent

SERVICES = Scope.services(["UWV: Verzuimmelder", "Belastingdienst: Loonheffingen"])
VERZUIM = Scope.services(["UWV: Verzuimmelder"])
SOON = TODAY + timedelta(days=30)
PAST = TODAY - timedelta(days=1)
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
LAG = timedelta(hours=24)
LONG_AGO = NOW - 2 * LAG
JUST_NOW = NOW - timedelta(minutes=5)


def scenario(*entries: Grant) -> Scenario:
    return Scenario(
        path=Path("s.yaml"), sha256="", organisation=OWN, limits=Limits(), grants=tuple(entries), remarks=()
    )


def known(
    rows: Iterable[GrantedRow], *attempts: Attempt, lag: timedelta = LAG, questions: tuple[Question, ...] = ()
) -> PlanInput:
    return PlanInput(tuple(rows), NOW, History(attempts, questions), lag)


def entry_plan(
    entry: Grant, rows: Iterable[GrantedRow], *attempts: Attempt, questions: tuple[Question, ...] = ()
) -> Action:
    return plan_entry(entry, known(rows, *attempts, questions=questions))


def attempt(
    scope: Scope = UWV,
    state: AttemptState = AttemptState.GRANTED,
    at: datetime = LONG_AGO,
    ref: str = "G-1",
    **more: Any,
) -> Attempt:
    baseline = more.pop("baseline", ())
    until = more.pop("until", date(2031, 11, 24))
    return Attempt(
        ref=ref,
        run_id="run",
        entry="accountant",
        at=at,
        intent=intent(scope, *baseline, until=until),
        state=state,
        **more,
    )
