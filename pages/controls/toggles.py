"""What is on or off: a checkbox, a switch, a radio button or card."""

from __future__ import annotations

from contextlib import suppress

from playwright.sync_api import ElementHandle, Locator
from playwright.sync_api import Error as PlaywrightError

from automation.errors import GrantError, Mismatch
from pages.controls.control import Control, Nature
from pages.controls.elements import ask, click, part_of
from pages.locating import comes_true
from pages.plain_words import in_words

_ROLES = {"checkbox", "switch", "radio", "menuitemcheckbox", "menuitemradio", "option", "tab"}
_TURNED = 1.0  # seconds after which a click that shows no effect was swallowed
_TRIES = 3
_KEEPS_STATE = "e => e.matches('input, [aria-checked], [aria-pressed], [aria-multiselectable=true] *')"


class Toggle(Control):
    """A checkbox, switch, radio button or tab, also where its input is hidden and its label is what one sees."""

    kind = "checkbox, switch or radio button"
    whole = "input[type=checkbox], input[type=radio], [aria-pressed], " + ", ".join(f"[role={r}]" for r in _ROLES)

    def fits(self, nature: Nature) -> bool:
        """Native or by its role, or a button that can be pressed in."""
        native = nature.tag == "input" and nature.type in {"checkbox", "radio"}
        return native or nature.role in _ROLES or nature.pressed

    def numbered_candidates(self, **filled: str) -> list[tuple[int, Locator]]:
        """By its name; where the input itself is hidden, by its label."""
        found = super().numbered_candidates(**filled)
        in_label = self.page.locator("label, label *")
        for number, one in enumerate(self.place.described):
            text = one.label or (one.name if one.role in _ROLES else None)
            if text is not None:
                label = one.model_copy(update={"role": None, "name": None, "label": None, "text": text})
                found += [(number, located.and_(in_label)) for located in self.place.located(label, **filled)]
        return found

    def turn_on(self, **filled: str) -> None:
        """Turn it on if it is not, and see that it is; GrantError when it is disabled.

        Mismatch when the portal marks it as wrong; it is off then as before, or the error says that it is not.
        """
        self.turn_on_this(self.element(**filled), **filled)

    def turn_on_this(self, found: ElementHandle, **filled: str) -> None:
        """Turn on one that was found, which goes by these words."""
        self._stop_if_disabled(found, filled)
        was_on = bool(ask(found, "on"))
        try:
            if not self._turned_on(found):
                raise self.place.missing("cannot be turned on (clicking it does not change its state)")
        except PlaywrightError as error:
            raise self.place.missing(f"cannot be turned on ({in_words(error)})") from None
        try:
            self.stop_if_wrong(found, f"“{', '.join(filled.values()) or 'on'}”")
        except Mismatch as error:
            if was_on or self._turned_off(found):
                raise
            raise Mismatch(f"{error.message}; it is not as it was before, and is on now", error.hint) from None

    def _stop_if_disabled(self, found: ElementHandle, filled: dict[str, str]) -> None:
        if ask(found, "disabled"):
            told = ", ".join(f"“{value}”" for value in filled.values())
            raise GrantError(f"{self.place}{' ' + told if told else ''} cannot be chosen: it is disabled")

    def _turned_off(self, found: ElementHandle) -> bool:
        """Whether a second click turned it off again; of radio buttons only another one does."""
        with suppress(PlaywrightError):
            click(self.page, found)
        return comes_true(self.page, _TURNED, lambda: bool(ask(found, "e => e.isConnected && !on(e)")))

    def _turned_on(self, found: ElementHandle) -> bool:
        for _ in range(_TRIES):
            if ask(found, "on"):
                return True
            click(self.page, found)
            if comes_true(self.page, _TURNED, lambda: bool(ask(found, "e => on(e) || !e.isConnected"))):
                return True
        return False

    @property
    def on(self) -> bool:
        """Whether it is on."""
        return bool(ask(self.element(), "on"))


class Result(Toggle):
    """Something found that can be taken: a toggle, an option or list item, or a row with a button of its own."""

    kind = "checkbox, option, list item, button, or row with one"
    whole = f"{Toggle.whole}, button, [role=button], li, tr, [role=row], [role=listitem], [role=treeitem]"

    def fits(self, nature: Nature) -> bool:
        """A toggle, a button, or an item of a list or table."""
        item = nature.tag in {"li", "tr"} or nature.role in {"row", "listitem", "treeitem", "gridcell"}
        return super().fits(nature) or nature.is_button or item

    def take(self, **filled: str) -> None:
        """Take it, by what in it is there for that; GrantError when that is disabled.

        Only a toggle is seen to be on then: of the others the screen shows elsewhere what was taken.
        """
        item = self.element(**filled)
        found = part_of(item, "takes")
        if found is None:
            raise self.place.missing("has several buttons, and none says that it adds")
        if Toggle.fits(self, Nature.of(found)) and ask(found, _KEEPS_STATE):
            self.turn_on_this(found, **filled)
            return
        self._stop_if_disabled(found, filled)
        try:
            click(self.page, found)
        except PlaywrightError as error:
            raise self.place.missing(f"cannot be taken ({in_words(error)})") from None
