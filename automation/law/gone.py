"""What was granted and is in force no longer: vanished from the list, taken away by a person, or run out. Pure."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Sequence

from automation.domain import Element, GrantedRow, KvkNumber, RowStatus
from automation.law.coverage import covering, covers
from automation.law.history import Attempt, History, QuestionKind, Ruling, fingerprint, fingerprints
from automation.law.surplus import is_part, surplus


def vanished(
    elements: Collection[Element], attempts: Sequence[Attempt], rows: Iterable[GrantedRow], on: datetime.date
) -> Attempt | None:
    """A grant of the journal that should be listed by now, has not run out, and is not listed in force, nor covered
    since, or for as long: what stood there before, and ends sooner, is no trace of it.
    """
    listed = [row for row in rows if row.there(on)]
    for element in sorted(elements):
        granted = [p for p in attempts if p.is_granted() and any(held.covers(element) for held in p.intent.elements)]
        latest = max(granted, key=lambda attempt: attempt.at, default=None)
        if latest is None or not latest.stands() or latest.until < on:
            continue
        if not any(_is_trace(row, latest) for row in covering(element, listed)):
            return latest
    return None


def _is_trace(row: GrantedRow, attempt: Attempt) -> bool:
    as_long = row.valid_until is None or row.valid_until >= attempt.until or attempt.ends_on(row.valid_until)
    return as_long or fingerprint(row) not in map(fingerprint, attempt.intent.baseline)


def taken_away(elements: Collection[Element], rows: Sequence[GrantedRow], on: datetime.date) -> dict[str, GrantedRow]:
    """Rows of an element, or of a part of it, that were revoked, or ended before their end date, and came later than
    any other cover of that: what a person revoked comes back inside something wider too.
    """
    parts = {held for row in rows for held in row.elements if any(element.covers(held) for element in elements)}
    last = {part: max(map(_since, covering(part, rows)), default=None) for part in {*elements, *parts}}
    return fingerprints(
        row
        for row in sorted(rows, key=fingerprint)
        if _was_taken_away(row, on) and any(covers(row, part) and _since(row) == last[part] for part in last)
    )


def _was_taken_away(row: GrantedRow, on: datetime.date) -> bool:
    return row.status is RowStatus.REVOKED or (
        row.status is RowStatus.ENDED and row.valid_until is not None and row.valid_until >= on
    )


def _since(row: GrantedRow) -> datetime.date:
    return row.valid_from or datetime.date.min


def grant_of(row: GrantedRow, attempts: Iterable[Attempt], rows: Collection[GrantedRow]) -> Attempt | None:
    """The grant of the journal that a row is; without a reference to tell, it must be of the same day, too.

    A row is a part of a grant only where the list has no row that is all of it: then a part is somebody else's.
    """
    return next((attempt for attempt in attempts if attempt.is_granted() and _is_row_of(attempt, row, rows)), None)


def _is_row_of(attempt: Attempt, row: GrantedRow, rows: Collection[GrantedRow]) -> bool:
    days = [day for day in (attempt.day, attempt.shown.valid_from) if day is not None]
    same_reference = row.reference is not None and row.reference == attempt.reference
    same_day = row.valid_from is None or any(abs((row.valid_from - day).days) <= 1 for day in days)
    if not (same_reference or same_day):
        return False
    fresh = surplus(attempt.intent, [row])
    whole = any(one.elements == attempt.intent.elements and is_part(attempt.intent, one) for one in rows)
    part = bool(fresh) and not whole and row.reference in (None, attempt.reference) and is_part(attempt.intent, row)
    return part or bool(attempt.own(fresh))


def may_come_again(kvk: KvkNumber, history: History) -> frozenset[str]:
    """Rows that were taken away, and of which a person said that they may come again."""
    return frozenset(
        row
        for asked in history.questions
        if asked.kvk == kvk and asked.kind is QuestionKind.TAKEN_AWAY and asked.ruling is Ruling.GRANT_AGAIN
        for row in asked.rows
    )


def has_run_out(row: GrantedRow, on: datetime.date) -> bool:
    """Whether its end date has passed, and nobody revoked it before."""
    return row.status is not RowStatus.REVOKED and row.valid_until is not None and row.valid_until < on
