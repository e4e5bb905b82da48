"""The forms in which a journal keeps what it knows: those of every earlier keten are read, and their letters made."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from automation.domain import Money, RowStatus
from automation.inputs.settings import Waiting
from automation.journal.journal import Journal
from automation.journal.records import FORM, of_intent, of_shown
from automation.law.history import AttemptState, Question, QuestionKind, Ruling, fingerprint
from automation.law.outcome import Shown
from automation.proofs.evidence import Evidence
from automation.proofs.notices import NoticeFacts, as_data, facts
from automation.run.settlement import Settling
from tests.grants import JANSEN, OWN, TODAY, UWV, UWV_AND_TAX, intent, row
from tests.journals import BOOK, DUMPS, address, intend, tell, write_dump, writing

LISTED = row(UWV, date(2027, 1, 1), reference="KM-1")
TAKEN_AWAY = Question(QuestionKind.TAKEN_AWAY, JANSEN.kvk, UWV.elements, frozenset({fingerprint(LISTED)}))


def test_a_journal_of_the_second_schema_tells_the_same_history_for_ever(file: Path) -> None:
    write_dump(file, DUMPS["journal_schema_2"])
    journal = Journal.open(address(file))
    history, reading = journal.history(BOOK), journal.last_reading(BOOK)
    journal.close()

    told = [
        (attempt.ref, attempt.state, attempt.reference, attempt.ruling, attempt.noticed, attempt.shown)
        for attempt in history.attempts
    ]
    assert told == [
        ("G-7F3A21", AttemptState.GRANTED, "KM-2", None, True, Shown()),
        ("G-7F3A22", AttemptState.GRANTED, "KM-3", None, False, Shown()),
        ("G-7F3A23", AttemptState.GRANTED, None, Ruling.GRANTED, False, Shown()),
        ("G-7F3A24", AttemptState.GRANTED, "KM-4", None, False, Shown()),
    ]
    assert history.attempts[0].intent == intent(UWV_AND_TAX, LISTED)
    assert (history.attempts[0].until, history.attempts[0].costs) == (date(2031, 11, 24), Money.parse("EUR 22.45"))
    assert history.attempts[3].error == "costs: EUR 22.45 was intended, the confirmation shows EUR 32.45"
    assert history.answer(TAKEN_AWAY) is Ruling.GRANT_AGAIN
    assert reading == [date(2027, 1, 1)]


def owed_letters(file: Path, folder: Path) -> list[str]:
    """The letters that a run makes of the grants of a journal that are owed one."""
    journal = Journal.open(address(file))
    session: Any = SimpleNamespace(organisation=OWN, read_list=lambda _: [])
    evidence = Evidence.open(folder, "run")
    with writing(journal, run_id="run") as mine:
        settling = Settling(session, mine, evidence, Waiting(1, 0, timedelta(0)), lambda _: None)
        made, again = list(settling.make_owed_notices()), list(settling.make_owed_notices())
    journal.close()
    assert (again, evidence.lost()) == ([], {})
    return [(evidence.folder / one.notice[0]).read_text("utf-8") for one in made]


@pytest.mark.parametrize("form", DUMPS)
def test_letters_that_a_journal_of_any_earlier_form_owes_are_made(form: str, file: Path, tmp_path: Path) -> None:
    write_dump(file, DUMPS[form])
    with closing(sqlite3.connect(file)) as database:
        database.executescript("DELETE FROM events WHERE event = 'noticed'")

    letters = owed_letters(file, tmp_path)

    assert len(letters) == {"journal_schema_1": 1, "journal_schema_2": 3}[form]
    for letter in letters:
        assert "68750110" in letter
        assert "24 november 2031" in letter
        assert "None" not in letter


def test_the_newest_form_is_among_the_journals_that_are_kept_for_the_tests() -> None:
    """Who changes a form raises its number, and keeps a journal of the form before: `tests/journal_*.sql`."""
    assert (FORM, facts.FORM) == (2, 2)
    kept = as_data(
        NoticeFacts(
            organisation=OWN,
            intermediary=JANSEN,
            scope=UWV,
            valid_from=TODAY,
            valid_until=TODAY,
            reference=None,
            recorded_on=TODAY,
            language="nl",
            rehearsal=True,
        )
    )
    assert set(kept) == {
        *("form", "organisation", "intermediary", "scope", "valid_from", "valid_until"),
        *("reference", "recorded_on", "language", "rehearsal"),
    }
    assert set(json.loads(of_intent(intent()))) == {
        *("form", "organisation", "kvk", "elements", "until", "until_computed", "costs", "baseline")
    }


def test_fields_that_an_intent_or_a_row_lacks_have_defaults_and_those_of_a_later_keten_are_passed_over(
    journal: Journal, file: Path
) -> None:
    ref = intend(journal, intent(UWV_AND_TAX, LISTED))
    with closing(sqlite3.connect(file)) as database, database:
        [text] = database.execute("SELECT intent FROM intents WHERE ref = ?", [ref]).fetchone()
        data = json.loads(text)
        for optional in ("form", "costs", "until_computed"):
            del data[optional]
        data["stamp"] = data["baseline"][0]["stamp"] = "a later keten's"
        for optional in ("name", "valid_from", "status", "reference", "unreadable", "own_reference"):
            del data["baseline"][0][optional]
        database.execute("UPDATE intents SET intent = ? WHERE ref = ?", [json.dumps(data), ref])

    kept = journal.history(BOOK).attempts[0].intent

    assert (kept.elements, kept.costs, kept.until_computed) == (UWV_AND_TAX.elements, None, False)
    [listed] = kept.baseline
    assert (listed.elements, listed.valid_until, listed.status) == (UWV.elements, LISTED.valid_until, RowStatus.UNKNOWN)


def test_what_the_portal_showed_of_a_grant_is_kept_and_the_last_word_counts(journal: Journal) -> None:
    ref = intend(journal, intent())
    confirmed = Shown("KM-1", "Jansen", UWV_AND_TAX.elements, None, date(2031, 11, 23), Money.parse("EUR 32.45"))
    tell(journal, ref, "granted", reference="KM-1", error="costs", shown=of_shown(confirmed))
    tell(journal, ref, "listed", shown=of_shown(Shown(valid_from=TODAY, valid_until=date(2031, 11, 22))))

    [attempt] = journal.history(BOOK).attempts

    assert attempt.shown == replace(confirmed, valid_from=TODAY, valid_until=date(2031, 11, 22))
    assert (attempt.until, attempt.elements, attempt.costs) == (
        date(2031, 11, 22),
        UWV_AND_TAX.elements,
        confirmed.costs,
    )
    assert (attempt.error, attempt.intent) == ("costs", intent())
