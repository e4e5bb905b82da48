"""The granted list, read whole or for one receiver, whatever its pages, its order and what its rows show."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page

from automation.domain import GrantedRow, KvkNumber, RowStatus, Scope
from automation.errors import PortalError
from automation.mock_portal.server import MockPortal
from pages.beheermodule import Beheermodule
from pages.granted_list import GrantedList
from tests.pages.conftest import with_screens

MANY = 57
SERVICES = [
    f"UWV: {name}" for name in ("Verzuimmelder", "Polisadministratie", "Werkgeversportaal", "Ziekmelding", "WIA")
]


def seeded(number: int, **other: Any) -> dict[str, Any]:
    return {
        "kvk": f"9000{1000 + number % 40:04}",
        "name": f"Receiver {number}",
        "scope": {"providers": ["UWV"]},
        "reference": f"KM-{number:04}",
        "valid_from": "2025-01-01",
        "valid_until": (date(2027, 1, 1) + timedelta(days=number)).isoformat(),
    } | other


def read_again(beheermodule: Beheermodule) -> GrantedList:
    return beheermodule.open_granted_list()


def test_every_row_of_every_page_is_read(beheermodule: Beheermodule, mock_portal: MockPortal) -> None:
    mock_portal.seed([seeded(number) for number in range(MANY)])

    rows = read_again(beheermodule).read()

    assert sorted(row.reference or "" for row in rows) == [f"KM-{number:04}" for number in range(MANY)]
    assert {row.kvk for row in rows} == {KvkNumber(f"9000{1000 + number:04}") for number in range(40)}
    assert all(row.elements == Scope.providers(["UWV"]).elements for row in rows)
    assert min(row.valid_until for row in rows if row.valid_until) == date(2027, 1, 1)
    assert {row.valid_from for row in rows} == {date(2025, 1, 1)}


def test_the_order_of_the_list_does_not_matter(beheermodule: Beheermodule, mock_portal: MockPortal) -> None:
    mock_portal.seed([seeded(number) for number in range(20)])
    as_it_was = read_again(beheermodule)
    before = as_it_was.read()

    beheermodule.page.get_by_role("columnheader", name="Intermediair").get_by_role("button").click()
    after = as_it_was.read()

    assert before != after
    assert sorted(before, key=str) == sorted(after, key=str)


def test_an_empty_list_has_no_rows(granted_list: GrantedList) -> None:
    assert granted_list.read() == []


def test_one_receiver_costs_one_filtered_page(beheermodule: Beheermodule, mock_portal: MockPortal) -> None:
    mock_portal.seed([seeded(number) for number in range(MANY)])
    listing = read_again(beheermodule)
    asked: list[str] = []
    beheermodule.page.on("request", lambda request: asked.append(request.url))

    rows = listing.read_for(KvkNumber("90001003"))

    assert [row.reference for row in rows] == ["KM-0043", "KM-0003"]
    assert len([url for url in asked if "pagina=2" in url]) == 0


def test_services_that_a_row_does_not_show_are_read_in_its_details(
    beheermodule: Beheermodule, mock_portal: MockPortal
) -> None:
    mock_portal.seed([seeded(1), seeded(2, scope={"services": SERVICES}), seeded(3)])

    rows = {row.reference: row for row in read_again(beheermodule).read()}

    assert rows["KM-0002"].elements == Scope.services(SERVICES).elements


def test_details_are_opened_where_they_matter(beheermodule: Beheermodule, mock_portal: MockPortal) -> None:
    mock_portal.seed([seeded(number, scope={"services": SERVICES}) for number in (1, 2, 3)])
    listing = read_again(beheermodule)
    beheermodule.page.evaluate(
        "addEventListener('click', ({target}) => (window.pressed ??= []).push(target.innerText), true)"
    )

    rows = {row.reference: row for row in listing.read(of=[KvkNumber("90001002")])}

    assert rows["KM-0002"].elements == Scope.services(SERVICES).elements
    assert rows["KM-0001"].unreadable
    assert rows["KM-0001"].kvk == KvkNumber("90001001")
    assert beheermodule.page.evaluate("pressed").count("Details") == 1


def test_when_a_row_ends_is_read_in_its_details_whoever_it_is_of(
    beheermodule: Beheermodule, mock_portal: MockPortal
) -> None:
    mock_portal.seed([seeded(1), seeded(2)])
    read_again(beheermodule)
    beheermodule.view.profile = with_screens(
        granted={"valid_until_column": None, "details_valid_until": [{"label": "Einddatum", "within": "details"}]}
    )

    rows = GrantedList(beheermodule.view).read(of=[KvkNumber("90001002")])

    assert {(row.reference, row.valid_until) for row in rows} == {
        ("KM-0001", date(2027, 1, 2)),
        ("KM-0002", date(2027, 1, 3)),
    }


def test_statuses_are_read_by_the_words_of_the_profile(beheermodule: Beheermodule, mock_portal: MockPortal) -> None:
    statuses = {f"KM-{number:04}": status for number, status in enumerate(("present", "pending", "revoked", "ended"))}
    mock_portal.seed([seeded(number, status=status) for number, status in enumerate(statuses.values())])

    read = {row.reference: row.status for row in read_again(beheermodule).read()}

    assert read == {reference: RowStatus(status) for reference, status in statuses.items()}


def test_a_row_that_cannot_be_read_is_there_and_says_why(beheermodule: Beheermodule, mock_portal: MockPortal) -> None:
    mock_portal.faults([{"kind": "changed_labels", "labels": {"Actief": "Onderweg"}}])
    mock_portal.seed([seeded(1), seeded(2, status="revoked")])

    rows = read_again(beheermodule).read()

    assert [(row.reference, row.unreadable) for row in rows if row.unreadable] == [
        ("KM-0001", "status “Onderweg” is not in the profile")
    ]


def test_a_list_that_changes_while_it_is_paged_is_read_again(
    beheermodule: Beheermodule, mock_portal: MockPortal, page: Page
) -> None:
    mock_portal.seed([seeded(number) for number in range(MANY)])
    listing = read_again(beheermodule)
    added: list[int] = []

    def a_colleague_grants(request: Any) -> None:
        if "pagina=2" in request.url and not added:
            added.append(MANY)
            mock_portal.seed([seeded(MANY, valid_from="2026-01-01")])

    beheermodule.page.on("request", a_colleague_grants)
    rows: list[GrantedRow] = listing.read()

    assert added == [MANY]
    assert sorted(row.reference or "" for row in rows) == [f"KM-{number:04}" for number in range(MANY + 1)]


def test_a_list_that_never_comes_to_rest_is_said_to_change(beheermodule: Beheermodule, mock_portal: MockPortal) -> None:
    mock_portal.seed([seeded(number) for number in range(MANY)])
    listing = read_again(beheermodule)
    added: list[int] = []

    def colleagues_grant(request: Any) -> None:
        if "pagina=2" in request.url:
            added.append(len(added))
            mock_portal.seed([seeded(100 + len(added), valid_from="2026-01-01")])

    beheermodule.page.on("request", colleagues_grant)

    with pytest.raises(PortalError, match="changes while it is read"):
        listing.read()


@pytest.mark.slow
def test_five_thousand_rows_are_read_to_the_last(beheermodule: Beheermodule, mock_portal: MockPortal) -> None:
    mock_portal.seed([seeded(number) for number in range(5000)])

    rows = read_again(beheermodule).read()

    assert len({row.reference for row in rows}) == 5000


def test_a_row_that_ends_before_it_begins_cannot_be_read(beheermodule: Beheermodule, mock_portal: MockPortal) -> None:
    mock_portal.seed([seeded(1, valid_from="2028-09-01", valid_until="2026-09-01")])

    [row] = read_again(beheermodule).read()

    assert row.unreadable == "it ends on 2026-09-01, before it begins on 2028-09-01"
