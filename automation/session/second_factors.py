"""Second factors: where the one-time code of a sign-in comes from."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import NoReturn, Protocol

from automation.errors import SettingsError, SignInError
from automation.inputs.accounts import Account
from automation.inputs.written import NotText, decoded
from automation.machine.person import Person
from automation.session.codes import Totp, UsedCodes, Wait

_CODE = re.compile("[0-9A-Za-z-]+")
_TYPING_TRIES = 3
_COMMAND_SECONDS = 60.0
_SAME_CODE_SECONDS = 120.0  # in which a command may keep giving a code that was used
_ASK_AGAIN_SECONDS = 5.0


class SecondFactor(Protocol):
    """Gives one-time codes, each once; a code is known as a secret until `SECRETS.forget_code`."""

    def check(self) -> None:
        """SignInError when no code can be had here: better before anything is typed than after."""

    def next_code(self, wait: Wait, clock_offset: float = 0.0) -> str:
        """A code that was never used; `wait` lets seconds pass, and stops when the run is to stop.

        `clock_offset` is how many seconds the portal's clock is ahead of this one.
        """


def second_factor(account: Account, portal: str, person: Person, folder: Path | None = None) -> SecondFactor:
    """That of an account at a portal (an origin); SettingsError when what it needs is missing or of no use.

    `folder` is where used codes are remembered, by default in the user's state folder.
    """
    name = account.username or ""
    used = UsedCodes(portal, name, folder)
    if account.second_factor == "totp":
        return Totp(account.totp_secret.get_secret_value() if account.totp_secret else "", portal, name, folder)
    if account.second_factor == "prompt":
        return Prompt(name, used, person)
    if account.second_factor == "command":
        return Command(account.second_factor_command or "", used)
    return ByHand()


class Prompt:
    """A code that a person types, as of an SMS or a device."""

    def __init__(self, account: str, used: UsedCodes, person: Person) -> None:
        self._account, self._used, self._person = account, used, person

    def check(self) -> None:
        """SignInError when nobody is there to type it."""
        if not self._person.there:
            raise SignInError(
                "a one-time code must be typed, and there is no terminal to ask for it",
                "Run the command in a terminal, or save a session first with `keten login`.",
            )

    def next_code(self, wait: Wait, clock_offset: float = 0.0) -> str:  # noqa: ARG002 - the same for all
        """Ask for it; SignInError when none comes in time."""
        self.check()
        question = f"One-time code for {self._account}: "
        for _ in range(_TYPING_TRIES):
            try:
                code = _joined(self._person.ask(question, hidden=True, check=lambda: wait(0)))
            except TimeoutError:
                raise SignInError(
                    "no one-time code was typed in time", "Run the command again with the code at hand."
                ) from None
            if _CODE.fullmatch(code) and self._used.claim(code):
                return code
            wrong = "That is not a code: a code has only letters and digits" if code else "Nothing was typed"
            question = f"{'That code was used before' if _CODE.fullmatch(code) else wrong}. One-time code: "
        raise SignInError("no new one-time code was typed", "Wait for a new code, and run the command again.")


class Command:
    """A code that a program prints: a password manager, or a gateway for SMS."""

    def __init__(self, command: str, used: UsedCodes) -> None:
        """SettingsError when this is no command line."""
        try:
            self._command = shlex.split(command)
        except ValueError as error:
            raise SettingsError(
                f"KETEN_SECOND_FACTOR_COMMAND is not a valid command line: {str(error).lower()}"
            ) from None
        if not self._command:
            raise SettingsError(
                "KETEN_SECOND_FACTOR_COMMAND is empty", "Set it to a command that prints a one-time code."
            )
        self._used = used

    def check(self) -> None:
        """SignInError when there is no such program."""
        if shutil.which(self._command[0]) is None:
            raise self._error("is not found")

    def next_code(self, wait: Wait, clock_offset: float = 0.0) -> str:  # noqa: ARG002 - the same for all
        """Run it until it prints a new code; SignInError when it fails, or none comes."""
        began = time.monotonic()
        while True:
            code = self._printed(wait)
            if self._used.claim(code):
                return code
            if time.monotonic() - began > _SAME_CODE_SECONDS:
                raise self._error("keeps printing a code that was used before")
            wait(_ASK_AGAIN_SECONDS)

    def _printed(self, wait: Wait) -> str:
        """The first line that it prints. What it prints is never shown, nor its errors: they may hold the code."""
        own = {name: value for name, value in os.environ.items() if not name.startswith("KETEN_")}
        try:
            process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=own,
                start_new_session=True,  # with all that it starts, it can be ended
            )
        except OSError as error:
            raise self._error(f"cannot be started: {error.strerror}") from None
        deadline = time.monotonic() + _COMMAND_SECONDS
        try:
            while True:
                try:
                    printed = process.communicate(timeout=0.2)[0]
                    break
                except subprocess.TimeoutExpired:
                    wait(0)
                if time.monotonic() > deadline:
                    raise self._error(f"did not end within {_COMMAND_SECONDS:.0f} seconds")
        finally:
            _end(process)
        if process.returncode != 0:
            raise self._error(f"failed, with exit code {process.returncode}")
        try:
            code = _joined(next(iter(decoded(printed).splitlines()), ""))
        except NotText as error:
            raise self._error(f"printed output that {error.what}") from None
        if not code:
            raise self._error("printed no code on its first line")
        if not _CODE.fullmatch(code):
            raise self._error("printed more than a code on its first line, such as quotes or invisible characters")
        return code

    def _error(self, what: str) -> SignInError:
        """Names the program alone: its arguments may say where secrets are."""
        return SignInError(
            f"the command for the one-time code, {Path(self._command[0]).name}, {what}",
            "Run KETEN_SECOND_FACTOR_COMMAND by hand: it must print the code on its first line. keten runs it without "
            "a shell, and without the KETEN_ variables.",
        )


class ByHand:
    """A person signs in with `keten login`, and runs use the session that it keeps."""

    def check(self) -> NoReturn:
        """Raise SignInError: there is no code."""
        raise SignInError(
            "there is no saved session for this organisation, or it has expired, and KETEN_SECOND_FACTOR=by-hand says "
            "that a person signs in",
            "Run `keten login`, choose this organisation, and run this command again.",
        )

    def next_code(self, wait: Wait, clock_offset: float = 0.0) -> str:  # noqa: ARG002 - the same for all
        """SignInError."""
        self.check()


def _joined(code: str) -> str:
    """Without the spaces that people and programs put into a code."""
    return "".join(code.split())


def _end(process: subprocess.Popen[bytes]) -> None:
    """End it and all that it started, if it has not ended yet."""
    if process.returncode is not None:
        return
    with suppress(OSError):  # it just ends
        if os.name == "nt":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
