"""What is read of a journal, and what must hold when a line is written, in a transaction of the caller."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from automation.domain import KvkNumber
from automation.domain.addresses import is_loopback
from automation.errors import Busy
from automation.journal.lease import Lease
from automation.journal.records import as_event, as_intended, as_past, as_question
from automation.journal.tables import events, intents, questions
from automation.law.events import EventKind, check_follows
from automation.law.history import Attempt, History, Question


@dataclass(frozen=True)
class Book:
    """Whose intents: one organisation at one portal."""

    portal: str
    organisation: KvkNumber


def check_held(connection: sa.Connection, leases: Iterable[Lease]) -> None:
    """Busy when one of these leases was lost."""
    for lease in leases:
        lease.check(connection)


def check_order(connection: sa.Connection, ref: str, kind: EventKind) -> None:
    """ValueError when an event of that kind may not follow; a question may only be ruled on.

    Busy when it could follow if a person, who takes no lease, had not said something in the meantime.
    """
    intent = connection.execute(intents.select().where(intents.c.ref == ref)).mappings().first()
    if intent is not None:
        told = connection.execute(events.select().where(events.c.ref == ref).order_by(events.c.number)).mappings()
        before = [as_event(line) for line in told]
        try:
            check_follows(as_intended(intent), before, kind)
        except ValueError as error:
            if not before or before[-1].kind is not EventKind.RULED:
                raise
            check_follows(as_intended(intent), before[:-1], kind)
            raise Busy(
                f"somebody said with `keten resolve` what {ref} is while this run was at work on it",
                "Run again: it goes by what was said.",
            ) from error
    elif kind is not EventKind.RULED:
        raise ValueError(f"'{kind}' cannot be written: there is no intent {ref}")


def of(table: sa.Table, book: Book) -> sa.ColumnElement[bool]:
    """The lines of a table that are about a book."""
    return (table.c.portal == book.portal) & (table.c.organisation == str(book.organisation))


def events_of(connection: sa.Connection, table: sa.Table, book: Book) -> dict[str, list[sa.RowMapping]]:
    """The events about the intents or the questions of a book, by reference."""
    about = sa.select(table.c.ref).where(of(table, book))
    found: dict[str, list[sa.RowMapping]] = {}
    for event in connection.execute(
        events.select().where(events.c.ref.in_(about)).order_by(events.c.number)
    ).mappings():
        found.setdefault(event["ref"], []).append(event)
    return found


def pasts_of(connection: sa.Connection, book: Book) -> tuple[Attempt, ...]:
    """The intents of a book, oldest first, each with what became of it."""
    mine = intents.select().where(of(intents, book)).order_by(intents.c.at)
    told = events_of(connection, intents, book)
    return tuple(as_past(line, told.get(line["ref"], ())) for line in connection.execute(mine).mappings())


def other_names(connection: sa.Connection, book: Book) -> list[str]:
    """Other addresses at which something was meant for the organisation: they may be other names of the same portal.

    A portal of this machine has none: what runs here under another port is another portal.
    """
    if is_loopback(book.portal):
        return []
    portals = sa.select(intents.c.portal).where(intents.c.organisation == str(book.organisation)).distinct()
    found = [portal for (portal,) in connection.execute(portals.order_by(intents.c.portal))]
    return [portal for portal in found if portal != book.portal and not is_loopback(portal)]


def check_nothing_new(connection: sa.Connection, book: Book, look: History) -> None:
    """Busy when another run wrote an intent about the organisation since that look at the journal."""
    names = (book.portal, *other_names(connection, book))
    about = (intents.c.organisation == str(book.organisation)) & intents.c.portal.in_(names)
    new = {ref for (ref,) in connection.execute(sa.select(intents.c.ref).where(about))} - look.refs
    if new:
        raise Busy(
            f"another run wrote {', '.join(sorted(new))} about {book.organisation} while this one filled in its grant",
            "Nothing was clicked. Run again: it makes a new plan, which includes what that run did.",
        )


def questions_of(connection: sa.Connection, book: Book) -> tuple[Question, ...]:
    """The questions of a book, oldest first, each with its answer."""
    told = events_of(connection, questions, book)
    asked = connection.execute(questions.select().where(of(questions, book)).order_by(questions.c.at)).mappings()
    return tuple(as_question(line, told.get(line["ref"], ())) for line in asked)
