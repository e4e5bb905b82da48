"""`keten resolve`: what a person may say of a reference, and what is kept of it."""

from __future__ import annotations

import getpass
import json
from datetime import timedelta
from pathlib import Path

import pytest

from automation.domain import today
from automation.journal.journal import Journal
from automation.law.history import Attempt, AttemptState, Question, QuestionKind, Ruling
from tests.cli.conftest import Ended, Keten
from tests.grants import JANSEN, UWV, intent
from tests.journals import BOOK, ask, intend, lines, tell

DOUBT, GRANTED, MISSED, DIFFERS, FAILED = "in-doubt", "granted", "missed", "differs", "failed"


def written(journal: Journal, became: str, entry: str = "accountant") -> str:
    """The reference of an intent, and what became of it."""
    ref = intend(journal, intent(), entry=entry)
    state, detail = (GRANTED, {"error": "costs"}) if became == DIFFERS else (became, {})
    if became == MISSED:
        tell(journal, ref, GRANTED)
    tell(journal, ref, state, **detail)
    return ref


def resolve(keten: Keten, ref: str, *rulings: str, reason: str = "looked at the portal") -> Ended:
    return keten("resolve", ref, *(f"--{ruling}" for ruling in rulings), "--reason", reason)


def attempt(journal: Journal, ref: str) -> Attempt:
    return next(attempt for attempt in journal.history(BOOK).attempts if attempt.ref == ref)


@pytest.mark.parametrize(
    ("became", "ruling"),
    [
        (DOUBT, "granted"),
        (DOUBT, "not-granted"),
        (DIFFERS, "granted"),
        (DIFFERS, "not-granted"),
        (DIFFERS, "grant-again"),
        (MISSED, "grant-again"),
    ],
)
def test_a_ruling_that_makes_sense_is_kept(keten: Keten, journal: Journal, became: str, ruling: str) -> None:
    ref = written(journal, became)

    ended = resolve(keten, ref, ruling)

    assert (ended.exit_code, ended.stderr) == (0, "")
    assert ended.stdout.startswith(f"{ref}: {ruling}. That means: ")
    assert attempt(journal, ref).ruling is Ruling(ruling)


def test_the_reason_and_the_user_are_kept(keten: Keten, journal: Journal, journal_file: Path) -> None:
    ref = written(journal, DOUBT)

    resolve(keten, ref, "granted", reason=" it is listed ")

    *_, (_, about, _, run_id, event, detail) = sorted(lines(journal_file)["events"])
    assert (about, run_id, event) == (ref, "", "ruled")
    assert json.loads(detail) == {"ruling": "granted", "reason": "it is listed", "by": getpass.getuser()}


def test_what_is_said_to_be_granted_says_where_its_owed_notice_will_be(keten: Keten, journal: Journal) -> None:
    owed, told = written(journal, DOUBT), written(journal, DIFFERS)
    tell(journal, told, "noticed", files=[])

    assert "its notice is owed: the next `keten apply`" in (said := resolve(keten, owed, "granted").stdout)
    assert f"settled/{owed}/" in said
    assert "notice" not in resolve(keten, told, "granted").stdout


