"""Which rows cover what, and how long: the words of law 1 that planning and its reasons have in common. Pure."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from automation.domain import Element, GrantedRow


def covers(row: GrantedRow, element: Element) -> bool:
    """Whether something that the row holds covers the element."""
    return any(held.covers(element) for held in row.elements)


def covering(element: Element, rows: Iterable[GrantedRow]) -> list[GrantedRow]:
    """The rows that cover it."""
    return [row for row in rows if covers(row, element)]


def latest_end(element: Element, there: Iterable[GrantedRow]) -> datetime.date | None:
    """The latest end date of what covers it; None when nothing does."""
    ends = [row.valid_until for row in covering(element, there) if row.valid_until is not None]
    return max(ends, default=None)


def is_inside(row: GrantedRow, elements: Iterable[Element]) -> bool:
    """Whether the row holds something that is narrower than one of the elements, and inside it."""
    return any(element != held and element.covers(held) for held in row.elements for element in elements)
