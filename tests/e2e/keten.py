"""Runs keten as its users do, as a process of its own, against a stand-in portal in the test's process."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from automation.mock_portal.data.accounts import PASSWORD, TOTP_SECRET
from automation.mock_portal.server import MockPortal
from automation.proofs.documents import RunDocument
from tests.light_browser import LIGHT

LOCKS = "TESTS_FOLDER_OF_LOCKS"
"""Set in the environment of `PROGRAM`: keten itself looks in the user's home alone."""
PROGRAM = (
    sys.executable,
    "-c",
    f"""import os, pathlib
from automation.machine import locks
from automation.cli import main
locks.folder_of_locks = lambda: pathlib.Path(os.environ["{LOCKS}"])
main()""",
)
LONGEST = 300  # seconds until a run counts as hanging


@dataclass(frozen=True)
class Ran:
    """What became of a run: its exit code, the one document on stdout, and what it told people."""

    exit_code: int
    document: dict[str, Any]
    stderr: str

    @property
    def folder(self) -> Path:
        """Where the run's files are."""
        return Path(self.document["output"])

    @property
    def outcomes(self) -> list[dict[str, Any]]:
        return list(self.document["outcomes"])

    @property
    def statuses(self) -> list[str]:
        """Of every entry, in the scenario's order."""
        return [outcome["status"] for outcome in self.outcomes]

    @property
    def told(self) -> str:
        """Every error of the document, with its hint."""
        run = [f"{error['message']}\n{error['hint']}" for error in self.document["errors"]]
        return "\n".join([*(outcome["error"] or "" for outcome in self.outcomes), *run])


def environment(portal: MockPortal | str | None, folder: Path, settings: Mapping[str, str]) -> dict[str, str]:
    """What keten is started with: the stand-in portal's own credentials, and no memory of other runs."""
    own = {
        "KETEN_USERNAME": "beheerder",
        "KETEN_PASSWORD": PASSWORD,
        "KETEN_TOTP_SECRET": TOTP_SECRET,
        "KETEN_LIST_PATIENCE": "1",
        "KETEN_TIMEOUT": "20",
        "XDG_STATE_HOME": tempfile.mkdtemp(dir=folder),
        "XDG_DATA_HOME": tempfile.mkdtemp(dir=folder),
        LOCKS: str(folder / "locks"),
    }
    if LIGHT:
        own["KETEN_BROWSER"] = LIGHT
    if portal is not None:
        own["KETEN_PORTAL_URL"] = portal if isinstance(portal, str) else portal.url
    outer = {name: value for name, value in os.environ.items() if not name.startswith("KETEN_")}
    return outer | own | dict(settings)


def start(
    portal: MockPortal | str | None,
    scenario: Path,
    *options: str,
    settings: Mapping[str, str] | None = None,
    terminal: int | None = None,
) -> subprocess.Popen[str]:
    """Begin `keten apply` of a scenario, in a process group of its own; its runs are kept beside the scenario.

    With a `terminal` to read answers from, questions are asked; without one, `--yes` answers them.
    """
    agreed = ["--yes"] if terminal is None else []
    return begin(portal, scenario.parent, "apply", str(scenario), *options, *agreed, settings=settings, stdin=terminal)


def begin(
    portal: MockPortal | str | None,
    folder: Path,
    command: str,
    *arguments: str,
    settings: Mapping[str, str] | None,
    stdin: int | None = None,
    program: Sequence[str] = PROGRAM,
) -> subprocess.Popen[str]:
    """Begin a command of keten in a process group of its own; its output is kept in the folder."""
    return subprocess.Popen(
        [*program, command, "--json", "--output", str(folder / "runs"), *arguments],
        stdin=subprocess.DEVNULL if stdin is None else stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
        env=environment(portal, folder, settings or {}),
        start_new_session=True,
    )


def await_question(process: subprocess.Popen[str]) -> str:
    """Wait until a question to be answered by yes or no is shown; what was told until then, the question included."""
    assert process.stderr is not None
    told = b""
    while not told.endswith(b"[y/N] "):
        assert select.select([process.stderr], [], [], LONGEST)[0], f"it hangs, and told: {told!r}"
        read = os.read(process.stderr.fileno(), 1)
        assert read, f"it ended, and told: {told!r}"
        told += read
    return told.decode()


def finish(process: subprocess.Popen[str]) -> Ran:
    """Wait for the end; stdout must then hold one JSON document and nothing else, whatever came of the run.

    Of a run it must be as its type says.
    """
    try:
        stdout, stderr = process.communicate(timeout=LONGEST)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        raise
    document = json.loads(stdout)
    if document.get("started"):
        TypeAdapter(RunDocument).validate_python(document)
    return Ran(process.returncode, document, stderr)


def apply(
    portal: MockPortal | str | None,
    scenario: Path,
    *options: str,
    settings: Mapping[str, str] | None = None,
    terminal: int | None = None,
) -> Ran:
    """`keten apply` of this scenario at this portal (or address), from start to end."""
    return finish(start(portal, scenario, *options, settings=settings, terminal=terminal))


def doctor(portal: MockPortal, folder: Path, *options: str, settings: Mapping[str, str] | None = None) -> Ran:
    """`keten doctor` of this portal, from start to end; what it keeps is kept in `folder`."""
    return finish(begin(portal, folder, "doctor", "--portal", portal.url, *options, settings=settings))
