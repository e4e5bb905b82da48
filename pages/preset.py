"""Further obligatory fields that a portal has, filled with the profile's fixed values by what they are (`preset`)."""

from __future__ import annotations

from playwright.sync_api import Error as PlaywrightError

from automation.domain import same_words
from automation.errors import Mismatch
from pages.controls import Choice, Control, Nature, Text, TextField, Toggle
from pages.glossary import WIZARD
from pages.locating import missing
from pages.screen import Screen
from pages.view import View

_SHOWING = ("review", "confirm")


class PresetField(Control):
    """A field of a kind that only shows when it is found."""

    kind = "text field, select, combobox, radio button, checkbox or switch"

    def fits(self, nature: Nature) -> bool:
        """Whatever can hold a value, and shows it."""
        return any(kind(self.screen, self.name).fits(nature) for kind in (Toggle, Choice, TextField))

    def put(self, value: str | bool) -> None:
        """Fill the value in and see that it is held; Mismatch when it is not, ControlError when it cannot be."""
        found = self.find()
        nature = Nature.of(found)
        toggle, choice = Toggle(self.screen, self.name), Choice(self.screen, self.name)
        text = TextField(self.screen, self.name)
        if toggle.fits(nature) is not isinstance(value, bool):
            needed = "`true` or `false`, as for a checkbox" if toggle.fits(nature) else "text"
            raise missing(self.screen, self.name, f"needs {needed} as its preset")
        if value is True:
            toggle.turn_on()
        elif value is False:
            try:
                found.uncheck()
            except PlaywrightError:
                raise missing(self.screen, self.name, "cannot be turned off") from None
        elif choice.fits(nature):
            choice.choose(str(value))
        else:
            text.fill(str(value))
            text.leave()
        if not self.holds(value):
            raise Mismatch(f"{self.screen.name}.{self.name}: “{value}” was filled in, and it does not hold that")

    def holds(self, value: str | bool) -> bool:
        """Whether it holds the value now."""
        nature = Nature.of(self.find())
        if isinstance(value, bool):
            return Toggle(self.screen, self.name).on is value
        choice = Choice(self.screen, self.name)
        held = choice.chosen() if choice.fits(nature) else TextField(self.screen, self.name).value()
        return same_words(held, value)


class _Named(Screen):
    """A screen of which only the preset fields are looked at."""

    def __init__(self, view: View, name: str) -> None:
        super().__init__(view)
        self.name = name


def fill_in(screen: Screen) -> None:
    """Fill in the fields that the profile presets on this screen, and see that they are held."""
    for name, value in _of(screen.view, screen.name).items():
        PresetField(screen, name).put(value)


def differences(view: View) -> list[str]:
    """Preset fields that hold or show another value now; those that cannot be seen any more show none."""
    found = []
    for name in WIZARD:
        screen = _Named(view, name)
        for field, value in _of(view, name).items():
            control = PresetField(screen, field)
            if control.present and not control.holds(value):
                found.append(f"{name}.{field}: “{value}” was filled in, and it holds something else now")
            for showing in _SHOWING:
                if showing != name:
                    found += _shown_otherwise(_Named(view, showing), field, value)
    return found


def _shown_otherwise(screen: Screen, field: str, value: str | bool) -> list[str]:
    control = Text(screen, field)
    if isinstance(value, bool) or not control.present:
        return []
    shown = control.read()
    return [] if same_words(shown, value) else [f"{field}: “{value}” was filled in, the screen shows “{shown}”"]


def _of(view: View, screen: str) -> dict[str, str | bool]:
    return {
        name: value.replace("{ref}", view.ref) if isinstance(value, str) else value
        for name, value in view.profile.preset.get(screen, {}).items()
    }