def test_a_user_without_a_name_is_kept_by_number(
    keten: Keten, journal: Journal, journal_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody() -> str:
        raise KeyError("getpwuid(): uid not found: 1234")

    monkeypatch.setattr("getpass.getuser", nobody)
    monkeypatch.setattr("os.getuid", lambda: 1234)

    assert resolve(keten, written(journal, DOUBT), "granted").exit_code == 0
    assert "uid 1234" in sorted(lines(journal_file)["events"])[-1][-1]


@pytest.mark.parametrize(
    ("became", "ruling", "why"),
    [
        (DOUBT, "grant-again", "first whether it was granted"),
        (GRANTED, "not-granted", "keten saw it"),
        (GRANTED, "granted", "nothing to decide"),
        (GRANTED, "grant-again", "no plan has missed it"),
        (FAILED, "granted", "certainly recorded nothing"),
        (FAILED, "not-granted", "certainly recorded nothing"),
        (FAILED, "grant-again", "certainly recorded nothing"),
    ],
)
def test_a_ruling_that_makes_no_sense_is_refused(
    keten: Keten, journal: Journal, became: str, ruling: str, why: str
) -> None:
    ref = written(journal, became)

    ended = resolve(keten, ref, ruling)

    assert (ended.exit_code, ended.stdout) == (2, "")
    assert ref in ended.stderr
    assert why in ended.stderr
    assert attempt(journal, ref).ruling is None


@pytest.mark.parametrize("state", [None, "released"])
def test_what_a_killed_run_left_can_be_settled(keten: Keten, journal: Journal, state: str | None) -> None:
    ref = intend(journal, intent())
    if state:
        tell(journal, ref, state)

    assert resolve(keten, ref, "granted").exit_code == 0
    assert attempt(journal, ref).state is AttemptState.GRANTED


def test_a_ruling_can_be_taken_back(keten: Keten, journal: Journal) -> None:
    ref = written(journal, DOUBT)

    codes = [resolve(keten, ref, ruling).exit_code for ruling in ("not-granted", "granted", "grant-again", "granted")]

    assert codes == [0, 0, 2, 0]
    assert resolve(keten, ref, "not-granted").exit_code == 0
    assert attempt(journal, ref).is_unsettled()


def test_when_not_granted_takes_effect_is_said(keten: Keten, journal: Journal) -> None:
    ended = resolve(keten, written(journal, DOUBT), "not-granted")

    assert "24 hours" in ended.stdout
    assert "if a row appears before then, the row counts" in ended.stdout


@pytest.mark.parametrize(
    ("kind", "ruling", "code"),
    [
        (QuestionKind.NARROWER, "granted", 0),
        (QuestionKind.NARROWER, "grant-again", 0),
        (QuestionKind.NARROWER, "not-granted", 2),
        (QuestionKind.TAKEN_AWAY, "grant-again", 0),
        (QuestionKind.TAKEN_AWAY, "granted", 2),
        (QuestionKind.TAKEN_AWAY, "not-granted", 2),
    ],
)
def test_a_question_takes_only_its_own_answers(
    keten: Keten, journal: Journal, kind: QuestionKind, ruling: str, code: int
) -> None:
    question = Question(kind, JANSEN.kvk, UWV.elements, frozenset({"a row"}))
    ref = ask(journal, question)

    ended = resolve(keten, ref, ruling)

    assert ended.exit_code == code
    assert journal.history(BOOK).answer(question) == (Ruling(ruling) if code == 0 else None)


@pytest.mark.parametrize("spell", [str.lower, str.upper])
def test_a_reference_is_known_in_any_case(keten: Keten, journal: Journal, spell: type[str]) -> None:
    ref = written(journal, DOUBT)

    assert resolve(keten, spell(ref), "granted").exit_code == 0


def test_an_id_stands_for_the_one_that_is_unsettled(keten: Keten, journal: Journal) -> None:
    written(journal, FAILED), written(journal, GRANTED)
    doubt = written(journal, DOUBT)

    assert resolve(keten, "accountant", "granted").stdout.startswith(doubt)


def test_an_id_stands_for_its_only_intent(keten: Keten, journal: Journal) -> None:
    ref = written(journal, MISSED)

    assert resolve(keten, "accountant", "grant-again").stdout.startswith(ref)


def test_a_grant_that_no_plan_has_missed_stays_among_those_that_end_soon(keten: Keten, journal: Journal) -> None:
    ref = intend(journal, intent(until=today() + timedelta(days=10)))
    tell(journal, ref, GRANTED)

    assert resolve(keten, ref, "grant-again").exit_code == 2
    assert ref in keten("status", "--expiring", "90d").stdout


def test_an_id_that_stands_for_several_names_them(keten: Keten, journal: Journal) -> None:
    refs = [written(journal, DOUBT), written(journal, DIFFERS)]

    ended = resolve(keten, "accountant", "granted")

    assert ended.exit_code == 2
    assert all(ref in ended.stderr for ref in refs)
    assert [attempt(journal, ref).ruling for ref in refs] == [None, None]


def test_an_unknown_reference_names_what_is_near(keten: Keten, journal: Journal) -> None:
    written(journal, DOUBT, entry="accountant")

    near, far = resolve(keten, "acountant", "granted"), resolve(keten, "zzz", "granted")

    assert (near.exit_code, far.exit_code) == (2, 2)
    assert "Did you mean accountant?" in near.stderr
    assert "keten status" in far.stderr


@pytest.mark.parametrize("rulings", [(), ("granted", "not-granted"), ("granted", "not-granted", "grant-again")])
def test_exactly_one_ruling_is_needed(keten: Keten, journal: Journal, rulings: tuple[str, ...]) -> None:
    ref = written(journal, DOUBT)

    assert resolve(keten, ref, *rulings).exit_code == 2
    assert attempt(journal, ref).ruling is None


def test_a_reason_is_needed(keten: Keten, journal: Journal) -> None:
    ref = written(journal, DOUBT)

    assert keten("resolve", ref, "--granted").exit_code == 2
    assert resolve(keten, ref, "granted", reason="  ").exit_code == 2
    assert attempt(journal, ref).ruling is None


def test_it_starts_no_journal(keten: Keten, journal_file: Path) -> None:
    assert resolve(keten, "G-7F3A21", "granted").exit_code == 8
    assert not journal_file.parent.exists()
