"""The project as a whole: the wheel works elsewhere, the README's commands are those of the gate, a quick start."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import venv
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


def test_the_wheel_does_the_main_job_in_an_empty_environment(tmp_path: Path) -> None:
    subprocess.run(["uv", "build", "--wheel", "--quiet", "--out-dir", tmp_path], check=True, cwd=ROOT)
    wheel = next(tmp_path.glob("keten-*.whl"))
    home = tmp_path / "environment"
    venv.create(home)
    python = home / ("Scripts" if os.name == "nt" else "bin") / "python"
    subprocess.run(["uv", "pip", "install", "--quiet", "--python", python, wheel], check=True)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("KETEN_", "PYTHON"))}
    keten = python.with_name("keten")

    subprocess.run([keten, "demo", "--output", "runs"], check=True, cwd=tmp_path, env=environment, capture_output=True)

    document = json.loads(next(tmp_path.glob("runs/*/run.json")).read_text("utf-8"))
    assert [one["status"] for one in document["outcomes"]] == ["granted"] * 3
    assert len(list(tmp_path.glob("runs/*/grants/*/notice.html"))) == 3
