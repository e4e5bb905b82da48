"""The accounts of the stand-in portal; they exist here alone, and are documented as such."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PASSWORD = "Welkom-bij-de-mock-1"
TOTP_SECRET = "KETENMACHTIGINGMOCKKETENMACHTIGI"


@dataclass(frozen=True)
class Account:
    """Who may sign in: for which organisations (KvK numbers), at which level, and where the codes come from."""

    username: str
    organisations: tuple[str, ...] = ("90000102",)
    level: str = "EH3"
    means: Literal["app", "sms", "device"] = "app"


ACCOUNTS = {
    account.username: account
    for account in (
        Account("beheerder"),
        Account("laag", level="EH2"),
        Account("twee", organisations=("90000102", "90000201")),
        Account("sms", means="sms"),
        Account("apparaat", means="device"),
    )
}
