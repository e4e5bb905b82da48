"""Signing in to the mock portal: two steps, lock-out, levels, several organisations, sessions that end."""

from __future__ import annotations

import time
from email.utils import parsedate_to_datetime
from http.cookies import SimpleCookie

import pyotp
import pytest

from automation.mock_portal.data.accounts import TOTP_SECRET
from automation.mock_portal.server import MockPortal
from tests.mock_portal.portal_client import PortalClient, connected, connected_to


def test_the_address_of_the_portal_shows_where_to_sign_in(client: PortalClient) -> None:
    answer = client.get("/beheer")

    assert answer.heading == "Inloggen op de Beheermodule"
    assert "Oefenomgeving" in answer.text


def test_password_and_code_lead_into_the_application(portal: MockPortal, client: PortalClient) -> None:
    assert client.give_password().heading == "Bevestig met uw code"
    assert 'class="application"' in client.give_code().text

    assert client.get("/beheer/api/sessie").data["organisatie"]["label"] == "Voorbeeld Holding B.V. (KvK 90000102)"
    assert portal.ledger()["sign_ins"] == 1


def test_the_session_is_kept_from_scripts(client: PortalClient) -> None:
    client.give_password()
    answer = client.send("POST", "/beheer/code", f"code={pyotp.TOTP(TOTP_SECRET).now()}".encode())
    cookies = SimpleCookie("; ".join(answer.headers.get_all("set-cookie") or []))

    assert answer.headers["location"] == "/beheer/beheer/#/overzicht"
    assert cookies["sessie"]["httponly"]
    assert cookies["sessie"]["samesite"] == "lax"


def test_a_wrong_password_says_how_many_tries_are_left_and_the_third_blocks(client: PortalClient) -> None:
    wrong = "Gebruikersnaam of wachtwoord is onjuist."
    last = "Let op: u heeft nog 1 poging. Daarna wordt uw account geblokkeerd."

    assert client.give_password(password="fout").alert == f"{wrong} U heeft nog 2 pogingen."
    assert client.give_password(password="fout").alert == f"{wrong} {last}"
    assert client.give_password(password="fout").alert.startswith("Uw account is geblokkeerd.")
    assert client.give_password().alert.startswith("Uw account is geblokkeerd.")


def test_an_unknown_user_is_told_the_same(client: PortalClient) -> None:
    assert client.give_password("niemand").alert.startswith("Gebruikersnaam of wachtwoord is onjuist.")


def test_three_wrong_codes_block_too_and_a_reset_lifts_it(portal: MockPortal, client: PortalClient) -> None:
    client.give_password()
    assert client.give_code("000000x").alert == "De code is onjuist. U heeft nog 2 pogingen."
    assert client.give_code("000000x").alert.startswith("De code is onjuist. Let op: u heeft nog 1 poging.")
    assert client.give_code("000000x").alert.startswith("Uw account is geblokkeerd.")
    assert portal.sign_in() == {"sessions": 0, "refused": 3, "blocked": ["beheerder"]}

    portal.reset()

    assert client.give_password().heading == "Bevestig met uw code"


def test_a_code_counts_once() -> None:
    with MockPortal() as portal, connected(portal) as first, connected(portal) as second:
        first.give_password()
        second.give_password()
        code = pyotp.TOTP(TOTP_SECRET).now()
        assert 'class="application"' in first.give_code(code).text

        assert second.give_code(code).alert == "Deze code is al gebruikt. Wacht op een nieuwe code."


def test_a_code_of_two_minutes_ago_has_expired_and_that_is_said(client: PortalClient) -> None:
    client.give_password()

    assert client.give_code(pyotp.TOTP(TOTP_SECRET).at(int(time.time()) - 120)).alert.startswith("De code is verlopen.")


def test_a_code_can_be_made_to_expire(portal: MockPortal, client: PortalClient) -> None:
    portal.faults([{"kind": "expire_code"}])
    client.give_password()

    assert client.give_code().alert.startswith("De code is verlopen.")
    assert 'class="application"' in client.give_code().text


def test_a_portal_whose_clock_is_wrong_says_so_and_takes_the_codes_of_its_own_time(
    portal: MockPortal, client: PortalClient
) -> None:
    portal.faults([{"kind": "clock_offset", "seconds": 600}])
    said = parsedate_to_datetime(client.give_password().headers["date"]).timestamp()

    assert abs(said - time.time() - 600) < 30
    assert client.give_code().alert.startswith("De code is verlopen.")
    assert 'class="application"' in client.give_code(pyotp.TOTP(TOTP_SECRET).at(int(said))).text


