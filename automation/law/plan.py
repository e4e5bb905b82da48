"""A plan as a value: what is to be done about each entry of a scenario, and what that is decided by (law 1). Pure."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from automation.domain import AMSTERDAM, Element, Grant, GrantedRow, Money, Scope
from automation.law.history import Attempt, History, Question

Verb = Literal["grant", "renew", "keep", "refuse"]


@dataclass(frozen=True, kw_only=True)
class Action:
    """What is to be done about one entry: `elements` are to be recorded, `covered` are there already."""

    grant: Grant
    verb: Verb
    reason: str
    elements: frozenset[Element] = frozenset()
    covered: frozenset[Element] = frozenset()
    ref: str | None = None
    """The reference by which a person can settle a refusal; `question` is what to make one for."""
    question: Question | None = None
    in_doubt: bool = False
    """Refused since something of its receiver is in doubt: a person must look."""
    missed: Attempt | None = None
    """Refused since this grant of keten's own is gone from the list, or was taken away."""
    unreadable: bool = False
    """Refused since a row cannot be read, which a picture should show."""

    @property
    def scope(self) -> Scope:
        """What is to be recorded, as a scope."""
        return Scope(self.grant.scope.kind, self.elements)

    @property
    def records(self) -> bool:
        """Whether something is to be recorded, and paid for."""
        return self.verb in ("grant", "renew")


@dataclass(frozen=True)
class Plan:
    """What a run does, entry by entry, in the scenario's order; `costs_shown`: the portal shows what a grant costs."""

    actions: tuple[Action, ...]
    costs_shown: bool = True

    def count(self, verb: Verb) -> int:
        """How many entries have this action."""
        return sum(action.verb == verb for action in self.actions)

    @property
    def records(self) -> int:
        """How many grants it records."""
        return sum(action.records for action in self.actions)

    @property
    def total_at_most(self) -> Money | None:
        """The most that the run can cost; None where nobody can say: a sum of some of it would look like all."""
        ceilings = [action.grant.at_most for action in self.actions if action.records]
        if not self.costs_shown or None in ceilings:
            return None
        return sum(filter(None, ceilings), Money(Decimal(0)))

    @property
    def costs(self) -> str:
        """`at most EUR 115.00`, or that the portal does not show what it costs."""
        if not self.costs_shown:
            return "the portal does not show what it costs"
        return "costs not known" if self.total_at_most is None else f"at most {self.total_at_most}"

    def summary(self) -> str:
        """`3 to grant, 0 to renew, 1 kept, 0 refused, at most EUR 115.00`."""
        return (
            f"{self.count('grant')} to grant, {self.count('renew')} to renew, {self.count('keep')} kept, "
            f"{self.count('refuse')} refused, {self.costs}"
        )


@dataclass(frozen=True)
class PlanInput:
    """All that a plan is made from besides the scenario: the list as read, the journal, and the moment (UTC).

    `lag` is how long a new grant may take to show on the list.
    """

    rows: tuple[GrantedRow, ...]
    now: datetime.datetime
    history: History = field(default_factory=History)
    lag: datetime.timedelta = datetime.timedelta(0)

    @property
    def today(self) -> datetime.date:
        """The calendar date in the Netherlands."""
        return self.now.astimezone(AMSTERDAM).date()

    def may_be_unlisted(self, attempt: Attempt) -> bool:
        """Whether it was recorded so recently that the list may not show it yet."""
        return attempt.stands() and self.now - attempt.at < self.lag
