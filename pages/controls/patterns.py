"""The ways to choose that stand on the page as they are: a native select, a group or list of choices."""

from __future__ import annotations

from functools import partial
from typing import Any, Protocol

from playwright.sync_api import ElementHandle, Page

from automation.domain import same_words
from automation.errors import GrantError, Mismatch
from pages.controls.elements import ask, part_of
from pages.controls.options import Fits, Option, Options, not_one
from pages.locating import comes_true

_LOADING = 5.0  # seconds that a select may take to get its options
_TAKEN = 1.0  # seconds after which a click that shows no effect was swallowed
_TRIES = 3
_SELECT = """e => [...e.options].map(o => ({text: fold(o.label), title: fold(o.label), on: o.selected,
    disabled: o.disabled || Boolean(o.closest('optgroup')?.disabled), group: fold(o.closest('optgroup')?.label ?? ''),
    top: null, height: 0, place: 0}))"""
_OFFERED = "e => [...e.options].filter(o => !o.hidden && !(o.index === 0 && o.value === '')).map(o => fold(o.label))"


class Pattern(Protocol):
    """A way to choose: what it is called, what it offers, choosing one, and what is chosen then."""

    called: str

    @property
    def there(self) -> bool:
        """Whether it is still on the page."""

    def offered(self) -> list[str]:
        """The texts of all options."""

    def pick(self, wanted: str, fits: Fits | None = None) -> None:
        """Choose the one that says just this, or that fits; GrantError when it cannot be chosen."""

    def chosen(self) -> list[str]:
        """The texts of what is chosen; a prompt such as “Kies” is left out."""

    def shown(self) -> str:
        """What it shows, be it only an invitation to choose."""

    def close(self) -> None:
        """Close its list, if it has one that stayed open."""

    def held(self) -> Any:
        """What it holds now, to be compared and put back."""

    def put_back(self, before: Any) -> None:
        """Let it hold that again, as far as it can be made to."""


class _OnPage:
    """What stands on the page as it is, so that nothing has to be opened or closed."""

    def __init__(self, page: Page, element: ElementHandle, where: str) -> None:
        self._page, self._element, self._where = page, element, where

    @property
    def there(self) -> bool:
        """Whether the element is still on the page."""
        return bool(self._element.evaluate("e => e.isConnected"))

    def close(self) -> None:
        """Nothing was opened."""


class Select(_OnPage):
    """A native select, for one or several."""

    called = "native select"

    def _options(self) -> list[Option]:
        return [Option(**option) for option in ask(self._element, _SELECT)]

    def offered(self) -> list[str]:
        """The texts of all options, without one that only invites to choose."""
        return [str(text) for text in ask(self._element, _OFFERED)]

    def pick(self, wanted: str, fits: Fits | None = None) -> None:
        """Choose the one that is wanted, and see that it took the click."""
        comes_true(self._page, _LOADING, lambda: len(self._options()) > 1)
        options = self._options()
        found = [i for i, o in enumerate(options) if (fits(o) if fits else same_words(o.text, wanted))]
        if len(found) != 1:
            raise not_one(self._where, wanted, len(found), [option.text for option in options])
        if options[found[0]].disabled:
            raise GrantError(f"{self._where}: “{wanted}” cannot be chosen: it is disabled")
        others = [i for i, o in enumerate(options) if o.on] if self._element.evaluate("e => e.multiple") else []
        self._element.select_option(index=sorted({*others, *found}))

    def chosen(self) -> list[str]:
        """The texts of what is chosen."""
        return [str(text) for text in ask(self._element, "selectedIn")]

    def shown(self) -> str:
        """What it shows, be it only an invitation to choose."""
        return ", ".join(option.text for option in self._options() if option.on)

    def held(self) -> list[int]:
        """Which options are chosen, by their number."""
        return [number for number, option in enumerate(self._options()) if option.on]

    def put_back(self, before: list[int]) -> None:
        """Choose those again."""
        if self.held() != before:
            self._element.select_option(index=before)


class Group(_OnPage):
    """Radio buttons, cards, checkboxes or pressed buttons in a group, or a listbox that is always open."""

    def __init__(self, page: Page, element: ElementHandle, where: str) -> None:
        super().__init__(page, element, where)
        self._options = Options(page, element)
        self.called = "listbox" if element.get_attribute("role") == "listbox" else "group of choices"

    def offered(self) -> list[str]:
        """The texts of all options."""
        return [option.text for option in self._options.all()]

    def pick(self, wanted: str, fits: Fits | None = None) -> None:
        """Choose the one that is wanted, and see that it took the click."""
        option = self._options.meant(self._where, wanted, fits)
        for _ in range(_TRIES):
            found = part_of(self._element, "optionOf", vars(option))
            if found is not None and ask(found, "on"):
                return
            pressed = self._options.press(option, self._where)
            if pressed is None or comes_true(self._page, _TAKEN, partial(_on_or_gone, pressed)):
                return
        raise Mismatch(f"{self._where}: “{wanted}” was clicked, and is not chosen")

    def chosen(self) -> list[str]:
        """The texts of what is chosen."""
        return [option.title for option in self._options.all() if option.on]

    def shown(self) -> str:
        """What is chosen."""
        return ", ".join(self.chosen())

    def held(self) -> list[tuple[str, bool]]:
        """Each option's text, and whether it is chosen."""
        return [(option.text, option.on) for option in self._options.all()]

    def put_back(self, before: list[tuple[str, bool]]) -> None:
        """Click what is otherwise now; a radio button is turned off by another only."""
        stood = dict(before)
        for option in sorted(self._options.all(), key=lambda option: option.on):
            if stood.get(option.text, option.on) != option.on:
                self._options.press(option, self._where)
                if dict(self.held()) == stood:
                    return


def _on_or_gone(element: ElementHandle) -> bool:
    return bool(ask(element, "e => !e.isConnected || on(e)"))
