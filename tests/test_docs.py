"""The docs name only what exists: links, files, and functions."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCS = {
    str(path.relative_to(ROOT)): path.read_text("utf-8")
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
}
ONE_GRANT = DOCS["docs/explanation/one-grant.md"]


@pytest.mark.parametrize("name", DOCS)
def test_every_link_leads_somewhere(name: str) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)", DOCS[name])

    lost = [to for to in targets if not to.startswith("http") and not ((ROOT / name).parent / to).exists()]

    assert lost == []


@pytest.mark.parametrize("name", [name for name in DOCS if name != "CHANGELOG.md"])
def test_every_file_that_is_named_is_there(name: str) -> None:
    named = re.findall(r"`((?:automation|pages|keten_pytest|tests|scenarios|benchmarks|\.ci)/[\w./-]*)`", DOCS[name])

    assert [path for path in named if not (ROOT / path).exists()] == []


def test_files_of_a_row_that_are_named_without_their_folder_are_there() -> None:
    for line in DOCS["docs/explanation/architecture.md"].splitlines():
        folder = None
        for path in re.findall(r"`([\w./]+\.py)`", line):
            folder = path.rpartition("/")[0] or folder
            assert (ROOT / str(folder) / path.rpartition("/")[2]).exists(), line


def test_one_grant_names_functions_that_are_there() -> None:
    steps = re.findall(r"`((?:automation|pages)/[\w./]+\.py)`, ((?:`\w+`(?: and )?)+)", ONE_GRANT)

    assert len(steps) > 20
    for path, functions in steps:
        tree = ast.parse((ROOT / path).read_text("utf-8"))
        known = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        assert set(re.findall(r"\w+", functions)) - {"and"} <= known, path


def test_the_law_has_each_section_that_is_cited() -> None:
    sections = set(re.findall(r"^##+ (\d(?:\.\d)?)", DOCS["docs/explanation/law.md"], re.MULTILINE))
    code = [
        path for folder in ("automation", "pages", "keten_pytest", "tests") for path in (ROOT / folder).rglob("*.py")
    ]
    cited = {number for path in code for number in re.findall(r"\b[Ll]aw (\d(?:\.\d)?)", path.read_text("utf-8"))}

    assert cited > {"0", "2.1", "6"}
    assert cited - sections == set()
