"""Whatever whoever started keten made of its streams: one message, the right exit code, and never a traceback."""

from __future__ import annotations

import json
import os
import pty
import shlex
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest

from automation.cli.console import streams
from automation.cli.console.streams import NotTold
from automation.cli.console.terminal import Terminal
from automation.errors import StorageError
from tests.e2e.keten import environment

SCENARIO = "scenarios/demo.yaml"
ROOT = Path(__file__).parents[2]
KETEN = shlex.join([sys.executable, "-c", "from automation.cli import main; main()"])
COMMANDS = ["--version", "--help", "apply --help", "schema", f"check {SCENARIO}", "check --json nothing.yaml"]


def in_shell(line: str, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    """What becomes of a line of shell in which `keten` is keten."""
    own = environment("http://127.0.0.1:1/beheer", tmp_path, {})
    command = ["sh", "-c", line.replace("keten", KETEN, 1)]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=own, timeout=120)


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("out", ["> /dev/full", ">&-"])
def test_results_that_cannot_be_written_are_told_in_one_message(command: str, out: str, tmp_path: Path) -> None:
    ended = in_shell(f"keten {command} {out}", tmp_path)

    assert ended.returncode == 8, ended.stderr
    assert ended.stderr.count("keten: ") == ended.stderr.count("the result cannot be written to standard output") == 1
    assert ("nothing.yaml does not exist" in ended.stderr) is ("nothing.yaml" in command)
    assert "Traceback" not in ended.stderr
    assert "Exception ignored" not in ended.stderr


def test_a_reader_who_goes_away_is_told_of_in_one_message(tmp_path: Path) -> None:
    ended = in_shell("{ keten schema; echo $? >&2; } | :", tmp_path)

    assert ended.stderr.splitlines()[0].startswith(
        "keten: the result cannot be written to standard output: the program that reads it has ended"
    )
    assert ended.stderr.splitlines()[-1] == "8"
    assert "Traceback" not in ended.stderr


def test_a_command_without_stdin_does_what_needs_no_answer(tmp_path: Path) -> None:
    assert in_shell(f"keten check {SCENARIO} <&-", tmp_path).returncode == 0

    asked = in_shell(f"keten apply {SCENARIO} --output {tmp_path}/runs --json <&-", tmp_path)
    assert asked.returncode == 2
    assert "keten asks for approval" in asked.stderr
    assert json.loads(asked.stdout)["exit_code"] == 2


def test_a_closed_stderr_changes_nothing_of_the_result(tmp_path: Path) -> None:
    ended = in_shell("keten check --json nothing.yaml 2>&-", tmp_path)

    assert ended.returncode == 2
    assert json.loads(ended.stdout)["problems"]


def test_a_question_that_cannot_be_shown_is_not_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    person, program = pty.openpty()
    with open(program, closefd=False) as stdin, Path("/dev/full").open("w") as full:
        monkeypatch.setattr(sys, "stdin", stdin)
        monkeypatch.setattr(sys, "stderr", full)
        monkeypatch.setattr(sys, "stdout", sys.stdout)
        streams.prepare()
        with pytest.raises(StorageError, match="keten must ask a question"):
            Terminal(nullcontext).ask("Record? ", hidden=False, check=lambda: None)
    os.close(person)
    os.close(program)


@pytest.mark.parametrize(("of_the_run", "told"), [(0, 8), (1, 8), (5, 8), (4, 4), (130, 130)])
def test_a_run_whose_result_cannot_be_written_names_the_file_that_holds_it(of_the_run: int, told: int) -> None:
    error = NotTold("it is closed").of_run(Path("runs/r/run.json"), of_the_run)

    assert "runs/r/run.json" in str(error)
    assert error.exit_code == told
