"""The database of a journal: its tables, opened so that a commit is on the disk, and never one that cannot be written.

A journal that is full, read-only, corrupt or newer than this keten shows when it is opened, before any click (law 6).
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, NoSuchModuleError, SQLAlchemyError

from automation.errors import StorageError

SCHEMA = 2
"""Version of the tables; `MIGRATIONS[n]` leads from n to n + 1."""

_tables = sa.MetaData()
_journal = sa.Table(
    "journal",
    _tables,
    sa.Column("name", sa.String(16), primary_key=True),
    sa.Column("schema_version", sa.Integer, nullable=False),
)
intents = sa.Table(
    "intents",
    _tables,
    sa.Column("ref", sa.String(16), primary_key=True),
    sa.Column("portal", sa.String(255), nullable=False),
    sa.Column("organisation", sa.String(8), nullable=False),
    sa.Column("kvk", sa.String(8), nullable=False),
    sa.Column("run_id", sa.String(32), nullable=False),
    sa.Column("entry", sa.String(64), nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("intent", sa.Text, nullable=False),
    sa.Column("notice", sa.Text, nullable=False),
    sa.Column("socket_open", sa.Boolean, nullable=False),
)
events = sa.Table(
    "events",
    _tables,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("ref", sa.String(16), nullable=False, index=True),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("run_id", sa.String(32), nullable=False),
    sa.Column("event", sa.String(32), nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
)
questions = sa.Table(
    "questions",
    _tables,
    sa.Column("ref", sa.String(16), primary_key=True),
    sa.Column("portal", sa.String(255), nullable=False),
    sa.Column("organisation", sa.String(8), nullable=False),
    sa.Column("kvk", sa.String(8), nullable=False),
    sa.Column("matter", sa.String(16), nullable=False),
    sa.Column("elements", sa.Text, nullable=False),
    sa.Column("rows", sa.Text, nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
)
readings = sa.Table(
    "readings",
    _tables,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("portal", sa.String(255), nullable=False),
    sa.Column("organisation", sa.String(8), nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("ends", sa.Text, nullable=False),
)
runs = sa.Table(
    "runs",
    _tables,
    sa.Column("run_id", sa.String(32), primary_key=True),
    sa.Column("folder", sa.Text, nullable=False),
    sa.Column("manifest_sha256", sa.String(64), nullable=False),
)
sign_ins = sa.Table(
    "sign_ins",
    _tables,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("portal", sa.String(255), nullable=False),
    sa.Column("account", sa.String(255), nullable=False),
    sa.Column("event", sa.String(16), nullable=False),
    sa.Column("fingerprint", sa.String(64), nullable=False),
    sa.Column("words", sa.Text, nullable=False),
)
"""Sign-ins that a portal refused, and for an account of which one was refused, the next that it accepted."""
keys = sa.Table(
    "keys",
    _tables,
    sa.Column("purpose", sa.String(32), primary_key=True),
    sa.Column("key", sa.String(64), nullable=False),
)
"""Random keys of this journal's own."""


def _with_sign_ins(connection: sa.Connection) -> None:
    _tables.create_all(connection, [sign_ins, keys])


MIGRATIONS: dict[int, Callable[[sa.Connection], None]] = {1: _with_sign_ins}


class Database:
    """An open database of a journal; whatever goes wrong with it is a StorageError that names it."""

    def __init__(self, address: str) -> None:
        """No connection is made yet; StorageError when the address is none, or its driver is missing."""
        self._engine = _engine(address)
        self._file = _file(self._engine.url)
        self.where = str(self._file or self._engine.url.render_as_string(hide_password=True))
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
                    _tables.create_all(connection)
                    name = f"J-{secrets.token_hex(4).upper()[:5]}"
                    connection.execute(_journal.insert().values(name=name, schema_version=SCHEMA))
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
        with self._errors(), self._engine.connect() as connection:
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
            yield connection

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
        columns = {
            table: {column["name"] for column in sa.inspect(connection).get_columns(table)}
            for table in sa.inspect(connection).get_table_names()
        }
        if not columns.get("journal", set()) >= set(_journal.columns.keys()):
            raise StorageError(f"{self.where} is no journal of keten's", "Set KETEN_DATABASE_URL to another.")
        self.name, version = connection.execute(sa.select(_journal.c.name, _journal.c.schema_version)).one()
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
        connection.execute(_journal.update().values(schema_version=SCHEMA))

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
            raise StorageError(
                f"the journal {self.where} cannot be used: {told}",
                "Nothing is recorded without a journal: make it writable, make room on its disk, or restore it.",
            ) from error


def _engine(address: str) -> sa.Engine:
    why = ""
    try:
        engine = sa.create_engine(address)
    except (ImportError, NoSuchModuleError) as error:
        why = f": {error}"
    except (SQLAlchemyError, ValueError):
        pass  # what it says may quote the address, and that may hold a password
    else:
        in_memory = engine.url.database in (None, "", ":memory:") or "memory" in str(engine.url.query.get("mode"))
        if engine.dialect.name != "sqlite" or not in_memory:
            if engine.dialect.name == "sqlite":
                sa.event.listen(engine, "connect", _durably)
                sa.event.listen(engine, "begin", _begin)
            return engine
        why = ": a journal in memory would be forgotten"
    raise StorageError(
        f"KETEN_DATABASE_URL is not the address of a database that can be used{why}",
        "Write it as sqlite:////folder/journal.db; databases of other kinds need their driver installed.",
    )


def _durably(connection: Any, _record: object) -> None:
    """A commit is on the disk when it returns."""
    connection.isolation_level = None  # else Python begins and ends transactions of its own, and leaves tables out
    for pragma in ("busy_timeout = 10000", "synchronous = FULL", "fullfsync = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _use_wal(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA journal_mode = WAL")


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
