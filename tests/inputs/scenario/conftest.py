"""Scenarios from a text."""

from __future__ import annotations

from pathlib import Path

import pytest

from automation.errors import Problem, ScenarioError
from automation.inputs.scenario import Scenario, load
from tests.inputs.scenario.texts import Check, Read


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Loads a text as a scenario."""

    def read(text: str) -> Scenario:
        path = tmp_path / "scenario.yaml"
        path.write_text(text, encoding="utf-8")
        return load(path)

    return read


@pytest.fixture
def check(tmp_path: Path) -> Check:
    """The problems of a text, none when it is valid."""

    def check(content: str | bytes) -> list[Problem]:
        path = tmp_path / "scenario.yaml"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        try:
            load(path)
        except ScenarioError as error:
            return error.problems
        return []

    return check
