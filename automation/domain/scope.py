"""What a grant covers: everything, whole providers, or single services."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

GENERAL_TEXT = "all services now and in the future"
"""What a scenario must say to grant the general authority, so that nobody does it by accident."""


ScopeKind = Literal["general", "providers", "services"]


def same_words(one: str, other: str) -> bool:
    """Whether two names of a provider or service are the same.

    Case, spacing, kinds of dashes and quotes, and what cannot be seen are set aside.
    """
    return _words(one) == _words(other)


_ALIKE = str.maketrans("‐‑‒–—―−’‘ʼ`´“”„", "-------'''''\"\"\"")
"""Dashes and quotes that one screen of a portal writes so, and another otherwise."""


def _words(name: str) -> str:
    seen = "".join(c for c in unicodedata.normalize("NFKC", name) if unicodedata.category(c) != "Cf")
    return " ".join(seen.translate(_ALIKE).casefold().split())


@dataclass(frozen=True)
class Element:
    """One thing that a scope holds: everything (neither given), one provider, or one service of a provider."""

    provider: str | None = None
    service: str | None = None
    _key: tuple[str | None, str | None] = field(init=False, repr=False, compare=True)

    def __post_init__(self) -> None:
        if self.provider is None and self.service is not None:
            raise ValueError(f"service '{self.service}' has no provider")  # else it would count as everything
        key = (self.provider and _words(self.provider), self.service and _words(self.service))
        object.__setattr__(self, "_key", key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Element) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    def __lt__(self, other: Element) -> bool:
        return tuple(k or "" for k in self._key) < tuple(k or "" for k in other._key)

    def __str__(self) -> str:
        if self.provider is None:
            return GENERAL_TEXT
        return self.provider if self.service is None else f"{self.provider}: {self.service}"

    def covers(self, other: Element) -> bool:
        """Everything covers all; a provider covers itself and its services; a service covers itself (law 1)."""
        mine, theirs = self._key, other._key
        return mine[0] is None or (mine[0] == theirs[0] and mine[1] in (None, theirs[1]))

    def overlaps(self, other: Element) -> bool:
        """Whether there is a service that both cover."""
        return self.covers(other) or other.covers(self)

    @classmethod
    def of_service(cls, text: str) -> Element:
        """The service that a scenario writes as `provider: service`; ValueError when it is not that."""
        provider, colon, service = (part.strip() for part in text.partition(":"))
        if not (provider and colon and service):
            raise ValueError(f"service '{text}' is not written as \"provider: service\"")
        return cls(provider, service)


EVERYTHING = Element()


@dataclass(frozen=True)
class Scope:
    """What a grant covers: the general authority, all services of some providers, or some services."""

    kind: ScopeKind
    elements: frozenset[Element]

    @classmethod
    def general(cls) -> Scope:
        """Algemene bevoegdheid: everything, now and in the future."""
        return cls("general", frozenset({EVERYTHING}))

    @classmethod
    def providers(cls, names: Iterable[str]) -> Scope:
        """Dienstverlenersmachtiging: all services, now and later, of these providers."""
        return cls("providers", frozenset(Element(name.strip()) for name in names))

    @classmethod
    def services(cls, names: Iterable[str]) -> Scope:
        """Per dienst: these services, each as `provider: service`; ValueError when one is not that."""
        return cls("services", frozenset(map(Element.of_service, names)))

    @classmethod
    def of(cls, elements: Iterable[Element]) -> Scope:
        """The scope that holds just these elements, which must be of one kind; ValueError when they are not."""
        held = frozenset(elements)
        if held == {EVERYTHING}:
            return cls.general()
        if held and all(e.provider and e.service is None for e in held):
            return cls("providers", held)
        if held and all(e.service for e in held):
            return cls("services", held)
        raise ValueError(f"no single scope holds {', '.join(sorted(map(str, held))) or 'nothing'}")

    def covers(self, element: Element) -> bool:
        """Whether one of the scope's elements covers this one."""
        return any(mine.covers(element) for mine in self.elements)

    def overlaps(self, other: Scope) -> bool:
        """Whether there is a service that both cover."""
        return any(mine.overlaps(theirs) for mine in self.elements for theirs in other.elements)

    def names(self) -> list[str]:
        """The elements as a scenario writes them, sorted."""
        return [str(e) for e in sorted(self.elements)]

    def as_data(self) -> dict[str, str | list[str]]:
        """The scope as a scenario writes it, for JSON."""
        return elements_as_data(self.elements)

    def __str__(self) -> str:
        if self.kind == "general":
            return f"general: {GENERAL_TEXT}"
        return f"{self.kind}: {', '.join(self.names())}"


def elements_as_data(elements: Iterable[Element]) -> dict[str, str | list[str]]:
    """What some elements hold, as a scenario writes a scope; of several kinds, where a portal's row mixes them."""
    held = sorted(elements)
    found: dict[str, str | list[str]] = {"general": GENERAL_TEXT} if EVERYTHING in held else {}
    providers = [str(e) for e in held if e.provider and e.service is None]
    services = [str(e) for e in held if e.service]
    return (
        found
        | ({"providers": list(providers)} if providers else {})
        | ({"services": list(services)} if services else {})
    )
