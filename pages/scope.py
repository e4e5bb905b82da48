"""Step 4: which services to link: the general authority, whole providers, or service by service."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from automation.domain import EVERYTHING, Element, Scope, same_words
from automation.errors import Mismatch
from pages.controls import Button, Choice, Chosen, Result, TextField, Toggle
from pages.controls.options import NotThere, Option
from pages.controls.search import Names, Search
from pages.costs import CostsStep
from pages.locating import comes_true
from pages.preset import fill_in
from pages.screen import Part, Step

_SHOWING = 2.0  # seconds that a screen may take to show what is chosen beside what one chooses with
_SERVICES = Names(
    open="open_search",
    field="service_search",
    start="search_services",
    results="service_results",
    result="service",
    alike="service_of_any_provider",
    more="more_services",
    add="add_services",
)
_PROVIDERS = Names(
    open="open_providers",
    field="provider_search",
    start="search_providers",
    results="provider_results",
    result="provider_result",
    alike="provider_results",
    more="more_providers",
    add="add_providers",
)


class ScopeStep(Step):
    """The three kinds of scope, as the instruction of We-ID names them.

    Providers, and services, are chosen by a control (`provider`, `service_choice`) or searched for.

    For example:

        def test_a_service_can_be_linked(wizard):
            wizard.look_up(KvkNumber("68750110"))
            services, wanted = wizard.proceed(), Scope.services(["UWV: Verzuimmelder"])
            services.link(wanted)
            assert services.chosen(wanted) == wanted.elements
    """

    name = "scope"
    ready = "services"

    general = Part(Toggle)
    providers = Part(Toggle)
    services = Part(Toggle)

    provider = Part(Choice)
    open_providers = Part(Button)
    provider_search = Part(TextField)
    search_providers = Part(Button)
    provider_results = Part(Result)
    provider_result = Part(Result)
    more_providers = Part(Button)
    add_providers = Part(Button)
    chosen_providers = Part(Chosen)

    service_choice = Part(Choice)
    open_search = Part(Button)
    service_search = Part(TextField)
    search_services = Part(Button)
    service_results = Part(Result)
    service = Part(Result)
    service_of_any_provider = Part(Result)
    more_services = Part(Button)
    add_services = Part(Button)
    chosen_services = Part(Chosen)

    def link(self, scope: Scope) -> None:
        """Choose just this scope, and see that it is chosen.

        GrantError when a provider or service is not there, is there twice, or cannot be delegated; Mismatch when
        the portal then shows another choice, as when something was chosen there before: nothing is taken away.
        """
        if scope.kind == "general":
            self.general.turn_on()
        elif scope.kind == "providers":
            self._turn_on(self.providers)
            self._choose(scope, Search(self.place, _PROVIDERS) if self.described(_PROVIDERS.result) else None)
        else:
            self._turn_on(self.services)
            self._choose(scope, None if self.described(self.service_choice.name) else Search(self.place, _SERVICES))
        fill_in(self)
        self.view.wait_until_idle()
        chosen = self.chosen(scope)
        if chosen != scope.elements:
            told = ", ".join(sorted(map(str, chosen))) or "nothing"
            raise Mismatch(f"asked to link {', '.join(scope.names())}; the portal shows {told}")
        _, choice = self._shown(scope)
        if scope.kind != "general" and choice.present:
            choice.stop_if_wrong(choice.element(), ", ".join(scope.names()))

    def _turn_on(self, kind: Toggle) -> None:
        """Choose the kind of scope; where a portal may have no such choice, and has none, it is skipped."""
        if kind.comes() or not self.described(kind.name):
            kind.turn_on()

    def _choose(self, scope: Scope, search: Search | None) -> None:
        """Add what is not chosen yet, by the search, or else by the control that offers all."""
        self.view.wait_until_idle()
        shown, choice = self._shown(scope)
        there = self._meant(shown.items() if shown.present else (), scope)
        for element in sorted(scope.elements - there):
            names = self.profile.names_of(element)
            if search:
                search.take([_filled(name) for name in names])
            else:
                _add(choice, names)
        choice.close()

    def chosen(self, scope: Scope) -> frozenset[Element]:
        """What is chosen of the scope's kind, as the portal shows it; what is unknown is kept as shown."""
        if scope.kind == "general":
            return frozenset({EVERYTHING} if self.general.on else ())
        place, choice = self._shown(scope)
        beside = comes_true(self.view.page, _SHOWING, lambda: place.present) or not choice.present
        return self._meant(place.items() if beside else choice.all_chosen(), scope)

    def shows(self, scope: Scope) -> bool:
        """Whether what is chosen of the scope's kind can be seen right now."""
        if scope.kind == "general":
            return self.general.still_there
        shown, choice = self._shown(scope)
        return shown.still_there or choice.still_there

    def _shown(self, scope: Scope) -> tuple[Chosen, Choice]:
        """Where it is shown what is chosen, and the control that shows it where there is no such place."""
        if scope.kind == "providers":
            return self.chosen_providers, self.provider
        return self.chosen_services, self.service_choice

    def _meant(self, texts: Iterable[str], scope: Scope) -> frozenset[Element]:
        shown = [self._element(text, scope) for text in texts]
        try:
            return self.profile.all_meant(shown)
        except ValueError:  # two names of the portal for one thing: shown as they are, they agree with no scope
            return frozenset(shown)

    def _element(self, text: str, scope: Scope) -> Element:
        """What an item means: as the profile writes it, or one of the scope's in some usual way of writing it."""
        if scope.kind == "providers":
            return Element(text)
        names = [name for element in scope.elements for name in self.profile.names_of(element)]
        meant = [name for name in names if any(same_words(text, way) for way in _ways(name))]
        if len(meant) == 1:
            return meant[0]
        try:
            return self.profile.formats.element(text)
        except ValueError:
            return Element(text, text)

    def proceed(self) -> CostsStep:
        """Go on to step 5."""
        return self.proceed_to(CostsStep)


def _ways(element: Element) -> list[str]:
    """The usual ways to write a service with its provider."""
    provider, service = element.provider, element.service
    return [
        f"{provider}: {service}",
        f"{service} ({provider})",
        *(f"{one}{between}{other}" for one, other in ((provider, service), (service, provider))
          for between in (" ", " - ", " – ", " | ", " / ", ", ")),
    ]  # fmt: skip


def _filled(name: Element) -> dict[str, str]:
    """What the profile's locators of a result take in."""
    both = {"provider": name.provider, "service": name.service}
    return {placeholder: text for placeholder, text in both.items() if text}


def _add(choice: Choice, names: Sequence[Element]) -> None:
    """Choose what goes by one of these names, typing one after another where the control is searched by typing."""
    missing = None
    for name in names:
        try:
            choice.add(name.service or str(name.provider), _option_of(names))
        except NotThere as error:
            missing = missing or error
        else:
            return
    if missing:
        raise missing


def _option_of(names: Sequence[Element]) -> Callable[[Option], bool]:
    """Whether an option goes by one of these: a service by both names, or under the heading of its provider."""

    def fits(option: Option) -> bool:
        for name in names:
            if name.service is None:
                fitting = same_words(option.text, str(name.provider))
            else:
                under = same_words(option.group, str(name.provider)) and same_words(option.text, name.service)
                fitting = under or any(same_words(option.text, way) for way in _ways(name))
            if fitting:
                return True
        return False

    return fits
