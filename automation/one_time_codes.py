"""One-time codes that are never used twice, by no run of this user (law 6)."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from pathlib import Path

import platformdirs
import pyotp
from filelock import FileLock

from automation.errors import SettingsError, StorageError
from automation.files import make_folder, write_whole

_PERIOD = 30  # seconds that a code lasts (RFC 6238)
_NEARLY_OVER = 3  # seconds before its end in which a code may be too late when it arrives


class Totp:
    """Codes of one account at one portal; which time step was used last is kept in the user's state folder."""

    def __init__(self, secret: str, portal: str, account: str, folder: Path | None = None) -> None:
        """SettingsError when the secret is none, or too short for the library."""
        try:
            self._totp = pyotp.TOTP(secret.replace(" ", ""), interval=_PERIOD)
            self._totp.at(0)
        except Exception as error:  # pyotp raises several kinds, and some print the secret
            raise SettingsError(
                f"the TOTP secret of '{account}' cannot be used ({type(error).__name__})",
                "It is the text of letters A–Z and figures 2–7 that the portal showed beside the QR code, at least "
                "23 of them.",
            ) from None
        self._folder = folder or platformdirs.user_state_path("keten")
        self._key = hashlib.sha256(f"{portal}\n{account}".encode()).hexdigest()

    def next_code(self, wait: Callable[[float], None]) -> str:
        """A code that was never given out before and lasts long enough; `wait` is called with seconds until it is."""
        try:
            make_folder(self._folder)
            with FileLock(self._folder / "one-time-codes.lock"):
                used = self._used()
                while True:
                    now = time.time()
                    step = int(now // _PERIOD)
                    left = (step + 1) * _PERIOD - now
                    if step > used.get(self._key, 0) and left > _NEARLY_OVER:
                        break
                    wait(left)
                self._remember({**used, self._key: step})
        except OSError as error:
            raise StorageError(
                f"which one-time codes were used cannot be kept in {self._folder}: {error.strerror}",
                "A code used twice may lock the account: make the folder writable.",
            ) from None
        return str(self._totp.at(step * _PERIOD))

    def _used(self) -> dict[str, int]:
        try:
            return dict(json.loads((self._folder / "one-time-codes.json").read_text("utf-8")))
        except (FileNotFoundError, ValueError):
            return {}

    def _remember(self, used: dict[str, int]) -> None:
        write_whole(self._folder / "one-time-codes.json", json.dumps(used).encode())
