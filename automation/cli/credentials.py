"""What `keten login` and `keten logout` need of the command line, and the credentials that a person stores."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Any

from loguru import logger

from automation.cli.console.run_text import StderrConsole
from automation.cli.console.terminal import Terminal
from automation.domain import KvkNumber
from automation.errors import StorageError, UsageError
from automation.inputs import profile as profiles
from automation.inputs import settings as settings_
from automation.inputs.accounts import variable
from automation.inputs.setting_sources import unmeant
from automation.machine import keyring
from automation.machine.keyring import NoKeyring
from automation.session.codes import Totp
from automation.session.login import Login


def login_of(
    account: str | None,
    portal: str | None,
    profile: Path | None,
    browser: str | None,
    *,
    headed: bool,
    organisation: str | None = None,
) -> Login:
    """Where to sign in or out, as the command line and the settings say."""
    if portal == "mock":
        raise UsageError(
            "a session at `--portal mock` ends with the command, so it cannot be saved",
            "Start a practice portal with `keten mock-portal`, and give its address with --portal.",
        )
    try:
        acted_for = KvkNumber(organisation) if organisation else None
    except ValueError as error:
        raise UsageError(str(error)) from None
    logger.remove()
    given: dict[str, Any] = {"headless": False} if headed else {}
    given |= {key: value for key, value in (("browser", browser), ("portal_url", portal)) if value}
    stderr = StderrConsole(quiet=False)
    settings = settings_.load(**given)
    for remark in settings.remarks:
        stderr.say(f"warning: {remark}")
    return Login(settings, profiles.load(profile), account, Terminal(nullcontext), stderr.say, acted_for)


def store_credentials(named: str | None) -> None:
    """Ask for user name, password and TOTP secret, and keep them in the system's keyring under the variables' names.

    UsageError without a terminal, StorageError where there is no keyring.
    """
    terminal = Terminal(nullcontext)
    if not terminal.there:
        raise UsageError(
            "`--store` asks for the credentials, and there is no terminal to ask in", "Run it in a terminal."
        )
    say = StderrConsole(quiet=False).say
    try:
        username = _answer(terminal, "User name: ", hidden=False)
        password = _answer(terminal, "Password (not shown): ", hidden=True)
        secret = _answer(terminal, "TOTP secret (not shown; press Enter if there is none): ", hidden=True)
    except TimeoutError:
        raise UsageError("no answer was typed in time; nothing was stored") from None
    if not username or not password:
        raise UsageError("a user name and a password are needed; nothing was stored")
    for field, value in (("username", username), ("password", password), ("totp_secret", secret)):
        if wrong := unmeant(variable(named, field), value):
            raise UsageError(f"the value typed for {variable(named, field)} {wrong}; nothing was stored")
    if secret:
        Totp(secret, "", username)  # a typing error shows now, and not in a run
    try:
        for field, value in (("username", username), ("password", password), ("totp_secret", secret)):
            if value:
                keyring.keep(variable(named, field), value)
            else:
                keyring.forget(variable(named, field))
    except NoKeyring as error:
        raise StorageError(
            f"this system has no usable keyring ({error}); nothing was stored",
            "Set the credentials in the environment, in `.env` or in the secrets folder.",
        ) from None
    say("Stored in the system's keyring, where keten looks last. Try them with `keten login`.")


def _answer(terminal: Terminal, question: str, *, hidden: bool) -> str:
    return terminal.ask(question, hidden=hidden, check=lambda: None).strip()
