"""Asks the person at the terminal, for some minutes, with or without showing what is typed.

What was typed before a question stands is thrown away: it was typed without having seen the question (law 1). Keys are
read from the terminal itself and never through Python's buffer, so none can be left over there.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress

from automation.errors import StorageError

_PATIENCE = 300.0  # seconds
_LOOK = 0.2  # seconds between two looks whether the run is to stop
_LINE = 4096  # bytes, the longest line that a terminal takes


class Terminal:
    """Whoever is at the terminal; `pause` is held while a question stands there, so that nothing is drawn over it."""

    def __init__(self, pause: Callable[[], AbstractContextManager[None]]) -> None:
        self._pause = pause

    @property
    def there(self) -> bool:
        """Whether there is a terminal to ask at."""
        return sys.stdin.isatty()

    def ask(self, question: str, *, hidden: bool, check: Callable[[], None]) -> str:
        """The line that is typed after the question is shown; what was typed before is thrown away.

        TimeoutError when none comes within 5 minutes, or the terminal is closed; StorageError when the question cannot
        be shown.
        """
        with self._pause():
            if not hidden:
                return _answered(question, check)
            with _unseen():  # before the question shows: what is typed at once must not be seen either
                typed = _answered(question, check)
            print(file=sys.stderr)  # noqa: T201
            return typed


def _answered(question: str, check: Callable[[], None]) -> str:
    _discard()
    print(question, end="", file=sys.stderr, flush=True)  # noqa: T201
    if getattr(sys.stderr, "failed", ""):
        raise StorageError(
            "keten must ask a question, and cannot write it to standard error",
            "Run the command in a terminal, and do not redirect standard error.",
        )
    return _line(check)


if sys.platform == "win32":
    import msvcrt

    @contextmanager
    def _unseen() -> Iterator[None]:
        yield  # what is taken key by key is never shown

    def _discard() -> None:
        while msvcrt.kbhit():
            msvcrt.getwch()

    def _line(check: Callable[[], None]) -> str:
        deadline, typed = time.monotonic() + _PATIENCE, ""
        while time.monotonic() < deadline:
            check()
            if not msvcrt.kbhit():
                time.sleep(_LOOK)
                continue
            key = msvcrt.getwch()
            if key in "\r\n":
                return typed
            if key == "\x03":
                raise KeyboardInterrupt
            typed = typed[:-1] if key == "\b" else typed + key
        raise TimeoutError

else:
    import select
    import termios

    @contextmanager
    def _unseen() -> Iterator[None]:
        terminal = sys.stdin.fileno()
        before = termios.tcgetattr(terminal)
        quiet = [*before]
        quiet[3] &= ~termios.ECHO
        termios.tcsetattr(terminal, termios.TCSAFLUSH, quiet)
        try:
            yield
        finally:
            with suppress(termios.error):  # it was closed
                termios.tcsetattr(terminal, termios.TCSAFLUSH, before)

    def _discard() -> None:
        with suppress(termios.error):  # it was closed, or is not a terminal
            termios.tcflush(sys.stdin.fileno(), termios.TCIFLUSH)

    def _line(check: Callable[[], None]) -> str:
        deadline, typed = time.monotonic() + _PATIENCE, b""
        terminal = sys.stdin.fileno()
        while time.monotonic() < deadline:
            check()
            if select.select([terminal], [], [], _LOOK)[0]:
                try:
                    new = os.read(terminal, _LINE)  # a terminal gives one line at most
                except OSError:  # it was closed
                    break
                typed += new
                if typed.endswith(b"\n"):
                    return typed.decode(sys.stdin.encoding or "utf-8", "replace").rstrip("\r\n")
                if not new:
                    break
        raise TimeoutError
