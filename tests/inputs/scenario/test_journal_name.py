"""The name of a journal gets into a scenario, and all else stays as it stood."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from automation.errors import StorageError, UsageError
from automation.inputs.scenario import example, load
from automation.inputs.scenario.journal_name import name_journal
from tests.inputs.scenario.texts import HEAD, scenario

BLOCK = """version: 1
organisation:   # who grants

    # always in quotes
    kvk: "90000102"     # a leading zero counts
    'name':   >-
       Voorbeeld Holding
       B.V.
"""
FORMS = {
    "a block": BLOCK,
    "braces": HEAD,
    "braces over lines": 'version: 1\norganisation: {\n  kvk: "90000102", # own\n  name: Voorbeeld,\n}\n',
    "braces below": 'version: 1\norganisation:\n  {"kvk": "90000102", name: Voorbeeld}\n',
    "an anchor": 'version: 1\norganisation: &own {kvk: "90000102", name: Voorbeeld}\n',
    "an anchor above a block": 'version: 1\norganisation: &own\n  kvk: "90000102"\n  name: Voorbeeld\n',
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "mine.yaml"


def added(before: bytes, after: bytes) -> bytes:
    """What was put in, at one place, and nothing taken away."""
    start = next(n for n, byte in enumerate(after) if before[n : n + 1] != bytes([byte]))
    grown = len(after) - len(before)
    assert grown > 0
    assert after[:start] + after[start + grown :] == before
    return after[start : start + grown]


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("form", FORMS)
def test_one_thing_is_added_and_every_other_byte_stays(file: Path, form: str, ends: str) -> None:
    before = scenario(head=FORMS[form]).replace("\n", ends).encode()
    file.write_bytes(before)

    name_journal(file, "J-4K7Q2")

    after = file.read_bytes()
    assert load(file).organisation.journal == "J-4K7Q2"
    assert b"J-4K7Q2" in added(before, after)
    assert after.count(b"\n") == after.count(ends.encode())
    assert list(file.parent.iterdir()) == [file]


def test_it_gets_a_line_of_its_own_in_a_block(file: Path) -> None:
    file.write_bytes(example("demo.yaml").read_bytes())

    name_journal(file, "J-4K7Q2")

    was, now = example("demo.yaml").read_text("utf-8").splitlines(), file.read_text("utf-8").splitlines()
    assert [line for line in now if line not in was] == ["  journal: J-4K7Q2"]


def test_a_byte_order_mark_and_letters_of_all_kinds_stay(file: Path) -> None:
    before = (
        b"\xef\xbb\xbf"
        + scenario(head='# één – “twee” 𝄞\nversion: 1\norganisation: {name: Café 𝄞, kvk: "90000102"}\n').encode()
    )
    file.write_bytes(before)

    name_journal(file, "J-4K7Q2")

    assert added(before, file.read_bytes()) == b"journal: J-4K7Q2, "


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_the_mode_of_the_file_and_a_link_to_it_stay(file: Path, tmp_path: Path) -> None:
    file.write_text(scenario())
    file.chmod(0o640)
    link = tmp_path / "link.yaml"
    link.symlink_to(file)

    name_journal(link, "J-4K7Q2")

    assert link.is_symlink()
    assert file.stat().st_mode & 0o777 == 0o640
    assert load(file).organisation.journal == "J-4K7Q2"


def test_where_there_is_no_safe_place_the_file_stays_and_the_line_is_told(file: Path) -> None:
    text = scenario(head='version: 1\norganisation:\n  ? kvk\n  : "90000102"\n  name: Voorbeeld\n')
    file.write_text(text)

    with pytest.raises(UsageError, match=r"Write `journal: J-4K7Q2` under `organisation` by hand"):
        name_journal(file, "J-4K7Q2")

    assert file.read_text() == text
    assert list(file.parent.iterdir()) == [file]


def test_a_folder_that_cannot_be_written_is_named(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text(scenario())
    before = file.read_bytes()

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)

    with pytest.raises(StorageError, match=r"(?s)mine.yaml.*No space left.*by hand"):
        name_journal(file, "J-4K7Q2")
    assert file.read_bytes() == before
    assert list(file.parent.iterdir()) == [file]
