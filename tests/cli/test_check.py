"""`keten check` and `keten schema`, as a shell sees them."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]
import pytest
from typer.testing import CliRunner

from automation.cli.application import app
from automation.inputs.scenario import example

RUNNER = CliRunner()
DEMO = str(example("demo.yaml"))
BAD = """\
version: 1
organisation: {kvk: 90000102, name: Voorbeeld Holding B.V.}
grants:
  - id: a
    intermediary: {kvk: "1234567", name: X}
    scope: {providers: [UWV], general: all services now and in the future}
    costs: {agree: false, at_most: EUR 10.00}
  - id: a
    intermediary: {kvk: "000012345678", name: Y}
    scope: {general: true}
    duration: 9 years
    colour: red
"""


@pytest.fixture
def bad(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.yaml").write_text(BAD)
    return "./bad.yaml"


def test_a_valid_file_is_summed_up() -> None:
    result = RUNNER.invoke(app, ["check", DEMO])

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == f"{DEMO}: 3 grants, at most EUR 115.00\n"


def test_quiet_says_nothing_of_a_valid_file() -> None:
    result = RUNNER.invoke(app, ["check", "--quiet", DEMO])

    assert (result.exit_code, result.output) == (0, "")


def test_every_mistake_is_named_under_the_name_that_was_given(bad: str) -> None:
    result = RUNNER.invoke(app, ["check", bad])

    named = [line.split(":") for line in result.stderr.splitlines() if not line.startswith("    ")]
    assert result.exit_code == 2
    assert {file for file, *_ in named} == {"./bad.yaml"}
    assert sorted({int(line) for _, line, *_ in named}) == [2, 5, 6, 7, 8, 9, 10, 11, 12]
    assert result.stdout == ""


def test_json_is_one_document_with_the_same_problems(bad: str) -> None:
    result = RUNNER.invoke(app, ["check", "--json", bad, DEMO])

    problems = json.loads(result.stdout)["problems"]
    assert result.exit_code == 2
    assert all(f"{one['file']}:{one['line']}:{one['column']}: {one['message']}" in result.stderr for one in problems)
    assert sorted({problem["line"] for problem in problems}) == [2, 5, 6, 7, 8, 9, 10, 11, 12]
    assert problems[0] == {
        "file": "./bad.yaml",
        "line": 2,
        "column": 21,
        "message": "90000102 without quotes is a number, and this must be text",
        "hint": 'Write it in quotes: "90000102".',
    }


def test_json_of_a_valid_file_holds_no_problems() -> None:
    result = RUNNER.invoke(app, ["check", "--json", DEMO])

    assert (result.exit_code, json.loads(result.stdout)) == (0, {"problems": []})


def test_a_missing_file_does_not_hide_the_others(bad: str) -> None:
    result = RUNNER.invoke(app, ["check", "none.yaml", bad, DEMO])

    assert result.exit_code == 2
    assert result.stderr.startswith("none.yaml:1:1: none.yaml does not exist\n    ")
    assert "./bad.yaml:12:5" in result.stderr
    assert result.stdout == f"{DEMO}: 3 grants, at most EUR 115.00\n"


@pytest.mark.parametrize(
    ("option", "key"), [([], "grants"), (["--profile"], "screens"), (["--run"], "outcomes")], ids=str
)
def test_the_schema_that_is_printed_is_a_schema(option: list[str], key: str) -> None:
    result = RUNNER.invoke(app, ["schema", *option])

    schema = json.loads(result.stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert key in schema["properties"]


@pytest.fixture
def doubtful(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    text = Path(DEMO).read_text("utf-8").replace("Salarisbureau De Vries}", "X}").replace("grants: 10", "grants: 2")
    (tmp_path / "doubtful.yaml").write_text(text.replace("Jansen B.V.\n", "Jansen #1 B.V.\n"), "utf-8")
    return "doubtful.yaml"


def test_what_may_not_be_meant_is_told_with_its_place_and_changes_no_exit_code(doubtful: str) -> None:
    result = RUNNER.invoke(app, ["check", doubtful])

    told = [line for line in result.stderr.splitlines() if not line.startswith("    ")]
    assert result.exit_code == 0
    assert told[0].startswith("doubtful.yaml:11:18: warning: a run may record 2 grants, and the file has 3")
    assert told[1].startswith("doubtful.yaml:23:39: warning: the name is 'Accountantskantoor Jansen'")


def test_json_holds_what_may_not_be_meant_beside_the_problems(doubtful: str) -> None:
    document = json.loads(RUNNER.invoke(app, ["check", "--json", doubtful]).stdout)

    assert document["problems"] == []
    assert [(one["file"], one["line"]) for one in document["warnings"]] == [
        ("doubtful.yaml", 11),
        ("doubtful.yaml", 23),
    ]
