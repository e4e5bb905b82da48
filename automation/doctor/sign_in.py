"""Signs in for doctor as a run does, but looks at each screen first and types nothing into what is only guessed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from automation.doctor.findings import Findings
from automation.doctor.ground import Ground
from automation.doctor.guessing.purposes import PHASES
from automation.doctor.probe import Probe
from automation.doctor.route import Notes, Stopped
from automation.domain import KvkNumber
from automation.errors import ControlError, PortalRefused, SignInError
from automation.inputs.accounts import Account
from automation.machine.masking import SECRETS
from automation.session.sign_in import enter
from pages.profile import Profile
from pages.sign_in import Required, SignIn
from pages.view import View

if TYPE_CHECKING:
    from playwright.sync_api import Page

_PASSWORD, _CODE = PHASES["sign_in"]


class _ProbedSignIn(SignIn):
    """The sign-in of runs, which calls `probe` where the password has a screen of its own, before it is typed."""

    def __init__(self, view: View, probe: Callable[[], None]) -> None:
        super().__init__(view)
        self._probe = probe

    def enter_username(self, username: str) -> None:
        """Fill in the user name, and look at the screen of the password where that is another."""
        one_by_one = self.asks_one_by_one
        super().enter_username(username)
        if one_by_one:
            self._probe()


@dataclass(frozen=True, kw_only=True)
class DoctorSignIn:
    """One sign-in: what it types, and where it reports what it finds."""

    base: Profile
    """The profile without any guess."""
    account: Account
    next_code: Callable[[], str]
    organisation: str | None
    """The KvK number of the organisation to act for, where the portal offers several."""
    findings: Findings
    notes: Notes
    keep: Callable[[Page, str], None]
    """Called with the name of each screen that is reached."""

    def sign_in(self, ground: Ground) -> None:
        """Sign in once, with no second try.

        Raises SignInError with the portal's words when it refuses, and Stopped where a control is only guessed.
        """
        ground.page.set_default_timeout(ground.patience * 1000)  # as in a run: an answer that is late is no refusal
        ground.view.open(ground.address)
        ground.rest()
        screen = _ProbedSignIn(ground.view, lambda: self._password(ground))  # which reads by no guess
        first = (*_PASSWORD[:1], "continue") if screen.asks_one_by_one else _PASSWORD
        self._look(ground, first)
        self.keep(ground.page, "sign_in")
        self._must_be_known(ground, first)
        try:
            asked = enter(screen, self.account, lambda: self._code(ground))
        except ControlError as error:
            ground.rest()
            self._stop_unless_signed_in(ground, screen, error)
            return
        if asked is Required.ORGANISATION:
            self._choose(ground)

    def _password(self, ground: Ground) -> None:
        ground.rest()
        self._look(ground, _PASSWORD[1:])
        self._must_be_known(ground, _PASSWORD[1:])

    def _code(self, ground: Ground) -> str:
        ground.rest()
        self._look(ground, _CODE)
        self.keep(ground.page, "sign_in-code")
        self._must_be_known(ground, _CODE)
        return self.next_code()

    def _stop_unless_signed_in(self, ground: Ground, screen: SignIn, error: ControlError) -> None:
        """Called when the next screen is unknown: a renamed overview is fine, a renamed field of the sign-in is not."""
        if screen.password.present or screen.code.present:
            raise SignInError(error.message, error.hint)
        if self._asks_for_code(ground):
            self._look(ground, _CODE)
            self.keep(ground.page, "sign_in-code")
            if ground.sees("sign_in", "code"):
                self._must_be_known(ground, _CODE)

    @staticmethod
    def _asks_for_code(ground: Ground) -> bool:
        """Whether the page has a form, and nothing that only the application behind the sign-in has."""
        inside = ground.sees("shell", "organisation") or ground.page.locator("nav a:visible, table:visible").count()
        return not inside and ground.page.locator("input:visible").count() > 0

    def _choose(self, ground: Ground) -> None:
        if self.organisation is None:
            raise SignInError(
                f"the account '{self.account.username}' can act for several organisations",
                "Choose one with --organisation KVK.",
            )
        self._look(ground, ("organisations", "choose_organisation"))
        self.notes.known["kvk"] = self.organisation
        self._look(ground, ("organisation",))
        self.keep(ground.page, "sign_in-organisation")
        try:
            SignIn(ground.view).choose(KvkNumber(self.organisation))
        except PortalRefused as refusal:
            words = SECRETS.text(refusal.message)
            raise SignInError(
                f"the portal does not let '{self.account.username}' act for {self.organisation}: {words}"
            ) from None
        except ControlError:
            ground.rest()
            if ground.sees("sign_in", "organisations"):
                raise

    def _look(self, ground: Ground, controls: tuple[str, ...]) -> None:
        probe = Probe(ground, self.base, self.notes.known, ())
        self.findings.add(probe.look("sign_in", controls, controls))

    @staticmethod
    def _must_be_known(ground: Ground, controls: tuple[str, ...]) -> None:
        lacking = [control for control in controls if not ground.sees("sign_in", control)]
        if lacking:
            raise Stopped(f"sign_in.{lacking[0]} was not found, and no other element fits")
        if guesses := [f"sign_in.{control}" for control in controls if ("sign_in", control) in ground.guessed]:
            raise Stopped(f"{', '.join(guesses)} is only guessed, so nothing was typed or sent")
