"""The `/__mock__` addresses: what they take and give, what they refuse, and from whom."""

from __future__ import annotations

from typing import Any

import pytest

from automation.mock_portal import clock
from automation.mock_portal.server import MockPortal
from tests.mock_portal.portal_client import PortalClient, connected, grant

SEED = {"kvk": "68750110", "scope": {"providers": ["UWV"]}}


def test_the_ledger_starts_empty(client: PortalClient) -> None:
    assert client.get("/__mock__/ledger").data == {"grants": [], "submissions": [], "sign_ins": 0}


def test_without_control_the_addresses_are_not_there() -> None:
    with MockPortal(control=False) as portal, connected(portal) as client:
        assert client.get("/__mock__/ledger").status == 404
        assert client.post("/__mock__/reset", None).status == 404


@pytest.mark.parametrize("foreign", [{"host": "evil.example"}, {"origin": "https://evil.example"}, {"origin": "null"}])
def test_a_page_from_elsewhere_cannot_control(client: PortalClient, foreign: dict[str, str]) -> None:
    assert client.send("POST", "/__mock__/reset", b"", **foreign).status == 403


def test_a_seed_needs_no_more_than_receiver_and_scope(client: PortalClient) -> None:
    assert client.post("/__mock__/seed", [SEED]).status == 204

    [one] = client.get("/__mock__/ledger").data["grants"]
    assert one.pop("reference").startswith(f"KM-{clock.today().year}-")
    assert one == SEED | {
        "organisation": "90000102",
        "name": "Accountantskantoor Jansen B.V.",
        "valid_from": clock.today().isoformat(),
        "valid_until": clock.years_later(clock.today(), 5).isoformat(),
        "costs": {"amount": "22.45", "currency": "EUR"},
        "status": "present",
    }


def test_what_the_ledger_gives_can_be_sown_again(client: PortalClient) -> None:
    client.post("/__mock__/seed", [SEED | {"status": "revoked", "costs": None, "name": "Zelf gekozen"}])
    kept = client.get("/__mock__/ledger").data["grants"]
    client.send("POST", "/__mock__/reset")

    client.post("/__mock__/seed", kept)

    assert client.get("/__mock__/ledger").data["grants"] == kept


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"kvk": 68750110}, "kvk must be a text of 8 digits"),
        ({"scope": {"providers": []}}, "scope must be"),
        ({"scope": {"services": ["Verzuimmelder"]}}, "scope must be"),
        ({"status": "active"}, "status must be one of present"),
        ({"valid_until": "24-11-2031"}, "valid_until must be a date"),
        ({"costs": "24,95"}, "costs must be"),
        ({"colour": "red"}, "a grant has no colour"),
    ],
)
def test_a_seed_that_makes_no_sense_is_refused_with_the_reason_and_adds_nothing(
    client: PortalClient, wrong: dict[str, Any], reason: str
) -> None:
    answer = client.post("/__mock__/seed", [SEED, SEED | wrong])

    assert answer.status == 400
    assert reason in answer.data["error"]
    assert client.get("/__mock__/ledger").data["grants"] == []


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ({"kind": "earthquake"}, "no fault is of kind 'earthquake'"),
        ({"times": 1}, "a fault is an object with a"),
        ({"kind": "slow_submit"}, "slow_submit needs 'seconds'"),
        ({"kind": "slow_submit", "seconds": "1"}, "'seconds' must be a number of seconds"),
        ({"kind": "expire_session", "at": "lunch"}, "'at' must be one of receiver"),
        ({"kind": "error_before_commit", "times": 0}, "'times' must be a whole number from 1"),
        ({"kind": "error_before_commit", "after": -1}, "'after' must be a whole number from 0"),
        ({"kind": "redirect_at_submit", "status": 200}, "'status' must be 301"),
        ({"kind": "refuse_at_submit", "status": 500}, "'status' must be a status from 400"),
        ({"kind": "changed_labels", "labels": ["Inloggen"]}, "'labels' must be texts"),
        ({"kind": "maintenance", "times": 1}, "maintenance has no 'times'; it takes nothing"),
        ({"kind": "price_change_at_submit", "by": "veel"}, "'by' must be an amount"),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused_with_the_reason_and_changes_nothing(
    client: PortalClient, fault: dict[str, Any], reason: str
) -> None:
    client.post("/__mock__/faults", [{"kind": "maintenance"}])

    answer = client.post("/__mock__/faults", [fault])

    assert answer.status == 400
    assert reason in answer.data["error"]
    assert client.get("/beheer").status == 503


@pytest.mark.parametrize("body", [b"", b"{}", b"[1]", b"\xff"])
def test_a_body_that_is_no_list_of_faults_is_refused(client: PortalClient, body: bytes) -> None:
    assert client.send("POST", "/__mock__/faults", body).status == 400


def test_in_the_process_a_wrong_fault_is_a_value_error(portal: MockPortal) -> None:
    with pytest.raises(ValueError, match="earthquake"):
        portal.faults([{"kind": "earthquake"}])


def test_codes_sent_by_sms_are_told(client: PortalClient) -> None:
    client.give_password("sms")

    assert len(client.get("/__mock__/sms").data["codes"]) == 1


def test_a_reset_forgets_grants_faults_and_sessions(portal: MockPortal, signed_in: PortalClient) -> None:
    signed_in.post("/beheer/api/ketenmachtigingen", grant())
    portal.faults([{"kind": "maintenance"}])

    assert signed_in.send("POST", "/__mock__/reset").status == 204

    assert portal.ledger() == {"grants": [], "submissions": [], "sign_ins": 0}
    assert signed_in.get("/beheer/api/sessie").status == 401
