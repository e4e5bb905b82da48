"""A model of the portal: what was really recorded, and what its list, late and in its own form, shows of it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from automation.domain import Element, GrantedRow, KvkNumber, Money, RowStatus, Term
from tests.simulation.world import PATIENCE, World

CATALOGUE = {
    "UWV": ["Verzuimmelder", "Polisadministratie"],
    "Belastingdienst": ["Loonheffingen", "Omzetbelasting"],
    "RVO": ["WBSO"],
}
PRICE = Money.parse("EUR 22.45")


@dataclass
class Form:
    """What the screens hold when the recording button is pressed."""

    kvk: KvkNumber
    elements: frozenset[Element]
    term: Term
    until: datetime.date
    costs: Money = PRICE


@dataclass
class Truth:
    """One grant as the register holds it; `click` is keten's own reference of the click that made it, if one did."""

    number: int
    kvk: KvkNumber
    elements: frozenset[Element]
    since: datetime.date
    until: datetime.date
    committed: datetime.datetime
    shown_from: datetime.datetime
    click: str | None
    pending_until: datetime.datetime
    revoked: datetime.datetime | None = None
    revocation_shown: datetime.datetime | None = None
    changed: list[tuple[datetime.datetime, datetime.date]] = field(default_factory=list)

    @property
    def reference(self) -> str:
        """The portal's own."""
        return f"KM-{self.number}"

    def covers(self, element: Element) -> bool:
        """Whether it holds the element, or something wider."""
        return any(held.covers(element) for held in self.elements)

    def in_force(self, at: datetime.datetime, on: datetime.date) -> bool:
        """Whether it was recorded by then, not revoked, and has not run out."""
        return self.committed <= at and (self.revoked is None or self.revoked > at) and self.until >= on

    def __str__(self) -> str:
        told = ", ".join(sorted(map(str, self.elements)))
        return f"{self.reference} [{told}] of {self.kvk} until {self.until} by {self.click or 'a colleague'}"


class Portal:
    """The register. It prevents no duplicates."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.grants: list[Truth] = []
        self.signed_in = False

    def commit(
        self, form: Form, click: str | None, *, later: float = 0, shown_within: float | None = None, years_more: int = 0
    ) -> Truth:
        """Record; `later` in seconds, and with it shown by the lag at the latest, or `shown_within` seconds."""
        world = self.world
        at = world.now + datetime.timedelta(seconds=later)
        delay = self._delay()
        if shown_within is not None:
            delay = min(delay, shown_within)
        elif later:
            delay = min(delay, world.climate.lag.total_seconds() - later - 1)
        until = form.until.replace(year=form.until.year + years_more, day=min(form.until.day, 28 if years_more else 31))
        made = Truth(
            len(self.grants) + 1,
            form.kvk,
            form.elements,
            world.today,
            until,
            at,
            at + datetime.timedelta(seconds=max(0.0, delay)),
            click,
            at + datetime.timedelta(hours=world.luck.choice([0, 0, 0, 5])),
        )
        self.grants.append(made)
        world.note(f"recorded: {made}, at {at:%m-%d %H:%M:%S}, shown from {made.shown_from:%m-%d %H:%M:%S}")
        return made

    def _delay(self) -> float:
        """Most are shown at once, most others within the lag, and a few beyond it."""
        world, lag = self.world, self.world.climate.lag.total_seconds()
        if world.calm or not world.climate.lagging:
            return 0
        reach = world.luck.choices([0, PATIENCE, lag, 3 * lag], [50, 25, 20, 5])[0]
        return world.luck.uniform(0, reach)

    def revoke(self, grant: Truth) -> None:
        """A person ends it."""
        world = self.world
        grant.revoked = world.now
        grant.revocation_shown = world.now + datetime.timedelta(seconds=world.luck.choice([0, 0, self._delay()]))
        world.note(f"revoked: {grant}")

    def change_end(self, grant: Truth, until: datetime.date) -> None:
        """A person gives it another end date."""
        grant.changed.append((self.world.now, grant.until))
        grant.until = until
        self.world.note(f"end date changed: {grant}")

    def in_force(self) -> list[Truth]:
        """What really holds now."""
        return [grant for grant in self.grants if grant.in_force(self.world.now, self.world.today)]

    def list_rows(self, kvk: KvkNumber | None = None) -> list[GrantedRow]:
        """The list as it can be read now, of all receivers or of one."""
        rows = [row for grant in self.grants for row in self._rows(grant) if kvk in (None, grant.kvk)]
        self.world.luck.shuffle(rows)
        return rows

    def _rows(self, grant: Truth) -> list[GrantedRow]:
        world, climate = self.world, self.world.climate
        if grant.shown_from > world.now:
            return []
        status = RowStatus.PENDING if grant.pending_until > world.now else RowStatus.PRESENT
        if grant.revocation_shown is not None and grant.revocation_shown <= world.now:
            status = RowStatus.REVOKED
        elif grant.until < world.today:
            status = RowStatus.ENDED
        if status in (RowStatus.REVOKED, RowStatus.ENDED) and not climate.revoked_shown:
            return []
        reference = grant.reference if climate.references_shown else None
        own = grant.click if climate.own_references_shown else None
        return [
            GrantedRow(
                kvk=grant.kvk,
                name="Jansen",
                elements=part,
                valid_from=grant.since,
                valid_until=grant.until,
                status=status,
                reference=reference,
                own_reference=own,
            )
            for part in shown_as(grant.elements, climate.display)
        ]


def shown_as(elements: frozenset[Element], display: str) -> list[frozenset[Element]]:
    """What each of a grant's rows holds."""
    if display == "grant":
        return [elements]
    if display == "element":
        return [frozenset({element}) for element in sorted(elements)]
    return [frozenset({Element(p, s)}) for p, names in CATALOGUE.items() for s in names if _holds(elements, p, s)]


def _holds(elements: frozenset[Element], provider: str, service: str) -> bool:
    return any(held.covers(Element(provider, service)) for held in elements)
