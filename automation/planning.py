"""Scenario × granted list → plan: what to record, what to keep, what to refuse (law 1). Pure."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from automation.domain import Element, Grant, GrantedRow, Money, RowStatus, Scope, Until
from automation.errors import UsageError
from automation.scenario import Limits, Scenario

Verb = Literal["grant", "renew", "keep", "refuse"]


@dataclass(frozen=True)
class Action:
    """What is to be done about one entry: `elements` are to be recorded, `covered` are there already."""

    grant: Grant
    verb: Verb
    reason: str
    elements: frozenset[Element] = frozenset()
    covered: frozenset[Element] = frozenset()

    @property
    def scope(self) -> Scope:
        """What is to be recorded, as a scope."""
        return Scope(self.grant.scope.kind, self.elements)

    @property
    def records(self) -> bool:
        """Whether something is to be recorded, and paid for."""
        return self.verb in ("grant", "renew")


@dataclass(frozen=True)
class Plan:
    """What a run does, entry by entry, in the scenario's order."""

    actions: tuple[Action, ...]

    def count(self, verb: Verb) -> int:
        """How many entries have this action."""
        return sum(action.verb == verb for action in self.actions)

    @property
    def total_at_most(self) -> Money:
        """The most that the run can cost; grants whose costs the portal never shows are not in it."""
        return sum(
            (a.grant.at_most for a in self.actions if a.records and a.grant.at_most is not None), Money(Decimal(0))
        )

    def summary(self) -> str:
        """`3 to grant, 0 to renew, 1 kept, 0 refused, at most EUR 115.00`."""
        return (
            f"{self.count('grant')} to grant, {self.count('renew')} to renew, {self.count('keep')} kept, "
            f"{self.count('refuse')} refused, at most {self.total_at_most}"
        )


def plan(scenario: Scenario, rows: Iterable[GrantedRow], on: datetime.date) -> Plan:
    """What is to be done so that the portal holds what the scenario says, given its list as read, on this day."""
    by_receiver: dict[str | None, list[GrantedRow]] = {}
    for row in rows:
        by_receiver.setdefault(row.kvk, []).append(row)
    nobodys = by_receiver.get(None, [])
    return Plan(tuple(plan_entry(g, [*by_receiver.get(g.intermediary.kvk, ()), *nobodys], on) for g in scenario.grants))


def plan_entry(grant: Grant, rows: Sequence[GrantedRow], on: datetime.date) -> Action:
    """The first line of law 1 that fits the entry; `rows` are its receiver's, and those that may be anybody's."""
    wanted = grant.scope.elements
    there = [row for row in rows if row.there(on) and row.unreadable is None]
    missing = frozenset(e for e in wanted if not _covering(e, there))
    due = frozenset(e for e in wanted - missing if _is_due(grant, _latest_end(e, there), on))
    elements = missing | due

    def keep(reason: str) -> Action:
        return Action(grant, "keep", reason, covered=wanted)

    def refuse(reason: str) -> Action:
        return Action(grant, "refuse", reason, covered=wanted - missing)

    if isinstance(grant.term, Until) and grant.term.day < on:
        return keep(f"`until` is past since {grant.term.day}: nothing can be granted until then any more")
    if not elements:
        return keep(_kept(grant, there))
    unreadable = [row for row in rows if row.unreadable is not None]
    if unreadable:
        return refuse(f"a row of {grant.intermediary.kvk} cannot be read: {unreadable[0].unreadable}")
    narrower = _narrower(elements, there)
    if narrower:
        return refuse(
            f"{len(narrower)} narrower listed ({_some(narrower)}): one wider grant or other ones? That cannot be told"
        )
    revoked = _taken_away(elements, rows, on)
    if revoked is not None:
        return refuse(f"recorded before and then {_how_it_ended(revoked)}: whoever did that meant it")
    ran_out = [r for r in rows if _has_run_out(r, on) and any(_covers(r, e) for e in missing)]
    if ran_out and grant.renew_within is None and isinstance(grant.term, Until) is False:
        latest = max(row.valid_until for row in ran_out if row.valid_until)
        return refuse(f"ran out on {latest}: add `renew`, or remove the entry")
    if due:
        ends = min(end for e in due if (end := _latest_end(e, there)))
        return Action(grant, "renew", f"ends on {ends}", elements, wanted - elements)
    covered = wanted - missing
    reason = f"not there yet: {_some(missing)}" if covered else "not there yet"
    return Action(grant, "grant", reason, elements, covered)


