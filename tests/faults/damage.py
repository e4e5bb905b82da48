"""What can happen to a journal in the middle of a run, done from outside the product, in keten's own process."""

from __future__ import annotations

import resource
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from enum import StrEnum
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tests.faults.processes import Victim, strike


class Damage(StrEnum):
    """What becomes of the journal, or of the whole disk."""

    FULL = "the disk is full"
    READ_ONLY = "the journal is read-only"
    CORRUPT = "the journal is overwritten"
    CLOSED = "the journal is gone"
    NEWER = "a newer keten takes the journal over"


def prepare(act: Victim | Damage) -> Callable[[], None]:
    """What does it, when it is called; the connections to the journal that are made from now on are known to it."""
    if isinstance(act, Victim):
        return lambda: strike(act)
    connections: list[Any] = []
    sa.event.listen(sa.Pool, "connect", lambda connection, _: connections.append(connection))

    def damage() -> None:
        if act is Damage.FULL:
            resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
        for connection in connections:
            with suppress(sqlite3.ProgrammingError):  # one that the journal let go of before
                _hurt(connection, act)

    return damage


def _hurt(connection: Any, damage: Damage) -> None:
    if damage is Damage.READ_ONLY:
        connection.execute("PRAGMA query_only = ON")
    elif damage is Damage.CLOSED:
        connection.close()
    elif damage in _TO_FILES:
        for _, _, file in connection.execute("PRAGMA database_list").fetchall():
            _TO_FILES[damage](Path(file))


def _take_over(file: Path) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as newer:
        newer.execute("UPDATE journal SET schema_version = 1000")


def _overwrite(file: Path) -> None:
    for path in (file, file.with_name(f"{file.name}-wal")):
        if path.exists():
            with path.open("r+b") as held:
                held.write(b"\xaa" * path.stat().st_size)


_TO_FILES = {Damage.CORRUPT: _overwrite, Damage.NEWER: _take_over}
