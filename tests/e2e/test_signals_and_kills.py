"""A run that is stopped at any moment loses no grant: what was recorded is told, and the next run does the rest."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from automation.mock_portal.server import MockPortal
from tests.e2e.cases import grant, write_scenario
from tests.e2e.keten import LONGEST, Ran, apply, finish, start
from tests.recording_server import answer, serving

FIRST, SECOND = "90003001", "90003002"


@pytest.fixture
def portal() -> Iterator[MockPortal]:
    with MockPortal(allow_used_codes=True) as portal:
        yield portal


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    return write_scenario(tmp_path, [grant(FIRST), grant(SECOND)])


def await_true(process: subprocess.Popen[str], happened: Callable[[], bool]) -> None:
    """Wait until something has happened; the run must be going on until then."""
    deadline = time.monotonic() + LONGEST
    while not happened():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.01)


def events(scenario: Path) -> list[str]:
    """The events that the run has noted up to now."""
    logs = list(scenario.parent.glob("runs/*/log.jsonl"))
    lines = logs[0].read_text("utf-8").splitlines() if logs else []
    return [f"{line['event'] or ''} {line['message']}" for line in map(json.loads, lines)]


def noted(scenario: Path, what: str) -> Callable[[], bool]:
    return lambda: any(what in event for event in events(scenario))


def rows(portal: MockPortal) -> list[str]:
    return [row["kvk"] for row in portal.ledger()["grants"]]


def written(ran: Ran) -> Any:
    return json.loads((ran.folder / "run.json").read_text("utf-8"))


@pytest.mark.parametrize("number", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.slow)])
def test_a_signal_to_the_whole_group_lets_the_grant_under_way_be_completed_and_begins_no_other(
    portal: MockPortal, scenario: Path, number: signal.Signals
) -> None:
    portal.faults([{"kind": "slow_submit", "seconds": 2}])
    process = start(portal, scenario)
    await_true(process, noted(scenario, "released"))
    os.killpg(process.pid, number)
    ran = finish(process)
    assert (ran.exit_code, ran.statuses) == (130, ["granted", "skipped"])
    assert rows(portal) == [FIRST]
    assert written(ran) == ran.document
    names = [path for key in ("evidence", "notice") for path in ran.outcomes[0][key]]
    assert sorted(names) == [
        f"grants/to-{FIRST}/{n}" for n in ("confirmation.png", "notice.html", "notice.txt", "review.png")
    ]
    assert all((ran.folder / name).is_file() for name in names)


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_while_nothing_is_clicked_ends_a_run_in_seconds_and_with_a_document(
    scenario: Path, number: signal.Signals
) -> None:
    over = threading.Event()
    with serving(lambda _: answer() if over.wait(LONGEST) else None) as silent:
        process = start(f"{silent.origin}/beheer", scenario, settings={"KETEN_TIMEOUT": "120"})
        await_true(process, lambda: bool(silent.received))
        began = time.monotonic()
        process.send_signal(number)
        ran = finish(process)
        over.set()
    assert time.monotonic() - began < 15  # five seconds on a machine that has nothing else to do
    assert (ran.exit_code, ran.statuses) == (130, ["skipped", "skipped"]), ran.told
    assert written(ran) == ran.document
    assert "stopped by a signal" in ran.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("faults", "patience", "exit_code", "status", "recorded"),
    [
        ([{"kind": "drop_after_commit"}, {"kind": "lagging_list", "seconds": 4}], "30", 130, "granted", [FIRST]),
        pytest.param([{"kind": "error_before_commit"}], "2", 4, "in-doubt", [], marks=pytest.mark.slow),
    ],
    ids=["recorded", "not recorded"],
)
def test_a_signal_does_not_stop_the_settling_of_a_click_that_was_made(
    portal: MockPortal,
    scenario: Path,
    faults: list[dict[str, Any]],
    patience: str,
    exit_code: int,
    status: str,
    recorded: list[str],
) -> None:
    portal.faults(faults)
    process = start(portal, scenario, settings={"KETEN_LIST_PATIENCE": patience})
    await_true(process, noted(scenario, "answered"))
    os.killpg(process.pid, signal.SIGINT)
    ran = finish(process)
    assert (ran.exit_code, ran.statuses) == (exit_code, [status, "skipped"]), ran.told
    assert rows(portal) == recorded


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "until", "exit_code", "status"),
    [
        ({"kind": "slow_submit", "seconds": 60}, "released", 4, "in-doubt"),
        ({"kind": "error_before_commit"}, "outcome", 4, "in-doubt"),
        ({"kind": "latency", "ms": 1500}, "", 130, "skipped"),
    ],
    ids=["after the click", "while settling", "before the click"],
)
def test_a_second_signal_stops_at_once_and_leaves_no_click_untold(
    portal: MockPortal, scenario: Path, fault: dict[str, Any], until: str, exit_code: int, status: str
) -> None:
    portal.faults([fault])
    process = start(portal, scenario, settings={"KETEN_LIST_PATIENCE": "60", "KETEN_TIMEOUT": "60"})
    await_true(process, noted(scenario, until) if until else lambda: portal.ledger()["sign_ins"] > 0)
    os.killpg(process.pid, signal.SIGINT)
    await_true(process, noted(scenario, "SIGINT"))
    began = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)
    ran = finish(process)
    assert time.monotonic() - began < 10
    assert (ran.exit_code, ran.statuses) == (exit_code, [status, "skipped"]), ran.told
    assert written(ran) == ran.document
    assert rows(portal) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("faults", "until"),
    [
        ([], lambda portal, _: bool(portal.ledger()["submissions"])),
        pytest.param(
            [{"kind": "slow_submit", "seconds": 1}],
            lambda _, scenario: noted(scenario, "released")(),
            marks=pytest.mark.slow,
        ),
        pytest.param(
            [{"kind": "drop_after_commit"}],
            lambda portal, _: bool(portal.ledger()["submissions"]),
            marks=pytest.mark.slow,
        ),
    ],
    ids=["as it arrives", "under way", "unanswered"],
)
def test_the_run_after_one_that_was_killed_grants_the_rest_and_nothing_twice(
    portal: MockPortal,
    scenario: Path,
    faults: list[dict[str, Any]],
    until: Callable[[MockPortal, Path], bool],
) -> None:
    portal.faults(faults)
    process = start(portal, scenario)
    await_true(process, lambda: until(portal, scenario))
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=LONGEST)
    ran = apply(portal, scenario)
    assert ran.exit_code == 0, ran.told
    assert rows(portal) == [FIRST, SECOND]
    assert len(portal.ledger()["submissions"]) == 2
