"""What `--json` prints never silences what people are told, and there is a document whatever went wrong."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest

from automation import cli
from automation.errors import PortalUnreachable
from automation.run.run import Run
from tests.cli.conftest import Keten


@pytest.mark.parametrize(
    "arguments",
    [
        ("apply", "--json", "--nonsense", "x.yaml"),
        ("apply", "--json"),
        ("apply", "--json", "x.yaml", "--portal"),
        ("plan", "nothing-here.yaml", "--json"),
        ("check", "--json"),
        ("status", "--json", "--expiring", "soon"),
        ("doctor", "--json", "--kvk", "12"),
        ("doctor", "--json", "--nonsense"),
        ("demo", "--json", "more"),
        ("nonsense", "--json"),
        ("--json",),
    ],
    ids=" ".join,
)
def test_a_command_that_is_asked_wrongly_gives_a_document_and_tells_people(
    arguments: tuple[str, ...], keten: Keten, journal_file: Path
) -> None:
    ended = keten(*arguments)

    document = json.loads(ended.stdout)
    assert ended.exit_code == document["exit_code"] == 2
    assert document["problems"][0]["message"]
    assert document["problems"][0]["message"] in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_before_anything_began_gives_a_document(
    number: signal.Signals, keten: Keten, monkeypatch: pytest.MonkeyPatch
) -> None:
    def importing() -> int:
        os.kill(os.getpid(), number)
        return 0

    monkeypatch.setattr(cli, "_command", importing)
    ended = keten("apply", "--json", "x.yaml")

    assert ended.exit_code == json.loads(ended.stdout)["exit_code"] == 130
    assert ended.stderr.startswith("keten: stopped by a signal")


def test_mistakes_in_a_scenario_are_told_to_people_too(keten: Keten, tmp_path: Path) -> None:
    scenario = tmp_path / "s.yaml"
    scenario.write_text("version: 2\n")

    checked, applied = keten("check", "--json", str(scenario)), keten("apply", "--json", "--yes", str(scenario))

    for ended in (checked, applied):
        [first, *_] = json.loads(ended.stdout)["problems"]
        assert first["line"] == 1
        assert f"{scenario}:1:" in ended.stderr


@pytest.mark.parametrize("command", ["apply", "plan"])
def test_a_portal_that_cannot_be_reached_is_told_to_people_too(
    command: str, keten: Keten, tmp_path: Path, journal_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise PortalUnreachable("the portal cannot be reached at nowhere", "Is the address right?")

    monkeypatch.setattr(Run, "_session", fails)
    monkeypatch.setenv("KETEN_USERNAME", "x")
    monkeypatch.setenv("KETEN_PASSWORD", "x")
    monkeypatch.setenv("KETEN_SECOND_FACTOR", "by-hand")
    yes = ["--yes"] if command == "apply" else []
    there = ["--portal", "http://127.0.0.1:1/x", "--output", f"{tmp_path}/runs"]
    ended = keten(command, "scenarios/demo.yaml", "--json", *yes, *there)

    assert ended.exit_code == json.loads(ended.stdout)["exit_code"] == 6
    assert "the portal cannot be reached at nowhere" in ended.stderr
