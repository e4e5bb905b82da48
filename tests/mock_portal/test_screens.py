"""The mock portal's screens in a browser, walked as a person would."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pyotp
import pytest
from playwright.sync_api import Page, expect

from automation.browser.launcher import CONTEXT_OPTIONS
from automation.mock_portal.data.accounts import PASSWORD, TOTP_SECRET
from automation.mock_portal.faults import HOSTILE_NAME
from automation.mock_portal.server import MockPortal
from tests.own_thread import OwnBrowser

CHROMIUM = OwnBrowser()
own_browser = CHROMIUM.fixture()
HOLDING = "Voorbeeld Holding B.V. (KvK 90000102)"
CONFIRMED = "De ketenmachtiging is vastgelegd"


@contextmanager
def shown(portal: MockPortal) -> Iterator[Page]:
    with CHROMIUM.browser.new_page(**CONTEXT_OPTIONS) as page:
        page.set_default_timeout(30_000)
        page.goto(portal.url)
        yield page


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def sign_in(page: Page) -> None:
    press(page, "Alleen noodzakelijke cookies")
    page.get_by_label("Gebruikersnaam").fill("beheerder")
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    press(page, "Inloggen")
    page.get_by_label("Code").fill(pyotp.TOTP(TOTP_SECRET).now())
    press(page, "Bevestigen")
    page.get_by_role("link", name="Verleende machtigingen").click()


def choose_receiver(page: Page) -> None:
    press(page, "Nieuwe ketenmachtiging")
    expect(page.get_by_role("button", name="Volgende")).to_be_disabled()
    page.get_by_role("textbox", name="KvK-nummer van de intermediair").fill("68750110")
    press(page, "Opzoeken")
    expect(page.get_by_role("region", name="Gevonden organisatie").get_by_label("KvK-nummer")).to_have_text("68750110")
    press(page, "Volgende")


def choose_kind(page: Page, name: str) -> None:
    page.get_by_role("radiogroup", name="Soort machtiging").get_by_role("radio", name=name, exact=True).check()


def choose_general(page: Page) -> None:
    choose_kind(page, "Algemene bevoegdheid")


def choose_providers(page: Page) -> None:
    choose_kind(page, "Dienstverlenersmachtiging")
    combobox = page.get_by_role("combobox", name="Dienstverlener toevoegen")
    combobox.fill("uwv")
    page.get_by_role("option", name="UWV").click()
    combobox.fill("belasting")
    expect(page.get_by_role("option")).to_have_text(["Belastingdienst"])
    combobox.press("ArrowDown")
    combobox.press("Enter")
    expect(page.get_by_role("list", name="Gekozen dienstverleners").get_by_role("listitem")).to_have_count(2)


def choose_services(page: Page) -> None:
    choose_kind(page, "Per dienst")
    press(page, "Volgende")
    expect(page.get_by_role("alert")).to_have_text("Kies ten minste één dienst.")
    press(page, "Diensten zoeken")
    dialog = page.get_by_role("dialog", name="Diensten zoeken")
    for service in ("Verzuimmelder (UWV)", "Loonheffingen (Belastingdienst)"):
        dialog.get_by_role("searchbox", name="Zoek een dienst").fill(service.split()[0])
        dialog.get_by_role("checkbox", name=service, exact=True).check()
    press(page, "Toevoegen")
    expect(page.get_by_role("button", name="Verwijder UWV: Verzuimmelder", exact=True)).to_be_visible()


@pytest.mark.parametrize(
    ("choose", "texts", "costs"),
    [
        (choose_general, ["Algemene bevoegdheid"], "€ 54,70 incl. btw"),
        (choose_providers, ["Alle diensten van UWV", "Alle diensten van Belastingdienst"], "€ 39,95 incl. btw"),
        (choose_services, ["UWV: Verzuimmelder", "Belastingdienst: Loonheffingen"], "€ 19,45 incl. btw"),
    ],
)
@CHROMIUM.thread
def test_a_grant_of_each_kind_is_shown_before_and_after_as_chosen(
    portal: MockPortal, choose: Callable[[Page], None], texts: list[str], costs: str
) -> None:
    with shown(portal) as page:
        sign_in(page)
        choose_receiver(page)
        choose(page)
        press(page, "Volgende")
        expect(page.get_by_label("Totaal")).to_have_text(costs)
        press(page, "Volgende")
        expect(page.get_by_role("alert")).to_have_text("U moet akkoord gaan met de kosten.")
        page.get_by_label("Duur").select_option(label="1 jaar")
        page.get_by_label("Ik ga akkoord met de kosten").check()
        page.get_by_label("Duur").select_option(label="5 jaar")
        expect(page.get_by_label("Ik ga akkoord met de kosten")).not_to_be_checked()
        expect(page.get_by_label("Totaal")).to_have_text(costs)
        page.get_by_label("Ik ga akkoord met de kosten").check()
        press(page, "Volgende")

        for heading in ("Controleren en vastleggen", CONFIRMED):
            expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
            expect(page.get_by_label("Vertegenwoordigde organisatie")).to_have_text(HOLDING)
            expect(page.get_by_label("KvK-nummer intermediair")).to_have_text("68750110")
            expect(page.get_by_label("Bevoegdheid").get_by_role("listitem")).to_have_text(texts)
            expect(page.get_by_label("Kosten")).to_have_text(costs)
            assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
            if heading != CONFIRMED:
                press(page, "Vastleggen")
        expect(page.get_by_label("Kenmerk")).to_have_text(portal.ledger()["grants"][0]["reference"])
        page.get_by_role("link", name="Naar verleende machtigingen").click()
        expect(page.get_by_text("1–1 van 1")).to_be_visible()


@CHROMIUM.thread
def test_a_hostile_name_is_text_on_every_screen(portal: MockPortal) -> None:
    portal.seed([{"kvk": "69599084", "scope": {"general": "all services now and in the future"}}])
    portal.faults([{"kind": "hostile_name"}])
    name = f"Accountantskantoor Jansen B.V. {HOSTILE_NAME}"
    plain = " ".join(name.split())
    with shown(portal) as page:
        sign_in(page)
        expect(page.locator("tbody").get_by_role("cell").first).to_contain_text("<script>window.hostile=1</script>")
        press(page, "Details")
        expect(page.get_by_role("dialog").get_by_label("Intermediair")).to_contain_text("<img src=x")
        press(page, "Sluiten")
        choose_receiver(page)
        press(page, "Vorige")
        expect(page.get_by_label("Naam")).to_have_text(plain)
        press(page, "Volgende")
        choose_general(page)
        press(page, "Volgende")
        page.get_by_label("Ik ga akkoord met de kosten").check()
        expect(page.get_by_label("Totaal")).to_be_visible()
        press(page, "Volgende")
        expect(page.get_by_label("Intermediair", exact=True)).to_have_text(plain)
        press(page, "Vastleggen")
        expect(page.get_by_role("heading", name=CONFIRMED)).to_be_visible()
        expect(page.get_by_label("Intermediair", exact=True)).to_have_text(plain)

        assert page.evaluate("window.hostile") is None
        assert page.locator("main img, main script").count() == 0


@CHROMIUM.thread
def test_changed_labels_change_texts_that_equal_them_as_a_whole(portal: MockPortal) -> None:
    changed = {
        "Inloggen": "Aanmelden",
        "Actief": "Van kracht",
        "incl. btw": "excl. btw",
        "Kosten": "Bedrag",
        "UWV": "x",
    }
    portal.seed([{"kvk": "68750110", "scope": {"providers": ["UWV"]}}])
    portal.faults([{"kind": "changed_labels", "labels": changed}])
    with shown(portal) as page:
        expect(page.get_by_role("button", name="Aanmelden", exact=True)).to_be_visible()
        expect(page.get_by_role("heading", name="Inloggen op de Beheermodule")).to_be_visible()
        portal.faults([{"kind": "changed_labels", "labels": {k: v for k, v in changed.items() if k != "Inloggen"}}])
        page.reload()
        sign_in(page)
        expect(page.get_by_text("Van kracht", exact=True)).to_be_visible()
        press(page, "Details")
        expect(page.get_by_label("Bedrag")).to_have_text("€ 22,45 excl. btw")
        expect(page.get_by_role("dialog").get_by_label("Bevoegdheid")).to_have_text("Alle diensten van UWV")


@CHROMIUM.thread
def test_an_expired_session_leads_to_the_sign_in_that_says_so(portal: MockPortal) -> None:
    portal.faults([{"kind": "expire_session", "at": "receiver"}])
    with shown(portal) as page:
        sign_in(page)
        press(page, "Nieuwe ketenmachtiging")
        page.get_by_role("textbox", name="KvK-nummer van de intermediair").fill("68750110")
        press(page, "Opzoeken")

        expect(page.get_by_role("alert")).to_have_text("Uw sessie is verlopen. Log opnieuw in.")
        expect(page.get_by_role("heading", name="Inloggen op de Beheermodule")).to_be_visible()
