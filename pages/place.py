"""Where a control is: on which screen of which page, and by which locators of the profile it is found."""

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
    """The place of one control, by its name and that of its screen in the profile; without a `root`, on the whole page.

    `stands` tells whether its screen is there.
    """

    view: View
    screen: str
    control: str
    root: Page | Locator | None = None
    stands: Callable[[], bool] = lambda: True

    def __str__(self) -> str:
        return f"{self.screen}.{self.control}"

    def beside(self, control: str) -> Place:
        """The place of another control on the same screen."""
        return replace(self, control=control)

    @property
    def described(self) -> profiles.Control:
        """The profile's locators of the control; empty when the profile has none."""
        return self.view.profile.screens.get(self.screen, {}).get(self.control, ())

    def candidates(self, **filled: str) -> list[Locator]:
        """The Playwright locators of the control, in the profile's order."""
        return [locator for _, locator in self.numbered_candidates(**filled)]

    def numbered_candidates(self, **filled: str) -> list[tuple[int, Locator]]:
        """The Playwright locators of the control, each with its place in the profile's list, from 0."""
        return [
            (number, locator)
            for number, described in enumerate(self.described)
            for locator in self.located(described, **filled)
        ]

    def located(self, described: profiles.Locator, **filled: str) -> list[Locator]:
        """The Playwright locators of one of the profile's; several where it is within a control that has several."""
        whole = self.root or self.view.page
        roots = self.beside(described.within).candidates(**filled) if described.within else [whole]
        return [locate(root, described, **{"ref": self.view.ref} | filled) for root in roots]

    def others(self) -> Iterator[Locator]:
        """Where every other control that a person operates is looked for, of any screen."""
        for screen, controls in self.view.profile.screens.items():
            there = self if screen == self.screen else Place(self.view, screen, "")
            for other in controls:
                if (screen, other) != (self.screen, self.control) and other not in FACTS:
                    yield from there.beside(other).candidates()

    def note_used(self, number: int) -> None:
        """Note which locator of the profile's list was used, where it was not the first."""
        used = (self.screen, self.control, number)
        if number and used not in self.view.fallbacks_used:
            self.view.fallbacks_used.append(used)

    def missing(self, why: str = "is not there") -> ControlError:
        """The error of a control that cannot be used, with the locators that the profile has for it."""
        looked_for = self.described or ("nothing: the profile does not describe it",)
        return ControlError(
            f"{self} {why} (at {self.view.page.url}); looked for {' or '.join(map(str, looked_for))}",
            "If the portal changed, `keten doctor --portal URL --write FILE` finds what it is called now;"
            f" in a profile it is screens.{self}.",
        )
