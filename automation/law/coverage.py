"""Which rows cover what, and how long: the words of law 1 that planning and its reasons have in common. Pure."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable

from automation.domain import Element, GrantedRow, same_words

_BETWEEN_SERVICES = r"\s*[,;/|+•·]\s*"
_BETWEEN_PROVIDERS = rf"(?:{_BETWEEN_SERVICES}|\s*&\s*|\s+(?:en|and)\s+)"  # in names of services these are usual


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


def may_hold(row: GrantedRow, element: Element) -> bool:
    """Whether something that the row holds, read as one name, may be several that the element is among.

    “Verzuimmelder, Ziekmelding” may be one service, or two whose separator the profile does not know.
    """
    return any(_may_be_among(held, element) for held in row.elements if not held.covers(element))


def _may_be_among(held: Element, element: Element) -> bool:
    if element.provider is None or held.provider is None:
        return False
    if held.service is None:
        return _is_among(held.provider, element.provider, _BETWEEN_PROVIDERS)
    same_provider = same_words(held.provider, element.provider)
    if not same_provider or element.service is None:
        return False
    return _is_among(held.service, element.service, _BETWEEN_SERVICES)


def _is_among(names: str, name: str, between: str) -> bool:
    words = r"\s+".join(map(re.escape, name.split()))
    return re.search(rf"(?:^|{between}){words}(?:$|\.$|{between})", names, re.IGNORECASE) is not None
