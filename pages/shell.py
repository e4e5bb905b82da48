"""What is around every screen once one is signed in."""

from __future__ import annotations

from playwright.sync_api import Locator

from pages.controls import Button, Text
from pages.screen import Part, Screen


class Shell(Screen):
    """The frame of the portal: the organisation that one acts for."""

    name = "shell"
    ready = "organisation"

    organisation = Part(Text)
    sign_out = Part(Button)

    def signs_of_being_in(self) -> list[Locator]:
        """What shows that one is signed in: the organisation, or where the portal does not show it, the sign-out."""
        shown = self.profile.own_organisation == "shown"
        return self.candidates("organisation") if shown else self.candidates("sign_out")
