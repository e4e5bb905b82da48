"""Keyrings as a test wants them: one that works, and ones that do not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import keyring
import keyring.backends.null
import pytest
from keyring.backend import KeyringBackend

from tests.keyring_in_file import Keyring

B = TypeVar("B", bound=KeyringBackend)


@contextmanager
def using(backend: KeyringBackend) -> Iterator[None]:
    before = keyring.get_keyring()
    keyring.set_keyring(backend)
    try:
        yield
    finally:
        keyring.set_keyring(before)


def null_keyring() -> KeyringBackend:
    """One that takes all and keeps nothing."""
    return _made(keyring.backends.null.Keyring)


def _made(backend: Callable[[], B]) -> B:
    return backend()  # keyring's own classes have no types


@contextmanager
def working(folder: Path) -> Iterator[Keyring]:
    with pytest.MonkeyPatch.context() as patch, using(backend := _made(Keyring)):
        patch.setenv("KEYRING_FILE", str(folder / "keyring.json"))
        yield backend
