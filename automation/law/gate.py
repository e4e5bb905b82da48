"""The gate before the costly click: what the screen says is held against what was intended (law 2.6). Pure."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

from automation.domain import Element, Grant, Money, Organisation, Until, same_name

_MIDNIGHT, _ALMOST_MIDNIGHT = datetime.time(0, 1), datetime.time(23, 59)


@dataclass(frozen=True, kw_only=True)
class ScreenReading:
    """What the screens say of the grant that the next click records; None for what could not be read."""

    organisation: str | None = None
    receiver_kvk: str | None = None
    receiver_name: str | None = None
    elements: frozenset[Element] | None = None
    term: str | None = None
    """The chosen duration or typed end date, as the control shows it; `term_agrees`: it is the scenario's."""
    term_agrees: bool = False
    valid_until: datetime.date | None = None
    costs: Money | None = None


def differences(
    grant: Grant,
    elements: frozenset[Element],
    organisation: Organisation,
    reading: ScreenReading,
    now: datetime.datetime,
    *,
    organisation_shown: bool,
    costs_shown: bool,
) -> list[str]:
    """Every field in which the screen differs from the intent, each with both sides; empty when the click may be made.

    `elements` is what is to be recorded of the grant's scope, `now` the moment in the Netherlands.
    """
    checks = [
        _organisation(organisation, reading.organisation) if organisation_shown or reading.organisation else "",
        _same("receiver's KvK number", grant.intermediary.kvk, reading.receiver_kvk),
        _receiver_name(grant.intermediary.name, reading.receiver_name),
        _elements(elements, reading.elements),
        _end(grant, reading, now),
        _costs(grant.at_most, reading.costs) if costs_shown else _unshown_costs(grant.at_most, reading.costs),
    ]
    return [found for found in checks if found]


def acts_for(organisation: Organisation, shown: str) -> bool:
    """Whether the portal's words name this organisation: its KvK number decides, else its whole name (law 2.3)."""
    # Wider than `kvk_numbers_in`: whatever may be the number of another organisation speaks against it.
    numbers = set(re.findall(r"(?<![0-9])[0-9]{8}(?![0-9])", shown))  # a header may show it twice
    if numbers:
        return numbers == {organisation.kvk}
    return same_name(organisation.name, shown, legal_form_counts=True)


def _organisation(organisation: Organisation, shown: str | None) -> str:
    if shown is None:
        return "granting organisation: the screen does not show it"
    if not acts_for(organisation, shown):
        return (
            f"granting organisation: the scenario says {organisation.name} ({organisation.kvk}), the screen “{shown}”"
        )
    return ""


def _same(field: str, wanted: str, shown: str | None) -> str:
    if shown is None:
        return f"{field}: the screen does not show it"
    return "" if shown == wanted else f"{field}: the scenario says {wanted}, the screen {shown}"


def _receiver_name(wanted: str, shown: str | None) -> str:
    if shown is None:
        return "receiver's name: the screen does not show it"
    if same_name(wanted, shown, legal_form_counts=False):
        return ""
    return f"receiver's name: the scenario says “{wanted}”, the screen “{shown}”"


def _elements(wanted: frozenset[Element], shown: frozenset[Element] | None) -> str:
    if shown is None:
        return "scope: the screen does not show it"
    if shown == wanted:
        return ""
    told = [", ".join(sorted(map(str, elements))) or "nothing" for elements in (wanted, shown)]
    return f"scope: to be recorded is {told[0]}, the screen shows {told[1]}"


def _end(grant: Grant, reading: ScreenReading, now: datetime.datetime) -> str:
    """The end date is the one on the screen, within a day of today + duration; else the duration is, to the letter."""
    wanted = grant.term.end(now.date())
    if reading.valid_until is None:
        if reading.term is None:
            return "duration or end date: the screen shows neither"
        return "" if reading.term_agrees else f"duration: the scenario says {grant.term}, the screen “{reading.term}”"
    days = 1 if _MIDNIGHT < now.time() < _ALMOST_MIDNIGHT else 2
    if abs((reading.valid_until - wanted).days) > (0 if isinstance(grant.term, Until) else days):
        return f"end date: {grant.term} is {wanted}, the screen shows {reading.valid_until}"
    return ""


def _costs(ceiling: Money | None, shown: Money | None) -> str:
    if shown is None:
        return "costs: the screen does not show them"
    if ceiling is None:
        return f"costs: the scenario says “not shown”, the screen shows {shown}"
    return "" if shown <= ceiling else f"costs: {shown} is above the ceiling of {ceiling}"


def _unshown_costs(ceiling: Money | None, shown: Money | None) -> str:
    if shown is not None:
        return f"costs: the profile says that the portal shows none, the screen shows {shown}"
    if ceiling is None:
        return ""
    return f"costs: the profile says that the portal shows none, the scenario has a ceiling of {ceiling}"
