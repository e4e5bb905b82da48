"""One row of the granted list: its meaning, from its cells and from what stands behind it."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Sequence
from typing import TypeVar

from playwright.sync_api import TimeoutError as PlaywrightTimeout

from automation.domain import Element, GrantedRow, KvkNumber, RowStatus
from pages.controls import Button, Text
from pages.granted_list.table import Cell, Table
from pages.locating import visible
from pages.profile.formats import Formats, kvk_in, name_in
from pages.screen import Part, Region, Screen

T = TypeVar("T")
COLUMNS = ("name", "kvk", "scope", "valid_from", "valid_until", "status", "reference", "own_reference")


class Row(Region):
    """One row of the list."""

    name = "granted"
    ready = "row_details"

    row_menu = Part(Button)
    row_details = Part(Button)


def message(cell: Cell) -> GrantedRow:
    """A row that is a message, but not that there are no grants: it may stand for any."""
    return GrantedRow(
        kvk=None,
        name="",
        elements=frozenset(),
        valid_from=None,
        valid_until=None,
        status=RowStatus.UNKNOWN,
        unreadable=f"the list says “{cell.text}”",
    )


class RowReader:
    """Reads rows of a list; `places` is the place of each column.

    Details are opened where they matter (law 0): for rows `of` these receivers, or of all; for those without a number
    that can be read; and where only they show when a row ends, by which the brake counts.
    """

    def __init__(self, screen: Screen, table: Table, places: dict[str, int], of: Collection[KvkNumber] | None) -> None:
        self._screen, self._table, self._places, self._of = screen, table, places, of

    def read(self, row: Sequence[Cell], index: int) -> GrantedRow:
        """The row's meaning; what cannot be read is said in `unreadable`, never left out."""
        profile, wrong = self._screen.profile, list[str]()
        formats = profile.formats
        shown = _Shown(row, self._places, self._screen, lambda: self._details(index))
        kvk = _read(lambda: KvkNumber(kvk_in(shown.text("kvk"))), None, wrong)
        shown.may_open = kvk is None or self._of is None or kvk in self._of
        elements = _read(lambda: profile.elements(shown.items("scope") or [""]), frozenset[Element](), wrong)
        status = profile.status(shown.text("status"))
        if status is RowStatus.UNKNOWN:
            wrong.append(f"status “{shown.text('status')}” is not in the profile")
        since = _read(lambda: _date(formats, shown.text("valid_from")), None, wrong)
        until = _read(lambda: _date(formats, shown.text("valid_until")), None, wrong)
        if until is None and not wrong:
            wrong.append("it shows no end date")
        if since is not None and until is not None and until < since:
            wrong.append(f"it ends on {until}, before it begins on {since}")
        return GrantedRow(
            kvk=kvk,
            name=name_in(shown.text("name")),
            elements=elements,
            valid_from=since,
            valid_until=until,
            status=status,
            reference=formats.reference_in(shown.text("reference")) or None,
            unreadable="; ".join(wrong) or None,
            own_reference=shown.text("own_reference") or None,
        )

    def _details(self, index: int) -> dict[str, list[str]]:
        """What a row shows in a dialog, or folded out under it: by its own button, or one in its menu."""
        screen = self._screen
        row = Row(screen.view, self._table.row(index))
        if row.row_menu.present:
            row.row_menu.press()
        button = row.row_details if row.row_details.present else Button(screen.place("row_details"))
        button.press()
        described = {what: f"details_{what}" for what in COLUMNS if screen.described(f"details_{what}")}
        anchors = [c for name in described.values() for c in screen.candidates(name)]
        try:
            screen.view.wait_for_any(*(screen.candidates("details") or anchors))
        except PlaywrightTimeout:
            raise screen.place("details").missing("did not come") from None
        screen.view.wait_until_idle()
        shown = {what: Text(screen.place(name)) for what, name in described.items()}
        found = {what: control.items() for what, control in shown.items() if control.present}
        close = Button(screen.place("details_close"))
        if close.present:
            close.press()
        elif button.present:  # what folds out folds in again
            button.press()
        else:
            screen.view.page.keyboard.press("Escape")
        for one in screen.candidates("details") or anchors:
            visible(one).first.wait_for(state="hidden")
        return found


class _Shown:
    """What a row shows by column: in its cell, or behind it where the row does not show it, or not all of it.

    `details` opens what is behind the row, once at most. While `may_open` is False, only an end date opens it.
    """

    def __init__(
        self, row: Sequence[Cell], places: dict[str, int], screen: Screen, details: Callable[[], dict[str, list[str]]]
    ) -> None:
        self._row, self._places, self._screen, self._details = row, places, screen, details
        self._opened: dict[str, list[str]] | None = None
        self.may_open = True

    def items(self, column: str) -> list[str]:
        place, formats = self._places.get(column), self._screen.profile.formats
        cell = self._row[place] if place is not None and place < len(self._row) else None
        shown = (cell.items or [cell.text]) if cell else []
        more = column == "scope" and any(map(formats.is_more, formats.items(shown)))
        wanted = self.may_open or column == "valid_until" or self._opened is not None
        if wanted and (more or (not any(shown) and self._screen.described(f"details_{column}"))):
            self._opened = self._details() if self._opened is None else self._opened
            return self._opened.get(column, [])
        return shown

    def text(self, column: str) -> str:
        return " ".join(self.items(column))


def _read(read: Callable[[], T], otherwise: T, wrong: list[str]) -> T:
    """What `read` returns; where that is not valid, the reason goes into `wrong`."""
    try:
        return read()
    except ValueError as error:
        wrong.append(str(error))
        return otherwise


def _date(formats: Formats, text: str) -> datetime.date | None:
    return formats.date(text) if text else None
