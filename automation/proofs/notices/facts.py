"""Facts of a notice as plain data, so that the journal can keep what step 6 will need, and any keten can read it."""

from __future__ import annotations

from dataclasses import asdict, fields, replace
from datetime import date
from typing import Any, TypeVar

from automation.domain import Intermediary, KvkNumber, Organisation, Scope
from automation.proofs.notices.letter import NoticeFacts

T = TypeVar("T", Organisation, Intermediary)
FORM = 2
"""Of what is written now; the first form had no number."""


def as_data(facts: NoticeFacts) -> dict[str, Any]:
    """Facts as JSON can hold them."""
    return {
        "form": FORM,
        **{key: value for key, value in vars(facts).items() if not isinstance(value, date)},
        "organisation": asdict(facts.organisation),
        "intermediary": asdict(facts.intermediary),
        "scope": facts.scope.as_data(),
        "valid_from": facts.valid_from and facts.valid_from.isoformat(),
        "valid_until": facts.valid_until.isoformat(),
        "recorded_on": facts.recorded_on.isoformat(),
    }


def of_data(data: dict[str, Any], otherwise: NoticeFacts) -> NoticeFacts:
    """The facts that were kept, by whatever keten; `otherwise` has those that it did not keep.

    ValueError when one of them is nothing that it can be.
    """
    try:
        return _facts(data, otherwise)
    except (LookupError, TypeError) as error:
        raise ValueError(f"its facts cannot be read: {error!r}") from error


def _facts(data: dict[str, Any], otherwise: NoticeFacts) -> NoticeFacts:
    kept = {field.name: data[field.name] for field in fields(NoticeFacts) if data.get(field.name) is not None}
    for name in ("valid_from", "valid_until", "recorded_on"):
        if name in kept:
            kept[name] = date.fromisoformat(kept[name])
    if "scope" in kept:
        kept["scope"] = _scope(kept["scope"])
    for party in ("organisation", "intermediary"):
        kept[party] = _party(getattr(otherwise, party), kept.get(party, {}))
    return replace(otherwise, **kept)


def _party(otherwise: T, data: dict[str, Any]) -> T:
    kept = {field.name: data[field.name] for field in fields(otherwise) if field.name in data}
    if "kvk" in kept:
        kept["kvk"] = KvkNumber(kept["kvk"])
    return replace(otherwise, **kept)


def _scope(data: dict[str, Any]) -> Scope:
    [(kind, names)] = data.items()
    return {"general": lambda _: Scope.general(), "providers": Scope.providers, "services": Scope.services}[kind](names)
