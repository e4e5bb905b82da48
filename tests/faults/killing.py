"""One run that is killed at a moment, the runs after it until it is settled, and what the portal's ledger then says."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from automation.journal.journal import Journal
from automation.law.history import Attempt, AttemptState
from automation.mock_portal.server import MockPortal
from tests.e2e.cases import Data, grant, write_scenario
from tests.e2e.keten import Ran, environment
from tests.faults.damage import Damage
from tests.faults.processes import Victim, await_none

ROOT = Path(__file__).parents[2]
FIRST, SECOND = "90003001", "90003002"
LONGEST = 300  # seconds until a run counts as hanging
MOST_RUNS = 3


@dataclass(frozen=True, eq=False)
class Kill:
    """Who is killed when; `at_once`: the next run does not wait until the browser of the killed one is gone."""

    victim: Victim
    moment: str
    at_once: bool = False
    faults: Sequence[Data] = ()

    def __str__(self) -> str:
        kinds = "".join(f", {fault['kind']}" for fault in self.faults)
        return f"{self.victim.name.lower()}, {self.moment}{', next run at once' if self.at_once else ''}{kinds}"


@dataclass(frozen=True)
class Verdict:
    """What came of it: `struck` when the moment came, every breach of the law, and why what is in doubt is so."""

    kill: Kill
    struck: bool
    exit_codes: list[int]
    breaches: list[str]
    doubts: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Bench:
    """A portal, a scenario of two grants, and the one journal of all runs."""

    portal: MockPortal
    scenario: Path

    @property
    def folder(self) -> Path:
        return self.scenario.parent

    @property
    def journal(self) -> str:
        return f"sqlite:///{self.folder / 'journal.db'}"

    def run(
        self,
        act: Victim | Damage = Victim.PYTHON,
        moment: str = "",
        *,
        await_end: bool = True,
        settings: Mapping[str, str] | None = None,
    ) -> tuple[Ran | None, list[str]]:
        """Run keten to its end, or to its death: then there is no document. Also what the launcher wrote."""
        written = self.folder / "moments"
        written.unlink(missing_ok=True)
        with mark() as own:
            command = [sys.executable, "-m", "tests.faults.launcher", act, moment, str(written), "--", "apply"]
            process = subprocess.Popen(
                [*command, str(self.scenario), "--json", "--yes", "--output", str(self.folder / "runs")],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                cwd=self.folder,
                env=self._environment(own, settings or {}),
                start_new_session=True,
            )
            try:
                stdout, stderr = process.communicate(timeout=LONGEST)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.communicate()
                raise
            if await_end:
                await_none(own)
        lines = written.read_text("utf-8").splitlines() if written.exists() else []
        if process.returncode == -signal.SIGKILL:
            return None, lines
        assert stdout, stderr
        return Ran(process.returncode, json.loads(stdout), stderr), lines

    def _environment(self, own: str, settings: Mapping[str, str]) -> dict[str, str]:
        known = environment(self.portal, self.folder, settings)
        paths = [str(ROOT), known.get("PYTHONPATH", "")]
        extra = {"TMPDIR": own, "PYTHONPATH": os.pathsep.join(filter(None, paths)), "KETEN_DATABASE_URL": self.journal}
        return known | extra

    def settle(self) -> list[Ran]:
        """Run until all is granted, or until two runs in a row say the same."""
        runs: list[Ran] = []
        while len(runs) < MOST_RUNS:
            ran, _ = self.run()
            assert ran is not None, "a run died unasked"
            runs.append(ran)
            if ran.exit_code == 0 or [one.exit_code for one in runs[-2:]] == [ran.exit_code] * 2:
                break
        return runs

    def attempts(self) -> list[Attempt]:
        """Every intent of the journal."""
        journal = Journal.open(self.journal)
        try:
            return [attempt for book in journal.books() for attempt in journal.history(book).attempts]
        finally:
            journal.close()


@contextmanager
def mark() -> Iterator[str]:
    """A word that only one run's processes know: the name of their folder for passing files."""
    folder = tempfile.mkdtemp(prefix="kf-", dir="/tmp")  # short: Chromium makes a socket in it
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def bench(
    folder: Path, faults: Sequence[Data] = (), grants: Sequence[Data] | None = None, *, tls: bool = False
) -> Iterator[Bench]:
    scenario = write_scenario(folder, grants or [grant(FIRST), grant(SECOND)])
    with MockPortal(allow_used_codes=True, tls=tls) as portal:
        portal.faults(list(faults))
        yield Bench(portal, scenario)


