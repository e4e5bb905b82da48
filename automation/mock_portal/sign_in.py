"""Who gets in: passwords, one-time codes that count once, lock-out, and sessions that end when idle."""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

import pyotp

from automation.mock_portal.data.accounts import ACCOUNTS, PASSWORD, TOTP_SECRET, Account

MAX_TRIES = 3
IDLE_SECONDS = 15 * 60
SMS_SECONDS = 5 * 60
_TOTP_STEP = 30
_EXPIRED_STEPS = 20  # how long a code that was right is told from a wrong one

BLOCKED = "Uw account is geblokkeerd. Neem contact op met de servicedesk."
WRONG_CODE = "De code is onjuist."
EXPIRED_CODE = "De code is verlopen. Vraag een nieuwe code aan."
LAST_TRY = "Let op: u heeft nog 1 poging. Daarna wordt uw account geblokkeerd."
USED_CODE = "Deze code is al gebruikt. Wacht op een nieuwe code."
LEVEL_TOO_LOW = "Uw inlogmiddel heeft niveau {level}. Voor de Beheermodule is minimaal niveau EH3 nodig."

Stage = Literal["password", "code", "organisation", "denied", "done"]


@dataclass
class Attempt:
    """A sign-in under way: how far it is, and the error that its next screen shows."""

    stage: Stage = "password"
    username: str = ""
    error: str = ""
    organisation: str = ""
    sms_code: str = ""
    sms_at: float = 0.0

    @property
    def account(self) -> Account:
        """The account whose password was right; KeyError before that."""
        return ACCOUNTS[self.username]


@dataclass
class Session:
    """A signed-in administrator, acting for one organisation."""

    account: Account
    organisation: str
    csrf: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    seen: float = field(default_factory=time.monotonic)


class SignIn:
    """All attempts and sessions of the portal. Three wrong passwords or codes block an account."""

    def __init__(self, *, allow_used_codes: bool, now: Callable[[], float]) -> None:
        """`now` is the portal's own clock, in seconds since 1970."""
        self._allow_used_codes, self._now = allow_used_codes, now
        self.clear()

    def clear(self) -> None:
        """End every session and attempt, unblock every account, forget codes sent and used."""
        self.attempts: dict[str, Attempt] = {}
        self.sessions: dict[str, Session] = {}
        self.tickets: dict[str, Attempt] = {}
        self.sms: list[str] = []
        self.refused = 0
        self._wrong: dict[str, int] = {}
        self._used: set[tuple[str, int | str]] = set()

    def begin(self) -> tuple[str, Attempt]:
        """A new attempt and the token that names it."""
        token = secrets.token_urlsafe(24)
        self.attempts[token] = Attempt()
        return token, self.attempts[token]

    def password(self, attempt: Attempt, username: str, password: str) -> None:
        """Take the first step; the attempt then says what comes next."""
        attempt.username = username
        if self._blocked(attempt):
            return
        if username not in ACCOUNTS or not hmac.compare_digest(password.encode(), PASSWORD.encode()):
            self._count_wrong(attempt)
            if not self._blocked(attempt):
                attempt.error = f"Gebruikersnaam of wachtwoord is onjuist. {self._tries_left(attempt)}"
            return
        attempt.stage = "code"
        if attempt.account.means == "sms":
            attempt.sms_code, attempt.sms_at = f"{secrets.randbelow(1_000_000):06d}", time.monotonic()
            self.sms.append(attempt.sms_code)

    def code(self, attempt: Attempt, code: str, *, expired: bool = False) -> None:
        """Take the second step, the code `expired` or not; the attempt then says what comes next."""
        if self._blocked(attempt):
            return
        mark = self._matching(attempt, code.strip())
        if expired or (mark is None and self._has_expired(attempt, code.strip())):
            attempt.error = EXPIRED_CODE
            self.refused += 1
        elif mark is None:
            self._count_wrong(attempt)
            if not self._blocked(attempt):
                attempt.error = f"{WRONG_CODE} {self._tries_left(attempt)}"
        elif (attempt.username, mark) in self._used and not self._allow_used_codes:
            attempt.error = USED_CODE
            self.refused += 1
        else:
            self._used.add((attempt.username, mark))
            self._wrong.pop(attempt.username, None)
            self._pass_on(attempt)

    def _pass_on(self, attempt: Attempt) -> None:
        account = attempt.account
        if account.level != "EH3":
            self.refused += 1
            attempt.stage, attempt.error = "denied", LEVEL_TOO_LOW.format(level=account.level)
        else:
            attempt.stage = "organisation" if len(account.organisations) > 1 else "done"

    def open_session(self, attempt: Attempt, organisation: str) -> str:
        """The token of a new session for one of the account's organisations."""
        token = secrets.token_urlsafe(24)
        self.sessions[token] = Session(attempt.account, organisation)
        return token

    def give_ticket(self, attempt: Attempt) -> str:
        """What lets a sign-in that was done elsewhere in, once."""
        ticket = secrets.token_urlsafe(24)
        self.tickets[ticket] = attempt
        return ticket

    def session(self, token: str | None) -> Session | None:
        """The session of this token, kept alive by being asked for; None when there is none or it was idle too long."""
        session = self.sessions.get(token or "")
        if session and time.monotonic() - session.seen > IDLE_SECONDS:
            del self.sessions[token or ""]
            return None
        if session:
            session.seen = time.monotonic()
        return session

    def _matching(self, attempt: Attempt, code: str) -> int | str | None:
        """What marks this code as used: its time step, or the SMS code itself; None when it is no right code."""
        if attempt.account.means == "sms":
            fresh = time.monotonic() - attempt.sms_at <= SMS_SECONDS
            return code if fresh and _same(code, attempt.sms_code) else None
        step = int(self._now()) // _TOTP_STEP
        return _step_of(code, (step, step - 1, step + 1))

    def _has_expired(self, attempt: Attempt, code: str) -> bool:
        if attempt.account.means == "sms":
            return _same(code, attempt.sms_code)
        step = int(self._now()) // _TOTP_STEP
        return _step_of(code, range(step - _EXPIRED_STEPS, step - 1)) is not None

    def _count_wrong(self, attempt: Attempt) -> None:
        self._wrong[attempt.username] = self._wrong.get(attempt.username, 0) + 1
        self.refused += 1

    def _tries_left(self, attempt: Attempt) -> str:
        left = MAX_TRIES - self._wrong[attempt.username]
        return LAST_TRY if left == 1 else f"U heeft nog {left} pogingen."

    def as_data(self) -> dict[str, Any]:
        """How often a sign-in was refused, which accounts are blocked, and how many are signed in, for the control."""
        return {
            "sessions": len(self.sessions),
            "refused": self.refused,
            "blocked": sorted(name for name, wrong in self._wrong.items() if wrong >= MAX_TRIES),
        }

    def _blocked(self, attempt: Attempt) -> bool:
        blocked = self._wrong.get(attempt.username, 0) >= MAX_TRIES
        if blocked:
            attempt.stage, attempt.error = "password", BLOCKED
        return blocked


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def _step_of(code: str, steps: Iterable[int]) -> int | None:
    """The time step among these that has this code."""
    totp = pyotp.TOTP(TOTP_SECRET)
    return next((step for step in steps if _same(code, totp.at(step * _TOTP_STEP))), None)
