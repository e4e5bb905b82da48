"""`--profile`: its mistakes are told by every command that takes it, before anything is done."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from automation.inputs.scenario import example
from tests.cli.conftest import Keten


@pytest.mark.parametrize("command", ["plan", "apply"])
def test_every_mistake_in_a_profile_is_told_and_nothing_is_done(
    keten: Keten, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("KETEN_PORTAL_URL", "https://portal.example/beheer")
    profile = tmp_path / "mine.yaml"
    profile.write_text("screens:\n  reveiw: {record: {label: Nu}}\ncosts: maybe\n", "utf-8")

    ended = keten(command, str(example("demo.yaml")), "--profile", str(profile), "--json", "--output", str(tmp_path))

    assert ended.exit_code == json.loads(ended.stdout)["exit_code"] == 2
    assert f"{profile}:2:3: unknown screen 'reveiw'\n    Did you mean `review`?" in ended.stderr
    assert f"{profile}:3:8: 'maybe' is not shown or not-shown" in ended.stderr
    assert list(tmp_path.iterdir()) == [profile]
