"""What doctor finds: checks of machine and settings, and for each control of the profile how it stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from automation.doctor.guessing.purposes import PURPOSES
from pages.profile import Locator, Profile

Status = Literal["found", "missing", "ambiguous", "not-reached"]
SHOWS_NOW_AND_THEN = "it appears only at times, and did not appear now"
TOLD_FIRST: tuple[Status, ...] = ("missing", "ambiguous", "found", "not-reached")


@dataclass(frozen=True)
class Check:
    """The result of one check, and what to do if it failed."""

    name: str
    ok: bool
    detail: str
    hint: str = ""

    def as_data(self) -> dict[str, Any]:
        """For `--json`."""
        return {"name": self.name, "ok": self.ok, "detail": self.detail, "hint": self.hint}


@dataclass(frozen=True)
class Candidate:
    """A locator that may find a missing control, and its score from 0 to 100."""

    locator: Locator
    score: float


@dataclass(frozen=True, kw_only=True)
class Sighting:
    """What doctor found of one control of the profile; `why` says why it was not found, or what to know about it."""

    screen: str
    control: str
    required: bool
    status: Status
    operated_as: str | None = None
    candidates: tuple[Candidate, ...] = ()
    confident: bool = False
    why: str | None = None
    by_fallback: bool = False
    """Whether only a later locator of its list found it."""

    @property
    def key(self) -> tuple[str, str]:
        """Its screen and its name."""
        return self.screen, self.control

    @property
    def best(self) -> Locator | None:
        """The locator of the best candidate."""
        return self.candidates[0].locator if self.candidates else None

    def as_data(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "screen": self.screen,
            "control": self.control,
            "required": self.required,
            "status": self.status,
            "operated_as": self.operated_as,
            "candidates": [{"locator": as_data(one.locator), "score": round(one.score, 1)} for one in self.candidates],
            "confident": self.confident,
            "why": self.why,
        }


@dataclass(frozen=True)
class Sent:
    """A request other than GET that doctor saw: on which screen, and whether it left."""

    method: str
    address: str
    screen: str
    left: bool
    why: str = ""

    def as_data(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "method": self.method,
            "address": self.address,
            "screen": self.screen,
            "left": self.left,
            "why": self.why,
        }


@dataclass
class Findings:
    """All that was found of a portal."""

    sightings: dict[tuple[str, str], Sighting] = field(default_factory=dict)
    checks: list[Check] = field(default_factory=list)
    requests: list[Sent] = field(default_factory=list)
    formats: dict[str, Any] = field(default_factory=dict)
    """Wording to add to the profile, by key of `formats`."""
    unsure_formats: dict[str, None] = field(default_factory=dict)
    """Texts that the profile does not explain, a line each."""
    passes: int = 0

    def add(self, sightings: Iterable[Sighting]) -> None:
        """Add sightings; of a control that was seen more than once, the most informative one is kept."""
        for new in sightings:
            old = self.sightings.get(new.key)
            if old is None or _says_more(new, old):
                self.sightings[new.key] = new

    def proved(self, screen: str, control: str) -> None:
        """Note that a candidate is the control, because using it led to the expected screen."""
        seen = self.sightings.get((screen, control))
        if seen is not None and seen.status == "missing" and seen.candidates and not seen.confident:
            why = f"{seen.why or 'renamed'}; when used, it led to the expected screen"
            self.sightings[seen.key] = replace(seen, confident=True, why=why)

    def complete(self, profile: Profile, why: str) -> None:
        """Add the controls of the profile that were never seen, and put all in the order of the profile."""
        for screen, controls in profile.screens.items():
            for control in controls:
                if (screen, control) not in self.sightings:
                    required = is_required(profile, screen, control)
                    purpose = PURPOSES.get(screen, {}).get(control)
                    reason = SHOWS_NOW_AND_THEN if purpose is not None and purpose.transient else why
                    reason = "behind the recording click" if screen in ("confirmation", "confirm") else reason
                    self.sightings[screen, control] = Sighting(
                        screen=screen, control=control, required=required, status="not-reached", why=reason
                    )
        order = [(screen, control) for screen, controls in profile.screens.items() for control in controls]
        self.sightings = {key: self.sightings[key] for key in order if key in self.sightings}

    @property
    def unfit(self) -> list[Sighting]:
        """Required controls that the profile does not find."""
        return [s for s in self.sightings.values() if s.required and s.status in ("missing", "ambiguous")]


def _says_more(new: Sighting, old: Sighting) -> bool:
    """What was found once is there; of two times missing, the surer counts."""
    if new.status == old.status:
        best = old.candidates[0].score if old.candidates else 0.0
        return not old.confident and bool(new.candidates) and (new.confident or new.candidates[0].score > best)
    if "found" in (new.status, old.status):
        return new.status == "found"
    return TOLD_FIRST.index(new.status) < TOLD_FIRST.index(old.status)


def is_required(profile: Profile, screen: str, control: str) -> bool:
    """Whether keten cannot do without it: it is not optional, nor what the profile says that the portal never shows."""
    if control == "organisation" and profile.own_organisation == "not-shown":
        return False
    if control == "amount" and profile.costs == "not-shown":
        return False
    return not any(locator.optional for locator in profile.screens.get(screen, {}).get(control, ()))


def as_data(locator: Locator) -> dict[str, Any]:
    """A locator as a profile writes it."""
    return {key: value for key, value in locator.model_dump().items() if value not in (None, False)}
