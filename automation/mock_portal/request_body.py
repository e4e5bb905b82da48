"""What the application sends about a grant, checked; the words of a refusal are those that the screen shows."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from automation.mock_portal import clock
from automation.mock_portal.data import catalogue, costs, register
from automation.mock_portal.ledger import GENERAL_TEXT, Scope

_INCOMPLETE = "De aanvraag is onvolledig."


class Refused(Exception):
    """The portal says no; the text is what the screen shows."""


def parse(body: bytes) -> dict[str, Any]:
    """The body as a JSON object; Refused when it is not one."""
    try:
        data = json.loads(body)
    except ValueError:
        data = None
    if not isinstance(data, dict):
        raise Refused(_INCOMPLETE)
    return data


def receiver(kvk: object, own: str) -> register.Organisation:
    """The organisation that may receive a grant of `own`; Refused when it may not."""
    found = register.find(kvk) if isinstance(kvk, str) else None
    if found is None:
        raise Refused(f"Geen organisatie gevonden met KvK-nummer {kvk}.")
    if found.dissolved:
        raise Refused("Deze organisatie is uitgeschreven uit het Handelsregister.")
    if found.kvk == own:
        raise Refused("U kunt geen machtiging afgeven aan uw eigen organisatie.")
    return found


def scope(body: dict[str, Any]) -> Scope:
    """What is to be granted, as a scenario writes it; only what belongs to the chosen kind counts."""
    kind = body.get("soort")
    if kind == "algemeen":
        return {"general": GENERAL_TEXT}
    chosen = body.get("dienstverleners" if kind == "dienstverleners" else "diensten")
    if kind not in ("dienstverleners", "diensten") or not isinstance(chosen, list):
        raise Refused("Kies een soort machtiging.")
    if not chosen:
        raise Refused(f"Kies ten minste één {'dienstverlener' if kind == 'dienstverleners' else 'dienst'}.")
    if len(set(map(str, chosen))) != len(chosen):
        raise Refused(_INCOMPLETE)
    try:
        if kind == "dienstverleners":
            return {"providers": [catalogue.PROVIDERS[oin].name for oin in chosen]}
        services = [catalogue.SERVICES[id] for id in chosen]
    except (KeyError, TypeError):
        raise Refused("Een gekozen dienst bestaat niet meer.") from None
    if not all(service.delegable for service in services):
        raise Refused("Een gekozen dienst is niet beschikbaar voor ketenmachtiging.")
    return {"services": [service.label for service in services]}


def term(body: dict[str, Any]) -> date:
    """The last day of the grant, from a number of years or a date of its own; Refused beyond 5 years."""
    start = clock.today()
    years = body.get("jaren")
    if years is not None:
        if type(years) is not int or not 1 <= years <= clock.MAX_YEARS:
            raise Refused("Kies een duur van 1 tot en met 5 jaar.")
        return clock.years_later(start, years)
    try:
        end = date.fromisoformat(str(body.get("einddatum")))
    except ValueError:
        raise Refused("Vul een geldige einddatum in (dd-mm-jjjj).") from None
    if not start < end <= clock.years_later(start, clock.MAX_YEARS):
        raise Refused("Kies een einddatum na vandaag en binnen 5 jaar.")
    return end


def quote(granted: Scope, start: date, end: date) -> costs.Quote:
    """What this scope costs from one day to another; a begun year counts whole."""
    [(kind, held)] = granted.items()
    count = 1 if kind == "general" else len(held)
    return costs.quote(kind, count, clock.years_begun(start, end))
