"""Settles by the portal's own list what is unsure, and makes the notices that earlier runs owe (law 2.2, 5)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from automation.domain import AMSTERDAM, GrantedRow, Intermediary, KvkNumber
from automation.errors import InDoubt
from automation.inputs.settings import Waiting
from automation.journal.records import of_shown
from automation.journal.run_journal import RunJournal
from automation.law.history import History, Past, PastState, Ruling, unclaimed
from automation.law.outcome import Shown, State, by_list, is_part, settling_rows, shows
from automation.proofs.dossier import as_recorded, files_of_settled, inform
from automation.proofs.evidence import Evidence
from automation.proofs.notices import Facts, of_data
from automation.proofs.results import EarlierGrant
from automation.session.session import Session

OTHER_LISTED = "the portal's list shows something else than was intended"


def read_until_settled(
    past: Past,
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
        rows = read(past.intent.kvk)
        left = unclaimed(past, history.everywhere, rows)
        over = not patience or (time.monotonic() - started >= patience and rows == previous)
        found = by_list(past.intent, left, patience_over=over, ref=past.ref)
        if found is not None:
            return found, settling_rows(past.intent, left, past.ref)
        previous = rows
        wait(min(2.0, patience / 4))


def why_unsettled(new: Iterable[GrantedRow], patience: float) -> str:
    """Why the list, read so many seconds long, could not tell."""
    rows = [f"{', '.join(sorted(map(str, row.elements)))} until {row.valid_until}" for row in new]
    if rows:
        return f"new on the portal's list is something else: {'; '.join(rows)}"
    return f"nothing new on the portal's list within {patience:g} seconds"


@dataclass(frozen=True)
class Settled:
    """What became of an intent of an earlier run: `granted`, `failed` (surely not recorded), or still `in-doubt`."""

    past: Past
    state: PastState
    why: str

    @property
    def doubt(self) -> InDoubt:
        """What to say of one that is still in doubt."""
        past = self.past
        return InDoubt(
            f"{past.ref} ({past.entry}, {past.intent.kvk}) is in doubt since {past.at:%Y-%m-%d %H:%M} UTC: {self.why}",
            f"Look at the portal's own list, and say what you found with `keten resolve {past.ref}`.",
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

    def settle(self) -> list[Settled]:
        """Every intent that is unsure, oldest first, each with what it turned out to be by now."""
        history = self._journal.history()
        return [self._settle(past, history) for past in history.pasts if past.is_unsettled()]

    def make_owed_notices(self) -> list[EarlierGrant]:
        """Step 6 of what is granted and was not told yet: each such grant, with its letter.

        A letter that cannot be made stays owed, and keeps no other from being made.
        """
        history = self._journal.history()
        return [self._inform(past, history) for past in history.pasts if _owes_notice(past)]

    def told(self, settled: Settled) -> EarlierGrant:
        """What a run tells of a grant that it settled."""
        return self._earlier(settled.past, settled.why)

    def _settle(self, past: Past, history: History) -> Settled:
        if past.state is PastState.INTENDED and not past.socket_open and not self._shows_itself(past):
            return self._become(past, PastState.FAILED, "a crash before anything was sent")
        patience = 0 if past.state is PastState.IN_DOUBT else max(0.0, self._until - time.monotonic())
        found, new = read_until_settled(past, history, self._session.read_list, self._wait, patience)
        if found is State.GRANTED:
            error = None if all(is_part(past.intent, row) for row in new) else OTHER_LISTED
            shown = Shown.of_rows(past.intent, new)
            settled = self._become(past, PastState.GRANTED, "found on the list", shown, error)
            self._session.picture_rows(past.intent.kvk, f"settled/{past.ref}/row.png")
            return settled
        said_not = past.ruling is Ruling.NOT_GRANTED and datetime.now(UTC) >= past.at + self._lag
        if said_not and not any(row.unreadable or is_part(past.intent, row) for row in new):
            return self._become(past, PastState.FAILED, "not granted, as was said, and it did not turn up since")
        why = "something else than was intended is new on the list" if new else "nothing new is on the list"
        return self._become(past, PastState.IN_DOUBT, why)

    def _shows_itself(self, past: Past) -> bool:
        """Whether the list shows keten's own reference of an intent, where it shows such references at all."""
        if not self._session.profile.lists_own_references:
            return False
        return any(shows(row, past.ref) for row in self._session.read_list(past.intent.kvk))

    def _become(
        self, past: Past, state: PastState, why: str, shown: Shown | None = None, error: str | None = None
    ) -> Settled:
        shown = shown or Shown()
        if state is not past.state:
            detail = {"reference": shown.reference, "reconciled": True, "error": error, "shown": of_shown(shown)}
            self._journal.append(past.ref, state, why=why, **(detail if state is PastState.GRANTED else {}))
        return Settled(replace(past, state=state, reference=shown.reference, error=error, shown=shown), state, why)

    def _inform(self, past: Past, history: History) -> EarlierGrant:
        """The letter by what the list shows by now, which may be more than was known when the run before ended."""
        rows = unclaimed(past, history.pasts, self._session.read_list(past.intent.kvk))
        if mine := past.own(rows):
            shown = Shown.of_rows(past.intent, mine).over(past.shown)
            if shown != past.shown:
                self._journal.append(past.ref, "listed", shown=of_shown(shown))
                past = replace(past, shown=shown, reference=past.reference or shown.reference)
        names = inform(self._evidence, f"settled/{past.ref}", lambda: as_recorded(self._facts(past), past.shown))
        if names:
            self._journal.append(past.ref, "noticed", files=names)
        told = self._earlier(past, "its notice was owed")
        return replace(told, error=None, notice=names)

    def _earlier(self, past: Past, why: str) -> EarlierGrant:
        try:
            name = self._facts(past).intermediary.name
        except ValueError:
            name = ""
        return EarlierGrant(
            ref=past.ref,
            entry=past.entry,
            state=past.state,
            why=why,
            kvk=past.intent.kvk,
            name=past.shown.name or name,
            elements=past.elements,
            reference=past.reference,
            valid_from=past.shown.valid_from or _day_of(past),
            valid_until=past.until,
            costs=past.costs,
            error=past.error,
            evidence=files_of_settled(self._evidence, past.ref),
        )

    def _facts(self, past: Past) -> Facts:
        """What was kept for its letter, and where that is lacking, what the intent tells."""
        otherwise = Facts(
            organisation=self._session.organisation,
            intermediary=Intermediary(past.intent.kvk, ""),
            scope=past.scope,
            valid_from=_day_of(past),
            valid_until=past.intent.until,
            reference=past.reference,
            recorded_on=_day_of(past),
            language="nl",
            rehearsal=False,
        )
        kept = of_data(self._journal.journal.notice_facts(past.ref), otherwise)
        return replace(kept, reference=past.reference)


def _day_of(past: Past) -> date:
    return past.at.astimezone(AMSTERDAM).date()


def _owes_notice(past: Past) -> bool:
    """A grant with an error gets no notice until a person resolved it (law 4)."""
    return past.stands() and not past.noticed and (past.error is None or past.ruling is Ruling.GRANTED)
