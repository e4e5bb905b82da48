"""What became of a run, and what is written of it: the log while it runs, `run.json` and the seal at its end."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from automation.domain import GrantedRow
from automation.domain.addresses import PortalAddress
from automation.errors import KetenError, StorageError, worst
from automation.inputs.scenario import Scenario
from automation.inputs.settings import Settings
from automation.journal.journal import Journal
from automation.law.plan import Plan
from automation.proofs import dossier, plan_document
from automation.proofs.documents import FactsDocument, PlanDocument, RunDocument, of_error
from automation.proofs.evidence import Evidence
from automation.proofs.results import EarlierGrant, EntryOutcome

if TYPE_CHECKING:
    from loguru import Message


@dataclass(frozen=True)
class Task:
    """What a run is to do. `approved`: a plan that a person saw before; `rehearse`: all but the recording click."""

    command: Literal["plan", "apply"] = "apply"
    approved: Path | None = None
    rehearse: bool = False
    accept_list: bool = False


@dataclass(kw_only=True)
class RunRecord:
    """What became of a run, as a whole and by entry. `address` is the portal's, `journal` the journal's name."""

    run_id: str
    started: datetime
    task: Task
    scenario: Scenario
    settings: Settings
    address: PortalAddress
    profile_sha256: str
    evidence: Evidence
    journal: str
    ended: datetime | None = None
    plan: Plan | None = None
    rows: list[GrantedRow] = field(default_factory=list)
    declined: bool = False
    errors: list[KetenError] = field(default_factory=list)
    """What stopped the run as a whole."""
    outcomes: dict[str, EntryOutcome] = field(default_factory=dict)
    """What became of each entry, by its id, in the scenario's order."""
    earlier: dict[str, EarlierGrant] = field(default_factory=dict)
    """Grants of earlier runs that this one settled, or made the notice of, by their references."""
    not_kept: list[str] = field(default_factory=list)
    """Files of the run that could not be kept, and are of no single grant, each with why."""
    facts: FactsDocument = field(default_factory=FactsDocument)
    """What an auditor asks for besides: the browser, the clock, what was blocked."""

    def __post_init__(self) -> None:
        self.outcomes = {grant.id: EntryOutcome(grant=grant) for grant in self.scenario.grants}

    def became(self, outcome: EntryOutcome) -> EntryOutcome:
        """Put what became of an entry in the place of what was known before."""
        self.outcomes[outcome.grant.id] = outcome
        return outcome

    @property
    def exit_code(self) -> int:
        """The exit code of the contract, of the whole run."""
        codes = [error.exit_code for error in self.errors] + [int(bool(self.not_kept))]
        codes += [outcome.exit_code for outcome in self.outcomes.values()]
        return worst(codes + [earlier.exit_code for earlier in self.earlier.values()])

    @property
    def approval(self) -> plan_document.Approval:
        """What a plan is approved for: this portal and organisation, by these files."""
        scenario = self.scenario
        return plan_document.Approval(self.address, scenario.organisation.kvk, scenario.sha256, self.profile_sha256)

    def log(self, message: Message) -> None:
        """Write a line of the log into `log.jsonl`; where that cannot be, the run goes on."""
        record = message.record
        line = {
            "at": record["time"].astimezone(UTC).isoformat(timespec="milliseconds"),
            "level": record["level"].name,
            "event": record["extra"].get("event"),
            "message": record["message"],
        }
        try:
            self.evidence.append("log.jsonl", json.dumps(line, ensure_ascii=False))
        except StorageError as error:
            self.evidence.lose("log.jsonl", error.message)  # there may be a click to look after

    def end(self) -> None:
        """Say what was not tried, and which files could not be kept."""
        self.ended = datetime.now(UTC)
        why = "only a plan was asked for" if self.task.command == "plan" else "the plan was not approved"
        if self.errors:
            why = self.errors[0].message.partition("\n")[0]
        for outcome in list(self.outcomes.values()):
            self.became(outcome.not_tried(why))
        lost = self.evidence.lost()
        for entry, outcome in list(self.outcomes.items()):
            mine = dossier.not_kept(lost, f"grants/{entry}", f"failures/{entry}")
            self.became(replace(outcome, not_kept=mine))
        self.earlier = {
            ref: replace(grant, not_kept=dossier.not_kept(lost, f"settled/{ref}"))
            for ref, grant in self.earlier.items()
        }
        self.not_kept = [f"{name}: {why}" for name, why in lost.items()]

    def write(self, journal: Journal) -> None:
        """Write `run.json`, seal the folder, and let the journal remember the seal."""
        try:
            self.evidence.write_json("run.json", self.document())
            journal.remember_run(self.run_id, self.evidence.folder, self.evidence.seal())
        except StorageError as error:
            self.errors.append(error)

    def plan_document(self) -> PlanDocument:
        """The `--json` document of `keten plan`; its actions are empty where the run stopped before it."""
        return {
            **plan_document.as_data(self.plan or Plan(()), self.scenario, self.approval, self.rows),
            "run_id": self.run_id,
            "output": str(self.evidence.folder),
            "errors": [of_error(error) for error in self.errors],
            "settled": [earlier.as_data() for earlier in self.earlier.values()],
            "not_kept": self.not_kept,
        }

    def document(self) -> RunDocument:
        """The `--json` document of the contract, with what an auditor asks for besides."""
        organisation = self.scenario.organisation
        return {
            "run_id": self.run_id,
            "command": self.task.command,
            "portal": self.address,
            "organisation": {"kvk": str(organisation.kvk), "name": organisation.name},
            "output": str(self.evidence.folder),
            "outcomes": [outcome.as_data() for outcome in self.outcomes.values()],
            "exit_code": self.exit_code,
            "errors": [of_error(error) for error in self.errors],
            "declined": self.declined,
            "settled": [earlier.as_data() for earlier in self.earlier.values()],
            "not_kept": self.not_kept,
            "journal": self.journal,
            "started": self.started.isoformat(timespec="seconds"),
            "ended": self.ended.isoformat(timespec="seconds") if self.ended else None,
            "versions": {"keten": version("keten"), "playwright": version("playwright")},
            "scenario_sha256": self.scenario.sha256,
            "profile_sha256": self.profile_sha256,
            "settings": self.settings.names,
            "setting_sources": self.settings.sources,
            **self.facts,
        }
