"""One row of the granted list: its meaning, from its cells and from what stands behind it."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Sequence

from playwright.sync_api import TimeoutError as PlaywrightTimeout

from automation.domain import GrantedRow, KvkNumber, RowStatus
from pages.controls import Button, Text
from pages.granted_list.table import Cell, Table
from pages.locating import visible
from pages.profile.formats import kvk_in, name_in
from pages.screen import Part, Region, Screen

COLUMNS = ("name", "kvk", "scope", "valid_from", "valid_until", "status", "reference", "own_reference")


class Row(Region):
    """One row of the list."""

    name = "granted"
    ready = "row_details"

    row_menu = Part(Button)
    row_details = Part(Button)


def message(cell: Cell) -> GrantedRow:
    """A row that only says something: not that there are none, so that there may be any behind it."""
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
        profile = self._screen.profile
        formats, wrong = profile.formats, []
        details: dict[str, list[str]] | None = None
        matters = True

        def items(column: str) -> list[str]:
            """What stands in the row, or behind it where the row does not show it, or not all of it."""
            nonlocal details
            place = self._places.get(column)
            cell = row[place] if place is not None and place < len(row) else None
            shown = (cell.items or [cell.text]) if cell else []
            more = column == "scope" and any(map(formats.is_more, formats.items(shown)))
            wanted = matters or column == "valid_until" or details is not None
            if wanted and (more or (not any(shown) and self._screen.described(f"details_{column}"))):
                details = self._details(index) if details is None else details
                return details.get(column, [])
            return shown

        def text(column: str) -> str:
            return " ".join(items(column))

        def day(column: str) -> datetime.date | None:
            try:
                return formats.date(shown) if (shown := text(column)) else None
            except ValueError as error:
                wrong.append(str(error))
                return None

        try:
            kvk = KvkNumber(kvk_in(text("kvk")))
            matters = self._of is None or kvk in self._of
        except ValueError as error:
            kvk = None
            wrong.append(str(error))
        try:
            elements = profile.elements(items("scope") or [""])
        except ValueError as error:
            elements = frozenset()
            wrong.append(str(error))
        status = profile.status(text("status"))
        if status is RowStatus.UNKNOWN:
            wrong.append(f"status “{text('status')}” is not in the profile")
        since, until = day("valid_from"), day("valid_until")
        if until is None and not wrong:
            wrong.append("it shows no end date")
        if since is not None and until is not None and until < since:
            wrong.append(f"it ends on {until}, before it begins on {since}")
        return GrantedRow(
            kvk=kvk,
            name=name_in(text("name")),
            elements=elements,
            valid_from=since,
            valid_until=until,
            status=status,
            reference=formats.reference_in(text("reference")) or None,
            unreadable="; ".join(wrong) or None,
            own_reference=text("own_reference") or None,
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
