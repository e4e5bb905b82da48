"""Scenario × granted list × journal → plan: the table of law 1, a rule for each of its lines. Pure."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

from automation.domain import AMSTERDAM, Element, Grant, GrantedRow, KvkNumber, Scope, Until
from automation.law.coverage import covering, covers, is_inside, latest_end, may_hold
from automation.law.gone import grant_of, has_run_out, may_come_again, taken_away, vanished
from automation.law.history import Attempt, AttemptState, Question, QuestionKind, Ruling, fingerprints
from automation.law.in_force import as_row, in_force
from automation.law.plan import Action, Plan, PlanInput, Verb
from automation.law.reasons import how_it_ended, kept, overlapping, some


def plan(grants: Iterable[Grant], known: PlanInput) -> Plan:
    """What is to be done so that the portal holds these grants of a scenario."""
    by_receiver: dict[str | None, list[GrantedRow]] = {}
    for row in known.rows:
        by_receiver.setdefault(row.kvk, []).append(row)
    nobodys = by_receiver.get(None, [])
    attempts: dict[str, list[Attempt]] = {}
    for attempt in known.history.attempts:
        attempts.setdefault(attempt.intent.kvk, []).append(attempt)

    def of(kvk: KvkNumber) -> PlanInput:
        history = replace(known.history, attempts=tuple(attempts.get(kvk, ())))
        return replace(known, rows=(*by_receiver.get(kvk, ()), *nobodys), history=history)

    return Plan(tuple(plan_entry(grant, of(grant.intermediary.kvk)) for grant in grants))


def plan_entry(grant: Grant, known: PlanInput) -> Action:
    """The first rule of law 1 that fits the entry; what is known is of its receiver, and of what may be anybody's."""
    case = _Case(grant, known)
    return next(action for rule in _RULES if (action := rule(case)) is not None)


@dataclass(frozen=True)
class _Case:
    """An entry and all that is known of its receiver: the facts by which the rules decide."""

    grant: Grant
    known: PlanInput

    @property
    def kvk(self) -> KvkNumber:
        return self.grant.intermediary.kvk

    @property
    def rows(self) -> tuple[GrantedRow, ...]:
        return self.known.rows

    @cached_property
    def today(self) -> datetime.date:
        return self.known.today

    @cached_property
    def attempts(self) -> list[Attempt]:
        return self.known.history.of(self.kvk)

    @cached_property
    def elsewhere(self) -> list[tuple[str, Attempt]]:
        """What the journal knows of the receiver at other addresses, each with that."""
        return [(at, attempt) for at, attempt in self.known.history.elsewhere if attempt.intent.kvk == self.kvk]

    @cached_property
    def new_elsewhere(self) -> list[tuple[str, Attempt]]:
        return [(at, attempt) for at, attempt in self.elsewhere if self.known.may_be_unlisted(attempt)]

    @cached_property
    def there(self) -> list[GrantedRow]:
        return in_force(self.known, self.attempts) + [as_row(attempt) for _, attempt in self.new_elsewhere]

    @cached_property
    def missing(self) -> frozenset[Element]:
        return frozenset(e for e in self.grant.scope.elements if not covering(e, self.there))

    @cached_property
    def due(self) -> frozenset[Element]:
        """What is there, but ends so soon that the entry's `renew` asks for it again."""
        within = self.grant.renew_within
        if within is None:
            return frozenset()
        ends = {e: latest_end(e, self.there) for e in self.grant.scope.elements - self.missing}
        return frozenset(e for e, end in ends.items() if end is not None and end - self.today < within)

    @cached_property
    def to_record(self) -> frozenset[Element]:
        return self.missing | self.due

    @cached_property
    def overlaps(self) -> str:
        return overlapping(self.grant.scope, self.there, self.rows)

    def action(self, verb: Verb, reason: str, **more: Any) -> Action:
        return Action(grant=self.grant, verb=verb, reason=reason, **more)

    def keep(self, reason: str) -> Action:
        return self.action("keep", reason, covered=self.grant.scope.elements)

    def refuse(self, reason: str, **more: Any) -> Action:
        return self.action("refuse", reason, covered=self.grant.scope.elements - self.missing, **more)

    def record(self, verb: Verb, reason: str) -> Action:
        covered = self.grant.scope.elements - self.to_record
        return self.action(verb, f"{reason}{self.overlaps}", elements=self.to_record, covered=covered)


def _until_in_the_past(case: _Case) -> Action | None:
    term = case.grant.term
    if not isinstance(term, Until) or term.day >= case.today:
        return None
    return case.keep(f"`until` ({term.day}) has passed, so there is nothing left to grant")


def _there_and_not_due(case: _Case) -> Action | None:
    if case.to_record:
        return None
    scope = case.grant.scope
    names = sorted({at for at, attempt in case.new_elsewhere if scope.overlaps(attempt.scope)})
    told = f"; granted at {', '.join(names)}, which may be this portal by another name" if names else ""
    return case.keep(f"{kept(case.grant, case.there, case.today)}{case.overlaps}{told}")


def _in_doubt(case: _Case) -> Action | None:
    attempt = next((attempt for attempt in case.attempts if attempt.blocks(case.known.now, case.known.lag)), None)
    return (
        case.refuse(_why_blocked(attempt, case), ref=attempt.ref, in_doubt=attempt.is_unsettled()) if attempt else None
    )


def _in_doubt_elsewhere(case: _Case) -> Action | None:
    for portal, attempt in case.elsewhere:
        if attempt.blocks(case.known.now, case.known.lag):
            why = f"{_why_blocked(attempt, case)}; it was at {portal}, which may be another name of this portal"
            return case.refuse(why, ref=attempt.ref, in_doubt=attempt.is_unsettled())
    return None


