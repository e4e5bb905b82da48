"""The mock portal's list of verleende machtigingen: searched, sorted, paged, and lagging when told to."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from automation.mock_portal import clock
from automation.mock_portal.faults import HOSTILE_NAME
from automation.mock_portal.server import MockPortal
from tests.mock_portal.portal_client import RECORDING, PortalClient, grant

UWV_ROW = {"kvk": "68750110", "scope": {"providers": ["UWV"]}}


def listed(client: PortalClient, query: str = "") -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = client.get(f"/beheer/api/ketenmachtigingen?{query}").data["rijen"]
    return rows


def test_it_starts_empty(signed_in: PortalClient) -> None:
    assert listed(signed_in) == []


def test_a_page_tells_where_it_is(portal: MockPortal, signed_in: PortalClient) -> None:
    portal.seed([{"kvk": f"9000{1000 + n}", "scope": {"providers": ["UWV"]}} for n in range(57)])

    last = signed_in.get("/beheer/api/ketenmachtigingen?pagina=6").data

    assert (last["totaal"], last["paginas"], last["eerste"], len(last["rijen"])) == (57, 6, 50, 7)
    assert last["rijen"][-1]["kvk"] == "90001000"


@pytest.mark.parametrize("text", ["jansen", "6875", "ACCOUNTANTS"])
def test_it_is_searched_by_name_and_number(portal: MockPortal, signed_in: PortalClient, text: str) -> None:
    portal.seed([UWV_ROW, {"kvk": "69599084", "scope": {"providers": ["UWV"]}}])

    assert [row["kvk"] for row in listed(signed_in, f"zoek={text}")] == ["68750110"]


def test_it_is_sorted_by_a_column_either_way(portal: MockPortal, signed_in: PortalClient) -> None:
    portal.seed([{**UWV_ROW, "valid_until": f"{year}-01-01"} for year in (2031, 2030, 2032)])

    for sort, years in (("einddatum", "2030 2031 2032"), ("-einddatum", "2032 2031 2030"), ("", "2032 2030 2031")):
        assert " ".join(row["einddatum"][:4] for row in listed(signed_in, f"sorteer={sort}")) == years


def test_another_organisations_grants_are_not_shown(portal: MockPortal, signed_in: PortalClient) -> None:
    portal.seed([{**UWV_ROW, "organisation": "90000201"}])

    assert listed(signed_in) == []


def test_a_grant_past_its_end_has_ended(portal: MockPortal, signed_in: PortalClient) -> None:
    yesterday = clock.today() - timedelta(days=1)
    portal.seed([{**UWV_ROW, "valid_from": "2024-01-01", "valid_until": yesterday.isoformat()}])

    assert listed(signed_in)[0]["status"] == "Verlopen"
    assert portal.ledger()["grants"][0]["status"] == "ended"


def test_rows_can_be_one_for_each_service(portal: MockPortal, signed_in: PortalClient) -> None:
    portal.seed([{"kvk": "68750110", "scope": {"services": ["UWV: Verzuimmelder", "UWV: Berichtenbox"]}}])
    portal.faults([{"kind": "rows_per_service"}])

    assert [row["bevoegdheid"] for row in listed(signed_in)] == [
        [{"dienstverlener": "UWV", "dienst": "Verzuimmelder"}],
        [{"dienstverlener": "UWV", "dienst": "Berichtenbox"}],
    ]


def test_a_lagging_list_shows_a_new_grant_later_and_the_ledger_at_once(
    portal: MockPortal, signed_in: PortalClient
) -> None:
    portal.seed([UWV_ROW])
    portal.faults([{"kind": "lagging_list", "seconds": 3600}])
    signed_in.post(RECORDING, grant(intermediair="69599084"))

    assert [row["kvk"] for row in listed(signed_in)] == ["68750110"]
    assert len(portal.ledger()["grants"]) == 2

    portal.faults([{"kind": "lagging_list", "seconds": 0}])

    assert len(listed(signed_in)) == 2


def test_new_rows_can_be_pending_until_that_is_cleared(portal: MockPortal, signed_in: PortalClient) -> None:
    portal.seed([{**UWV_ROW, "status": "pending"}])
    portal.faults([{"kind": "pending_rows"}])
    signed_in.post(RECORDING, grant())
    assert [row["status"] for row in listed(signed_in)] == ["In behandeling", "In behandeling"]

    portal.faults([])

    assert [row["status"] for row in listed(signed_in)] == ["Actief", "In behandeling"]


def test_a_hostile_name_is_shown_and_not_kept(portal: MockPortal, signed_in: PortalClient) -> None:
    portal.seed([UWV_ROW])
    portal.faults([{"kind": "hostile_name"}])

    assert listed(signed_in)[0]["naam"] == f"Accountantskantoor Jansen B.V. {HOSTILE_NAME}"
    assert portal.ledger()["grants"][0]["name"] == "Accountantskantoor Jansen B.V."
