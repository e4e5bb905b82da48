"""Scenario × granted list × journal → plan: what to record, what to keep, what to refuse (law 1). Pure."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Literal

from automation.domain import AMSTERDAM, Element, Grant, GrantedRow, KvkNumber, Money, RowStatus, Scope, Until
from automation.law.coverage import covering, covers, is_inside, latest_end, may_hold
from automation.law.history import History, Matter, Past, PastState, Question, Ruling, fingerprint, fingerprints
from automation.law.outcome import is_part, surplus
from automation.law.reasons import how_it_ended, kept, overlapping, some

Verb = Literal["grant", "renew", "keep", "refuse"]


@dataclass(frozen=True)
class Action:
    """What is to be done about one entry: `elements` are to be recorded, `covered` are there already."""

    grant: Grant
    verb: Verb
    reason: str
    elements: frozenset[Element] = frozenset()
    covered: frozenset[Element] = frozenset()
    ref: str | None = None
    """The reference by which a person can settle a refusal; `question` is what to make one for."""
    question: Question | None = None
    in_doubt: bool = False
    """Refused since something of its receiver is in doubt: a person must look."""
    missed: Past | None = None
    """Refused since this grant of keten's own is gone from the list, or was taken away."""
    unreadable: bool = False
    """Refused since a row cannot be read, which a picture should show."""

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
    """What a run does, entry by entry, in the scenario's order; `costs_shown`: the portal shows what a grant costs."""

    actions: tuple[Action, ...]
    costs_shown: bool = True

    def count(self, verb: Verb) -> int:
        """How many entries have this action."""
        return sum(action.verb == verb for action in self.actions)

    @property
    def records(self) -> int:
        """How many grants it records."""
        return sum(action.records for action in self.actions)

    @property
    def total_at_most(self) -> Money | None:
        """The most that the run can cost; None where nobody can say: a sum of some of it would look like all."""
        ceilings = [action.grant.at_most for action in self.actions if action.records]
        if not self.costs_shown or None in ceilings:
            return None
        return sum(filter(None, ceilings), Money(Decimal(0)))

    @property
    def costs(self) -> str:
        """`at most EUR 115.00`, or that the portal does not show what it costs."""
        if not self.costs_shown:
            return "the portal does not show what it costs"
        return "costs not known" if self.total_at_most is None else f"at most {self.total_at_most}"

    def summary(self) -> str:
        """`3 to grant, 0 to renew, 1 kept, 0 refused, at most EUR 115.00`."""
        return (
            f"{self.count('grant')} to grant, {self.count('renew')} to renew, {self.count('keep')} kept, "
            f"{self.count('refuse')} refused, {self.costs}"
        )


@dataclass(frozen=True)
class Known:
    """All that a plan is made from besides the scenario: the list as read, the journal, and the moment (UTC).

    `lag` is how long a new grant may take to show on the list.
    """

    rows: tuple[GrantedRow, ...]
    now: datetime.datetime
    history: History = field(default_factory=History)
    lag: datetime.timedelta = datetime.timedelta(0)

    @property
    def today(self) -> datetime.date:
        """The calendar date in the Netherlands."""
        return self.now.astimezone(AMSTERDAM).date()


def plan(grants: Iterable[Grant], known: Known) -> Plan:
    """What is to be done so that the portal holds these grants of a scenario."""
    by_receiver: dict[str | None, list[GrantedRow]] = {}
    for row in known.rows:
        by_receiver.setdefault(row.kvk, []).append(row)
    nobodys = by_receiver.get(None, [])
    pasts: dict[str, list[Past]] = {}
    for past in known.history.pasts:
        pasts.setdefault(past.intent.kvk, []).append(past)

    def of(kvk: KvkNumber) -> Known:
        history = replace(known.history, pasts=tuple(pasts.get(kvk, ())))
        return replace(known, rows=(*by_receiver.get(kvk, ()), *nobodys), history=history)

    return Plan(tuple(plan_entry(grant, of(grant.intermediary.kvk)) for grant in grants))


