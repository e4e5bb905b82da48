"""Sign-ins that the portal refused: an unattended run does not try the same credentials again (law 6)."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC

from automation.errors import SignInError, SignInRefused
from automation.inputs.accounts import Account
from automation.journal.journal import Journal, SignInLine
from automation.machine.person import Person

_WORK = {"n": 2**14, "r": 8, "p": 1}  # of scrypt: some 50 ms, so that nobody tries passwords against a stolen journal


class RefusedSignIns:
    """What the journal knows of the sign-ins of one account at one portal (an origin).

    `named` is the account's name in the settings, None for the one without. No credential is kept: a fingerprint under
    a key of the journal's own tells whether they have changed since.
    """

    def __init__(self, journal: Journal, portal: str, named: str | None, account: Account, person: Person) -> None:
        self._journal, self._portal, self._named = journal, portal, (named or "").casefold()
        self._account, self._person = account, person
        self._once_more = False

    @property
    def standing(self) -> SignInLine | None:
        """The refusal of these very credentials; None when there was none, or the account signed in since."""
        last = self._journal.last_sign_in(self._portal, self._named)
        return last if last and last.refused and last.fingerprint == self._fingerprint() else None

    def check(self) -> None:
        """SignInError when these credentials were refused before, unless a person says that they be tried once more."""
        refusal = self.standing
        if refusal is None or self._once_more:
            return
        when = f"{refusal.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        told = f"the portal refused the sign-in of '{self._account.username}' on {when}: {refusal.words}"
        if self._person.there:
            self._once_more = self._agreed(
                f"{told}\nA few refusals may lock the account. Try the same credentials again? [y/N] "
            )
        if not self._once_more:
            raise SignInError(
                told + "; keten does not try the same credentials again, since that may lock the account",
                "Correct the credentials in the settings, or sign in with `keten login`: then runs sign in again.",
            )

    def _agreed(self, question: str) -> bool:
        try:
            answer = self._person.ask(question, hidden=False, check=lambda: None)
        except TimeoutError:
            return False
        return answer.strip().casefold() in {"y", "yes", "j", "ja"}

    def remember(self, refusal: SignInRefused) -> None:
        """These credentials were refused just now."""
        self._once_more = False
        self._journal.remember_sign_in(
            self._portal, self._named, refused=True, fingerprint=self._fingerprint(), words=refusal.words
        )

    def forget(self) -> None:
        """The portal has let the account in."""
        last = self._journal.last_sign_in(self._portal, self._named)
        if last is not None and last.refused:
            self._journal.remember_sign_in(self._portal, self._named, refused=False, fingerprint="", words="")

    def _fingerprint(self) -> str:
        own = self._account
        held = [
            value.get_secret_value() if value else None
            for value in (own.password, own.totp_secret if own.second_factor == "totp" else None)
        ]
        factor = [own.second_factor, own.second_factor_command if own.second_factor == "command" else None]
        text = json.dumps([self._portal, self._named, own.username, *held, *factor])
        return hashlib.scrypt(text.encode(), salt=self._journal.key("sign-ins"), dklen=32, **_WORK).hex()
