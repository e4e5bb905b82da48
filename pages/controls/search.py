"""Choosing by searching: a field, results page by page, and a button that takes them; on the page or in a dialog."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import NamedTuple

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from rapidfuzz import process

from automation.errors import ControlError, GrantError, Mismatch
from pages.controls import Button, Result, TextField, labels, not_one
from pages.controls.elements import Answers, ask
from pages.locating import comes_true, visible
from pages.place import Place

_DRAWING = 0.1  # seconds in which a list that was scrolled draws what comes into view
_NEAR = 75  # of 100, for a result that may be what is meant by a name with a slip
_SHORTEST = 3  # letters that a search for what comes near may begin with
_PATIENCE = 5.0  # seconds in which a search, or another page, shows other results, unless it finds the same


class Names(NamedTuple):
    """What the controls of a search are called on their screen, in the profile."""

    open: str
    field: str
    start: str
    results: str
    result: str
    alike: str
    more: str
    add: str


class Search:
    """A search on a screen, by the names of its controls; `place` tells where one is."""

    def __init__(self, place: Callable[[str], Place], names: Names) -> None:
        self._place, self._view, self._names = place, place(names.result).view, names
        self._open, self._start = Button(place(names.open)), Button(place(names.start))
        self._field, self._result = TextField(place(names.field)), Result(place(names.result))
        self._more, self._add = Button(place(names.more)), Button(place(names.add))

    def take(self, names: Sequence[dict[str, str]]) -> None:
        """Search by each of the names of one thing, and take the one result.

        A name is what the profile's locators take in; what it ends with is typed. GrantError when there is no such
        result, or more than one, or it is disabled; the field then holds what it held, and shows the results of that.
        """
        if self._open.comes(self._field):
            self._open.press()
        before = self._field.value() if self._field.comes() else ""
        try:
            self._take(names)
        except (GrantError, ControlError) as error:
            self._put_back(before, error)
            raise
        if self._add.comes():
            self._add.press()
            self._view.wait_until_idle()

    def _put_back(self, before: str, error: GrantError | ControlError) -> None:
        """Search again by what the field held, if it holds something else now; Mismatch where that cannot be done."""
        try:
            if self._field.present and self._field.value() != before:
                self._type(before)
        except (GrantError, ControlError, PlaywrightError):
            told = f"{self._field.place} does not hold “{before}” as before"
            raise Mismatch(f"{error.message}; {told}", error.hint) from None

    def _take(self, names: Sequence[dict[str, str]]) -> None:
        for filled in names:
            self._search(filled)
            count = self._come_to(filled)
            if count:
                break
        if count != 1:
            near = [] if count else self._near(names[0])
            raise not_one(str(self._result.place), ": ".join(names[0].values()), count, near)
        self._result.take(**filled)

    def _search(self, filled: dict[str, str]) -> None:
        """Search, and wait for what is wanted, or what is called like it."""
        self._type(_query(filled))
        found = self._result.candidates(**filled)
        of_others = self._place(self._names.alike).candidates(**filled)
        with suppress(PlaywrightTimeout):  # then none of that name is there, or only further down
            self._view.wait_for_any(*found, *of_others)
        self._view.wait_until_idle()

    def _near(self, filled: dict[str, str]) -> list[str]:
        """What pieces of the name bring, for the message: a portal finds nothing by a name with a slip.

        The slip may stand anywhere: a piece of the end may bring what one of the beginning does not, or else no query.
        """
        query = _query(filled)
        longer, shorter = len(query) * 2 // 3, len(query) // 3
        found = self._shown()
        for piece in (query[:longer], query[-longer:], query[:shorter], query[-shorter:], ""):
            if process.extractOne(query, found, score_cutoff=_NEAR):
                break
            if len(piece) >= _SHORTEST or not piece:
                self._type(piece)
                self._view.wait_until_idle()
                found += self._shown()
        return list(dict.fromkeys(found))

    def _type(self, query: str) -> None:
        """Type, and wait for the answer to that: results from before may hold what is wanted, and then go away."""
        self._view.wait_until_idle()
        if not self._field.comes():  # everything that there is stands there without a search
            return
        with Answers(self._view.page) as answers:
            before = self._shown()
            self._field.fill(query)
            if self._start.comes():
                self._start.press()
            comes_true(
                self._view.page,
                _PATIENCE,
                lambda: not answers.awaited and (self._shown() != before or answers.came_for(query)),
            )

    def _come_to(self, filled: dict[str, str]) -> int:
        """How many there are on all pages of the results; where there is one, its page is shown then."""
        count, page, at = 0, 0, 0
        while True:
            here = self._count(filled)
            at = page if here else at
            before = self._shown()
            if not self._turn_page():
                break
            if self._shown()[: len(before)] != before:  # the next page took the place of this one
                count += here
                page += 1
        count += here
        if count == 1 and at != page:
            if self._field.comes():
                self._field.fill("")
            self._search(filled)
            for _ in range(at):
                self._turn_page()
        return count

    def _count(self, filled: dict[str, str]) -> int:
        """How many fit on this page of the results, those too that are drawn only when scrolled to."""
        return self._drawn(filled) or self._scroll_to(filled)

    def _scroll_to(self, filled: dict[str, str]) -> int:
        """Scroll the results on until one that fits is drawn; how many are."""
        for candidate in self._place(self._names.results).candidates():
            shown = visible(candidate)
            deadline = time.monotonic() + _PATIENCE
            while shown.count() and ask(shown.last, "scrolled") and time.monotonic() < deadline:
                if comes_true(self._view.page, _DRAWING, lambda: self._drawn(filled) > 0):
                    return self._drawn(filled)
        return 0

    def _drawn(self, filled: dict[str, str]) -> int:
        return max(visible(candidate).count() for candidate in self._result.candidates(**filled))

    def _turn_page(self) -> bool:
        """More results; False when there are none."""
        if not self._more.present or ask(self._more.find(), "disabled"):
            return False
        before = self._shown()
        self._more.press()
        comes_true(self._view.page, _PATIENCE, lambda: self._shown() != before)
        self._view.wait_until_idle()
        return self._shown() != before

    def _shown(self) -> list[str]:
        return [
            text for candidate in self._place(self._names.results).candidates() for text in labels(visible(candidate))
        ]


def _query(filled: dict[str, str]) -> str:
    return list(filled.values())[-1]
