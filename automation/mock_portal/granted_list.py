"""The list of verleende machtigingen as the portal shows it: searched, sorted, paged, and lagging when told to."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from operator import itemgetter
from typing import Any

from automation.mock_portal.ledger import Grant
from automation.mock_portal.state import State

Row = dict[str, Any]

PER_PAGE = (10, 25, 50)
_STATUSES = {"present": "Actief", "pending": "In behandeling", "revoked": "Ingetrokken", "ended": "Verlopen"}
_SORT_KEYS: dict[str, Callable[[Row], Any]] = {
    "naam": lambda row: row["naam"].casefold(),
    "bevoegdheid": lambda row: [(e["dienstverlener"] or "", e["dienst"] or "") for e in row["bevoegdheid"]],
    **{key: itemgetter(key) for key in ("kvk", "ingangsdatum", "einddatum", "status", "kenmerk")},
}


def elements(grant: Grant) -> list[dict[str, str | None]]:
    """What a grant holds, for the screens."""
    return [{"dienstverlener": provider, "dienst": service} for provider, service in grant.elements]


def granted_list(
    state: State, organisation: str, *, search: str, sort: str, page: int, per_page: int
) -> dict[str, Any]:
    """One page of an organisation's rows, and how many there are; `sort` is a column, `-column`, or newest first."""
    wanted = search.casefold().strip()
    rows = [row for row in _rows(state, organisation) if wanted in row["naam"].casefold() or wanted in row["kvk"]]
    key = _SORT_KEYS.get(sort.removeprefix("-"))
    if key:
        rows.sort(key=key, reverse=sort.startswith("-"))
    size = per_page if per_page in PER_PAGE else PER_PAGE[0]
    last = max(1, -(-len(rows) // size))
    page = min(page, last)
    first = (page - 1) * size
    return {"rijen": rows[first : first + size], "totaal": len(rows), "pagina": page, "paginas": last, "eerste": first}


def _rows(state: State, organisation: str) -> Iterator[Row]:
    lag = state.faults.holding("lagging_list")
    per_element = state.faults.holding("rows_per_service")
    for grant in reversed(state.ledger.grants):
        fresh = grant.recorded_at is not None and lag and time.time() - grant.recorded_at < lag["seconds"]
        if grant.organisation != organisation or fresh:
            continue
        row = {
            "kenmerk": grant.reference,
            "naam": state.faults.shown_name(grant.name),
            "kvk": grant.kvk,
            "ingangsdatum": grant.valid_from,
            "einddatum": grant.valid_until,
            "status": _STATUSES[grant.current_status],
            "kosten": grant.costs and grant.costs["amount"],
        }
        held = elements(grant)
        yield from ({**row, "bevoegdheid": [e]} for e in held) if per_element else [{**row, "bevoegdheid": held}]
