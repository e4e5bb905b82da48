"""The recording address of the mock portal, and each fault that may hit it."""

from __future__ import annotations

import time
from typing import Any

import pytest

from automation.mock_portal import clock
from automation.mock_portal.server import MockPortal
from tests.mock_portal.portal_client import RECORDING, UWV_VERZUIMMELDER, PortalClient, connected, grant

TROUBLE = "Er is iets misgegaan. Probeer het later opnieuw."


def outcomes(portal: MockPortal) -> list[str]:
    return [submission["outcome"] for submission in portal.ledger()["submissions"]]


def recorded(portal: MockPortal) -> int:
    return len(portal.ledger()["grants"])


def test_a_grant_is_recorded_as_asked(portal: MockPortal, signed_in: PortalClient) -> None:
    answer = signed_in.post(RECORDING, grant())

    assert answer.status == 201
    [one] = portal.ledger()["grants"]
    assert one == {
        "reference": answer.data["bevestiging"]["kenmerk"],
        "organisation": "90000102",
        "kvk": "68750110",
        "name": "Accountantskantoor Jansen B.V.",
        "scope": {"providers": ["UWV", "Belastingdienst"]},
        "valid_from": clock.today().isoformat(),
        "valid_until": clock.years_later(clock.today(), 5).isoformat(),
        "costs": {"amount": "39.95", "currency": "EUR"},
        "status": "present",
    }
    [submission] = portal.ledger()["submissions"]
    assert (submission["body"], submission["outcome"]) == (grant(), "granted")


@pytest.mark.parametrize(
    ("asked", "scope"),
    [
        ({"soort": "algemeen"}, {"general": "all services now and in the future"}),
        ({"soort": "diensten", "diensten": [UWV_VERZUIMMELDER]}, {"services": ["UWV: Verzuimmelder"]}),
    ],
)
def test_only_what_belongs_to_the_chosen_kind_is_granted(
    portal: MockPortal, signed_in: PortalClient, asked: dict[str, Any], scope: dict[str, Any]
) -> None:
    signed_in.post(RECORDING, grant(**asked))

    assert portal.ledger()["grants"][0]["scope"] == scope


def test_the_same_grant_twice_is_two_grants(portal: MockPortal, signed_in: PortalClient) -> None:
    references = {signed_in.post(RECORDING, grant()).data["bevestiging"]["kenmerk"] for _ in range(2)}

    assert len(references) == recorded(portal) == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"akkoord": False},
        {"intermediair": "12345678"},
        {"intermediair": ["68750110"]},
        {"dienstverleners": []},
        {"dienstverleners": ["unknown"]},
        {"dienstverleners": [{}]},
        {"soort": "alles"},
        {"jaren": 6},
    ],
)
def test_a_grant_that_makes_no_sense_is_refused(
    portal: MockPortal, signed_in: PortalClient, wrong: dict[str, Any]
) -> None:
    assert signed_in.post(RECORDING, grant(**wrong)).status == 422

    assert (recorded(portal), outcomes(portal)) == (0, ["refused"])


def test_a_body_that_is_no_json_is_kept_as_it_came(portal: MockPortal, signed_in: PortalClient) -> None:
    assert signed_in.send("POST", RECORDING, b"akkoord=ja").status == 422

    assert portal.ledger()["submissions"][0]["body"] == "akkoord=ja"


def test_a_submission_without_session_or_token_is_a_submission_too(portal: MockPortal, client: PortalClient) -> None:
    assert client.post(RECORDING, grant()).status == 401
    client.sign_in()
    client.csrf = ""
    assert client.post(RECORDING, grant()).status == 403
    portal.faults([{"kind": "maintenance"}])
    assert client.post(RECORDING, grant()).status == 503

    assert (recorded(portal), outcomes(portal)) == (0, ["failed", "refused", "failed"])


@pytest.mark.parametrize(
    ("fault", "status", "rows", "outcome"),
    [
        ({"kind": "error_before_commit"}, 500, 0, "failed"),
        ({"kind": "error_after_commit"}, 500, 1, "granted"),
        ({"kind": "expire_session", "at": "submit"}, 401, 0, "failed"),
        ({"kind": "refuse_at_submit"}, 422, 0, "refused"),
        ({"kind": "refuse_at_submit", "status": 409, "message": "Nee."}, 409, 0, "refused"),
        ({"kind": "confirm_though_failed"}, 500, 0, "failed"),
        ({"kind": "error_though_committed"}, 200, 1, "granted"),
        ({"kind": "redirect_at_submit"}, 302, 0, "failed"),
        ({"kind": "redirect_at_submit", "to": "/beheer", "status": 307, "commit": True}, 307, 1, "granted"),
    ],
    ids=lambda value: value["kind"] if isinstance(value, dict) else "",
)
def test_a_fault_answers_commits_and_notes_as_it_says(
    portal: MockPortal, signed_in: PortalClient, fault: dict[str, Any], status: int, rows: int, outcome: str
) -> None:
    portal.faults([fault])

    assert signed_in.post(RECORDING, grant()).status == status

    assert (recorded(portal), outcomes(portal)) == (rows, [outcome])


