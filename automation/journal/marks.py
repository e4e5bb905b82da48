"""What this machine wrote last into each journal, so that an older copy is not taken for it (law 6).

A backup that is put back does not know of the clicks after it: they would be made again.
"""

from __future__ import annotations

from pathlib import Path

import platformdirs

from automation.errors import StorageError
from automation.machine.files import make_folder, write_whole


def _file(journal: str) -> Path:
    return platformdirs.user_state_path("keten") / "journals" / journal


def remember(journal: str, ref: str, event: str = "") -> None:
    """The last reference that was written into the journal of this name, or an event of it that lets a click go.

    StorageError when it cannot be kept.
    """
    file = _file(journal)
    try:
        make_folder(file.parent)
        write_whole(file, f"{ref} {event}".strip().encode())
    except OSError as error:
        raise StorageError(f"{file} cannot be written: {error.strerror}", "Make the folder writable.") from error


def last(journal: str) -> tuple[str, str, Path] | None:
    """That reference and event, and where they are kept; None when this machine wrote none."""
    file = _file(journal)
    try:
        ref, _, event = file.read_text("ascii").partition(" ")
    except OSError:
        return None
    except ValueError as error:
        raise StorageError(f"{file} cannot be read: {error}", "Look at the portal, and then remove it.") from error
    return ref, event, file
