"""The providers and services of the stand-in portal: names are plausible, made up, and confusable on purpose."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True)
class Service:
    """One service of a provider; two services may have the same name. `delegable`: may stand in a grant."""

    id: str
    provider: str
    name: str
    delegable: bool

    @property
    def label(self) -> str:
        """As a scenario writes it: `provider: service`."""
        return f"{self.provider}: {self.name}"


@dataclass(frozen=True)
class Provider:
    """A service provider (dienstverlener), known by its OIN of 20 digits."""

    oin: str
    name: str


def _load() -> tuple[dict[str, Provider], dict[str, Service]]:
    providers, services = {}, {}
    for entry in json.loads(files(__package__).joinpath("catalogue.json").read_text("utf-8")):
        providers[entry["oin"]] = Provider(entry["oin"], entry["name"])
        for item in entry["services"]:
            service = Service(item["id"], entry["name"], item["name"], item.get("delegable", True))
            services[service.id] = service
    return providers, services


PROVIDERS, SERVICES = _load()


def find_providers(text: str) -> list[Provider]:
    """The providers whose name holds the text, by name."""
    wanted = text.casefold().strip()
    return sorted((p for p in PROVIDERS.values() if wanted in p.name.casefold()), key=lambda p: p.name.casefold())


def find_services(text: str) -> list[Service]:
    """The services whose name or provider holds every word of the text, by name and provider."""
    words = text.casefold().split()
    found = (s for s in SERVICES.values() if all(word in f"{s.name} {s.provider}".casefold() for word in words))
    return sorted(found, key=lambda s: (s.name.casefold(), s.provider.casefold(), s.id))
