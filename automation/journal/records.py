"""The journal's lines as values, and back: what of an intent, a row and a question is kept, and how.

A journal outlives the keten that began it. So all that is kept as text has the number of its form; a field that this
keten does not know is passed over, and one that an earlier form lacks has a default here. Only the fields that decide,
which the first form had already, must be there. `tests/journal_*.sql` holds a journal of each earlier form.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from automation.domain import Element, GrantedRow, KvkNumber, Money, RowStatus
from automation.law.events import Event, EventKind, replay
from automation.law.history import Attempt, AttemptState, Question, QuestionKind, Ruling
from automation.law.outcome import Intent, Shown

FORM = 2
"""Of what is written now. The first form had no number; its readings and questions were bare lists."""
_ROW = {
    "kvk": None,
    "name": "",
    "valid_from": None,
    "valid_until": None,
    "status": "unknown",
    "reference": None,
    "unreadable": None,
    "own_reference": None,
}


def as_past(line: sa.RowMapping, events: Iterable[sa.RowMapping]) -> Attempt:
    """An intent, and what became of it by the events about it, in their order."""
    return replay(as_intended(line), map(as_event, events))


def as_intended(line: sa.RowMapping) -> Attempt:
    """An intent as it was written, before anything happened to it."""
    return Attempt(
        ref=line["ref"],
        run_id=line["run_id"],
        entry=line["entry"],
        at=datetime.datetime.fromisoformat(line["at"]),
        intent=_intent(json.loads(line["intent"])),
        state=AttemptState.INTENDED,
        socket_open=bool(line["socket_open"]),
    )


def as_event(line: sa.RowMapping) -> Event:
    """Something that happened to an intent, or to a question."""
    detail = json.loads(line["detail"])
    return Event(
        kind=EventKind(line["event"]),
        at=datetime.datetime.fromisoformat(line["at"]),
        reference=detail.get("reference"),
        error=detail.get("error"),
        shown=_shown(detail.get("shown") or {}),
        ruling=Ruling(detail["ruling"]) if "ruling" in detail else None,
    )


def as_question(line: sa.RowMapping, events: Iterable[sa.RowMapping]) -> Question:
    """A question, and what a person said to it last."""
    rulings = [event.ruling for event in map(as_event, events) if event.kind is EventKind.RULED]
    return Question(
        QuestionKind(line["matter"]),
        KvkNumber(line["kvk"]),
        frozenset(map(_element, _listed(line["elements"], "elements"))),
        frozenset(_listed(line["rows"], "rows")),
        line["ref"],
        rulings[-1] if rulings else None,
    )


def of_intent(intent: Intent) -> str:
    """The intent as text."""
    return json.dumps(
        {
            "form": FORM,
            "organisation": intent.organisation,
            "kvk": intent.kvk,
            "elements": sorted(map(_element_as_data, intent.elements)),
            "until": intent.until.isoformat(),
            "until_computed": intent.until_computed,
            "costs": str(intent.costs) if intent.costs else None,
            "baseline": [_row_as_data(row) for row in intent.baseline],
        }
    )


def of_elements(elements: Iterable[Element]) -> str:
    """What a question is about, as text."""
    return _as_list("elements", sorted(map(_element_as_data, elements)))


def of_fingerprints(rows: Iterable[str]) -> str:
    """The rows that a question is about, as text."""
    return _as_list("rows", sorted(rows))


def of_ends(rows: Iterable[GrantedRow]) -> str:
    """The end dates of a reading's rows, as text."""
    return _as_list("ends", [row.valid_until and row.valid_until.isoformat() for row in rows])


def as_ends(text: str) -> list[datetime.date | None]:
    """The end dates that were kept of a reading."""
    return [_day(day) for day in _listed(text, "ends")]


def of_shown(shown: Shown) -> dict[str, Any]:
    """What the portal showed of a grant, as an event keeps it: what it did not show is left out."""
    data = {
        "form": FORM,
        "reference": shown.reference,
        "name": shown.name,
        "elements": sorted(map(_element_as_data, shown.elements)) if shown.elements is not None else None,
        "valid_from": shown.valid_from and shown.valid_from.isoformat(),
        "valid_until": shown.valid_until and shown.valid_until.isoformat(),
        "costs": str(shown.costs) if shown.costs else None,
    }
    return {key: value for key, value in data.items() if value is not None}


def _shown(data: dict[str, Any]) -> Shown:
    return Shown(
        data.get("reference"),
        data.get("name"),
        frozenset(map(_element, data["elements"])) if data.get("elements") is not None else None,
        _day(data.get("valid_from")),
        _day(data.get("valid_until")),
        Money.parse(data["costs"]) if data.get("costs") else None,
    )


def _as_list(key: str, values: list[Any]) -> str:
    return json.dumps({"form": FORM, key: values})


def _listed(text: str, key: str) -> list[Any]:
    data = json.loads(text)
    return list(data if isinstance(data, list) else data[key])


def _intent(data: dict[str, Any]) -> Intent:
    return Intent(
        organisation=KvkNumber(data["organisation"]),
        kvk=KvkNumber(data["kvk"]),
        elements=frozenset(map(_element, data["elements"])),
        until=datetime.date.fromisoformat(data["until"]),
        costs=Money.parse(data["costs"]) if data.get("costs") else None,
        baseline=tuple(map(_row, data["baseline"])),
        until_computed=data.get("until_computed", False),
    )


def _row_as_data(row: GrantedRow) -> dict[str, Any]:
    return {
        "kvk": row.kvk,
        "name": row.name,
        "elements": sorted(map(_element_as_data, row.elements)),
        "valid_from": row.valid_from and row.valid_from.isoformat(),
        "valid_until": row.valid_until and row.valid_until.isoformat(),
        "status": row.status,
        "reference": row.reference,
        "unreadable": row.unreadable,
        "own_reference": row.own_reference,
    }


def _row(data: dict[str, Any]) -> GrantedRow:
    known = (data.get(key, default) for key, default in _ROW.items())
    return _equal_row(*known, tuple(map(tuple, data["elements"])))


@lru_cache(maxsize=10_000)  # a receiver's rows stand in the baseline of each of its intents
def _equal_row(
    kvk: str | None,
    name: str,
    valid_from: str | None,
    valid_until: str | None,
    status: str,
    reference: str | None,
    unreadable: str | None,
    own_reference: str | None,
    elements: tuple[tuple[str, ...], ...],
) -> GrantedRow:
    return GrantedRow(
        kvk=KvkNumber(kvk) if kvk else None,
        name=name,
        elements=frozenset(map(_element, elements)),
        valid_from=_day(valid_from),
        valid_until=_day(valid_until),
        status=RowStatus(status),
        reference=reference,
        unreadable=unreadable,
        own_reference=own_reference,
    )


def _element_as_data(element: Element) -> list[str]:
    return [part for part in (element.provider, element.service) if part is not None]


def _element(data: Sequence[str]) -> Element:
    return Element(*data)


def _day(text: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None
