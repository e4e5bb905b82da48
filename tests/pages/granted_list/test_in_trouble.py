"""The granted list on pages that the stand-in portal does not have: rows that come late, twice, or say something."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route

from automation.domain import Element
from automation.errors import ControlError, PortalError
from automation.inputs.profile import load
from pages.granted_list import GrantedList
from pages.view import View

HEADINGS = "".join(
    f"<th scope=col>{name}</th>"
    for name in ("Intermediair", "KvK-nummer", "Bevoegdheid", "Einddatum", "Status", "Kenmerk")
)


def row(reference: str, scope: str = "Alle diensten van UWV") -> str:
    cells = ("Jansen", "68750110", scope, "24-11-2031", "Actief", reference)
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def message(text: str) -> str:
    return f"<tr><td colspan=6>{text}</td></tr>"


def listing(*pages: str, script: str = "") -> str:
    """A list of these pages of rows, and a button that turns them."""
    turning = f"<button id=next {'disabled' if len(pages) == 1 else ''}>Volgende pagina</button>"
    return f"""<meta charset=utf-8><table aria-label='Verleende machtigingen'><thead><tr>{HEADINGS}</tr></thead>
        <tbody id=rows>{pages[0]}</tbody></table>{turning}<script>
        const pages = {list(pages)!r}; let shown = 0
        next.onclick = () => {{ rows.innerHTML = pages[++shown]; next.disabled = shown + 1 === pages.length }}
        {script}</script>"""


Shown = Callable[..., GrantedList]


@pytest.fixture
def shown(page: Page) -> Shown:
    """The list, as the portal shows it at each loading in turn; the last one stays."""

    def show(*loadings: str, profile: Path | None = None) -> GrantedList:
        left: Iterator[str] = iter(loadings)

        def give(route: Route) -> None:
            route.fulfill(body=next(left, loadings[-1]), content_type="text/html")

        view = View(page, load(profile), "http://127.0.0.1/beheer")
        view.watch_requests()
        page.route("**/lijst", give)
        page.goto("http://127.0.0.1/lijst")
        return GrantedList(view)

    return show


def references(rows: Sequence[object]) -> list[str]:
    return [str(getattr(row, "reference", None)) for row in rows]


def test_rows_that_come_late_and_without_a_word_are_waited_for(shown: Shown) -> None:
    late = f"setTimeout(() => rows.innerHTML = `{row('KM-1')}`, 1000)"

    assert references(shown(listing("", script=late)).read()) == ["KM-1"]
    with pytest.raises(ControlError, match=r"granted\.empty is not there, nor a row"):
        shown(listing("")).read()


def test_rows_that_are_under_way_are_waited_for_however_long_they_take(page: Page, shown: Shown) -> None:
    held: list[Route] = []

    def let_go(route: Route) -> None:
        held.pop().fulfill(body=row("KM-1"))
        route.fulfill()

    page.route("**/rijen", lambda route: held.append(route))
    page.route("**/los", let_go)
    late = shown(
        listing(
            "",
            script="""
                fetch('/rijen').then(answer => answer.text()).then(text => rows.innerHTML = text)
                setTimeout(() => fetch('/los'), 7000)
            """,
        )
    )

    assert references(late.read()) == ["KM-1"]


def test_rows_that_the_profile_does_not_find_are_no_empty_list(shown: Shown, tmp_path: Path) -> None:
    profile = tmp_path / "profile.yaml"
    profile.write_text("screens: {granted: {row: {css: .datarow}}}", "utf-8")

    with pytest.raises(ControlError, match=r"granted\.row is not there, though the list shows “Jansen 68750110 Alle"):
        shown(listing(row("KM-1")), profile=profile).read()


def test_a_message_is_no_empty_list_unless_the_profile_knows_it_as_one(shown: Shown) -> None:
    [unreadable] = shown(listing(message("De lijst is nu niet beschikbaar."))).read()

    assert unreadable.kvk is None
    assert unreadable.unreadable == "the list says “De lijst is nu niet beschikbaar.”"
    assert shown(listing(message("Geen machtigingen gevonden."))).read() == []


def test_what_stands_beside_a_rows_list_of_services_is_read_too(shown: Shown) -> None:
    [read] = shown(listing(row("KM-1", "Alle diensten van RVO<ul><li>UWV: WIA</li></ul>"))).read()

    assert read.elements == {Element("RVO"), Element("UWV", "WIA")}


def test_a_row_that_came_on_two_pages_makes_no_reading(shown: Shown) -> None:
    twice, once = listing(row("KM-1") + row("KM-2"), row("KM-2")), listing(row("KM-1") + row("KM-2"), row("KM-3"))

    assert references(shown(twice, twice, once, once).read()) == ["KM-1", "KM-2", "KM-3"]


def test_rows_that_keep_coming_twice_are_said_to_change(shown: Shown) -> None:
    with pytest.raises(PortalError, match="changes while it is read, or has KM-2 twice"):
        shown(listing(row("KM-1") + row("KM-2"), row("KM-2"))).read()
