"""Each new grant once more in the portal's own list, and then its notice (law 4, step 6)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from automation import dossier
from automation.domain import GrantedRow
from automation.errors import Interrupted, KetenError
from automation.evidence import Evidence
from automation.granting import Recorded
from automation.outcome import is_part, ours, shows, surplus
from automation.results import EntryOutcome
from automation.run_journal import RunJournal
from automation.session import Session


def look_up(
    granted: Sequence[tuple[EntryOutcome, Recorded]],
    session: Session,
    journal: RunJournal,
    evidence: Evidence,
    progress: Callable[[str], None],
) -> list[KetenError]:
    """Say of each grant whether it is listed; the errors of what could not be read.

    A lagging list leaves it pending, no more; one that shows something else makes it a grant with an error, which gets
    no notice. A portal may have recorded it for another receiver than it said: so where a receiver's rows do not hold
    a grant, the whole list is read, once for all of them.
    """
    errors: list[KetenError] = []
    try:
        _find(granted, session, journal, progress, errors)
    except Interrupted as error:
        errors.append(error)  # what was not looked up stays pending
    for outcome, recorded in granted:
        if outcome.error is None:
            outcome.notice = dossier.inform(evidence, f"grants/{outcome.grant.id}", recorded.facts)
            journal.append(recorded.ref, "noticed", files=outcome.notice)
        dossier.keep(evidence, outcome)
    return errors


def _find(
    granted: Sequence[tuple[EntryOutcome, Recorded]],
    session: Session,
    journal: RunJournal,
    progress: Callable[[str], None],
    errors: list[KetenError],
) -> None:
    unseen: list[tuple[EntryOutcome, Recorded]] = []
    for outcome, recorded in granted:
        progress(f"looking {outcome.grant.id} up in the list")
        try:
            _compare(outcome, recorded, session.read_list(recorded.intent.kvk), journal)
        except Interrupted:
            raise
        except KetenError as error:
            errors.append(error)
        if not outcome.listed:
            unseen.append((outcome, recorded))
    if not unseen:
        return
    progress("looking for what is not listed in the whole list")
    try:
        rows = session.read_list()
        for outcome, recorded in unseen:
            _compare(outcome, recorded, rows, journal)
    except Interrupted:
        raise
    except KetenError as error:
        errors.append(error)


def _compare(outcome: EntryOutcome, recorded: Recorded, rows: Iterable[GrantedRow], journal: RunJournal) -> None:
    rows = list(rows)
    listed = bool(ours(recorded.intent, recorded.reference, surplus(recorded.intent, rows), recorded.ref))
    named = [
        row
        for row in rows
        if shows(row, recorded.ref) or (recorded.reference is not None and row.reference == recorded.reference)
    ]
    outcome.listed = listed or bool(named)
    wrong = [] if listed else [row for row in named if not is_part(recorded.intent, row)]
    if wrong and outcome.error is None:
        outcome.error = f"the portal's list shows something else than was intended: {_told(wrong[0])}"
        journal.append(recorded.ref, "granted", reference=recorded.reference, error=outcome.error)


def _told(row: GrantedRow) -> str:
    held = ", ".join(sorted(map(str, row.elements))) or "nothing that can be read"
    return f"{row.reference} is {held} for {row.kvk or 'a number that cannot be read'} until {row.valid_until}"
