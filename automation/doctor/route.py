"""The data that a walk fills in, what walks have learned, and the exception that stops one."""

from __future__ import annotations

from dataclasses import dataclass, field


class Stopped(Exception):
    """Raised when a walk cannot continue; the text says why."""


@dataclass(frozen=True)
class Route:
    """What a walk fills in: a receiver, and the provider and service of the kinds that need one."""

    kvk: str | None
    provider: str | None = None
    service: tuple[str, str] | None = None
    """Its provider and its name."""

    @property
    def kinds(self) -> list[str]:
        """The kinds of scope that can be walked."""
        given = {"general": True, "providers": self.provider is not None, "services": self.service is not None}
        return [kind for kind, there in given.items() if there] if self.kvk else []


@dataclass(kw_only=True)
class Notes:
    """What passes have learned: names of buttons that led to the next step, and facts that screens show."""

    led_on: list[str] = field(default_factory=list)
    known: dict[str, str] = field(default_factory=dict)
    stops: list[str] = field(default_factory=list)
    expired: bool = False
    renewed: bool = False
    clock_offset: float = 0.0
    """Seconds that the portal's clock is ahead of this machine's."""
    locked: bool = False
    """Whether doctor holds the lock of the organisation."""
