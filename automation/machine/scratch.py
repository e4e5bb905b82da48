"""Folders for temporary files, such as the browser's profile and raw traces: the owner's alone, removed at the end."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

_PREFIX = "keten-"  # short: Chromium makes a socket in it, whose path may have some 100 characters
_LOCK = "lock"
_SETTLED = 60.0  # seconds after which a folder that nobody holds is no longer one that is just being made


@contextmanager
def scratch() -> Iterator[Path]:
    """A new folder below the system's temporary one, with all in it removed when the context ends.

    What a killed process left behind is removed first.
    """
    for left in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        _remove_if_left(left)
    with (
        tempfile.TemporaryDirectory(prefix=_PREFIX, ignore_cleanup_errors=True) as folder,
        FileLock(Path(folder, _LOCK)),
    ):
        yield Path(folder)


def _remove_if_left(folder: Path) -> None:
    """Remove a folder whose owner is this user, and whose process is gone: its lock went with it."""
    with suppress(OSError, Timeout):
        about = folder.lstat()
        mine = not hasattr(os, "getuid") or about.st_uid == os.getuid()
        left = (folder / _LOCK).is_file() and not folder.is_symlink()
        if mine and left and time.time() - about.st_mtime > _SETTLED:
            with FileLock(folder / _LOCK, timeout=0):
                pass
            shutil.rmtree(folder, ignore_errors=True)
