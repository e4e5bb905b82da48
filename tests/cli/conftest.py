"""The command line as a shell sees it, and a journal for it to work with."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from automation.cli import main
from automation.journal.journal import Journal
from tests.journals import address


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it said."""

    exit_code: int
    stdout: str
    stderr: str


Keten = Callable[..., Ended]


@pytest.fixture
def keten(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Keten:
    """Runs a command in this process."""

    def run(*arguments: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["keten", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        code = ended.value.code
        return Ended(code if isinstance(code, int) else int(code is not None), said.out, said.err)

    return run


@pytest.fixture
def journal_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the settings say that the journal is; nothing is there yet."""
    file = tmp_path / "data" / "journal.db"
    monkeypatch.setenv("KETEN_DATABASE_URL", address(file))
    return file


@pytest.fixture
def journal(journal_file: Path) -> Iterator[Journal]:
    """The journal of the settings."""
    journal = Journal.open(address(journal_file))
    yield journal
    journal.close()
