"""What is new on the portal's list since the baseline, and what it tells of an intent: law 5. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable
from typing import Literal

from automation.domain import GrantedRow
from automation.law.outcome import Intent, State


def surplus(intent: Intent, rows: Iterable[GrantedRow]) -> list[GrantedRow]:
    """Rows of the receiver over the baseline; leave out of `rows` what other intents have a claim to.

    A changed end date of a baseline row counts too. A row without a readable number may be the receiver's.
    """
    known = Counter(map(identity, intent.baseline))
    found = []
    for row in rows:
        if row.kvk not in (intent.kvk, None):
            continue
        if known[identity(row)] > 0:
            known[identity(row)] -= 1
        else:
            found.append(row)
    return found


OWN_REFERENCE = re.compile(r"\bG-[0-9A-F]{6}\b")
"""Keten's own reference, in a field of the portal that holds it."""


def shows(row: GrantedRow, ref: str | None) -> bool:
    """Whether a row shows this reference of keten's own."""
    return ref is not None and ref in OWN_REFERENCE.findall(row.own_reference or "")


def of_another(row: GrantedRow, ref: str | None) -> bool:
    """Whether a row shows that it is of another intent of keten's than this one."""
    shown = OWN_REFERENCE.findall(row.own_reference or "")
    return ref is not None and bool(shown) and ref not in shown


def ours(intent: Intent, reference: str | None, rows: Iterable[GrantedRow], ref: str | None = None) -> list[GrantedRow]:
    """The rows that are this very grant: one row, or its rows per provider or service; empty when it is not there.

    Where the list shows references and this grant's is known, no other row can be it; nor one that shows another
    reference of keten's own than `ref`.
    """
    left, found = set(intent.elements), []
    for row in sorted(rows, key=lambda row: not shows(row, ref)):
        if row.elements and row.elements <= left and _may_be(intent, reference, row) and not of_another(row, ref):
            found.append(row)
            left -= row.elements
    return found if not left else []


def _may_be(intent: Intent, reference: str | None, row: GrantedRow) -> bool:
    readable = row.kvk == intent.kvk and row.unreadable is None and intent.ends_on(row.valid_until)
    return readable and (reference is None or row.reference in (None, reference))


def is_part(intent: Intent, row: GrantedRow) -> bool:
    """Whether a row holds nothing but what was intended, all of it or some, to the same day: a portal may show a
    row for each service of a provider, and not all of them at once.
    """
    inside = all(any(mine.covers(element) for mine in intent.elements) for element in row.elements)
    return inside and _may_be(intent, row.reference, row)


def fits(intent: Intent, found: Collection[GrantedRow]) -> bool:
    """Whether these rows, all of them, are this grant."""
    return bool(found) and len(ours(intent, None, found)) == len(found)


def settling_rows(intent: Intent, rows: Iterable[GrantedRow], ref: str | None) -> list[GrantedRow]:
    """The surplus that tells what became of an intent: the rows that show keten's own reference, if there are any.

    Rows that show another reference of keten's own are not this intent's.
    """
    found = [row for row in surplus(intent, rows) if not of_another(row, ref)]
    return [row for row in found if shows(row, ref)] or found


def by_list(
    intent: Intent, rows: Iterable[GrantedRow], *, patience_over: bool, ref: str | None = None
) -> Literal[State.GRANTED, State.IN_DOUBT] | None:
    """Law 5: settled by the portal's own list; None: not yet, read again. `patience_over`: two readings agree on it.

    Rows that show keten's own reference settle it whatever else they say; `fits` tells whether it is as intended.
    """
    found = settling_rows(intent, rows, ref)
    if fits(intent, found) or any(shows(row, ref) for row in found):
        return State.GRANTED
    return State.IN_DOUBT if found or patience_over else None


def identity(row: GrantedRow) -> tuple[object, ...]:
    """What makes a row the same one in two readings; its status may change."""
    return row.kvk, row.reference, row.elements, row.valid_until, row.unreadable is not None and row.name