def plan_entry(grant: Grant, known: Known) -> Action:
    """The first line of law 1 that fits the entry; what is known is of its receiver, and of what may be anybody's."""
    on, rows, wanted = known.today, known.rows, grant.scope.elements
    pasts = known.history.of(grant.intermediary.kvk)
    there = _there(rows, pasts, known)
    elsewhere = [(at, past) for at, past in known.history.elsewhere if past.intent.kvk == grant.intermediary.kvk]
    there += [_as_row(past) for _, past in elsewhere if _is_fresh(past, known)]
    missing = frozenset(e for e in wanted if not covering(e, there))
    due = frozenset(e for e in wanted - missing if _is_due(grant, latest_end(e, there), on))
    elements = missing | due
    beside = overlapping(grant.scope, there, rows)

    def keep(reason: str) -> Action:
        return Action(grant, "keep", reason, covered=wanted)

    def refuse(reason: str, *, question: Question | None = None) -> Action:
        return Action(grant, "refuse", reason, covered=wanted - missing, question=question)

    def refuse_by(past: Past, reason: str, *, missed: bool = True) -> Action:
        return replace(refuse(reason), ref=past.ref, missed=past if missed else None)

    if isinstance(grant.term, Until) and grant.term.day < on:
        return keep(f"`until` is past since {grant.term.day}: nothing can be granted until then any more")
    if not elements:
        by_name = sorted({at for at, past in elsewhere if _is_fresh(past, known) and grant.scope.overlaps(past.scope)})
        told = f"; granted at {', '.join(by_name)}, which may be this portal by another name" if by_name else ""
        return keep(f"{kept(grant, there, on)}{beside}{told}")
    blocking = [past for past in pasts if past.blocks(known.now, known.lag)]
    if blocking:
        refused = refuse_by(blocking[0], _why_blocked(blocking[0], known), missed=False)
        return replace(refused, in_doubt=blocking[0].is_unsettled())
    for portal, past in elsewhere:
        if past.blocks(known.now, known.lag):
            why = f"{_why_blocked(past, known)}; it was at {portal}, which may be another name of this portal"
            return replace(refuse_by(past, why, missed=False), in_doubt=past.is_unsettled())
    unreadable = [row for row in rows if row.unreadable is not None]
    if unreadable:
        refused = refuse(f"a row of {grant.intermediary.kvk} cannot be read: {unreadable[0].unreadable}")
        return replace(refused, unreadable=True)
    puzzling = next(((row, e) for row in rows for e in sorted(elements) if may_hold(row, e)), None)
    if puzzling:
        row, element = puzzling
        said = (
            f"a row of {grant.intermediary.kvk} says “{some(row.elements)}”, which may be several, {element} among them"
        )
        return replace(refuse(f"{said}: say in formats.scope.separator what stands between them"), unreadable=True)
    narrower = _narrower(elements, pasts, [row for row in rows if row.there(on)])
    if narrower:
        wider = frozenset(e for e in elements if any(is_inside(row, [e]) for row in narrower))
        one_or_many = Question(Matter.NARROWER, grant.intermediary.kvk, wider, frozenset(fingerprints(narrower)))
        if known.history.answer(one_or_many) is not Ruling.GRANT_AGAIN:
            listed = {element for row in narrower for element in row.elements}
            reason = f"{len(listed)} narrower listed ({some(listed)}): one grant or many?"
            return refuse(reason, question=one_or_many)
    vanished = _vanished(elements, pasts, rows, known)
    if vanished is not None:
        return refuse_by(vanished, f"recorded on {_day_of(vanished)}, no longer listed: revoked?")
    answered = _answered(grant.intermediary.kvk, known.history)
    taken = {
        key: row
        for key, row in _taken_away(elements, rows, on).items()
        if (own.ruling is not Ruling.GRANT_AGAIN if (own := _own(row, pasts, rows)) else key not in answered)
    }
    if taken:
        first = taken[min(taken)]
        held = "" if any(covers(first, e) for e in elements) else f"{some(first.elements)} was "
        reason = f"{held}recorded on {first.valid_from}, and {how_it_ended(first)} since: whoever did that meant it"
        own = _own(first, pasts, rows)
        if own is not None:
            return refuse_by(own, reason)
        # One question about all of them, or a portal with a row for each service would ask for days.
        others = {key: row for key, row in taken.items() if _own(row, pasts, rows) is None}
        parts = frozenset(element for row in others.values() for element in row.elements)
        about = Question(Matter.TAKEN_AWAY, grant.intermediary.kvk, parts, frozenset(others))
        return refuse(reason, question=about)
    recorded = [_as_row(past) for past in pasts if past.stands()]  # a portal may not list what ran out
    ran_out = [r for r in (*rows, *recorded) if _has_run_out(r, on) and any(covers(r, e) for e in missing)]
    if ran_out and grant.renew_within is None and not isinstance(grant.term, Until):
        latest = max(row.valid_until for row in ran_out if row.valid_until)
        return refuse(f"ran out on {latest}: add `renew`, or remove the entry")
    if due:
        ends = min(end for e in due if (end := latest_end(e, there)))
        return Action(grant, "renew", f"ends on {ends}{beside}", elements, wanted - elements)
    covered = wanted - missing
    reason = f"not there yet: {some(missing)}" if covered else "not there yet"
    return Action(grant, "grant", f"{reason}{beside}", elements, covered)


