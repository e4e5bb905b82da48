"""What a click has done: answer × screen × list → state. Pure: the tables of law 4 and 5 as code."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Literal

from automation.domain import Element, GrantedRow, KvkNumber, Money


@dataclass(frozen=True)
class Answer:
    """The answer to the released request: its status, or None and why there was none."""

    status: int | None
    to_sign_in: bool = False
    why: str = ""
    mixed: bool = False
    """Whether another request of the same click was answered otherwise."""

    @property
    def is_good(self) -> bool:
        """2xx, or 3xx other than to the sign-in."""
        return self.status is not None and 200 <= self.status < 400 and not self.to_sign_in

    def worse(self, other: Answer) -> Answer:
        """Of the answers to several requests of one click, one that is not good, if there is any."""
        alike = (self.is_good and other.is_good) or (self.status, self.to_sign_in) == (other.status, other.to_sign_in)
        return replace(other if self.is_good else self, mixed=self.mixed or not alike)

    def __str__(self) -> str:
        return f"{self.status}{' to the sign-in' if self.to_sign_in else ''}" if self.status else f"none ({self.why})"


@dataclass(frozen=True)
class Sent:
    """What one click has sent and what came back, once nothing more can leave."""

    answer: Answer | None = None
    """None when no request that records was answered: most often because none was sent."""
    complete: bool = True
    """Whether as many requests left as the click is to bring, and it is certain that they are those that record."""
    silence_proves: bool = True
    """Whether no answer means that nothing left: no web socket was open, and no other request was let pass."""
    failure: str | None = None
    """Why the journal could not be told of a request, which was not sent then."""


@dataclass(frozen=True, kw_only=True)
class Intent:
    """What is about to be recorded, as the gate read it.

    `until` is the end date that the screen showed, or, `until_computed`, what follows from the duration, to a day.
    """

    organisation: KvkNumber
    kvk: KvkNumber
    elements: frozenset[Element]
    until: datetime.date
    costs: Money | None
    baseline: tuple[GrantedRow, ...]
    until_computed: bool = False

    def ends_on(self, day: datetime.date | None) -> bool:
        """Whether a date that the portal shows is this grant's end."""
        return day is not None and abs((day - self.until).days) <= int(self.until_computed)


@dataclass(frozen=True)
class Shown:
    """What the portal shows of a grant that it recorded, in a confirmation or on its list; None for what it does not.

    This is what is kept and told of the grant afterwards, and not what was intended (law 2.6).
    """

    reference: str | None = None
    name: str | None = None
    """The receiver's, as the portal spells it."""
    elements: frozenset[Element] | None = None
    valid_from: datetime.date | None = None
    valid_until: datetime.date | None = None
    costs: Money | None = None

    def over(self, earlier: Shown) -> Shown:
        """This, and what was shown earlier where this does not say."""
        mine = {field.name: getattr(self, field.name) for field in fields(self)}
        return replace(earlier, **{name: value for name, value in mine.items() if value is not None})

    @classmethod
    def of_rows(cls, intent: Intent, rows: Collection[GrantedRow]) -> Shown:
        """What the rows of one grant show of it. A portal may list it in parts: what it holds is only told by rows that
        hold something else than was intended.
        """
        names = {row.name for row in rows if row.name and row.kvk == intent.kvk}
        references = {row.reference for row in rows}
        starts = [row.valid_from for row in rows if row.valid_from]
        ends = [row.valid_until for row in rows if row.valid_until]
        held = frozenset(element for row in rows for element in row.elements)
        inside = all(any(mine.covers(element) for mine in intent.elements) for element in held)
        return cls(
            reference=references.pop() if len(references) == 1 else None,
            name=names.pop() if len(names) == 1 else None,
            elements=None if inside else held,
            valid_from=min(starts, default=None),
            valid_until=min(ends, default=None),
        )


@dataclass(frozen=True, kw_only=True)
class Confirmed:
    """A confirmation that appeared after the release and was not there before: what it shows, None for what not."""

    kvk: str | None = None
    reference: str | None = None
    elements: frozenset[Element] | None = None
    until: datetime.date | None = None
    costs: Money | None = None
    other_organisation: str | None = None
    """Who it says grants, where that is not the organisation of the intent."""
    name: str | None = None
    valid_from: datetime.date | None = None
    other_receiver: str | None = None
    """Who it says receives, where that is not the receiver's name, and no number says that it is."""

    @property
    def shown(self) -> Shown:
        """What it shows of the grant."""
        return Shown(self.reference, self.name, self.elements, self.valid_from, self.until, self.costs)

    def names(self, intent: Intent) -> bool:
        """Whether it names this receiver, or a reference never seen."""
        known = {row.reference for row in intent.baseline}
        return self.kvk == intent.kvk or (
            self.kvk is None and self.reference is not None and self.reference not in known
        )

    def differences(self, intent: Intent, ceiling: Money | None = None) -> list[str]:
        """In what it differs from what was intended, each with both sides; an amount above the ceiling says so."""
        found = []
        if self.other_receiver is not None:
            found.append(f"receiver: the confirmation shows “{self.other_receiver}”")
        if self.other_organisation is not None:
            found.append(f"granting organisation: the confirmation shows “{self.other_organisation}”")
        if self.elements is not None and self.elements != intent.elements:
            found.append(f"scope: {_told(intent.elements)} was intended, the confirmation shows {_told(self.elements)}")
        if self.until is not None and not intent.ends_on(self.until):
            found.append(f"end date: {intent.until} was intended, the confirmation shows {self.until}")
        if self.costs is not None and intent.costs is not None and self.costs != intent.costs:
            above = f", which is above the ceiling of {ceiling}" if ceiling is not None and self.costs > ceiling else ""
            found.append(f"costs: {intent.costs} was intended, the confirmation shows {self.costs}{above}")
        return found


