"""The portal's screens as the program's page objects offer them, over the model portal."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any

from automation.domain import Element, GrantedRow, KvkNumber, Money, RowStatus, Scope, Term
from automation.errors import PortalError, PortalRefused, PortalUnreachable, SessionExpired
from automation.law.outcome import Confirmed
from pages.facts import Facts
from pages.granted_list import wholeness
from pages.granted_list.surroundings import Surroundings
from pages.granted_list.totals import claim
from pages.profile import Profile
from tests.simulation.network import Page, Request
from tests.simulation.portal import Form
from tests.simulation.world import TIMEOUT, World

OWN_NAME = "Voorbeeld Holding B.V. (90000102)"


class Screens:
    """Stands in for `pages.beheermodule.Beheermodule`."""

    filtered = False

    def __init__(self, page: Page, profile: Profile, address: str, *_: object) -> None:
        self.profile = profile
        self.page = self.view = page
        page.profile = profile
        self.context, self.world, self.portal = page.context, page.context.world, page.context.portal
        self.address = address

    def open_granted_list(self) -> Screens:
        """Step 2; the portal may be away, or the session run out."""
        self.world.step("opening the list")
        fault = self.world.climate.faults / 20
        if self.world.happens(fault):
            raise PortalUnreachable("the portal does not answer")
        if not self.portal.signed_in or self.world.happens(fault):
            self.portal.signed_in = False
            raise SessionExpired("signed out")
        return self

    def read(self, _: object = None) -> list[GrantedRow]:
        """The whole list."""
        return self.read_for(None)

    def read_for(self, kvk: KvkNumber | None) -> list[GrantedRow]:
        """The rows of one receiver; now and then one of them cannot be read."""
        self.world.step("reading the list", 5.0)
        rows = self._drawn(self.portal.list_rows(kvk))
        if rows and self.world.happens(self.world.climate.faults / 50):
            rows[0] = replace(rows[0], status=RowStatus.UNKNOWN, unreadable="status “Concept”")
        self.context.readings[kvk] = list(rows), self.world.now
        return rows

    def _drawn(self, rows: list[GrantedRow]) -> list[GrantedRow]:
        """The rows that are on the screen; PortalError where the program's own rule does not take them for all."""
        part = rows
        if len(rows) > 1 and self.world.happens(self.world.climate.partial):
            part = rows[: self.world.luck.randrange(1, len(rows))]
            self.world.figures["lists drawn in part"] += 1
        told = claim(f"1-{len(part)} van {len(rows)}")
        silent = part is not rows and self.world.luck.random() < 0.5
        around = Surroundings(claims=() if silent or told is None else (told,))
        verdict = wholeness.judge(
            wholeness.Reading(rows=len(part), pages=1, first=around, last=around, says_empty=not rows)
        )
        if not verdict.whole:
            raise PortalError(verdict.told)
        return part

    def new_grant(self) -> Wizard:
        """Step 3."""
        self.world.step("opening the wizard")
        return Wizard(self)


