"""Signs in for doctor: looks at each screen of the sign-in first, and types nothing into what is only guessed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from automation.doctor.findings import Findings
from automation.doctor.ground import Ground
from automation.doctor.guessing.purposes import PHASES
from automation.doctor.probe import Probe
from automation.doctor.route import Notes, Stopped
from automation.domain import KvkNumber
from automation.errors import SignInError, SignInRefused
from automation.inputs.accounts import Account
from automation.machine.masking import SECRETS
from pages.locating import plain_text, visible
from pages.place import Place
from pages.profile import Profile
from pages.sign_in import SignIn

if TYPE_CHECKING:
    from playwright.sync_api import Page

_PASSWORD, _CODE = PHASES["sign_in"]


class Entry:
    """The way in. `next_code` gives a one-time code; `organisation`: whom to act for where one can choose."""

    def __init__(
        self,
        base: Profile,
        account: Account,
        next_code: Callable[[], str],
        organisation: str | None,
        findings: Findings,
        notes: Notes,
        keep: Callable[[Page, str], None],
    ) -> None:
        self._base, self._account, self._next_code = base, account, next_code
        self._organisation, self._findings, self._notes, self._keep = organisation, findings, notes, keep

    def sign_in(self, ground: Ground) -> None:
        """Once, with no second try. SignInError with the portal's words, Stopped where a control is only guessed."""
        ground.view.open(ground.address)
        ground.rest()
        self._look(ground, _PASSWORD)
        self._keep(ground.page, "sign_in")
        screen = SignIn(ground.view)
        if ground.sees("sign_in", "continue") and not ground.sees("sign_in", "password"):
            self._must_be_known(ground, ("username",))
            screen.username.fill(self._account.username or "")
            screen.forward.press()  # some portals ask for one after the other
            ground.rest()
            self._look(ground, _PASSWORD[1:])
            self._must_be_known(ground, _PASSWORD[1:])
        else:
            self._must_be_known(ground, _PASSWORD)
            screen.username.fill(self._account.username or "")
        screen = SignIn(ground.view)
        try:
            password = self._account.password
            screen.password.fill(password.get_secret_value() if password else "")
            screen.submit.press()
            ground.rest()
        finally:
            screen.password.clear()
        self._stop_if_refused(ground)
        if self._asks_for_code(ground):
            self._code(ground)
        if ground.sees("sign_in", "organisations"):
            self._choose(ground)
        if ground.sees("sign_in", "password") or ground.sees("sign_in", "code"):
            raise SignInError(
                "the portal still asks to sign in after the sign-in", "Look at the pictures that doctor kept."
            )

    def _code(self, ground: Ground) -> None:
        self._keep(ground.page, "sign_in-code")
        self._must_be_known(ground, _CODE)
        code = self._next_code()
        screen = SignIn(ground.view)
        try:
            screen.code.fill(code)
            screen.submit_code.press()
            ground.rest()
        finally:
            screen.code.clear()
        try:
            self._stop_if_refused(ground)
        finally:
            SECRETS.forget_code(code)

    def _asks_for_code(self, ground: Ground) -> bool:
        """Whether a code is asked for, by whatever name: a field of a form that is not the application's."""
        if ground.sees("shell", "organisation") or ground.sees("sign_in", "organisations"):
            return False
        if not ground.sees("sign_in", "code") and not ground.page.locator("input:visible").count():
            return False
        if ground.page.locator("nav a:visible, table:visible").count():
            return False
        self._look(ground, _CODE)
        return ground.sees("sign_in", "code")

    def _choose(self, ground: Ground) -> None:
        if self._organisation is None:
            raise SignInError(
                f"'{self._account.username}' can act for several organisations", "Choose one with --organisation KVK."
            )
        self._look(ground, ("organisations", "choose_organisation"))
        self._notes.known["kvk"] = self._organisation
        self._look(ground, ("organisation",))
        self._keep(ground.page, "sign_in-organisation")
        screen = SignIn(ground.view)
        screen.choose(KvkNumber(self._organisation))
        ground.rest()
        self._stop_if_refused(ground)

    def _look(self, ground: Ground, controls: tuple[str, ...]) -> None:
        probe = Probe(ground, self._base, self._notes.known, ())
        self._findings.add(probe.look("sign_in", controls, controls))

    @staticmethod
    def _must_be_known(ground: Ground, controls: tuple[str, ...]) -> None:
        guesses = [control for control in controls if ("sign_in", control) in ground.guessed]
        lacking = [control for control in controls if not ground.sees("sign_in", control)]
        if lacking:
            raise Stopped(f"sign_in.{lacking[0]} was not found, and no other element fits")
        if guesses:
            raise Stopped(f"{', '.join(f'sign_in.{g}' for g in guesses)} is only guessed, so nothing was typed or sent")

    def _stop_if_refused(self, ground: Ground) -> None:
        places = [Place(ground.view, "sign_in", control) for control in ("no_access", "error")]
        told = [visible(c) for place in places for c in place.candidates()]
        words = next((plain_text(t) for t in told if t.count()), None)
        still = any(ground.sees("sign_in", control) for control in ("password", "code"))
        words = None if words is None else SECRETS.text(words)
        if words is not None and (still or ground.sees("sign_in", "no_access")):
            raise SignInRefused(
                f"the portal refuses the sign-in of '{self._account.username}': “{words}”",
                "keten does not try again, because accounts lock: correct the cause first.",
                words,
            )
