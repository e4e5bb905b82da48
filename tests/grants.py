"""Ready values for tests of rules: an organisation, an entry, rows of the list, an intent."""

from __future__ import annotations

from datetime import date, timedelta

from automation.domain import (
    Duration,
    Grant,
    GrantedRow,
    Intermediary,
    KvkNumber,
    Money,
    Organisation,
    RowStatus,
    Scope,
    Term,
)
from automation.law.outcome import Intent

TODAY = date(2026, 11, 24)
OWN = Organisation(KvkNumber("90000102"), "Voorbeeld Holding B.V.")
JANSEN = Intermediary(KvkNumber("68750110"), "Accountantskantoor Jansen B.V.")
FIVE_YEARS = Duration(5)
UWV = Scope.providers(["UWV"])
UWV_AND_TAX = Scope.providers(["UWV", "Belastingdienst"])


def grant(
    scope: Scope = UWV,
    term: Term = FIVE_YEARS,
    *,
    renew: int | None = None,
    at_most: str | None = "EUR 40.00",
    intermediary: Intermediary = JANSEN,
) -> Grant:
    """An entry for Jansen; `renew` in days."""
    return Grant(
        id="accountant",
        intermediary=intermediary,
        scope=scope,
        term=term,
        at_most=Money.parse(at_most) if at_most else None,
        renew_within=timedelta(days=renew) if renew else None,
    )


def row(
    scope: Scope = UWV,
    until: date = date(2031, 11, 24),
    *,
    status: RowStatus = RowStatus.PRESENT,
    since: date = TODAY,
    reference: str | None = None,
    kvk: KvkNumber | None = JANSEN.kvk,
    unreadable: str | None = None,
    own_reference: str | None = None,
) -> GrantedRow:
    """A row of Jansen's on the portal's list."""
    return GrantedRow(
        kvk=kvk,
        name=JANSEN.name,
        elements=scope.elements,
        valid_from=since,
        valid_until=until,
        status=status,
        reference=reference,
        unreadable=unreadable,
        own_reference=own_reference,
    )


def intent(scope: Scope = UWV, *baseline: GrantedRow, until: date = date(2031, 11, 24)) -> Intent:
    """An intent to record a scope for Jansen, over what stood there before."""
    return Intent(
        organisation=OWN.kvk,
        kvk=JANSEN.kvk,
        elements=scope.elements,
        until=until,
        costs=Money.parse("EUR 22.45"),
        baseline=baseline,
    )
