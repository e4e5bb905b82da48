"""What came of recording one grant, as values: an exception ends a run, a result ends one entry."""

from __future__ import annotations

from dataclasses import dataclass

from automation.errors import GrantError, KetenError
from automation.law.outcome import Intent, Shown
from automation.proofs.notices import NoticeFacts


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """A grant that was recorded, as far as the portal told; `error` where that differs from what was intended."""

    ref: str
    intent: Intent
    facts: NoticeFacts
    """What was intended, as a notice tells it; `shown` is what the portal showed in its place."""
    shown: Shown
    reconciled: bool
    error: str | None = None


@dataclass(frozen=True)
class AlreadyThere:
    """Nothing was left to record: somebody else was quicker."""


@dataclass(frozen=True)
class Failed:
    """The click was made, and the grant was certainly not recorded."""

    ref: str
    error: GrantError


@dataclass(frozen=True)
class Doubt:
    """The click was made, and it is not known whether it recorded a grant; `error` ends the run."""

    ref: str
    error: KetenError


Result = Recorded | AlreadyThere | Failed | Doubt
