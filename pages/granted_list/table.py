"""A table as it is shown: native or by roles, drawn whole or only where it is scrolled to."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import ElementHandle, Frame, Locator
from playwright.sync_api import Error as PlaywrightError

from pages.granted_list.surroundings import Surroundings

_FUNCTIONS = Path(__file__).with_name("table.js").read_text("utf-8")
_AROUND = _FUNCTIONS + Path(__file__).with_name("surroundings.js").read_text("utf-8")
_FRAME_PATIENCE = 2000  # milliseconds
_AT_THE_END = 400
"""Milliseconds that rows may take to be asked for, once a list is scrolled to its end."""


class Cell(NamedTuple):
    """A cell as it is shown: its text, its items or lines, and whether it spans the row as a message does."""

    text: str
    items: list[str]
    whole_row: bool


class Heading(NamedTuple):
    """The place of a heading's column in a row, and its text."""

    place: int
    text: str


class Table:
    """The rows that a locator finds; `rows` finds it again, since a page may draw its table again.

    `settle` waits until what a scroll asked for has come.
    """

    def __init__(self, rows: Callable[[], Locator], settle: Callable[[], None] = lambda: None) -> None:
        self._rows = rows
        self._settle = settle
        self._at: list[tuple[int, list[float] | None]] = []
        self.gap = False
        """Whether rows are missing between those that the last reading found by scrolling."""
        self.numbered: tuple[int, int] | None = None
        """The first and last `aria-rowindex` of the last reading; None where not every row has one."""

    def read(self) -> list[list[Cell]]:
        """The cells of every row, in the table's order; none for a row of headings, or one of a foot."""
        drawn = self._drawn()
        found: dict[int, tuple[list[float] | None, Any]] = {row["place"]: (None, row) for row in drawn["rows"]}
        if drawn["parts"]:
            found = self._scrolled(drawn)
        places = sorted(found)
        self._at = [(place, found[place][0]) for place in places]
        rows = [found[place][1] for place in places]
        told = [row for row in rows if row["cells"]]
        numbers = [row["numbered"] for row in told]
        self.numbered = (min(numbers), max(numbers)) if numbers and all(numbers) else None
        self.gap = bool(drawn["parts"]) and any(_is_gap(one, other) for one, other in pairwise(told))
        return [[Cell(**cell) for cell in row["cells"]] for row in rows]

    def _scrolled(self, first: Any) -> dict[int, tuple[list[float] | None, Any]]:
        """The rows by their place, each with how far the boxes around it were scrolled when it was drawn."""
        found: dict[int, tuple[list[float] | None, Any]] = {}
        tops = self._scroll([0 if number in first["parts"] else top for number, top in enumerate(first["tops"])])
        for part in first["parts"]:
            visited = set[float]()
            while tops[part] not in visited:  # until it goes no further, or the page has put it back
                visited.add(tops[part])
                for row in self._drawn()["rows"]:
                    if row["place"] not in found or not any(cell["text"] for cell in found[row["place"]][1]["cells"]):
                        found[row["place"]] = tops, row
                tops = self._scroll(part=part)
        return found

    def row(self, index: int) -> Locator:
        """The row that was read at this place, scrolled to where it is drawn."""
        place, tops = self._at[index]
        if tops is None:
            return self._rows().nth(place)
        self._scroll(tops)
        return self._rows().nth(next(row["index"] for row in self._drawn()["rows"] if row["place"] == place))

    def surroundings(
        self, table: Locator, known: dict[str, list[ElementHandle]], pending: Collection[str]
    ) -> Surroundings:
        """What stands around the table.

        `known` are the elements that the profile names, by their purpose, and `pending` its words for that status.
        """
        argument = {"table": table.element_handle(), "known": known}
        told = self._rows().evaluate_all(
            f"(rows, argument) => {{ {_AROUND}; return surroundings(rows, argument) }}", argument
        )
        own = table.page.main_frame
        return Surroundings.of(
            told, [_around_in(frame) for frame in table.page.frames if frame != own and _is_shown(frame)], pending
        )

    def scroll_to_end(self) -> None:
        """Scroll all around the last row to its end, and wait for what that, or its being seen, asks for."""
        self._rows().evaluate_all(
            f"(rows, patience) => {{ {_FUNCTIONS}; return scrollToEnd(rows, patience) }}", _AT_THE_END
        )
        self._settle()

    def _drawn(self) -> Any:
        return self._rows().evaluate_all(f"rows => {{ {_FUNCTIONS}; return drawnRows(rows) }}")

    def _scroll(self, tops: list[float] | None = None, part: int | None = None) -> list[float]:
        """Scroll the boxes around the rows to these places, or the one of this number on; where they are then."""
        places: list[float] = _ask(self._rows().last, "scrollOn", {"tops": tops, "part": part})
        self._settle()
        return places


def heading(found: Locator) -> Heading:
    """The heading that a locator finds."""
    return Heading(**_ask(found, "columnOf", None))


def _ask(found: Locator, question: str, argument: object) -> Any:
    return found.evaluate(f"(found, argument) => {{ {_FUNCTIONS}; return {question}(found, argument) }}", argument)


def _is_gap(one: Any, other: Any) -> bool:
    """Whether a row is missing between two that were read one after the other."""
    if one["numbered"] and other["numbered"]:
        return bool(other["numbered"] - one["numbered"] != 1)
    return bool(other["offset"] - one["offset"] > 1.5 * max(one["height"], other["height"]))


def _is_shown(frame: Frame) -> bool:
    with suppress(PlaywrightError):  # it went away meanwhile
        return frame.frame_element().is_visible()
    return False


def _around_in(frame: Frame) -> Any:
    """What stands in another frame of the page, which may hold a pager of the list; nothing while it does not load."""
    looked = f"() => {{ {_AROUND}; return surroundings([], {{table: null, known: {{}}}}) }}"
    with suppress(PlaywrightError):  # unlike `evaluate`, this ends in time
        return frame.wait_for_function(looked, timeout=_FRAME_PATIENCE).json_value()
    return {"controls": [], "texts": [], "choices": []}


def is_headings(row: Sequence[Cell], headings: dict[str, Heading]) -> bool:
    """Whether a row only repeats the headings of the columns."""
    shown = [one for one in headings.values() if one.text]
    return len(shown) > 1 and all(one.place < len(row) and row[one.place].text == one.text for one in shown)
