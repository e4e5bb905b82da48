"""Step 2: the list of verleende machtigingen, read whole or for one receiver."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

from playwright.sync_api import ElementHandle, Locator
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from automation.domain import GrantedRow, KvkNumber
from automation.errors import PortalError
from pages.controls import Button, Choice, Control, Nature, TextField
from pages.granted_list.row import COLUMNS, Row, RowReader, message
from pages.granted_list.surroundings import Surroundings
from pages.granted_list.table import Cell, Heading, Table, is_headings
from pages.granted_list.table import heading as heading_of
from pages.granted_list.wholeness import Reading, Wholeness, judge
from pages.locating import any_shown, visible
from pages.receiver import ReceiverStep
from pages.screen import Part, Screen

__all__ = ["GrantedList", "Row"]

_CELLS = ":is(td, [role=cell], [role=gridcell], [role=rowheader]):not(thead *)"
_READINGS = 4
_PAGE_PATIENCE = 30.0  # seconds until another page must show
_EMPTY_PATIENCE = 2.0  # seconds without a request that a list without rows, and without a word on it, must stay so
_CLEARED = 1000
"""Milliseconds after which a list shows that its search was emptied. Where it searches by itself, without a request,
nothing tells that it is done, and the first that changes may be half of it."""

Cells = list[list[Cell]]


@dataclass(frozen=True)
class _Look:
    """A page of the list that has come to rest, and what stands around it."""

    cells: Cells
    around: Surroundings


@dataclass(frozen=True)
class _ListRead:
    """One reading of all pages, and what it is worth."""

    rows: list[GrantedRow]
    pages: int
    wholeness: Wholeness


class GrantedList(Screen):
    """All grants that the organisation gave, a page at a time.

    For example:

        def test_a_grant_is_listed(mock_portal, beheermodule):
            mock_portal.seed([{"kvk": "68750110", "scope": {"providers": ["UWV"]}}])
            [row] = beheermodule.open_granted_list().read_for(KvkNumber("68750110"))
            assert row.elements == Scope.providers(["UWV"]).elements
    """

    name = "granted"
    ready = "table"

    filtered = False
    """Whether the portal said that the last reading was one of a single receiver's rows."""
    proof: str | None = None
    """What showed that the last reading was whole."""

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

    def read(self, of: Collection[KvkNumber] | None = None) -> list[GrantedRow]:
        """Every row, of all pages, in the list's order; `of` these receivers with what stands behind it, else of all.

        PortalError when nothing shows that these are all, or when no two readings agree.
        """
        return self._read(None, of)

    def read_for(self, kvk: KvkNumber) -> list[GrantedRow]:
        """The rows of one receiver, and those without a number that can be read, which may also belong to it (law 0).

        Where the portal can filter, and shows that it did, that list will do; else the whole one is read.
        """
        return [row for row in self._read(kvk, (kvk,)) if row.kvk in (kvk, None)]

    def _read(self, kvk: KvkNumber | None, of: Collection[KvkNumber] | None) -> list[GrantedRow]:
        """One page that has come to rest is a reading; of several pages, two readings must agree."""
        before: _ListRead | None = None
        may_filter = kvk is not None and self.search.present and bool(self.candidates("filtered_by", kvk=kvk))
        for reading in range(_READINGS):
            if reading:
                self.view.page.reload()
                self.wait_until_ready()
            self._show_most_rows()
            self._filter(kvk if may_filter else None)
            found = self._read_pages(of)
            if self.filtered and any(row.kvk not in (kvk, None) for row in found.rows):
                may_filter, before = False, None  # the filter did not take: only the whole list tells
                continue
            if of is not None and len(set(found.rows)) < len(found.rows):
                of, before = None, None  # equal by what was read of them: only their details tell
                continue
            agrees = before is not None and found.rows == before.rows
            if found.wholeness.whole and not _repeats(found.rows) and (found.pages == 1 or agrees):
                self.proof = found.wholeness.proof
                return found.rows
            if agrees and before is not None and not found.wholeness.whole and found.wholeness == before.wholeness:
                break
            before = found
        raise self._unsure(before)

    def _unsure(self, last: _ListRead | None) -> PortalError:
        if last is not None and not last.wholeness.whole:
            count = f"{len(last.rows)} row{'s' if len(last.rows) != 1 else ''}"
            return PortalError(
                f"the granted list may not be whole: {count} read, and {last.wholeness.told} (at {self.view.page.url})",
                last.wholeness.hint,
            )
        twice = _repeats(last.rows if last else [])
        return PortalError(
            "the granted list changes while it is read" + (f", or has {twice[0].reference} twice" if twice else ""),
            "Nothing was done. Try again when nobody else is working on it; if this keeps happening, look at the list.",
        )

    def _filter(self, kvk: KvkNumber | None) -> None:
        """Ask for one receiver's rows, and wait until the portal says so; or see that nothing is searched for."""
        self.filtered = False
        if kvk is not None:
            self.search.fill(kvk)
            try:
                self.view.wait_for_any(*self.candidates("filtered_by", kvk=kvk))
            except PlaywrightTimeout:
                raise self.place("filtered_by").missing(f"does not say that the list is filtered by {kvk}") from None
            self.filtered = True
        elif self.search.present and self.search.value():  # as a portal does that remembers what was searched for
            term, before = self.search.value(), self._look().cells
            self.search.fill("")
            self.search.element().press("Enter")
            self.view.page.wait_for_timeout(_CLEARED)
            if self._look().cells == before:
                raise PortalError(
                    f"the granted list is searched for “{term}”, and cannot be shown whole (at {self.view.page.url})",
                    "Nothing was done. Empty the portal's search by hand, and try again.",
                )

    def _show_most_rows(self) -> None:
        if self.page_size.present:
            options = self.page_size.options()
            self.page_size.choose(max(options, key=lambda text: int("0" + re.sub(r"[^0-9]", "", text))))

    def _read_pages(self, of: Collection[KvkNumber] | None) -> _ListRead:
        """The rows page by page, or as they are added below those before, and whether they are all."""
        headings = self._headings()
        reader = RowReader(self, self._table, {name: one.place for name, one in headings.items()}, of)
        rows, messages = list[GrantedRow](), list[GrantedRow]()
        look = first = self._look()
        before, pages, grew, numbers = Cells(), 1, False, list[tuple[int, int] | None]()
        gap = False
        while True:
            added = len(before) if before and look.cells[: len(before)] == before else 0
            for index, row in enumerate(look.cells):
                if index < added or not row or is_headings(row, headings) or self._says_empty(row):
                    continue
                if len(row) == 1 and row[0].whole_row:
                    messages.append(message(row[0]))
                else:
                    rows.append(reader.read(row, index))
            numbers.append(self._table.numbered)
            gap = gap or self._table.gap
            before = look.cells
            if look.around.can_turn:
                look, pages = self._turn_page(look), pages + 1
            elif not first.around.next and (more := self._scrolled_on(look, len(rows))):
                look, grew = more, True
                if more.cells[: len(before)] != before:  # other rows, in place of these
                    gap = True
                    break
            else:
                break
        reading = Reading(
            rows=len(rows),
            pages=pages,
            first=first.around,
            last=look.around,
            messages=len(messages),
            numbered=_span(numbers),
            gap=gap,
            grew=grew,
            pages_denied=self.profile.lacks("granted", "next_page") and self.profile.lacks("granted", "count"),
            says_empty=any_shown(self.candidates("empty")),
            empty_denied=self.profile.lacks("granted", "empty") and not self.filtered,
        )
        wholeness = judge(reading)
        return _ListRead(rows if wholeness.by_total and rows else [*rows, *messages], pages, wholeness)

    def _says_empty(self, row: Sequence[Cell]) -> bool:
        """Whether a row is the portal's message that there are no rows."""
        return len(row) == 1 and row[0].whole_row and any_shown(self.candidates("empty"))

    def _turn_page(self, shown: _Look) -> _Look:
        """Go to the next page; what it shows, once that is something else."""
        pagers = next(seen for c in self.next_page.candidates() if (seen := visible(c)).count())
        if pagers.count() == 1:
            self.next_page.press()
        elif len(set(shown.around.next)) == 1 and self.next_page.fits(Nature.of(pagers.first)):
            pagers.first.click()  # one above the list and one below
        else:
            raise self.place("next_page").missing(f"is ambiguous: {pagers.count()} elements fit")
        deadline = time.monotonic() + _PAGE_PATIENCE
        while time.monotonic() < deadline:
            look = self._look()
            if look.cells != shown.cells or look.around.claims != shown.around.claims:
                return look
        raise self.place("next_page").missing("was pressed, and no other page came")

    def _scrolled_on(self, shown: _Look, rows: int) -> _Look | None:
        """What came when the list was scrolled to its end, where no number says that it is all there."""
        sure = (one for one in shown.around.claims if one.of == "rows" and one.is_sure)
        if not shown.cells or any(one.total == rows for one in sure):
            return None
        self._table.scroll_to_end()
        look = self._look()
        return look if look.cells != shown.cells else None

    def _look(self) -> _Look:
        """This page, once two looks agree and nothing is loading any more."""
        before: _Look | None = None
        pending = self.profile.statuses.get("pending", ())
        quiet_until, deadline = time.monotonic() + _EMPTY_PATIENCE, time.monotonic() + _PAGE_PATIENCE
        while time.monotonic() < deadline:
            self.view.wait_until_idle()
            table = next((t for t in self.candidates("table") if visible(t).count()), None)
            if table is None:  # as it is drawn anew
                continue
            table.and_(self.view.page.locator(":not([aria-busy=true])")).wait_for()
            look = _Look(self._table.read(), self._table.surroundings(visible(table).first, self._known(), pending))
            empty = not any(look.cells)
            if self.view.waits_for_answers:
                quiet_until = time.monotonic() + _EMPTY_PATIENCE
            elif look == before and (not empty or look.around.nothing or time.monotonic() > quiet_until):
                if empty:
                    self._check_that_none_is_there(table, look)
                return look
            before = look
        raise PortalError("the granted list keeps changing", "Nothing was done. Look at the list, and try again.")

    def _known(self) -> dict[str, list[ElementHandle]]:
        """The elements around the table that the profile names."""
        return {
            kind: next((found for c in self.candidates(name) if (found := visible(c).element_handles())), [])
            for kind, name in (("next", "next_page"), ("size", "page_size"), ("count", "count"))
        }

    def _check_that_none_is_there(self, table: Locator, look: _Look) -> None:
        """ControlError when the list holds something that is not a row, or nothing says that it is empty."""
        if look.around.nothing or any_shown(self.candidates("empty")):
            return
        shown = " ".join(" ".join(visible(table.locator(_CELLS)).all_inner_texts()).split())
        if shown:
            raise self.place("row").missing(f"is not there, though the list shows “{shown[:80]}”")
        if self.filtered or not self.profile.lacks("granted", "empty"):
            raise self.place("empty").missing("is not there, nor a row: it is unclear whether the list is empty")

    @cached_property
    def _table(self) -> Table:
        return Table(self._rows, self._settle)

    def _settle(self) -> None:
        """Wait until what the page asked for has come."""
        deadline = time.monotonic() + _PAGE_PATIENCE
        while self.view.waits_for_answers and time.monotonic() < deadline:
            self.view.page.wait_for_timeout(25)

    def _rows(self) -> Locator:
        found = [visible(rows) for rows in self.candidates("row")]
        return next((rows for rows in found if rows.count()), found[0])

    def _headings(self) -> dict[str, Heading]:
        """The heading of each column."""
        found = {}
        for column in COLUMNS:
            heading = Control(self.place(f"{column}_column"))
            if self.described(heading.name) and (heading.required or heading.present):
                found[column] = heading_of(heading.find())
        return found


def _span(numbers: Sequence[tuple[int, int] | None]) -> tuple[int, int] | None:
    """The first and last number of rows on all pages; None where some have none, or each page starts again."""
    known = [one for one in numbers if one is not None]
    if not known or len(known) < len(numbers) or [one[0] for one in known] != sorted({one[0] for one in known}):
        return None
    return known[0][0], known[-1][1]


def _repeats(rows: Sequence[GrantedRow]) -> list[GrantedRow]:
    """The rows that came on two pages, so that others may be on none: the portal's order is not to be relied on."""
    named = Counter(row for row in rows if row.reference is not None)
    return [row for row, times in named.items() if times > 1]
