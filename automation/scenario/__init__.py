"""Reads a scenario, the file that says which grants there should be, and names every mistake in it at once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from automation.domain import Duration, Grant, Intermediary, Money, Organisation, Scope
from automation.errors import UsageError
from automation.scenario.file import Problems, parse, read
from automation.scenario.keys import SCENARIO
from automation.scenario.rules import Entry, check
from automation.scenario.values import NOT_SHOWN


@dataclass(frozen=True)
class Limits:
    """The most that one run may record and may cost; None where nothing is said."""

    grants: int | None = None
    costs: Money | None = None


@dataclass(frozen=True)
class Scenario:
    """A valid scenario. `sha256` is that of the file; `remarks` are things in it that a person should know of."""

    path: Path
    sha256: str
    organisation: Organisation
    limits: Limits
    grants: tuple[Grant, ...]
    remarks: tuple[str, ...]

    def summary(self) -> str:
        """How many grants there are, and what they may cost together: `3 grants, at most EUR 115.00`."""
        shown = [grant.at_most for grant in self.grants if grant.at_most is not None]
        total = sum(shown, Money(Decimal(0)))
        unknown = len(self.grants) - len(shown)
        return (
            f"{len(self.grants)} grant{'s' if len(self.grants) != 1 else ''}, at most {total}"
            f"{f', and what {unknown} of them cost is not shown' if unknown else ''}"
        )


def load(path: Path) -> Scenario:
    """Read and check a scenario.

    Raises ScenarioError with every problem in the file, and UsageError when it cannot be read or is over 10 MB.
    """
    content = read(path)
    problems = Problems(str(path))
    root = parse(content, problems)
    values = SCENARIO.read(root, problems)
    defaults = values.get("defaults") or {}
    entries = [Entry.over(defaults, node, given) for node, given in values.get("grants") or []]
    check(entries, root.at("defaults"), (values.get("organisation") or {}).get("kvk"), problems)
    if problems.found:
        raise problems.error()
    return Scenario(
        path=path,
        sha256=hashlib.sha256(content).hexdigest(),
        organisation=_organisation(values["organisation"]),
        limits=Limits(**values.get("limits", {})),
        grants=tuple(_grant(entry.values) for entry in entries),
        remarks=tuple(
            f"{entry.values['id']}: `expect` is for tests of a portal and is ignored"
            for entry in entries
            if "expect" in entry.values
        ),
    )


def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a scenario, for editors; `load` checks more than it can say."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Scenario of keten",
        "description": "Which ketenmachtigingen an organisation grants.",
        **SCENARIO.schema(),
    }


def example(name: str) -> Path:
    """The example scenario of that name, such as `demo.yaml`, in a checkout or an installed package."""
    here = Path(__file__).parent.parent
    folder = next(folder for folder in (here / "scenarios", here.parent / "scenarios") if folder.is_dir())
    if not (path := folder / name).is_file():
        known = ", ".join(sorted(file.name for file in folder.glob("*.yaml")))
        raise UsageError(f"there is no example scenario '{name}'", f"There are: {known}.")
    return path


def _organisation(values: dict[str, Any]) -> Organisation:
    contact = values.get("contact", {})
    return Organisation(
        kvk=values["kvk"],
        name=values["name"],
        contact_name=contact.get("name"),
        contact_email=contact.get("email"),
        account=values.get("account"),
        journal=values.get("journal"),
    )


def _grant(values: dict[str, Any]) -> Grant:
    at_most = values["costs"]["at_most"]
    return Grant(
        id=values["id"],
        intermediary=Intermediary(**values["intermediary"]),
        scope=_scope(values["scope"]),
        term=values.get("until") or values.get("duration") or Duration(5),
        at_most=None if at_most == NOT_SHOWN else at_most,
        renew_within=values.get("renew"),
        language=values.get("notice", {}).get("language", "nl"),
    )


def _scope(values: dict[str, Any]) -> Scope:
    (elements,) = values.values()
    return Scope.of(elements if isinstance(elements, list) else [elements])
