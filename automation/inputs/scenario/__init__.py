"""Reads a scenario, the file that says which grants there should be, and names every mistake in it at once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from pydantic import ValidationError

from automation.domain import Duration, Grant, Intermediary, Limits, Money, Organisation, Scope
from automation.errors import Problem, UsageError
from automation.inputs.mistakes import report, tell_curly_quotes
from automation.inputs.scenario import models
from automation.inputs.scenario.models import json_schema
from automation.inputs.scenario.rules import Entry, check
from automation.inputs.scenario.warnings import warn
from automation.inputs.yaml_file import parse, read
from automation.inputs.yaml_node import Node, Problems

__all__ = ["Scenario", "example", "json_schema", "load"]


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """A valid scenario. `sha256` is that of the file; `remarks` are things in it that a person should know of.

    So are `warnings`, each with its place: what is no mistake, but may not be meant.
    """

    path: Path
    sha256: str
    organisation: Organisation
    limits: Limits
    grants: tuple[Grant, ...]
    remarks: tuple[str, ...]
    warnings: tuple[Problem, ...] = field(default=(), compare=False)

    def summary(self) -> str:
        """How many grants there are, and what they may cost together: `3 grants, at most EUR 115.00`."""
        shown = [grant.at_most for grant in self.grants if grant.at_most is not None]
        total = sum(shown, Money(Decimal(0)))
        unknown = len(self.grants) - len(shown)
        grants = f"{len(self.grants)} grant{'s' if len(self.grants) != 1 else ''}"
        if not shown:
            return f"{grants}, at a portal that shows no costs"
        return (
            f"{grants}, at most {total}{f', besides {unknown} for which the portal shows no costs' if unknown else ''}"
        )


def load(path: Path) -> Scenario:
    """Read and check a scenario.

    Raises ScenarioError with every problem in the file, and UsageError when it cannot be read or is over 10 MB.
    """
    content = read(path)
    problems = Problems(str(path))
    document = _document(parse(content, problems), problems)
    ignored = [grant.id for grant in document.grants if grant.expect is not None]
    return Scenario(
        path=path,
        sha256=hashlib.sha256(content).hexdigest(),
        organisation=_organisation(document.organisation),
        limits=Limits(document.limits.grants, document.limits.costs),
        grants=tuple(map(_grant, document.grants)),
        remarks=(f"{', '.join(ignored)}: `expect` is ignored: it is for tests of a portal",) if ignored else (),
        warnings=tuple(sorted(problems.warnings)),
    )


def _document(root: Node, problems: Problems) -> models.Document:
    """The file with its defaults laid under each entry; ScenarioError with all that is wrong."""
    tell_curly_quotes(root, problems, json_schema())
    defaults, grants = root.at("defaults") or Node(line=1, column=1, value={}, keys={}), root.at("grants")
    entries = [Entry.over(defaults, item) for item in grants.value] if grants and isinstance(grants.value, list) else []
    if grants and entries:
        root.mapping()["grants"] = Node(
            line=grants.line, column=grants.column, value=[entry.laid for entry in entries], keys={}
        )
    check([entry for entry in entries if isinstance(entry.given.value, dict)], root, problems)
    try:
        document = models.Document.model_validate(root.plain())
    except ValidationError as error:
        report(error, root, problems, json_schema())
    warn(entries, root, problems)
    if problems.found:
        raise problems.error()
    return document


def example(name: str) -> Path:
    """The example scenario of that name, such as `demo.yaml`, in a checkout or an installed package."""
    here = Path(__file__).parents[2]
    folder = next(folder for folder in (here / "scenarios", here.parent / "scenarios") if folder.is_dir())
    if not (path := folder / name).is_file():
        known = ", ".join(sorted(file.name for file in folder.glob("*.yaml")))
        raise UsageError(f"there is no example scenario '{name}'", f"The examples are: {known}.")
    return path


def _organisation(given: models.Organisation) -> Organisation:
    contact = given.contact or models.Contact()
    return Organisation(given.kvk, given.name, contact.name, contact.email, given.account, given.journal)


def _grant(given: models.Grant) -> Grant:
    scope = given.scope
    return Grant(
        id=given.id,
        intermediary=Intermediary(**dict(given.intermediary)),
        scope=Scope.general() if scope.general else Scope.of([*scope.providers, *scope.services]),
        term=given.until or given.duration or Duration(5),
        at_most=given.costs.at_most if isinstance(given.costs.at_most, Money) else None,
        renew_within=given.renew,
        language=given.notice.language,
    )
