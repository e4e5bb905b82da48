"""Step 1: signs in with an account, and checks which organisation it then acts for."""

from __future__ import annotations

import time
from collections.abc import Callable

from automation.domain import Organisation
from automation.errors import GrantError, PortalRefused, SignInError, SignInRefused
from automation.inputs.accounts import Account
from automation.law.gate import acts_for
from automation.machine.masking import SECRETS
from automation.session.codes import Wait
from pages.beheermodule import Beheermodule
from pages.profile import Refusal
from pages.sign_in import Required, SignIn

_MOMENT = 0.25  # seconds
_NOT_AGAIN = "keten does not try again, since that may lock the account: "
_REFUSALS: dict[Refusal | Required, tuple[str, str]] = {
    "last-try": (
        "the portal refuses the sign-in of '{account}' and warns: one more wrong try locks the account",
        "Sign in by hand first (`keten login`), and only then correct the settings.",
    ),
    "locked": (
        "the account '{account}' is locked",
        "Have it unlocked at the portal, correct the settings, and run `keten login` once.",
    ),
    "level": (
        "the portal does not admit '{account}': its means of signing in has too low a level",
        "The Beheermodule needs eHerkenning of level EH3 or higher: use such a means.",
    ),
    "expired-code": (
        "the portal refuses the one-time code of '{account}': it has expired",
        "Use a newer code; one that is made here is late when this machine's clock is: set the clock.",
    ),
    Required.NOTHING: (
        "the portal refuses the sign-in of '{account}': user name or password",
        "check KETEN_USERNAME and KETEN_PASSWORD (or those of the account).",
    ),
    Required.CODE: (
        "the portal refuses the one-time code of '{account}'",
        "check that the second factor (KETEN_TOTP_SECRET, or the command) is this account's.",
    ),
}
"""What a refusal is, and what to do, by the portal's words; else by what was answered last."""


def sign_in(
    portal: Beheermodule, account: Account, organisation: Organisation | None, next_code: Callable[[], str]
) -> None:
    """Sign in once, with no second try: accounts lock. `organisation` None: the account is sure to have only one.

    SignInRefused with the portal's words when it refuses; SignInError when the organisation is not offered.
    """
    screen = portal.open_sign_in()
    asked = enter(screen, account, next_code)
    if asked is Required.ORGANISATION:
        if organisation is None:
            raise SignInError(
                f"'{account.username}' can act for several organisations, and none is named",
                "Give the KvK number of the one to act for: in tests, by a fixture `keten_organisation`.",
            )
        try:
            asked = _choose(screen, account, organisation)
        except GrantError as refusal:
            raise SignInError(
                f"the portal does not let '{account.username}' act for {organisation.kvk}: {refusal.message}"
            ) from None
    if asked is not Required.NOTHING:
        raise SignInError(f"the portal keeps asking ({asked.name.lower()}) after the sign-in was done")


def with_page_at_work(portal: Beheermodule, wait: Wait) -> Wait:
    """Waits as `wait` does, the page going on meanwhile: while Python alone waits, no request of it gets through."""

    def waiting(seconds: float) -> None:
        end = time.monotonic() + seconds
        while True:
            wait(0)
            left = end - time.monotonic()
            portal.page.wait_for_timeout(max(1.0, 1000 * min(left, _MOMENT)))
            if left <= _MOMENT:
                return

    return waiting


def enter(screen: SignIn, account: Account, next_code: Callable[[], str]) -> Required:
    """User name, password and, where it is asked for, the one-time code; what the portal asks next.

    SignInRefused, with the portal's words, when it refuses.
    """
    answered, code = Required.NOTHING, ""
    SECRETS.add(*(secret.get_secret_value() for secret in (account.password, account.totp_secret) if secret))
    try:
        asked = screen.enter_password(account.username or "", account.password or "")
        if asked is Required.CODE:
            code = next_code()
            answered = asked
            asked = screen.enter_code(code)
    except PortalRefused as refusal:
        words = SECRETS.text(refusal.message)  # which may hold the code, and are told when it is known no more
        SECRETS.forget_code(code)
        kind = screen.profile.sign_in_refusals.named(refusal.message)
        what, hint = _REFUSALS[kind or answered]
        start = _NOT_AGAIN if kind is None else ""
        raise SignInRefused(f"{what.format(account=account.username)}: {words}", start + hint, words) from None
    SECRETS.forget_code(code)
    return asked


def _choose(screen: SignIn, account: Account, organisation: Organisation) -> Required:
    """Law 2.3: the KvK number decides, else the whole name, and never one of two equal ones."""
    if screen.offers(organisation.kvk):
        return screen.choose(organisation.kvk)
    fitting = [place for place, words in enumerate(screen.choices()) if acts_for(organisation, words)]
    if len(fitting) > 1:
        raise SignInError(
            f"'{account.username}' can act for {len(fitting)} organisations named “{organisation.name}”, and the "
            "portal shows no KvK numbers to tell them apart",
            "Nothing was chosen. Sign in by hand as the right one: KETEN_SECOND_FACTOR=by-hand and `keten login`.",
        )
    if not fitting:
        raise SignInError(
            f"'{account.username}' cannot act for {organisation.kvk}: the portal does not offer it",
            "Is the KvK number of `organisation` right, and the account the one for it?",
        )
    return screen.choose_at(fitting[0])


def check_organisation(portal: Beheermodule, organisation: Organisation) -> str:
    """The organisation that the portal shows; SignInError when it is not the scenario's (law 2.3)."""
    shown = portal.organisation()
    if not acts_for(organisation, shown):
        raise SignInError(
            f"you act for “{shown}” at the portal, and the scenario is for {organisation.name} ({organisation.kvk})",
            "Nothing was recorded. Use the account of that organisation (`organisation.account`).",
        )
    return shown
