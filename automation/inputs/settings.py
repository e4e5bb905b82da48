"""What a user sets outside the scenario: environment variables, a `.env` file, a folder of secrets, the OS keyring."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Final

import platformdirs
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, EnvSettingsSource, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict
from pydantic_settings import SettingsError as UnreadableSetting

from automation.domain.addresses import Allowed, PortalAddress, checked_origin
from automation.errors import SettingsError
from automation.inputs.accounts import IN_KEYRING, Account, SecondFactorKind, not_set, secrets_in, variable
from automation.inputs.proxy import CompanyProxy
from automation.inputs.setting_sources import Sources, unmeant
from automation.machine import keyring
from automation.machine.masking import SECRETS

_SECRET = {"password", "totp_secret"}


_TOLD = {"KETEN_SOURCES", "KETEN_REMARKS"}  # what is said of the settings, and is none


def _span(value: object) -> object:
    """`24h`, `90m` or `30s` as a time span; anything else is left to be refused."""
    match = re.fullmatch(r"([0-9]{1,8})([smh]?)", value) if isinstance(value, str) else None
    return timedelta(seconds=int(match[1]) * {"": 1, "s": 1, "m": 60, "h": 3600}[match[2]]) if match else value


def _listed(value: object) -> object:
    """Origins separated by commas or white space; a JSON list, as pydantic has it, will do too."""
    return re.findall(r'[^\s,"\[\]]+', value) if isinstance(value, str) else value


def _proxy(value: SecretStr) -> SecretStr:
    CompanyProxy.parse(value.get_secret_value())
    return value


Origins = Annotated[tuple[Annotated[str, AfterValidator(checked_origin)], ...], NoDecode, BeforeValidator(_listed)]


@dataclass(frozen=True)
class Waiting:
    """How long keten waits for a portal: `timeout` and `patience` are in seconds."""

    timeout: float
    """For one thing that the portal is to do."""
    patience: float
    """For a new grant to show on the list, as a rule."""
    lag: timedelta
    """For a new grant to show there, at the latest."""


class Settings(BaseSettings):
    """All settings, `KETEN_…`: by the command line, the environment, `.env`, the secrets folder, in that order."""

    model_config = SettingsConfigDict(
        env_prefix="KETEN_", env_nested_delimiter="__", extra="ignore", hide_input_in_errors=True
    )

    portal_url: str | None = Field(default=None, examples=["https://portal.example/beheer"])
    """The sign-in address of the portal; `--portal` is the same."""
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
    accounts: dict[str, Account] = Field(default_factory=dict)
    list_patience: float = Field(default=60.0, gt=0, le=86_400, examples=[90])
    """Seconds in which a new grant shows on the portal's list as a rule."""
    list_lag: Annotated[timedelta | None, BeforeValidator(_span)] = Field(
        default=None, ge=timedelta(0), examples=["24h"]
    )
    """How long a new grant may take to show there at the latest: `24h`, `90m`, `30s`, or seconds.

    `24h` if nothing is said; on loopback as long as `list_patience`.
    """
    database_url: str | None = Field(default=None, repr=False, examples=["postgresql://host/keten"])
    """The journal; by default SQLite in the user's data folder."""
    origins: Origins = Field(default=(), examples=["https://assets.portal.example"])
    """Other origins that pages may talk to: assets, an API."""
    sign_in_origins: Origins = Field(default=(), examples=["https://login.portal.example"])
    """Those where credentials may be typed too."""
    proxy: Annotated[SecretStr, AfterValidator(_proxy)] | None = None
    """The company's proxy that everything goes through: `http://user:password@host:port`."""
    ca_file: Path | None = Field(default=None, examples=["/etc/ssl/company.pem"])
    """A PEM file with CAs to verify servers by, besides the system's own."""
    browser: str | None = Field(default=None, examples=["chrome"])
    """The browser to use: `chrome`, `msedge`, `chromium`, or the path of a program; else one is looked for."""
    headless: bool = Field(default=True, examples=["false"])
    """Whether the browser is kept out of sight; `--headed` shows it."""
    timeout: float = Field(default=30.0, gt=0, le=86_400, examples=[60])
    """Seconds that the portal may take for one thing."""

    sources: dict[str, str] = Field(default_factory=dict, repr=False)
    """Where each setting comes from, by the name of its variable."""
    remarks: tuple[str, ...] = Field(default=(), repr=False)
    """What a person should know of them: a name that may be misspelt, a value that may be cut."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - given by pydantic-settings
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What it is made from alone: `load` finds what is set, and where."""
        return (init_settings,)

    def account(self, named: str | None) -> Account:
        """The credentials of that name, or those without a name, what is missing from the OS keyring.

        SettingsError naming what is missing there too, and the variable that gives it.
        """
        account = self.given_account(named)
        if missing := account.missing:
            error = not_set(named, missing, known=named is None or bool(account.model_fields_set))
            meant = tuple(f"did you mean {variable(named, field)}?" for field in missing)
            raise SettingsError(
                error.message, " ".join([*(one for one in self.remarks if one.endswith(meant)), error.hint])
            )
        return account

    def given_account(self, named: str | None) -> Account:
        """The same, as far as it is set: a person who signs in by hand knows the rest."""
        if named is None:
            account = Account.model_construct(**{field: getattr(self, field) for field in Account.model_fields})
        else:
            account = {name.casefold(): one for name, one in self.accounts.items()}.get(named.casefold()) or Account()
        for field in account.missing:
            found = keyring.get(variable(named, field)) if field in IN_KEYRING else None
            if found is not None:
                if wrong := unmeant(variable(named, field), found):
                    raise SettingsError(
                        f"{variable(named, field)} (in the system's keyring) {wrong}",
                        f"Store it again with `keten login --store{f' --account {named}' if named else ''}`.",
                    )
                account = account.model_copy(update={field: SecretStr(found) if field in _SECRET else found})
                self.sources[variable(named, field)] = "keyring"
        SECRETS.add(*secrets_in(account))
        return account

    @property
    def waiting(self) -> Waiting:
        """How long keten waits for the portal; on loopback the lag is as long as the patience (law, words)."""
        lag = timedelta(seconds=self.list_patience) if self.address.is_loopback else timedelta(hours=24)
        return Waiting(self.timeout, self.list_patience, lag if self.list_lag is None else self.list_lag)

    @property
    def address(self) -> PortalAddress:
        """The portal's sign-in address; SettingsError when none is set, UsageError for one that will not do."""
        if self.portal_url is None:
            raise SettingsError("no portal is given", "Give --portal URL or --portal mock, or set KETEN_PORTAL_URL.")
        return PortalAddress(self.portal_url)

    def allowed(self, address: PortalAddress) -> Allowed:
        """Where the pages of the portal of this address may go; its own origin is always among them."""
        return Allowed((address.origin, *self.sign_in_origins), self.origins)

    @property
    def company_proxy(self) -> CompanyProxy | None:
        """The company's proxy, where there is one."""
        return CompanyProxy.parse(self.proxy.get_secret_value()) if self.proxy else None

    @property
    def journal_address(self) -> str:
        """The address of the journal's database."""
        return self.database_url or f"sqlite:///{platformdirs.user_data_path('keten') / 'journal.db'}"

    @property
    def names(self) -> list[str]:
        """The variables that were set, for a run's record; never their values."""
        return sorted(f"KETEN_{name.upper()}" for name in self.model_fields_set - {"sources", "remarks"})


