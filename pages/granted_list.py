"""Step 2: the list of verleende machtigingen, read whole or for one receiver."""

from __future__ import annotations

import datetime
import re
import time
from collections import Counter
from collections.abc import Iterator
from functools import cached_property

from playwright.sync_api import Locator
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from automation.domain import GrantedRow, KvkNumber, RowStatus
from automation.errors import PortalError
from pages.controls import Button, Choice, Control, Text, TextField
from pages.formats import kvk_in, name_in
from pages.locating import missing, plain_text, visible
from pages.receiver import ReceiverStep
from pages.screen import Part, Region, Screen
from pages.table import Cell, Table
from pages.table import column as column_of

_CELLS = ":is(td, [role=cell], [role=gridcell], [role=rowheader]):not(thead *)"
_COLUMNS = ("name", "kvk", "scope", "valid_from", "valid_until", "status", "reference", "own_reference")
_READINGS = 4
_PAGE_PATIENCE = 30.0  # seconds until another page must show
_EMPTY_PATIENCE = 2.0  # seconds without a request that a list without rows, and without a word on it, must stay so


class Row(Region):
    """One row of the list."""

    name = "granted"
    ready = "row_details"

    row_menu = Part(Button)
    row_details = Part(Button)


class GrantedList(Screen):
    """All grants that the organisation gave, a page at a time."""

    name = "granted"
    ready = "table"

    filtered = False
    """Whether the portal said that the last reading was one of a single receiver's rows."""

    new = Part(Button)
    row_details = Part(Button)
    page_size = Part(Choice)
    next_page = Part(Button)
    search = Part(TextField)
    details_close = Part(Button)

    def new_grant(self) -> ReceiverStep:
        """Step 3: begin a new grant."""
        self.new.press()
        return ReceiverStep(self.view).wait_until_ready()

    def read(self) -> list[GrantedRow]:
        """Every row, of all pages, in the list's order; PortalError when no two readings agree."""
        return self._read(None)

    def read_for(self, kvk: KvkNumber) -> list[GrantedRow]:
        """The rows of one receiver, and those without a number that can be read, which may be its too (law).

        Where the portal can filter and says that it does, one page will do; else the whole list is read.
        """
        return [row for row in self._read(kvk) if row.kvk in (kvk, None)]

    def _read(self, kvk: KvkNumber | None) -> list[GrantedRow]:
        """One page that has come to rest is a reading; of several pages, two readings must agree."""
        before: list[GrantedRow] | None = None
        for reading in range(_READINGS):
            if reading:
                self.view.page.reload()
                self.wait_until_ready()
            self._show_most_rows()
            self._filter(kvk)
            pages = list(self._pages())
            rows = [row for page in pages for row in page]
            whole = self._total() in (None, len(rows)) and not _repeats(rows)
            if whole and (len(pages) == 1 or rows == before):
                return rows
            before = rows
        twice = _repeats(before or [])
        raise PortalError(
            "the granted list changes while it is read" + (f", or has {twice[0].reference} twice" if twice else ""),
            "Nothing was done. Try again when nobody else is working on it; if it stays so, look at the list.",
        )

    def _filter(self, kvk: KvkNumber | None) -> None:
        """Ask for one receiver's rows, and wait until the portal says that it shows them."""
        self.filtered = False
        if kvk is None or not self.search.present or not self.candidates("filtered_by", kvk=kvk):
            return
        self.search.fill(kvk)
        try:
            self.view.wait_for_any(*self.candidates("filtered_by", kvk=kvk))
        except PlaywrightTimeout:
            raise missing(self, "filtered_by", f"does not say that the list is filtered by {kvk}") from None
        self.filtered = True

    def _show_most_rows(self) -> None:
        if self.page_size.present:
            options = self.page_size.options()
            self.page_size.choose(max(options, key=lambda text: int("0" + re.sub(r"[^0-9]", "", text))))
        self._wait_until_loaded()

    def _pages(self) -> Iterator[list[GrantedRow]]:
        """The rows page by page, or as they are added below those before."""
        columns, before = self._columns(), list[list[Cell]]()
        while True:
            cells = self._wait_until_loaded()
            added = len(before) if before and cells[: len(before)] == before else 0
            yield [
                self._message(row[0]) if len(row) == 1 and row[0].whole_row else self._parsed(row, columns, index)
                for index, row in enumerate(cells)
                if index >= added and row and not self._says_empty(row)
            ]
            if not self._turn_page(cells):
                return
            before = cells

    def _says_empty(self, row: list[Cell]) -> bool:
        """Whether a row is the portal's message that there are no rows."""
        return len(row) == 1 and row[0].whole_row and any(visible(c).count() for c in self.candidates("empty"))

    @staticmethod
    def _message(cell: Cell) -> GrantedRow:
        """A row that only says something: not that there are none, so that there may be any behind it."""
        why = f"the list says “{cell.text}”"
        return GrantedRow(None, "", frozenset(), None, None, RowStatus.UNKNOWN, unreadable=why)

    def _turn_page(self, shown: list[list[Cell]]) -> bool:
        """Go to the next page and wait until it shows; False when there is none."""
        if not self.next_page.present or self.next_page.find().is_disabled():
            return False
        count = self._count()
        self.next_page.press()
        deadline = time.monotonic() + _PAGE_PATIENCE
        while time.monotonic() < deadline:
            if self._wait_until_loaded() != shown or self._count() != count:
                return True
        raise missing(self, "next_page", "was pressed, and no other page came")

    def _wait_until_loaded(self) -> list[list[Cell]]:
        """The cells of this page, once two readings agree and nothing is loading any more."""
        before = None
        quiet_until, deadline = time.monotonic() + _EMPTY_PATIENCE, time.monotonic() + _PAGE_PATIENCE
        while time.monotonic() < deadline:
            self.view.wait_until_idle()
            table = next((t for t in self.candidates("table") if visible(t).count()), None)
            if table is None:  # as it is drawn anew
                continue
            table.and_(self.view.page.locator(":not([aria-busy=true])")).wait_for()
            cells = self._table.read()
            if self.view.waits_for_answers:
                quiet_until = time.monotonic() + _EMPTY_PATIENCE
            elif cells == before and (any(cells) or self._total() == 0 or time.monotonic() > quiet_until):
                if not any(cells):
                    self._check_no_row_is_overlooked(table)
                return cells
            before = cells
        if before is not None and not any(before):
            raise missing(self, "empty", "is not there, nor a row: it cannot be told whether the list is empty")
        raise PortalError("the granted list does not come to rest")

    def _check_no_row_is_overlooked(self, table: Locator) -> None:
        """ControlError when something stands in the list that is neither a row nor says that there are none."""
        shown = " ".join(" ".join(visible(table.locator(_CELLS)).all_inner_texts()).split())
        if shown and not any(visible(c).count() for c in self.candidates("empty")):
            raise missing(self, "row", f"is not there, though the list shows “{shown[:80]}”")

    @cached_property
    def _table(self) -> Table:
        return Table(self._rows)

    def _rows(self) -> Locator:
        found = [visible(rows) for rows in self.candidates("row")]
        return next((rows for rows in found if rows.count()), found[0])

    def _columns(self) -> dict[str, int]:
        """The place of each column in a row, by its heading."""
        places = {}
        for column in _COLUMNS:
            heading = Control(self, f"{column}_column")
            if not self.described(heading.name):
                continue
            if heading.required or heading.present:
                places[column] = column_of(heading.find())
        return places

    def _count(self) -> str:
        """What the list says of how many there are, as `1–10 van 57`; empty when it says nothing."""
        counts = [c for c in self.candidates("count") if visible(c).count()]
        return plain_text(counts[0]) if counts else ""

    def _total(self) -> int | None:
        numbers = re.findall(r"[0-9][0-9.]*", self._count())
        return int(numbers[-1].replace(".", "")) if numbers else None

    def _parsed(self, row: list[Cell], columns: dict[str, int], index: int) -> GrantedRow:
        """The row's meaning; what cannot be read is said in `unreadable`, never left out."""
        formats, wrong = self.profile.formats, []
        details: dict[str, list[str]] | None = None

        def items(column: str) -> list[str]:
            """What stands in the row, or behind it where the row does not show it, or not all of it."""
            nonlocal details
            place = columns.get(column)
            cell = row[place] if place is not None and place < len(row) else None
            shown = (cell.items or [cell.text]) if cell else []
            more = column == "scope" and any(map(formats.is_more, formats.items(shown)))
            if more or (not any(shown) and self.described(f"details_{column}")):
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
        except ValueError as error:
            kvk = None
            wrong.append(str(error))
        try:
            elements = self.profile.elements(items("scope") or [""])
        except ValueError as error:
            elements = frozenset()
            wrong.append(str(error))
        status = self.profile.status(text("status"))
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
        row = Row(self.view, self._table.row(index))
        if row.row_menu.present:
            row.row_menu.press()
        button = row.row_details if row.row_details.present else self.row_details
        button.press()
        described = {what: f"details_{what}" for what in _COLUMNS if self.described(f"details_{what}")}
        anchors = [c for name in described.values() for c in self.candidates(name)]
        try:
            self.view.wait_for_any(*(self.candidates("details") or anchors))
        except PlaywrightTimeout:
            raise missing(self, "details", "did not come") from None
        self.view.wait_until_idle()
        shown = {what: Text(self, name) for what, name in described.items()}
        found = {what: control.items() for what, control in shown.items() if control.present}
        if self.details_close.present:
            self.details_close.press()
        elif button.present:  # what folds out folds in again
            button.press()
        else:
            self.view.page.keyboard.press("Escape")
        for one in self.candidates("details") or anchors:
            visible(one).first.wait_for(state="hidden")
        return found


def _repeats(rows: list[GrantedRow]) -> list[GrantedRow]:
    """The rows that came on two pages, so that others may be on none: the portal's order is not to be relied on."""
    named = Counter(row for row in rows if row.reference is not None)
    return [row for row, times in named.items() if times > 1]
