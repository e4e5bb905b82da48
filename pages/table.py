"""A table as it is shown: native or by roles, drawn whole or only where it is scrolled to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from playwright.sync_api import Locator

_ROWS = """rows => { const texts = cell => {
    const plain = text => text.replace(/\\s+/g, ' ').trim();
    const items = [...cell.querySelectorAll('li, [role=listitem]')].map(item => plain(item.innerText));
    const besides = cell.cloneNode(true);
    besides.querySelectorAll('li, [role=listitem]').forEach(item => item.remove());
    if (items.length) return plain(besides.textContent) ? [...items, plain(besides.textContent)] : items;
    const lines = cell.innerText.split('\\n').map(plain).filter(Boolean);
    return lines.length > 1 ? lines : [];
};
let box = rows.at(-1) ?? null;
while (box && !(box.scrollHeight > box.clientHeight + 2 && /auto|scroll/.test(getComputedStyle(box).overflowY))) {
    box = box.parentElement;
}
const height = rows.reduce((sum, row) => sum + row.getBoundingClientRect().height, 0);
const partly = Boolean(box) && box !== document.documentElement && box !== document.body
    && height < box.scrollHeight - box.clientHeight / 2;
return { partly, rows: rows.map((row, index) => {
    const place = !partly ? index : !box.contains(row) ? -1 : Number(row.getAttribute('aria-rowindex'))
        || Math.round(row.getBoundingClientRect().top - box.getBoundingClientRect().top + box.scrollTop);
    const heading = row.closest('thead') || row.querySelector('th[scope=col], [role=columnheader]');
    const cells = [];
    const inner = cell => row.contains(cell.parentElement.closest('td, [role=cell], [role=gridcell]'));
    if (!heading) [...row.querySelectorAll('td, th, [role=cell], [role=gridcell], [role=rowheader]')]
        .filter(cell => !inner(cell)).forEach((cell, index) => {
            cells[(Number(cell.getAttribute('aria-colindex')) || index + 1) - 1] = {
                text: cell.innerText.replace(/\\s+/g, ' ').trim(),
                items: texts(cell),
                whole_row: Math.max(cell.colSpan ?? 1, Number(cell.getAttribute('aria-colspan'))) > 1,
            };
        });
    return { index, place, cells: [...cells].map(cell => cell ?? { text: '', items: [], whole_row: false }) };
}) }; }"""
_SCROLL = """(row, to) => {
    let box = row;
    while (!(box.scrollHeight > box.clientHeight + 2 && /auto|scroll/.test(getComputedStyle(box).overflowY))) {
        box = box.parentElement;
    }
    const before = box.scrollTop;
    box.scrollTop = to ?? before + box.clientHeight * 0.7;
    const moved = box.scrollTop;
    const drawn = done => requestAnimationFrame(() => requestAnimationFrame(done));
    return new Promise(drawn).then(() => new Promise(drawn)).then(() => [before, moved]);
}"""
_COLUMN = """heading => (Number(heading.getAttribute('aria-colindex'))
    || [...heading.parentElement.children].indexOf(heading) + 1) - 1"""


class Cell(NamedTuple):
    """A cell as it is shown: its text, its items or lines, and whether it spans the row as a message does."""

    text: str
    items: list[str]
    whole_row: bool


class Table:
    """The rows that a locator finds; `rows` finds it anew, since a page may draw its table anew."""

    def __init__(self, rows: Callable[[], Locator]) -> None:
        self._rows = rows
        self._at: list[tuple[int, int | None]] = []

    def read(self) -> list[list[Cell]]:
        """The cells of every row, in the table's order; none for a row of headings."""
        drawn = self._drawn()
        if not drawn["partly"]:
            self._at = [(row["place"], None) for row in drawn["rows"]]
            return [_cells(row) for row in drawn["rows"]]
        found: dict[int, tuple[int, list[Cell]]] = {}
        scrolled = self._scroll(0)
        while True:
            for row in self._drawn()["rows"]:
                found.setdefault(row["place"], (scrolled, _cells(row)))
            before, scrolled = self._rows().last.evaluate(_SCROLL)
            if scrolled == before:
                break
        self._at = [(place, found[place][0]) for place in sorted(found)]
        return [found[place][1] for place in sorted(found)]

    def row(self, index: int) -> Locator:
        """The row that was read at this place, scrolled to where it is drawn."""
        place, scrolled = self._at[index]
        if scrolled is None:
            return self._rows().nth(place)
        self._scroll(scrolled)
        return self._rows().nth(next(row["index"] for row in self._drawn()["rows"] if row["place"] == place))

    def _drawn(self) -> Any:
        return self._rows().evaluate_all(_ROWS)

    def _scroll(self, to: int) -> int:
        return int(self._rows().last.evaluate(_SCROLL, to)[1])


def column(heading: Locator) -> int:
    """The place of a heading's column in a row."""
    return int(heading.evaluate(_COLUMN))


def _cells(row: Any) -> list[Cell]:
    return [Cell(**cell) for cell in row["cells"]]
