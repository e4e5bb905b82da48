"""One or several options out of many, whatever draws them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Locator

from automation.domain import same_words
from automation.errors import Mismatch
from pages.controls.combobox import Combobox
from pages.controls.control import Control, Nature, reason
from pages.controls.elements import ask, comes_true
from pages.controls.options import Fits
from pages.controls.patterns import Group, Pattern, Select, Slider
from pages.locating import missing

if TYPE_CHECKING:
    from pages.screen import Screen

_SHOWING = 1.5  # seconds that a control may take to show what was chosen
_POPUPS = {"listbox", "menu", "tree", "grid", "true"}


class Choice(Control):
    """A control in which options are chosen, native or one of the patterns of the ARIA Authoring Practices Guide."""

    kind = "select, combobox, listbox or radio group"
    whole = (
        "select, [role=combobox], [role=listbox], [role=radiogroup], [role=slider], [aria-haspopup=listbox], "
        "input[list], input[type=range], fieldset, [role=group]"
    )

    def __init__(self, screen: Screen, name: str) -> None:
        super().__init__(screen, name)
        self._open: Pattern | None = None

    def fits(self, nature: Nature) -> bool:
        """Native, or by its role, or by what it says that it opens."""
        return (
            nature.tag in {"select", "fieldset"}
            or nature.role in {"combobox", "listbox", "radiogroup", "group", "slider"}
            or nature.popup in _POPUPS
            or nature.type == "range"
            or nature.listed
        )

    def numbered_candidates(self, **filled: str) -> list[tuple[int, Locator]]:
        """By its name; where what is chosen has become part of that, by its label alone."""
        screen, found = self.screen, super().numbered_candidates(**filled)
        for number, one in enumerate(screen.described(self.name)):
            if one.role is None or one.name is None:
                continue
            by_role = screen.located(one.model_copy(update={"name": None}), **filled)
            by_label = screen.located(one.model_copy(update={"role": None, "name": None, "label": one.name}), **filled)
            found += [(number, role.and_(label)) for role, label in zip(by_role, by_label, strict=True)]
        return found

    @property
    def operated_as(self) -> str:
        """What it turned out to be."""
        return self._pattern().called

    def _pattern(self) -> Pattern:
        """How it is operated; a list that stayed open still is the same one."""
        if self._open is not None and self._open.there:
            return self._open
        element = self.element()
        nature = Nature.of(element)
        if nature.tag == "select":
            return Select(self.page, element, self.place)
        if nature.role == "slider" or nature.type == "range":
            return Slider(self.page, element, self.place)
        if nature.role == "combobox" or nature.popup in _POPUPS or nature.listed:
            return Combobox(self.page, element, self.place)
        return Group(self.page, element, self.place)

    def options(self) -> list[str]:
        """The texts of all that can be chosen."""
        pattern = self._pattern()
        offered = pattern.offered()
        pattern.close()
        return offered

    def choose(self, option: str) -> None:
        """Choose the option of just this text, and see that it is chosen.

        GrantError when there is none, more than one, or it is disabled; Mismatch when another is chosen then.
        """
        self.add(option)
        self.close()
        if not comes_true(self.page, _SHOWING, lambda: same_words(self.chosen(), option)):
            raise Mismatch(f"{self.place}: “{option}” was chosen, and it shows “{self.chosen()}”")
        self.stop_if_wrong(self.element(), f"“{option}”")

    def add(self, option: str, fits: Fits | None = None) -> None:
        """Choose the option of just this text, or the one that fits, beside what is chosen already.

        A list that stays open for more does so: `close` it after the last. What is chosen then is for the caller to
        see, who knows where it is shown. GrantError as for `choose`.
        """
        self._open = pattern = self._pattern()
        try:
            pattern.pick(option, fits)
        except PlaywrightError as error:
            raise missing(self.screen, self.name, f"cannot be operated ({reason(error)})") from None

    def close(self) -> None:
        """Close the list that stayed open, if one did."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def chosen(self) -> str:
        """The text of the chosen option; empty when none is."""
        return ", ".join(self._pattern().chosen())

    def all_chosen(self) -> list[str]:
        """The texts of all that is chosen, read from its tokens, else from the options that are marked."""
        chosen = ask(self.element(), "chosenOf")
        if chosen is not None:
            return list(chosen)
        pattern = self._pattern()
        if not isinstance(pattern, Combobox):
            return pattern.chosen()
        marked = pattern.marked()
        pattern.close()
        return marked
