"""What became of each entry, and the document that says so to machines (`--json`, `run.json`)."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any, Literal

from automation.domain import Grant, Money, Scope
from automation.planning import Verb

Status = Literal["granted", "kept", "failed", "refused", "in-doubt", "skipped", "rehearsed"]

_EXIT_CODES: dict[Status, int] = {"failed": 1, "refused": 1, "in-doubt": 4}


@dataclass
class EntryOutcome:
    """One entry of the scenario, from `skipped` until something is done about it; paths are relative to the run."""

    grant: Grant
    action: Verb | None = None
    status: Status = "skipped"
    ref: str | None = None
    scope: Scope | None = None
    reference: str | None = None
    valid_from: datetime.date | None = None
    valid_until: datetime.date | None = None
    costs: Money | None = None
    reconciled: bool = False
    listed: bool | None = None
    error: str | None = None
    blocked_by_doubt: bool = False
    evidence: list[str] = field(default_factory=list)
    notice: list[str] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """What this entry alone would end a run with."""
        if self.blocked_by_doubt:
            return 4
        return 1 if self.status == "granted" and self.error else _EXIT_CODES.get(self.status, 0)

    def as_data(self) -> dict[str, Any]:
        """The entry as the contract writes it; absent values are None."""
        return {
            "id": self.grant.id,
            "ref": self.ref,
            "status": self.status,
            "action": self.action,
            "kvk": str(self.grant.intermediary.kvk),
            "name": self.grant.intermediary.name,
            "scope": (self.scope or self.grant.scope).as_data(),
            "reference": self.reference,
            "valid_from": _iso(self.valid_from),
            "valid_until": _iso(self.valid_until),
            "costs": self.costs.as_data() if self.costs else None,
            "reconciled": self.reconciled,
            "listed": self.listed,
            "error": self.error,
            "evidence": self.evidence,
            "notice": self.notice,
        }


def _iso(day: datetime.date | None) -> str | None:
    return day.isoformat() if day else None
