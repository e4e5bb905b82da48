"""The one writer through which every file of a run passes: whole or not at all, the owner's alone, sealed last."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import RLock
from typing import Self

from automation.errors import StorageError
from automation.machine.files import make_folder, owner_only, sync_folder, write_whole
from automation.machine.masking import SECRETS

MANIFEST = "manifest-sha256.txt"

_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*(/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*")
"""Names as keten gives them: nothing that leaves the folder, hides, or needs escaping in a manifest."""

_AS_MADE = frozenset({".png", ".zip"})
"""Pictures are taken while no secret stands on the screen, and archives come masked: a byte less would spoil them."""

_HINTS = {
    errno.ENOSPC: "The disk is full: make room, or choose a folder on another disk with --output.",
    errno.EDQUOT: "Your share of the disk is used up: make room, or choose another folder with --output.",
    errno.ENOTDIR: "A file stands where a folder is needed: move it, or choose another folder with --output.",
    errno.EEXIST: "It exists already: move it, or choose another folder with --output.",
}
_OTHER_HINT = "Choose a folder that you may write to with --output."


def new_run_id(now: datetime) -> str:
    """A sortable name for a run that begins at this moment (with a time zone): `2026-11-23T101500Z-3f2a`."""
    return f"{now.astimezone(UTC):%Y-%m-%dT%H%M%SZ}-{secrets.token_hex(2)}"


class Evidence:
    """The folder of one run. Every method raises StorageError, with path, reason and hint, where it cannot write.

    Files are 0600 and folders 0700 (where the system has such modes). Once sealed, nothing can be added. No text is
    written with a secret in it that this process knows of.

    Before a click what cannot be written stops the run. After it, `keep` and `lose` remember what could not be kept
    instead: that ends nothing, and is told beside the grant that it is about (law 4).
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._sealed = False
        self._sizes: dict[str, int] = {}
        self._lost: dict[str, str] = {}
        self._lock = RLock()  # log lines come from the wire's thread too, and must not slip past the seal

    @classmethod
    def open(cls, output: Path, run_id: str) -> Self:
        """Make `output/run_id`, and `output` itself where it is missing; never a folder that exists already."""
        with _storage_errors(output / run_id):
            folder = output.absolute() / run_id
            make_folder(folder.parent)
            folder.mkdir(mode=0o700)
            sync_folder(folder.parent)
        return cls(folder)

    def write(self, name: str, content: bytes | str) -> Path:
        """Write a whole file under a name relative to the run's folder, and return its path.

        After a crash at any point the name holds the old content, or all of the new (law 6).
        """
        if isinstance(content, str):
            content = _encoded(SECRETS.text(content))
        elif name != MANIFEST and Path(name).suffix not in _AS_MADE:
            content = SECRETS.content(content)
        with self._lock, _storage_errors(self.folder / name):
            path = self._place(name)
            write_whole(path, content)
            self._sizes[name] = len(content)
            self._lost.pop(name, None)
        return path

    def keep(self, name: str, content: bytes | str) -> bool:
        """Write a file as `write` does, or remember why it could not be written; whether it was."""
        try:
            self.write(name, content)
        except StorageError as error:
            self.lose(name, error.message)
            return False
        return True

    def lose(self, name: str, why: str) -> None:
        """Remember that a file could not be made, and why."""
        with self._lock:
            self._lost.setdefault(name, why)

    def lost(self) -> dict[str, str]:
        """Every file that could not be made, or that something else removed or changed since, and why."""
        with self._lock:
            gone = {name: self._what_became(name) for name, size in self._sizes.items() if self._size(name) != size}
            return self._lost | gone

    def _what_became(self, name: str) -> str:
        state = "removed" if self._size(name) is None else "changed"
        return f"{self.folder / name} was {state} by something else during the run"

    def _size(self, name: str) -> int | None:
        try:
            return (self.folder / name).stat().st_size
        except OSError:
            return None

    def write_json(self, name: str, document: object) -> Path:
        """Write plain data as JSON for people to read too."""
        return self.write(name, _as_json(document))

    def keep_json(self, name: str, document: object) -> bool:
        """Write plain data as `write_json` does, or remember why it could not be written; whether it was."""
        return self.keep(name, _as_json(document))

    def append(self, name: str, line: str) -> None:
        """Add one line to a file, made when it is missing."""
        content = _encoded(SECRETS.text(line.rstrip("\n")) + "\n")
        with self._lock, _storage_errors(self.folder / name):
            with open(self._place(name), "ab", opener=owner_only) as file:
                file.write(content)
            self._sizes[name] = self._sizes.get(name, 0) + len(content)

    def seal(self) -> str:
        """Write the manifest, in the format of `sha256sum -c`, and return its SHA-256; a later write raises."""
        with self._lock, _storage_errors(self.folder / MANIFEST):
            names = sorted(p.relative_to(self.folder).as_posix() for p in self.folder.rglob("*") if p.is_file())
            manifest = os.fsencode("".join(_manifest_line(self.folder, n) for n in names if n != MANIFEST))
            self.write(MANIFEST, manifest)
            self._sealed = True
        return hashlib.sha256(manifest).hexdigest()

    def _place(self, name: str) -> Path:
        if self._sealed:
            raise StorageError(f"cannot write {name}: the run in {self.folder} is sealed", "Start a new run.")
        if not _NAME.fullmatch(name):
            raise StorageError(f"cannot write {name!r} in {self.folder}: that is not a valid name for a file of a run")
        path = self.folder / name
        make_folder(path.parent)
        return path


def _as_json(document: object) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _encoded(text: str) -> bytes:
    # A page can hold half a surrogate pair: it is kept as `\udc00`, which is what JSON calls it too.
    return text.encode("utf-8", "backslashreplace")


def _manifest_line(folder: Path, name: str) -> str:
    with (folder / name).open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    escaped = name.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")
    return f"{'' if escaped == name else chr(92)}{digest}  {escaped}\n"


@contextmanager
def _storage_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        hint = _HINTS.get(error.errno or 0, _OTHER_HINT)
        raise StorageError(f"cannot write {path}: {error.strerror or error}", hint) from error
