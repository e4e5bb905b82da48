"""Further obligatory fields that a portal has, filled with the profile's fixed values by what they are (`preset`)."""

from __future__ import annotations

from playwright.sync_api import Error as PlaywrightError

from automation.domain import same_words
from automation.errors import Mismatch
from pages.controls import Choice, Control, Text, TextField, Toggle
from pages.place import Place
from pages.plain_words import in_words
from pages.profile.glossary import WIZARD
from pages.screen import Screen
from pages.view import View

_SHOWING = ("review", "confirm")


def _control(place: Place, value: str | bool) -> Toggle | Choice | TextField:
    """The field as what it is; ControlError when it is not there, or of a kind that cannot hold the value."""
    if isinstance(value, bool):
        return Toggle(place)
    Control(place).find()
    for control in (Choice(place), TextField(place)):
        if control.still_there:
            return control
    raise place.missing("must be a text field, select, combobox or radio group, as its preset is a text")


def _put(control: Toggle | Choice | TextField, value: str | bool) -> None:
    if isinstance(control, Choice):
        control.choose(str(value))
    elif isinstance(control, TextField):
        control.fill(str(value))
        control.leave()
    elif value:
        control.turn_on()
    else:
        control.find().uncheck()


def _holds(control: Toggle | Choice | TextField, value: str | bool) -> bool:
    if isinstance(control, Toggle):
        return control.on is value
    return control.shows(str(value)) if isinstance(control, Choice) else same_words(control.value(), str(value))


def fill_in(screen: Screen) -> None:
    """Fill in the fields that the profile presets on this screen, and see that they are held; skip optional ones.

    ControlError when a required one is not there, or one is of another kind; Mismatch when it does not hold what was
    filled in.
    """
    for name, value in _of(screen.view, screen.name).items():
        place = screen.place(name)
        if place.described and not Control(place).comes():
            continue
        control = _control(place, value)
        try:
            _put(control, value)
        except PlaywrightError as error:
            raise place.missing(f"cannot be filled in ({in_words(error)})") from None
        if not _holds(control, value):
            raise Mismatch(f"{place}: “{value}” was filled in, but the field does not hold it")


def differences(view: View) -> list[str]:
    """Preset fields that hold or show another value now; those that cannot be seen any more show none."""
    found = []
    for name in WIZARD:
        for field, value in _of(view, name).items():
            place = Place(view, name, field)
            if Control(place).present and not _holds(_control(place, value), value):
                found.append(f"{place}: “{value}” was filled in, but the field holds something else now")
            for showing in _SHOWING:
                if showing != name:
                    found += _shown_otherwise(Place(view, showing, field), value)
    return found


def _shown_otherwise(place: Place, value: str | bool) -> list[str]:
    control = Text(place)
    if isinstance(value, bool) or not control.present:
        return []
    shown = control.read()
    return [] if same_words(shown, value) else [f"{place.control}: “{value}” was filled in, the screen shows “{shown}”"]


def _of(view: View, screen: str) -> dict[str, str | bool]:
    return {
        name: value.replace("{ref}", view.ref) if isinstance(value, str) else value
        for name, value in view.profile.preset.get(screen, {}).items()
    }
