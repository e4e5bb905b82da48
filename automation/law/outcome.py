"""What a click has done: answer × screen → state. Pure: the table of law 4 as code."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields, replace
from enum import StrEnum

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


def _told(elements: Iterable[Element]) -> str:
    return ", ".join(sorted(map(str, elements))) or "nothing"
