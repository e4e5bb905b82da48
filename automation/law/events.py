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

from automation.law.history import Attempt, AttemptState, Ruling
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


_OPEN: Final = frozenset({AttemptState.INTENDED, AttemptState.RELEASED, AttemptState.IN_DOUBT})
_FOLLOWS: Final = {
    EventKind.RELEASED: frozenset({AttemptState.INTENDED, AttemptState.RELEASED}),
    EventKind.ANSWERED: frozenset(AttemptState) - {AttemptState.INTENDED},
    EventKind.GRANTED: _OPEN | {AttemptState.GRANTED},
    EventKind.FAILED: _OPEN,
    EventKind.IN_DOUBT: _OPEN - {AttemptState.IN_DOUBT},
    EventKind.RULED: frozenset(AttemptState),
}
_BECOMES: Final = {
    EventKind.RELEASED: AttemptState.RELEASED,
    EventKind.GRANTED: AttemptState.GRANTED,
    EventKind.FAILED: AttemptState.FAILED,
    EventKind.IN_DOUBT: AttemptState.IN_DOUBT,
}


def check_follows(intent: Attempt, events: Iterable[Event], kind: EventKind) -> None:
    """Raise ValueError when an event of this kind may not follow these events of an intent."""
    by_keten = _folded(intent, events)
    follows = _FOLLOWS.get(kind)
    is_grant = by_keten.state is AttemptState.GRANTED or _as_said(by_keten).is_granted()
    allowed = by_keten.state in follows if follows else is_grant
    if not allowed:
        raise ValueError(f"'{kind}' cannot follow: {intent.ref} is {_as_said(by_keten).state}")


def replay(intent: Attempt, events: Iterable[Event]) -> Attempt:
    """What an intent has become by these events, in their order, and by what a person said of it."""
    return _as_said(_folded(intent, events))


def _folded(intent: Attempt, events: Iterable[Event]) -> Attempt:
    attempt = intent
    for event in events:
        attempt = _after(attempt, event)
    return replace(attempt, reference=attempt.reference or attempt.shown.reference)


def _after(attempt: Attempt, event: Event) -> Attempt:
    if state := _BECOMES.get(event.kind):
        attempt = replace(attempt, state=state, reference=event.reference or attempt.reference, error=None)
    match event.kind:
        case EventKind.GRANTED:
            # What the portal shows wins over what a person said before (law 5).
            return replace(
                attempt, shown=event.shown.over(attempt.shown), error=event.error, ruling=None, ruled_at=None
            )
        case EventKind.FAILED if attempt.ruling is Ruling.GRANTED:
            # It was said while the click was under way, which then certainly recorded nothing.
            return replace(attempt, ruling=None, ruled_at=None)
        case EventKind.RULED:
            return replace(attempt, ruling=event.ruling, ruled_at=event.at)
        case EventKind.LISTED:
            return replace(attempt, shown=event.shown.over(attempt.shown))
        case EventKind.NOTICED:
            return replace(attempt, noticed=True)
        case EventKind.MISSED:
            return replace(attempt, missed=True)
        case _:
            return attempt


def _as_said(attempt: Attempt) -> Attempt:
    """A person may say of what is still open that it was granted; only of that is said that it may be granted again."""
    if attempt.state in _OPEN and attempt.ruling in (Ruling.GRANTED, Ruling.GRANT_AGAIN):
        return replace(attempt, state=AttemptState.GRANTED, on_say_so=True)
    return attempt
