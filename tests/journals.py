"""Journals to test with: one of today's, and one of each earlier form as keten wrote it then."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from automation.domain import GrantedRow
from automation.journal.journal import Journal
from automation.journal.queries import Book
from automation.journal.run_journal import RunJournal
from automation.law.history import Question
from automation.law.outcome import Intent
from tests.grants import OWN

RUN = "2026-11-24T090000Z-3f2a"
BOOK = Book("https://portal.example", OWN.kvk)
DUMPS = {path.stem: path.read_text("utf-8") for path in sorted(Path(__file__).parent.glob("journal_*.sql"))}
SCHEMA_1 = DUMPS["journal_schema_1"]


def address(file: Path) -> str:
    return f"sqlite:///{file}"


@contextmanager
def writing(journal: Journal, book: Book = BOOK, run_id: str = RUN) -> Iterator[RunJournal]:
    """The journal as a run writes it, which holds the lease while this lasts."""
    with journal.leased(book.portal, book.organisation, run_id, holder=secrets.token_hex(4)) as lease:
        yield RunJournal(journal, book, run_id, (lease,))


def intend(journal: Journal, what: Intent, *, entry: str = "accountant", socket_open: bool = False) -> str:
    """The reference of an intent, written as a run does."""
    with writing(journal) as mine:
        return mine.intend(entry, what, look=mine.history(), notice={"language": "nl"}, socket_open=socket_open)


def tell(journal: Journal, ref: str, event: str, **detail: Any) -> None:
    """What became of an intent, written as a run does."""
    with writing(journal) as mine:
        mine.append(ref, event, **detail)


def ask(journal: Journal, question: Question, book: Book = BOOK) -> str:
    """The reference of a question, asked as a run does."""
    with writing(journal, book) as mine:
        return mine.ask(question)


def remember(journal: Journal, rows: list[GrantedRow]) -> None:
    """A good reading, kept as a run does."""
    with writing(journal) as mine:
        mine.remember_reading(rows)


def say(journal: Journal, ref: str, ruling: str, **detail: Any) -> None:
    """What a person says of a reference."""
    journal.append(ref, "", "ruled", leases=(), ruling=ruling, **detail)


def lines(file: Path) -> dict[str, set[tuple[Any, ...]]]:
    """All that a database holds, by table, read past keten."""
    with closing(sqlite3.connect(file)) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {table: set(database.execute(f"SELECT * FROM {table}")) for table in tables}


def write_dump(file: Path, sql: str) -> None:
    """A database from SQL text."""
    with closing(sqlite3.connect(file)) as database:
        database.executescript(sql)