def test_the_screen_is_given_a_confirmation_though_nothing_was_recorded(
    portal: MockPortal, signed_in: PortalClient
) -> None:
    portal.faults([{"kind": "confirm_though_failed"}])

    assert signed_in.post(RECORDING, grant()).data["bevestiging"]["kenmerk"].startswith("KM-")


def test_the_screen_is_given_an_error_though_a_grant_was_recorded(portal: MockPortal, signed_in: PortalClient) -> None:
    portal.faults([{"kind": "error_though_committed"}])

    assert signed_in.post(RECORDING, grant()).data == {"fout": TROUBLE}


def test_a_refusal_has_the_words_it_was_given(portal: MockPortal, signed_in: PortalClient) -> None:
    portal.faults([{"kind": "refuse_at_submit", "message": "Budget op."}])

    assert signed_in.post(RECORDING, grant()).data == {"fout": "Budget op."}


def test_a_redirect_may_lead_to_the_confirmation(portal: MockPortal, signed_in: PortalClient) -> None:
    portal.faults([{"kind": "redirect_at_submit", "to": f"{RECORDING}/{{reference}}", "status": 303, "commit": True}])

    place = signed_in.post(RECORDING, grant()).headers["location"]

    assert signed_in.get(place).data["bevestiging"]["kenmerk"] == portal.ledger()["grants"][0]["reference"]


def test_a_price_that_changed_is_recorded_and_confirmed(portal: MockPortal, signed_in: PortalClient) -> None:
    portal.faults([{"kind": "price_change_at_submit"}, {"kind": "price_change_at_submit", "by": "-0.01"}])

    confirmed = [signed_in.post(RECORDING, grant()).data["bevestiging"]["kosten"] for _ in range(3)]

    assert confirmed == ["49.95", "39.94", "39.95"]
    assert [one["costs"]["amount"] for one in portal.ledger()["grants"]] == confirmed


def test_a_slow_submission_commits_though_the_client_has_gone(portal: MockPortal, signed_in: PortalClient) -> None:
    portal.faults([{"kind": "slow_submit", "seconds": 0.5}])
    signed_in.connection.timeout = 0.1
    assert signed_in.connection.sock is not None
    signed_in.connection.sock.settimeout(0.1)
    with pytest.raises(TimeoutError):
        signed_in.post(RECORDING, grant())
    signed_in.connection.close()
    assert recorded(portal) == 0

    deadline = time.monotonic() + 10
    while recorded(portal) == 0 and time.monotonic() < deadline:
        pass

    assert outcomes(portal) == ["granted"]


def test_duplicates_are_refused_only_when_told_to(portal: MockPortal, signed_in: PortalClient) -> None:
    portal.faults([{"kind": "refuse_duplicates"}])
    signed_in.post(RECORDING, grant())

    assert signed_in.post(RECORDING, grant()).status == 409
    assert signed_in.post(RECORDING, grant(intermediair="69599084")).status == 201


def test_a_fault_hits_as_often_and_as_late_as_told(portal: MockPortal, signed_in: PortalClient) -> None:
    portal.faults([{"kind": "error_before_commit", "times": 2, "after": 1}])

    assert [signed_in.post(RECORDING, grant()).status for _ in range(4)] == [201, 500, 500, 201]


def test_of_two_faults_that_are_due_the_second_waits(portal: MockPortal, signed_in: PortalClient) -> None:
    portal.faults([{"kind": "error_before_commit"}, {"kind": "refuse_at_submit"}])

    assert [signed_in.post(RECORDING, grant()).status for _ in range(3)] == [500, 422, 201]


def test_an_empty_list_of_faults_clears_them(portal: MockPortal, signed_in: PortalClient) -> None:
    portal.faults([{"kind": "error_before_commit"}])
    portal.faults([])

    assert signed_in.post(RECORDING, grant()).status == 201


@pytest.mark.parametrize("used_before", [False, True])
def test_a_dropped_connection_gives_not_one_byte_and_keeps_the_grant(
    portal: MockPortal, signed_in: PortalClient, used_before: bool
) -> None:
    portal.faults([{"kind": "drop_after_commit"}])
    with connected(portal) as other:
        other.cookies, other.csrf = signed_in.cookies, signed_in.csrf
        if used_before:
            other.get("/beheer/api/sessie")

        with pytest.raises(ConnectionError):
            other.post(RECORDING, grant())

    assert (recorded(portal), outcomes(portal)) == (1, ["dropped"])
    assert signed_in.get("/beheer/api/sessie").status == 200
