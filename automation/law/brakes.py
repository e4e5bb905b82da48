"""What stops a run before its first click, whatever its plan says (law 1, brakes). Pure."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import replace

from automation.domain import GrantedRow, Limits
from automation.errors import PortalError, UsageError
from automation.law.plan import Plan

_BRAKE_FROM, _BRAKE_SHARE = 10, 0.3


def within(fresh: Plan, approved: Plan) -> tuple[Plan, tuple[str, ...]]:
    """What may be done of a fresh plan: nothing more, wider or more expensive than was approved.

    The plan to carry out, and the ids of the entries that would need more, and are refused in it.
    """
    agreed = {action.grant.id: action for action in approved.actions}
    actions, changed = [], []
    for action in fresh.actions:
        before = agreed.get(action.grant.id)
        if action.records and not (before and before.records and action.elements <= before.elements):
            changed.append(action.grant.id)
            action = replace(action, verb="refuse", reason=f"changed since you agreed: {action.reason}")
        actions.append(action)
    return replace(fresh, actions=tuple(actions)), tuple(changed)


def check_limits(made: Plan, limits: Limits) -> None:
    """UsageError, naming what to change, when a run would go over what the scenario allows, or nobody could tell.

    Where the portal shows no costs, a ceiling in euros can be kept by nobody: `limits.grants` holds alone, and each
    entry consents by `at_most: not shown` (law 1).
    """
    _check_costs_can_be_known(made, limits)
    if limits.grants is not None and made.records > limits.grants:
        raise UsageError(
            f"the plan records {made.records} grants, the scenario's limit is {limits.grants} a run",
            f"If that many is right, raise `limits.grants` in the scenario to {made.records}.",
        )
    if limits.costs is not None and made.total_at_most is not None and made.total_at_most > limits.costs:
        raise UsageError(
            f"the plan may cost {made.total_at_most}, the scenario's limit is {limits.costs} a run",
            f"If that much is right, raise `limits.costs` in the scenario to {made.total_at_most}.",
        )


def _check_costs_can_be_known(made: Plan, limits: Limits) -> None:
    if not made.costs_shown and limits.costs is not None:
        raise UsageError(
            f"the portal shows no costs, so the scenario's limit of {limits.costs} a run cannot be kept",
            "Remove `limits.costs` from the scenario; `limits.grants` limits such a run.",
        )
    against = [a.grant.id for a in made.actions if a.records and (a.grant.at_most is None) is made.costs_shown]
    if against and made.costs_shown:
        raise UsageError(
            f"the portal shows costs, and these entries have no ceiling for them: {', '.join(against)}",
            "Write a ceiling in place of `at_most: not shown`, as in `at_most: EUR 40.00`.",
        )
    if against:
        raise UsageError(
            f"the portal shows no costs, so the ceiling of these entries cannot be kept: {', '.join(against)}",
            "If you agree to costs that nobody shows you, write `at_most: not shown` in each.",
        )


def check_reading(last: Sequence[datetime.date | None], rows: Sequence[GrantedRow], on: datetime.date) -> None:
    """PortalError when the list is so much shorter than at the last good reading that it was read wrongly, or that
    something happened which a person must look at: 30% fewer from 10 rows on, or none where there were some.

    `last` holds the end dates of that reading; rows whose end date has passed are not missed
    """
    expected = sum(end is None or end >= on for end in last)
    seen = sum(row.valid_until is None or row.valid_until >= on for row in rows)
    if (expected >= _BRAKE_FROM and seen < expected * (1 - _BRAKE_SHARE)) or (expected and not seen):
        raise PortalError(
            f"the granted list holds {seen} rows in force, and held {expected} at the last good reading",
            "If that is right, say so with `keten plan FILE --accept-list`.",
        )
