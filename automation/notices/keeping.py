"""Facts of a notice as plain data, so that the journal can keep what step 6 will need."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from automation.domain import Intermediary, KvkNumber, Organisation, Scope
from automation.notices.letter import Facts


def as_data(facts: Facts) -> dict[str, Any]:
    """Facts as JSON can hold them."""
    return {
        **{key: value for key, value in vars(facts).items() if not isinstance(value, date)},
        "organisation": asdict(facts.organisation),
        "intermediary": asdict(facts.intermediary),
        "scope": facts.scope.as_data(),
        "valid_from": facts.valid_from and facts.valid_from.isoformat(),
        "valid_until": facts.valid_until.isoformat(),
        "recorded_on": facts.recorded_on.isoformat(),
    }


def of_data(data: dict[str, Any]) -> Facts:
    """The facts that were kept."""
    organisation, intermediary, scope = data["organisation"], data["intermediary"], data["scope"]
    kinds = {"general": lambda _: Scope.general(), "providers": Scope.providers, "services": Scope.services}
    [(kind, names)] = scope.items()
    return Facts(
        organisation=Organisation(**{**organisation, "kvk": KvkNumber(organisation["kvk"])}),
        intermediary=Intermediary(**{**intermediary, "kvk": KvkNumber(intermediary["kvk"])}),
        scope=kinds[kind](names),
        valid_from=date.fromisoformat(data["valid_from"]) if data["valid_from"] else None,
        valid_until=date.fromisoformat(data["valid_until"]),
        reference=data["reference"],
        recorded_on=date.fromisoformat(data["recorded_on"]),
        language=data["language"],
        rehearsal=data["rehearsal"],
    )