class State(StrEnum):
    """Where a click has led, or what must be done to know it."""

    GRANTED = "granted"
    FAILED = "failed"
    IN_DOUBT = "in-doubt"
    REFUSED = "refused, if the list shows nothing new"
    EXPIRED = "session expired, if the list shows nothing new over the patience"
    SETTLE = "settle by the list"


def by_witnesses(
    sent: Sent, confirmed: Confirmed | None, portal_error: str | None, intent: Intent, refusals: Collection[int]
) -> State:
    """Law 4, line by line. `portal_error` is what the portal's own error says; `refusals` are the profile's."""
    answer = sent.answer
    if answer is None:
        # What the screen confirms all the same left in some other way.
        return State.FAILED if sent.silence_proves and confirmed is None else State.SETTLE
    if answer.mixed:
        return State.SETTLE  # of one click, some may be recorded and some not
    if answer.is_good:
        witnessed = confirmed is not None and confirmed.names(intent) and portal_error is None
        return State.GRANTED if witnessed and sent.complete else State.SETTLE
    if answer.status == 401 and confirmed is None:
        return State.EXPIRED
    if answer.status in refusals and confirmed is None and portal_error is not None:
        return State.REFUSED
    return State.SETTLE


def surplus(intent: Intent, rows: Iterable[GrantedRow]) -> list[GrantedRow]:
    """Rows of the receiver over the baseline; leave out of `rows` what other intents have a claim to.

    A changed end date of a baseline row counts too. A row without a readable number may be the receiver's.
    """
    known = Counter(map(identity, intent.baseline))
    found = []
    for row in rows:
        if row.kvk not in (intent.kvk, None):
            continue
        if known[identity(row)] > 0:
            known[identity(row)] -= 1
        else:
            found.append(row)
    return found


OWN_REFERENCE = re.compile(r"\bG-[0-9A-F]{6}\b")
"""Keten's own reference, in a field of the portal that holds it."""


def shows(row: GrantedRow, ref: str | None) -> bool:
    """Whether a row shows this reference of keten's own."""
    return ref is not None and ref in OWN_REFERENCE.findall(row.own_reference or "")


def of_another(row: GrantedRow, ref: str | None) -> bool:
    """Whether a row shows that it is of another intent of keten's than this one."""
    shown = OWN_REFERENCE.findall(row.own_reference or "")
    return ref is not None and bool(shown) and ref not in shown


def ours(intent: Intent, reference: str | None, rows: Iterable[GrantedRow], ref: str | None = None) -> list[GrantedRow]:
    """The rows that are this very grant: one row, or its rows per provider or service; empty when it is not there.

    Where the list shows references and this grant's is known, no other row can be it; nor one that shows another
    reference of keten's own than `ref`.
    """
    left, found = set(intent.elements), []
    for row in sorted(rows, key=lambda row: not shows(row, ref)):
        if row.elements and row.elements <= left and _may_be(intent, reference, row) and not of_another(row, ref):
            found.append(row)
            left -= row.elements
    return found if not left else []


def _may_be(intent: Intent, reference: str | None, row: GrantedRow) -> bool:
    readable = row.kvk == intent.kvk and row.unreadable is None and intent.ends_on(row.valid_until)
    return readable and (reference is None or row.reference in (None, reference))


def is_part(intent: Intent, row: GrantedRow) -> bool:
    """Whether a row holds nothing but what was intended, all of it or some, to the same day: a portal may show a
    row for each service of a provider, and not all of them at once.
    """
    inside = all(any(mine.covers(element) for mine in intent.elements) for element in row.elements)
    return inside and _may_be(intent, row.reference, row)


def fits(intent: Intent, found: Collection[GrantedRow]) -> bool:
    """Whether these rows, all of them, are this grant."""
    return bool(found) and len(ours(intent, None, found)) == len(found)


def settling_rows(intent: Intent, rows: Iterable[GrantedRow], ref: str | None) -> list[GrantedRow]:
    """The surplus that tells what became of an intent: the rows that show keten's own reference, if there are any.

    Rows that show another reference of keten's own are not this intent's.
    """
    found = [row for row in surplus(intent, rows) if not of_another(row, ref)]
    return [row for row in found if shows(row, ref)] or found


def by_list(
    intent: Intent, rows: Iterable[GrantedRow], *, patience_over: bool, ref: str | None = None
) -> Literal[State.GRANTED, State.IN_DOUBT] | None:
    """Law 5: settled by the portal's own list; None: not yet, read again. `patience_over`: two readings agree on it.

    Rows that show keten's own reference settle it whatever else they say; `fits` tells whether it is as intended.
    """
    found = settling_rows(intent, rows, ref)
    if fits(intent, found) or any(shows(row, ref) for row in found):
        return State.GRANTED
    return State.IN_DOUBT if found or patience_over else None


def identity(row: GrantedRow) -> tuple[object, ...]:
    """What makes a row the same one in two readings; its status may change."""
    return row.kvk, row.reference, row.elements, row.valid_until, row.unreadable is not None and row.name


def _told(elements: Iterable[Element]) -> str:
    return ", ".join(sorted(map(str, elements))) or "nothing"