def test_a_device_asks_in_words_of_its_own(client: PortalClient) -> None:
    assert "Code van uw apparaat" in client.give_password("apparaat").text
    assert 'class="application"' in client.give_code().text


def test_one_may_sign_in_on_another_origin_which_hands_over_a_ticket_that_counts_once(
    portal: MockPortal, client: PortalClient
) -> None:
    portal.faults([{"kind": "second_origin"}])
    assert client.get("/__mock__/sign-in").data["second_origin"] == portal.second_origin
    assert (client.get("/beheer").headers["location"]).startswith(f"{portal.second_origin}/beheer")

    with connected_to(portal.second_origin) as elsewhere:
        elsewhere.give_password()
        handed = elsewhere.send("POST", "/beheer/code", f"code={pyotp.TOTP(TOTP_SECRET).now()}".encode())
        ticket = handed.headers["location"]
        assert ticket.startswith(f"{portal.base}/beheer/binnen?ticket=")
        assert elsewhere.get("/beheer/api/sessie").status == 404

    path = ticket.removeprefix(portal.base)
    assert client.get(path).headers["location"] == "/beheer/beheer/#/overzicht"
    assert client.get("/beheer/api/sessie").status == 200
    assert client.get(path).headers["location"] == "/beheer"
    assert portal.ledger()["sign_ins"] == 1


def test_the_second_origin_has_nothing_unless_it_is_asked_for(portal: MockPortal) -> None:
    with connected_to(portal.second_origin) as elsewhere:
        assert elsewhere.get("/beheer").status == 404
        assert elsewhere.get("/__mock__/ledger").status == 404


def test_a_means_of_too_low_a_level_stays_outside(portal: MockPortal, client: PortalClient) -> None:
    client.give_password("laag")
    answer = client.give_code()

    assert answer.heading == "Geen toegang"
    assert answer.alert == "Uw inlogmiddel heeft niveau EH2. Voor de Beheermodule is minimaal niveau EH3 nodig."
    assert client.get("/beheer/api/sessie").status == 401
    assert portal.ledger()["sign_ins"] == 0


def test_an_administrator_of_two_organisations_chooses_one(client: PortalClient) -> None:
    client.give_password("twee")
    answer = client.give_code()
    assert answer.heading == "Kies een organisatie"
    assert "Voorbeeld Vastgoed B.V. (KvK 90000201)" in answer.text

    client.fill_in("/beheer/organisatie", organisatie="90000201")

    assert client.get("/beheer/api/sessie").data["organisatie"]["kvk"] == "90000201"


def test_another_organisation_than_offered_cannot_be_chosen(client: PortalClient) -> None:
    client.give_password("twee")
    client.give_code()

    assert client.fill_in("/beheer/organisatie", organisatie="68750110").alert == "Kies een organisatie."


def test_a_code_by_sms_lets_in_and_the_apps_code_does_not(portal: MockPortal, client: PortalClient) -> None:
    assert "per sms" in client.give_password("sms").text
    assert client.give_code().alert.startswith("De code is onjuist.")
    [code] = portal.sms()

    assert 'class="application"' in client.give_code(code).text


def test_without_a_session_the_application_leads_to_the_sign_in(client: PortalClient) -> None:
    assert client.get("/beheer/beheer/").headers["location"] == "/beheer"


def test_with_a_session_the_sign_in_leads_to_the_application(signed_in: PortalClient) -> None:
    assert signed_in.get("/beheer").headers["location"] == "/beheer/beheer/#/overzicht"


def test_signing_out_ends_the_session(signed_in: PortalClient) -> None:
    assert signed_in.post("/beheer/api/uitloggen", {}).status == 204

    assert signed_in.get("/beheer/api/sessie").status == 401


def test_all_sessions_can_be_ended(portal: MockPortal, signed_in: PortalClient) -> None:
    assert signed_in.send("POST", "/__mock__/end-sessions").status == 204

    assert signed_in.get("/beheer/api/sessie").status == 401


def test_a_session_that_is_idle_too_long_has_ended(signed_in: PortalClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("automation.mock_portal.sign_in.IDLE_SECONDS", -1)

    answer = signed_in.get("/beheer/api/sessie")

    assert answer.status == 401
    assert answer.data["fout"] == "Uw sessie is verlopen. Log opnieuw in."
