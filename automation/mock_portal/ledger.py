"""What the stand-in portal has recorded: grants, submissions and sign-ins, in memory or in a state file."""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from automation.mock_portal import clock

Scope = dict[str, Any]
"""As a scenario writes it: `{"general": text}`, `{"providers": [name]}` or `{"services": ["provider: service"]}`."""

GENERAL_TEXT = "all services now and in the future"


@dataclass(kw_only=True)
class Grant:
    """One recorded ketenmachtiging. `recorded_at` (seconds since the epoch) is None for a seeded one."""

    reference: str
    organisation: str
    kvk: str
    name: str
    scope: Scope
    valid_from: str
    valid_until: str
    costs: dict[str, str] | None
    status: str = "present"
    recorded_at: float | None = None

    @property
    def current_status(self) -> str:
        """The status on this day: a grant past its end date has ended."""
        over = date.fromisoformat(self.valid_until) < clock.today()
        return "ended" if over and self.status in ("present", "pending") else self.status

    @property
    def elements(self) -> list[tuple[str | None, str | None]]:
        """What the grant holds, as (provider, service): (None, None) is everything, (provider, None) all of it."""
        if "providers" in self.scope:
            return [(provider, None) for provider in self.scope["providers"]]
        if "services" in self.scope:
            split = (text.partition(": ") for text in self.scope["services"])
            return [(provider, service) for provider, _, service in split]
        return [(None, None)]

    def as_data(self) -> dict[str, Any]:
        """The grant as the control endpoint shows it."""
        shown = asdict(self) | {"status": self.current_status}
        del shown["recorded_at"]
        return shown


@dataclass
class Submission:
    """One request that arrived at the recording address; outcome: granted, refused, failed or dropped."""

    at: str
    body: Any
    outcome: str


def amount(value: Decimal) -> dict[str, str]:
    """An amount as data: `{"amount": "24.95", "currency": "EUR"}`."""
    return {"amount": f"{value:.2f}", "currency": "EUR"}


@dataclass
class Ledger:
    """All records; with a `path`, every change is written there before it counts."""

    path: Path | None = None
    grants: list[Grant] = field(default_factory=list)
    submissions: list[Submission] = field(default_factory=list)
    sign_ins: int = 0

    def __post_init__(self) -> None:
        """Read the state file if there is one; ValueError when it is no state file, OSError when it cannot be kept."""
        if self.path and self.path.exists():
            try:
                kept = json.loads(self.path.read_text("utf-8"))
                self.grants = [Grant(**grant) for grant in kept["grants"]]
                self.submissions = [Submission(**submission) for submission in kept["submissions"]]
                self.sign_ins = kept["sign_ins"]
            except (ValueError, KeyError, TypeError):
                raise ValueError(f"{self.path} is not a state file of the mock portal") from None
        self._save()

    def as_data(self) -> dict[str, Any]:
        """The ledger as the control endpoint shows it."""
        return {
            "grants": [grant.as_data() for grant in self.grants],
            "submissions": [asdict(submission) for submission in self.submissions],
            "sign_ins": self.sign_ins,
        }

    def new_reference(self) -> str:
        """A reference that no grant has, in no guessable order."""
        taken = {grant.reference for grant in self.grants}
        while True:
            reference = f"KM-{clock.today().year}-{secrets.randbelow(1_000_000):06d}"
            if reference not in taken:
                return reference

    def seed(self, grants: list[Grant]) -> None:
        """Add grants that have been there for long."""
        self.grants.extend(grants)
        self._save()

    def submitted(self, body: Any, outcome: str, grant: Grant | None = None) -> None:
        """Note a request that arrived at the recording address, what came of it, and the grant if it made one."""
        self.submissions.append(Submission(clock.now(), body, outcome))
        if grant:
            grant.recorded_at = time.time()
            self.grants.append(grant)
        self._save()

    def signed_in(self) -> None:
        """Count a completed sign-in."""
        self.sign_ins += 1
        self._save()

    def settle_pending(self) -> None:
        """Make the pending grants that were recorded here present; seeded ones stay as they are."""
        for grant in self.grants:
            if grant.status == "pending" and grant.recorded_at is not None:
                grant.status = "present"
        self._save()

    def clear(self) -> None:
        """Forget everything."""
        self.grants, self.submissions, self.sign_ins = [], [], 0
        self._save()

    def _save(self) -> None:
        if self.path is None:
            return
        kept = {
            "grants": [asdict(grant) for grant in self.grants],
            "submissions": [asdict(submission) for submission in self.submissions],
            "sign_ins": self.sign_ins,
        }
        draft = self.path.with_name(self.path.name + ".new")
        draft.write_text(json.dumps(kept, ensure_ascii=False, indent=1), "utf-8")
        draft.replace(self.path)
