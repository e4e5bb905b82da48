"""The journal's lines held in memory and read back by the program's own code; what is written is there after a kill."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from automation.domain import GrantedRow
from automation.errors import Busy
from automation.journal.journal import Book
from automation.journal.lease import SPAN, Lease
from automation.journal.records import as_ends, as_past, as_question, of_elements, of_ends, of_intent
from automation.law.history import History, Past, Question
from automation.law.outcome import Intent
from tests.simulation.world import World

NAME = "J-SIM00"


class JournalInMemory:
    """Stands in for `automation.journal.journal.Journal`."""

    name, where = NAME, "memory"

    def __init__(self, world: World) -> None:
        self._world = world
        self._intents: dict[str, dict[str, Any]] = {}
        self._questions: dict[str, dict[str, Any]] = {}
        self._events: dict[str, list[dict[str, Any]]] = {}
        self._readings: dict[Book, str] = {}
        self._leases: dict[tuple[str, str], tuple[Lease, datetime.datetime]] = {}
        self._read: dict[str, tuple[int, Past]] = {}
        self.intended = self._nobody

    @staticmethod
    def _nobody(ref: str, entry: str, intent: Intent) -> None:
        """Told of each intent, before it is written."""

    def close(self) -> None:
        """Nothing is to be let go of."""

    def check_newest(self) -> None:
        """It is never an older copy."""

    @contextmanager
    def leased(self, portal: str, held: str, what: str, *, holder: str, gone: str | None = None) -> Iterator[Lease]:
        """As the journal's; what was killed does not let go."""
        before, until = self._leases.get((portal, held), (None, self._world.now))
        if before is not None and before.holder != gone and until > self._world.now:
            raise Busy("another run holds it in the journal")
        lease = Lease(portal, held, holder)
        self._leases[portal, held] = lease, self._world.now + SPAN
        self._world.note(f"journal: the lease is for {what}")
        yield lease
        if self._holds(lease):
            del self._leases[portal, held]

    def renew(self) -> None:
        """All that live are renewed."""
        for key, (lease, _) in self._leases.items():
            self._leases[key] = lease, self._world.now + SPAN

    def _holds(self, lease: Lease) -> bool:
        return any(held == lease for held, _ in self._leases.values())

    def _check(self, leases: Iterable[Lease]) -> None:
        assert len({lease.held for lease in leases}) == 2, "a run writes under both of its leases"
        if not all(map(self._holds, leases)):
            self._world.figures["leases lost"] += 1
            raise Busy("another run took the lease")

    def draw_ref(self) -> str:
        """As the journal's."""
        self._world.storage("before a reference is drawn")
        return self._new_ref()

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
        """As the journal's."""
        self._world.storage("before the intent is written")
        self._check(leases)
        self._check_nothing_new(book, look)
        ref = ref or self._new_ref()
        self.intended(ref, entry, intent)
        self._intents[ref] = {
            "ref": ref,
            "portal": book.portal,
            "run_id": run_id,
            "entry": entry,
            "at": self._now(),
            "intent": of_intent(intent),
            "notice": json.dumps(notice),
            "socket_open": socket_open,
        }
        self._world.note(f"journal: {ref} intended: {sorted(map(str, intent.elements))} for {intent.kvk}")
        self._world.step("after the intent was written", 0.1)
        return ref

    def _check_nothing_new(self, book: Book, look: History) -> None:
        if self.known().refs - look.refs:
            self._world.figures["intents that another run was quicker with"] += 1
            raise Busy("another run wrote an intent meanwhile")

    def append(self, ref: str, run_id: str, event: str, *, leases: Iterable[Lease], **detail: Any) -> None:
        """As the journal's."""
        self._world.storage(f"before {event} of {ref} is written")
        self._check(leases)
        self.rule(ref, event, **detail)
        self._world.step(f"after {event} of {ref} was written", 0.1)

    def rule(self, ref: str, event: str, **detail: Any) -> None:
        """A line of a person's, who is not killed."""
        line = {"at": self._now(), "event": event, "detail": json.dumps(detail)}
        self._events.setdefault(ref, []).append(line)
        self._world.note(f"journal: {ref} {event} {detail or ''}")

    def history(self, book: Book) -> History:
        """As the journal's."""
        self._world.step("reading the journal", 0.1)
        at = {ref: line["portal"] for ref, line in (self._intents | self._questions).items()}
        pasts = [past for past in self.known().pasts if at[past.ref] == book.portal]
        asked = [question for question in self.known().questions if at[str(question.ref)] == book.portal]
        others = [(at[past.ref], past) for past in self.known().pasts if at[past.ref] != book.portal]
        return History(tuple(pasts), tuple(asked), tuple(others))

    def known(self) -> History:
        """What stands in it, read by somebody who is not killed."""
        return History(tuple(map(self._past, self._intents)), tuple(map(self._question, self._questions)))

    def _past(self, ref: str) -> Past:
        events = self._events.get(ref, [])
        if ref not in self._read or self._read[ref][0] != len(events):
            self._read[ref] = len(events), as_past(_mapping(self._intents[ref]), map(_mapping, events))
        return self._read[ref][1]

    def _question(self, ref: str) -> Question:
        return as_question(_mapping(self._questions[ref]), map(_mapping, self._events.get(ref, [])))

    def notice_facts(self, ref: str) -> dict[str, Any]:
        """As the journal's."""
        return dict(json.loads(self._intents[ref]["notice"]))

    def ask(self, book: Book, question: Question, leases: Iterable[Lease]) -> str:
        """As the journal's."""
        self._world.storage("before a question is written")
        self._check(leases)
        for ref, line in self._questions.items():
            if line["portal"] == book.portal and self._question(ref).same_as(question):
                return ref
        ref = self._new_ref()
        self._questions[ref] = {
            "ref": ref,
            "portal": book.portal,
            "kvk": question.kvk,
            "matter": question.matter,
            "elements": of_elements(question.elements),
            "rows": json.dumps(sorted(question.rows)),
        }
        self._world.note(f"journal: {ref} asks: {question.matter} {sorted(map(str, question.elements))}")
        return ref

    def is_reconciled(self, ref: str) -> bool:
        """Whether it was the list that told that it is granted."""
        granted = [json.loads(event["detail"]) for event in self._events.get(ref, []) if event["event"] == "granted"]
        return bool(granted) and any(detail.get("reconciled") for detail in granted)

    def forget_unsettled(self) -> None:
        """What a journal would lose that is written only once the outcome is known."""
        settled = {"granted", "failed", "in-doubt", "ruled"}
        for ref in list(self._intents):
            if not settled & {event["event"] for event in self._events.get(ref, [])}:
                del self._intents[ref]

    def last_at(self, ref: str) -> datetime.datetime:
        """When the last line about it was written."""
        return datetime.datetime.fromisoformat(self._events[ref][-1]["at"])

    def last_reading(self, book: Book) -> Any:
        """As the journal's."""
        return as_ends(self._readings[book]) if book in self._readings else None

    def remember_reading(self, book: Book, rows: list[GrantedRow], leases: Iterable[Lease]) -> None:
        """As the journal's."""
        self._world.storage("before the reading is written")
        self._check(leases)
        self._readings[book] = of_ends(rows)

    def last_sign_in(self, *_: object) -> None:
        """As the journal's: none was refused."""

    def remember_run(self, *_: object) -> None:
        """As the journal's."""

    def _new_ref(self) -> str:
        self._world.figures["references"] += 1
        return f"G-{self._world.figures['references']:06X}"

    def _now(self) -> str:
        return self._world.now.isoformat(timespec="microseconds")


def _mapping(line: dict[str, Any]) -> sa.RowMapping:
    return line  # type: ignore[return-value]
