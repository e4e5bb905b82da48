"""The standard streams, whatever whoever started keten made of them: closed, full, or a pipe that nobody reads."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO, cast

from automation.errors import Interrupted, StorageError, worst  # nothing that takes time to import


class NotTold(StorageError):
    """The result cannot be written to standard output; what was done stands."""

    def __init__(self, why: str, hint: str = "Run it again with standard output sent elsewhere.") -> None:
        super().__init__(f"the result cannot be written to standard output: {why}", hint)
        self.why = why

    def of_run(self, kept: Path, exit_code: int) -> NotTold:
        """The same of a run, whose result is kept in this file; its own exit code counts where that is worse."""
        told = NotTold(self.why, f"The run itself is done, and its result is in {kept}.")
        # A terminal that is closed sends its signal too: that it cannot be written to any more is no other event.
        told.exit_code = exit_code if exit_code == Interrupted.exit_code else worst((exit_code, told.exit_code))
        return told


class _Stream:
    """A text stream of which a failure is known: `failed` says why. What is written after one goes nowhere."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.failed = ""

    def write(self, text: str) -> int:
        self._try(lambda: self._stream.write(text))
        return len(text)

    def writelines(self, lines: list[str]) -> None:
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        self._try(self._stream.flush)

    def _try(self, act: Callable[[], object]) -> None:
        if not self.failed:
            try:
                act()
            except (OSError, ValueError) as error:
                self._fail(error)
        if self.failed:
            self.lost()  # each time: libraries try a stream, and swallow what comes of it

    def _fail(self, error: OSError | ValueError) -> None:
        """From now on it goes nowhere, what is still in its buffer included: else Python fails at its own end."""
        self.failed = _in_words(error)
        with suppress(OSError, ValueError):
            number, nowhere = self._stream.fileno(), os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, number)
            os.close(nowhere)

    def lost(self) -> None:
        """Nobody can be told that nobody can be told."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


class _Results(_Stream):
    def lost(self) -> None:
        raise NotTold(self.failed)


def prepare() -> None:
    """Take the place of closed streams, so that no file of keten's gets their number, and know of what fails."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            _occupy(number, os.O_WRONLY if name == "stderr" else os.O_RDONLY)  # so that writing results to it fails
            setattr(sys, name, open(number, "r" if name == "stdin" else "w", encoding="utf-8", closefd=False))  # noqa: SIM115
    sys.stdout = cast(TextIO, _Results(sys.stdout))
    sys.stderr = cast(TextIO, _Stream(sys.stderr))


def leave() -> None:
    """Let Python end in the usual way, which flushes its streams once more."""
    if getattr(sys.stdout, "failed", ""):
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115


def _occupy(number: int, flags: int) -> None:
    with suppress(OSError):
        os.fstat(number)
        return  # Python has no stream for it, and there is one
    held = os.open(os.devnull, flags)
    if held != number:
        os.dup2(held, number)
        os.close(held)
    os.set_inheritable(number, True)


def _in_words(error: OSError | ValueError) -> str:
    if isinstance(error, BrokenPipeError):
        return "the program that reads it has ended"
    if isinstance(error, UnicodeEncodeError):
        return f"its encoding, {error.encoding}, does not have a character of the result (set PYTHONIOENCODING=utf-8)"
    if isinstance(error, OSError) and error.strerror and error.strerror != os.strerror(9):
        return error.strerror[0].lower() + error.strerror[1:]
    return "it is closed"
