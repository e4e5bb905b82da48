"""Step 1: signing in, in as many screens as the portal asks for."""

from __future__ import annotations

from contextlib import suppress
from enum import Enum, auto

from playwright.sync_api import Locator
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from pydantic import SecretStr

from automation.domain import KvkNumber
from automation.errors import ControlError, PortalRefused
from pages.controls import Button, Offer, OneTimeCode, SecretField, Text, UserName
from pages.controls.control import Control
from pages.controls.options import labels
from pages.controls.text_fields import sealed
from pages.locating import any_shown, plain_text, visible
from pages.screen import Part, Screen
from pages.shell import Shell


class Required(Enum):
    """What the portal asks for next."""

    CODE = auto()
    ORGANISATION = auto()
    NOTHING = auto()


class SignIn(Screen):
    """The sign-in: user name and password, a one-time code, and the organisation to act for.

    For example:

        def test_a_wrong_password_is_refused(page, portal):
            sign_in = Beheermodule(page, portal.profile, portal.url).open_sign_in()
            with pytest.raises(PortalRefused):
                sign_in.enter_password("beheerder", "not this one")
    """

    name = "sign_in"
    ready = "username"

    username = Part(UserName)
    password = Part(SecretField)
    submit = Part(Button)
    code = Part(OneTimeCode)
    submit_code = Part(Button)
    organisation = Part(Offer)
    organisations = Part(Offer)
    choose_organisation = Part(Button)
    forward = Part(Button, "continue")
    no_access = Part(Text)

    def enter_password(self, username: str, password: str | SecretStr) -> Required:
        """Send user name and password; what is asked next. PortalRefused with the portal's words."""
        password = sealed(password)
        self.username.fill(username)
        if self.forward.present and not self.password.present:  # some portals ask for one after the other
            self.forward.press()
            self.view.wait_until_idle()
            with suppress(PlaywrightTimeout):  # then the password is missing, and told of as such
                self.view.wait_for_any(*self.candidates("password"), signing_in=True)
        before = self.alerts()
        try:
            self.password.fill(password)
            self.submit.press()
            return self._asked_next(before, answered="password")
        finally:
            self.password.clear()

    def enter_code(self, code: str | SecretStr) -> Required:
        """Send the one-time code; what is asked next. PortalRefused with the portal's words."""
        code = sealed(code)
        before = self.alerts()
        try:
            self.code.fill(code)
            self.submit_code.press()
            return self._asked_next(before, answered="code", but=Required.CODE)
        finally:
            self.code.clear()

    def choose(self, kvk: KvkNumber) -> Required:
        """Act for this organisation; ControlError when it is not among the choices, or twice."""
        before = self.alerts()
        self.organisation.take(kvk=kvk)
        return self._chosen(before)

    def choose_at(self, position: int) -> Required:
        """Act for the organisation at this place among the choices, from 0."""
        before = self.alerts()
        self.organisations.take_this(self._choices().nth(position))
        return self._chosen(before)

    def _chosen(self, before: list[str]) -> Required:
        buttons = self.candidates("choose_organisation")
        if buttons:  # where there is one, it may be there only once something is chosen
            with suppress(PlaywrightTimeout):
                others = [*Shell(self.view).signs_of_being_in(), *self.new_alerts(before)]
                if self.view.wait_for_any(*buttons, *others, signing_in=True) < len(buttons):
                    self.choose_organisation.press()
        return self._asked_next(before, answered="organisations", but=Required.ORGANISATION)

    def choices(self) -> list[str]:
        """The organisations that one may act for, in the portal's words."""
        return labels(self._choices())

    def _choices(self) -> Locator:
        found = [visible(candidate) for candidate in self.candidates("organisations")]
        return next((candidate for candidate in found if candidate.count()), found[0])

    def offers(self, kvk: KvkNumber) -> bool:
        """Whether this organisation is among the choices."""
        return any_shown(self.candidates("organisation", kvk=kvk))

    def _asked_next(self, before: list[str], *, answered: str, but: Required | None = None) -> Required:
        """Wait for what comes, other than what was just answered and the alerts that were there before."""
        self.view.wait_until_idle()
        answers = {Required.CODE: "code", Required.ORGANISATION: "organisations"}
        coming = [
            (asked, c) for asked, control in answers.items() for c in self.candidates(control) if asked is not but
        ]
        coming += [(Required.NOTHING, c) for c in Shell(self.view).signs_of_being_in()]
        alerts = self.new_alerts(before)
        refusals = [*alerts, *self.candidates("no_access")]
        try:
            index = self.view.wait_for_any(*refusals, *(c for _, c in coming), signing_in=True)
        except PlaywrightTimeout:
            if Control(self.place(answered)).present:  # it is slow, or refuses in unknown words
                raise ControlError(
                    f"the portal did not answer the sign-in in time, and still asks for it (at {self.view.page.url})",
                    "Accounts lock: look at the portal before you try again. Where it was slow, raise KETEN_TIMEOUT; "
                    "where it said something, name the place in the profile (screens.sign_in.error).",
                ) from None
            raise self.place("submit").missing("was pressed, and the screen that followed is not known") from None
        if index < len(refusals):
            said = next((c for c in alerts if visible(c).count()), refusals[index])
            raise PortalRefused(f"“{plain_text(said)}”")
        return coming[index - len(refusals)][0]
