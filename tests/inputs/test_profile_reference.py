"""docs/reference/profile.md is true: its examples are valid, and its tables name every control."""

from __future__ import annotations

import re
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]
import pytest

from automation.inputs.profile import json_schema, load
from pages.profile.glossary import CONTROLS, SCREENS
from tests.inputs.scenario.texts import as_an_editor_sees

REFERENCE = (Path(__file__).parents[2] / "docs/reference/profile.md").read_text("utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", REFERENCE, re.DOTALL)


@pytest.mark.parametrize("text", EXAMPLES)
def test_an_example_is_a_valid_profile(tmp_path: Path, text: str) -> None:
    file = tmp_path / "profile.yaml"
    file.write_text(text, "utf-8")

    load(file)

    assert list(jsonschema.Draft202012Validator(json_schema()).iter_errors(as_an_editor_sees(text))) == []


def test_every_key_has_an_example() -> None:
    shown = {key for text in EXAMPLES for key in as_an_editor_sees(text)}

    assert shown == set(json_schema()["properties"])


def test_every_screen_and_control_is_told_as_the_glossary_has_it() -> None:
    screens = REFERENCE.partition("## Every key")[0]
    told = re.findall(r"^### `(\w+)`: (.+)$", screens, re.MULTILINE)
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \|$", screens, re.MULTILINE)

    assert dict(told) == SCREENS
    assert rows == [row for controls in CONTROLS.values() for row in controls.items()]
