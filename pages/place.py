"""Where a control is: on which page and screen, under which name in the profile, and within what."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from playwright.sync_api import Locator, Page

from automation.errors import ControlError
from pages import profile as profiles
from pages.locating import locate
from pages.profile.glossary import FACTS
from pages.view import View


@dataclass(frozen=True)
class Place:
    """The place of one control; `screen` and `control` are its keys in the profile."""

    view: View
    screen: str
    control: str
    root: Page | Locator
    """What it is looked for in: the page, or a region of it."""
    stands: Callable[[], bool] = lambda: True
    """Whether its screen can be seen."""

    def __str__(self) -> str:
        return f"{self.screen}.{self.control}"

    def named(self, control: str) -> Place:
        """The place of another control of the same screen."""
        return replace(self, control=control)

    @property
    def described(self) -> profiles.Control:
        """The profile's locators of the control; empty when the profile has none."""
        return self.view.profile.screens.get(self.screen, {}).get(self.control, ())

    @property
    def required(self) -> bool:
        """Whether the profile says that every portal of its kind has the control."""
        return not any(locator.optional for locator in self.described)

    def candidates(self, **filled: str) -> list[Locator]:
        """The Playwright locators of the control, in the profile's order, its placeholders filled in."""
        return [locator for _, locator in self.numbered_candidates(**filled)]

    def numbered_candidates(self, **filled: str) -> list[tuple[int, Locator]]:
        """The Playwright locators of the control, each with its place in the profile's list, from 0."""
        return [
            (number, locator)
            for number, described in enumerate(self.described)
            for locator in self.located(described, **filled)
        ]

    def located(self, described: profiles.Locator, **filled: str) -> list[Locator]:
        """The Playwright locators of one of the profile's; several where it stands within what has several."""
        roots = self.named(described.within).candidates(**filled) if described.within else [self.root]
        return [locate(root, described, **{"ref": self.view.ref} | filled) for root in roots]

    def others(self) -> Iterator[Locator]:
        """Where every other control that a person operates is looked for, of any screen."""
        for screen, controls in self.view.profile.screens.items():
            root = self.root if screen == self.screen else self.view.page
            for control in controls:
                if (screen, control) != (self.screen, self.control) and control not in FACTS:
                    yield from Place(self.view, screen, control, root).candidates()

    def used(self, number: int) -> None:
        """Note which locator of the control's list was used, where it was not the first."""
        if number and (self.screen, self.control, number) not in self.view.fallbacks_used:
            self.view.fallbacks_used.append((self.screen, self.control, number))

    def missing(self, why: str = "is not there") -> ControlError:
        """The error of a control that cannot be used, with the place where the profile describes it."""
        looked_for = self.described or ("nothing: the profile does not describe it",)
        return ControlError(
            f"{self} {why} (at {self.view.page.url}); looked for {' or '.join(map(str, looked_for))}",
            "If the portal changed, `keten doctor --portal URL --write FILE` finds what it is called now;"
            f" in a profile it is screens.{self}.",
        )
