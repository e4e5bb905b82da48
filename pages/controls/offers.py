"""One of several things to choose from, however a portal offers them: a radio button, a checkbox, a button, a link."""

from __future__ import annotations

from playwright.sync_api import Locator
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from pages.controls.buttons import Button
from pages.controls.control import Control, Nature
from pages.controls.toggles import Toggle
from pages.plain_words import in_words


class Offer(Control):
    """What is taken by turning it on, or by pressing it."""

    kind = "radio button, checkbox, button or link"

    def fits(self, nature: Nature) -> bool:
        """A toggle, or a button or link."""
        return _is_toggle(self, nature) or Button(self.place).fits(nature)

    def take(self, **filled: str) -> None:
        """Take the one that these words name; ControlError when it is not there, or twice."""
        self._take(self.find(**filled))

    def take_this(self, offered: Locator) -> None:
        """Take one of several that fit; ControlError when it is of another kind."""
        self._take(self._of_right_kind(offered))

    def _take(self, offered: Locator) -> None:
        nature = Nature.of(offered)
        try:
            if _is_toggle(self, nature):
                Toggle(self.place).turn_on_this(offered.element_handle())
            else:
                offered.click()
        except PlaywrightTimeout as error:
            raise self.place.missing(f"cannot be chosen ({in_words(error)})") from None


def _is_toggle(control: Control, nature: Nature) -> bool:
    return Toggle(control.place).fits(nature)
