"""Two users with lock folders of their own, one journal, one scenario, at once: `python -m tests.faults.two_users`.

Prints how many pairs recorded what, judged by the portal's ledger: never more than one grant a pair. Half of the pairs
share a journal in SQLite, half one in PostgreSQL. With `--paused` the first of each pair stops right before its click
until its lease has run out and the second is done.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from automation.errors import StorageError
from automation.mock_portal.server import MockPortal
from tests import postgres
from tests.e2e.cases import grant, write_scenario
from tests.e2e.keten import LOCKS, Ran, begin, finish
from tests.faults.killing import FIRST

STOP, SPAN = "TESTS_STOP", "TESTS_SPAN"
_PROGRAM = f"""import datetime, os, pathlib, signal
from automation.machine import locks
from automation.journal import lease
from automation.cli import main
from automation.run.granting import Granting
from automation.journal.journal import Journal

locks.folder_of_locks = lambda: pathlib.Path(os.environ["{LOCKS}"])
lease.SPAN = datetime.timedelta(seconds=float(os.environ["{SPAN}"]))

def stopping(method, when=lambda *_: True):
    def stopped(self, *values, **more):
        if when(*values):
            os.kill(os.getpid(), signal.SIGSTOP)
        return method(self, *values, **more)
    return stopped

if os.environ["{STOP}"] == "before the intent":
    Journal.intend = stopping(Journal.intend)
elif os.environ["{STOP}"] == "before the release":
    Journal.append = stopping(Journal.append, lambda ref, run_id, event: event == "released")
main()
"""


class Pause(StrEnum):
    """Where the first of a pair stops until the second is done."""

    NOWHERE = "nowhere"
    BEFORE_THE_INTENT = "before the intent"
    BEFORE_THE_RELEASE = "before the release"


@dataclass(frozen=True)
class Pair:
    """What became of two runs, and how many grants the portal holds and submissions it got."""

    runs: tuple[Ran, Ran]
    grants: int
    submissions: int

    @property
    def exit_codes(self) -> tuple[int, ...]:
        return tuple(ran.exit_code for ran in self.runs)

    def __str__(self) -> str:
        told = f"{self.grants} granted, exit codes {' and '.join(map(str, sorted(self.exit_codes)))}"
        failed = [ran.document["errors"] for ran in self.runs if ran.exit_code == StorageError.exit_code]
        return f"{told} ({failed})" if failed else told


def tried(folder: Path, journal: str, pause: Pause = Pause.NOWHERE, *, span: float = 60) -> Pair:
    """Let both users apply one scenario; without a pause they start at once. `span` of the lease is in seconds."""
    with MockPortal(allow_used_codes=True) as portal:
        first = _start(portal, folder / "first", journal, pause, span)
        try:
            if pause is not Pause.NOWHERE:
                os.waitid(os.P_PID, first.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
            second = finish(_start(portal, folder / "second", journal, Pause.NOWHERE, span))
            if pause is not Pause.NOWHERE:
                first.send_signal(signal.SIGCONT)
            ran = finish(first)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(first.pid, signal.SIGKILL)
        ledger = portal.ledger()
    return Pair((ran, second), len(ledger["grants"]), len(ledger["submissions"]))


def _start(portal: MockPortal, folder: Path, journal: str, pause: Pause, span: float) -> subprocess.Popen[str]:
    folder.mkdir()
    settings = {
        "KETEN_DATABASE_URL": journal,
        LOCKS: str(folder / "locks"),
        STOP: pause,
        SPAN: str(span),
    }
    scenario = write_scenario(folder, [grant(FIRST)])
    program = (sys.executable, "-c", _PROGRAM)
    return begin(portal, folder, "apply", str(scenario), "--yes", settings=settings, program=program)


def _campaign(pairs: int, at_a_time: int, paused: bool, database: Callable[[Path, int], str]) -> Counter[str]:
    def one(number: int) -> str:
        with tempfile.TemporaryDirectory() as folder:
            pause = (Pause.BEFORE_THE_INTENT, Pause.BEFORE_THE_RELEASE)[number % 2] if paused else Pause.NOWHERE
            span = 0.1 if paused else 60.0
            return str(tried(Path(folder), database(Path(folder), number), pause, span=span))

    found: Counter[str] = Counter()
    with ThreadPoolExecutor(at_a_time) as pool:
        for done, told in enumerate(pool.map(one, range(pairs)), 1):
            found[told] += 1
            if done % 10 == 0 or done == pairs:
                sys.stdout.write(f"{done} pairs: {', '.join(f'{n}x {what}' for what, n in sorted(found.items()))}\n")
                sys.stdout.flush()
    return found


def main() -> int:
    """The exit code: 1 when a pair recorded more than one grant, or a run was lost."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.two_users", description=__doc__)
    parser.add_argument("--pairs", type=int, default=200)
    parser.add_argument("--paused", action="store_true", help="the first stops before its click")
    parser.add_argument("--at-a-time", type=int, default=2)
    asked = parser.parse_args()
    where = postgres.binaries()
    if where is None:
        raise SystemExit("PostgreSQL is not installed")
    with postgres.running(where) as server:

        def database(folder: Path, number: int) -> str:
            return server.database() if number % 4 > 1 else f"sqlite:///{folder / 'journal.db'}"

        found = _campaign(asked.pairs, asked.at_a_time, asked.paused, database)
    return int(any(not told.startswith("1 granted") for told in found))


if __name__ == "__main__":
    sys.exit(main())
