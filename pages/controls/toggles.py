"""What is on or off: a checkbox, a switch, a radio button."""

from __future__ import annotations

from playwright.sync_api import Error as PlaywrightError

from automation.errors import GrantError
from pages.controls.control import Control, Nature, reason
from pages.locating import missing


class Toggle(Control):
    """A checkbox, switch or radio button."""

    kind = "checkbox, switch or radio button"

    def fits(self, nature: Nature) -> bool:
        """Native or by its role."""
        return (nature.tag == "input" and nature.type in {"checkbox", "radio"}) or nature.role in {
            "checkbox",
            "switch",
            "radio",
            "menuitemcheckbox",
            "menuitemradio",
        }

    def turn_on(self, **filled: str) -> None:
        """Turn it on if it is not, and see that it is; GrantError when it is disabled."""
        found = self.find(**filled)
        if found.is_disabled():
            told = ", ".join(f"“{value}”" for value in filled.values())
            raise GrantError(
                f"{self.screen.name}.{self.name}{' ' + told if told else ''} cannot be chosen: it is disabled"
            )
        try:
            found.check()
        except PlaywrightError as error:
            raise missing(self.screen, self.name, f"cannot be turned on ({reason(error)})") from None

    @property
    def on(self) -> bool:
        """Whether it is on."""
        return self.find().is_checked()
