"""One-time codes that are never used twice, by no run of this user (law 6)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import platformdirs
import pyotp
from filelock import FileLock
from loguru import logger

from automation.errors import SettingsError, StorageError
from automation.inputs.setting_sources import is_otpauth
from automation.machine.files import make_folder, write_whole
from automation.machine.masking import SECRETS

Wait = Callable[[float], None]

_PERIOD = 30  # seconds that a code lasts (RFC 6238)
_NEARLY_OVER = 3  # seconds before its end in which a code may be too late when it arrives
_IN_STEP = 2  # seconds that two clocks may differ by, as a Date header counts whole ones
_BELIEVED = 600  # seconds; more is rather an answer that was kept somewhere on the way
_KEPT = 30  # codes of an account that are remembered: a typed one does not come back after so many
_LEAST_BITS = 112  # that pyotp takes (RFC 4226 asks for 128)


_TAKE_THE_SECRET = "Use the secret that the portal shows beside the QR code."
_DIGESTS: dict[str, Callable[..., Any]] = {"SHA1": hashlib.sha1, "SHA256": hashlib.sha256, "SHA512": hashlib.sha512}


class UsedCodes:
    """Which codes of one account at one portal were used; kept in the user's state folder, as fingerprints only."""

    def __init__(self, portal: str, account: str, folder: Path | None = None) -> None:
        self._folder = (folder or platformdirs.user_state_path("keten")) / "one-time-codes"
        self._of = f"{portal}\n{account}"
        self._file = self._folder / f"{hashlib.sha256(self._of.encode()).hexdigest()[:32]}.json"

    def claim(self, code: str) -> bool:
        """Whether this code was never used before; from now on it was, and is a secret until it was sent.

        StorageError when that cannot be kept.
        """
        SECRETS.add_code(code)
        with self._kept() as kept:
            key = kept.setdefault("key", secrets.token_hex(32))
            mark = hmac.new(bytes.fromhex(key), f"{self._of}\n{code}".encode(), "sha256").hexdigest()
            used = kept.setdefault("used", [])
            if mark in used:
                SECRETS.forget_code(code)
                return False
            kept["used"] = [*used, mark][-_KEPT:]
            return True

    def claim_step(self, now: Callable[[], float], wait: Wait, period: int = _PERIOD) -> int:
        """The time step by this clock whose code was never used and lasts long enough; `wait`s until there is one.

        Nobody else is kept waiting meanwhile: whoever comes first takes the next step. `period` is in seconds.
        """
        while True:
            with self._kept() as kept:
                moment = now()
                step = int(moment // period)
                left = (step + 1) * period - moment
                if step > kept.get("step", 0) and left > _NEARLY_OVER:
                    kept["step"] = step
                    return step
            wait(left)

    @contextmanager
    def _kept(self) -> Iterator[dict[str, Any]]:
        """What is known of this account, for one process at a time; it is written down at the end."""
        try:
            make_folder(self._folder)
            with FileLock(self._file.with_suffix(".lock"), mode=0o600):
                kept = _read(self._file)
                before = json.dumps(kept)
                yield kept
                if (after := json.dumps(kept)) != before:
                    write_whole(self._file, after.encode())
        except OSError as error:
            raise StorageError(
                f"keten cannot write down in {self._folder} which one-time codes were used: {error.strerror}",
                "Make the folder writable: a code that is used twice may lock the account.",
            ) from None


def _read(file: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(file.read_text("utf-8")))
    except (FileNotFoundError, ValueError):
        return {}


@dataclass(frozen=True)
class OtpAuth:
    """What an `otpauth://totp/…` address says, the format of the QR codes of authenticator apps."""

    secret: str
    digits: int = 6
    digest: Callable[..., Any] = hashlib.sha1
    period: int = _PERIOD

    @classmethod
    def parse(cls, address: str, account: str) -> OtpAuth:
        """SettingsError when it holds something else than codes by time, or what no app makes; it is never shown."""
        start = f"the otpauth address of '{account}' is not valid:"
        parts = urlsplit(address.strip())
        if parts.scheme.lower() != "otpauth" or parts.netloc.lower() != "totp":
            raise SettingsError(f"{start} it is not for time-based codes (otpauth://totp/…)", _TAKE_THE_SECRET)
        given = {name.lower(): value for name, value in parse_qsl(parts.query)}
        if not (secret := given.get("secret", "")):
            raise SettingsError(f"{start} it has no `secret=…`", _TAKE_THE_SECRET)
        digits, period = given.get("digits", "6"), given.get("period", str(_PERIOD))
        digest = _DIGESTS.get(given.get("algorithm", "SHA1").upper().replace("-", ""))
        if digits not in ("6", "7", "8"):
            raise SettingsError(f"{start} it asks for codes of {digits[:9]} digits, and keten supports 6 to 8")
        if digest is None:
            raise SettingsError(f"{start} its algorithm is not supported; SHA1, SHA256 and SHA512 are")
        if not re.fullmatch("[1-9][0-9]{1,2}", period):
            raise SettingsError(f"{start} it has a period of {period[:9]} seconds, and keten supports 10 to 999")
        return cls(secret, int(digits), digest, int(period))


class Totp:
    """The codes that an authenticator app shows, of one account at one portal."""

    def __init__(self, secret: str, portal: str, account: str, folder: Path | None = None) -> None:
        """The secret, or the `otpauth://totp/…` address that a QR code holds.

        SettingsError when it is neither, or too short for the library.
        """
        given = OtpAuth.parse(secret, account) if is_otpauth(secret) else OtpAuth(secret)
        plain = "".join(given.secret.split()).rstrip("=").upper()
        _check(plain, account)
        self._totp = pyotp.TOTP(plain, digits=given.digits, digest=given.digest, interval=given.period)
        self._used = UsedCodes(portal, account, folder)

    def check(self) -> None:
        """A secret is all that it needs."""

    def next_code(self, wait: Wait, clock_offset: float = 0.0) -> str:
        """A code that was never given out before and lasts long enough; `wait` is called with seconds until it is.

        `clock_offset` is how many seconds the portal's clock is ahead of this one: its own time decides.
        """
        offset = _believed(clock_offset)
        period = self._totp.interval
        step = self._used.claim_step(lambda: time.time() + offset, wait, period)
        code = str(self._totp.at(step * period))
        SECRETS.add_code(code)
        return code


def _check(secret: str, account: str) -> None:
    """No message shows the secret: a typing error in it would still give most of it away."""
    try:
        bits = 8 * len(base64.b32decode(secret + "=" * (-len(secret) % 8)))
    except (binascii.Error, ValueError):
        bits = 0
    if bits == 0:
        raise SettingsError(
            f"the TOTP secret of '{account}' is not valid Base32",
            "Use the text of letters A–Z and digits 2–7 that the portal showed beside the QR code.",
        )
    if bits < _LEAST_BITS:
        raise SettingsError(
            f"the TOTP secret of '{account}' is too short: it has {len(secret)} characters ({bits} bits), and needs 23 "
            f"({_LEAST_BITS} bits) or more",
            "Check that it is complete. If it is, ask the portal for a new one, or let another program make the codes: "
            "set KETEN_SECOND_FACTOR=command and KETEN_SECOND_FACTOR_COMMAND.",
        )


def _believed(offset: float) -> float:
    log = logger.bind(event="clock")
    if abs(offset) <= _IN_STEP:
        return 0.0
    if abs(offset) > _BELIEVED:
        log.warning(
            f"the portal's answer says that its clock is {offset:+.0f} s off this one: too much, so it is ignored"
        )
        return 0.0
    log.info(f"the portal's clock is {offset:+.0f} s off this one: the one-time code is for the portal's time")
    return offset