def _there(rows: Iterable[GrantedRow], pasts: Iterable[Past], known: Known) -> list[GrantedRow]:
    """What is in force: rows that are there, grants of the journal that may not be listed yet, and grants that are
    listed as narrower rows, which the journal, or a person, says they came from.
    """
    there = [row for row in rows if row.there(known.today) and row.unreadable is None]
    found = list(there)
    for past in pasts:
        if _is_fresh(past, known) or (past.stands() and _is_listed_narrower(past, there)):
            found.append(_as_row(past))
    for question in known.history.questions:
        if question.matter is Matter.NARROWER and question.ruling is Ruling.GRANTED:
            about = [row for key, row in fingerprints(there).items() if key in question.rows]
            ends = [row.valid_until for row in about if row.valid_until is not None]
            if len(about) == len(question.rows) and ends:
                found.append(replace(about[0], elements=question.elements, valid_until=min(ends)))
    return found


def _is_fresh(past: Past, known: Known) -> bool:
    """Whether it counts as there although the list may not show it yet."""
    return past.stands() and known.now - past.at < known.lag


def _is_listed_narrower(past: Past, there: Iterable[GrantedRow]) -> bool:
    """Whether rows that came after it, of narrower kind and with its end date, are listed in its place."""
    alive = (RowStatus.PRESENT, RowStatus.PENDING)  # what was revoked may look the same, and does not come back
    known = {fingerprint(row) for row in past.intent.baseline if row.status in alive}
    return any(
        is_inside(row, past.intent.elements) and past.ends_on(row.valid_until) and fingerprint(row) not in known
        for row in there
    )


def _as_row(past: Past) -> GrantedRow:
    """A grant of the journal, as the portal's list will show it: with what the portal showed of it.

    Where that was not what was intended, it counts for as much and as long as either says: nothing is granted twice.
    """
    since = past.shown.valid_from or _day_of(past)
    until = past.until if past.intent.ends_on(past.until) else max(past.until, past.intent.until)
    elements = past.elements | past.intent.elements
    return GrantedRow(past.intent.kvk, "", elements, since, until, RowStatus.PRESENT, past.reference)


def unlisted(grants: Iterable[Grant], rows: Iterable[GrantedRow]) -> list[GrantedRow]:
    """Rows of the list that none of these grants is about."""
    scopes: dict[str, list[Scope]] = {}
    for grant in grants:
        scopes.setdefault(grant.intermediary.kvk, []).append(grant.scope)
    return [
        row
        for row in rows
        if not any(
            mine.overlaps(held)
            for scope in scopes.get(row.kvk or "", ())
            for mine in scope.elements
            for held in row.elements
        )
    ]


def _is_due(grant: Grant, end: datetime.date | None, on: datetime.date) -> bool:
    return grant.renew_within is not None and end is not None and end - on < grant.renew_within


def _narrower(elements: Collection[Element], pasts: Iterable[Past], there: list[GrantedRow]) -> list[GrantedRow]:
    """Rows inside something wider that is to be recorded, save those that the journal says are grants of their own."""
    found = [row for row in there if is_inside(row, elements)]
    for past in pasts:
        if past.is_granted():
            own = past.own(found)
            found = [row for row in found if row not in own]
    return found


