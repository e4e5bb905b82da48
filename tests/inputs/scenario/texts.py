"""A small valid scenario to spoil, with the place of each mistake marked in its text by `▶`."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from automation.errors import Problem
from automation.inputs.scenario import Scenario
from automation.inputs.yaml_file import parse
from automation.inputs.yaml_node import Number, Problems

Check = Callable[[str | bytes], list[Problem]]
Read = Callable[[str], Scenario]

HEAD = """version: 1
organisation: {kvk: "90000102", name: Voorbeeld Holding B.V.}
"""


def grant(**parts: str) -> str:
    """One entry of a scenario; `parts` replace or add keys, an empty one leaves the key out."""
    keys = {
        "id": "a",
        "intermediary": '{kvk: "69599084", name: Salarisbureau De Vries}',
        "scope": "{providers: [UWV]}",
        "costs": "{agree: true, at_most: EUR 15.00}",
    } | parts
    return "  - " + "\n    ".join(f"{key}: {value}" for key, value in keys.items() if value) + "\n"


def scenario(*grants: str, head: str = HEAD) -> str:
    """A whole file."""
    return head + "grants:\n" + "".join(grants or (grant(),))


def marked(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The text without its marks, and the line and column of each."""
    places = []
    while mark := re.search("▶", text):
        before = text[: mark.start()]
        places.append((before.count("\n") + 1, len(before) - before.rfind("\n")))
        text = before + text[mark.end() :]
    return text, places


def places(problems: list[Problem]) -> list[tuple[int, int]]:
    """The line and column of each problem."""
    return [(problem.line, problem.column) for problem in problems]


def as_an_editor_sees(text: str) -> Any:
    """The values of a YAML text, numbers as numbers."""
    return _numbered(parse(text.encode(), Problems("text")).plain())


def _numbered(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _numbered(child) for key, child in value.items()}
    if isinstance(value, list):
        return [_numbered(child) for child in value]
    return float(value.written) if isinstance(value, Number) else value
