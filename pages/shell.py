"""What is around every screen once one is signed in."""

from __future__ import annotations

from pages.controls import Text
from pages.screen import Part, Screen


class Shell(Screen):
    """The frame of the portal: for whom one acts."""

    name = "shell"
    ready = "organisation"

    organisation = Part(Text)