def check_limits(made: Plan, limits: Limits) -> None:
    """UsageError, naming the limit and how to raise it, when a run would go over what the scenario allows."""
    records = made.count("grant") + made.count("renew")
    if limits.grants is not None and records > limits.grants:
        raise UsageError(
            f"the plan records {records} grants, the scenario's limit is {limits.grants} a run",
            f"If that many is right, raise `limits.grants` in the scenario to {records}.",
        )
    if limits.costs is not None and made.total_at_most > limits.costs:
        raise UsageError(
            f"the plan may cost {made.total_at_most}, the scenario's limit is {limits.costs} a run",
            f"If that much is right, raise `limits.costs` in the scenario to {made.total_at_most}.",
        )


def _covers(row: GrantedRow, element: Element) -> bool:
    return any(held.covers(element) for held in row.elements)


def _covering(element: Element, rows: Iterable[GrantedRow]) -> list[GrantedRow]:
    return [row for row in rows if _covers(row, element)]


def _latest_end(element: Element, there: Iterable[GrantedRow]) -> datetime.date | None:
    ends = [row.valid_until for row in _covering(element, there) if row.valid_until is not None]
    return max(ends, default=None)


def _is_due(grant: Grant, end: datetime.date | None, on: datetime.date) -> bool:
    return grant.renew_within is not None and end is not None and end - on < grant.renew_within


def _kept(grant: Grant, there: Sequence[GrantedRow]) -> str:
    ends = [end for e in grant.scope.elements if (end := _latest_end(e, there))]
    if not ends:
        return "there already"
    if isinstance(grant.term, Until) and min(ends) < grant.term.day:
        return f"there already, but until {min(ends)}, and the scenario says until {grant.term.day}"
    return f"there already, until {min(ends)}"


def _narrower(elements: Collection[Element], there: Iterable[GrantedRow]) -> set[Element]:
    """What is listed inside something wider that is to be recorded."""
    return {
        held
        for row in there
        for held in row.elements
        if any(element != held and element.covers(held) for element in elements)
    }


def _has_run_out(row: GrantedRow, on: datetime.date) -> bool:
    return row.status is not RowStatus.REVOKED and row.valid_until is not None and row.valid_until < on


def _taken_away(elements: Collection[Element], rows: Iterable[GrantedRow], on: datetime.date) -> GrantedRow | None:
    """A row that was revoked, or ended before its end date, and came later than any other that covers the element."""
    for element in sorted(elements):
        covering = _covering(element, rows := list(rows))
        ended = [row for row in covering if _was_taken_away(row, on)]
        if ended:
            last = max(ended, key=_since)
            if all(_since(row) <= _since(last) for row in covering):
                return last
    return None


def _was_taken_away(row: GrantedRow, on: datetime.date) -> bool:
    return row.status is RowStatus.REVOKED or (
        row.status is RowStatus.ENDED and row.valid_until is not None and row.valid_until >= on
    )


def _since(row: GrantedRow) -> datetime.date:
    return row.valid_from or datetime.date.min


def _how_it_ended(row: GrantedRow) -> str:
    told = f" ({row.reference})" if row.reference else ""
    return f"revoked{told}" if row.status is RowStatus.REVOKED else f"ended before {row.valid_until}{told}"


def _some(elements: Collection[Element]) -> str:
    told = sorted(map(str, elements))
    return ", ".join(told[:3]) + (f" and {len(told) - 3} more" if len(told) > 3 else "")
