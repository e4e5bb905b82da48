"""The lease: of all who share a journal, one run works on an organisation, or with an account, at a portal (law 2.1).

The file lock of `locks` is seen by one user of one machine; the lease by every user, container and machine that has
the journal. It expires, so that a run that died does not block others for long, and every line that a run writes
is written in a transaction that finds the lease still held: who lost it commits nothing more.
"""

from __future__ import annotations

import datetime
import os
import platform
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Event, Thread
from typing import Final

import sqlalchemy as sa

from automation.errors import Busy, StorageError
from automation.journal.tables import leases

SPAN: Final = datetime.timedelta(seconds=60)
"""How long a lease lasts after it was taken or renewed last."""
_RENEWED_EVERY: Final = 15.0  # seconds


@dataclass(frozen=True)
class Lease:
    """A run's right to one organisation or account at one portal; `holder` is a token of that run alone."""

    portal: str
    held: str
    """The organisation, by its KvK number, or the account, in words."""
    holder: str

    @property
    def _mine(self) -> sa.ColumnElement[bool]:
        return (leases.c.portal == self.portal) & (leases.c.held == self.held)

    def take(self, connection: sa.Connection, what: str, now: datetime.datetime, gone: str | None) -> None:
        """Take it, in a transaction that alone writes; Busy, naming the holder, when another run has it.

        `what` tells people what this run does; `now` is the database's moment. `gone` is the token of a run that
        has certainly ended, whose lease need not be waited for.
        """
        held = connection.execute(leases.select().where(self._mine)).mappings().first()
        if held is not None and held["holder"] != gone and datetime.datetime.fromisoformat(held["until"]) > now:
            raise Busy(
                f"another run holds {self.held} at {self.portal} in this journal: {held['what']}",
                f"Wait until it is done, or stop it; the lease of a run that died ends after {SPAN.seconds} seconds.",
            )
        connection.execute(leases.delete().where(self._mine))
        line = {"portal": self.portal, "held": self.held, "holder": self.holder}
        connection.execute(leases.insert().values(**line, what=f"{what}, {_who()}", until=_text(now + SPAN)))

    def check(self, connection: sa.Connection) -> None:
        """Busy when another run took it meanwhile; that it ran out, and nobody took it, loses nothing."""
        held = connection.execute(sa.select(leases.c.holder, leases.c.what).where(self._mine)).first()
        if held is None or held.holder != self.holder:
            now = f"it is held by {held.what}" if held is not None else "that run has ended"
            raise Busy(
                f"another run took over {self.held} at {self.portal}, because this one showed no sign of life "
                f"for {SPAN.seconds} seconds; {now}",
                "This run records nothing more. Run again: it settles first what this run left open.",
            )

    def renew(self, connection: sa.Connection, now: datetime.datetime) -> None:
        """Let it last from now; one that was lost stays lost."""
        mine = self._mine & (leases.c.holder == self.holder)
        connection.execute(leases.update().where(mine).values(until=_text(now + SPAN)))

    def let_go(self, connection: sa.Connection) -> None:
        """Give it up for the next run."""
        connection.execute(leases.delete().where(self._mine & (leases.c.holder == self.holder)))


@contextmanager
def kept_up(renew: Callable[[], None]) -> Iterator[None]:
    """While this lasts, `renew` is called every 15 seconds by a thread; a StorageError is left to the next write."""
    over = Event()

    def keep_up() -> None:
        while not over.wait(_RENEWED_EVERY):
            with suppress(StorageError):
                renew()

    thread = Thread(target=keep_up, name="keten-lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _who() -> str:
    return f"process {os.getpid()} on {platform.node() or 'a machine without a name'}"


def _text(moment: datetime.datetime) -> str:
    return moment.isoformat(timespec="microseconds")
