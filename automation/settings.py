"""What a user sets outside the scenario: environment variables, a `.env` file, a folder of secrets."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

import platformdirs
from pydantic import BaseModel, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from automation.errors import SettingsError

SecondFactor = Literal["totp"]


def _span(value: object) -> object:
    """`24h`, `90m` or `30s` as a time span; anything else is left to be refused."""
    match = re.fullmatch(r"([0-9]+)([smh]?)", value) if isinstance(value, str) else None
    return timedelta(seconds=int(match[1]) * {"": 1, "s": 1, "m": 60, "h": 3600}[match[2]]) if match else value


class Account(BaseModel):
    """One set of credentials."""

    username: str | None = None
    password: SecretStr | None = None
    second_factor: SecondFactor = "totp"
    totp_secret: SecretStr | None = None

    def complete(self, named: str | None) -> Account:
        """The account itself; SettingsError naming what is missing, and the variable that gives it."""
        prefix = f"KETEN_ACCOUNTS__{named.upper()}__" if named else "KETEN_"
        for field in ("username", "password", "totp_secret"):
            if getattr(self, field) is None:
                raise SettingsError(f"{prefix}{field.upper()} is not set", "Set it in the environment or in `.env`.")
        return self


class Settings(BaseSettings):
    """All settings, `KETEN_…`: by the command line, the environment, `.env`, the secrets folder, in that order."""

    model_config = SettingsConfigDict(
        env_prefix="KETEN_", env_nested_delimiter="__", env_file=".env", extra="ignore", hide_input_in_errors=True
    )

    portal_url: str | None = None
    username: str | None = None
    password: SecretStr | None = None
    second_factor: SecondFactor = "totp"
    totp_secret: SecretStr | None = None
    accounts: dict[str, Account] = Field(default_factory=dict)
    list_patience: float = Field(default=60.0, ge=0)
    """Seconds in which a new grant shows on the portal's list as a rule."""
    list_lag: Annotated[timedelta | None, BeforeValidator(_span)] = Field(default=None, ge=timedelta(0))
    """How long a new grant may take to show there at the latest: `24h`, `90m`, `30s`, or seconds."""
    database_url: str | None = Field(default=None, repr=False)
    """The journal; by default SQLite in the user's data folder."""
    origins: tuple[str, ...] = ()
    """Other origins that pages may talk to: assets, an API."""
    sign_in_origins: tuple[str, ...] = ()
    """Those where credentials may be typed too."""
    browser: str | None = None
    headless: bool = True
    timeout: float = Field(default=30.0, gt=0)
    """Seconds that the portal may take for one thing."""

    def account(self, named: str | None) -> Account:
        """The credentials of that name, or those without a name; SettingsError when something is missing."""
        if named is None:
            own = {field: getattr(self, field) for field in Account.model_fields}
            return Account.model_construct(**own).complete(None)
        found = {name.casefold(): account for name, account in self.accounts.items()}.get(named.casefold())
        if found is None:
            raise SettingsError(
                f"the scenario names the account '{named}', which is not set",
                f"Set KETEN_ACCOUNTS__{named.upper()}__USERNAME, …__PASSWORD and …__TOTP_SECRET.",
            )
        return found.complete(named)

    def lag(self, *, loopback: bool) -> timedelta:
        """How long a new grant may take to show on the list; on loopback as long as the patience (law, words)."""
        if self.list_lag is not None:
            return self.list_lag
        return timedelta(seconds=self.list_patience) if loopback else timedelta(hours=24)

    @property
    def journal_address(self) -> str:
        """The address of the journal's database."""
        return self.database_url or f"sqlite:///{platformdirs.user_data_path('keten') / 'journal.db'}"

    @property
    def names(self) -> list[str]:
        """The variables that were set, for a run's record; never their values."""
        return sorted(f"KETEN_{name.upper()}" for name in self.model_fields_set)


def load(environment: Mapping[str, str] = os.environ, **given: object) -> Settings:
    """The settings as they stand, `given` over all others; SettingsError naming each that makes no sense.

    No value is ever shown: it may be a secret in the wrong place.
    """
    folder = Path(environment.get("KETEN_SECRETS_DIR", "/run/secrets"))
    try:
        return Settings(_secrets_dir=folder if folder.is_dir() else None, **given)  # type: ignore[arg-type]
    except ValidationError as error:
        told = [f"KETEN_{'__'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors()]
        raise SettingsError("settings that make no sense:\n  " + "\n  ".join(told)) from None
