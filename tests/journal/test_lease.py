"""Of all who share a journal one run writes about an organisation (law 2.1), on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import datetime
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from automation.domain import KvkNumber
from automation.errors import Busy, StorageError
from automation.journal import lease as leases
from automation.journal.database import Database
from automation.journal.journal import Journal
from automation.journal.queries import Book
from automation.journal.run_journal import RunJournal, account_alone
from automation.law.history import Attempt
from automation.machine import locks
from tests.grants import intent
from tests.journals import BOOK, RUN, writing

OTHER_NAME = Book("https://www.portal.example", BOOK.organisation)
INTEND_ONCE = """
import secrets, sys
from automation.errors import Busy
from automation.journal.journal import Journal
from automation.journal.run_journal import RunJournal
from tests.grants import intent
from tests.journals import BOOK
journal = Journal.open(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
try:
    with journal.leased(BOOK.portal, BOOK.organisation, "a run", holder=secrets.token_hex(4)) as lease:
        mine = RunJournal(journal, BOOK, "run", (lease,))
        look = mine.history()
        if look.attempts:
            print("there")
        else:
            print(mine.intend("uwv", intent(), look=look, notice={}, socket_open=False))
except Busy:
    print("busy")
"""


@pytest.fixture
def journal(database: str) -> Iterator[Journal]:
    journal = Journal.open(database)
    yield journal
    journal.close()


@pytest.fixture
def other(database: str, journal: Journal) -> Iterator[Journal]:
    """The same journal, as another process has it."""
    other = Journal.open(database)
    yield other
    other.close()


@pytest.fixture
def runs_out_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leases, "SPAN", datetime.timedelta(0))


def intend(mine: RunJournal, entry: str = "uwv") -> str:
    return mine.intend(entry, intent(), look=mine.history(), notice={}, socket_open=False)


@contextmanager
def account_of_user(folder: Path, journal: Journal, account: str, what: str) -> Iterator[tuple[leases.Lease, ...]]:
    """An account kept by a user of the machine who has locks of their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(locks, "folder_of_locks", lambda: folder)
        with account_alone(journal, BOOK.portal, account, what) as leases_of_it:
            yield leases_of_it


def entries(journal: Journal) -> list[str]:
    attempts: tuple[Attempt, ...] = journal.history(BOOK).attempts
    return [attempt.entry for attempt in attempts]


def test_an_account_is_used_by_one_user_whatever_organisation_it_serves(
    journal: Journal, other: Journal, tmp_path: Path
) -> None:
    with account_of_user(tmp_path / "one", journal, "Beheer", "keten apply, run 1"):
        with (
            pytest.raises(Busy, match=r"the account 'beheer' .*: keten apply, run 1, process"),
            account_of_user(tmp_path / "two", other, "beheer", "keten plan, run 2"),
        ):
            pass
        with account_of_user(tmp_path / "two", other, "ander", "keten plan, run 3"):
            pass

    with account_of_user(tmp_path / "two", other, "beheer", "a later run"):
        pass


def test_who_signs_in_by_hand_without_a_user_name_waits_for_no_other_user(
    journal: Journal, other: Journal, tmp_path: Path
) -> None:
    with (
        account_of_user(tmp_path / "one", journal, "", "keten apply, run 1"),
        account_of_user(tmp_path / "two", other, "", "keten plan, run 2"),
    ):
        pass


def test_who_lost_the_account_commits_nothing_more(
    journal: Journal, other: Journal, tmp_path: Path, runs_out_at_once: None
) -> None:
    with (
        account_of_user(tmp_path / "one", journal, "beheer", "slow") as of_account,
        writing(journal, run_id="slow") as held,
    ):
        slow = replace(held, leases=held.leases + of_account)
        ref = intend(slow, "before")
        with account_of_user(tmp_path / "two", other, "beheer", "quick"):
            for write in (
                lambda: intend(slow, "after"),
                lambda: slow.append(ref, "released", what="POST"),
                lambda: slow.remember_reading([]),
            ):
                with pytest.raises(Busy, match=r"took over the account 'beheer' .* held by quick"):
                    write()

    assert entries(journal) == ["before"]
    assert str(journal.history(BOOK).attempts[0].state) == "intended"


def test_another_run_of_the_organisation_is_named_and_waited_for(journal: Journal, other: Journal) -> None:
    with writing(journal, run_id="keten apply, run 1"):
        with pytest.raises(Busy, match="keten apply, run 1, process") as caught, writing(other):
            pass
        with writing(other, Book(BOOK.portal, KvkNumber("90004760"))) as of_another_organisation:
            intend(of_another_organisation)

    assert caught.value.exit_code == 7
    with writing(other) as afterwards:
        intend(afterwards)


def test_a_run_that_died_holds_nobody_up_for_long(journal: Journal, other: Journal, runs_out_at_once: None) -> None:
    with writing(journal), writing(other) as later:
        intend(later)

    assert entries(journal) == ["uwv"]


def test_a_run_that_surely_is_gone_is_not_waited_for(journal: Journal, other: Journal) -> None:
    with (
        journal.leased(BOOK.portal, BOOK.organisation, "killed", holder="its token"),
        other.leased(BOOK.portal, BOOK.organisation, "the next", holder="mine", gone="its token") as lease,
    ):
        intend(RunJournal(other, BOOK, RUN, (lease,)))

    assert entries(journal) == ["uwv"]


def test_who_lost_the_lease_commits_nothing_more(journal: Journal, other: Journal, runs_out_at_once: None) -> None:
    with writing(journal, run_id="slow") as slow:
        ref = intend(slow, "before")
        look = slow.history()
        with writing(other, run_id="quick"):
            for write in (
                lambda: slow.intend("after", intent(), look=look, notice={}, socket_open=False),
                lambda: slow.append(ref, "released", what="POST"),
                lambda: slow.remember_reading([]),
            ):
                with pytest.raises(Busy, match=r"took over .* held by quick"):
                    write()
        with pytest.raises(Busy, match="that run has ended"):
            slow.append(ref, "granted")

    assert entries(journal) == ["before"]
    assert str(journal.history(BOOK).attempts[0].state) == "intended"
    assert journal.last_reading(BOOK) is None


def test_a_lease_that_ran_out_and_that_nobody_took_is_still_held(journal: Journal, runs_out_at_once: None) -> None:
    with writing(journal) as slow:
        intend(slow)

    assert entries(journal) == ["uwv"]


def test_a_lease_is_renewed_while_its_run_lives(
    journal: Journal, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "_RENEWED_EVERY", 0.001)
    renewals = threading.Semaphore(0)
    renew = leases.Lease.renew

    def counted(*values: object) -> None:
        renewals.release()  # what an earlier one wrote is there when the next begins
        renew(*values)  # type: ignore[arg-type]

    monkeypatch.setattr(leases.Lease, "renew", counted)
    with writing(journal):
        until = lasts_until(database)
        while renewals.acquire(blocking=False):
            pass  # what began before that reading tells nothing
        assert all(renewals.acquire(timeout=30) for _ in range(3))
        assert lasts_until(database) > until
    assert lasts_until(database) == ""


def lasts_until(database: str) -> str:
    opened = Database.read(database)
    with opened.reading() as connection:
        until = connection.execute(sa.text("SELECT until FROM leases")).scalar_one_or_none()
    opened.close()
    return until or ""


@pytest.mark.parametrize("book", [BOOK, OTHER_NAME], ids=["the same name", "another name of the portal"])
def test_an_intent_that_another_run_wrote_since_the_last_look_stops_this_one(
    journal: Journal, other: Journal, runs_out_at_once: None, book: Book
) -> None:
    with writing(journal) as mine:
        look = mine.history()
        with writing(other, book) as theirs:
            intend(theirs, "theirs")
    with writing(journal) as mine, pytest.raises(Busy, match="another run wrote G-"):
        mine.intend("mine", intent(), look=look, notice={}, socket_open=False)

    assert [attempt.entry for attempt in other.history(book).attempts] == ["theirs"]
    with writing(journal) as mine:
        intend(mine, "mine")


def test_portals_of_this_machine_are_no_other_names_of_one_another(journal: Journal) -> None:
    here, there = (Book(f"http://127.0.0.1:{port}", BOOK.organisation) for port in (1, 2))
    with writing(journal, here) as mine:
        look = mine.history()
        with writing(journal, there) as theirs:
            intend(theirs)
        mine.intend("mine", intent(), look=look, notice={}, socket_open=False)


@pytest.mark.parametrize("_", [0, *(pytest.param(n, marks=pytest.mark.slow) for n in (1, 2))])
def test_of_runs_that_start_at_once_only_one_writes_an_intent(journal: Journal, database: str, _: int) -> None:
    command = [sys.executable, "-c", INTEND_ONCE, database]
    started = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    for process in started:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    told = [process.communicate("go\n")[0].strip() for process in started]

    assert [word for word in told if word.startswith("G-")] == [
        attempt.ref for attempt in journal.history(BOOK).attempts
    ]
    assert len(entries(journal)) == 1


def test_one_process_at_a_time_writes_and_readers_see_one_moment(database: str, journal: Journal) -> None:
    first, second = Database.open(database), Database.open(database)
    order: list[str] = []

    def write(name: str, what: Callable[[], None]) -> None:
        with (first if name == "first" else second).writing():
            what()
            order.append(name)

    waiting = threading.Thread(target=write, args=("second", lambda: None))
    with first.reading() as connection:
        count = sa.text("SELECT count(*) FROM intents")
        before = connection.execute(count).scalar_one()
        with writing(journal) as mine:
            intend(mine)
        assert connection.execute(count).scalar_one() == before
    write("first", waiting.start)
    waiting.join()
    first.close()
    second.close()

    assert order == ["first", "second"]


def test_a_server_that_cannot_be_reached_is_named_without_its_password() -> None:
    with pytest.raises(StorageError, match="cannot be used") as caught:
        Journal.open("postgresql://keten:s3cret@127.0.0.1:1/keten")

    assert "s3cret" not in str(caught.value)
