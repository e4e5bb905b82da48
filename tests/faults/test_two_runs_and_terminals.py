"""Two runs at once, a terminal that closes, SIGHUP: one run works, and what it began is completed and told."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from automation.mock_portal.server import MockPortal
from tests.e2e.cases import grant, write_scenario
from tests.e2e.keten import LONGEST, PROGRAM, apply, environment, finish, start
from tests.faults.killing import FIRST, SECOND

SLOW = {"kind": "slow_submit", "seconds": 4}


@contextmanager
def slow_portal() -> Iterator[MockPortal]:
    with MockPortal(allow_used_codes=True) as portal:
        portal.faults([SLOW])
        yield portal


def await_logged(process: subprocess.Popen[str], scenario: Path, what: str = "released") -> None:
    """Wait until this is in a run's log: at first, that the request that records has left."""
    deadline = time.monotonic() + LONGEST
    while not any(what in log.read_text("utf-8") for log in scenario.parent.glob("runs/*/log.jsonl")):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.01)


def documents(scenario: Path) -> list[dict[str, object]]:
    return [json.loads(file.read_text("utf-8")) for file in scenario.parent.glob("runs/*/run.json")]


@pytest.mark.slow
@pytest.mark.parametrize("sees", ["the same journal", "another journal"])
def test_a_second_run_of_the_organisation_does_nothing_and_names_the_first(tmp_path: Path, sees: str) -> None:
    state = tmp_path / "state"
    state.mkdir()
    scenario = write_scenario(tmp_path, [grant(FIRST), grant(SECOND)])
    own = {"XDG_STATE_HOME": str(state), "KETEN_DATABASE_URL": f"sqlite:///{tmp_path / 'journal.db'}"}
    other = own if sees == "the same journal" else own | {"KETEN_DATABASE_URL": f"sqlite:///{tmp_path / 'other.db'}"}
    with slow_portal() as portal:
        first = start(portal, scenario, settings=own)
        await_logged(first, scenario)
        second = apply(portal, scenario, settings=other)
        ran = finish(first)
        assert (second.exit_code, second.statuses) == (7, ["skipped", "skipped"])
        assert f"process {first.pid}" in second.told
        assert ran.document["run_id"] in second.told
        assert (ran.exit_code, ran.statuses) == (0, ["granted", "granted"]), ran.told
        assert len(portal.ledger()["submissions"]) == 2
        assert portal.ledger()["sign_ins"] == 1


@pytest.mark.slow
def test_a_hang_up_lets_the_grant_under_way_be_completed(tmp_path: Path) -> None:
    scenario = write_scenario(tmp_path, [grant(FIRST), grant(SECOND)])
    with slow_portal() as portal:
        process = start(portal, scenario)
        await_logged(process, scenario)
        os.killpg(process.pid, signal.SIGHUP)
        ran = finish(process)
        assert (ran.exit_code, ran.statuses) == (130, ["granted", "skipped"]), ran.told
        assert [row["kvk"] for row in portal.ledger()["grants"]] == [FIRST]


Await = Callable[[str], None]


def close(terminal: int, _: Await) -> None:
    os.close(terminal)


def press_ctrl_c_twice(terminal: int, await_logged: Await) -> None:
    os.write(terminal, b"\x03")
    await_logged("SIGINT: stopping after the current step")
    os.write(terminal, b"\x03")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("act", "exit_code", "status"),
    [(close, 130, "granted"), (press_ctrl_c_twice, 4, "in-doubt")],
    ids=["the terminal is closed", "Ctrl-C twice"],
)
def test_at_a_terminal_what_was_begun_is_told_and_the_next_run_does_the_rest(
    act: Callable[[int, Await], None], exit_code: int, status: str, tmp_path: Path
) -> None:
    scenario = write_scenario(tmp_path, [grant(FIRST), grant(SECOND)])
    journal = {"KETEN_DATABASE_URL": f"sqlite:///{tmp_path / 'journal.db'}"}
    with slow_portal() as portal:
        terminal, its_end = pty.openpty()
        process = subprocess.Popen(
            [*PROGRAM, "apply", str(scenario), "--yes", "--output", str(tmp_path / "runs")],
            stdin=its_end,
            stdout=its_end,
            stderr=its_end,
            text=True,
            cwd=tmp_path,
            env=environment(portal, tmp_path, journal),
            start_new_session=True,
            preexec_fn=_take_terminal,
        )
        os.close(its_end)
        await_logged(process, scenario)
        act(terminal, partial(await_logged, process, scenario))
        code = process.wait(LONGEST)
        (document,) = documents(scenario)
        assert document["exit_code"] == exit_code
        assert [outcome["status"] for outcome in document["outcomes"]] == [status, "skipped"]  # type: ignore[attr-defined]
        assert code == exit_code
        ran = apply(portal, scenario, settings=journal)
        assert (ran.exit_code, ran.statuses) == (0, ["kept", "granted"]), ran.told
        assert len(portal.ledger()["submissions"]) == 2


def _take_terminal() -> None:
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
