"""Fixture pages in the manner of component libraries, as screens of a portal whose profile finds their controls."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import Page, Route

from automation.inputs.profile import load
from pages.controls import combobox
from pages.profile import Profile
from pages.view import View

FOLDER = Path(__file__).with_name("widgets")
ORIGIN = "http://127.0.0.1"
PROVIDERS = [
    ["UWV"],
    ["UWV (oud)"],
    ["Kamer\u00a0van Koophandel"],
    ["Belastingdienst"],
    ["SVB", "disabled"],
    ["RVO"],
    ["RVO"],
]

Open = Callable[..., View]


def with_screens(**screens: dict[str, Any]) -> Profile:
    """The built-in profile with other controls on these screens; one without a locator is not described.

    None is what a person writes as null: the portal lacks the control.
    """
    built_in = load().model_dump(exclude_none=True)
    merged = {
        name: {key: value for key, value in {**built_in["screens"].get(name, {}), **controls}.items() if value}
        for name, controls in screens.items()
    }
    profile = Profile.model_validate({**built_in, "screens": {**built_in["screens"], **merged}})
    return profile.without(
        (name, key) for name, controls in screens.items() for key in controls if controls[key] is None
    )


@pytest.fixture
def opened(page: Page, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Opens a fixture page in a manner, with a profile that knows the controls given by screen."""
    monkeypatch.setattr(combobox, "DEBOUNCE", 0.2)
    page.set_default_timeout(2500)
    page.route(f"{ORIGIN}/**", _serve)

    def open_(pattern: str, manner: str, profile: Profile, **options: str) -> View:
        page.goto(f"{ORIGIN}/{pattern}.html?{urlencode({'manner': manner, **options})}", wait_until="domcontentloaded")
        return View(page, profile, ORIGIN)

    return open_


def screen_of(page: Page) -> str:
    """All that a person sees of the page, what its fields hold, and whether a list is open."""
    return str(
        page.evaluate(
            "() => [document.body.innerText, ...[...document.querySelectorAll('input, select')]"
            ".map(e => /radio|checkbox/.test(e.type) ? e.checked : e.value)].join('|')"
        )
    )


def _serve(route: Route) -> None:
    address = urlsplit(route.request.url)
    if address.path == "/dienstverleners":
        query = parse_qs(address.query).get("zoek", [""])[0].casefold()
        found = [one for one in PROVIDERS if " ".join(query.split()) in " ".join(one[0].split()).casefold()]
        route.fulfill(body=json.dumps(found), content_type="application/json")
    elif (FOLDER / address.path.lstrip("/")).is_file():
        route.fulfill(path=FOLDER / address.path.lstrip("/"))
    else:
        route.fulfill(status=404)
