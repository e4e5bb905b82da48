"""What the application asks the mock portal before it records: organisations, providers, services, costs."""

from __future__ import annotations

import http.client
from datetime import date, timedelta
from typing import Any

import pytest

from automation.mock_portal import clock
from automation.mock_portal.data import catalogue, register
from automation.mock_portal.server import MockPortal
from tests.mock_portal.portal_client import BELASTINGDIENST, UWV, UWV_VERZUIMMELDER, PortalClient, grant


@pytest.mark.parametrize(
    ("kvk", "status", "words"),
    [
        ("12345678", 404, "Geen organisatie gevonden met KvK-nummer 12345678."),
        ("90000990", 422, "Deze organisatie is uitgeschreven uit het Handelsregister."),
        ("90000102", 422, "U kunt geen machtiging afgeven aan uw eigen organisatie."),
    ],
)
def test_who_cannot_receive_a_grant_is_refused(signed_in: PortalClient, kvk: str, status: int, words: str) -> None:
    answer = signed_in.get(f"/beheer/api/organisaties/{kvk}")

    assert (answer.status, answer.data) == (status, {"fout": words})


def test_a_receiver_is_looked_up(signed_in: PortalClient) -> None:
    found = signed_in.get("/beheer/api/organisaties/68750110").data

    assert found == {"kvk": "68750110", "naam": "Accountantskantoor Jansen B.V.", "plaats": "Utrecht"}


def test_every_number_of_the_made_up_range_has_a_name_of_its_own() -> None:
    names = {found.name for number in range(90000001, 90010000) if (found := register.find(str(number)))}

    assert len(names) == 9999


def test_the_catalogue_confuses_on_purpose() -> None:
    labels = [service.label for service in catalogue.SERVICES.values()]

    assert len(catalogue.PROVIDERS) == 12
    assert len(labels) >= 300
    assert labels.count("UWV: Verzuimmelder") == labels.count("Belastingdienst: Loonheffingen") == 1
    assert labels.count("UWV: Inzage dossier") == 2
    assert sum(label.endswith(": Berichtenbox") for label in labels) == 12


def test_providers_are_found_by_a_part_of_their_name(signed_in: PortalClient) -> None:
    found = signed_in.get("/beheer/api/dienstverleners?zoek=belast").data["dienstverleners"]

    assert found == [{"oin": BELASTINGDIENST, "naam": "Belastingdienst"}]


def test_services_come_ten_at_a_time(signed_in: PortalClient) -> None:
    first = signed_in.get("/beheer/api/diensten?zoek=berichtenbox").data
    third = signed_in.get("/beheer/api/diensten?zoek=berichtenbox&pagina=3").data

    assert first["totaal"] == 24
    assert len(first["diensten"]) == 10
    assert len(third["diensten"]) == 4


def test_a_service_that_cannot_be_granted_says_so(signed_in: PortalClient) -> None:
    found = signed_in.get("/beheer/api/diensten?zoek=toegangsrechten+belastingdienst").data["diensten"]

    assert [service["overdraagbaar"] for service in found] == [False]
    refusal = signed_in.post("/beheer/api/bevoegdheid", {"soort": "diensten", "diensten": [found[0]["id"]]})
    assert refusal.status == 422


@pytest.mark.parametrize(
    ("asked", "total"),
    [
        ({"soort": "dienstverleners", "dienstverleners": [UWV, BELASTINGDIENST], "jaren": 5}, "39.95"),
        ({"soort": "diensten", "diensten": [UWV_VERZUIMMELDER, "02001"], "jaren": 2}, "10.75"),
        ({"soort": "algemeen", "jaren": 5}, "54.70"),
    ],
)
def test_costs_depend_on_kind_number_and_years(signed_in: PortalClient, asked: dict[str, Any], total: str) -> None:
    quote = signed_in.post("/beheer/api/kosten", asked).data

    assert quote["totaal"] == total
    assert quote["einddatum"] == clock.years_later(clock.today(), asked["jaren"]).isoformat()


def test_a_begun_year_costs_a_whole_one(signed_in: PortalClient) -> None:
    until = clock.years_later(clock.today(), 2) + timedelta(days=1)

    quote = signed_in.post("/beheer/api/kosten", {"soort": "algemeen", "einddatum": until.isoformat()}).data

    assert quote["totaal"] == "34.80"


@pytest.mark.parametrize("years", [0, 6, True, "5", 2.5])
def test_a_term_of_other_than_one_to_five_years_is_refused(signed_in: PortalClient, years: object) -> None:
    assert signed_in.post("/beheer/api/kosten", {"soort": "algemeen", "jaren": years}).status == 422


@pytest.mark.parametrize(
    "until", [clock.today(), clock.years_later(clock.today(), 5) + timedelta(days=1), "2027-02-30"]
)
def test_an_end_date_today_or_past_five_years_is_refused(signed_in: PortalClient, until: date | str) -> None:
    assert signed_in.post("/beheer/api/kosten", {"soort": "algemeen", "einddatum": str(until)}).status == 422


def test_a_term_from_a_leap_day_ends_on_the_28th() -> None:
    assert clock.years_later(date(2028, 2, 29), 1) == date(2029, 2, 28)


@pytest.mark.parametrize(
    ("step", "ask"),
    [
        ("receiver", lambda client: client.get("/beheer/api/organisaties/68750110")),
        ("scope", lambda client: client.post("/beheer/api/bevoegdheid", grant())),
        ("costs", lambda client: client.post("/beheer/api/kosten", grant())),
    ],
)
def test_a_session_can_expire_at_each_step(portal: MockPortal, signed_in: PortalClient, step: str, ask: Any) -> None:
    portal.faults([{"kind": "expire_session", "at": step}])

    assert ask(signed_in).status == 401
    assert signed_in.get("/beheer/api/sessie").status == 401


def test_another_name_can_be_shown_at_the_look_up(portal: MockPortal, signed_in: PortalClient) -> None:
    portal.faults([{"kind": "other_name_at_lookup", "name": "Iemand Anders B.V."}])

    assert signed_in.get("/beheer/api/organisaties/68750110").data["naam"] == "Iemand Anders B.V."


def test_in_maintenance_every_page_and_every_answer_says_so(portal: MockPortal, signed_in: PortalClient) -> None:
    portal.faults([{"kind": "maintenance"}])

    assert (signed_in.get("/beheer").status, signed_in.get("/beheer").heading) == (503, "Onderhoud")
    assert signed_in.get("/beheer/api/sessie").status == 503
    assert signed_in.get("/__mock__/ledger").status == 200


def test_latency_makes_every_answer_wait(portal: MockPortal, signed_in: PortalClient) -> None:
    portal.faults([{"kind": "latency", "ms": 5000}])
    signed_in.connection.timeout = 0.6
    assert signed_in.connection.sock is not None
    signed_in.connection.sock.settimeout(0.6)

    with pytest.raises(TimeoutError):
        signed_in.get("/beheer/api/sessie")


def test_a_post_without_the_sessions_token_is_refused(signed_in: PortalClient) -> None:
    signed_in.csrf = "another"

    assert signed_in.post("/beheer/api/kosten", grant()).status == http.client.FORBIDDEN
