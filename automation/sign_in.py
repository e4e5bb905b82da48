"""Step 1: signs in with an account, and sees for whom it then acts."""

from __future__ import annotations

from collections.abc import Callable

from automation.domain import Organisation
from automation.errors import PortalRefused, SignInError
from automation.gate import acts_for
from automation.one_time_codes import Totp
from automation.settings import Account
from pages.beheermodule import Beheermodule
from pages.sign_in import Asked


def sign_in(
    portal: Beheermodule,
    account: Account,
    organisation: Organisation | None,
    codes: Totp,
    wait: Callable[[float], None],
) -> None:
    """Sign in once, with no second try: accounts lock. `organisation` None: the account is sure to have only one.

    SignInError with the portal's words when it refuses, or when it is another organisation that one acts for then.
    """
    screen = portal.open_sign_in()
    try:
        asked = screen.enter_password(account.username or "", _secret(account.password))
        if asked is Asked.CODE:
            asked = screen.enter_code(codes.next_code(wait))
        if asked is Asked.ORGANISATION:
            if organisation is None:
                raise SignInError(
                    f"'{account.username}' can act for several organisations, and none is named",
                    "Give the KvK number of the one to act for: in tests, by a fixture `keten_organisation`.",
                )
            if not screen.offers(organisation.kvk):
                raise SignInError(
                    f"'{account.username}' cannot act for {organisation.kvk}: the portal does not offer it",
                    "Is the KvK number of `organisation` right, and the account the one for it?",
                )
            asked = screen.choose(organisation.kvk)
    except PortalRefused as refusal:
        raise SignInError(
            f"the portal refuses the sign-in of '{account.username}': {refusal.message}",
            "It is not tried again by itself, since accounts lock: mend the cause first.",
        ) from None
    if asked is not Asked.NOTHING:
        raise SignInError(f"the portal keeps asking ({asked.name.lower()}) after the sign-in was done")


def check_organisation(portal: Beheermodule, organisation: Organisation) -> str:
    """For whom one acts, as the portal shows it; SignInError when that is another than the scenario's (law 2.3)."""
    shown = portal.organisation()
    if not acts_for(organisation, shown):
        raise SignInError(
            f"the portal acts for “{shown}”, the scenario is of {organisation.name} ({organisation.kvk})",
            "Nothing was recorded. Use the account of that organisation (`organisation.account`).",
        )
    return shown


def _secret(value: object) -> str:
    return value.get_secret_value() if hasattr(value, "get_secret_value") else ""
