"""A stand-in portal that takes credentials found nowhere else, and remembers what it was given and what it gave."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pyotp
import pytest

from automation.mock_portal import sign_in
from automation.mock_portal.server import MockPortal

PASSWORD = 'Gv7"é &+/ <q>%2B-Xk9mTz4'
TOTP_SECRET = pyotp.random_base32()


@contextmanager
def planted() -> Iterator[None]:
    """While this lasts, every stand-in portal takes these."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sign_in, "PASSWORD", PASSWORD)
        patch.setattr(sign_in, "TOTP_SECRET", TOTP_SECRET)
        yield


class Portal(MockPortal):
    """The portal; `echoed`: its refusal of a sign-in repeats what was typed."""

    def __init__(self, *, echoed: bool = False) -> None:
        super().__init__(allow_used_codes=True)
        self.secrets: dict[str, str] = {}
        known = self._state.sign_in
        self._note(known, "code", lambda args, _: args[1])
        self._note(known, "open_session", lambda _, token: token)
        self._note(known, "begin", lambda _, begun: begun[0])
        password = known.password

        def repeat(attempt: sign_in.Attempt, username: str, typed: str) -> None:
            password(attempt, username, typed)
            attempt.error += f" U typte: {typed}" if echoed and attempt.error else ""

        setattr(known, "password", repeat)  # noqa: B010 - a patch, which no type check is to follow

    def _note(self, known: sign_in.SignIn, name: str, secret: Callable[[Any, Any], str]) -> None:
        original = getattr(known, name)

        def noted(*args: Any, **given: Any) -> Any:
            result = original(*args, **given)
            self.secrets[f"{name} {len(self.secrets)}"] = secret(args, result)
            return result

        setattr(known, name, noted)