def _why_blocked(attempt: Attempt, case: _Case) -> str:
    if attempt.state is AttemptState.GRANTED:
        return f"{attempt.ref} was recorded on {attempt.day}, and differs from what was intended: {attempt.error}"
    if attempt.ruling is Ruling.NOT_GRANTED:
        until = (attempt.at + case.known.lag).astimezone(AMSTERDAM)
        said = f"{attempt.ref} was not granted, as `keten resolve` was told"
        return f"{said}; that takes effect on {until:%Y-%m-%d at %H:%M}"
    todo = f"look at the portal, then say what you found with `keten resolve {attempt.ref}`"
    return f"{attempt.ref} of {attempt.day} is in doubt: {todo}"


def _unreadable_row(case: _Case) -> Action | None:
    row = next((row for row in case.rows if row.unreadable is not None), None)
    return case.refuse(f"a row of {case.kvk} cannot be read: {row.unreadable}", unreadable=True) if row else None


def _row_that_may_be_several(case: _Case) -> Action | None:
    for row in case.rows:
        for element in sorted(case.to_record):
            if may_hold(row, element):
                said = f"a row of {case.kvk} reads “{some(row.elements)}”, which may be several services"
                todo = "say in formats.scope.separator what separates them"
                return case.refuse(f"{said}, {element} among them: {todo}", unreadable=True)
    return None


def _narrower_rows(case: _Case) -> Action | None:
    """Rows inside something wider that is to be recorded, and neither the journal nor a person tells what they are."""
    rows = [row for row in case.rows if row.there(case.today) and is_inside(row, case.to_record)]
    for attempt in case.attempts:
        if attempt.is_granted():
            own = attempt.own(rows)  # a grant of its own, by the journal
            rows = [row for row in rows if row not in own]
    wider = frozenset(e for e in case.to_record if any(is_inside(row, [e]) for row in rows))
    question = Question(QuestionKind.NARROWER, case.kvk, wider, frozenset(fingerprints(rows)))
    if not rows or case.known.history.answer(question) is Ruling.GRANT_AGAIN:
        return None
    listed = {element for row in rows for element in row.elements}
    return case.refuse(f"{len(listed)} narrower listed ({some(listed)}): one grant or many?", question=question)


def _no_longer_listed(case: _Case) -> Action | None:
    attempt = vanished(case.to_record, case.attempts, case.rows, case.today)
    if attempt is None:
        return None
    return case.refuse(f"recorded on {attempt.day}, no longer listed: revoked?", ref=attempt.ref, missed=attempt)


def _taken_away(case: _Case) -> Action | None:
    """Revoked, or ended before its end date, unless a person said that it may be granted again."""
    again = may_come_again(case.kvk, case.known.history)
    rows = taken_away(case.to_record, case.rows, case.today)
    own = {key: attempt for key, row in rows.items() if (attempt := grant_of(row, case.attempts, case.rows))}
    open_ = [key for key in rows if (own[key].ruling is not Ruling.GRANT_AGAIN if key in own else key not in again)]
    if not open_:
        return None
    first = min(open_)
    row = rows[first]
    held = "" if any(covers(row, e) for e in case.to_record) else f"{some(row.elements)} was "
    reason = f"{held}recorded on {row.valid_from} and {how_it_ended(row)} since: keten does not grant it again"
    if first in own:
        return case.refuse(reason, ref=own[first].ref, missed=own[first])
    # One question about all of them, or a portal with a row for each service would ask for days.
    others = [key for key in open_ if key not in own]
    parts = frozenset(element for key in others for element in rows[key].elements)
    return case.refuse(reason, question=Question(QuestionKind.TAKEN_AWAY, case.kvk, parts, frozenset(others)))


def _ran_out(case: _Case) -> Action | None:
    if case.grant.renew_within is not None or isinstance(case.grant.term, Until):
        return None
    recorded = [as_row(attempt) for attempt in case.attempts if attempt.stands()]  # a portal may not list what ran out
    rows = [row for row in (*case.rows, *recorded) if any(covers(row, e) for e in case.missing)]
    ends = [row.valid_until for row in rows if row.valid_until and has_run_out(row, case.today)]
    return case.refuse(f"ran out on {max(ends)}: add `renew`, or remove the entry") if ends else None


def _due(case: _Case) -> Action | None:
    if not case.due:
        return None
    ends = min(end for e in case.due if (end := latest_end(e, case.there)))
    return case.record("renew", f"ends on {ends}")


def _not_there(case: _Case) -> Action:
    some_there = case.missing != case.grant.scope.elements
    return case.record("grant", f"not there yet: {some(case.missing)}" if some_there else "not there yet")


_RULES: Final[tuple[Callable[[_Case], Action | None], ...]] = (
    _until_in_the_past,
    _there_and_not_due,
    _in_doubt,
    _in_doubt_elsewhere,
    _unreadable_row,
    _row_that_may_be_several,
    _narrower_rows,
    _no_longer_listed,
    _taken_away,
    _ran_out,
    _due,
    _not_there,
)
"""The lines of law 1's table, in its order."""


def unlisted(grants: Iterable[Grant], rows: Iterable[GrantedRow]) -> list[GrantedRow]:
    """Rows of the list that none of these grants is about."""
    scopes: dict[str, list[Scope]] = {}
    for grant in grants:
        scopes.setdefault(grant.intermediary.kvk, []).append(grant.scope)

    def is_asked(row: GrantedRow, element: Element) -> bool:
        return any(mine.overlaps(element) for scope in scopes.get(row.kvk or "", ()) for mine in scope.elements)

    return [row for row in rows if not any(is_asked(row, element) for element in row.elements)]
