"""What may happen to an intent, in which order, and what it then is: the transitions of the journal (law 6). Pure.

| event | may follow |
| --- | --- |
| `released`: its request is let out | the intent, another `released` |
| `answered`: the portal answered | `released`, however the outcome was settled meanwhile |
| `granted` | all but `failed`; once more where the list shows something else than was recorded |
| `failed`, `in-doubt` | an outcome that is still open |
| `ruled`: a person said what it is | all |
| `listed`, `noticed`, `missed` | a grant that is recorded, by what keten saw or by what a person said |
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from automation.law.history import Past, PastState, Ruling
from automation.law.outcome import Shown


class EventKind(StrEnum):
    """What happened to an intent."""

    RELEASED = "released"
    ANSWERED = "answered"
    GRANTED = "granted"
    FAILED = "failed"
    IN_DOUBT = "in-doubt"
    RULED = "ruled"
    LISTED = "listed"
    NOTICED = "noticed"
    MISSED = "missed"


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened to an intent; fields that its kind does not have keep their defaults."""

    kind: EventKind
    at: datetime.datetime
    reference: str | None = None
    error: str | None = None
    shown: Shown = field(default_factory=Shown)
    ruling: Ruling | None = None


_OPEN: Final = frozenset({PastState.INTENDED, PastState.RELEASED, PastState.IN_DOUBT})
_FOLLOWS: Final = {
    EventKind.RELEASED: frozenset({PastState.INTENDED, PastState.RELEASED}),
    EventKind.ANSWERED: frozenset(PastState) - {PastState.INTENDED},
    EventKind.GRANTED: _OPEN | {PastState.GRANTED},
    EventKind.FAILED: _OPEN,
    EventKind.IN_DOUBT: _OPEN - {PastState.IN_DOUBT},
    EventKind.RULED: frozenset(PastState),
}
_BECOMES: Final = {
    EventKind.RELEASED: PastState.RELEASED,
    EventKind.GRANTED: PastState.GRANTED,
    EventKind.FAILED: PastState.FAILED,
    EventKind.IN_DOUBT: PastState.IN_DOUBT,
}


def check_follows(intent: Past, events: Iterable[Event], kind: EventKind) -> None:
    """Raise ValueError when an event of this kind may not follow these events of an intent."""
    by_keten = _folded(intent, events)
    follows = _FOLLOWS.get(kind)
    is_grant = by_keten.state is PastState.GRANTED or _as_said(by_keten).is_granted()
    allowed = by_keten.state in follows if follows else is_grant
    if not allowed:
        raise ValueError(f"'{kind}' cannot follow: {intent.ref} is {_as_said(by_keten).state}")


def replay(intent: Past, events: Iterable[Event]) -> Past:
    """What an intent has become by these events, in their order, and by what a person said of it."""
    return _as_said(_folded(intent, events))


def _folded(intent: Past, events: Iterable[Event]) -> Past:
    past = intent
    for event in events:
        past = _after(past, event)
    return replace(past, reference=past.reference or past.shown.reference)


def _after(past: Past, event: Event) -> Past:
    if state := _BECOMES.get(event.kind):
        past = replace(past, state=state, reference=event.reference or past.reference, error=None)
    match event.kind:
        case EventKind.GRANTED:
            # What the portal shows wins over what a person said before (law 5).
            return replace(past, shown=event.shown.over(past.shown), error=event.error, ruling=None, ruled_at=None)
        case EventKind.FAILED if past.ruling is Ruling.GRANTED:
            # It was said while the click was under way, which then surely recorded nothing.
            return replace(past, ruling=None, ruled_at=None)
        case EventKind.RULED:
            return replace(past, ruling=event.ruling, ruled_at=event.at)
        case EventKind.LISTED:
            return replace(past, shown=event.shown.over(past.shown))
        case EventKind.NOTICED:
            return replace(past, noticed=True)
        case EventKind.MISSED:
            return replace(past, missed=True)
        case _:
            return past


def _as_said(past: Past) -> Past:
    """A person may say of what is still open that it was granted; only of that is said that it may be granted again."""
    if past.state in _OPEN and past.ruling in (Ruling.GRANTED, Ruling.GRANT_AGAIN):
        return replace(past, state=PastState.GRANTED, on_say_so=True)
    return past
