"""Accounts: the credentials that a user sets, and by what a one-time code comes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Literal
from urllib.parse import parse_qsl, unquote, urlsplit

from pydantic import BaseModel, Field, SecretStr

from automation.errors import SettingsError
from automation.inputs.setting_sources import is_otpauth

PASSWORD = re.compile(r"(?:^|//)[^/:@\s]*:([^/@\s]+)@")


IN_KEYRING = ("username", "password", "totp_secret")


SecondFactorKind = Literal["totp", "prompt", "command", "by-hand"]


_NEEDED: dict[SecondFactorKind, tuple[str, ...]] = {
    "totp": ("username", "password", "totp_secret"),
    "prompt": ("username", "password"),
    "command": ("username", "password", "second_factor_command"),
    "by-hand": (),
}


class Account(BaseModel):
    """One set of credentials."""

    username: str | None = Field(default=None, examples=["beheerder"])
    """The user name to sign in with."""
    password: SecretStr | None = None
    """Its password; a secret."""
    second_factor: SecondFactorKind = Field(default="totp", examples=["prompt"])
    """Where the one-time code comes from: `totp`, `prompt`, `command`, or `by-hand` (a person signs in)."""
    totp_secret: SecretStr | None = None
    """What the codes of `totp` are made from, in Base32 or as an `otpauth://` address; a secret."""
    second_factor_command: str | None = Field(default=None, repr=False, examples=["pass otp we-id"])
    """A program that prints a one-time code; split as a shell does, and run without one."""

    @property
    def missing(self) -> list[str]:
        """What its second factor needs and is not set."""
        return [field for field in _NEEDED[self.second_factor] if getattr(self, field) is None]


def variable(named: str | None, field: str) -> str:
    """The variable that gives a field of the account of that name; in the OS keyring it has the same name."""
    return (f"KETEN_ACCOUNTS__{named}__{field}" if named else f"KETEN_{field}").upper()


def not_set(named: str | None, missing: list[str], *, known: bool) -> SettingsError:
    """What to say of an account that has no settings at all (not `known`), or lacks these fields."""
    if not known:
        return SettingsError(
            f"the account '{named}' has no settings",
            f"Set {variable(named, 'username')}, …__PASSWORD and …__TOTP_SECRET, or store them with "
            f"`keten login --store --account {named}`.",
        )
    *first, last = (variable(named, field) for field in missing)
    it = "them" if first else "it"
    stored = f", or store {it} in the OS keyring with `keten login --store`" if missing[0] in IN_KEYRING else ""
    return SettingsError(
        f"{', '.join(first)} and {last} are not set" if first else f"{last} is not set",
        f"Set {it} in the environment, in `.env` or in the secrets folder{stored}.",
    )


def secrets_in(value: object) -> Iterator[str]:
    """Every secret in settings, and the passwords in their addresses, such as that of a proxy or a database."""
    if isinstance(value, SecretStr):
        secret = value.get_secret_value()
        yield secret
        yield secret.replace(" ", "")  # a TOTP secret is often written in groups
        if is_otpauth(secret):
            yield from (value for name, value in parse_qsl(urlsplit(secret).query) if name.lower() == "secret")
        yield from secrets_in(secret)
    elif isinstance(value, str):
        if password := password_in(value):
            yield from {password, unquote(password)}
    elif isinstance(value, BaseModel):
        for field in type(value).model_fields:
            yield from secrets_in(getattr(value, field))
    elif isinstance(value, dict):
        for inner in value.values():
            yield from secrets_in(inner)


def password_in(address: str) -> str | None:
    """The password in an address, or in what only looks like one."""
    with suppress(ValueError):
        if "://" in address and (password := urlsplit(address).password):
            return password
    found = PASSWORD.search(address)
    return found[1] if found else None
