"""Settles by the portal's own list what is unsure, and makes the notices that earlier runs owe (law 2.2, 5)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from automation.domain import AMSTERDAM, GrantedRow, Intermediary, KvkNumber
from automation.errors import InDoubt
from automation.inputs.settings import Waiting
from automation.journal.records import of_shown
from automation.journal.run_journal import RunJournal
from automation.law.history import Attempt, AttemptState, History, Ruling, unclaimed
from automation.law.outcome import Shown, State
from automation.law.surplus import by_list, is_part, settling_rows, shows
from automation.proofs.dossier import as_recorded, files_of_settled, inform
from automation.proofs.evidence import Evidence
from automation.proofs.notices import NoticeFacts, of_data
from automation.proofs.results import EarlierGrant
from automation.session.session import Session

OTHER_LISTED = "the portal's list shows something else than was intended"


def read_until_settled(
    attempt: Attempt,
    history: History,
    read: Callable[[KvkNumber], list[GrantedRow]],
    wait: Callable[[float], None],
    patience: float,
) -> tuple[State, list[GrantedRow]]:
    """Read the receiver's rows until law 5 tells GRANTED or IN_DOUBT; that, and the surplus that told it.

    `patience` is in seconds, from now; without any, one reading must do. IN_DOUBT without surplus: nothing came.
    """
    started, previous = time.monotonic(), None
    while True:
        rows = read(attempt.intent.kvk)
        left = unclaimed(attempt, history.everywhere, rows)
        over = not patience or (time.monotonic() - started >= patience and rows == previous)
        found = by_list(attempt.intent, left, patience_over=over, ref=attempt.ref)
        if found is not None:
            return found, settling_rows(attempt.intent, left, attempt.ref)
        previous = rows
        wait(min(2.0, patience / 4))


def why_unsettled(new: Iterable[GrantedRow], patience: float) -> str:
    """Why the list, read so many seconds long, could not tell."""
    rows = [f"{', '.join(sorted(map(str, row.elements)))} until {row.valid_until}" for row in new]
    if rows:
        return f"a new row on the portal's list differs from what was intended: {'; '.join(rows)}"
    return f"no new row on the portal's list within {patience:g} seconds"


@dataclass(frozen=True)
class Settled:
    """What became of an intent of an earlier run: `granted`, `failed` (certainly not recorded), or still `in-doubt`."""

    attempt: Attempt
    state: AttemptState
    why: str

    @property
    def doubt(self) -> InDoubt:
        """What to say of one that is still in doubt."""
        attempt = self.attempt
        return InDoubt(
            f"{attempt.ref} ({attempt.entry}, {attempt.intent.kvk}) is in doubt since {attempt.at:%Y-%m-%d %H:%M} UTC: "
            f"{self.why}",
            f"Look at the portal's own list, and say what you found with `keten resolve {attempt.ref}`.",
        )


class Settling:
    """Settles by the portal's own list. The patience counts from now; `wait` waits so many seconds."""

    def __init__(
        self,
        session: Session,
        journal: RunJournal,
        evidence: Evidence,
        waiting: Waiting,
        wait: Callable[[float], None],
    ) -> None:
        self._session, self._journal, self._evidence = session, journal, evidence
        self._lag, self._wait = waiting.lag, wait
        self._until = time.monotonic() + waiting.patience

    def settle(self) -> Iterator[Settled]:
        """Every intent that is unsure, oldest first, each with what it turned out to be, as soon as that is known."""
        history = self._journal.history()
        return (self._settle(attempt, history) for attempt in history.attempts if attempt.is_unsettled())

    def make_owed_notices(self) -> Iterator[EarlierGrant]:
        """Step 6 of what is granted and was not told yet: each such grant, as soon as its letter is made.

        A letter that cannot be made stays owed, and keeps no other from being made.
        """
        history = self._journal.history()
        return (self._inform(attempt, history) for attempt in history.attempts if _owes_notice(attempt))

    def told(self, settled: Settled) -> EarlierGrant:
        """What a run tells of a grant that it settled."""
        return self._earlier(settled.attempt, settled.why)

    def _settle(self, attempt: Attempt, history: History) -> Settled:
        if attempt.state is AttemptState.INTENDED and not attempt.socket_open and not self._shows_itself(attempt):
            return self._become(attempt, AttemptState.FAILED, "the run stopped before the click sent anything")
        patience = 0 if attempt.state is AttemptState.IN_DOUBT else max(0.0, self._until - time.monotonic())
        found, new = read_until_settled(attempt, history, self._session.read_list, self._wait, patience)
        if found is State.GRANTED:
            error = None if all(is_part(attempt.intent, row) for row in new) else OTHER_LISTED
            shown = Shown.of_rows(attempt.intent, new)
            settled = self._become(attempt, AttemptState.GRANTED, "found on the list", shown, error)
            self._session.picture_rows(attempt.intent.kvk, f"settled/{attempt.ref}/row.png")
            return settled
        said_not = attempt.ruling is Ruling.NOT_GRANTED and datetime.now(UTC) >= attempt.at + self._lag
        if said_not and not any(row.unreadable or is_part(attempt.intent, row) for row in new):
            return self._become(
                attempt,
                AttemptState.FAILED,
                "not granted, as `keten resolve` was told, and it has not appeared on the list since",
            )
        why = "a new row on the list differs from what was intended" if new else "there is no new row on the list"
        return self._become(attempt, AttemptState.IN_DOUBT, why)

    def _shows_itself(self, attempt: Attempt) -> bool:
        """Whether the list shows keten's own reference of an intent, where it shows such references at all."""
        if not self._session.profile.lists_own_references:
            return False
        return any(shows(row, attempt.ref) for row in self._session.read_list(attempt.intent.kvk))

    def _become(
        self, attempt: Attempt, state: AttemptState, why: str, shown: Shown | None = None, error: str | None = None
    ) -> Settled:
        shown = shown or Shown()
        if state is not attempt.state:
            detail = {"reference": shown.reference, "reconciled": True, "error": error, "shown": of_shown(shown)}
            self._journal.append(attempt.ref, state, why=why, **(detail if state is AttemptState.GRANTED else {}))
        return Settled(replace(attempt, state=state, reference=shown.reference, error=error, shown=shown), state, why)

    def _inform(self, attempt: Attempt, history: History) -> EarlierGrant:
        """The letter by what the list shows by now, which may be more than was known when the run before ended."""
        rows = unclaimed(attempt, history.attempts, self._session.read_list(attempt.intent.kvk))
        if mine := attempt.own(rows):
            shown = Shown.of_rows(attempt.intent, mine).over(attempt.shown)
            if shown != attempt.shown:
                self._journal.append(attempt.ref, "listed", shown=of_shown(shown))
                attempt = replace(attempt, shown=shown, reference=attempt.reference or shown.reference)
        names = inform(
            self._evidence, f"settled/{attempt.ref}", lambda: as_recorded(self._facts(attempt), attempt.shown)
        )
        if names:
            self._journal.append(attempt.ref, "noticed", files=names)
        told = self._earlier(attempt, "its notice was owed")
        return replace(told, error=None, notice=names)

    def _earlier(self, attempt: Attempt, why: str) -> EarlierGrant:
        try:
            name = self._facts(attempt).intermediary.name
        except ValueError:
            name = ""
        return EarlierGrant(
            ref=attempt.ref,
            entry=attempt.entry,
            state=attempt.state,
            why=why,
            kvk=attempt.intent.kvk,
            name=attempt.shown.name or name,
            elements=attempt.elements,
            reference=attempt.reference,
            valid_from=attempt.shown.valid_from or _day_of(attempt),
            valid_until=attempt.until,
            costs=attempt.costs,
            error=attempt.error,
            evidence=files_of_settled(self._evidence, attempt.ref),
        )

    def _facts(self, attempt: Attempt) -> NoticeFacts:
        """What was kept for its letter, and where that is lacking, what the intent tells."""
        otherwise = NoticeFacts(
            organisation=self._session.organisation,
            intermediary=Intermediary(attempt.intent.kvk, ""),
            scope=attempt.scope,
            valid_from=_day_of(attempt),
            valid_until=attempt.intent.until,
            reference=attempt.reference,
            recorded_on=_day_of(attempt),
            language="nl",
            rehearsal=False,
        )
        kept = of_data(self._journal.journal.notice_facts(attempt.ref), otherwise)
        return replace(kept, reference=attempt.reference)


def _day_of(attempt: Attempt) -> date:
    return attempt.at.astimezone(AMSTERDAM).date()


def _owes_notice(attempt: Attempt) -> bool:
    """A grant with an error gets no notice until a person resolved it (law 4)."""
    return attempt.stands() and not attempt.noticed and (attempt.error is None or attempt.ruling is Ruling.GRANTED)
