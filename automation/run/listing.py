"""Each new grant once more in the portal's own list, and then its notice (law 4, step 6)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

from automation.domain import GrantedRow
from automation.errors import Interrupted, KetenError
from automation.journal.records import of_shown
from automation.journal.run_journal import RunJournal
from automation.law.outcome import Shown
from automation.law.surplus import is_part, ours, shows, surplus
from automation.proofs import dossier
from automation.proofs.evidence import Evidence
from automation.proofs.results import EntryOutcome
from automation.run.result import Recorded
from automation.session.session import Session


def look_up(
    granted: Sequence[tuple[EntryOutcome, Recorded]],
    session: Session,
    journal: RunJournal,
    evidence: Evidence,
    progress: Callable[[str], None],
    became: Callable[[EntryOutcome], object],
) -> list[KetenError]:
    """Look each grant up, and make its notice; `became` is told of each outcome as soon as it is known by now.

    Returns the errors of what could not be read or written. A list that lags leaves a grant pending; one that shows
    something else makes it a grant with an error, which gets no notice. Where a receiver's rows do not hold a grant,
    the portal may have recorded it for another receiver: then the whole list is read, once for all of them.
    """
    errors: list[KetenError] = []
    known = list(granted)

    def compare(number: int, rows: list[GrantedRow]) -> None:
        outcome, recorded = known[number]
        listed, recorded = _compared(recorded, rows, journal)
        known[number] = replace(as_granted(outcome, recorded), listed=listed), recorded
        became(known[number][0])

    def find() -> None:
        for number, (outcome, recorded) in enumerate(granted):
            progress(f"looking {outcome.grant.id} up in the list")
            with _kept(errors, but=Interrupted):
                compare(number, session.read_list(recorded.intent.kvk))
        unseen = [number for number, (outcome, _) in enumerate(known) if not outcome.listed]
        if unseen:
            progress("looking for what is not listed in the whole list")
            rows = session.read_list()
            for number in unseen:
                compare(number, rows)

    def inform() -> None:
        for outcome, recorded in known:
            became(_informed(outcome, recorded, journal, evidence, became))

    for step in (find, inform):
        with _kept(errors):  # what was not looked up stays pending, and a notice that was not made stays owed
            step()
    return errors


@contextmanager
def _kept(errors: list[KetenError], but: type[KetenError] | tuple[()] = ()) -> Iterator[None]:
    """Keep an error, and go on; `but` such a one is raised."""
    try:
        yield
    except KetenError as error:
        if isinstance(error, but):
            raise
        errors.append(error)


def as_granted(outcome: EntryOutcome, recorded: Recorded) -> EntryOutcome:
    """A grant by what was recorded, as far as the portal showed it, and else by what was intended."""
    shown, facts, intent = recorded.shown, recorded.facts, recorded.intent
    return replace(
        outcome,
        status="granted",
        ref=recorded.ref,
        error=recorded.error,
        reference=shown.reference,
        reconciled=recorded.reconciled,
        name=shown.name or facts.intermediary.name,
        elements=shown.elements or intent.elements,
        valid_from=shown.valid_from or facts.valid_from,
        valid_until=shown.valid_until or intent.until,
        costs=shown.costs or intent.costs,
    )


def _informed(
    outcome: EntryOutcome,
    recorded: Recorded,
    journal: RunJournal,
    evidence: Evidence,
    became: Callable[[EntryOutcome], object],
) -> EntryOutcome:
    """Step 6: with its notice, where the grant is as it was intended."""
    if outcome.error is None:
        facts = partial(dossier.as_recorded, recorded.facts, recorded.shown)
        outcome = replace(outcome, notice=dossier.inform(evidence, f"grants/{outcome.grant.id}", facts))
        became(outcome)
        if outcome.notice:
            journal.append(recorded.ref, "noticed", files=outcome.notice)
    return dossier.keep(evidence, outcome)


def _compared(recorded: Recorded, rows: Iterable[GrantedRow], journal: RunJournal) -> tuple[bool, Recorded]:
    """Whether it is listed, and what is known of it by now, which the journal then has."""
    intent, reference = recorded.intent, recorded.shown.reference
    rows = list(rows)
    mine = ours(intent, reference, surplus(intent, rows), recorded.ref)
    named = [row for row in rows if shows(row, recorded.ref) or (reference is not None and row.reference == reference)]
    wrong = [] if mine else [row for row in named if not is_part(intent, row)]
    error = recorded.error
    if wrong and error is None:
        error = f"the portal's list shows something else than was intended: {_told(wrong[0])}"
    shown = Shown.of_rows(intent, mine or wrong or named).over(recorded.shown)
    if (shown, error) == (recorded.shown, recorded.error):
        return bool(mine or named), recorded
    event, told = ("listed", {}) if error == recorded.error else ("granted", {"reference": reference, "error": error})
    journal.append(recorded.ref, event, **told, shown=of_shown(shown))
    return bool(mine or named), replace(recorded, shown=shown, error=error)


def _told(row: GrantedRow) -> str:
    held = ", ".join(sorted(map(str, row.elements))) or "nothing that can be read"
    return f"{row.reference} is {held} for {row.kvk or 'a number that cannot be read'} until {row.valid_until}"
