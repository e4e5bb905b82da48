"""Step 4: which services to link: the general authority, whole providers, or service by service."""

from __future__ import annotations

import time
from contextlib import suppress

from playwright.sync_api import TimeoutError as PlaywrightTimeout

from automation.domain import EVERYTHING, Element, Scope
from automation.errors import Mismatch
from pages.controls import Button, Choice, Text, TextField, Toggle, labels, not_one
from pages.costs import CostsStep
from pages.locating import visible
from pages.preset import fill_in
from pages.screen import Part, Step

_SEARCH_PATIENCE = 5.0  # seconds in which a search shows other results, unless it finds the same


class ScopeStep(Step):
    """The three kinds of scope, as the instruction of We-ID names them."""

    name = "scope"
    ready = "services"

    general = Part(Toggle)
    providers = Part(Toggle)
    services = Part(Toggle)
    provider = Part(Choice)
    chosen_providers = Part(Text)
    open_search = Part(Button)
    service_search = Part(TextField)
    service = Part(Toggle)
    more_services = Part(Button)
    add_services = Part(Button)
    chosen_services = Part(Text)

    def link(self, scope: Scope) -> None:
        """Choose just this scope, and see that it is chosen.

        GrantError when a provider or service is not there, is there twice, or cannot be delegated; Mismatch when
        the portal then shows another choice.
        """
        if scope.kind == "general":
            self.general.turn_on()
        elif scope.kind == "providers":
            self.providers.turn_on()
            for element in sorted(scope.elements):
                self.provider.choose(str(element.provider))
        else:
            self.services.turn_on()
            for element in sorted(scope.elements):
                self._add_service(element)
        fill_in(self)
        self.view.wait_until_idle()
        chosen = self.chosen(scope)
        if chosen != scope.elements:
            told = ", ".join(sorted(map(str, chosen))) or "nothing"
            raise Mismatch(f"asked to link {', '.join(scope.names())}; the portal shows {told}")

    def chosen(self, scope: Scope) -> frozenset[Element]:
        """What is chosen of the scope's kind, as the portal shows it; ValueError never: what is unknown is kept."""
        if scope.kind == "general":
            return frozenset({EVERYTHING} if self.general.on else ())
        if scope.kind == "providers":
            shown = [Element(name) for name in self.chosen_providers.items()]
        else:
            shown = [self._service(text) for text in self.chosen_services.items()]
        try:
            return self.profile.all_meant(shown)
        except ValueError:  # two names of the portal for one thing: shown as they are, they agree with no scope
            return frozenset(shown)

    def shows(self, scope: Scope) -> bool:
        """Whether what is chosen of the scope's kind can be seen right now."""
        chosen = {"general": self.general, "providers": self.chosen_providers, "services": self.chosen_services}
        return chosen[scope.kind].still_there

    def _service(self, text: str) -> Element:
        try:
            return self.profile.formats.element(text)
        except ValueError:
            return Element(text, text)

    def _add_service(self, element: Element) -> None:
        """Search one service by its name, choose the one of that provider, confirm."""
        provider, service = str(element.provider), str(element.service)
        if self.open_search.present:
            self.open_search.press()
        self._search(service)
        found = self.candidates("service", provider=provider, service=service)
        of_others = self.candidates("service_of_any_provider", service=service)
        with suppress(PlaywrightTimeout):  # then none of that name is there, or only further down
            self.view.wait_for_any(*found, *of_others)
        self.view.wait_until_idle()
        while self.more_services.present:
            self.more_services.press()
            self.view.wait_until_idle()
        count = max(visible(candidate).count() for candidate in found)
        if count != 1:
            raise not_one("scope.service", str(element), count, self._results())
        self.service.turn_on(provider=provider, service=service)
        if self.add_services.present:
            self.add_services.press()
            self.view.wait_until_idle()

    def _search(self, service: str) -> None:
        """Type the name and wait for other results: those from before may hold what is wanted, and then go away."""
        self.view.wait_until_idle()
        before = self._results()
        self.service_search.fill(service)
        deadline = time.monotonic() + _SEARCH_PATIENCE
        while self._results() == before and time.monotonic() < deadline:
            self.view.page.wait_for_timeout(50)
        self.view.wait_until_idle()

    def _results(self) -> list[str]:
        return [label for candidate in self.candidates("service_results") for label in labels(visible(candidate))]

    def proceed(self) -> CostsStep:
        """Go on to step 5."""
        return self.proceed_to(CostsStep)
