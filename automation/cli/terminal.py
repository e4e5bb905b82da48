"""Asks the person at the terminal, for some minutes, with or without showing what is typed."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress

_PATIENCE = 300.0  # seconds
_LOOK = 0.2  # seconds between two looks whether the run is to stop


class Terminal:
    """Whoever is at the terminal; `pause` is held while a question stands there, so that nothing is drawn over it."""

    def __init__(self, pause: Callable[[], AbstractContextManager[None]]) -> None:
        self._pause = pause

    @property
    def there(self) -> bool:
        """Whether there is a terminal to ask at."""
        return sys.stdin.isatty()

    def ask(self, question: str, *, hidden: bool, check: Callable[[], None]) -> str:
        """The line that is typed; TimeoutError when none comes within 5 minutes, or the terminal is closed."""
        with self._pause():
            if not hidden:
                return _answered(question, check)
            with _unseen():  # before the question shows: what is typed at once must not be seen either
                typed = _answered(question, check)
            print(file=sys.stderr)  # noqa: T201
            return typed


def _answered(question: str, check: Callable[[], None]) -> str:
    print(question, end="", file=sys.stderr, flush=True)  # noqa: T201
    return _line(check)


if sys.platform == "win32":
    import msvcrt

    @contextmanager
    def _unseen() -> Iterator[None]:
        yield  # what is taken key by key is never shown

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

    def _line(check: Callable[[], None]) -> str:
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            check()
            if select.select([sys.stdin], [], [], _LOOK)[0]:
                with suppress(OSError):  # it was closed
                    if line := sys.stdin.readline():
                        return line.rstrip("\r\n")
                break
        raise TimeoutError
