"""What was granted and is in force no longer: vanished from the list, taken away by a person, or run out. Pure."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Sequence

from automation.domain import Element, GrantedRow, KvkNumber, RowStatus
from automation.law.coverage import covering, covers
from automation.law.history import History, Matter, Past, Ruling, fingerprint, fingerprints
from automation.law.outcome import is_part, surplus


def vanished(
    elements: Collection[Element], pasts: Sequence[Past], rows: Iterable[GrantedRow], on: datetime.date
) -> Past | None:
    """A grant of the journal that should be listed by now, has not run out, and is not listed in force, nor covered
    since, or for as long: what stood there before, and ends sooner, is no trace of it.
    """
    listed = [row for row in rows if row.there(on)]
    for element in sorted(elements):
        granted = [p for p in pasts if p.is_granted() and any(held.covers(element) for held in p.intent.elements)]
        latest = max(granted, key=lambda past: past.at, default=None)
        if latest is None or not latest.stands() or latest.until < on:
            continue
        if not any(_is_trace(row, latest) for row in covering(element, listed)):
            return latest
    return None


def _is_trace(row: GrantedRow, past: Past) -> bool:
    as_long = row.valid_until is None or row.valid_until >= past.until or past.ends_on(row.valid_until)
    return as_long or fingerprint(row) not in map(fingerprint, past.intent.baseline)


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


def grant_of(row: GrantedRow, pasts: Iterable[Past], rows: Collection[GrantedRow]) -> Past | None:
    """The grant of the journal that a row is; without a reference to tell, it must be of the same day, too.

    A row is a part of a grant only where the list has no row that is all of it: then a part is somebody else's.
    """
    return next((past for past in pasts if past.is_granted() and _is_row_of(past, row, rows)), None)


def _is_row_of(past: Past, row: GrantedRow, rows: Collection[GrantedRow]) -> bool:
    days = [day for day in (past.day, past.shown.valid_from) if day is not None]
    same_reference = row.reference is not None and row.reference == past.reference
    same_day = row.valid_from is None or any(abs((row.valid_from - day).days) <= 1 for day in days)
    if not (same_reference or same_day):
        return False
    fresh = surplus(past.intent, [row])
    whole = any(one.elements == past.intent.elements and is_part(past.intent, one) for one in rows)
    part = bool(fresh) and not whole and row.reference in (None, past.reference) and is_part(past.intent, row)
    return part or bool(past.own(fresh))


def may_come_again(kvk: KvkNumber, history: History) -> frozenset[str]:
    """Rows that were taken away, and of which a person said that they may come again."""
    return frozenset(
        row
        for asked in history.questions
        if asked.kvk == kvk and asked.matter is Matter.TAKEN_AWAY and asked.ruling is Ruling.GRANT_AGAIN
        for row in asked.rows
    )


def has_run_out(row: GrantedRow, on: datetime.date) -> bool:
    """Whether its end date has passed, and nobody revoked it before."""
    return row.status is not RowStatus.REVOKED and row.valid_until is not None and row.valid_until < on
