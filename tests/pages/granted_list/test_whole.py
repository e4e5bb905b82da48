# ruff: noqa: E501 - small pages as libraries write them
"""A list is read whole or not at all: what proves it, and what stops the run, in the manner of component libraries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from automation.domain import KvkNumber
from automation.errors import ControlError, PortalError
from pages.granted_list import GrantedList
from pages.view import View
from tests.pages.conftest import with_screens
from tests.pages.granted_list import paged_lists as lists

NO_PAGES: dict[str, Any] = {"next_page": None, "count": None}
BARE = {"next_page": [{"role": "button", "name": "Volgende pagina", "optional": True}], "count": []}
GRID = {"table": [{"role": "grid"}]}

Opened = Callable[..., GrantedList]


@pytest.fixture
def listing(page: Page) -> Opened:
    """The list on a page, read by the built-in profile with other controls."""

    def open_(html: str, **granted: Any) -> GrantedList:
        page.set_default_timeout(2500)
        page.unroute_all()
        page.route("http://127.0.0.1/**", lambda route: route.fulfill(body=html, content_type="text/html"))
        page.goto("http://127.0.0.1/lijst")
        view = View(page, with_screens(granted=granted), "http://127.0.0.1/beheer")
        view.watch_requests()
        return GrantedList(view)

    return open_


def button(name: str, role: str = "button") -> list[dict[str, str]]:
    return [{"role": role, "name": name}]


MANNERS: dict[str, tuple[str, dict[str, Any]]] = {
    "Material": (lists.MATERIAL, {"next_page": button("Volgende bladzijde")}),
    "PrimeReact": (lists.PRIMEREACT, {"next_page": button("Next Page")}),
    "MUI": (lists.MUI, {"next_page": button("Go to next page")}),
    "DataTables": (lists.DATATABLES, {"next_page": button("Next", "link")}),
    "numbered links": (lists.NUMBERED, {"next_page": button("»", "link")}),
    "show more": (lists.SHOW_MORE, {"next_page": button("Toon meer")}),
    "page of pages": (lists.PAGE_OF, {"next_page": button("Verder", "link")}),
    "above and below": (lists.TWICE, {"next_page": button("Volgende")}),
}


@pytest.mark.parametrize("manner", MANNERS)
def test_every_row_is_read_by_a_pager_that_the_profile_names(listing: Opened, manner: str) -> None:
    html, described = MANNERS[manner]

    rows = listing(lists.page(html), **described).read()

    assert [row.reference for row in rows] == [f"KM-{n}" for n in range(26)]


SEEN = {
    "Material": "“1 – 10 van 26”.*“Volgende bladzijde”",
    "PrimeReact": "“Next Page”.*“2”.*“3”",
    "MUI": "“1–10 of 26”.*“Go to next page”",
    "DataTables": "“Showing 1 to 10 of 26 entries”.*“Next”",
    "numbered links": "“»”.*“2”.*“3”",
    "show more": "“Toon meer”",
    "page of pages": "“Pagina 1 van 3”",
    "above and below": "“Volgende”",
}


@pytest.mark.parametrize("manner", MANNERS)
def test_a_list_whose_pager_is_not_understood_stops_and_says_what_was_seen(listing: Opened, manner: str) -> None:
    with pytest.raises(PortalError, match=f"10 rows read, and the screen shows .*{SEEN[manner]}") as stopped:
        listing(lists.page(MANNERS[manner][0]), **BARE).read()

    assert stopped.value.exit_code == 6
    assert "granted" in stopped.value.hint
    assert "next_page" in stopped.value.hint


@pytest.mark.parametrize("manner", MANNERS)
def test_that_a_list_has_no_pages_is_not_believed_where_a_pager_stands_beside_it(listing: Opened, manner: str) -> None:
    with pytest.raises(PortalError, match=f"10 rows read, and the screen shows .*{SEEN[manner]}"):
        listing(lists.page(MANNERS[manner][0]), **NO_PAGES).read()


@pytest.mark.parametrize("manner", ["Material", "PrimeReact", "MUI", "DataTables", "above and below", "page of pages"])
def test_one_page_is_whole_where_a_pager_or_a_total_says_so(listing: Opened, manner: str) -> None:
    html, described = MANNERS[manner]

    assert len(listing(lists.page(html, 10), **described).read()) == 10
    assert len(listing(lists.page(html, 3), **described).read()) == 3


def test_the_hint_says_what_to_write_in_the_profile(listing: Opened) -> None:
    with pytest.raises(PortalError) as stopped:
        listing(lists.page(lists.MATERIAL), **BARE).read()

    assert "screens: {granted: {next_page: {role: button, name: Volgende bladzijde}}}" in stopped.value.hint


def test_a_list_without_any_proof_is_not_taken_for_whole_unless_a_person_wrote_that_it_has_no_pages(
    listing: Opened,
) -> None:
    html = lists.page(lists.TABLE, 7)

    with pytest.raises(PortalError, match="7 rows read, and nothing on the screen says that these are all") as stopped:
        listing(html, **BARE).read()
    assert "`next_page: null` and `count: null`" in stopped.value.hint
    with pytest.raises(PortalError, match="nothing on the screen says"):
        listing(html, next_page=None).read()
    assert len(listing(html, **NO_PAGES).read()) == 7


@pytest.mark.parametrize(
    "told", ["26 resultaten", "Totaal: 26", "<b>1</b>–<b>26</b>\u00a0van\u00a0<b>26</b>", "26 machtigingen gevonden"]
)
def test_a_total_in_words_proves_the_rows_that_it_counts_and_no_fewer(listing: Opened, told: str) -> None:
    whole, part = lists.page(f"<p>{told}</p>{lists.TABLE}", size=50), lists.page(f"<p>{told}</p>{lists.TABLE}")

    assert len(listing(whole, **BARE).read()) == 26
    with pytest.raises(PortalError, match=r"10 rows read, and the screen shows .*26"):
        listing(part, **BARE).read()
    with pytest.raises(PortalError, match=r"10 rows read, and the screen shows .*26"):
        listing(part, **NO_PAGES).read()


@pytest.mark.parametrize(
    ("beside", "seen"),
    [
        ("<nav><a href='#2' rel=next>Verder</a></nav>", "“Verder”"),
        ("<button class='pager-next'><i class='fa fa-chevron-right'></i></button>", "without a name"),
        ("<span style='cursor:pointer'>›</span>", "“›”"),
        ("<button title='Volgende 10 resultaten'>+</button>", "“Volgende 10 resultaten”"),
        ("<a href='#'>Meer laden</a>", "“Meer laden”"),
        ("<button>Load more</button>", "“Load more”"),
        ("<button>Toon alle 26</button>", "“Toon alle 26”"),
        ("<label>Rijen per pagina <select><option>10<option>25<option>50</select></label>", "“Rijen per pagina”"),
        ("<select aria-label=Pagina><option>1<option>2<option>3</select>", "“Pagina”"),
        ("<p>1–10 van meer dan 10</p>", "“1–10 van meer dan 10”"),
        ("<ul><li aria-label='Ga naar pagina 2'><button>2</button></ul>", "Ga naar pagina 2|“2”"),
        ("<iframe srcdoc='<button>Volgende</button>'></iframe>", "“Volgende”"),
        (
            "<div id=host></div><script>host.attachShadow({mode: 'open'}).innerHTML = '<button>Volgende</button>'",
            "“Volgende”",
        ),
    ],
)
def test_whatever_looks_like_a_pager_speaks_against_a_list_that_is_said_to_have_no_pages(
    listing: Opened, beside: str, seen: str
) -> None:
    html, _, script = beside.partition("<script>")
    body = f"{lists.TABLE}{html}" + (f"<script>{script}</script>" if script else "")

    with pytest.raises(PortalError, match=f"10 rows read, and the screen shows .*({seen})"):
        listing(lists.page(body), **NO_PAGES).read()


@pytest.mark.parametrize(
    "beside",
    [
        "<nav aria-label=Kruimelpad><a href='#'>Home</a> › <a href='#'>Machtigingen</a></nav>",
        "<button aria-expanded=true aria-label='Menu inklappen'>«</button>",
        "<a href='#'>Meer informatie</a> <button>Meer filters</button>",
        "<p>Stap 1 van 4</p><p>Uw sessie verloopt over 14:59</p><p>3 machtigingen verlopen binnenkort</p>",
        "<select aria-label=Jaar><option>2024<option>2025<option>2026</select>",
        "<section><h2>Ontvangen</h2><table><tr><th>Van<th>Tot</tr><tr><td>a<td>b</tr></table><p>1–10 van 40</p>"
        "<button>Volgende</button></section>",
    ],
)
def test_what_is_no_pager_of_the_list_does_not_stop_it(listing: Opened, beside: str) -> None:
    html = lists.page(f"<section>{lists.TABLE}</section>{beside}", size=50)

    assert len(listing(html, **NO_PAGES).read()) == 26


def test_a_list_that_opens_on_a_later_page_is_not_whole(listing: Opened) -> None:
    for html, described in (MANNERS["Material"], MANNERS["PrimeReact"]):
        later = lists.page(html).replace("let page = 0", "let page = 1")
        with pytest.raises(PortalError, match="at the start"):
            listing(later, **described).read()


def test_a_list_that_grows_as_it_is_scrolled_needs_a_total(listing: Opened) -> None:
    told = lists.page(lists.ENDLESS, TOLD="<p>26 resultaten</p>")

    assert len(listing(told, **BARE).read()) == 26
    with pytest.raises(PortalError, match="26 rows read, and the screen shows rows that are added when"):
        listing(lists.page(lists.ENDLESS, TOLD=""), **NO_PAGES).read()


def test_rows_that_come_when_a_smoothly_scrolled_list_is_at_its_end_are_not_missed(listing: Opened) -> None:
    smooth = lists.ENDLESS.replace("overflow-y:auto", "overflow-y:auto;scroll-behavior:smooth")
    assert smooth != lists.ENDLESS

    with pytest.raises(PortalError, match="rows that are added when"):
        listing(lists.page(smooth, TOLD=""), **NO_PAGES).read()


@pytest.mark.parametrize("rowcount", ["28", "-1"])
@pytest.mark.parametrize("overflow", ["overflow-y:auto", "overflow:hidden"], ids=["own bar", "drawn bar or wheel"])
def test_a_grid_that_draws_what_is_scrolled_to_is_read_to_its_end(
    listing: Opened, overflow: str, rowcount: str
) -> None:
    html = lists.page(lists.AG_GRID, 26, ROWCOUNT=rowcount, OVERFLOW=overflow)

    rows = listing(html, **(NO_PAGES if rowcount == "-1" else BARE), **GRID).read()

    assert [row.reference for row in rows] == [f"KM-{n}" for n in range(26)]


CLIPPER = "<div style='overflow:CLIPS'><div style='height:calc(100% + 17px)'>"


@pytest.mark.parametrize("clips", ["hidden", "auto"])
def test_a_box_that_cuts_off_a_little_does_not_hide_the_one_that_is_scrolled(listing: Opened, clips: str) -> None:
    grid = lists.AG_GRID.replace("<div role=rowgroup class=ag-center", f"{CLIPPER}<div role=rowgroup class=ag-center")
    clipped = grid.replace("</div></div></div><script>", "</div></div></div></div></div><script>")
    html = lists.page(clipped, 26, ROWCOUNT="-1", OVERFLOW="overflow-y:auto", CLIPS=clips)

    rows = listing(html, **NO_PAGES, **GRID).read()

    assert [row.reference for row in rows] == [f"KM-{n}" for n in range(26)]


def test_what_shrinks_above_a_list_as_it_is_scrolled_loses_no_row(listing: Opened) -> None:
    grid = lists.AG_GRID.replace("aria-rowindex=${first + n + 3}", "").replace(
        "port.onscroll =",
        "port.addEventListener('scroll', () => { bar.style.height = port.scrollTop ? '60px' : '90px' }); port.onscroll =",
    )
    shrinks = f"<div id=bar style='height:90px'></div>{grid}"

    rows = listing(lists.page(shrinks, 26, ROWCOUNT="-1", OVERFLOW="overflow-y:auto"), **NO_PAGES, **GRID).read()

    assert [row.reference for row in rows] == [f"KM-{n}" for n in range(26)]


SHELL = "<div id=shell style='height:600px;overflow:OVERFLOW'>"
BELOW = "<div style='height:900px'></div></div>"
PUTS_BACK = BELOW + "<script>shell.onscroll = () => { shell.scrollTop = 0 }</script>"


@pytest.mark.parametrize("overflow", ["hidden", "auto"])
@pytest.mark.parametrize("below", [BELOW, PUTS_BACK], ids=["scrolls", "is put back"])
@pytest.mark.parametrize("drawn", ["table-row", "contents"])
def test_rows_in_a_shell_that_can_be_scrolled_are_read_once_each(
    listing: Opened, overflow: str, below: str, drawn: str
) -> None:
    html = lists.page(f"{SHELL}{lists.TABLE}{below}", 5, size=50, OVERFLOW=overflow)
    html = html.replace("</main>", f"<style>tbody tr {{ display: {drawn} }}</style></main>")

    rows = listing(html, **NO_PAGES).read()

    assert [row.reference for row in rows] == [f"KM-{n}" for n in range(5)]


def test_a_grid_of_which_only_a_part_is_drawn_is_not_whole(listing: Opened) -> None:
    html = lists.page(lists.AG_GRID, 15, ROWCOUNT="17", OVERFLOW="overflow:clip")

    for described in (BARE, NO_PAGES):
        with pytest.raises(PortalError, match="7 rows read, and the screen shows aria-rowcount 17"):
            listing(html, **described, **GRID).read()


@pytest.mark.parametrize(("rowcount", "whole"), [("16", True), ("15", True), ("17", False), ("26", False)])
def test_a_number_of_rows_by_aria_may_count_headings_or_not(listing: Opened, rowcount: str, whole: bool) -> None:
    html = lists.page(lists.TABLE.replace("<table", f"<table aria-rowcount={rowcount}"), 15, size=50)

    if whole:
        assert len(listing(html, **BARE).read()) == 15
    else:
        with pytest.raises(PortalError, match=f"aria-rowcount {rowcount}"):
            listing(html, **NO_PAGES).read()


def test_an_unknown_number_of_rows_by_aria_proves_nothing(listing: Opened) -> None:
    html = lists.page(lists.TABLE.replace("<table", "<table aria-rowcount=-1"), 15, size=50)

    with pytest.raises(PortalError, match="nothing on the screen says"):
        listing(html, **BARE).read()
    assert len(listing(html, **NO_PAGES).read()) == 15


def test_rows_of_headings_are_no_rows(listing: Opened) -> None:
    """In a second row, in the body, repeated as plain cells, of a group, in a filter, and by roles."""
    row = "".join(f"<td>{text}</td>" for text in ("Jansen", "68750110", "UWV: WIA", "31-12-2031", "Actief", "KM-1"))
    repeated = "".join(f"<td>{name}</td>" for name in lists.HEADS)
    heads = "".join(f"<th>{name}</th>" for name in lists.HEADS)
    html = f"""<meta charset=utf-8><table aria-label='Verleende machtigingen'><tbody>
        <tr><th colspan=6>Verleend</th></tr><tr>{heads}</tr>
        <tr>{"<td><input></td>" * 6}</tr><tr><th scope=rowgroup colspan=6>UWV</th></tr><tr>{row}</tr>
        <tr>{repeated}</tr><tr role=row>{"<td role=columnheader>x</td>" * 6}</tr><tr>{row.replace("KM-1", "KM-2")}</tr>
        </tbody><tfoot><tr><td colspan=6>Totaal: 2</td></tr></tfoot></table>"""

    assert [row.reference for row in listing(html, **BARE).read()] == ["KM-1", "KM-2"]


def test_headings_of_groups_in_plain_cells_are_no_rows_where_a_total_says_so(listing: Opened) -> None:
    group = "<tr><td colspan=6>UWV</td></tr>"
    html = f"<p>TOLD</p>{lists.TABLE}<script>function drawn() {{ $('tbody').innerHTML = `{group}` + $('tbody').innerHTML }}"

    rows = listing(lists.page(html + "</script>", 3, TOLD="3 resultaten"), **BARE).read()
    assert [row.unreadable for row in rows] == [None] * 3
    [*_, unreadable] = listing(lists.page(html + "</script>", 3, TOLD=""), **NO_PAGES).read()
    assert unreadable.unreadable == "the list says “UWV”"


def test_an_empty_list_needs_the_portals_word(listing: Opened) -> None:
    assert listing(lists.page(lists.TABLE, 0), **NO_PAGES).read() == []
    assert listing(lists.page(lists.MATERIAL, 0, empty=""), **BARE).read() == []
    with pytest.raises(ControlError, match=r"granted\.empty is not there, nor a row"):
        listing(lists.page(lists.TABLE, 0, empty=""), **NO_PAGES).read()
    assert listing(lists.page(lists.TABLE, 0, empty=""), **NO_PAGES, empty=None).read() == []


SEARCHED = (
    "<input type=search aria-label='Zoek op naam of KvK-nummer' id=q><p id=said></p>"
    + lists.TABLE
    + """<script>q.onchange = q.oninput = () => { said.textContent = q.value ? `Gefilterd op: ${q.value}` : ''; search() }
    </script>"""
)
COUNTED = "<p id=total></p>"


def test_a_filter_that_did_not_take_hides_no_row(listing: Opened) -> None:
    """The portal says that it filters, and shows the first page of all; the receiver stands on the third."""
    html = SEARCHED.replace("</script>", "function search() {}</script>") + ""
    paged = html.replace(
        "<script>", "<p id=range></p><button id=on onclick='turn(1)'>Volgende pagina</button><script>", 1
    )
    drawn = "function drawn() { range.textContent = `${from()}–${to()} van ${all.length}`; on.disabled = page >= last }</script>"

    found = listing(lists.page(paged.replace("</script>", drawn))).read_for(KvkNumber("90005024"))

    assert [row.reference for row in found] == ["KM-24"]


def test_a_search_that_the_portal_remembers_hides_no_row(listing: Opened) -> None:
    html = SEARCHED.replace(
        "</script>",
        """function search() { $('tbody').innerHTML = all.filter((row) => row[1].includes(q.value)).map(cells).join('');
           total.textContent = `${$('tbody').rows.length} resultaten` }
           q.value = '90005003'; function drawn() { search() }</script>""",
    )

    assert len(listing(lists.page(COUNTED + html, 7)).read()) == 7
