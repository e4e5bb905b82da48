"""`keten journal init`: one journal, on purpose, named in the scenario."""

from __future__ import annotations

from pathlib import Path

import pytest

from automation.inputs.scenario import example, load
from automation.journal.journal import Journal
from tests.cli.conftest import Keten
from tests.journals import address


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    file = tmp_path / "mine.yaml"
    file.write_bytes(example("demo.yaml").read_bytes())
    return file


def name_of(file: Path) -> str:
    journal = Journal.read(address(file))
    journal.close()
    return journal.name


def test_a_journal_is_started_and_named(keten: Keten, scenario: Path, journal_file: Path) -> None:
    ended = keten("journal", "init", str(scenario))

    assert (ended.exit_code, ended.stderr) == (0, "")
    assert load(scenario).organisation.journal == name_of(journal_file)
    assert name_of(journal_file) in ended.stdout
    assert str(journal_file) in ended.stdout


def test_a_journal_that_is_there_is_kept(keten: Keten, scenario: Path, journal: Journal) -> None:
    assert keten("journal", "init", str(scenario)).exit_code == 0
    assert load(scenario).organisation.journal == journal.name


def test_a_second_time_changes_nothing(keten: Keten, scenario: Path, journal_file: Path) -> None:
    keten("journal", "init", str(scenario))
    before = scenario.read_bytes(), name_of(journal_file)

    ended = keten("journal", "init", str(scenario))

    assert (ended.exit_code, (scenario.read_bytes(), name_of(journal_file))) == (0, before)
    assert "already" in ended.stdout


def test_another_journal_is_not_named_over_the_first(keten: Keten, scenario: Path, journal: Journal) -> None:
    scenario.write_text(scenario.read_text().replace("  name: Voorbeeld", "  journal: J-OTHER\n  name: Voorbeeld"))
    before = scenario.read_bytes()

    ended = keten("journal", "init", str(scenario))

    assert (ended.exit_code, ended.stdout, scenario.read_bytes()) == (2, "", before)
    for fact in ("J-OTHER", journal.name, "is on its list"):
        assert fact in ended.stderr


def test_no_empty_journal_takes_the_place_of_one_that_is_named(
    keten: Keten, scenario: Path, journal_file: Path
) -> None:
    scenario.write_text(scenario.read_text().replace("  name: Voorbeeld", "  journal: J-OTHER\n  name: Voorbeeld"))

    ended = keten("journal", "init", str(scenario))

    assert (ended.exit_code, journal_file.exists()) == (8, False)
    assert str(journal_file) in ended.stderr


def test_an_invalid_scenario_starts_no_journal(keten: Keten, scenario: Path, journal_file: Path) -> None:
    scenario.write_text(scenario.read_text().replace("version: 1", "version: 2"))

    ended = keten("journal", "init", str(scenario))

    assert (ended.exit_code, journal_file.exists()) == (2, False)
    assert f"{scenario}:4:" in ended.stderr


def test_the_group_shows_its_command(keten: Keten) -> None:
    ended = keten("journal", "--help")

    assert ended.exit_code == 0
    assert "init" in ended.stdout
