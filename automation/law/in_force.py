"""What is in force for a receiver: on the portal's list, or by what the journal or a person says (law 1). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from automation.domain import GrantedRow, RowStatus
from automation.law.coverage import is_inside
from automation.law.history import Matter, Past, Question, Ruling, fingerprint, fingerprints
from automation.law.plan import PlanInput


def in_force(known: PlanInput, pasts: Iterable[Past]) -> list[GrantedRow]:
    """What is in force: rows that are there, grants of the journal that may not be listed yet, and grants that are
    listed as narrower rows, which the journal, or a person, says they came from.
    """
    there = [row for row in known.rows if row.there(known.today) and row.unreadable is None]
    recorded = [
        as_row(past) for past in pasts if known.may_be_unlisted(past) or (past.stands() and _is_listed(past, there))
    ]
    said = [row for question in known.history.questions if (row := _said_to_be_one(question, there))]
    return there + recorded + said


def as_row(past: Past) -> GrantedRow:
    """A grant of the journal, as the portal's list will show it: with what the portal showed of it.

    Where that was not what was intended, it counts for as much and as long as either says: nothing is granted twice.
    """
    since = past.shown.valid_from or past.day
    until = past.until if past.intent.ends_on(past.until) else max(past.until, past.intent.until)
    elements = past.elements | past.intent.elements
    return GrantedRow(past.intent.kvk, "", elements, since, until, RowStatus.PRESENT, past.reference)


def _is_listed(past: Past, there: Iterable[GrantedRow]) -> bool:
    """Whether rows that came after it, of narrower kind and with its end date, are listed in its place."""
    alive = (RowStatus.PRESENT, RowStatus.PENDING)  # what was revoked may look the same, and does not come back
    before = {fingerprint(row) for row in past.intent.baseline if row.status in alive}
    return any(
        is_inside(row, past.intent.elements) and past.ends_on(row.valid_until) and fingerprint(row) not in before
        for row in there
    )


def _said_to_be_one(question: Question, there: Iterable[GrantedRow]) -> GrantedRow | None:
    """The wider grant that a person says these narrower rows are, while all of them are listed."""
    if question.matter is not Matter.NARROWER or question.ruling is not Ruling.GRANTED:
        return None
    about = [row for key, row in fingerprints(there).items() if key in question.rows]
    ends = [row.valid_until for row in about if row.valid_until is not None]
    if len(about) != len(question.rows) or not ends:
        return None
    return replace(about[0], elements=question.elements, valid_until=min(ends))
