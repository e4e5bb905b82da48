"""The database of a journal, SQLite or PostgreSQL: a commit is on the disk, and one process at a time writes.

A journal that is full, read-only, corrupt or newer than this keten shows when it is opened, before any click (law 6).
"""

from __future__ import annotations

import datetime
import os
import secrets
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final, Self

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, NoSuchModuleError, SQLAlchemyError

from automation.errors import StorageError
from automation.journal.tables import MIGRATIONS, SCHEMA, TABLES, journal

_WRITERS: Final = 0x6B6574656E  # “keten”: the advisory lock that every writer of a PostgreSQL journal takes
_WAIT: Final = 10  # seconds that one process waits for another that writes


class Database:
    """An open database of a journal; whatever goes wrong with it is a StorageError that names it."""

    def __init__(self, address: str) -> None:
        """No connection is made yet; StorageError when the address is not valid, or its driver is missing."""
        self._engine = _engine(address)
        self._is_postgresql = self._engine.dialect.name == "postgresql"
        self._file = _file(self._engine.url)
        shown = self._engine.url.render_as_string(hide_password=True).replace("+psycopg", "")
        self.where = str(self._file or shown)
        self.name = ""
        self._inode: int | None = None

    @classmethod
    def open(cls, address: str, *, make: bool = True) -> Self:
        """Open it to write, made and named when it is not there yet and may be, its tables brought up to date."""
        database = cls(address)
        with database._closed_if_it_fails(), database._errors():
            if database._file is not None and make:
                _make(database._file)
            database._check_there()
            with database.writing() as connection:
                database._check_whole(connection)
                if not sa.inspect(connection).get_table_names():
                    if not make:
                        raise database._none_there()
                    TABLES.create_all(connection)
                    name = f"J-{secrets.token_hex(4).upper()[:5]}"
                    connection.execute(journal.insert().values(name=name, schema_version=SCHEMA))
                database.check_version(connection)
            database._write_ahead()
            with database.writing() as connection:
                database._migrate(connection)
            database._inode = database._inode_now()
        return database

    @classmethod
    def read(cls, address: str) -> Self:
        """Open one that is there, which need not be writable unless its tables are of an older keten."""
        database = cls(address)
        with database._closed_if_it_fails():
            database._check_there()
            with database.reading() as connection:
                version = database.check_version(connection)
            if version < SCHEMA:
                with database.writing() as connection:
                    database._migrate(connection)
            database._inode = database._inode_now()
        return database

    @property
    def is_there(self) -> bool:
        """Whether its file is there; of another database, that is only known when it is opened."""
        return self._file is None or self._file.exists()

    def _check_there(self) -> None:
        if not self.is_there:
            raise self._none_there()

    def _none_there(self) -> StorageError:
        return StorageError(
            f"there is no journal at {self.where}",
            "Set KETEN_DATABASE_URL to where it is, or start one with `keten journal init FILE`; what was "
            "done with `--portal mock` is in a journal beside the run's folder.",
        )

    def check_in_place(self) -> None:
        """StorageError when the file was removed or replaced: SQLite would go on writing to one that nobody finds."""
        if self._inode_now() != self._inode:
            raise StorageError(
                f"the journal {self.where} was removed or replaced while it was in use", "Put it back, and run again."
            )

    def _inode_now(self) -> int | None:
        try:
            return self._file.stat().st_ino if self._file is not None else None
        except OSError:
            return None

    def close(self) -> None:
        """Let go of it."""
        self._engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A connection on which all that is read is of one moment."""
        of_one_moment = {"isolation_level": "REPEATABLE READ"} if self._is_postgresql else {}
        with self._errors(), self._engine.connect().execution_options(**of_one_moment) as connection:
            try:
                yield connection
            except (ValueError, LookupError, TypeError) as error:
                raise StorageError(
                    f"the journal {self.where} holds a line that cannot be read: {error!r}",
                    "Restore it from a backup: nothing is recorded without a journal.",
                ) from error

    @contextmanager
    def reading_anew(self) -> Iterator[sa.Connection]:
        """A connection that remembers nothing, and so shows what is on the disk."""
        fresh = type(self)(self._engine.url.render_as_string(hide_password=False))
        try:
            with fresh.reading() as connection:
                yield connection
        finally:
            fresh.close()

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A connection that alone writes, from its first reading on; on the disk when this ends without an error."""
        with self._errors(), self._engine.execution_options(keten_begin="BEGIN IMMEDIATE").begin() as connection:
            if self._is_postgresql:
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_WRITERS)))
            yield connection

    def now(self, connection: sa.Connection) -> datetime.datetime:
        """The moment (UTC) by the one clock that all who share the database have in common."""
        if self._is_postgresql:
            moment: datetime.datetime = connection.execute(sa.select(sa.func.clock_timestamp())).scalar_one()
            return moment.astimezone(datetime.UTC)
        return datetime.datetime.now(datetime.UTC)

    def _write_ahead(self) -> None:
        """Readers do not wait for the writer from now on; not before it is known that the database is a journal."""
        if self._engine.dialect.name == "sqlite":
            sa.event.listen(self._engine, "connect", _use_wal)
            self._engine.dispose()

    def _check_whole(self, connection: sa.Connection) -> None:
        if self._engine.dialect.name != "sqlite":
            return
        found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
        if found != "ok":
            raise StorageError(f"the journal {self.where} is corrupt: {found}", "Restore it from a backup.")

    def check_version(self, connection: sa.Connection) -> int:
        """Its version, its name being kept; StorageError when it is no journal, or of a newer keten."""
        tables = sa.inspect(connection)
        columns = {column["name"] for column in tables.get_columns("journal")} if tables.has_table("journal") else set()
        if not columns >= set(journal.columns.keys()):
            raise StorageError(f"{self.where} is not a journal of keten", "Set KETEN_DATABASE_URL to another.")
        self.name, version = connection.execute(sa.select(journal.c.name, journal.c.schema_version)).one()
        if version > SCHEMA:
            raise StorageError(
                f"{self.where} was written by a newer keten (schema {version}, this one knows {SCHEMA})",
                "Update keten.",
            )
        return int(version)

    def _migrate(self, connection: sa.Connection) -> None:
        for older in range(self.check_version(connection), SCHEMA):
            MIGRATIONS[older](connection)
        # Written even when nothing changed: now, and not after a click, it must show that nothing can be written.
        connection.execute(journal.update().values(schema_version=SCHEMA))

    @contextmanager
    def _closed_if_it_fails(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self.close()
            raise

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except (SQLAlchemyError, OSError) as error:
            told = error.orig if isinstance(error, DBAPIError) else getattr(error, "strerror", None) or error
            told = " ".join(str(told).split())  # PostgreSQL's driver writes several lines
            mend = (
                "see that KETEN_DATABASE_URL is right, that the server can be reached and has room, and that its role "
                "may create tables"
                if self._is_postgresql
                else "make it writable, make room on its disk, or restore it"
            )
            raise StorageError(
                f"the journal {self.where} cannot be used: {told}", f"Nothing is recorded without a journal: {mend}."
            ) from error


def _engine(address: str) -> sa.Engine:
    """The engine of an address; StorageError, which never quotes the address: it may hold a password."""
    why, hint = "", "Write it as sqlite:////folder/journal.db or postgresql://user@host/database."
    try:
        url = sa.make_url(address)
        if url.drivername in ("postgres", "postgresql"):
            url = url.set(drivername="postgresql+psycopg")
        kind = url.drivername.partition("+")[0]
        in_memory = url.database in (None, "", ":memory:") or "memory" in str(url.query.get("mode"))
        if kind == "sqlite" and not in_memory:
            engine = sa.create_engine(url)
            sa.event.listen(engine, "connect", _durably)
            sa.event.listen(engine, "begin", _begin)
            return engine
        if kind == "postgresql":
            return sa.create_engine(url, pool_pre_ping=True, connect_args=_PATIENTLY)
        why = ": a journal in memory would be forgotten" if kind == "sqlite" else f": it is for {kind}"
    except (ImportError, NoSuchModuleError):
        why, hint = ": the driver of PostgreSQL is not installed", "Install it: pip install 'keten[postgres]'."
    except (SQLAlchemyError, ValueError):
        pass
    raise StorageError(f"KETEN_DATABASE_URL is not the address of a database that can be used{why}", hint)


_PATIENTLY: Final = {
    "connect_timeout": _WAIT,
    "client_encoding": "UTF8",  # else a database that was made without an encoding gives bytes
    "options": f"-c lock_timeout={_WAIT * 1000} -c synchronous_commit=on -c idle_in_transaction_session_timeout=60000",
}
"""A commit is on the server's disk when it returns, and a writer that stalls does not block others for long."""


def _durably(connection: Any, _record: object) -> None:
    """A commit is on the disk when it returns."""
    connection.isolation_level = None  # else Python begins and ends transactions of its own, and leaves tables out
    for pragma in (f"busy_timeout = {_WAIT * 1000}", "synchronous = FULL", "fullfsync = ON"):
        connection.execute(f"PRAGMA {pragma}")


_BETWEEN_TRIES: Final = 0.05  # seconds
_PRIMARY: Final = 0xFF
"""What of an error's code says of which kind it is (sqlite.org/rescode.html)."""


def _use_wal(connection: Any, _record: object) -> None:
    """Wait for whoever else changes this: SQLite's own time-out does not hold here, and nothing tells of the end."""
    deadline = time.monotonic() + _WAIT
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & _PRIMARY != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(_BETWEEN_TRIES)
        else:
            return


def _begin(connection: sa.Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("keten_begin", "BEGIN"))


def _file(url: sa.URL) -> Path | None:
    """Where SQLite keeps it; None for another database, or where SQLite is to find the file itself."""
    if url.get_backend_name() != "sqlite" or url.database is None or url.database.startswith("file:"):
        return None
    return Path(url.database).absolute()


def _make(file: Path) -> None:
    """An empty file for the owner alone; what SQLite keeps beside it gets the same mode."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(FileExistsError):
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
