"""Saves screens of the running mock portal, and where the profile finds their controls."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pyotp
from playwright.sync_api import Locator, Page

from automation.inputs.profile import load
from automation.mock_portal.data.accounts import PASSWORD, TOTP_SECRET
from automation.mock_portal.server import MockPortal
from pages.locating import locate, visible
from pages.profile import Profile

_ORGANISATION = {"organisation": "Voorbeeld Holding B.V."}
_RECEIVER = {"kvk": "68750110"}
_PROVIDER = {"provider": "UWV"}
_SERVICE = {"provider": "UWV", "service": "Verzuimmelder"}
_KINDS = ("general", "providers", "services")
_GRANTED: list[dict[str, Any]] = [
    {
        "kvk": "69599084", "name": "Salarisbureau De Vries", "scope": {"services": ["UWV: Verzuimmelder"]},
        "reference": "KM-2025-000001", "valid_from": "2026-03-01", "valid_until": "2028-03-01",
    },
    {
        "kvk": "90004760", "name": "Groepsadministratie Noord", "scope": {"providers": ["UWV"]},
        "reference": "KM-2025-000002", "valid_from": "2024-03-01", "valid_until": "2029-03-01",
        "status": "revoked",
    },
]  # fmt: skip
_PLAIN = """() => {
    const copy = document.documentElement.cloneNode(true)
    const all = (root, css) => [...root.querySelectorAll(css)]
    all(document, 'input').forEach((input, i) => {
        all(copy, 'input')[i].setAttribute('value', input.value)
        all(copy, 'input')[i].toggleAttribute('checked', input.checked)
    })
    all(document, 'option').forEach((option, i) => all(copy, 'option')[i].toggleAttribute('selected', option.selected))
    all(copy, 'script, link, style, meta').forEach(element => element.remove())
    return copy.outerHTML
}"""
"""The page as HTML that holds what was typed and chosen, and nothing that runs or is loaded."""
_RANDOM_ID = re.compile(r"\bi[0-9a-f]{5,10}\b")


@dataclass(frozen=True)
class SavedPage:
    """One screen as HTML; `known`: the facts that it may show; `truth`: the css path of each control."""

    file: str
    html: str
    screen: str
    known: dict[str, str] = field(default_factory=dict)
    truth: dict[str, str] = field(default_factory=dict)


def saved_mock_pages(page: Page) -> list[SavedPage]:
    """Walk the mock portal up to the overview, and save its screens on the way; nothing is recorded."""
    with MockPortal(allow_used_codes=True) as portal:
        portal.seed(_GRANTED)
        page.goto(portal.url)
        return [*_sign_in(page), *_wizard(page)]


def _sign_in(page: Page) -> Iterator[SavedPage]:
    page.get_by_role("dialog", name="Cookies").wait_for()
    yield _saved(page, "sign-in", "sign_in", ("username", "password", "submit"))
    _press(page, "Alleen noodzakelijke cookies")
    page.get_by_label("Gebruikersnaam").fill("beheerder")
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    _press(page, "Inloggen")
    page.get_by_label("Code").wait_for()
    yield _saved(page, "code", "sign_in", ("code", "submit_code"))
    page.get_by_label("Code").fill(pyotp.TOTP(TOTP_SECRET).now())
    _press(page, "Bevestigen")
    page.get_by_role("link", name="Verleende machtigingen").click()
    page.get_by_role("cell", name="Groepsadministratie Noord").wait_for()
    yield _saved(
        page, "granted", "granted",
        ("table", "name_column", "kvk_column", "scope_column", "valid_from_column", "valid_until_column",
         "status_column", "reference_column", "count", "page_size", "next_page", "search", "new"),
        _ORGANISATION,
    )  # fmt: skip


def _wizard(page: Page) -> Iterator[SavedPage]:
    _press(page, "Nieuwe ketenmachtiging")
    page.get_by_role("textbox", name="KvK-nummer van de intermediair").fill("68750110")
    _press(page, "Opzoeken")
    page.get_by_role("region", name="Gevonden organisatie").wait_for()
    controls: tuple[str, ...] = ("kvk", "look_up", "found", "found_name", "found_kvk", "continue")
    yield _saved(page, "receiver", "receiver", controls, _ORGANISATION | _RECEIVER)
    _press(page, "Volgende")
    yield from _scope(page)
    _press(page, "Volgende")
    page.get_by_label("Totaal").wait_for()
    controls = ("duration", "amount", "agree", "continue")
    yield _saved(page, "costs", "costs", controls, _ORGANISATION)
    page.get_by_label("Duur").select_option(label="Tot en met een datum")
    page.get_by_label("Einddatum").fill("31-12-2029")
    page.get_by_label("Einddatum").blur()
    page.get_by_label("Totaal").wait_for()
    yield _saved(page, "costs-until", "costs", ("end_date", *controls), _ORGANISATION)
    page.get_by_label("Duur").select_option(label="5 jaar")
    page.get_by_label("Totaal").wait_for()
    page.get_by_label("Ik ga akkoord met de kosten").check()
    _press(page, "Volgende")
    page.get_by_role("button", name="Vastleggen").wait_for()
    yield _saved(
        page, "review", "review",
        ("heading", "organisation", "receiver_name", "receiver_kvk", "scope", "valid_until", "amount", "record"),
        _ORGANISATION | _RECEIVER | _SERVICE | {"receiver_name": "Accountantskantoor Jansen B.V."},
    )  # fmt: skip


def _scope(page: Page) -> Iterator[SavedPage]:
    page.get_by_role("radio", name="Dienstverlenersmachtiging").check()
    page.get_by_role("combobox").fill("uwv")
    page.get_by_role("option", name="UWV").click()
    page.get_by_role("list", name="Gekozen dienstverleners").wait_for()
    controls: tuple[str, ...] = (*_KINDS, "provider", "chosen_providers", "continue")
    yield _saved(page, "scope-providers", "scope", controls, _ORGANISATION | _PROVIDER)
    page.get_by_role("radio", name="Per dienst").check()
    _press(page, "Diensten zoeken")
    page.get_by_role("searchbox", name="Zoek een dienst").fill("Verzuimmelder")
    page.get_by_role("checkbox", name="Verzuimmelder (UWV)").wait_for()
    page.get_by_text("3 diensten gevonden").wait_for()
    controls = (*_KINDS, "open_search", "service_search", "service", "add_services", "continue")
    yield _saved(page, "scope-dialog", "scope", controls, _ORGANISATION | _SERVICE)
    page.get_by_role("checkbox", name="Verzuimmelder (UWV)").check()
    _press(page, "Toevoegen")
    page.get_by_role("list", name="Gekozen diensten").wait_for()
    controls = (*_KINDS, "open_search", "chosen_services", "continue")
    yield _saved(page, "scope-services", "scope", controls, _ORGANISATION | _SERVICE)


def _press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def _saved(
    page: Page, name: str, screen: str, controls: tuple[str, ...], known: dict[str, str] | None = None
) -> SavedPage:
    profile, known = load(), known or {}
    wanted = {control: (screen, control) for control in controls}
    if screen != "sign_in":
        wanted["shell.organisation"] = ("shell", "organisation")
    truth = {}
    for number, (key, (on, control)) in enumerate(wanted.items()):
        element = found(page, profile, on, control, known)
        assert element is not None, f"the mock portal shows no {on}.{control}"
        truth[key] = f"#{element.evaluate('(element, id) => element.id ||= id', f't{number}')}"
    html = page.evaluate(_PLAIN)
    for number, old in enumerate(dict.fromkeys(_RANDOM_ID.findall(html))):  # the ids differ at every load
        html = re.sub(rf"\b{old}\b", f"m{number}", html)
        truth = {key: re.sub(rf"\b{old}\b", f"m{number}", css) for key, css in truth.items()}
    return SavedPage(f"mock-{name}", html, screen, known, truth)


def found(page: Page, profile: Profile, screen: str, control: str, known: dict[str, str]) -> Locator | None:
    """The element of a control, if one of the profile's locators finds just one that is visible."""
    filled = {k: v for k, v in known.items() if k in {"kvk", "provider", "service"}}
    for locator in profile.screens[screen].get(control, ()):
        root = found(page, profile, screen, locator.within, known) if locator.within else page
        seen = visible(locate(root, locator, **filled)) if root else None
        if seen is not None and seen.count() == 1:
            return seen
    return None
