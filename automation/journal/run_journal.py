"""The journal as one run writes it: about one organisation at one portal, as long as the run holds its leases."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from automation.domain import GrantedRow
from automation.journal.journal import Journal
from automation.journal.lease import Lease
from automation.journal.queries import Book
from automation.law.history import History, Question
from automation.law.outcome import Intent
from automation.machine.locks import locked, locked_account


@contextmanager
def alone(journal: Journal, book: Book, what: str) -> Iterator[Lease]:
    """While this lasts nobody else works on the organisation at the portal: no other process of this user, whatever
    its journal, and nobody else who has this journal (law 2.1).

    `what` tells the others what this process does. Busy, naming the holder, when somebody does work on it.
    """
    with (
        locked(book.portal, book.organisation, what) as turn,
        journal.leased(book.portal, book.organisation, what, holder=turn.token, gone=turn.before) as lease,
    ):
        yield lease


@contextmanager
def account_alone(journal: Journal | None, portal: str, account: str, what: str) -> Iterator[tuple[Lease, ...]]:
    """While this lasts nobody else signs in with the account at the portal, as `alone` says of an organisation.

    `account` is its user name, or where that is not set its name in the settings; one that has neither (who signs in
    by hand) can be told apart from other users' by nobody, is kept for this user alone, and has no lease.
    """
    with locked_account(portal, account, what) as turn, ExitStack() as held:
        if journal and account:
            name = f"the account '{account.casefold()}'"
            leased = journal.leased(portal, name, what, holder=turn.token, gone=turn.before)
            yield (held.enter_context(leased),)
        else:
            yield ()


@dataclass(frozen=True)
class RunJournal:
    """What a run may do with the journal; every line it writes is Busy once another run has taken a lease of its."""

    journal: Journal
    book: Book
    run_id: str
    leases: tuple[Lease, ...]

    def draw_ref(self) -> str:
        """A reference that was not given before."""
        return self.journal.draw_ref()

    def intend(
        self,
        entry: str,
        intent: Intent,
        *,
        look: History,
        notice: dict[str, Any],
        socket_open: bool,
        ref: str | None = None,
    ) -> str:
        """Write-ahead: the reference of what the next click records, which may have been drawn before."""
        told: dict[str, Any] = {"notice": notice, "socket_open": socket_open, "ref": ref}
        return self.journal.intend(self.book, self.run_id, entry, intent, leases=self.leases, look=look, **told)

    def append(self, ref: str, event: str, **detail: Any) -> None:
        """A change of a reference's state, or a fact about it."""
        self.journal.append(ref, self.run_id, event, leases=self.leases, **detail)

    def ask(self, question: Question) -> str:
        """The reference of a question that only a person can answer."""
        return self.journal.ask(self.book, question, self.leases)

    def last_reading(self) -> list[datetime.date | None] | None:
        """The end dates of the rows of the last good reading of the whole list; None when there was none."""
        return self.journal.last_reading(self.book)

    def remember_reading(self, rows: Iterable[GrantedRow]) -> None:
        """This reading of the whole list was a good one."""
        self.journal.remember_reading(self.book, rows, self.leases)

    def history(self) -> History:
        """All that is known of the organisation at the portal."""
        return self.journal.history(self.book)