class Wizard:
    """Steps 3 to 5, whose screens are all this one object."""

    def __init__(self, screens: Screens) -> None:
        self.world: World = screens.world
        self.view, self.profile = screens.page, screens.profile
        self._screens, self._context = screens, screens.context
        self._form = Form(KvkNumber("90000102"), frozenset(), None, screens.world.today)  # type: ignore[arg-type]
        self.button = self

    def look_up(self, kvk: KvkNumber) -> str:
        """The receiver."""
        self.world.step("looking the receiver up")
        if self.world.happens(self.world.climate.faults / 20):
            raise PortalRefused("the portal does not know it")
        self._form.kvk = kvk
        return "Jansen"

    def receiver_kvk(self) -> str:
        """As the screen shows it."""
        return self._form.kvk

    def proceed(self) -> Wizard:
        """The next screen, which may be a sign-in."""
        self.world.step("the next screen", 5.0)
        if self.world.happens(self.world.climate.faults / 40):
            self._context.portal.signed_in = False
            raise SessionExpired("signed out")
        return self

    def link(self, scope: Scope) -> None:
        """Choose; a portal may choose something else than it then says."""
        self._form.elements = scope.elements
        self._said = scope.elements
        if self.world.happens(self.world.climate.faults / 20):
            self._form.elements = scope.elements | {Element("RVO")}
            self.world.figures["misfilled"] += 1

    def chosen(self, _: Scope) -> frozenset[Element]:
        """What it says that was chosen."""
        return self._said

    def choose_term(self, term: Term) -> None:
        """The end date that follows is shown on the overview."""
        self._form.term, self._form.until = term, term.end(self.world.today)
        if self.world.happens(self.world.climate.faults / 20):
            self._form.until += datetime.timedelta(days=200)
            self.world.figures["misfilled"] += 1

    def term(self) -> str:
        """As chosen."""
        return str(self._form.term)

    def agrees_with(self, term: Term) -> bool:
        """Whether it is this one."""
        return self._form.term == term

    shows_amount = True

    def costs(self) -> Money:
        """The price, which may change."""
        if self.world.happens(self.world.climate.faults / 20):
            self._form.costs = Money.parse("EUR 99.00")
            self.world.figures["misfilled"] += 1
        return self._form.costs

    def agree(self) -> None:
        """To the costs."""

    def complete(self) -> None:
        """Nothing is preset."""

    def wait_until_whole(self) -> None:
        """It is drawn at once."""

    def facts(self) -> Facts:
        """The overview: what the next click records."""
        form = self._form
        return Facts(
            organisation=OWN_NAME,
            receiver_kvk=form.kvk,
            receiver_name="Jansen",
            elements=form.elements,
            valid_until=form.until,
            costs=form.costs,
        )

    def find(self) -> Wizard:
        """The recording button."""
        self.world.step("finding the button")
        return self

    def remember_alerts(self) -> None:
        """None are there yet."""

    def click(self, _: Wizard) -> str | None:
        """The click: the page posts at once, twice, late, never, or by its socket."""
        self.world.step("the click", 0.3)
        self.world.figures["clicks"] += 1
        request = Request(replace(self._form), self._screens.address + "/api/record")
        climate, way = self.world.climate, "at once"
        if self.world.happens(climate.faults / 3):
            way = self.world.luck.choice(["twice", "late", "never", "by socket" if climate.sockets else "never"])
            self.world.note(f"{self._context.click}: the page posts {way}")
        if way == "by socket":
            self._context.by_socket(self.view, request.form)
        elif way == "late":
            self.view.post_later(request, self.world.luck.choice([0.8, 5, TIMEOUT + 1]))
        elif way != "never":
            for _time in range(2 if way == "twice" else 1):
                self._context.send(self.view, request)
        return "the button moved away" if self.world.happens(0.05) else None

    def wait_a_moment(self) -> None:
        """The page goes on."""
        self.view.go_on()

    def error(self) -> str | None:
        """The portal's error, if it shows one; to look takes time too."""
        self.view.go_on(1.0)
        return self.view.shown.error

    def confirmation(self) -> Confirmation:
        """What may follow."""
        return Confirmation(self.view)


class Confirmation:
    """The screen that says that it was recorded."""

    def __init__(self, page: Page) -> None:
        self._page = page

    @property
    def there(self) -> bool:
        """Whether it can be seen."""
        return self._page.shown.confirmation is not None

    def facts(self) -> Facts:
        """What it shows."""
        shown = self._page.shown.confirmation or Confirmed()
        return Facts(
            receiver_kvk=shown.kvk,
            elements=shown.elements,
            valid_until=shown.until,
            costs=shown.costs,
            reference=shown.reference,
        )


def sign_in(portal: Screens, *_: Any) -> None:
    """Stands in for `automation.session.sign_in.sign_in`."""
    portal.world.step("signing in", 10.0)
    portal.portal.signed_in = True


def check_organisation(*_: Any) -> None:
    """Who acts is not simulated."""
