"""Picking a day in a calendar: open it, turn to the month, pick, and leave it closed."""

from __future__ import annotations

import datetime
from functools import cache
from pathlib import Path
from typing import Any

from babel.dates import get_month_names
from playwright.sync_api import ElementHandle, Page

from automation.errors import ControlError, GrantError
from pages.controls.elements import FUNCTIONS, ask, click, comes_true

_CALENDAR = FUNCTIONS + Path(__file__).with_name("calendar.js").read_text("utf-8")
_OPENING = 1.0  # seconds that one way to open a calendar gets
_TURNING = 1.0  # seconds after which a click that turned nothing was swallowed
_CLOSING = 0.5  # seconds in which a calendar goes away once a day was picked, if it does so by itself
_MOST_TURNS = 400


@cache
def month_names() -> dict[str, int]:
    """The months by their Dutch and English names, whole and abbreviated, in lower case."""
    return {
        name.rstrip(".").lower(): number
        for locale in ("nl", "en")
        for width in ("wide", "abbreviated")
        for number, name in get_month_names(width, locale=locale).items()
    }


class Calendar:
    """The calendar of a date field, wherever on the page it is drawn; `where` names the field."""

    def __init__(self, page: Page, element: ElementHandle, where: str) -> None:
        self._page, self._element, self._where = page, element, where

    @property
    def grid(self) -> ElementHandle | None:
        """The days of the month that is shown; None while no calendar is open."""
        return part_of(self._element, "e => grid(e) ?? grid(document.body)")

    def pick(self, day: datetime.date) -> None:
        """Pick this day. GrantError when it cannot be picked, ControlError when there is no calendar."""
        self._open()
        self._turn_to(day)
        grid = self._shown()
        found = part_of(grid, "dayOf", day.day)
        if found is None or ask(found, "disabled"):
            raise GrantError(f"{self._where}: {day} cannot be chosen: it is disabled in the calendar")
        click(self._page, found)
        self._leave()

    def picked(self) -> datetime.date | None:
        """The day that is marked in a calendar that is always open."""
        grid = self.grid
        month, day = (self._month(grid), inquire(grid, "picked")) if grid else (None, 0)
        return datetime.date(*month, day) if month and day else None

    def _open(self) -> None:
        if self.grid is not None:
            return
        for opener in (part_of(self._element, "opener"), self._element):
            if opener is None:
                continue
            click(self._page, opener)
            if comes_true(self._page, _OPENING, lambda: self.grid is not None):
                return
        raise ControlError(f"{self._where}: no calendar opens")

    def _shown(self) -> ElementHandle:
        grid = self.grid
        if grid is None:
            raise ControlError(f"{self._where}: the calendar went away")
        return grid

    def _month(self, grid: ElementHandle) -> tuple[int, int] | None:
        shown = inquire(grid, "monthShown", sorted(month_names().items()))
        return (shown[0], shown[1]) if shown else None

    def _turn_to(self, day: datetime.date) -> None:
        """Turn month by month, or by years where there is a button for that, seeing each time where one is."""
        for _ in range(_MOST_TURNS):
            grid = self._shown()
            shown = self._month(grid)
            if shown is None:
                raise ControlError(f"{self._where}: the calendar does not say which month it shows")
            months = (day.year - shown[0]) * 12 + day.month - shown[1]
            if months == 0:
                return
            self._turn(grid, shown, day, months)
        raise ControlError(f"{self._where}: the calendar does not get to {day:%m-%Y}")

    def _turn(self, grid: ElementHandle, shown: tuple[int, int], day: datetime.date, months: int) -> None:
        if self._selected(grid, day):
            return
        button = part_of(grid, "turner", {"ahead": months > 0, "years": True}) if abs(months) >= 12 else None
        button = button or part_of(grid, "turner", {"ahead": months > 0, "years": False})
        if button is None or ask(button, "disabled"):
            raise GrantError(f"{self._where}: {day} cannot be chosen: the calendar ends before it")
        click(self._page, button)
        comes_true(self._page, _TURNING, lambda: self.grid is not None and self._month(self._shown()) != shown)

    def _selected(self, grid: ElementHandle, day: datetime.date) -> bool:
        """Whether month or year was just chosen from a native select of the calendar's own."""
        for select in inquire_handles(grid, "[...all(around(e), 'select')]"):
            options = [" ".join(text.split()).lower() for text in ask(select, "e => [...e.options].map(o => o.label)")]
            wanted = [i for i, text in enumerate(options) if text == str(day.year) or _is_month(text, day.month)]
            if len(wanted) == 1 and select.evaluate("e => e.selectedIndex") != wanted[0]:
                select.select_option(index=wanted[0])
                return True
        return False

    def _leave(self) -> None:
        """Take the day over where the calendar asks for that, and close it where it stays."""
        if comes_true(self._page, _CLOSING, lambda: self.grid is None) or ask_inside(self._element, self.grid):
            return
        grid = self._shown()
        taker = part_of(grid, "taker", self._element)
        if taker is not None:
            click(self._page, taker)
        else:
            self._page.keyboard.press("Escape")
        comes_true(self._page, _CLOSING, lambda: self.grid is None)


def _is_month(text: str, month: int) -> bool:
    return month_names().get(text.rstrip(".")) == month


def part_of(element: ElementHandle, question: str, argument: Any = None) -> ElementHandle | None:
    """The element that a function of `calendar.js` answers with; None when there is none."""
    return element.evaluate_handle(_asked(question), argument).as_element()


def inquire(element: ElementHandle, question: str, argument: Any = None) -> Any:
    """What a function of `calendar.js` answers about an element."""
    return element.evaluate(_asked(question), argument)


def inquire_handles(element: ElementHandle, listed: str) -> list[ElementHandle]:
    """The elements that an expression over `e` lists."""
    array = element.evaluate_handle(_asked(f"e => {listed}"))
    found = (handle.as_element() for handle in array.get_properties().values())
    return [handle for handle in found if handle is not None]


def ask_inside(element: ElementHandle, grid: ElementHandle | None) -> bool:
    """Whether the calendar is the element itself, and so is always open."""
    return grid is not None and bool(element.evaluate("(e, grid) => e === grid || e.contains(grid)", grid))


def _asked(function: str) -> str:
    return f"(element, argument) => {{ {_CALENDAR}; return ({function})(element, argument) }}"
