"""A plan first, then just that: saved plans, brakes, the rehearsal, and one run at a time."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from automation.domain.addresses import origin_of
from automation.machine import locks
from automation.machine.locks import locked
from automation.mock_portal.server import MockPortal
from automation.proofs.documents import PlanDocument
from tests.e2e.cases import grant, write_scenario
from tests.e2e.keten import LOCKS, PROGRAM, Ran, apply, environment

A, B = "68750110", "69599084"


@pytest.fixture
def portal() -> Iterator[MockPortal]:
    with MockPortal(allow_used_codes=True) as portal:
        yield portal


@pytest.fixture
def journal(tmp_path: Path) -> dict[str, str]:
    """Settings by which runs share a journal."""
    return {"KETEN_DATABASE_URL": f"sqlite:///{tmp_path / 'journal.db'}"}


def plan(
    portal: MockPortal, scenario: Path, *options: str, settings: dict[str, str], as_json: bool = True
) -> subprocess.CompletedProcess[str]:
    folder = scenario.parent
    command = [*PROGRAM, "plan", str(scenario), "--output", str(folder / "runs"), *(["--json"] if as_json else [])]
    return subprocess.run(
        [*command, *options], capture_output=True, text=True, cwd=folder, env=environment(portal, folder, settings)
    )


def seeded(kvk: str, until: str = "2030-01-01", **other: Any) -> dict[str, Any]:
    return {"kvk": kvk, "name": "X", "scope": {"services": ["UWV: Verzuimmelder"]}, "valid_until": until} | other


def test_a_plan_says_what_would_be_done_and_records_nothing(
    portal: MockPortal, tmp_path: Path, journal: dict[str, str]
) -> None:
    portal.seed([seeded(B), seeded("90001234", scope={"providers": ["RVO"]})])
    scenario = write_scenario(tmp_path, [grant(A), grant(B)])

    ran = plan(portal, scenario, "--detailed-exit-code", settings=journal)

    assert ran.returncode == 3, ran.stderr
    document = TypeAdapter(PlanDocument).validate_json(ran.stdout)
    assert [(one["id"], one["action"]) for one in document["actions"]] == [(f"to-{A}", "grant"), (f"to-{B}", "keep")]
    assert document["actions"][0]["scope"] == {"services": ["UWV: Verzuimmelder"]}
    assert document["actions"][0]["costs_at_most"] == {"amount": "100.00", "currency": "EUR"}
    assert document["total_at_most"] == {"amount": "100.00", "currency": "EUR"}
    assert [(one["kvk"], one["scope"]) for one in document["unlisted"]] == [("90001234", {"providers": ["RVO"]})]
    assert portal.ledger()["submissions"] == []


@pytest.mark.slow
def test_a_plan_for_people_ends_with_its_summary(portal: MockPortal, tmp_path: Path, journal: dict[str, str]) -> None:
    portal.seed([seeded("90001234")])
    scenario = write_scenario(tmp_path, [grant(A)])

    table = plan(portal, scenario, settings=journal, as_json=False)
    markdown = plan(portal, scenario, "--markdown", settings=journal, as_json=False)

    summary = "1 to grant, 0 to renew, 0 kept, 0 refused, at most EUR 100.00"
    assert (table.returncode, table.stdout.splitlines()[-1]) == (0, summary)
    assert "1 on the portal's list that the scenario does not have" in table.stdout
    assert (markdown.returncode, markdown.stdout.splitlines()[-1]) == (0, summary)
    assert markdown.stdout.startswith("| id | receiver | scope |")


def test_a_saved_plan_is_done_and_what_would_be_more_is_not(
    portal: MockPortal, tmp_path: Path, journal: dict[str, str]
) -> None:
    portal.seed([seeded(A, reference="KM-1")])
    scenario = write_scenario(tmp_path, [grant(A), grant(B)])
    saved = tmp_path / "plan.json"
    assert plan(portal, scenario, "--out", str(saved), settings=journal).returncode == 0
    assert saved.stat().st_mode & 0o077 == 0
    portal.reset()  # what was there when the plan was made is gone now

    ran = apply(portal, scenario, "--plan", str(saved), settings={})

    assert (ran.exit_code, ran.statuses) == (1, ["failed", "granted"])
    assert "changed since you agreed" in ran.told
    assert [row["kvk"] for row in portal.ledger()["grants"]] == [B]


@pytest.mark.slow
def test_a_plan_of_another_scenario_is_void(portal: MockPortal, tmp_path: Path, journal: dict[str, str]) -> None:
    saved = tmp_path / "plan.json"
    assert plan(portal, write_scenario(tmp_path, [grant(A)]), "--out", str(saved), settings=journal).returncode == 0

    ran = apply(portal, write_scenario(tmp_path, [grant(A), grant(B)]), "--plan", str(saved), settings=journal)

    assert ran.exit_code == 2
    assert "the scenario changed since this plan was made" in ran.told
    assert portal.ledger()["submissions"] == []


@pytest.mark.slow
def test_a_list_that_is_much_shorter_stops_until_a_person_accepts_it(
    portal: MockPortal, tmp_path: Path, journal: dict[str, str]
) -> None:
    portal.seed([seeded(f"9000{number}") for number in range(1000, 1012)])
    scenario = write_scenario(tmp_path, [grant(A)])
    assert plan(portal, scenario, settings=journal).returncode == 0
    portal.reset()

    stopped = apply(portal, scenario, settings=journal)
    accepted = plan(portal, scenario, "--accept-list", settings=journal)
    ran = apply(portal, scenario, settings=journal)

    assert (stopped.exit_code, stopped.statuses) == (6, ["skipped"])
    assert "--accept-list" in stopped.told
    assert str(stopped.outcomes[0]["error"]).startswith("not tried: the granted list holds 0 rows")
    assert accepted.returncode == 0
    assert (ran.exit_code, ran.statuses) == (0, ["granted"])


def test_a_rehearsal_does_all_but_the_click(portal: MockPortal, tmp_path: Path, journal: dict[str, str]) -> None:
    scenario = write_scenario(tmp_path, [grant(A)])

    ran = apply(portal, scenario, "--rehearse", settings=journal)

    assert (ran.exit_code, ran.statuses) == (0, ["rehearsed"])
    assert ran.outcomes[0]["costs"] == {"amount": "12.20", "currency": "EUR"}
    assert (ran.folder / f"grants/to-{A}/review.png").stat().st_size > 1000
    assert portal.ledger()["submissions"] == []


def test_another_run_of_the_organisation_is_named_and_left_alone(
    portal: MockPortal, tmp_path: Path, journal: dict[str, str]
) -> None:
    scenario = write_scenario(tmp_path, [grant(A)])

    with locked(origin_of(portal.url), "90000102", "a test"):
        ran: Ran = apply(portal, scenario, settings=journal | {LOCKS: str(locks.folder_of_locks())})

    assert (ran.exit_code, ran.statuses) == (7, ["skipped"])
    assert "a test" in ran.told
    assert portal.ledger()["sign_ins"] == 0


def resolve(ref: str, folder: Path, settings: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [*PROGRAM, "resolve", ref, "--grant-again", "--reason", "it was revoked by mistake"]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, env=environment(None, folder, settings))


@pytest.mark.slow
def test_a_person_lets_a_grant_be_given_anew_only_once_a_plan_has_missed_it(
    portal: MockPortal, tmp_path: Path, journal: dict[str, str]
) -> None:
    portal.seed([seeded(B)])
    scenario = write_scenario(tmp_path, [grant(A)])
    granted = apply(portal, scenario, settings=journal)
    ref = granted.outcomes[0]["ref"]
    too_early = resolve(ref, tmp_path, journal)
    portal.reset()
    portal.seed([seeded(B)])
    refused = apply(portal, scenario, settings=journal)
    ruled = resolve(ref, tmp_path, journal)

    assert (granted.exit_code, too_early.returncode) == (0, 2)
    assert "no plan has missed it" in too_early.stderr
    assert (refused.exit_code, refused.statuses, refused.outcomes[0]["ref"]) == (1, ["refused"], ref)
    assert ruled.returncode == 0, ruled.stderr

    log = [json.loads(line) for line in (granted.folder / "log.jsonl").read_text("utf-8").splitlines()]
    told = {event: [line["message"] for line in log if line["event"] == event] for event in ("sign-in", "list", "plan")}
    assert told["sign-in"] == ["signed in, acting for 90000102"]
    assert told["list"][0] == "1 rows, read from the whole list"
    assert told["list"][-1] == f"1 rows of {A}, read from the filtered list"
    assert told["plan"][-1] == f"to-{A}: grant: not there yet"
    assert granted.document["blocked"] == []