def _vanished(
    elements: Collection[Element], pasts: Sequence[Past], rows: Sequence[GrantedRow], known: Known
) -> Past | None:
    """A grant of the journal that should be listed by now, has not run out, and is not listed in force, nor covered
    since, or for as long: what stood there before, and ends sooner, is no trace of it.
    """
    listed = [row for row in rows if row.there(known.today)]

    def is_listed(past: Past, element: Element) -> bool:
        stood_before = set(map(fingerprint, past.intent.baseline))
        return any(
            row.valid_until is None
            or row.valid_until >= past.until
            or past.ends_on(row.valid_until)
            or fingerprint(row) not in stood_before
            for row in covering(element, listed)
        )

    for element in sorted(elements):
        granted = [p for p in pasts if p.is_granted() and any(held.covers(element) for held in p.intent.elements)]
        latest = max(granted, key=lambda past: past.at, default=None)
        if latest is not None and latest.stands() and latest.until >= known.today and not is_listed(latest, element):
            return latest
    return None


def _why_blocked(past: Past, known: Known) -> str:
    if past.state is PastState.GRANTED:
        return f"{past.ref} was recorded on {_day_of(past)}, and differs from what was intended: {past.error}"
    if past.ruling is Ruling.NOT_GRANTED:
        until = (past.at + known.lag).astimezone(AMSTERDAM)
        return f"{past.ref} was not granted, as was said, which takes effect on {until:%Y-%m-%d at %H:%M}"
    return f"{past.ref} of {_day_of(past)} is in doubt: look at the portal, and say so with `keten resolve {past.ref}`"


def _day_of(past: Past) -> datetime.date:
    return past.at.astimezone(AMSTERDAM).date()


def _has_run_out(row: GrantedRow, on: datetime.date) -> bool:
    return row.status is not RowStatus.REVOKED and row.valid_until is not None and row.valid_until < on


def _taken_away(elements: Collection[Element], rows: Sequence[GrantedRow], on: datetime.date) -> dict[str, GrantedRow]:
    """Rows of an element, or of a part of it, that were revoked, or ended before their end date, and came later than
    any other cover of that: what a person revoked comes back inside something wider too.
    """
    parts = {held for row in rows for held in row.elements if any(element.covers(held) for element in elements)}
    last = {part: max(map(_since, covering(part, rows)), default=None) for part in {*elements, *parts}}
    return fingerprints(
        row
        for row in sorted(rows, key=fingerprint)
        if _was_taken_away(row, on) and any(covers(row, part) and _since(row) == last[part] for part in last)
    )


def _was_taken_away(row: GrantedRow, on: datetime.date) -> bool:
    return row.status is RowStatus.REVOKED or (
        row.status is RowStatus.ENDED and row.valid_until is not None and row.valid_until >= on
    )


def _own(row: GrantedRow, pasts: Iterable[Past], rows: Collection[GrantedRow]) -> Past | None:
    """The grant of the journal that a row is; without a reference to tell, it must be of the same day, too.

    A row is a part of a grant only where the list has no row that is all of it: then a part is somebody else's.
    """
    for past in pasts:
        whole = any(one.elements == past.intent.elements and is_part(past.intent, one) for one in rows)
        told = row.reference is not None and row.reference == past.reference
        days = [day for day in (_day_of(past), past.shown.valid_from) if day is not None]
        of_that_day = row.valid_from is None or any(abs((row.valid_from - day).days) <= 1 for day in days)
        fresh = surplus(past.intent, [row])
        part = bool(fresh) and not whole and row.reference in (None, past.reference) and is_part(past.intent, row)
        if past.is_granted() and (told or of_that_day) and (part or past.own(fresh)):
            return past
    return None


def _answered(kvk: KvkNumber, history: History) -> frozenset[str]:
    """Rows that were taken away, and of which a person said that they may come again."""
    return frozenset(
        row
        for asked in history.questions
        if asked.kvk == kvk and asked.matter is Matter.TAKEN_AWAY and asked.ruling is Ruling.GRANT_AGAIN
        for row in asked.rows
    )


def _since(row: GrantedRow) -> datetime.date:
    return row.valid_from or datetime.date.min
