"""One or several options out of many, whatever draws them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import ElementHandle, Locator
from playwright.sync_api import Error as PlaywrightError

from automation.domain import same_words
from automation.errors import ControlError, GrantError, Mismatch
from pages.controls.combobox import Combobox
from pages.controls.control import Control, Holder, Nature
from pages.controls.elements import ask, part_of
from pages.controls.options import Fits
from pages.controls.patterns import Group, Pattern, Select
from pages.locating import comes_true, moments
from pages.place import Place
from pages.plain_words import in_words

_SETTLING = 0.6  # seconds in which what is drawn and the select under it may differ
_SHOWING = 1.5  # seconds that a control may take to show what was chosen
_DRAWN = ("ancestor::*[@role='combobox' or @role='listbox'][1]", "following-sibling::*[1]", "preceding-sibling::*[1]")
"""Where that lies which libraries draw instead of a native select that is not drawn at all."""
_IN_SIGHT = {"listbox", "radiogroup", "group"}
_POPUPS = {"listbox", "menu", "tree", "grid", "true"}


class Choice(Control):
    """A control in which options are chosen, native or one of the patterns of the ARIA Authoring Practices Guide."""

    kind = "select, combobox, listbox or radio group"
    whole = (
        "select, [role=combobox], [role=listbox], [role=radiogroup], [aria-haspopup=listbox], "
        "input[list], fieldset, [role=group]"
    )

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self._open: Pattern | None = None

    def fits(self, nature: Nature) -> bool:
        """Native, or by its role, or by what it says that it opens."""
        return (
            nature.tag in {"select", "fieldset"}
            or nature.role in {"combobox", "listbox", "radiogroup", "group"}
            or nature.popup in _POPUPS
            or nature.listed
        )

    def numbered_candidates(self, **filled: str) -> list[tuple[int, Locator]]:
        """By its name; where what is chosen has become part of that, by its label alone."""
        found = super().numbered_candidates(**filled)
        for number, one in enumerate(self.place.described):
            if one.role is None or one.name is None:
                continue
            by_role = self.place.located(one.model_copy(update={"name": None}), **filled)
            by_label = self.place.located(
                one.model_copy(update={"role": None, "name": None, "label": one.name}), **filled
            )
            found += [(number, role.and_(label)) for role, label in zip(by_role, by_label, strict=True)]
        undrawn = self.page.locator("select:not(:visible)")
        for number, one in enumerate(self.place.described):
            label = one.model_copy(update={"role": None, "name": None, "label": one.name}) if one.name else one
            if label.role is None:
                selects = [located.and_(undrawn) for located in self.place.located(label, **filled)]
                found += [(number, select.locator(f"xpath={axis}")) for axis in _DRAWN for select in selects]
        return found

    def takes(self, found: Locator) -> bool:
        """Of the kind itself, or what is drawn instead of a native select that is."""
        return super().takes(found) or part_of(found, "nativeOf") is not None

    def element(self, **filled: str) -> ElementHandle:
        """The control that a person operates: of a select that only the form needs, what is drawn instead of it."""
        element = super().element(**filled)
        return part_of(element, "operated", self.whole) or element

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
            return Select(self.page, element, str(self.place))
        drawn = nature.role not in _IN_SIGHT and part_of(element, "nativeOf") is not None
        if nature.role == "combobox" or nature.popup in _POPUPS or nature.listed or drawn:
            return Combobox(self.page, element, str(self.place))
        return Group(self.page, element, str(self.place))

    def options(self) -> list[str]:
        """The texts of all that can be chosen. What is chosen, and whether its list is open, is as before then.

        Mismatch when asking changed it, and it could not be put back.
        """
        pattern = self._pattern()
        with self.as_before(pattern, always=True):
            return pattern.offered()

    def choose(self, option: str) -> None:
        """Choose the option of just this text, and see that it is chosen.

        GrantError when there is none, more than one, or it is disabled; Mismatch when another is chosen then. It holds
        what it held before then, or the error says what it holds instead.
        """
        pattern = self._pattern()
        with self.as_before(pattern):
            self._add(option)
            self.close()
            if not comes_true(self.page, _SHOWING, lambda: same_words(self._pattern().shown(), option)):
                raise Mismatch(f"{self.place}: “{option}” was chosen, and it shows “{self.chosen()}”")
            self.stop_if_wrong(self.element(), f"“{option}”")

    def add(self, option: str, fits: Fits | None = None) -> None:
        """Choose the option of just this text, or the one that fits, beside what is chosen already.

        A list that stays open for more does so: `close` it after the last. What is chosen then is for the caller to
        see, who knows where it is shown. GrantError as for `choose`.
        """
        with self.as_before(self._pattern()):
            self._add(option, fits)

    def _add(self, option: str, fits: Fits | None = None) -> None:
        self._open = pattern = self._pattern()
        try:
            pattern.pick(option, fits)
        except PlaywrightError as error:
            raise self.place.missing(f"cannot be operated ({in_words(error)})") from None

    @contextmanager
    def as_before(self, holder: Holder, *, always: bool = False) -> Iterator[None]:
        """As for any control; a list that stayed open is not kept in mind after a refusal."""
        with super().as_before(holder, always=always):
            try:
                yield
            except (GrantError, ControlError):
                self._open = None
                raise

    def close(self) -> None:
        """Close the list that stayed open, if one did."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def shows(self, option: str) -> bool:
        """Whether it shows just this option as the one that is chosen."""
        return same_words(self._pattern().shown(), option)

    def chosen(self) -> str:
        """The text of the chosen option; empty when none is.

        Mismatch where the select that is hidden under it holds another for the form.
        """
        return ", ".join(self._as_the_form(lambda: self._pattern().chosen(), several=False))

    def all_chosen(self) -> list[str]:
        """The texts of all that is chosen, read from its tokens, else from the options that are marked.

        Mismatch where the select that is hidden under it holds others for the form.
        """
        return self._as_the_form(self._all_chosen, several=True)

    def _all_chosen(self) -> list[str]:
        element = self.element()
        chosen = ask(element, "chosenOf")
        if chosen is not None:
            return list(chosen)
        pattern = self._pattern()
        if not isinstance(pattern, Combobox):
            return pattern.chosen()
        if ask(element, "formHolds", True) == [] and not pattern.shown():
            return []
        return pattern.marked()

    def _as_the_form(self, read: Callable[[], list[str]], *, several: bool) -> list[str]:
        """What is read from what a person sees; Mismatch where the native select under it keeps holding another."""
        for _ in moments(self.page, _SETTLING):
            shown, held = read(), ask(self.element(), "formHolds", several)
            if held is None or _same(shown, held):
                return shown
        raise Mismatch(
            f"{self.place}: it shows “{', '.join(shown)}”, and the select hidden under it holds “{', '.join(held)}”",
            "It is unclear what the portal would record; nothing was recorded.",
        )


def _same(some: list[str], others: list[str]) -> bool:
    """Whether these are the same texts, in whatever order."""
    rest = list(others)
    for text in some:
        found = next((other for other in rest if same_words(text, other)), None)
        if found is None:
            return False
        rest.remove(found)
    return not rest
