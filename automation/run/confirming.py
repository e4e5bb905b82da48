"""What a confirmation says of the click that it follows, as one of the two witnesses (law 4)."""

from __future__ import annotations

from collections.abc import Collection

from automation.domain import Organisation, same_name
from automation.errors import Mismatch
from automation.law.gate import acts_for
from automation.law.outcome import Confirmed
from pages.review import Confirmation


def read(
    confirmation: Confirmation, organisation: Organisation, receiver: str, known_references: Collection[str]
) -> tuple[Confirmed | None, bool]:
    """What is confirmed, None where no confirmation can be seen; and whether it could be read.

    One that cannot be read is no witness, and not nothing either. `receiver` is the name that the gate read; a
    reference that was seen before is no witness unless the receiver's number stands beside it.
    """
    if not confirmation.there:
        return None, False
    try:
        facts = confirmation.facts()
    except Mismatch:
        return Confirmed(), False
    known = facts.reference in known_references and facts.receiver_kvk is None
    confirmed = Confirmed(
        kvk=facts.receiver_kvk,
        reference=None if known else facts.reference,
        elements=facts.elements,
        until=facts.valid_until,
        costs=facts.costs,
        other_organisation=_other_organisation(organisation, facts.organisation),
        name=facts.receiver_name,
        valid_from=facts.valid_from,
        other_receiver=_other_receiver(receiver, facts.receiver_name) if facts.receiver_kvk is None else None,
    )
    return confirmed, True


def _other_organisation(organisation: Organisation, shown: str | None) -> str | None:
    """The granting organisation that a screen shows, where that is another than the scenario's."""
    return None if shown is None or acts_for(organisation, shown) else shown


def _other_receiver(receiver: str, shown: str | None) -> str | None:
    """The receiver that a screen shows by name alone, where that is another name than the gate read."""
    return None if shown is None or same_name(receiver, shown, legal_form_counts=False) else shown
