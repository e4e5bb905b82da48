"""A grant as a scenario wants it, and as a row of the portal's list shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Literal

from automation.domain.money import Money
from automation.domain.organisations import Intermediary, KvkNumber
from automation.domain.scope import Element, Scope
from automation.domain.terms import Term

Language = Literal["nl", "en"]


@dataclass(frozen=True, kw_only=True)
class Grant:
    """One ketenmachtiging as it should be. `at_most` None: the portal shows no amount, and that is agreed to."""

    id: str
    intermediary: Intermediary
    scope: Scope
    term: Term
    at_most: Money | None
    renew_within: timedelta | None = None
    language: Language = "nl"


@dataclass(frozen=True)
class Limits:
    """The most that one run may record and may cost; None where nothing is said."""

    grants: int | None = None
    costs: Money | None = None


class RowStatus(StrEnum):
    """What a status word on the portal's list means; `unknown` where the profile does not say."""

    PRESENT = "present"
    PENDING = "pending"
    REVOKED = "revoked"
    ENDED = "ended"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class GrantedRow:
    """One row of the portal's list of verleende machtigingen, as read.

    `kvk` None: no number could be read, so that it may be anybody's. `scope` None, `valid_until` None or a status
    `unknown`: the row cannot be read, and `unreadable` says why. `position` is its place in the reading, from 0.
    """

    kvk: KvkNumber | None
    name: str
    elements: frozenset[Element]
    valid_from: date | None
    valid_until: date | None
    status: RowStatus
    reference: str | None = None
    unreadable: str | None = None
    own_reference: str | None = None
    """Keten's own reference, where the portal has a field for one and shows it."""

    def there(self, on: date) -> bool:
        """Whether the row is in force, or will be: present or pending and not run out on that day."""
        alive = self.status in (RowStatus.PRESENT, RowStatus.PENDING)
        return alive and (self.valid_until is None or self.valid_until >= on)
