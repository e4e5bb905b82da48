"""Walks the screens of a grant for each kind of scope, and stops before the recording click.

One walk is one pass: a guessed control is used, but what it would send is blocked. A guess that is certain, or that led
to the expected screen, counts as known in the next pass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from playwright.sync_api import Error as PlaywrightError

from automation.doctor.findings import Findings, is_required
from automation.doctor.ground import Ground
from automation.doctor.guessing.collecting import collect
from automation.doctor.guessing.purposes import GOES_ON, PURPOSES, RECORDS
from automation.doctor.guessing.words import likest
from automation.doctor.probe import Probe, element_of
from automation.doctor.route import Notes, Route, Stopped
from automation.doctor.words import learn_costs, learn_durations, learn_scope, learn_statuses, until_option
from automation.errors import ControlError, GrantError, KetenError
from automation.errors import PortalRefused as Refused
from pages.controls import Button, Choice
from pages.costs import CostsStep
from pages.locating import plain_text, visible
from pages.place import Place
from pages.profile import Profile
from pages.receiver import ReceiverStep
from pages.review import ReviewStep
from pages.scope import ScopeStep

if TYPE_CHECKING:
    from playwright.sync_api import Page

_GRANTED_FIRST = (
    "new", "table", "row", "name_column", "kvk_column", "scope_column", "valid_from_column", "valid_until_column",
    "status_column", "reference_column", "count", "empty", "page_size", "next_page", "search",
)  # fmt: skip
_COLUMNS = {"name_column", "kvk_column", "scope_column", "valid_until_column", "status_column", "table", "new"}
_STAYS = {"receiver": ("kvk",), "scope": ("general", "providers", "services"), "costs": ("duration",)}
"""The controls that show that a step did not change."""
_ON_REVIEW = ("heading", "organisation", "receiver_name", "receiver_kvk", "scope", "valid_until", "amount", "record")


class Walk:
    """One pass over the screens behind the sign-in.

    `new_page` opens a page; `keep` is called with the name of each screen that is reached, `on_organisation` with the
    organisation that the portal shows.
    """

    def __init__(
        self,
        new_page: Callable[[], Ground],
        base: Profile,
        findings: Findings,
        notes: Notes,
        keep: Callable[[Page, str], None],
        on_organisation: Callable[[str], None],
    ) -> None:
        self._new_page, self._base, self._findings, self._notes, self._keep = new_page, base, findings, notes, keep
        self._on_organisation = on_organisation

    def list_and_wizard(self, route: Route) -> None:
        """Examine the list of grants, and then the wizard once for each kind of scope."""
        ground = self._new_page()
        self._open_list(ground)
        self._probe(ground, "shell", ("organisation", "busy", "maintenance"), ("organisation",))
        self._learn(ground, "shell", "organisation", "organisation")
        if shown := self._notes.known.get("organisation"):
            self._on_organisation(shown)
        self._probe(ground, "granted", _GRANTED_FIRST, _COLUMNS)
        self._probe(ground, "granted", self._others("granted", _GRANTED_FIRST))
        self._learn_statuses(ground)
        self._keep(ground.page, "granted")
        for kind in route.kinds:
            try:
                self._wizard(kind, route)
            except Stopped as stop:
                self._notes.stops.append(f"{kind}: {stop}")
            except (ControlError, GrantError) as error:
                self._notes.stops.append(f"{kind}: {error.message}")

    def _learn_statuses(self, ground: Ground) -> None:
        """Report the statuses on the list that the profile does not know."""
        elements = collect(ground.page)
        for heading in map(visible, Place(ground.view, "granted", "status_column").candidates()):
            element = element_of(heading, elements) if heading.count() == 1 else None
            learn_statuses(self._findings, self._base, element.values if element else ())

    def _open_list(self, ground: Ground) -> None:
        ground.watch.screen = "granted"
        ground.view.open(self._base.paths.granted)
        ground.rest()
        ground.view.clear_interruptions()
        ground.view.stop_if_signed_out()

    def _wizard(self, kind: str, route: Route) -> None:
        ground = self._new_page()
        self._open_list(ground)
        self._assume(ground, "granted", ("new", "table"))
        self._notes.known |= {"kvk": route.kvk or ""}
        self._press(ground, "granted", "new")
        self._receiver(ground, route)
        self._scope(ground, kind, route)
        self._costs(ground, kind)
        self._review(ground, kind)

    def _receiver(self, ground: Ground, route: Route) -> None:
        ground.watch.screen = "receiver"
        self._probe(ground, "receiver", ("kvk", "look_up", "continue"), ("kvk",))
        self._confirm_by_coming("granted", "new", "receiver", "kvk")
        step = ReceiverStep(ground.view)
        self._use(ground, "receiver", "kvk")
        step.kvk.fill(route.kvk or "")
        if ground.sees("receiver", "look_up"):
            self._press(ground, "receiver", "look_up")
        ground.rest()
        self._stop_on_error(ground, "receiver")
        self._probe(ground, "receiver", ("kvk", "look_up", "found", "found_name", "found_kvk"), ("found", "found_name"))
        self._confirm_by_coming("receiver", "look_up", "receiver", "found")
        self._learn(ground, "receiver", "found_name", "receiver_name")
        self._probe(ground, "receiver", self._others("receiver", ()))
        self._keep(ground.page, "receiver")
        self._go_on(ground, "receiver", "scope", ("general", "providers", "services"))

    def _scope(self, ground: Ground, kind: str, route: Route) -> None:
        ground.watch.screen = "scope"
        ways = ("general", "providers", "services")
        self._probe(ground, "scope", (*ways, "continue"), ways)
        step = ScopeStep(ground.view)
        self._use(ground, "scope", kind)
        {"general": step.general, "providers": step.providers, "services": step.services}[kind].turn_on()
        ground.rest()
        if kind == "providers":
            self._provider(ground, route.provider or "")
        elif kind == "services" and route.service:
            self._service(ground, *route.service)
        self._probe(ground, "scope", self._others("scope", PURPOSES["scope"]))
        self._keep(ground.page, f"scope-{kind}")
        self._go_on(ground, "scope", "costs", ("duration", "amount", "agree"))

    def _provider(self, ground: Ground, provider: str) -> None:
        self._notes.known["provider"] = provider
        self._probe(ground, "scope", ("general", "providers", "services", "provider", "continue"), ("provider",))
        self._use(ground, "scope", "provider")
        ScopeStep(ground.view).provider.choose(provider)
        ground.rest()
        self._probe(ground, "scope", ("provider", "chosen_providers", "continue"), ("chosen_providers",))

    def _service(self, ground: Ground, provider: str, service: str) -> None:
        self._notes.known |= {"provider": provider, "service": service}
        step_controls = ("general", "providers", "services", "continue")
        self._probe(ground, "scope", (*step_controls, "open_search"))
        if not ground.sees("scope", "service_search") and ground.sees("scope", "open_search"):
            self._press(ground, "scope", "open_search")
        self._probe(ground, "scope", (*step_controls, "open_search", "service_search"), ("service_search",))
        self._confirm_by_coming("scope", "open_search", "scope", "service_search")
        self._use(ground, "scope", "service_search")
        ScopeStep(ground.view).service_search.fill(service)
        ground.rest()
        searched = ("service_search", "service", "service_results", "service_of_any_provider", "more_services",
                    "add_services")  # fmt: skip
        self._probe(ground, "scope", (*step_controls, "open_search", *searched), ("service",))
        learn_scope(self._findings, self._base, provider, service, ())
        self._use(ground, "scope", "service")
        ScopeStep(ground.view).service.turn_on(provider=provider, service=service)
        ground.rest()
        if ground.sees("scope", "add_services"):
            self._press(ground, "scope", "add_services")
        self._probe(ground, "scope", (*step_controls, "open_search", "chosen_services"), ("chosen_services",))
        if ground.sees("scope", "chosen_services"):
            self._findings.proved("scope", "add_services")
            texts = ScopeStep(ground.view).chosen_services.items()
            learn_scope(self._findings, self._base, provider, service, texts)

    def _costs(self, ground: Ground, kind: str) -> None:
        ground.watch.screen = "costs"
        self._probe(ground, "costs", ("duration", "amount", "agree", "continue"), ("duration", "agree"))
        step = CostsStep(ground.view)
        self._use(ground, "costs", "duration")
        options = options_of(step.duration)
        longest = learn_durations(self._findings, self._base, options)
        if kind == "general" and (until := until_option(options)):
            self._end_date(ground, until)
        if longest:
            CostsStep(ground.view).duration.choose(longest)
        ground.rest()
        self._stop_on_error(ground, "costs")
        self._probe(ground, "costs", ("duration", "amount", "agree", "continue"), ("duration", "amount", "agree"))
        if ground.sees("costs", "amount"):
            learn_costs(self._findings, self._base, CostsStep(ground.view).amount.read())
        self._use(ground, "costs", "agree")
        CostsStep(ground.view).agreement.turn_on()
        ground.rest()
        self._probe(ground, "costs", self._others("costs", PURPOSES["costs"]))
        self._keep(ground.page, f"costs-{kind}")
        if not ground.sees("review", "record"):
            self._go_on(ground, "costs", "review", ("heading", "record"))

    def _end_date(self, ground: Ground, until: str) -> None:
        CostsStep(ground.view).duration.choose(until)
        ground.rest()
        if until != self._base.formats.until:
            self._findings.formats["until"] = until
        self._probe(ground, "costs", ("duration", "end_date", "agree", "continue"))

    def _review(self, ground: Ground, kind: str) -> None:
        ground.watch.screen, ground.watch.sealed = "review", True
        needed = {c for c in ("heading", "record") if self._is_required("review", c)}
        self._probe(ground, "review", _ON_REVIEW, needed)
        self._probe(ground, "review", self._others("review", _ON_REVIEW))
        if ground.sees("review", "scope"):
            items = ReviewStep(ground.view).scope.items()
            learn_scope(self._findings, self._base, self._notes.known.get("provider"),
                        self._notes.known.get("service"), items, general=kind == "general")  # fmt: skip
        self._keep(ground.page, f"review-{kind}")

    def _go_on(self, ground: Ground, screen: str, following: str, coming: Iterable[str]) -> None:
        """Go to the next step, by the button that leads there, if there is one."""
        if any(ground.sees(following, control) for control in coming):
            return  # all on one page
        self._probe(ground, screen, ("continue",), ("continue",))
        if not ground.sees(screen, "continue"):
            raise Stopped(f"no button on the screen {screen} leads to the next screen")
        name = self._name_of(ground, screen, "continue")
        if screen == "costs":
            self._check_leads_on(ground, name)
        told = len(self._findings.requests)
        self._press(ground, screen, "continue")
        self._stop_on_error(ground, screen)
        kept = [sent for sent in self._findings.requests[told:] if not sent.left]
        came = any(ground.sees(following, control) for control in coming)
        if not came and (kept or any(ground.sees(screen, control) for control in _STAYS[screen])):
            why = (
                f"its {kept[-1].method} request was blocked ({kept[-1].why})"
                if kept
                else "the next screen did not appear"
            )
            raise Stopped(f"{screen}.continue (“{name}”) was clicked, but {why}")
        self._notes.led_on += [name] if name not in self._notes.led_on else []
        self._findings.proved(screen, "continue")

    def _check_leads_on(self, ground: Ground, name: str) -> None:
        """Raises Stopped if the button on the costs screen could record: doctor never clicks it, guessed or known."""
        leads = likest(name, GOES_ON)
        known = name in self._notes.led_on or leads >= 0.6 or ("costs", "continue") not in ground.guessed
        if likest(name, RECORDS) > leads or not known:
            raise Stopped(
                f"“{name}” on the costs screen may be the button that records, so it was not clicked; if it only leads "
                "to the next screen, set screens.costs.continue in the profile"
            )

    def _press(self, ground: Ground, screen: str, control: str) -> None:
        self._use(ground, screen, control)
        Button(Place(ground.view, screen, control)).press()
        ground.rest()

    def _use(self, ground: Ground, screen: str, control: str) -> None:
        if not ground.sees(screen, control, **self._filled()):
            ground.view.stop_if_signed_out()
            raise Stopped(f"{screen}.{control} was not found, and no other element fits")
        ground.uses(screen, control)

    def _filled(self) -> dict[str, str]:
        return {k: v for k, v in self._notes.known.items() if k in ("kvk", "provider", "service")}

    def _probe(self, ground: Ground, screen: str, controls: Iterable[str], needed: Iterable[str] = ()) -> None:
        probe = Probe(ground, self._base, self._notes.known, self._notes.led_on)
        self._findings.add(probe.look(screen, controls, needed))

    def _assume(self, ground: Ground, screen: str, controls: Iterable[str]) -> None:
        """Repeat on a new page the guesses that were made on this screen before."""
        for control in controls:
            seen = self._findings.sightings.get((screen, control))
            if seen is not None and seen.status == "missing" and seen.best and not ground.sees(screen, control):
                ground.guess(screen, control, seen.best)

    def _others(self, screen: str, but: Iterable[str]) -> list[str]:
        """The controls of a screen that were not looked for yet."""
        seen = {control for on, control in self._findings.sightings if on == screen}
        return [c for c in self._base.screens.get(screen, {}) if c not in seen and c not in set(but)]

    def _is_required(self, screen: str, control: str) -> bool:
        return is_required(self._base, screen, control)

    def _confirm_by_coming(self, screen: str, control: str, on: str, came: str) -> None:
        """If the expected control appeared, the one clicked before it was the right one."""
        seen = self._findings.sightings.get((on, came))
        if seen is not None and (seen.status == "found" or seen.confident):
            self._findings.proved(screen, control)

    def _learn(self, ground: Ground, screen: str, control: str, fact: str) -> None:
        texts = [visible(c) for c in Place(ground.view, screen, control).candidates()]
        shown = next((plain_text(text) for text in texts if text.count() == 1), "")
        if shown:
            self._notes.known[fact] = shown

    def _name_of(self, ground: Ground, screen: str, control: str) -> str:
        found = next(v for c in Place(ground.view, screen, control).candidates() if (v := visible(c)).count())
        said = found.first.evaluate("e => e.getAttribute('aria-label') || e.innerText || e.value || ''")
        return " ".join(str(said).split())

    def _stop_on_error(self, ground: Ground, screen: str) -> None:
        errors = [visible(c) for c in Place(ground.view, screen, "error").candidates()]
        told = next((plain_text(e) for e in errors if e.count()), "")
        if told and not ground.watch.guessed:
            raise Refused(f"the portal says at {screen}: “{told}”")


def options_of(choice: Choice) -> list[str]:
    """Return the texts of the options, if they are on the page without opening the control."""
    try:
        return choice.options()
    except (PlaywrightError, KetenError):
        return []
