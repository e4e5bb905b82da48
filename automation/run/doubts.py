"""What a run says in the end of grants of which it is not known whether they were recorded: none is lost track of."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from automation.errors import Busy, InDoubt, StorageError
from automation.journal.journal import Journal
from automation.journal.queries import Book
from automation.law.history import History, PastState
from automation.run.record import RunRecord

_STOPPED = "the click was made, and the run was stopped at once, before it could tell what came of it"
_LATER = "The next run looks it up in the portal's own list; or look there yourself, and say what you found with"


def name_doubts(record: RunRecord, journal: Journal, book: Book, lag: timedelta) -> None:
    """Name in the record what the journal knows to be unsure, where the run itself did not come to say so."""
    if record.plan and not any(outcome.status == "skipped" for outcome in record.outcomes.values()):
        return
    try:
        history = journal.history(book)
    except StorageError as error:
        record.errors.append(error)
        return
    _name_own(record, history)
    if record.plan is None:
        _name_older(record, history, lag)


def _name_own(record: RunRecord, history: History) -> None:
    """A run that was stopped at once may have clicked, and not come to say what it knows of that."""
    for past in history.pasts:
        outcome = record.outcomes.get(past.entry)
        own = past.run_id == record.run_id and past.state is not PastState.FAILED
        if own and outcome and outcome.status == "skipped":
            doubt = InDoubt(f"{past.ref}: {_STOPPED}", f"{_LATER} `keten resolve {past.ref}`.")
            record.became(outcome.in_doubt(doubt, past.ref))
            record.errors.append(doubt)


def _name_older(record: RunRecord, history: History, lag: timedelta) -> None:
    """A run that came to no plan must not hide what is in doubt since an earlier one: that is what matters most."""
    unsure = {PastState.IN_DOUBT}
    if not any(isinstance(error, Busy) for error in record.errors):
        unsure.add(PastState.RELEASED)  # else it may be the other run's, which is at work on it
    now = datetime.now(UTC)
    for past in history.everywhere:
        if past.state in unsure and past.blocks(now, lag):
            for outcome in list(record.outcomes.values()):
                if past.intent.kvk == outcome.grant.intermediary.kvk:
                    record.became(replace(outcome, ref=past.ref, blocked_by_doubt=True))
