"""The portal profile: where each control is, how the screens follow one another, and what the words mean.

The built-in profile is `we_id.yaml` beside this file; a user's own profile is laid over it, key by key.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, PrivateAttr
from pydantic.config import JsonDict

from automation.domain import Element, RowStatus
from pages.profile.formats import Formats
from pages.profile.parts import (
    Control,
    Interruption,
    Locator,
    Paths,
    PresetValue,
    Recording,
    RecordingRequest,
    Refusal,
    Section,
    SignInRefusals,
    Texts,
    pattern,
)

__all__ = [
    "BUILT_IN",
    "Control",
    "Formats",
    "Interruption",
    "Locator",
    "Profile",
    "Recording",
    "RecordingRequest",
    "Refusal",
    "SignInRefusals",
    "pattern",
]

BUILT_IN = Path(__file__).parents[1] / "we_id.yaml"
_SHOWN: JsonDict = {"errorMessage": "Write shown or not-shown."}


class Profile(Section):
    """Where each control of a portal is, how its screens follow one another, and what its words mean."""

    paths: Paths = Field(description="addresses of screens")
    screens: dict[str, dict[str, Control]] = Field(
        description="where each control is: one locator, or a list tried in order"
    )
    interruptions: Annotated[tuple[Interruption, ...], Field(strict=False)] = Field(
        (), description="dialogs that may appear anywhere, and how to dismiss them"
    )
    session_ended: Control = Field(
        (), description="what a portal shows when a session has expired, where that is not the sign-in itself"
    )
    formats: Formats = Field(description="forms of dates, amounts, terms and scopes")
    statuses: dict[Literal["present", "pending", "revoked", "ended"], Texts] = Field(
        description="which words of the list mean present, pending, revoked and ended; any other refuses its receiver"
    )
    aliases: dict[str, Texts] = Field(
        {}, description="names of the scenario, each with the other names that the portal has for it"
    )
    preset: dict[str, dict[str, PresetValue]] = Field(
        {}, description="values for further obligatory fields, by screen; {ref} is keten's own reference"
    )
    own_organisation: Literal["shown", "not-shown"] = Field(
        "shown",
        title="shown or not-shown",
        description="whether the portal shows which organisation you act for",
        json_schema_extra=_SHOWN,
    )
    costs: Literal["shown", "not-shown"] = Field(
        "shown",
        title="shown or not-shown",
        description="whether the portal shows what a grant costs",
        json_schema_extra=_SHOWN,
    )
    sign_in_refusals: SignInRefusals = Field(
        SignInRefusals(), description="words by which a refused sign-in is told from others"
    )
    recording: Recording = Field(Recording(), description="the last click: its buttons, its request, its refusals")
    _lacking: frozenset[tuple[str, str]] = PrivateAttr(frozenset())

    @cached_property
    def _status_words(self) -> dict[str, RowStatus]:
        return {word.casefold(): RowStatus(kind) for kind, words in self.statuses.items() for word in words}

    def status(self, word: str) -> RowStatus:
        """What a status word on the portal's list means."""
        return self._status_words.get(" ".join(word.split()).casefold(), RowStatus.UNKNOWN)

    def lacks(self, screen: str, control: str) -> bool:
        """Whether a person wrote in the profile that the portal lacks this control: `null` in place of a locator."""
        return (screen, control) in self._lacking

    def without(self, lacking: Iterable[tuple[str, str]]) -> Profile:
        """This profile of a portal that lacks these controls."""
        other = self.model_copy()
        other._lacking = frozenset(lacking)
        return other

    @property
    def lists_own_references(self) -> bool:
        """Whether the list shows keten's own references, in a field that `preset` fills."""
        return not self.screens["granted"].keys().isdisjoint({"own_reference_column", "details_own_reference"})

    @cached_property
    def _aliased(self) -> dict[Element, Element]:
        """The portal's names, each with the scenario's."""
        return {_named(other): _named(name) for name, others in self.aliases.items() for other in others}

    def meant(self, shown: Element) -> Element:
        """What the portal shows under a name of its own, as a scenario names it."""
        if shown.provider is None:
            return shown
        provider = self._aliased.get(Element(shown.provider), Element(shown.provider)).provider
        if shown.service is None:
            return Element(provider)
        of_scenario = Element(provider, shown.service)
        return self._aliased.get(shown, self._aliased.get(of_scenario, of_scenario))

    def names_of(self, wanted: Element) -> list[Element]:
        """What the portal may call a provider or service: the scenario's own name first."""
        if wanted.service is None:
            return [wanted, *(shown for shown, meant in self._aliased.items() if meant == wanted and shown != wanted)]
        providers = [str(one.provider) for one in self.names_of(Element(wanted.provider))]
        services = [wanted, *(shown for shown, meant in self._aliased.items() if meant == wanted)]
        found = [Element(one.provider, one.service) for one in services]
        found += [Element(provider, one.service) for one in services for provider in providers]
        return list(dict.fromkeys(found))

    def element(self, text: str) -> Element:
        """What one item of a grant covers, as a scenario names it; ValueError when the profile does not know it."""
        return self.meant(self.formats.element(text))

    def elements(self, texts: Iterable[str]) -> frozenset[Element]:
        """What a grant covers by its items; ValueError also when two names of the portal come down to one thing."""
        return self.all_meant(self.formats.elements(texts))

    def all_meant(self, shown: Iterable[Element]) -> frozenset[Element]:
        """What is shown, as a scenario names it; ValueError when two names of the portal come down to one thing."""
        found: dict[Element, Element] = {}
        for one in shown:
            if found.setdefault(self.meant(one), one) != one:
                raise ValueError(f"both '{found[self.meant(one)]}' and '{one}' are shown for '{self.meant(one)}'")
        return frozenset(found)


def _named(name: str) -> Element:
    try:
        return Element.of_service(name)
    except ValueError:
        return Element(name.strip())
