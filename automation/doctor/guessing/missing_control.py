"""Takes the names and roles of a missing control from the profile, to look for a replacement."""

from __future__ import annotations

import re

from automation.doctor.guessing.scoring import MissingControl
from pages import profile as profiles
from pages.profile import Profile


def missing_control(profile: Profile, screen: str, control: str, *, needed: bool) -> MissingControl:
    """Return the control as the profile describes it; `needed`: it must be on the screen as it is now."""
    locators = profile.screens.get(screen, {}).get(control, ())
    names = (locator.name or locator.label or locator.text or locator.placeholder for locator in locators)
    roles = (locator.role for locator in locators if locator.role)
    return MissingControl(screen, control, tuple(_plain(name) for name in names if name), tuple(roles), needed)


def _plain(name: str) -> str:
    """The words of a name, or of a regular expression."""
    if profiles.pattern(name) is None:
        return re.sub(r"\{\w+\}", "", name)
    return " ".join(re.findall(r"[^\W\d_]{3,}", re.sub(r"\\.|\[.*?\]|\{\w+\}|\(\?.*?>", " ", name[1:])))
