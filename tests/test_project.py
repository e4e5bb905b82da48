"""The project as a whole: the README's commands are those of the gate and its scenario is valid, a quick start."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
HEAVY = {"playwright", "pydantic", "rich", "starlette", "uvicorn", "jinja2", "babel", "loguru", "pages", "sqlalchemy"}


def commands(text: str) -> list[str]:
    """The command lines in a text that set up all by themselves."""
    return re.findall(r"^pip install uv && .+$", text, re.MULTILINE)


def test_the_gate_runs_the_two_commands_of_the_readme_as_they_stand_there() -> None:
    promised = commands(README)

    assert promised == ["pip install uv && uv run keten demo", "pip install uv && uv run pytest"]
    assert commands((ROOT / ".ci/run").read_text("utf-8")) == promised


def test_every_file_that_the_readme_points_to_is_there() -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", README)

    assert targets != []
    assert [target for target in targets if not target.startswith("https:") and not (ROOT / target).exists()] == []


def test_the_scenario_of_the_readme_is_valid(tmp_path: Path) -> None:
    example = next(block for block in re.findall(r"```yaml\n(.*?)```", README, re.DOTALL) if "version: 1" in block)
    file = tmp_path / "mine.yaml"
    file.write_text(example, "utf-8")

    subprocess.run([Path(sys.executable).with_name("keten"), "check", file], check=True)


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_help_and_version_come_without_anything_heavy(option: str) -> None:
    script = (
        "import sys; from automation.cli import main; sys.argv = ['keten', sys.argv[1]]\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    ran = subprocess.run([sys.executable, "-c", script, option], check=True, capture_output=True, text=True)

    assert HEAVY & set(ran.stdout.splitlines()[-1].split()) == set()
