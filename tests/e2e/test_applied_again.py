"""What is there already is never recorded a second time, and what a person took away is not put back."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from automation.mock_portal.clock import today
from automation.mock_portal.server import MockPortal
from tests.e2e.cases import Case, Data, Result, grant, write_scenario
from tests.e2e.keten import PROGRAM, apply, environment

A, B, C, D, E, F, G, H = (f"9000200{number}" for number in range(1, 9))
GENERAL = {"general": "all services now and in the future"}
BOTH = {"providers": ["UWV", "Belastingdienst"]}
UWV = {"providers": ["UWV"]}


def day(days: int) -> str:
    """So many days from today."""
    return (today() + timedelta(days=days)).isoformat()


def row(kvk: str, scope: Data, **changed: Any) -> Data:
    """What the portal lists from the start."""
    return {"kvk": kvk, "scope": scope, "valid_from": day(-400)} | changed


@dataclass(frozen=True)
class Expected:
    """What must come of both runs: the statuses, parts of what is told, and the scopes that are recorded."""

    statuses: tuple[list[str], list[str]]
    exit_codes: tuple[int, int]
    recorded: dict[str, Data]
    told: tuple[str, ...] = ()


PARTLY_THERE = (
    Case(
        "partly there",
        [
            grant(A, scope=BOTH),
            grant(B, scope=UWV),
            grant(C, scope={"services": ["UWV: Verzuimmelder", "Belastingdienst: Loonheffingen"]}),
            grant(D, scope=UWV, renew="within 60 days"),
            grant(E, scope=UWV, duration="1 year", renew="within 60 days"),
            grant(F, scope=UWV, until=day(500)),
        ],
        seeded=[
            row(A, UWV),
            row(B, GENERAL),
            row(C, {"providers": ["Belastingdienst"]}),
            row(D, UWV, valid_until=day(30)),
            row(E, UWV, valid_until=day(-30)),
            row(F, UWV, valid_until=day(90)),
        ],
        times=2,
    ),
    Expected(
        (["granted", "kept", "granted", "granted", "granted", "kept"], ["kept"] * 6),
        (0, 0),
        {
            A: {"providers": ["Belastingdienst"]},
            C: {"services": ["UWV: Verzuimmelder"]},
            D: UWV,
            E: UWV,
        },
    ),
)
THE_MISSING_PART = (
    Case(
        "a part is there",
        [grant(A, scope=BOTH), grant(B, scope=UWV)],
        seeded=[row(A, UWV), row(B, GENERAL)],
        times=2,
    ),
    Expected((["granted", "kept"], ["kept"] * 2), (0, 0), {A: {"providers": ["Belastingdienst"]}}),
)
NOT_TO_BE_TOLD = (
    Case(
        "not to be told",
        [
            grant(A, scope=UWV),
            grant(B, scope=UWV),
            grant(C, scope=UWV),
            grant(D, scope=UWV),
            grant(E, scope=GENERAL),
            grant(F, scope=UWV),
            grant(G, scope=UWV),
            grant(H, scope=UWV),
        ],
        faults=[
            {"kind": "changed_labels", "labels": {"In behandeling": "Onderweg", "Alle diensten van RVO": "Van alles"}}
        ],
        seeded=[
            row(A, {"services": ["UWV: Verzuimmelder"]}),
            row(B, UWV, status="revoked", reference="KM-B"),
            row(C, UWV, valid_until=day(-10)),
            row(D, UWV, status="ended"),
            row(E, UWV),
            row(F, UWV, status="pending"),
            row(G, {"providers": ["RVO"]}),
        ],
        times=2,
    ),
    Expected(
        ([*["refused"] * 7, "granted"], [*["refused"] * 7, "kept"]),
        (1, 1),
        {H: UWV},
        (
            "1 narrower listed (UWV: Verzuimmelder)",
            "and revoked (KM-B) since",
            f"ran out on {day(-10)}: add `renew`, or remove the entry",
            "and ended before",
            "1 narrower listed (UWV)",
            "status “Onderweg” is not in the profile",
            "'Van alles' is not a scope in a form that the profile knows",
        ),
    ),
)


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        THE_MISSING_PART,
        pytest.param(*PARTLY_THERE, marks=pytest.mark.slow),
        pytest.param(*NOT_TO_BE_TOLD, marks=pytest.mark.slow),
    ],
    ids=lambda value: repr(value) if isinstance(value, Case) else "",
)
def test_only_what_is_missing_is_recorded_and_a_second_run_records_nothing(
    case: Case, expected: Expected, result: Result
) -> None:
    first, second = result.runs
    assert (first.statuses, second.statuses) == expected.statuses, first.told + first.stderr
    assert (first.exit_code, second.exit_code) == expected.exit_codes
    assert {row["kvk"]: row["scope"] for row in result.recorded} == expected.recorded
    assert len(result.recorded) == len(expected.recorded)
    for part in expected.told:
        assert part in first.told
    assert result.ledgers[1]["grants"] == result.ledgers[0]["grants"]
    assert result.ledgers[1]["submissions"] == result.ledgers[0]["submissions"]


@pytest.mark.slow
def test_what_is_in_doubt_stays_so_under_another_name_of_the_portal_and_while_it_is_down(tmp_path: Path) -> None:
    scenario = write_scenario(tmp_path, [grant(A)])
    settings = {"KETEN_DATABASE_URL": f"sqlite:///{tmp_path / 'journal.db'}", "KETEN_LIST_LAG": "600"}
    with MockPortal(allow_used_codes=True) as portal:
        portal.faults([{"kind": "drop_after_commit"}, {"kind": "lagging_list", "seconds": 600}])
        first = apply(portal, scenario, settings=settings)
        renamed = apply(portal.url.replace("127.0.0.1", "localhost"), scenario, settings=settings)
        submissions = portal.ledger()["submissions"]
    down = apply(portal, scenario, settings=settings)

    assert [(ran.exit_code, ran.statuses) for ran in (first, renamed, down)] == [
        (4, ["in-doubt"]),
        (4, ["refused"]),
        (4, ["skipped"]),
    ], down.told
    assert len(submissions) == 1
    assert f"{first.outcomes[0]['ref']} of an earlier run is in doubt" in down.told
    assert "the portal cannot be reached" in down.told


@pytest.mark.slow
def test_a_closed_stdout_changes_nothing_of_what_is_recorded(tmp_path: Path) -> None:
    scenario = write_scenario(tmp_path, [grant(A)])
    with MockPortal() as portal:
        command = ["bash", "-c", 'exec "$@" >&-', "-", *PROGRAM, "apply", str(scenario), "--yes"]
        ran = subprocess.run(command, env=environment(portal, tmp_path, {}), cwd=tmp_path, capture_output=True)
        granted = portal.ledger()["grants"]

    assert (ran.returncode, len(granted)) == (8, 1), ran.stderr
    assert b"run.json" in ran.stderr
    assert b"Traceback" not in ran.stderr
