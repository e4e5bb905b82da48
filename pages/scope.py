"""Step 4: which services to link: the general authority, whole providers, or service by service."""

from __future__ import annotations

from playwright.sync_api import TimeoutError as PlaywrightTimeout

from automation.domain import EVERYTHING, Element, Scope
from automation.errors import Mismatch
from pages.controls import Button, Choice, Text, TextField, Toggle, not_one
from pages.costs import CostsStep
from pages.locating import plain_text, visible
from pages.screen import Part, Step


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
            return frozenset(Element(name) for name in self.chosen_providers.items())
        return frozenset(self._service(text) for text in self.chosen_services.items())

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
        self.service_search.fill(service)
        found = self.candidates("service", provider=provider, service=service)
        try:
            self.view.wait_for_any(*found)
        except PlaywrightTimeout:
            raise not_one("scope.service", str(element), 0, self._results()) from None
        self.view.wait_until_idle()
        while self.more_services.present:
            self.more_services.press()
            self.view.wait_until_idle()
        count = max(visible(candidate).count() for candidate in found)
        if count > 1:
            raise not_one("scope.service", str(element), count, ())
        self.service.turn_on(provider=provider, service=service)
        if self.add_services.present:
            self.add_services.press()
            self.view.wait_until_idle()

    def _results(self) -> list[str]:
        return [
            plain_text(one) or (one.get_attribute("aria-label") or "")
            for candidate in self.candidates("service_results")
            for one in visible(candidate).all()
        ]

    def proceed(self) -> CostsStep:
        """Go on to step 5."""
        return self.proceed_to(CostsStep)
