"""A plan as a document: for machines, for a later `keten apply --plan`, and for a pull request."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from automation.domain import Grant, GrantedRow, elements_as_data
from automation.errors import StorageError, UsageError
from automation.inputs.scenario import Scenario
from automation.law.plan import Action, Plan, Verb
from automation.law.planning import unlisted
from automation.machine.files import write_whole
from automation.proofs.documents import ActionDocument, PlanDocument, RowDocument


@dataclass(frozen=True)
class Approval:
    """What a plan was made from; another scenario, profile, portal or organisation makes it void."""

    portal: str
    organisation: str
    scenario_sha256: str
    profile_sha256: str


def as_data(plan: Plan, scenario: Scenario, approval: Approval, rows: Iterable[GrantedRow]) -> PlanDocument:
    """The `--json` document of `keten plan`, which `keten apply --plan` reads back."""
    return {
        "portal": approval.portal,
        "organisation": {"kvk": str(scenario.organisation.kvk), "name": scenario.organisation.name},
        "actions": [_action(action) for action in plan.actions],
        "total_at_most": plan.total_at_most.as_data() if plan.total_at_most is not None else None,
        "costs_shown": plan.costs_shown,
        "unlisted": [_row(row) for row in unlisted(scenario.grants, rows)],
        "scenario_sha256": approval.scenario_sha256,
        "profile_sha256": approval.profile_sha256,
    }


def save(file: Path, document: PlanDocument) -> None:
    """Write the document to a file that its owner alone may read: it says who may act for whom."""
    try:
        write_whole(file, json.dumps(document, indent=2, ensure_ascii=False).encode() + b"\n")
    except OSError as error:
        raise StorageError(f"{file} cannot be written: {error.strerror}", "Name another file with --out.") from None


def read(file: Path, scenario: Scenario, approval: Approval) -> Plan:
    """The plan that was saved; UsageError when it is not a plan, or was made from something else than this run has."""
    try:
        saved = json.loads(file.read_text("utf-8"))
        made_from = Approval(
            saved["portal"], saved["organisation"]["kvk"], saved["scenario_sha256"], saved["profile_sha256"]
        )
        grants = {grant.id: grant for grant in scenario.grants}
        for name, now in vars(approval).items():
            if getattr(made_from, name) != now:
                what = name.removesuffix("_sha256")
                raise UsageError(
                    f"{file}: the {what} changed since this plan was made", "Make a new plan, and look at it."
                )
        actions = tuple(_saved(action, grants.pop(action["id"])) for action in saved["actions"])
        return Plan(actions, costs_shown=saved.get("costs_shown", True) is not False)
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UsageError(
            f"{file} is not a plan of keten: {error}", "Make one with `keten plan FILE --out PLAN`."
        ) from None


def as_markdown(plan: Plan) -> str:
    """A table for a pull request, the summary as its last line."""
    lines = [
        "| id | receiver | scope | term | action | at most | why |",
        "| --- | --- | --- | --- | --- | ---: | --- |",
    ]
    for action in plan.actions:
        grant = action.grant
        scope = "<br>".join((action.scope if action.records else grant.scope).names())
        at_most = str(grant.at_most or "not shown") if action.records else ""
        receiver = f"{grant.intermediary.name} ({grant.intermediary.kvk})"
        cells = [grant.id, receiver, scope, str(grant.term), action.verb, at_most, action.reason]
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join([*lines, "", plan.summary()])


def _action(action: Action) -> ActionDocument:
    grant = action.grant
    return {
        "id": grant.id,
        "action": action.verb,
        "reason": action.reason,
        "kvk": str(grant.intermediary.kvk),
        "scope": (action.scope if action.records else grant.scope).as_data(),
        "term": str(grant.term),
        "covered": [str(element) for element in sorted(action.covered)],
        "costs_at_most": grant.at_most.as_data() if grant.at_most and action.records else None,
        "ref": action.ref,
    }


def _saved(action: dict[str, Any], grant: Grant) -> Action:
    verb, scope, kind = action["action"], action["scope"], grant.scope.kind
    if verb not in get_args(Verb):
        raise ValueError(f"'{verb}' is not an action")
    elements = frozenset(e for e in grant.scope.elements if kind == "general" or str(e) in scope.get(kind, []))
    if not elements or elements_as_data(elements) != scope:
        raise ValueError(f"the scope of {grant.id} is not one of the scenario's")
    return Action(grant=grant, verb=verb, reason=action["reason"], elements=elements)


def _row(row: GrantedRow) -> RowDocument:
    return {
        "kvk": row.kvk,
        "name": row.name,
        "scope": elements_as_data(row.elements),
        "valid_until": row.valid_until.isoformat() if row.valid_until else None,
        "status": row.status,
    }
