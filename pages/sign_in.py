"""Step 1: signing in, in as many screens as the portal asks for."""

from __future__ import annotations

from enum import Enum, auto

from playwright.sync_api import Locator
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from automation.domain import KvkNumber
from automation.errors import PortalRefused
from pages.controls import Button, OneTimeCode, SecretField, Text, TextField, Toggle
from pages.controls.options import labels
from pages.locating import missing, plain_text, visible
from pages.screen import Part, Screen
from pages.shell import Shell


class Asked(Enum):
    """What the portal asks for next."""

    CODE = auto()
    ORGANISATION = auto()
    NOTHING = auto()


class SignIn(Screen):
    """The sign-in: user name and password, a one-time code, and for whom one acts."""

    name = "sign_in"
    ready = "username"

    username = Part(TextField)
    password = Part(SecretField)
    submit = Part(Button)
    code = Part(OneTimeCode)
    submit_code = Part(Button)
    organisation = Part(Toggle)
    organisations = Part(Toggle)
    choose_organisation = Part(Button)
    no_access = Part(Text)

    def enter_password(self, username: str, password: str) -> Asked:
        """Send user name and password; what is asked next. PortalRefused with the portal's words."""
        self.username.fill(username)
        try:
            self.password.fill(password)
            self.submit.press()
            return self._asked_next()
        finally:
            self.password.clear()

    def enter_code(self, code: str) -> Asked:
        """Send the one-time code; what is asked next. PortalRefused with the portal's words."""
        try:
            self.code.fill(code)
            self.submit_code.press()
            return self._asked_next(but=Asked.CODE)
        finally:
            self.code.clear()

    def choose(self, kvk: KvkNumber) -> Asked:
        """Act for this organisation; ControlError when it is not among the choices, or twice."""
        self.organisation.turn_on(kvk=kvk)
        return self._chosen()

    def choose_at(self, position: int) -> Asked:
        """Act for the organisation at this place among the choices, from 0."""
        self._choices().nth(position).check()
        return self._chosen()

    def _chosen(self) -> Asked:
        if self.choose_organisation.required or self.choose_organisation.present:
            self.choose_organisation.press()
        return self._asked_next(but=Asked.ORGANISATION)

    def choices(self) -> list[str]:
        """For whom one may act, in the portal's words."""
        return labels(self._choices())

    def _choices(self) -> Locator:
        found = [visible(candidate) for candidate in self.candidates("organisations")]
        return next((candidate for candidate in found if candidate.count()), found[0])

    def offers(self, kvk: KvkNumber) -> bool:
        """Whether this organisation is among the choices."""
        return any(visible(candidate).count() for candidate in self.candidates("organisation", kvk=kvk))

    def _asked_next(self, but: Asked | None = None) -> Asked:
        """Wait for what comes, other than what was just answered."""
        self.view.wait_until_idle()
        answers = {Asked.CODE: "code", Asked.ORGANISATION: "organisations"}
        coming = [
            (asked, c) for asked, control in answers.items() for c in self.candidates(control) if asked is not but
        ]
        coming += [(Asked.NOTHING, c) for c in Shell(self.view).signs_of_being_in()]
        refusals = [*self.candidates("error"), *self.candidates("no_access")]
        try:
            index = self.view.wait_for_any(*refusals, *(c for _, c in coming))
        except PlaywrightTimeout:
            raise missing(self, "submit", "was pressed, and what came is not known") from None
        if index < len(refusals):
            alerts = [c for c in self.candidates("error") if visible(c).count()]
            raise PortalRefused(f"“{plain_text(alerts[0] if alerts else refusals[index])}”")
        return coming[index - len(refusals)][0]
