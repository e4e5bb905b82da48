"""What is in force for a receiver: on the portal's list, or by what the journal or a person says (law 1). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from automation.domain import GrantedRow, RowStatus
from automation.law.coverage import is_inside
from automation.law.history import Attempt, Question, QuestionKind, Ruling, fingerprint, fingerprints
from automation.law.plan import PlanInput


def in_force(known: PlanInput, attempts: Iterable[Attempt]) -> list[GrantedRow]:
    """What is in force: rows that are there, grants of the journal that may not be listed yet, and grants that are
    listed as narrower rows, which the journal, or a person, says they came from.
    """
    there = [row for row in known.rows if row.there(known.today) and row.unreadable is None]
    recorded = [
        as_row(attempt)
        for attempt in attempts
        if known.may_be_unlisted(attempt) or (attempt.stands() and _is_listed(attempt, there))
    ]
    said = [row for question in known.history.questions if (row := _said_to_be_one(question, there))]
    return there + recorded + said


def as_row(attempt: Attempt) -> GrantedRow:
    """A grant of the journal, as the portal's list will show it: with what the portal showed of it.

    Where that was not what was intended, it counts for as much and as long as either says: nothing is granted twice.
    """
    since = attempt.shown.valid_from or attempt.day
    until = attempt.until if attempt.intent.ends_on(attempt.until) else max(attempt.until, attempt.intent.until)
    elements = attempt.elements | attempt.intent.elements
    return GrantedRow(
        kvk=attempt.intent.kvk,
        name="",
        elements=elements,
        valid_from=since,
        valid_until=until,
        status=RowStatus.PRESENT,
        reference=attempt.reference,
    )


def _is_listed(attempt: Attempt, there: Iterable[GrantedRow]) -> bool:
    """Whether rows that came after it, of narrower kind and with its end date, are listed in its place."""
    alive = (RowStatus.PRESENT, RowStatus.PENDING)  # what was revoked may look the same, and does not come back
    before = {fingerprint(row) for row in attempt.intent.baseline if row.status in alive}
    return any(
        is_inside(row, attempt.intent.elements) and attempt.ends_on(row.valid_until) and fingerprint(row) not in before
        for row in there
    )


def _said_to_be_one(question: Question, there: Iterable[GrantedRow]) -> GrantedRow | None:
    """The wider grant that a person says these narrower rows are, while all of them are listed."""
    if question.kind is not QuestionKind.NARROWER or question.ruling is not Ruling.GRANTED:
        return None
    about = [row for key, row in fingerprints(there).items() if key in question.rows]
    ends = [row.valid_until for row in about if row.valid_until is not None]
    if len(about) != len(question.rows) or not ends:
        return None
    return replace(about[0], elements=question.elements, valid_until=min(ends))
