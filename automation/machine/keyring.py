"""The OS keyring, where a system has one: asked late, and never for long."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

SERVICE = "keten"
_PATIENCE = 30.0  # seconds: it may ask a person to unlock it, and a schedule has nobody to be asked

T = TypeVar("T")


class NoKeyring(Exception):
    """This machine has no keyring, or it does not work; the message says why."""


def get(name: str) -> str | None:
    """What is kept under this name; None where there is nothing, or no keyring."""
    import keyring

    try:
        return _soon(lambda: keyring.get_password(SERVICE, name))
    except NoKeyring:
        return None


def keep(name: str, value: str) -> None:
    """Keep it under this name, and see that it is there then; NoKeyring when it cannot be."""
    import keyring

    _soon(lambda: keyring.set_password(SERVICE, name, value))
    if _soon(lambda: keyring.get_password(SERVICE, name)) != value:  # a null backend takes all and keeps nothing
        raise NoKeyring("it does not store what it is given")


def forget(name: str) -> None:
    """Forget what is kept under this name, if anything is."""
    import keyring

    def delete() -> None:
        if keyring.get_password(SERVICE, name) is not None:
            keyring.delete_password(SERVICE, name)

    with suppress(NoKeyring):
        _soon(delete)


def _soon(ask: Callable[[], T]) -> T:
    """Its answer; NoKeyring when it fails, in whatever way, or when it does not come."""
    answers: list[T] = []
    failures: list[Exception] = []

    def asking() -> None:
        try:
            answers.append(ask())
        except Exception as error:  # backends raise whatever their system does
            failures.append(error)

    thread = threading.Thread(target=asking, name="keyring", daemon=True)
    thread.start()
    thread.join(_PATIENCE)
    if answers:
        return answers[0]
    raise NoKeyring(type(failures[0]).__name__ if failures else f"no answer within {_PATIENCE:.0f} seconds")
