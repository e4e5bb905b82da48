"""What stops a run before its first click, whatever its plan says (law 1, brakes). Pure."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import replace

from automation.domain import GrantedRow
from automation.errors import PortalError, UsageError
from automation.planning import Plan
from automation.scenario import Limits

_BRAKE_FROM, _BRAKE_SHARE = 10, 0.3


def within(fresh: Plan, approved: Plan) -> tuple[Plan, tuple[str, ...]]:
    """What may be done of a fresh plan: no more, wider or dearer than was approved.

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
    return Plan(tuple(actions)), tuple(changed)


def check_limits(made: Plan, limits: Limits) -> None:
    """UsageError, naming the limit and how to raise it, when a run would go over what the scenario allows."""
    if limits.grants is not None and made.records > limits.grants:
        raise UsageError(
            f"the plan records {made.records} grants, the scenario's limit is {limits.grants} a run",
            f"If that many is right, raise `limits.grants` in the scenario to {made.records}.",
        )
    if limits.costs is not None and made.total_at_most > limits.costs:
        raise UsageError(
            f"the plan may cost {made.total_at_most}, the scenario's limit is {limits.costs} a run",
            f"If that much is right, raise `limits.costs` in the scenario to {made.total_at_most}.",
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
