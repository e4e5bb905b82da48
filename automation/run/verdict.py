"""What came of a click: by what it sent and the screen showed, and else by the portal's own list (law 4, 5)."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Error as PlaywrightError

from automation.browser.click import Click
from automation.domain import GrantedRow, Money
from automation.errors import GrantError, InDoubt, KetenError, PortalRefused
from automation.journal.records import of_shown
from automation.journal.run_journal import RunJournal
from automation.law.gate import ScreenReading
from automation.law.history import History
from automation.law.outcome import Confirmed, Intent, Shown, State, by_witnesses
from automation.law.surplus import is_part
from automation.proofs.notices import NoticeFacts
from automation.run.log import note
from automation.run.result import Doubt, Failed, Recorded
from automation.run.settlement import OTHER_LISTED, read_until_settled, why_unsettled
from automation.session.session import Session
from pages.plain_words import in_words

Verdict = Recorded | Failed | Doubt | None
"""None: the session had expired, nothing was recorded, and a new sign-in may help."""


@dataclass(frozen=True, kw_only=True)
class Intended:
    """What is about to be recorded, under keten's own reference, and what the gate read of it."""

    ref: str
    intent: Intent
    facts: NoticeFacts
    reading: ScreenReading
    look: History
    """The journal as it was when it was decided that this is still to be recorded."""
    ceiling: Money | None

    def recorded(self, shown: Shown, differences: list[str], *, reconciled: bool = False) -> Recorded:
        """That it was recorded, as the portal showed it."""
        return Recorded(
            ref=self.ref,
            intent=self.intent,
            facts=self.facts,
            shown=shown,
            reconciled=reconciled,
            error="; ".join(differences) or None,
        )

    def in_doubt(self, click: Click, why: str) -> InDoubt:
        """Tells that the click was made, and that its outcome is not known."""
        answered = "there was no answer" if click.answer is None else f"the answer was {click.answer}"
        return InDoubt(
            f"{self.ref}: the click for {self.intent.kvk} was made, but it is not known whether it recorded a grant: "
            f"{why} ({answered})",
            f"Look at the portal's own list, and say what you found with `keten resolve {self.ref}`.",
        )


@dataclass(frozen=True)
class Seen:
    """All that is known right after the click."""

    intended: Intended
    click: Click
    confirmed: Confirmed | None = None
    portal_error: str | None = None
    stopped: str = ""
    """Why the last of two clicks was not made."""
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    """What is to be kept of the screen, by the names of files: once the journal has what came of the click."""


def judge(seen: Seen, session: Session, journal: RunJournal, patience: float) -> Verdict:
    """Law 4: by two witnesses, the answer and the confirmation; `patience` is in seconds."""
    intended, confirmed, sent = seen.intended, seen.confirmed, seen.click.sent()
    state = by_witnesses(sent, confirmed, seen.portal_error, intended.intent, session.profile.recording.refusals)
    note("outcome", f"{intended.ref}: {sent.answer}, {'a' if confirmed else 'no'} confirmation: {state}")
    if state is State.GRANTED and confirmed is not None:
        return intended.recorded(confirmed.shown, confirmed.differences(intended.intent, intended.ceiling))
    if state is State.FAILED:
        why = f"the journal could not be told of its request: {sent.failure}" if sent.failure else seen.stopped
        told = f"the click sent no request, so nothing was recorded{f': {why}' if why else ''}"
        return Failed(intended.ref, GrantError(told, "Run again to try again."))
    return _settle(seen, state, session, journal, patience)


def _settle(seen: Seen, state: State, session: Session, journal: RunJournal, patience: float) -> Verdict:
    """Law 5: by the portal's own list; whatever stops that leaves the grant in doubt."""
    intended, history = seen.intended, journal.history()
    attempt = next(attempt for attempt in history.attempts if attempt.ref == intended.ref)
    try:
        # No signal stops the waiting: the click was made.
        at_most = 0 if state is State.REFUSED else patience
        found, new = read_until_settled(attempt, history, session.read_list, time.sleep, at_most)
    except (KetenError, PlaywrightError) as error:
        why = f"the list cannot be read: {in_words(error)}"
        return Doubt(intended.ref, intended.in_doubt(seen.click, why))
    if found is State.GRANTED:
        return _found(seen, new)
    if state is State.REFUSED and not new:
        refused = PortalRefused(f"the portal refused: “{seen.portal_error}”", "Nothing was recorded.")
        return Failed(intended.ref, refused)
    if state is State.EXPIRED and not new:
        return None
    return Doubt(intended.ref, intended.in_doubt(seen.click, why_unsettled(new, patience)))


def _found(seen: Seen, rows: list[GrantedRow]) -> Recorded:
    """A grant that the list shows; a confirmation beside it shows what the list does not: what it costs."""
    intended, confirmed = seen.intended, seen.confirmed
    differences = [] if all(is_part(intended.intent, row) for row in rows) else [OTHER_LISTED]
    shown = Shown.of_rows(intended.intent, rows)
    if confirmed is not None and confirmed.names(intended.intent):
        differences += confirmed.differences(intended.intent, intended.ceiling)
        shown = shown.over(confirmed.shown)
    return intended.recorded(shown, differences, reconciled=True)


def as_event(result: Verdict) -> tuple[str, dict[str, Any]]:
    """What the journal keeps of a result: the event, and its detail."""
    match result:
        case Recorded(shown=shown):
            told = {"reference": shown.reference, "error": result.error, "reconciled": result.reconciled}
            return "granted", told | {"shown": of_shown(shown)}
        case Failed(error=error):
            return "failed", {"why": error.message}
        case Doubt(error=error):
            return "in-doubt", {"why": error.message}
        case None:
            return "failed", {"why": "the session had expired, and nothing was recorded"}
