"""The journal: what is written comes back, by lines that are only ever added, to whoever reads it."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

from automation.domain import KvkNumber, Scope
from automation.errors import Busy, StorageError, UsageError
from automation.inputs.scenario import Scenario, example, load
from automation.journal.journal import Journal
from automation.journal.named import open_named
from automation.journal.queries import Book
from automation.law.history import Attempt, AttemptState, History, Question, QuestionKind, Ruling, fingerprint
from automation.machine.masking import SECRETS
from tests.grants import JANSEN, UWV, UWV_AND_TAX, intent, row
from tests.journals import (
    BOOK,
    RUN,
    SCHEMA_1,
    address,
    ask,
    intend,
    lines,
    remember,
    say,
    tell,
    write_dump,
    writing,
)

LISTED = row(UWV, date(2027, 1, 1), reference="KM-1")
UNREADABLE = replace(LISTED, kvk=None, elements=frozenset(), valid_until=None, unreadable="no date")
TAKEN_AWAY = Question(QuestionKind.TAKEN_AWAY, JANSEN.kvk, UWV.elements, frozenset({fingerprint(LISTED)}))


def only(history: History) -> Attempt:
    [attempt] = history.attempts
    return attempt


@pytest.mark.parametrize(
    "what",
    [
        intent(UWV_AND_TAX, LISTED, UNREADABLE),
        intent(Scope.general()),
        replace(intent(Scope.services(["UWV: Verzuimmelder"])), costs=None, until_computed=True),
    ],
)
def test_an_intent_comes_back_as_it_was_written(journal: Journal, what: object) -> None:
    assert isinstance(what, type(intent()))
    ref = intend(journal, what, socket_open=True)

    attempt = only(journal.history(BOOK))
    assert (attempt.ref, attempt.intent, attempt.entry, attempt.run_id) == (ref, what, "accountant", RUN)
    assert (attempt.state, attempt.socket_open, attempt.noticed, attempt.ruling) == (
        AttemptState.INTENDED,
        True,
        False,
        None,
    )
    assert journal.notice_facts(ref) == {"language": "nl"}


@pytest.mark.parametrize("state", [s for s in AttemptState if s is not AttemptState.INTENDED])
def test_an_event_changes_the_state(journal: Journal, state: AttemptState) -> None:
    ref = intend(journal, intent())

    tell(journal, ref, state, reference="KM-7")

    attempt = only(journal.history(BOOK))
    assert (attempt.state, attempt.reference) == (state, "KM-7")


def test_events_that_are_no_state_change_none(journal: Journal) -> None:
    ref = intend(journal, intent())
    tell(journal, ref, "granted", reference="KM-7", error="costs: EUR 1.00 was intended")

    tell(journal, ref, "noticed", files=["notice.txt"])
    tell(journal, ref, "listed")

    attempt = only(journal.history(BOOK))
    assert (attempt.state, attempt.error, attempt.noticed) == (
        AttemptState.GRANTED,
        "costs: EUR 1.00 was intended",
        True,
    )


def test_a_ruling_is_kept_with_its_moment(journal: Journal) -> None:
    ref = intend(journal, intent())
    tell(journal, ref, "in-doubt", why="nothing new is on the list")

    say(journal, ref, "not-granted", reason="looked", by="beheer")

    attempt = only(journal.history(BOOK))
    assert (attempt.state, attempt.ruling) == (AttemptState.IN_DOUBT, Ruling.NOT_GRANTED)
    assert attempt.ruled_at is not None
    assert attempt.ruled_at > attempt.at


def test_a_person_who_takes_a_word_back_meanwhile_stops_the_run_in_plain_words(journal: Journal) -> None:
    ref = intend(journal, intent())
    tell(journal, ref, "in-doubt", why="nothing new is on the list")
    say(journal, ref, "granted")
    say(journal, ref, "not-granted")

    with pytest.raises(Busy, match=f"keten resolve` what {ref} is"):
        tell(journal, ref, "noticed", files=["notice.txt"])


def test_what_the_portal_shows_wins_over_what_was_said_before(journal: Journal) -> None:
    ref = intend(journal, intent())
    say(journal, ref, "not-granted")

    tell(journal, ref, "granted", reference="KM-7", error="end date: another")

    attempt = only(journal.history(BOOK))
    assert (attempt.state, attempt.ruling, attempt.error) == (AttemptState.GRANTED, None, "end date: another")


def test_what_surely_recorded_nothing_wins_over_what_was_said_meanwhile(journal: Journal) -> None:
    ref = intend(journal, intent())
    say(journal, ref, "granted")

    tell(journal, ref, "failed")

    attempt = only(journal.history(BOOK))
    assert (attempt.state, attempt.ruling, attempt.is_granted()) == (AttemptState.FAILED, None, False)


def test_what_a_person_said_was_granted_is_so_until_it_is_taken_back(journal: Journal) -> None:
    ref = intend(journal, intent())
    tell(journal, ref, "in-doubt")

    found = []
    for ruling in ("granted", "grant-again", "not-granted"):
        say(journal, ref, ruling)
        attempt = only(journal.history(BOOK))
        found.append((attempt.state, attempt.on_say_so, attempt.is_granted(), attempt.stands(), attempt.is_unsettled()))

    assert found == [
        (AttemptState.GRANTED, True, True, True, False),
        (AttemptState.GRANTED, True, True, False, False),
        (AttemptState.IN_DOUBT, False, False, False, True),
    ]


def test_a_question_is_asked_once_and_keeps_its_answer(journal: Journal) -> None:
    ref = ask(journal, TAKEN_AWAY)
    say(journal, ref, "grant-again")

    other = ask(journal, replace(TAKEN_AWAY, rows=frozenset({"another revocation"})))

    assert ask(journal, TAKEN_AWAY) == ref != other
    history = journal.history(BOOK)
    assert replace(history.questions[0], ref=None, ruling=None) == TAKEN_AWAY
    assert history.answer(TAKEN_AWAY) is Ruling.GRANT_AGAIN
    assert len(history.questions) == 2


def test_the_last_good_reading_is_remembered(journal: Journal) -> None:
    assert journal.last_reading(BOOK) is None

    remember(journal, [LISTED, LISTED])
    remember(journal, [LISTED, UNREADABLE])

    assert journal.last_reading(BOOK) == [date(2027, 1, 1), None]


def test_organisations_and_portals_are_kept_apart(journal: Journal) -> None:
    others = [Book("https://other.example", BOOK.organisation), Book(BOOK.portal, KvkNumber("90004760"))]
    ref = intend(journal, intent())
    remember(journal, [LISTED])
    ask(journal, TAKEN_AWAY, others[1])
    tell(journal, ref, "granted")

    assert (journal.history(others[0]).attempts, journal.history(others[0]).questions) == ((), ())
    assert [len(journal.history(others[1]).attempts), len(journal.history(others[1]).questions)] == [0, 1]
    assert journal.last_reading(others[0]) is None
    assert set(journal.books()) == {BOOK, others[1]}


def test_what_was_meant_at_another_address_is_told_of_off_this_machine(journal: Journal) -> None:
    ref = intend(journal, intent())
    moved, here = Book("https://new.example", BOOK.organisation), Book("http://127.0.0.1:1", BOOK.organisation)

    [(portal, attempt)] = journal.history(moved).elsewhere
    assert (portal, attempt.ref) == (BOOK.portal, ref)
    assert journal.history(Book(moved.portal, KvkNumber("90004760"))).elsewhere == ()
    assert journal.history(here).elsewhere == ()
    tell(journal, ref, "granted")
    [(_, attempt)] = journal.history(moved).elsewhere
    assert attempt.state is AttemptState.GRANTED


def test_nothing_is_ever_updated_or_deleted(journal: Journal, file: Path) -> None:
    before = lines(file)
    ref = intend(journal, intent())
    steps: list[Callable[[], object]] = [
        lambda: tell(journal, ref, "released", what="POST"),
        lambda: tell(journal, ref, "in-doubt"),
        lambda: say(journal, ref, "granted"),
        lambda: tell(journal, ref, "noticed"),
        lambda: ask(journal, TAKEN_AWAY),
        lambda: ask(journal, TAKEN_AWAY),
        lambda: remember(journal, [LISTED]),
        lambda: remember(journal, []),
        lambda: journal.remember_run(RUN, Path("runs") / RUN, "0" * 64),
        lambda: Journal.open(address(file)).close(),
    ]

    added = []
    for step in steps:
        step()
        after = lines(file)
        assert all(before[table] <= after[table] for table in before)
        added.append(sum(len(after[table]) - len(before[table]) for table in before))
        before = after

    assert added == [2, 1, 1, 1, 1, 0, 1, 1, 1, 0]


def test_a_reference_is_never_given_twice(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter(["aaaaaa", "aaaaaa", "bbbbbb", "aaaaaa", "bbbbbb", "cccccc"])
    monkeypatch.setattr("automation.journal.journal.secrets", SimpleNamespace(token_hex=lambda _: next(drawn)))

    refs = [intend(journal, intent()), ask(journal, TAKEN_AWAY), intend(journal, intent())]

    assert refs == ["G-AAAAAA", "G-BBBBBB", "G-CCCCCC"]


@pytest.mark.parametrize("replaced", [True, False])
def test_a_journal_that_was_taken_away_in_mid_run_takes_no_intent(journal: Journal, file: Path, replaced: bool) -> None:
    intend(journal, intent())
    file.rename(file.with_name("away.db"))
    if replaced:
        Journal.open(address(file)).close()

    with pytest.raises(StorageError, match="removed or replaced"):
        intend(journal, intent())


def test_a_journal_that_a_newer_keten_took_over_in_mid_run_takes_no_intent(journal: Journal, file: Path) -> None:
    intend(journal, intent())
    with closing(sqlite3.connect(file, isolation_level=None)) as newer:
        newer.execute("UPDATE journal SET schema_version = 1000")

    with pytest.raises(StorageError, match="newer keten"):
        intend(journal, intent())

    assert len(lines(file)["intents"]) == 1


def test_a_journal_that_was_overwritten_in_mid_run_takes_no_intent(journal: Journal, file: Path) -> None:
    intend(journal, intent())
    with writing(journal) as mine:
        look, drawn = mine.history(), mine.draw_ref()  # all that is needed to write another is in memory now
        for part in (file, file.with_name(f"{file.name}-wal")):
            with part.open("r+b") as disk:
                disk.write(b"\xaa" * part.stat().st_size)

        with pytest.raises(StorageError, match="cannot be used"):
            mine.intend("accountant", intent(), look=look, notice={}, socket_open=False, ref=drawn)


def test_readers_see_whole_states_while_another_writes(journal: Journal, file: Path) -> None:
    done = threading.Event()
    seen: list[int] = []
    torn: list[object] = []

    def look() -> None:
        reader = Journal.read(address(file))
        while not done.is_set():
            attempts = reader.history(BOOK).attempts
            seen.append(len(attempts))
            torn.extend(attempt for attempt in attempts[:-1] if attempt.state is not AttemptState.GRANTED)
        reader.close()

    readers = [threading.Thread(target=look) for _ in range(2)]
    for reader in readers:
        reader.start()
    try:
        for _ in range(40):
            tell(journal, intend(journal, intent()), "granted")
    finally:
        done.set()
        for reader in readers:
            reader.join()

    assert seen != []
    assert torn == []
    assert len(journal.history(BOOK).attempts) == 40


def test_another_process_reads_what_was_written_and_writes_too(journal: Journal, file: Path) -> None:
    ref = intend(journal, intent())
    script = (
        "import sys; from automation.journal.journal import Journal; from tests.journals import BOOK, tell\n"
        "journal = Journal.open(sys.argv[1]); [attempt] = journal.history(BOOK).attempts\n"
        "tell(journal, attempt.ref, 'granted', reference='KM-9'); print(attempt.ref); journal.close()"
    )

    ran = subprocess.run([sys.executable, "-c", script, address(file)], check=True, capture_output=True, text=True)

    assert ran.stdout.strip() == ref
    assert only(journal.history(BOOK)).reference == "KM-9"


def test_many_processes_that_start_one_journal_at_once_share_it(tmp_path: Path) -> None:
    script = "import sys; from automation.journal.journal import Journal; print(Journal.open(sys.argv[1]).name)"
    command = [sys.executable, "-c", script, address(tmp_path / "new" / "journal.db")]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]

    names = [process.communicate()[0] for process in started]

    assert [process.returncode for process in started] == [0] * 4
    assert len(set(names)) == 1


def test_a_thousand_intents_come_back_with_their_states(journal: Journal, file: Path) -> None:
    baseline = [row(UWV, date(2027, 1, 1), reference=f"KM-{n}") for n in range(5)]
    first = intend(journal, intent(UWV, *baseline))
    tell(journal, first, "granted")
    more = "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < 999) "
    with journal._database.writing() as connection:
        connection.exec_driver_sql(
            f"{more} INSERT INTO intents SELECT 'X-' || i, portal, organisation, kvk, run_id, entry, at, intent, "
            "notice, socket_open FROM intents, n"
        )
        connection.exec_driver_sql(
            f"{more} INSERT INTO events (ref, at, run_id, event, detail) SELECT 'X-' || i, at, run_id, event, detail "
            "FROM events, n"
        )

    attempts = journal.history(BOOK).attempts

    assert (len(attempts), {attempt.state for attempt in attempts}) == (1000, {AttemptState.GRANTED})


def test_a_run_writes_under_its_own_name(journal: Journal) -> None:
    with writing(journal, run_id="another-run") as mine:
        ref = mine.intend("payroll", intent(), look=mine.history(), notice={}, socket_open=False)
        mine.append(ref, "failed", why="not sent")

    attempt = only(mine.history())
    assert (attempt.run_id, attempt.entry, attempt.state) == ("another-run", "payroll", AttemptState.FAILED)


def test_a_journal_of_the_first_schema_tells_the_same_history_for_ever(file: Path) -> None:
    write_dump(file, SCHEMA_1)
    journal = Journal.open(address(file))
    history, reading = journal.history(BOOK), journal.last_reading(BOOK)
    journal.close()

    assert journal.name == "J-4B702"
    told = [
        (attempt.ref, attempt.entry, attempt.state, attempt.reference, attempt.ruling, attempt.noticed)
        for attempt in history.attempts
    ]
    assert told == [
        ("G-7F3A21", "accountant", AttemptState.GRANTED, "KM-2", None, True),
        ("G-7F3A22", "payroll", AttemptState.IN_DOUBT, None, Ruling.NOT_GRANTED, False),
    ]
    assert history.attempts[0].intent == intent(UWV_AND_TAX, LISTED)
    assert (history.attempts[0].socket_open, history.attempts[1].socket_open) == (False, True)
    assert history.answer(TAKEN_AWAY) is Ruling.GRANT_AGAIN
    assert reading == [date(2027, 1, 1)]


@pytest.fixture
def scenario() -> Scenario:
    return load(example("demo.yaml"))


def named(scenario: Scenario, name: str | None) -> Scenario:
    return replace(scenario, organisation=replace(scenario.organisation, journal=name))


def test_off_loopback_the_scenario_must_name_the_journal(journal: Journal, file: Path, scenario: Scenario) -> None:
    with pytest.raises(UsageError, match=r"(?s)names no journal.*keten journal init"):
        open_named(named(scenario, None), address(file), loopback=False)

    for name, loopback in ((journal.name, False), (None, True)):
        opened = open_named(named(scenario, name), address(file), loopback=loopback)
        opened.close()
        assert opened.name == journal.name


@pytest.mark.parametrize(("name", "loopback"), [(None, False), ("J-OTHER", False), ("J-OTHER", True)])
def test_a_refused_run_leaves_nothing_at_a_mistyped_address(
    tmp_path: Path, scenario: Scenario, name: str | None, loopback: bool
) -> None:
    mistyped = tmp_path / "data" / "jornal.db"

    with pytest.raises(UsageError if name is None else StorageError):
        open_named(named(scenario, name), address(mistyped), loopback=loopback)

    assert not mistyped.parent.exists()


def test_an_older_copy_is_not_taken_for_the_journal_that_is_named(
    journal: Journal, file: Path, scenario: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    mine, copy = named(scenario, journal.name), tmp_path / "copy.db"
    intend(journal, intent())
    journal.close()
    shutil.copy(file, copy)
    with closing(open_named(mine, address(file), loopback=False)) as opened:
        ref = intend(opened, intent())

    with pytest.raises(StorageError, match=f"does not know {ref}, .* it is an older copy") as raised:
        open_named(mine, address(copy), loopback=False)
    open_named(mine, address(file), loopback=False).close()
    [kept] = (tmp_path / "state").rglob(journal.name)
    assert str(kept) in raised.value.hint
    kept.unlink()
    open_named(mine, address(copy), loopback=False).close()


def test_nothing_is_written_to_a_journal_that_was_taken_away(journal: Journal, file: Path) -> None:
    ref = intend(journal, intent())
    file.unlink()

    with pytest.raises(StorageError, match="was removed or replaced while it was in use"):
        tell(journal, ref, "granted")


def test_an_empty_file_is_not_taken_for_the_journal_that_is_named(tmp_path: Path, scenario: Scenario) -> None:
    empty = tmp_path / "journal.db"
    empty.touch()

    with pytest.raises(StorageError, match="there is no journal"):
        open_named(named(scenario, "J-OTHER"), address(empty), loopback=False)

    assert empty.read_bytes() == b""


@pytest.mark.parametrize("loopback", [True, False])
def test_another_journal_is_refused_everywhere(
    journal: Journal, file: Path, scenario: Scenario, loopback: bool
) -> None:
    with pytest.raises(UsageError) as caught:
        open_named(named(scenario, "J-OTHER"), address(file), loopback=loopback)

    assert "J-OTHER" in caught.value.message
    assert journal.name in caught.value.message
    assert journal.where in caught.value.message


def test_details_are_kept_as_json(journal: Journal, file: Path) -> None:
    ref = intend(journal, intent())
    tell(journal, ref, "in-doubt", why="“nichts”")

    [(*_, detail)] = lines(file)["events"]
    assert json.loads(detail) == {"why": "“nichts”"}


def test_what_is_told_is_kept_without_secrets_and_what_is_read_again_as_it_is(journal: Journal, file: Path) -> None:
    SECRETS.add("geheim-1", "KM-7")
    ref = intend(journal, intent())

    tell(journal, ref, AttemptState.GRANTED, reference="KM-7", error="the portal says geheim-1")
    journal.remember_sign_in("https://portal.example", "", refused=True, fingerprint="ab", words="not geheim-1")

    attempt = only(journal.history(BOOK))
    assert (attempt.reference, attempt.error) == ("KM-7", "the portal says ***")
    last = journal.last_sign_in("https://portal.example", "")
    assert last is not None
    assert last.words == "not ***"
    assert b"geheim-1" not in b"".join(path.read_bytes() for path in file.parent.iterdir())
