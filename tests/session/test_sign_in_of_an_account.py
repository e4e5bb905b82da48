"""Signing in: how refusals are named, which organisation is chosen, and what goes on while one waits for a code."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any, cast

import pytest
from playwright.sync_api import Page, Route

from automation.domain import KvkNumber, Organisation
from automation.errors import ControlError, PortalRefused, SignInError, SignInRefused
from automation.inputs import profile
from automation.inputs.accounts import Account
from automation.machine.masking import MASK, SECRETS
from automation.session.sign_in import sign_in, with_page_at_work
from pages.beheermodule import Beheermodule
from pages.sign_in import Required

OWN = Organisation(KvkNumber("90000102"), "Voorbeeld Holding B.V.")
ACCOUNT = Account.model_validate({"username": "beheerder", "password": "p"})


class Portal:
    """A portal that refuses at one step with some words, or offers organisations to choose from."""

    profile = profile.load()

    def __init__(
        self,
        *,
        at_password: str = "",
        at_code: str = "",
        choices: tuple[str, ...] = (),
        breaks: Exception | None = None,
    ) -> None:
        self._at_password, self._at_code, self._choices, self._breaks = at_password, at_code, choices, breaks
        self.chosen: str | int | None = None

    def open_sign_in(self) -> Portal:
        return self

    def enter_password(self, username: str, password: str) -> Required:
        if self._at_password:
            raise PortalRefused(f"“{self._at_password}”")
        return Required.CODE

    def enter_code(self, code: str) -> Required:
        if self._breaks:
            raise self._breaks
        if self._at_code:
            raise PortalRefused(f"“{self._at_code}”")
        return Required.ORGANISATION if self._choices else Required.NOTHING

    def offers(self, kvk: KvkNumber) -> bool:
        return any(f"KvK {kvk}" in choice for choice in self._choices)

    def choices(self) -> list[str]:
        return list(self._choices)

    def choose(self, kvk: KvkNumber) -> Required:
        self.chosen = kvk
        return Required.NOTHING

    def choose_at(self, position: int) -> Required:
        self.chosen = position
        return Required.NOTHING


def enter(portal: Portal, organisation: Organisation | None = OWN) -> None:
    sign_in(cast("Beheermodule", portal), ACCOUNT, organisation, lambda: "123456")


@pytest.mark.parametrize(
    ("portal", "what", "hint"),
    [
        ({"at_password": "Onjuist. U heeft nog 2 pogingen."}, "user name or password", "KETEN_PASSWORD"),
        ({"at_password": "Onjuist. Let op: u heeft nog 1 poging."}, "one more wrong try locks", "keten login"),
        ({"at_code": "Nog 1 poging, daarna is uw account geblokkeerd."}, "one more wrong try locks", "keten login"),
        ({"at_password": "Uw account is geblokkeerd."}, "is locked", "unlocked"),
        ({"at_code": "De code is onjuist."}, "refuses the one-time code of 'beheerder'", "second factor"),
        ({"at_code": "Deze code is verlopen."}, "it has expired", "clock"),
        ({"at_code": "Uw inlogmiddel heeft niveau EH2."}, "too low a level", "EH3"),
    ],
)
def test_a_refusal_is_named_with_the_portals_words_and_what_to_do(portal: dict[str, Any], what: str, hint: str) -> None:
    with pytest.raises(SignInRefused, match=what) as caught:
        enter(Portal(**portal))

    words = next(iter(portal.values()))
    assert caught.value.words == f"“{words}”"
    assert words in caught.value.message
    assert hint in caught.value.hint


@pytest.mark.parametrize("words", ["", "Code 123456 is verlopen."], ids=["let in", "refused"])
def test_a_code_that_was_sent_is_no_secret_any_more_and_the_portals_words_do_not_tell_it(words: str) -> None:
    SECRETS.add_code("123456")
    with pytest.raises(SignInRefused) if words else nullcontext() as refused:
        enter(Portal(at_code=words))

    assert SECRETS.text("reference 123456") == "reference 123456"
    assert not refused or "123456" not in f"{refused.value} {refused.value.words}"


def test_a_code_that_may_not_have_been_sent_stays_a_secret() -> None:
    SECRETS.add_code("123456")
    with pytest.raises(ControlError):
        enter(Portal(at_code="", breaks=ControlError("the button is missing")))

    assert SECRETS.text("code 123456") == f"code {MASK}"


@pytest.mark.parametrize(
    ("choices", "chosen"),
    [
        (("Ander B.V. (KvK 90000201)", "Voorbeeld Holding B.V. (KvK 90000102)"), "90000102"),
        (("Voorbeeld Vastgoed B.V.", "Voorbeeld Holding B.V."), 1),
        (("VOORBEELD HOLDING BV", "Voorbeeld Holding N.V."), 0),
    ],
)
def test_the_organisation_of_the_scenario_is_chosen_by_number_else_by_its_whole_name(
    choices: tuple[str, ...], chosen: str | int
) -> None:
    portal = Portal(choices=choices)
    enter(portal)

    assert portal.chosen == chosen


@pytest.mark.parametrize(
    ("choices", "told"),
    [
        (("Voorbeeld Holding B.V.", "Voorbeeld Holding BV"), "2 organisations named"),
        (("Voorbeeld Holding N.V.", "Ander B.V."), "does not offer it"),
        (("Voorbeeld Holding B.V. (KvK 90000201)", "Ander B.V. (KvK 90000300)"), "does not offer it"),
    ],
    ids=["two equal names", "only another legal form", "only another number"],
)
def test_nothing_is_chosen_where_it_is_not_sure(choices: tuple[str, ...], told: str) -> None:
    portal = Portal(choices=choices)

    with pytest.raises(SignInError, match=told):
        enter(portal)
    assert portal.chosen is None


def test_a_choice_that_nobody_named_is_not_made() -> None:
    with pytest.raises(SignInError, match="none is named"):
        enter(Portal(choices=("A", "B")), organisation=None)


def test_a_page_gets_its_requests_through_while_a_code_is_waited_for(page: Page) -> None:
    got_through: list[str] = []

    def let_through(route: Route) -> None:
        got_through.append(route.request.url)
        route.fulfill(body="")

    page.route("**/late", let_through)
    page.set_content("<script>setTimeout(() => fetch('https://portal.example/late'), 200)</script>")
    checked: list[float] = []

    with_page_at_work(Beheermodule(page, profile.load(), "https://portal.example/beheer"), checked.append)(1.5)

    assert got_through == ["https://portal.example/late"]
    assert set(checked) == {0}
