"""A saved plan: read back as it was made, and refused when it was changed or was made from something else."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from automation.domain import Limits, Scope
from automation.errors import StorageError, UsageError
from automation.inputs.scenario import Scenario
from automation.law.plan import Action, Plan
from automation.proofs import plan_document
from automation.proofs.plan_document import Approval
from tests.grants import OWN, UWV, UWV_AND_TAX, grant

APPROVAL = Approval("https://portal.example/beheer", OWN.kvk, "scenario", "profile")
SCENARIO = Scenario(
    path=Path("s.yaml"), sha256="", organisation=OWN, limits=Limits(), grants=(grant(UWV_AND_TAX),), remarks=()
)
PLAN = Plan((Action(grant=grant(UWV_AND_TAX), verb="grant", reason="not there yet", elements=UWV.elements),))


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    file = tmp_path / "plan.json"
    plan_document.save(file, plan_document.as_data(PLAN, SCENARIO, APPROVAL, []))
    return file


def test_a_plan_is_read_back_as_it_was_made(saved: Path) -> None:
    assert plan_document.read(saved, SCENARIO, APPROVAL) == PLAN
    assert saved.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "made",
    [
        Plan(
            (Action(grant=grant(at_most=None), verb="grant", reason="not there yet", elements=UWV.elements),),
            costs_shown=False,
        ),
        Plan((Action(grant=grant(), verb="keep", reason="listed"),), costs_shown=False),
        Plan(
            (
                *PLAN.actions,
                Action(grant=grant(at_most=None), verb="grant", reason="not there yet", elements=UWV.elements),
            )
        ),
    ],
    ids=["not shown", "nothing to record", "some of them not shown"],
)
def test_no_document_shows_a_sum_that_is_not_all_of_it(made: Plan) -> None:
    assert plan_document.as_data(made, SCENARIO, APPROVAL, [])["total_at_most"] is None
    assert "EUR" not in plan_document.as_markdown(made).splitlines()[-1]


def test_a_saved_plan_remembers_that_the_portal_shows_no_costs(tmp_path: Path) -> None:
    made, file = Plan(PLAN.actions, costs_shown=False), tmp_path / "plan.json"
    plan_document.save(file, plan_document.as_data(made, SCENARIO, APPROVAL, []))

    assert plan_document.read(file, SCENARIO, APPROVAL) == made


def of(action: dict[str, Any]) -> Callable[[dict[str, Any]], object]:
    return lambda document: document["actions"][0].update(action)


@pytest.mark.parametrize(
    "tamper",
    [
        of({"scope": []}),
        of({"scope": {}}),
        of({"scope": {"providers": []}}),
        of({"scope": {"providers": ["RVO"]}}),
        of({"scope": {"providers": ["UWV", "RVO"]}}),
        of({"scope": {"providers": "UWV"}}),
        of({"scope": {"general": "all services now and in the future"}}),
        of({"scope": Scope.services(["UWV: Verzuimmelder"]).as_data()}),
        of({"id": "another"}),
        of({"action": "buy"}),
        of({"action": None}),
        lambda document: document["actions"].append(document["actions"][0]),
        lambda document: document.pop("actions"),
        lambda document: document.update(portal="https://other.example/beheer"),
        lambda document: document.update(organisation={"kvk": "90000201"}),
        lambda document: document.update(scenario_sha256="other"),
        lambda document: document.update(profile_sha256="other"),
    ],
)
def test_a_plan_that_was_changed_is_void(saved: Path, tamper: Callable[[dict[str, Any]], object]) -> None:
    document = json.loads(saved.read_text("utf-8"))
    tamper(document)
    saved.write_text(json.dumps(document), "utf-8")

    with pytest.raises(UsageError) as caught:
        plan_document.read(saved, SCENARIO, APPROVAL)

    assert caught.value.exit_code == 2
    assert str(saved) in caught.value.message


@pytest.mark.parametrize("content", ["", "[]", "null", "{", '{"portal": 1}'])
def test_a_file_that_is_no_plan_is_said_to_be_none(tmp_path: Path, content: str) -> None:
    file = tmp_path / "plan.json"
    file.write_text(content, "utf-8")

    with pytest.raises(UsageError, match="is not a plan of keten"):
        plan_document.read(file, SCENARIO, APPROVAL)


def test_a_plan_that_cannot_be_saved_says_so(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot be written"):
        plan_document.save(tmp_path / "none" / "plan.json", plan_document.as_data(PLAN, SCENARIO, APPROVAL, []))
