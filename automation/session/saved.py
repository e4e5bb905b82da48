"""The session of an account for one organisation, kept encrypted between runs (law 2.3).

Its key is in the OS keyring, else in a file.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, cast

import platformdirs
from cryptography.fernet import Fernet, InvalidToken

from automation.errors import StorageError
from automation.machine import keyring
from automation.machine.files import make_folder, write_whole
from automation.machine.keyring import NoKeyring
from automation.machine.masking import SECRETS

if TYPE_CHECKING:
    from playwright.sync_api import StorageState


class SavedSession:
    """One of an account; every method raises StorageError when a file is in the way."""

    def __init__(self, name: str, username: str | None, say: Callable[[str], None]) -> None:
        """For `of` and `all_of`."""
        self._username = username
        self._file = _folder() / f"{name}.session"
        self._key_file = platformdirs.user_data_path("keten") / "keys" / f"{name}.key"
        self._entry = f"session {name}"
        self._say = say

    @classmethod
    def of(
        cls, portal: str, named: str | None, organisation: str, username: str | None, say: Callable[[str], None]
    ) -> SavedSession:
        """That of one account at one portal (an origin), to act for one organisation (a KvK number).

        `named` is the account's name in the settings; a session of another user name than `username`, where both are
        known, is none. `say` tells a person, once, where the key is when that is a file.
        """
        return cls(f"{_account(portal, named)}-{_digest(organisation)}", username, say)

    @classmethod
    def all_of(
        cls, portal: str, named: str | None, username: str | None, say: Callable[[str], None]
    ) -> list[SavedSession]:
        """Those that are kept of one account at one portal, whatever organisation they act for."""
        kept = sorted(_folder().glob(f"{_account(portal, named)}*.session"))
        return [cls(file.stem, username, say) for file in kept]

    @property
    def is_there(self) -> bool:
        """Whether one is kept."""
        return self._file.is_file()

    def load(self) -> StorageState | None:
        """What a browser context begins with; None when none is kept, or it can no longer be read."""
        try:
            sealed = self._file.read_bytes()
            key = self._key()
            kept = json.loads(Fernet(key).decrypt(sealed)) if key else None
        except FileNotFoundError:
            return None
        except (InvalidToken, ValueError):
            return None  # its key is another, or it is damaged: the next sign-in makes a new one
        except OSError as error:
            raise self._error("read", error) from None
        if kept is None or (self._username and kept["username"] not in (None, self._username)):
            return None
        state = cast("StorageState", kept["state"])
        SECRETS.add_session(state)
        return state

    def save(self, state: StorageState) -> None:
        """Keep this one in place of the one before."""
        SECRETS.add_session(state)
        content = {"username": self._username, "state": state}
        try:
            key = self._key() or self._new_key()
            make_folder(self._file.parent)
            write_whole(self._file, Fernet(key).encrypt(json.dumps(content).encode()))
        except OSError as error:
            raise self._error("written", error) from None

    def forget(self) -> None:
        """Remove it, and its key."""
        try:
            self._file.unlink(missing_ok=True)
            self._key_file.unlink(missing_ok=True)
        except OSError as error:
            raise self._error("removed", error) from None
        keyring.forget(self._entry)

    def _key(self) -> bytes | None:
        if self._key_file.exists() and _is_key(kept := self._key_file.read_bytes()):
            return kept
        kept = (keyring.get(self._entry) or "").encode()
        return kept if _is_key(kept) else None

    def _new_key(self) -> bytes:
        key = Fernet.generate_key()
        try:
            keyring.keep(self._entry, key.decode())
        except NoKeyring:
            make_folder(self._key_file.parent)
            write_whole(self._key_file, key)
            self._say(
                f"This system has no usable keyring: the key of the saved session is in {self._key_file}, which only "
                "you can read."
            )
        return key

    def _error(self, what: str, error: OSError) -> StorageError:
        return StorageError(
            f"the saved session in {self._file.parent} cannot be {what}: {error.strerror}",
            "Make the folder readable and writable, or remove the session with `keten logout`.",
        )


def _folder() -> Path:
    return platformdirs.user_state_path("keten") / "sessions"


def _account(portal: str, named: str | None) -> str:
    return _digest(f"{portal}\n{(named or '').casefold()}")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _is_key(kept: bytes) -> bool:
    try:
        Fernet(kept)
    except ValueError:
        return False
    return True
