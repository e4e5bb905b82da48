"""A browser page that doctor examines: it waits until the page is idle, and reads it by a profile with guesses."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from playwright.sync_api import Error as PlaywrightError

from automation.doctor.watch import Watch
from automation.errors import ControlError
from pages import profile as profiles
from pages.locating import any_shown
from pages.place import Place
from pages.profile import Profile
from pages.view import View

if TYPE_CHECKING:
    from playwright.sync_api import Page

_QUIET = 500  # milliseconds without a change: longer than a search waits for another letter
_RESTS = """([quiet, longest]) => new Promise(done => {
    let timer = setTimeout(finish, quiet)
    const end = setTimeout(finish, longest)
    const observer = new MutationObserver(() => { clearTimeout(timer); timer = setTimeout(finish, quiet) })
    observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true })
    function finish() { clearTimeout(timer); clearTimeout(end); observer.disconnect(); done() }
})"""
_SHOWN = "() => document.body ? document.body.innerText.replace(/\\s+/g, ' ').trim() : ''"


@dataclass(eq=False, kw_only=True)
class Ground:
    """One page on the portal, read by a profile in which guesses replace what is missing."""

    page: Page
    profile: Profile
    """The profile with the guesses in it."""
    address: str
    watch: Watch
    patience: float
    """Seconds to wait for the page at most."""
    adopted: Collection[tuple[str, str]] = ()
    """The controls for which an earlier pass found a locator, which stays."""
    sign_in_origins: tuple[str, ...] = ()
    guessed: set[tuple[str, str]] = field(default_factory=set, init=False)

    def __post_init__(self) -> None:
        """Watch for dialogs that interrupt."""
        self.view.watch_interruptions()

    @property
    def view(self) -> View:
        """The page as page objects take it."""
        return View(self.page, self.profile, self.address, sign_in_origins=self.sign_in_origins)

    def guess(self, screen: str, control: str, locator: profiles.Locator) -> None:
        """Use a locator for a missing control, unless an earlier pass has adopted one."""
        if (screen, control) in self.adopted:
            return
        self.profile = with_locator(self.profile, screen, control, locator)
        self.guessed.add((screen, control))

    def uses(self, screen: str, control: str) -> None:
        """Note that a control is about to be used: after a guess, only GET and HEAD requests may leave."""
        if (screen, control) in self.guessed:
            self.watch.guessed = f"{screen}.{control}"

    def rest(self) -> None:
        """Wait until no request is under way and nothing changes, for at most the patience."""
        deadline = time.monotonic() + self.patience
        while time.monotonic() < deadline:
            with suppress(PlaywrightError):  # the document goes as another comes
                self.page.evaluate(_RESTS, [_QUIET, 5000])
                if self.watch.under_way <= 0:
                    break
        with suppress(ControlError):  # what it shows while it keeps loading is looked at all the same
            self.view.wait_until_idle()

    def shown(self) -> str:
        """The text of the page as it is now."""
        try:
            return str(self.page.evaluate(_SHOWN))
        except PlaywrightError:
            return ""

    def sees(self, screen: str, control: str, **filled: str) -> bool:
        """Whether a control is visible now, found by the profile or by a guess."""
        return any_shown(Place(self.view, screen, control).candidates(**filled))


def with_locator(profile: Profile, screen: str, control: str, locator: profiles.Locator) -> Profile:
    """Return the profile with another locator for a control, which stays optional if it was."""
    controls = dict(profile.screens.get(screen, {}))
    optional = any(old.optional for old in controls.get(control, ()))
    controls[control] = (locator.model_copy(update={"optional": optional}),)
    return profile.model_copy(update={"screens": {**profile.screens, screen: controls}})


def with_filled(known: Mapping[str, str]) -> dict[str, str]:
    """Return the placeholders of locators whose values are known."""
    return {key: known[key] for key in ("kvk", "provider", "service") if key in known}
