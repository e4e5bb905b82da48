"""What became of each entry, and the document that says so to machines (`--json`, `run.json`)."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from automation.domain import Element, Grant, KvkNumber, Money, elements_as_data
from automation.errors import KetenError
from automation.law.history import AttemptState
from automation.law.outcome import Intent
from automation.law.plan import Action, Verb
from automation.proofs.documents import EarlierDocument, OutcomeDocument

Status = Literal["granted", "kept", "failed", "refused", "in-doubt", "skipped", "rehearsed"]

_EXIT_CODES: dict[Status, int] = {"failed": 1, "refused": 1, "in-doubt": 4}


@dataclass(frozen=True, kw_only=True)
class EntryOutcome:
    """One entry of the scenario, `skipped` until something is done about it; paths are relative to the run."""

    grant: Grant
    action: Verb | None = None
    status: Status = "skipped"
    ref: str | None = None
    name: str | None = None
    elements: frozenset[Element] | None = None
    reference: str | None = None
    valid_from: datetime.date | None = None
    valid_until: datetime.date | None = None
    costs: Money | None = None
    reconciled: bool = False
    listed: bool | None = None
    error: str | None = None
    blocked_by_doubt: bool = False
    evidence: Sequence[str] = ()
    notice: Sequence[str] = ()
    not_kept: Sequence[str] = ()
    """Pictures and other files of it that could not be kept, each with why."""

    def planned(self, action: Action, *, changed: bool) -> EntryOutcome:
        """What the plan says of it; `changed`: it is refused because it would need more than was approved."""
        refused = action.verb == "refuse"
        status: Status = "kept" if action.verb == "keep" else "skipped"
        return replace(
            self,
            action=action.verb,
            status=("failed" if changed else "refused") if refused else status,
            ref=action.ref,
            blocked_by_doubt=action.in_doubt,
            error=action.reason if refused else None,
        )

    def already_there(self) -> EntryOutcome:
        """Somebody else recorded it meanwhile."""
        return replace(self, action="keep", status="kept")

    def failed(self, error: KetenError, ref: str | None = None) -> EntryOutcome:
        """It was not recorded; `ref` is that of the click, if one was made."""
        return replace(self, status="failed", error=error.in_a_line, ref=ref or self.ref)

    def in_doubt(self, error: KetenError, ref: str) -> EntryOutcome:
        """Its click was made, and whether it was recorded is not known."""
        return replace(self, status="in-doubt", error=error.in_a_line, ref=ref)

    def rehearsed(self, intent: Intent) -> EntryOutcome:
        """All but the click was done: this would be recorded."""
        elements, until, costs = intent.elements, intent.until, intent.costs
        return replace(self, status="rehearsed", elements=elements, valid_until=until, costs=costs)

    def not_tried(self, why: str) -> EntryOutcome:
        """The run ended before it; nothing changes where something was done about it already."""
        if self.status != "skipped":
            return self
        doubt = f"; {self.ref} of an earlier run is in doubt" if self.blocked_by_doubt else ""
        return replace(self, error=f"not tried: {why}{doubt}")

    @property
    def receiver(self) -> str:
        """The receiver's name: as the portal spells it, once it was granted."""
        return self.name or self.grant.intermediary.name

    @property
    def exit_code(self) -> int:
        """What this entry alone would end a run with."""
        if self.blocked_by_doubt:
            return 4
        wanting = (self.status == "granted" and self.error) or self.not_kept
        return _EXIT_CODES.get(self.status, int(bool(wanting)))

    def as_data(self) -> OutcomeDocument:
        """The entry as the contract writes it; absent values are None."""
        return {
            "id": self.grant.id,
            "ref": self.ref,
            "status": self.status,
            "action": self.action,
            "kvk": str(self.grant.intermediary.kvk),
            "name": self.receiver,
            "scope": elements_as_data(self.elements or self.grant.scope.elements),
            "reference": self.reference,
            "valid_from": _iso(self.valid_from),
            "valid_until": _iso(self.valid_until),
            "costs": self.costs.as_data() if self.costs else None,
            "reconciled": self.reconciled,
            "listed": self.listed,
            "error": self.error,
            "evidence": list(self.evidence),
            "notice": list(self.notice),
            "not_kept": list(self.not_kept),
        }


@dataclass(frozen=True, kw_only=True)
class EarlierGrant:
    """A grant of an earlier run that this one settled, or made the notice of; paths are relative to this run."""

    ref: str
    entry: str
    state: AttemptState
    why: str
    kvk: KvkNumber
    name: str
    elements: frozenset[Element]
    reference: str | None
    valid_from: datetime.date | None
    valid_until: datetime.date
    costs: Money | None
    error: str | None = None
    evidence: Sequence[str] = ()
    notice: Sequence[str] = ()
    not_kept: Sequence[str] = ()

    @property
    def exit_code(self) -> int:
        """1 where something of it is missing or differs; a doubt is an error of the run."""
        return int(bool(self.not_kept or (self.state is AttemptState.GRANTED and self.error)))

    def as_data(self) -> EarlierDocument:
        """The grant as an outcome is written; absent values are None."""
        return {
            "id": self.entry,
            "ref": self.ref,
            "state": self.state,
            "why": self.why,
            "kvk": str(self.kvk),
            "name": self.name,
            "scope": elements_as_data(self.elements),
            "reference": self.reference,
            "valid_from": _iso(self.valid_from),
            "valid_until": _iso(self.valid_until),
            "costs": self.costs.as_data() if self.costs else None,
            "error": self.error,
            "evidence": list(self.evidence),
            "notice": list(self.notice),
            "not_kept": list(self.not_kept),
        }


def how_to_settle(ref: str) -> str:
    """What a person can do about a grant that was recorded otherwise than was intended."""
    return (
        f"Look at the portal, and say what you find with `keten resolve {ref}`: --granted if it may stand as it was "
        "recorded, and the next run makes its notice; --not-granted if it is not there; --grant-again once you had it "
        "ended at the portal, and the next run may grant it again, at its costs."
    )


def _iso(day: datetime.date | None) -> str | None:
    return day.isoformat() if day else None
