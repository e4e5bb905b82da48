"""Picking a day in a calendar: open it, turn to the month, pick, and leave it closed."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, partial
from typing import Any

from playwright.sync_api import ElementHandle, JSHandle, Locator, Page

from automation.errors import ControlError, GrantError
from pages.controls.elements import FUNCTIONS, ask, click, keyed_in, script
from pages.locating import any_of, comes_true, visible
from pages.profile.formats import month_names

_CALENDAR = FUNCTIONS + script("calendar.js")
_OPENING = 1.0  # seconds that one way to open a calendar gets
_KEY_OPENING = 0.3  # seconds that a key gets, which opens it at once or not at all
_TURNING = 1.0  # seconds after which a click that turned nothing was swallowed
_CLOSING = 0.5  # seconds in which a calendar goes away once a day was picked, if it does so by itself
_MOST_TURNS = 400


class Calendar:
    """The calendar of a date field, wherever on the page it is drawn.

    `where` names the field. What the profile knows as `others` is never clicked here, nor what sends a form.
    """

    def __init__(self, page: Page, element: ElementHandle, where: str, others: Iterable[Locator] = ()) -> None:
        self._page, self._element, self._where = page, element, where
        self._others = others

    @cached_property
    def _known(self) -> list[ElementHandle]:
        """What is there of the others: one question to the page, asked once."""
        others = list(self._others)
        return visible(any_of(others)).element_handles() if others else []

    @property
    def grid(self) -> ElementHandle | None:
        """The days of the month that is shown; None while no calendar is open."""
        asked = _asked("e => grid(e) ?? grid(document.body)")
        return self._element.evaluate_handle(asked, {"field": self._element, "known": []}).as_element()

    def pick(self, day: datetime.date) -> None:
        """Pick this day. GrantError when it cannot be picked, ControlError when there is no calendar."""
        _ = self._known  # as they are before a calendar is drawn: its own buttons may have names like theirs
        self._open()
        self._turn_to(day)
        grid = self._shown()
        found = self._part_of(grid, "dayOf", day.day)
        if found is None or self._inquire(found, "barred"):
            raise GrantError(f"{self._where}: {day} cannot be chosen: it is disabled in the calendar")
        click(self._page, found)
        self._leave()

    def close(self) -> None:
        """Close it, if it is open; in a dialog not by the key first that would close the dialog too."""
        in_dialog = bool(ask(self._element, "e => Boolean(e.closest('dialog, [role=dialog]'))"))
        for key in ("Tab", "Escape") if in_dialog else ("Escape", "Tab"):
            if self.grid is None:
                return
            self._page.keyboard.press(key)
            comes_true(self._page, _CLOSING, lambda: self.grid is None)

    def picked(self) -> datetime.date | None:
        """The day that is marked in a calendar that is always open."""
        grid = self.grid
        month, day = (self._month(grid), self._inquire(grid, "picked")) if grid else (None, 0)
        return datetime.date(*month, day) if month and day else None

    def _open(self) -> None:
        """By the field itself as a person would, then by the button beside it that says so."""
        if self.grid is not None:
            return
        for way, patience in self._ways():
            way()
            if comes_true(self._page, patience, lambda: self.grid is not None):
                return
        raise ControlError(
            f"{self._where}: no calendar opens, and no button beside the field says that it opens one",
            "Keten clicks no other button. In the profile, name a field to type into or one that opens a calendar.",
        )

    def _ways(self) -> Iterator[tuple[Callable[[], None], float]]:
        """Each way to open it, and how long it gets, in the order of the date pickers of the ARIA Practices Guide."""
        if not self._inquire(self._element, "e => disabled(e) || submits(e)"):
            yield partial(click, self._page, self._element), _OPENING
            if ask(self._element, "e => e.matches('input, [role=combobox]')"):
                for keys in ("ArrowDown", "Alt+ArrowDown"):
                    yield partial(self._element.press, keys), _KEY_OPENING
        opener = self._part_of(self._element, "opener")
        if opener is not None:
            yield partial(click, self._page, opener), _OPENING

    def _shown(self) -> ElementHandle:
        grid = self.grid
        if grid is None:
            raise ControlError(f"{self._where}: the calendar went away")
        return grid

    def _at_rest(self) -> bool:
        """Whether a month is told and nothing moves: many calendars slide from month to month."""
        grid = self.grid
        return grid is not None and self._month(grid) is not None and not self._inquire(grid, "moving")

    def _month(self, grid: ElementHandle) -> tuple[int, int] | None:
        shown = self._inquire(grid, "monthShown", sorted(month_names().items()))
        return (shown[0], shown[1]) if shown else None

    def _turn_to(self, day: datetime.date) -> None:
        """Turn month by month, or by years where there is a button for that, seeing each time where one is."""
        for _ in range(_MOST_TURNS):
            comes_true(self._page, _TURNING, self._at_rest)
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
        if self._selected(grid, shown, day):
            return
        button = self._part_of(grid, "turner", {"ahead": months > 0, "years": True}) if abs(months) >= 12 else None
        button = button or self._part_of(grid, "turner", {"ahead": months > 0, "years": False})
        if button is None or ask(button, "disabled"):
            raise self._ends_before(day)
        click(self._page, button)
        comes_true(self._page, _TURNING, lambda: self.grid is not None and self._month(self._shown()) != shown)

    def _ends_before(self, day: datetime.date) -> GrantError:
        return GrantError(f"{self._where}: {day} cannot be chosen: the calendar ends before it")

    def _selected(self, grid: ElementHandle, shown: tuple[int, int], day: datetime.date) -> bool:
        """Whether year or month, in that order, was just given in a field or native select of the calendar's own."""
        if shown[0] != day.year:
            field = self._part_of(grid, "yearField", shown[0])
            if field is not None:
                keyed_in(field, str(day.year))
                if not field.evaluate("e => e.validity.valid"):
                    raise self._ends_before(day)
                return comes_true(self._page, _TURNING, lambda: self._month(self._shown()) != shown)
            return self._chosen(grid, lambda text: text == str(day.year))
        return self._chosen(grid, lambda text: month_names().get(text.rstrip(".")) == day.month)

    def _chosen(self, grid: ElementHandle, fits: Callable[[str], bool]) -> bool:
        for select in handles(self._handle(grid, "e => all(around(e), 'select').filter(harmless)")):
            options = [" ".join(text.split()).lower() for text in ask(select, "e => [...e.options].map(o => o.label)")]
            wanted = [index for index, text in enumerate(options) if fits(text)]
            if len(wanted) == 1 and select.evaluate("e => e.selectedIndex") != wanted[0]:
                select.select_option(index=wanted[0])
                return True
        return False

    def _leave(self) -> None:
        """Take the day over where the calendar asks for that, and close it where it stays."""
        if comes_true(self._page, _CLOSING, lambda: self.grid is None) or ask_inside(self._element, self.grid):
            return
        grid = self._shown()
        taker = self._part_of(grid, "taker")
        if taker is not None:
            click(self._page, taker)
        else:
            self._page.keyboard.press("Escape")
        comes_true(self._page, _CLOSING, lambda: self.grid is None)

    def _part_of(self, element: ElementHandle, question: str, argument: Any = None) -> ElementHandle | None:
        """The element that a function of `calendar.js` answers with; None when there is none."""
        return self._handle(element, question, argument).as_element()

    def _handle(self, element: ElementHandle, question: str, argument: Any = None) -> JSHandle:
        return element.evaluate_handle(_asked(question), self._with(argument))

    def _inquire(self, element: ElementHandle, question: str, argument: Any = None) -> Any:
        """What a function of `calendar.js` answers about an element."""
        return element.evaluate(_asked(question), self._with(argument))

    def _with(self, argument: Any) -> dict[str, Any]:
        return {"argument": argument, "field": self._element, "known": self._known}


def handles(array: JSHandle) -> list[ElementHandle]:
    """The elements in an array on the page."""
    found = (handle.as_element() for handle in array.get_properties().values())
    return [handle for handle in found if handle is not None]


def date_parts(element: ElementHandle) -> list[ElementHandle]:
    """Fields for day, month and year, in that order; none where there are no such three."""
    return handles(element.evaluate_handle(_asked("dateParts"), {}))


def ask_inside(element: ElementHandle, grid: ElementHandle | None) -> bool:
    """Whether the calendar is the element itself, and so is always open."""
    return grid is not None and bool(element.evaluate("(e, grid) => e === grid || e.contains(grid)", grid))


def _asked(function: str) -> str:
    return f"(element, {{ argument, field, known }}) => {{ {_CALENDAR}; return ({function})(element, argument) }}"
