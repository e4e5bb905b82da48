"""What the journal remembers, as plain values: intents and what became of them, and questions that a person answers."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from automation.domain import AMSTERDAM, Element, GrantedRow, KvkNumber, Money, Scope
from automation.law.outcome import Intent, Shown
from automation.law.surplus import identity, ours


class Ruling(StrEnum):
    """What a person said of a reference, by `keten resolve`."""

    GRANTED = "granted"
    NOT_GRANTED = "not-granted"
    GRANT_AGAIN = "grant-again"


class AttemptState(StrEnum):
    """How far an intent came, by the journal alone."""

    INTENDED = "intended"  # written before the click, and nothing heard since
    RELEASED = "released"  # its request was let out, and nothing heard since
    GRANTED = "granted"
    FAILED = "failed"  # certainly not recorded
    IN_DOUBT = "in-doubt"


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One intent of the journal. `at` is when it was written, just before the click; all moments are UTC."""

    ref: str
    run_id: str
    entry: str
    at: datetime.datetime
    intent: Intent
    state: AttemptState
    reference: str | None = None
    """The portal's own reference, where it gave one."""
    error: str | None = None
    socket_open: bool = False
    noticed: bool = False
    ruling: Ruling | None = None
    ruled_at: datetime.datetime | None = None
    missed: bool = False
    """A plan found it gone from the list, or taken away, and asked a person."""
    on_say_so: bool = False
    """Granted by what a person said, and not by what keten saw."""
    shown: Shown = field(default_factory=Shown)
    """What the portal showed of it, once it was granted."""

    @property
    def day(self) -> datetime.date:
        """The calendar date in the Netherlands on which it was written."""
        return self.at.astimezone(AMSTERDAM).date()

    @property
    def scope(self) -> Scope:
        """What was to be recorded."""
        return Scope.of(self.intent.elements)

    @property
    def elements(self) -> frozenset[Element]:
        """What it holds: as the portal showed, or else as intended."""
        return self.shown.elements or self.intent.elements

    @property
    def until(self) -> datetime.date:
        """Its end date: as the portal showed, or else as intended."""
        return self.shown.valid_until or self.intent.until

    @property
    def costs(self) -> Money | None:
        """What it costs: as the portal showed, or else as intended."""
        return self.shown.costs or self.intent.costs

    def ends_on(self, day: datetime.date | None) -> bool:
        """Whether a date that the portal shows is this grant's end."""
        return self.intent.ends_on(day) or (day is not None and day == self.shown.valid_until)

    def own(self, rows: Iterable[GrantedRow]) -> list[GrantedRow]:
        """The rows that are this very grant, as intended or as the portal showed it; empty when it is not there."""
        rows = list(rows)
        as_shown = replace(self.intent, elements=self.elements, until=self.until)
        found = ours(self.intent, self.reference, rows, self.ref)
        return found or (ours(as_shown, self.reference, rows, self.ref) if as_shown != self.intent else [])

    def is_granted(self) -> bool:
        """Recorded, by what keten saw or by what a person said, who may also say that what differs is not."""
        if self.error is not None and self.ruling is Ruling.NOT_GRANTED:
            return False
        return self.state is AttemptState.GRANTED or self.ruling is Ruling.GRANTED

    def stands(self) -> bool:
        """Recorded, and no person said that it may be granted again."""
        return self.is_granted() and self.ruling is not Ruling.GRANT_AGAIN

    def is_unsettled(self) -> bool:
        """Whether the portal's list must still tell, whatever a person said but that it was granted."""
        open_ = self.state in (AttemptState.INTENDED, AttemptState.RELEASED, AttemptState.IN_DOUBT)
        return open_ and self.ruling is not Ruling.GRANTED

    def blocks(self, now: datetime.datetime, lag: datetime.timedelta) -> bool:
        """Whether nothing may be recorded for its receiver until a person has looked (law 1).

        That it was not granted takes effect one lag after the click: a row may turn up as late as that (law 5).
        """
        differs = self.state is AttemptState.GRANTED and self.error is not None
        if self.ruling is Ruling.NOT_GRANTED:
            return (differs or self.is_unsettled()) and now < self.at + lag
        return self.is_unsettled() or (differs and self.ruling is None)


class QuestionKind(StrEnum):
    """What a refusal asks a person."""

    NARROWER = "narrower"
    TAKEN_AWAY = "taken-away"


@dataclass(frozen=True)
class Question:
    """Something that only a person can say, about rows of a receiver and what is to be recorded over them."""

    kind: QuestionKind
    kvk: KvkNumber
    elements: frozenset[Element]
    rows: frozenset[str]
    """Fingerprints of the rows that it is about: another revocation is another question."""
    ref: str | None = None
    ruling: Ruling | None = None

    def same_as(self, other: Question) -> bool:
        """Whether both ask the same."""
        return (self.kind, self.kvk, self.elements, self.rows) == (
            other.kind,
            other.kvk,
            other.elements,
            other.rows,
        )


def fingerprint(row: GrantedRow) -> str:
    """What tells a row from all others of its receiver, over all its life."""
    elements = ", ".join(sorted(map(str, row.elements)))
    return f"{row.reference or '-'} | {elements} | {row.valid_from} | {row.valid_until}"


def fingerprints(rows: Iterable[GrantedRow]) -> dict[str, GrantedRow]:
    """The rows by what tells each of them; equal ones, where the list shows no references, by their number."""
    found: dict[str, GrantedRow] = {}
    seen: Counter[str] = Counter()
    for row in rows:
        key = fingerprint(row)
        seen[key] += 1
        found[key if seen[key] == 1 else f"{key} | {seen[key]}"] = row
    return found


@dataclass(frozen=True)
class History:
    """All that the journal knows of one organisation at one portal."""

    attempts: tuple[Attempt, ...] = ()
    questions: tuple[Question, ...] = ()
    elsewhere: tuple[tuple[str, Attempt], ...] = ()
    """The intents at other addresses, each with that: it may be the same portal by another name."""

    @property
    def everywhere(self) -> tuple[Attempt, ...]:
        """Every intent, at whatever address of the portal."""
        return (*self.attempts, *(attempt for _, attempt in self.elsewhere))

    @property
    def refs(self) -> frozenset[str]:
        """The reference of every intent."""
        return frozenset(attempt.ref for attempt in self.everywhere)

    def of(self, kvk: KvkNumber) -> list[Attempt]:
        """The intents for one receiver, oldest first."""
        return sorted(
            (attempt for attempt in self.attempts if attempt.intent.kvk == kvk), key=lambda attempt: attempt.at
        )

    def answer(self, question: Question) -> Ruling | None:
        """What a person said to this question."""
        return next((q.ruling for q in self.questions if q.same_as(question)), None)


def unclaimed(attempt: Attempt, others: Iterable[Attempt], rows: Iterable[GrantedRow]) -> list[GrantedRow]:
    """The rows that no other granted intent has a claim to, so that they may be surplus of this one (law 5).

    An intent whose rows stood in this one's baseline already claims no others, nor does one that a person
    allowed to be granted again. Of equal rows each claim takes one.
    """
    known = Counter(map(identity, attempt.intent.baseline))
    left = list(rows)
    for other in others:
        if other.ref == attempt.ref or not other.stands() or other.intent.kvk != attempt.intent.kvk:
            continue
        if other.own(attempt.intent.baseline):
            continue
        fresh = [row for row in left if known[identity(row)] == 0]
        for row in other.own(fresh):
            left.remove(row)
    return left
