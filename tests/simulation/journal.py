"""The program's own journal on a database in memory: at its edges the world may fail; a kill leaves what is there."""

from __future__ import annotations

import datetime
import json
import weakref
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from automation.domain import GrantedRow
from automation.errors import Busy
from automation.journal.journal import Journal
from automation.journal.lease import SPAN, Lease
from automation.journal.queries import Book
from automation.journal.tables import TABLES, events, intents, leases, questions, readings
from automation.law.history import History, Question
from automation.law.outcome import Intent
from tests.simulation.world import World

NAME = "J-SIM00"

_USED = (events, intents, leases, questions, readings)
_FREE: list[sa.Engine] = []
"""Databases that no journal uses any more: to make one, and to compile its statements, takes longer than a history."""


class _Memory:
    """Stands in for `automation.journal.database.Database`."""

    name, where = NAME, "memory"

    def __init__(self, world: World) -> None:
        self._world = world
        if not _FREE:
            _FREE.append(sa.create_engine("sqlite://", poolclass=sa.StaticPool))
            TABLES.create_all(_FREE[0])
        self._engine = _FREE.pop()
        weakref.finalize(self, _FREE.append, self._engine)
        with self.writing() as connection:
            for table in _USED:
                connection.execute(table.delete())

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        with self._engine.begin() as connection:
            yield connection

    reading = reading_anew = writing

    def now(self, _: sa.Connection) -> datetime.datetime:
        return self._world.now

    def check_in_place(self) -> None:
        """It is never replaced."""

    def check_version(self, _: sa.Connection) -> None:
        """It is never another's."""

    def close(self) -> None:
        """It is used again."""


class SimulatedJournal(Journal):
    """A journal whose clock is the world's, and before and after each of whose lines something may happen."""

    def __init__(self, world: World) -> None:
        memory: Any = _Memory(world)
        super().__init__(memory)
        self._world = world
        self._read: dict[Book | None, History] = {}
        """What was read since the last line was written; None for all that stands in it."""
        self.last_writer: dict[str, str] = {}
        """The run that wrote the last line of each reference."""
        self.intended = self._nobody

    @staticmethod
    def _nobody(ref: str, entry: str, intent: Intent) -> None:
        """Told of each intent that is written."""

    def check_newest(self) -> None:
        """It is never an older copy."""

    @contextmanager
    def leased(self, portal: str, held: str, what: str, *, holder: str, gone: str | None = None) -> Iterator[Lease]:
        """As the journal's; what was killed does not let go, and no thread renews it."""
        lease = Lease(portal, held, holder)
        with self._database.writing() as connection:
            lease.take(connection, what, self._world.now, gone)
        self._world.note(f"journal: the lease is for {what}")
        yield lease
        with self._database.writing() as connection:
            lease.let_go(connection)

    def renew(self) -> None:
        """All that live are renewed."""
        until = (self._world.now + SPAN).isoformat(timespec="microseconds")
        with self._database.writing() as connection:
            connection.execute(leases.update().values(until=until))

    def draw_ref(self) -> str:
        """As the journal's."""
        self._world.storage("before a reference is drawn")
        return super().draw_ref()

    def intend(self, book: Book, run_id: str, entry: str, intent: Intent, **more: Any) -> str:
        """As the journal's."""
        self._world.storage("before the intent is written")
        self._check(more["leases"])
        with self._counted():
            ref = super().intend(book, run_id, entry, intent, **more)
        self._read.clear()
        self.intended(ref, entry, intent)
        self._world.note(f"journal: {ref} intended: {sorted(map(str, intent.elements))} for {intent.kvk}")
        self._world.step("after the intent was written", 0.1)
        return ref

    def append(self, ref: str, run_id: str, event: str, *, leases: Iterable[Lease], **detail: Any) -> None:
        """As the journal's."""
        self._world.storage(f"before {event} of {ref} is written")
        self._check(leases)
        with self._counted():
            super().append(ref, run_id, event, leases=leases, **detail)
        self.last_writer[ref] = run_id
        self._note(ref, event, detail)
        self._world.step(f"after {event} of {ref} was written", 0.1)

    def rule(self, ref: str, event: str, **detail: Any) -> None:
        """A line of a person's, who is not killed."""
        super().append(ref, "", event, leases=(), **detail)
        self._note(ref, event, detail)

    def _note(self, ref: str, event: str, detail: dict[str, Any]) -> None:
        self._read.clear()
        self._world.note(f"journal: {ref} {event} {detail or ''}")

    def _check(self, leases: Iterable[Lease]) -> None:
        assert len({lease.held for lease in leases}) == 2, "a run writes under both of its leases"

    @contextmanager
    def _counted(self) -> Iterator[None]:
        try:
            yield
        except Busy as error:
            self._world.figures[f"busy: {error.message.split(' because')[0][:30]}"] += 1
            raise

    def history(self, book: Book) -> History:
        """As the journal's."""
        self._world.step("reading the journal", 0.1)
        if book not in self._read:
            self._read[book] = super().history(book)
        return self._read[book]

    def known(self) -> History:
        """What stands in it, read by somebody who is not killed."""
        if None not in self._read:
            found = [super(SimulatedJournal, self).history(book) for book in self.books()]
            attempts = [attempt for history in found for attempt in history.attempts]
            questions = [question for history in found for question in history.questions]
            self._read[None] = History(
                tuple(sorted(attempts, key=lambda attempt: attempt.ref)),
                tuple(sorted(questions, key=lambda question: str(question.ref))),
            )
        return self._read[None]

    def ask(self, book: Book, question: Question, leases: Iterable[Lease]) -> str:
        """As the journal's."""
        self._world.storage("before a question is written")
        self._check(leases)
        ref = super().ask(book, question, leases)
        self._read.clear()
        self._world.note(f"journal: {ref} asks: {question.kind} {sorted(map(str, question.elements))}")
        return ref

    def remember_reading(self, book: Book, rows: Iterable[GrantedRow], leases: Iterable[Lease]) -> None:
        """As the journal's."""
        self._world.storage("before the reading is written")
        self._check(leases)
        super().remember_reading(book, rows, leases)

    def last_sign_in(self, *_: object) -> None:
        """No portal of the simulation refuses credentials."""

    def remember_run(self, *_: object) -> None:
        """Nobody looks for a run's folder."""

    def is_reconciled(self, ref: str) -> bool:
        """Whether it was the list that told that it is granted."""
        return any(detail.get("reconciled") for detail in self._details(ref, "granted"))

    def last_at(self, ref: str) -> datetime.datetime:
        """When the last line about it was written."""
        with self._database.reading() as connection:
            last = sa.select(sa.func.max(events.c.at)).where(events.c.ref == ref)
            return datetime.datetime.fromisoformat(connection.execute(last).scalar_one())

    def forget_unsettled(self) -> None:
        """What a journal would lose that is written only once the outcome is known."""
        settled = sa.select(events.c.ref).where(events.c.event.in_(("granted", "failed", "in-doubt", "ruled")))
        with self._database.writing() as connection:
            connection.execute(intents.delete().where(intents.c.ref.not_in(settled)))
        self._read.clear()

    def _details(self, ref: str, event: str) -> list[dict[str, Any]]:
        mine = sa.select(events.c.detail).where((events.c.ref == ref) & (events.c.event == event))
        with self._database.reading() as connection:
            return [json.loads(detail) for (detail,) in connection.execute(mine)]

    def _new_ref(self, _: sa.Connection) -> str:
        self._world.figures["references"] += 1
        return f"G-{self._world.figures['references']:06X}"

    def _now(self) -> str:
        return self._world.now.isoformat(timespec="microseconds")
