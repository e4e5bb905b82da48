"""What a run says, at its end, of grants that may have been recorded: none is lost track of."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from automation.errors import Busy, InDoubt, StorageError
from automation.journal.journal import Journal
from automation.journal.queries import Book
from automation.law.history import AttemptState, History
from automation.run.record import RunRecord

_STOPPED = "the run was stopped right after the click, so it is not known whether the grant was recorded"
_LATER = "The next run looks it up on the portal's own list; or look there yourself, and say what you found with"


def name_doubts(record: RunRecord, journal: Journal, book: Book, lag: timedelta) -> None:
    """Name in the record what the journal knows to be unsure, where the run itself did not come to say so."""
    if record.plan and not any(outcome.status == "skipped" for outcome in record.outcomes.values()):
        return
    try:
        history = journal.history(book)
    except StorageError as error:
        if str(error) not in map(str, record.errors):
            record.errors.append(error)
        return
    _name_own(record, history)
    if record.plan is None:
        _name_older(record, history, lag)


def _name_own(record: RunRecord, history: History) -> None:
    """A run that was stopped at once may have clicked, and not come to say what it knows of that."""
    for attempt in history.attempts:
        outcome = record.outcomes.get(attempt.entry)
        own = attempt.run_id == record.run_id and attempt.state is not AttemptState.FAILED
        if own and outcome and outcome.status == "skipped":
            doubt = InDoubt(f"{attempt.ref}: {_STOPPED}", f"{_LATER} `keten resolve {attempt.ref}`.")
            record.became(outcome.in_doubt(doubt, attempt.ref))
            record.errors.append(doubt)


def _name_older(record: RunRecord, history: History, lag: timedelta) -> None:
    """A run that came to no plan must not hide what is in doubt since an earlier one: that is what matters most."""
    unsure = {AttemptState.IN_DOUBT}
    if not any(isinstance(error, Busy) for error in record.errors):
        unsure.add(AttemptState.RELEASED)  # else it may be the other run's, which is at work on it
    now = datetime.now(UTC)
    for attempt in history.everywhere:
        if attempt.state in unsure and attempt.blocks(now, lag):
            for outcome in list(record.outcomes.values()):
                if attempt.intent.kvk == outcome.grant.intermediary.kvk:
                    record.became(replace(outcome, ref=attempt.ref, blocked_by_doubt=True))