def moments(folder: Path, faults: Sequence[Data] = ()) -> list[str]:
    """Every moment of an undisturbed run, in order."""
    with bench(folder, faults) as on:
        ran, lines = on.run(moment="-")
        assert ran is not None
        assert ran.exit_code == 0, ran.told
        return lines


def tried(kill: Kill, folder: Path) -> Verdict:
    """Kill, run again until settled, judge by the ledger."""
    with bench(folder, kill.faults) as on:
        first, struck = on.run(kill.victim, kill.moment, await_end=not kill.at_once)
        runs = on.settle()
        breaches, doubts = judge(on, runs[-1])
        codes = [first.exit_code if first else -signal.SIGKILL, *(ran.exit_code for ran in runs)]
        return Verdict(kill, bool(struck), codes, breaches, doubts)


def judge(on: Bench, last: Ran) -> tuple[list[str], list[str]]:
    """Every breach of the law by the portal's ledger, the journal and the notices; and what is in doubt, and why."""
    breaches: list[str] = []
    doubts: list[str] = []
    ledger, attempts = on.portal.ledger(), on.attempts()
    for outcome in last.outcomes:
        kvk = outcome["kvk"]
        rows = [row for row in ledger["grants"] if row["kvk"] == kvk]
        sent = [one for one in ledger["submissions"] if one["body"]["intermediair"] == kvk]
        mine = [attempt for attempt in attempts if attempt.intent.kvk == kvk]
        granted = [attempt for attempt in mine if attempt.is_granted()]
        if len(rows) > 1:
            breaches.append(f"double: {len(rows)} rows for {kvk}")
        if len(sent) > len(mine):
            breaches.append(f"double: {len(sent)} requests for {kvk}, {len(mine)} intents")
        breaches += [f"wrong: {row}" for row in rows if not _as_intended(row, mine)]
        doubtful = [attempt for attempt in mine if attempt.state is AttemptState.IN_DOUBT]
        if doubtful:
            doubts += [f"{kvk}, {len(rows)} rows: {last.told}"]
            if last.exit_code != 4 or not all(attempt.ref in last.told for attempt in doubtful):
                breaches.append(f"lost: in doubt and not told of: {last.exit_code}, {last.told}")
            if granted:
                breaches.append(f"wrong: {kvk} is in doubt and granted")
        elif outcome["status"] not in ("granted", "kept") or len(rows) != 1 or len(granted) != 1:
            found = f"{len(rows)} rows, {len(granted)} granted in the journal"
            breaches.append(f"lost: {kvk} is {outcome['status']}, {found}: {last.told}")
        breaches += _breaches_of_notices(on.folder / "runs", mine)
    return breaches, doubts


def _as_intended(row: dict[str, Any], mine: list[Attempt]) -> bool:
    return any(
        sorted(row["scope"].get("services", ())) == sorted(map(str, attempt.intent.elements))
        and row["valid_until"] == attempt.intent.until.isoformat()
        for attempt in mine
    )


def _breaches_of_notices(runs: Path, mine: list[Attempt]) -> list[str]:
    """One text for what was granted, however often it was written; none for what was not."""
    entries = {attempt.entry for attempt in mine}
    folders = [f"grants/{entry}" for entry in entries] + [f"settled/{attempt.ref}" for attempt in mine]
    breaches = []
    for name in ("notice.txt", "notice.html"):
        texts = {path.read_text("utf-8") for folder in folders for path in runs.glob(f"*/{folder}/{name}")}
        wanted = sum(attempt.is_granted() for attempt in mine)
        if len(texts) != wanted:
            breaches.append(f"notice: {len(texts)} different {name} for {wanted} grants of {entries}")
    return breaches
