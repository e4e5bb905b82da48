"""One organisation is never worked on by two processes at once (law 2.1)."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import platformdirs
from filelock import FileLock, Timeout

from automation.errors import Busy, StorageError
from automation.machine.files import make_folder


def folder_of_locks() -> Path:
    """One folder for all of a user's processes, whatever their environment says; else they would not see each other."""
    if os.name == "posix":
        import pwd

        with suppress(KeyError):  # a container's user often has no entry
            home = Path(pwd.getpwuid(os.getuid()).pw_dir)
            if home.is_dir():
                return home / ".local/state/keten/locks"
    return platformdirs.user_state_path("keten") / "locks"


@dataclass(frozen=True)
class Turn:
    """A turn of the lock: a token of its own, and the token of the turn before it, whose holder certainly is gone."""

    token: str
    before: str | None


@contextmanager
def locked(portal: str, organisation: str, what: str) -> Iterator[Turn]:
    """While this lasts, no other process of this user works on the organisation at that portal (a `PortalAddress.key`).

    Busy, naming the holder, when one does; a crash lets go of the lock. `what` says what this process does.
    StorageError when the lock's folder cannot be written.
    """
    with _locked(f"{portal}\n{organisation}", f"is working for {organisation} at {portal}", what) as turn:
        yield turn


@contextmanager
def locked_account(portal: str, account: str, what: str) -> Iterator[Turn]:
    """While this lasts, no other process of this user signs in with the account there: that may end its session.

    An account may serve several organisations, each with a lock of its own. `account` is its user name, or where that
    is not set, its name in the settings. Raises as `locked` does.
    """
    told = f"the account '{account}'" if account else "this account"
    with _locked(f"{portal}\naccount {account.casefold()}", f"is signed in with {told} at {portal}", what) as turn:
        yield turn


@contextmanager
def _locked(of: str, told: str, what: str) -> Iterator[Turn]:
    folder = folder_of_locks()
    name = hashlib.sha256(of.encode()).hexdigest()[:32]
    holder = folder / f"{name}.json"
    lock = FileLock(folder / f"{name}.lock", mode=0o600)
    try:
        make_folder(folder)
        lock.acquire(timeout=0)
    except Timeout:
        raise Busy(f"another run {told}: {_told(holder)}", "Wait until that run ends, or stop it.") from None
    except OSError as error:
        raise StorageError(
            f"keten cannot lock the organisation with a file in {folder}: {error.strerror}", "Make the folder writable."
        ) from error
    turn = Turn(secrets.token_hex(16), _known(holder).get("token"))
    try:
        with suppress(OSError):  # then nobody is told who holds it, and the lease of a crash is waited for
            known = {"pid": os.getpid(), "what": what, "since": _now(), "token": turn.token}
            holder.write_text(json.dumps(known), "utf-8")
        yield turn
    finally:
        lock.release()


def _told(holder: Path) -> str:
    try:
        return "{what}, process {pid}, since {since}".format(**_known(holder))
    except KeyError:
        return "unknown process"


def _known(holder: Path) -> dict[str, Any]:
    with suppress(OSError, ValueError, TypeError):
        return dict(json.loads(holder.read_text("utf-8")))
    return {}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
