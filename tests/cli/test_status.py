"""`keten status`: what the journal knows, for people and for machines."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from automation.domain import KvkNumber, Money, Scope, today
from automation.journal.journal import Journal
from automation.journal.records import of_shown
from automation.law.history import Question, QuestionKind
from automation.law.outcome import Shown
from automation.proofs.status_document import StatusDocument
from tests.cli.conftest import Keten
from tests.grants import JANSEN, TODAY, UWV, UWV_AND_TAX, intent
from tests.journals import RUN, ask, intend, say, tell


def granted(journal: Journal, days: int, scope: Scope = UWV, *, entry: str = "accountant", kvk: str = "") -> str:
    """The reference of a grant that ends in so many days."""
    what = replace(intent(scope, until=today() + timedelta(days=days)), kvk=KvkNumber(kvk or JANSEN.kvk))
    ref = intend(journal, what, entry=entry)
    tell(journal, ref, "granted", reference="KM-7", error=None)
    return ref


def grants(keten: Keten, *arguments: str) -> list[dict[str, Any]]:
    ended = keten("status", "--json", *arguments)
    assert (ended.exit_code, ended.stderr) == (0, "")
    TypeAdapter(StatusDocument).validate_json(ended.stdout)
    return list(json.loads(ended.stdout)["grants"])


def test_a_grant_is_told_to_machines_in_full(keten: Keten, journal: Journal) -> None:
    ref = granted(journal, 100, UWV_AND_TAX)

    [told] = grants(keten)

    assert told.pop("at").endswith("+00:00")
    assert told == {
        "id": "accountant",
        "ref": ref,
        "organisation": "90000102",
        "kvk": "68750110",
        "scope": {"providers": ["Belastingdienst", "UWV"]},
        "state": "granted",
        "run_id": RUN,
        "reference": "KM-7",
        "name": None,
        "valid_from": None,
        "valid_until": (today() + timedelta(days=100)).isoformat(),
        "costs": {"amount": "22.45", "currency": "EUR"},
        "error": None,
    }


def test_what_the_portal_showed_of_a_grant_is_told_in_place_of_what_was_intended(
    keten: Keten, journal: Journal
) -> None:
    ref = granted(journal, 100)
    until, costs = today() + timedelta(80), Money.parse("EUR 99.00")
    shown = Shown("KM-8", "JANSEN ACCOUNTANTS", UWV_AND_TAX.elements, TODAY, until, costs)
    tell(journal, ref, "listed", shown=of_shown(shown))

    [told] = grants(keten)

    assert (told["name"], told["scope"]) == ("JANSEN ACCOUNTANTS", UWV_AND_TAX.as_data())
    assert (told["valid_from"], told["valid_until"]) == (str(TODAY), str(today() + timedelta(days=80)))
    assert told["costs"] == {"amount": "99.00", "currency": "EUR"}
    assert grants(keten, "--expiring", "85d") == [told]
    table = keten("status").stdout
    for fact in ("JANSEN ACCOUNTANTS", "EUR 99.00", "Belastingdienst", str(today() + timedelta(days=80))):
        assert fact in table


def test_each_state_has_its_word(keten: Keten, journal: Journal) -> None:
    refs = {
        "in-doubt": intend(journal, intent(), entry="b"),
        "grant-again": granted(journal, 10, entry="c"),
        "ended": granted(journal, -1, entry="d"),
        "granted": granted(journal, 0, entry="e"),
    }
    say(journal, refs["grant-again"], "grant-again")
    failed = intend(journal, intent())
    tell(journal, failed, "failed", why="refused")

    assert {told["state"]: told["ref"] for told in grants(keten)} == refs


def test_only_what_ends_soon_and_was_not_renewed_is_expiring(keten: Keten, journal: Journal) -> None:
    soon = granted(journal, 90, entry="soon", kvk="69599084")
    granted(journal, 91, entry="later", kvk="69599084", scope=Scope.providers(["RVO"]))
    granted(journal, -1, entry="ended", kvk="90004760")
    granted(journal, 5, entry="renewed")
    granted(journal, 400, UWV_AND_TAX, entry="renewal")
    intend(journal, intent(until=today()), entry="doubt")

    assert [told["ref"] for told in grants(keten, "--expiring", "90d")] == [soon]


@pytest.mark.parametrize("wrong", ["soon", "90 weeks", "-3d", ""])
def test_a_number_of_days_is_needed(keten: Keten, journal: Journal, wrong: str) -> None:
    ended = keten("status", f"--expiring={wrong}")

    assert (ended.exit_code, ended.stdout) == (2, "")
    assert "90d" in ended.stderr


def test_people_see_a_table_and_what_to_do(keten: Keten, journal: Journal) -> None:
    ref = granted(journal, 100)
    doubt = intend(journal, intent(Scope.services(["UWV: Verzuimmelder"])), entry="payroll")
    tell(journal, doubt, "in-doubt")
    differs = intend(journal, intent(), entry="other")
    tell(journal, differs, "granted", error="costs: EUR 1.00 was intended")
    question = ask(journal, Question(QuestionKind.NARROWER, JANSEN.kvk, UWV.elements, frozenset({"a row"})))

    ended = keten("status")

    rows = {line.split()[0]: line for line in ended.stdout.splitlines() if line.startswith(("G-", "ref"))}
    assert (ended.exit_code, ended.stderr) == (0, "")
    assert rows["ref"].split() == ["ref", "id", "receiver", "scope", "state", "when", "reference", "until", "costs"]
    first = next(line for line in ended.stdout.splitlines() if line.startswith(ref))
    for fact in ("accountant", "68750110", "UWV", "granted", "KM-7", str(today() + timedelta(days=100))):
        assert fact in first
    [at] = [datetime.fromisoformat(told["at"]) for told in grants(keten) if told["ref"] == ref]
    assert f"{at:%Y-%m-%d %H:%M} UTC" in first
    for waiting in (doubt, differs, question):
        assert f"`keten resolve {waiting}`" in ended.stdout
    assert f"`keten resolve {ref}`" not in ended.stdout
    assert "costs: EUR 1.00 was intended" in ended.stdout
    assert "\x1b" not in ended.stdout


def test_a_question_that_was_answered_is_not_asked_again(keten: Keten, journal: Journal) -> None:
    ref = ask(journal, Question(QuestionKind.NARROWER, JANSEN.kvk, UWV.elements, frozenset({"a row"})))
    before = TypeAdapter(StatusDocument).validate_json(keten("status", "--json").stdout)["questions"]
    say(journal, ref, "granted")

    assert [question["ref"] for question in before] == [ref]
    assert json.loads(keten("status", "--json").stdout) == {"grants": [], "questions": []}


def test_an_empty_journal_knows_nothing(keten: Keten, journal: Journal) -> None:
    ended = keten("status")

    assert (ended.exit_code, ended.stdout, ended.stderr) == (0, "No grant is recorded in the journal.\n", "")


def test_a_journal_that_is_not_there_is_no_empty_one(keten: Keten, journal_file: Path) -> None:
    ended = keten("status", "--json")

    document = json.loads(ended.stdout)
    assert (ended.exit_code, document["exit_code"], "grants" in document) == (8, 8, False)
    assert str(journal_file) in document["errors"][0]["message"]
    assert str(journal_file) in ended.stderr
    assert not journal_file.parent.exists()
