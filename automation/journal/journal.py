"""The durable record of intents and what became of them (law 6): a new line for every change, nothing updated away.

What it holds as values is in `automation.law.history`; where it is kept, in `automation.journal.database`.
"""

from __future__ import annotations

import datetime
import json
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from automation.domain import GrantedRow, KvkNumber
from automation.errors import StorageError
from automation.journal import marks, queries
from automation.journal.database import Database
from automation.journal.lease import Lease, kept_up
from automation.journal.queries import Book
from automation.journal.records import (
    as_ends,
    of_elements,
    of_ends,
    of_fingerprints,
    of_intent,
)
from automation.journal.tables import events, intents, keys, questions, readings, runs, sign_ins
from automation.law.events import EventKind
from automation.law.history import History, Question
from automation.law.outcome import Intent
from automation.machine.masking import SECRETS

_WORDS = frozenset({"error", "reason", "what", "why"})
"""What an event tells people, and so is written without secrets; all else is read again by keten."""


@dataclass(frozen=True)
class SignInLine:
    """A sign-in that was refused, with the portal's words, or accepted again; the moment in UTC."""

    at: datetime.datetime
    refused: bool
    fingerprint: str
    words: str


class Journal:
    """An open journal; every method raises StorageError when it cannot be read or written."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.name = database.name
        self.where = database.where
        self._marked = False

    @classmethod
    def open(cls, address: str, *, make: bool = True) -> Journal:
        """Open the database, made and named when it is not there yet, unless it must be: not `make`.

        StorageError when it is full, read-only, corrupt, no journal, or of a newer version of keten.
        """
        return cls(Database.open(address, make=make))

    @staticmethod
    def is_there(address: str) -> bool:
        """Whether there is a database at this address; StorageError when it is no address."""
        return Database(address).is_there

    @classmethod
    def read(cls, address: str) -> Journal:
        """Open one that must be there, and need not be writable."""
        return cls(Database.read(address))

    def check_newest(self) -> None:
        """StorageError when it lacks what this machine wrote into it last; that is remembered from now on."""
        self._marked = True
        written = marks.last(self.name)
        if written is None:
            return
        ref, event, file = written
        known = sa.select(intents.c.ref).where(intents.c.ref == ref)
        if event:
            known = sa.select(events.c.ref).where((events.c.ref == ref) & (events.c.event == event))
        with self._database.reading() as connection:
            if connection.execute(known).first() is None:
                raise StorageError(
                    f"the journal {self.where} does not know {ref}, which was written into it: it is an older copy",
                    "Put the newest one in its place. If that is lost, look at the portal for what was granted since, "
                    f"and remove {file} to go on with this one.",
                )

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()

    @contextmanager
    def leased(self, portal: str, held: str, what: str, *, holder: str, gone: str | None = None) -> Iterator[Lease]:
        """While this lasts, no other run that shares this journal holds that organisation or account at that portal.

        Busy, naming the other, when one does. `what` tells people what this run does, `holder` is a token of it alone,
        and `gone` that of a run that has certainly ended (see `locks`).
        """
        lease = Lease(portal, held, holder)
        with self._database.writing() as connection:
            lease.take(connection, what, self._database.now(connection), gone)

        def renew() -> None:
            with self._database.writing() as connection:
                lease.renew(connection, self._database.now(connection))

        try:
            with kept_up(renew):
                yield lease
        finally:
            with suppress(StorageError), self._database.writing() as connection:
                lease.let_go(connection)

    def draw_ref(self) -> str:
        """A reference that was not given before, for an intent that is about to be filled in."""
        with self._database.reading() as connection:
            return self._new_ref(connection)

    def intend(
        self,
        book: Book,
        run_id: str,
        entry: str,
        intent: Intent,
        *,
        leases: Iterable[Lease],
        look: History,
        notice: dict[str, Any],
        socket_open: bool,
        ref: str | None = None,
    ) -> str:
        """Write-ahead (law 2.7): the reference of what the next click records, which may have been drawn before.

        `look` is the history by which it was decided: in the one transaction that writes, the leases are still held and
        no other intent of the organisation is there, under any name of the portal (law 2.1), or it is Busy. `notice` is
        what step 6 will need. It is read back from the disk: what is in memory would not show that the file was
        overwritten. StorageError then, and when a drawn reference was given to another meanwhile.
        """
        self._database.check_in_place()
        with self._database.writing() as connection:
            self._database.check_version(connection)
            queries.check_held(connection, leases)
            queries.check_nothing_new(connection, book, look)
            ref = ref or self._new_ref(connection)
            line = {
                "ref": ref,
                "portal": book.portal,
                "organisation": book.organisation,
                "kvk": intent.kvk,
                "run_id": run_id,
                "entry": entry,
                "at": self._now(),
                "intent": of_intent(intent),
                "notice": json.dumps(notice),
                "socket_open": socket_open,
            }
            connection.execute(intents.insert().values(**line))
        with self._database.reading_anew() as connection:
            connection.execute(sa.select(intents.c.intent).where(intents.c.ref == ref)).scalar_one()
        if self._marked:
            marks.remember(self.name, ref)
        return ref

    def append(self, ref: str, run_id: str, event: str, *, leases: Iterable[Lease], **detail: Any) -> None:
        """A change of a reference's state, or a fact about it, on a line of its own.

        A person's line has an empty `run_id` and no leases; a run that lost one of its is Busy, and writes nothing.
        Raises ValueError for an event that may not follow what happened before.
        """
        self._database.check_in_place()
        told = json.dumps({key: SECRETS.data(value) if key in _WORDS else value for key, value in detail.items()})
        line = {"ref": ref, "at": self._now(), "run_id": run_id, "event": event, "detail": told}
        with self._database.writing() as connection:
            queries.check_held(connection, leases)
            queries.check_order(connection, ref, EventKind(event))
            connection.execute(events.insert().values(**line))
        if event == "released" and self._marked:  # a copy without it would take the click for one that was never made
            marks.remember(self.name, ref, event)

    def history(self, book: Book) -> History:
        """All that is known of an organisation at a portal."""
        with self._database.reading() as connection:
            attempts, asked = queries.pasts_of(connection, book), queries.questions_of(connection, book)
            elsewhere = (
                (portal, attempt)
                for portal in queries.other_names(connection, book)
                for attempt in queries.pasts_of(connection, Book(portal, book.organisation))
            )
            return History(attempts, asked, tuple(elsewhere))

    def books(self) -> list[Book]:
        """Every organisation and portal that something was written about."""
        pairs = sa.union(*(sa.select(table.c.portal, table.c.organisation) for table in (intents, questions)))
        with self._database.reading() as connection:
            found = [Book(portal, KvkNumber(organisation)) for portal, organisation in connection.execute(pairs)]
        return sorted(found, key=lambda book: (book.portal, book.organisation))

    def notice_facts(self, ref: str) -> dict[str, Any]:
        """What step 6 needs to know of an intent, as it was written with it."""
        with self._database.reading() as connection:
            text = connection.execute(sa.select(intents.c.notice).where(intents.c.ref == ref)).scalar_one()
            return dict(json.loads(text))

    def ask(self, book: Book, question: Question, leases: Iterable[Lease]) -> str:
        """The reference of a question that only a person can answer; made when it was not asked before."""
        with self._database.writing() as connection:
            queries.check_held(connection, leases)
            for known in queries.questions_of(connection, book):
                if known.same_as(question) and known.ref is not None:
                    return known.ref
            ref = self._new_ref(connection)
            line = {
                "ref": ref,
                "portal": book.portal,
                "organisation": book.organisation,
                "kvk": question.kvk,
                "matter": question.kind,
                "elements": of_elements(question.elements),
                "rows": of_fingerprints(question.rows),
                "at": self._now(),
            }
            connection.execute(questions.insert().values(**line))
        return ref

    def last_reading(self, book: Book) -> list[datetime.date | None] | None:
        """The end dates of the rows of the last good reading of the whole list; None when there was none."""
        query = sa.select(readings.c.ends).where(queries.of(readings, book)).order_by(readings.c.number.desc()).limit(1)
        with self._database.reading() as connection:
            text = connection.execute(query).scalar_one_or_none()
            return None if text is None else as_ends(text)

    def remember_reading(self, book: Book, rows: Iterable[GrantedRow], leases: Iterable[Lease]) -> None:
        """This reading of the whole list was a good one."""
        line = {"portal": book.portal, "organisation": book.organisation, "ends": of_ends(rows)}
        self._insert(readings, leases, at=self._now(), **line)

    def remember_run(self, run_id: str, folder: Path, manifest_sha256: str) -> None:
        """The hash of a sealed run, so that a run that is removed or rewritten is noticed."""
        self._insert(runs, (), run_id=run_id, folder=str(folder), manifest_sha256=manifest_sha256)

    def last_sign_in(self, portal: str, account: str) -> SignInLine | None:
        """What was written last of an account (by its name in the settings) at a portal; None when nothing was."""
        mine = (sign_ins.c.portal == portal) & (sign_ins.c.account == account)
        query = sign_ins.select().where(mine).order_by(sign_ins.c.number.desc()).limit(1)
        with self._database.reading() as connection:
            line = connection.execute(query).mappings().first()
            if line is None:
                return None
            at = datetime.datetime.fromisoformat(line["at"])
            return SignInLine(at, line["event"] == "refused", line["fingerprint"], line["words"])

    def remember_sign_in(self, portal: str, account: str, *, refused: bool, fingerprint: str, words: str) -> None:
        """The portal refused the credentials of this fingerprint, or has accepted the account again."""
        event = "refused" if refused else "accepted"
        line = {"portal": portal, "account": account, "event": event, "fingerprint": fingerprint}
        self._insert(sign_ins, (), at=self._now(), words=SECRETS.text(words), **line)

    def key(self, purpose: str) -> bytes:
        """A random key of this journal's own, made when it is first asked for."""
        with self._database.writing() as connection:
            known = connection.execute(sa.select(keys.c.key).where(keys.c.purpose == purpose)).scalar_one_or_none()
            if known is None:
                known = secrets.token_hex(32)
                connection.execute(keys.insert().values(purpose=purpose, key=known))
        return bytes.fromhex(known)

    def _insert(self, table: sa.Table, leases: Iterable[Lease], **line: Any) -> None:
        with self._database.writing() as connection:
            queries.check_held(connection, leases)
            connection.execute(table.insert().values(**line))

    def _new_ref(self, connection: sa.Connection) -> str:
        """A reference of keten's own that was not given before: `G-7F3A21`."""
        while True:
            ref = f"G-{secrets.token_hex(3).upper()}"
            given = sa.union(*(sa.select(table.c.ref).where(table.c.ref == ref) for table in (intents, questions)))
            if connection.execute(given).first() is None:
                return ref

    def _now(self) -> str:
        return datetime.datetime.now(datetime.UTC).isoformat(timespec="microseconds")
