"""Buttons: those that any link may stand for, and the one that records."""

from __future__ import annotations

from playwright.sync_api import TimeoutError as PlaywrightTimeout

from pages.controls.control import Control, Nature
from pages.plain_words import in_words


class Button(Control):
    """A button or link."""

    kind = "button or link"

    def fits(self, nature: Nature) -> bool:
        """A button, a link, or what is drawn as one."""
        return nature.is_button or nature.tag in {"a", "summary"} or nature.role in {"link", "menuitem", "tab"}

    def press(self) -> None:
        """Click it, once it can be clicked."""
        found = self.find()
        try:
            found.click()
        except PlaywrightTimeout as error:
            raise self.place.missing(f"cannot be pressed ({in_words(error)})") from None


class RecordingButton(Button):
    """The button that records a grant: nothing but a real button will do."""

    kind = "real button"

    def fits(self, nature: Nature) -> bool:
        """A button; no link."""
        return nature.is_button
