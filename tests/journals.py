"""Journals to test with: one of today's, and one of each earlier form as keten wrote it then."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from automation.journal import Book, Journal
from automation.outcome import Intent
from tests.grants import OWN

RUN = "2026-11-24T090000Z-3f2a"
BOOK = Book("https://portal.example", OWN.kvk)
DUMPS = {path.stem: path.read_text("utf-8") for path in sorted(Path(__file__).parent.glob("journal_*.sql"))}
SCHEMA_1 = DUMPS["journal_schema_1"]


def address(file: Path) -> str:
    return f"sqlite:///{file}"


def intend(journal: Journal, what: Intent, *, entry: str = "accountant", socket_open: bool = False) -> str:
    """The reference of an intent, written as a run does."""
    return journal.intend(BOOK, RUN, entry, what, notice={"language": "nl"}, socket_open=socket_open)


def lines(file: Path) -> dict[str, set[tuple[Any, ...]]]:
    """All that a database holds, by table, read past keten."""
    with closing(sqlite3.connect(file)) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {table: set(database.execute(f"SELECT * FROM {table}")) for table in tables}


def write_dump(file: Path, sql: str) -> None:
    """A database from SQL text."""
    with closing(sqlite3.connect(file)) as database:
        database.executescript(sql)
