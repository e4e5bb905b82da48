"""One run of one scenario as data: what the portal has and does, what keten is asked, and what came of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from automation.mock_portal.data import register
from automation.mock_portal.server import MockPortal
from tests.e2e.keten import Ran, apply
from tests.recording_server import serving

FOREIGN = "http://foreign"
"""Stands in a case's faults for the address of a server that is not the portal."""

Data = dict[str, Any]


def grant(kvk: str = "69599084", **changed: Any) -> Data:
    """An entry for a receiver that the stand-in portal knows: one service for 5 years, if nothing else is said."""
    known = register.find(kvk)
    name = changed.pop("name", known.name if known else "Onbekend B.V.")
    scope = {"services": ["UWV: Verzuimmelder"]}
    return {"id": f"to-{kvk}", "intermediary": {"kvk": kvk, "name": name}, "scope": scope} | changed


def write_scenario(folder: Path, grants: Sequence[Data], **other: Any) -> Path:
    """A scenario file of these entries; `other` are keys beside them."""
    content = {
        "version": 1,
        "organisation": {"kvk": "90000102", "name": "Voorbeeld Holding B.V."},
        "defaults": {"costs": {"agree": True, "at_most": "EUR 100.00"}},
        **other,
        "grants": list(grants),
    }
    return write_yaml(folder / "scenario.yaml", content)


def write_yaml(path: Path, content: Data) -> Path:
    YAML(typ="safe", pure=True).dump(json.loads(json.dumps(content)), path)  # else what is the same gets an anchor
    return path


@dataclass(frozen=True)
class Result:
    """What came of a case: the runs, the ledger after each, and what reached the server that is not the portal."""

    runs: list[Ran]
    ledgers: list[Data]
    seeded: list[Data]
    reached_foreign: int

    @property
    def ran(self) -> Ran:
        return self.runs[-1]

    @property
    def recorded(self) -> list[Data]:
        """The rows of the ledger that keten recorded."""
        return [row for row in self.ledgers[-1]["grants"] if row not in self.seeded]

    @property
    def submissions(self) -> list[str]:
        """The outcome of every request that came to the recording address."""
        return [submission["outcome"] for submission in self.ledgers[-1]["submissions"]]


@dataclass(frozen=True, eq=False)
class Case:
    """One scenario at a stand-in portal of its own, applied so many times."""

    name: str
    grants: Sequence[Data]
    faults: Sequence[Data] = ()
    seeded: Sequence[Data] = ()
    other: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)
    profile: Data | None = None
    times: int = 1

    def __repr__(self) -> str:
        return self.name

    def run(self, folder: Path) -> Result:
        scenario = write_scenario(folder, self.grants, **self.other)
        options = ["--profile", str(write_yaml(folder / "profile.yaml", self.profile))] if self.profile else []
        with serving() as foreign, MockPortal(allow_used_codes=True) as portal:
            portal.seed(list(self.seeded))
            seeded = portal.ledger()["grants"]
            portal.faults(json.loads(json.dumps(list(self.faults)).replace(FOREIGN, foreign.origin)))
            runs, ledgers = [], []
            for _ in range(self.times):
                runs.append(apply(portal, scenario, *options, settings=self.settings))
                ledgers.append(portal.ledger())
            return Result(runs, ledgers, seeded, len(foreign.received))
