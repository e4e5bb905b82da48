"""What a plan says of an entry: why it is kept, what overlaps with it, and how something ended. Pure."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Sequence

from automation.domain import Duration, Element, Grant, GrantedRow, RowStatus, Scope, Until
from automation.law.coverage import covering, is_inside, latest_end

_EXPIRES_SOON = datetime.timedelta(days=90)
_A_DAY = datetime.timedelta(days=1)


def kept(grant: Grant, there: Sequence[GrantedRow], on: datetime.date) -> str:
    """What is there already, until when, and what a person may want to know of that."""
    ends = [end for e in grant.scope.elements if (end := latest_end(e, there))]
    by_wider = {
        held
        for row in there
        for held in row.elements
        if any(held != e and held.covers(e) for e in grant.scope.elements)
    }
    reason = f"covered by {some(by_wider)}" if by_wider else "there already"
    if not ends:
        return reason
    if isinstance(grant.term, Until) and min(ends) < grant.term.day:
        return f"{reason}, but until {min(ends)}, and the scenario says until {grant.term.day}"
    if isinstance(grant.term, Duration) and grant.renew_within is None and min(ends) - on < _EXPIRES_SOON:
        return f"{reason}, until {min(ends)}: it ends soon, and the entry has no `renew`"
    if isinstance(grant.term, Duration) and any(_is_shorter(row, grant.term) for row in _last(grant.scope, there)):
        return f"{reason}, until {min(ends)}: it was granted for less than {grant.term}"
    return f"{reason}, until {min(ends)}"


def overlapping(scope: Scope, there: Sequence[GrantedRow], listed: Iterable[GrantedRow]) -> str:
    """The listed rows that are in force beside what covers the scope, and overlap with it; empty without any.

    Rows of something wider that is there, as the journal or a person says, only show how it is listed.
    """
    seen, last = {id(row) for row in listed}, {id(row) for row in _last(scope, there)}
    wider = [row for row in there if id(row) not in seen]
    beside = {
        f"{some(row.elements)} until {row.valid_until}"
        for row in there
        if id(row) in seen - last
        and any(held.overlaps(mine) for held in row.elements for mine in scope.elements)
        and not any(is_inside(row, one.elements) for one in wider)
    }
    return f"; overlapping: {_few(beside)}" if beside else ""


def how_it_ended(row: GrantedRow) -> str:
    """Of a row that was taken away."""
    told = f" ({row.reference})" if row.reference else ""
    return f"revoked{told}" if row.status is RowStatus.REVOKED else f"ended before {row.valid_until}{told}"


def some(elements: Collection[Element]) -> str:
    """The first three, and how many more."""
    return _few(map(str, elements))


def _few(what: Iterable[str]) -> str:
    told = sorted(what)
    return ", ".join(told[:3]) + (f" and {len(told) - 3} more" if len(told) > 3 else "")


def _last(scope: Scope, there: Iterable[GrantedRow]) -> list[GrantedRow]:
    """Of each element, what covers it longest."""
    all_covers = (covering(element, there) for element in scope.elements)
    return [
        max(rows, key=lambda row: (row.valid_until or datetime.date.min, some(row.elements)))
        for rows in all_covers
        if rows
    ]


def _is_shorter(row: GrantedRow, term: Duration) -> bool:
    dated = row.valid_from is not None and row.valid_until is not None
    return dated and row.valid_until + _A_DAY < term.end(row.valid_from)  # type: ignore[operator, arg-type]