class _Variables(EnvSettingsSource):
    """Variables as pydantic-settings reads those of an environment, nested ones too."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = {name.lower(): text for name, text in variables.items()}
        super().__init__(Settings)

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return self._variables


def load(environment: Mapping[str, str] = os.environ, **given: object) -> Settings:
    """The settings as they stand, `given` over all others; SettingsError naming each that is invalid.

    No value is ever shown: it may be a secret in the wrong place. The secrets are known to `masking` from then on.
    """
    found = Sources(environment)
    found.point_out(Settings.model_fields.keys() - {"sources", "remarks"}, Account.model_fields)
    if found.problems:
        raise _senseless(found.problems)
    variables = {name: held.text for name, held in found.given.items() if name not in {*_TOLD, *found.misspelt}}
    try:
        settings = Settings(**{**_Variables(variables)(), **given})
    except ValidationError as error:
        raise _senseless([_told(mistake, found) for mistake in error.errors()]) from None
    except UnreadableSetting as error:
        raise SettingsError(f"invalid settings: {error}", "Write this setting as JSON.") from None
    SECRETS.add(*secrets_in(settings))
    settings.sources, settings.remarks = _sources(settings, found, given), tuple(found.remarks)
    if found.problems:
        raise _senseless(found.problems)
    return settings


_MISTAKES: Final = {
    "float_parsing": "it is not a number",
    "int_parsing": "it is not a whole number",
    "bool_parsing": "it must be true or false",
    "literal_error": "it must be {expected}",
}


def _told(mistake: Mapping[str, Any], found: Sources) -> str:
    """A mistake in a value, with where the value stands, and never the value."""
    name = f"KETEN_{'__'.join(map(str, mistake['loc'])).upper()}"
    held = next((held for given, held in found.given.items() if given.upper() == name), None)
    what = _MISTAKES.get(mistake["type"], mistake["msg"]).format(**mistake.get("ctx", {}))
    return f"{name}{f' ({held.place})' if held else ''}: {what}"


def _senseless(problems: list[str]) -> SettingsError:
    return SettingsError("invalid settings:\n  " + "\n  ".join(problems))


def _sources(settings: Settings, found: Sources, given: Mapping[str, object]) -> dict[str, str]:
    """Where each setting comes from; accounts that are given as JSON are looked at here, value by value."""
    told = {}
    for name, value in settings:
        if value is not None and name not in {"sources", "remarks", "accounts"}:
            held = found.given.get(variable(None, name))
            told[variable(None, name)] = "command line" if name in given else held.source if held else "default"
    for name, account in settings.accounts.items():
        for field in account.model_fields_set:
            one, all_of_them = variable(name, field), found.given.get("KETEN_ACCOUNTS")
            held = found.given.get(one, all_of_them)
            told[one] = held.source if held else "command line"
            if held is all_of_them and held is not None:
                found.check(one, _plain(getattr(account, field)), held.place)
    return told


def _plain(value: object) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)
