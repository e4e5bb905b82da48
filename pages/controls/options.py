"""The options under an element: what they say, which one is meant, and the click that chooses it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace

from playwright.sync_api import ElementHandle, Locator, Page
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from rapidfuzz import process

from automation.domain import same_words
from automation.errors import GrantError, Mismatch
from pages.controls.elements import ask, ask_all, click, part_of
from pages.locating import comes_true
from pages.plain_words import in_words

_OPENING = 1.0  # seconds in which a list that is opening may take no clicks
_TAKES_NONE = "e => visible(e) && face(e) === null && getComputedStyle(e).pointerEvents === 'none'"


@dataclass(frozen=True, kw_only=True)
class Option:
    """An option as it is shown. `title` is its first line alone, where those below it only explain.

    `group` is the heading that it stands under, `place` its number in the list and `top` its place in a scrolled list.
    """

    text: str
    title: str
    disabled: bool
    on: bool
    group: str
    top: int | None
    height: float
    place: int


class NotThere(GrantError):
    """What was to be chosen is not among the options."""


Fits = Callable[[Option], bool]


class Options:
    """The options under an element, drawn or not: some lists draw only what is scrolled to."""

    def __init__(self, page: Page, root: ElementHandle) -> None:
        self._page, self._root = page, root

    def drawn(self) -> list[Option]:
        """Those that are there right now."""
        return [Option(**option) for option in ask(self._root, "offered")]

    def all(self) -> list[Option]:
        """Those too that come only when the list is scrolled."""
        return [Option(**option) for option in ask(self._root, "offeredInAll")]

    def meant(self, where: str, wanted: str, fits: Fits | None = None) -> Option:
        """The one option that says just this, or that fits; GrantError when there is none, or more than one."""
        offered = self.drawn()
        if ask(self._root, "drawnInPart") or not any(_says(option, wanted, fits) for option in offered):
            offered = self.all()
        found = [option for option in offered if _says(option, wanted, fits)]
        if not found:
            found = [option for option in offered if _says(replace(option, text=option.title), wanted, fits)]
        if len(found) != 1:
            raise not_one(where, wanted, len(found), [option.text for option in offered])
        if found[0].disabled:
            raise GrantError(f"{where}: “{wanted}” cannot be chosen: it is disabled")
        return found[0]

    def search_field(self, opener: ElementHandle) -> ElementHandle | None:
        """The field by which the list that an element opened is searched, where it has one of its own."""
        return part_of(self._root, "searchIn", opener)

    def press(self, option: Option, where: str) -> ElementHandle | None:
        """Click an option, wherever the list has scrolled to; the element, or None when it is gone by now.

        Mismatch when it cannot be hit: what takes no clicks is disabled, and beside it lie other options.
        """
        element = part_of(self._root, "optionOf", asdict(option))
        if element is None:
            return None
        if ask(element, _TAKES_NONE) and not comes_true(self._page, _OPENING, lambda: not ask(element, _TAKES_NONE)):
            raise Mismatch(f"{where}: “{option.text}” cannot be chosen: it is disabled (it takes no clicks)")
        try:
            click(self._page, element)
        except PlaywrightTimeout as error:
            if ask(element, "e => !e.isConnected"):
                return None
            raise Mismatch(
                f"{where}: “{option.text}” cannot be chosen: it is disabled, or something covers it ({in_words(error)})"
            ) from None
        return element


def _says(option: Option, wanted: str, fits: Fits | None) -> bool:
    return fits(option) if fits else same_words(option.text, wanted)


def not_one(where: str, wanted: str, count: int, offered: Iterable[str]) -> GrantError:
    """The error of a choice that is not there, or there more than once, with what comes near."""
    if count:
        return GrantError(f"{where}: “{wanted}” is there {count} times, and nothing tells which one is meant")
    near = [str(match[0]) for match in process.extract(wanted, list(offered), limit=3, score_cutoff=50)]
    return NotThere(
        f"{where}: “{wanted}” is not there",
        f"The portal has something similar: {', '.join(f'“{n}”' for n in near)}."
        if near
        else "Is it spelled as the portal spells it?",
    )


def labels(found: Locator) -> list[str]:
    """What each says of itself: its text, or for an input that of its label."""
    return [str(text) for text in ask_all(found, "e => called(e).text")]
