"""The JSON Schema of a profile: what is valid passes, what is not does not, and every key is described."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from automation.inputs.profile import json_schema
from pages.profile import BUILT_IN
from tests.inputs.scenario.texts import as_an_editor_sees

CHECK = jsonschema.Draft202012Validator(json_schema())


def test_the_schema_is_one_and_the_command_prints_it() -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema())
    keten = Path(sys.executable).with_name("keten")

    printed = subprocess.run([keten, "schema", "--profile"], check=True, capture_output=True, text=True).stdout

    assert json.loads(printed) == json_schema()


@pytest.mark.parametrize(
    "text",
    [
        BUILT_IN.read_text("utf-8"),
        "screens: {review: {record: {name: Nu vastleggen}}}",
        "screens: {review: {record: [{role: button, name: Nu}, {css: '#nu'}], confirm: {role: button, name: Ja}}}\n"
        "recording: {buttons: [record, confirm]}",
        "screens: {receiver: {look_up: null}}",
        "screens: {costs: {reason: {label: Reden}}}\npreset: {costs: {reason: Ketenmachtiging, sure: true}}",
        "aliases: {'UWV: Verzuimmelder': ['UWV: Verzuimmeldingen'], UWV: Uitkeringen}",
        "formats: {decimal_mark: '.', durations: {1: een jaar}, scope: {service: ['/a/', '/b/']}}",
        "recording: {request: {address: /a/, times: per-service}, lets_pass: [{address: /b/}]}",
        "costs: not-shown\nown_organisation: not-shown\nstatuses: {present: Geldig}",
    ],
)
def test_what_is_valid_passes(text: str) -> None:
    assert [error.message for error in CHECK.iter_errors(as_an_editor_sees(text))] == []


@pytest.mark.parametrize(
    "text",
    [
        "screens: {reveiw: {}}",
        "screens: {review: {record: 5}}",
        "screens: {review: {record: {colour: red}}}",
        "recording: {buttons: [press]}",
        "recording: {request: {method: PUT}}",
        "statuses: {perhaps: [a]}",
        "costs: maybe",
        "preset: {granted: {a: b}}",
        "colour: red",
    ],
)
def test_what_is_not_does_not(text: str) -> None:
    assert list(CHECK.iter_errors(as_an_editor_sees(text))) != []


def test_every_key_is_described() -> None:
    undescribed = []

    def look(part: Any, where: str) -> None:
        if isinstance(part, dict):
            for key, value in (part.get("properties") or {}).items():
                if not value.get("description"):
                    undescribed.append(f"{where}.{key}")
            for key, value in part.items():
                look(value, f"{where}.{key}")
        elif isinstance(part, list):
            for value in part:
                look(value, where)

    look(json_schema(), "")

    assert undescribed == []
