"""Asking at a terminal: what is hidden is never echoed, and nobody is waited for for ever."""

from __future__ import annotations

import io
import os
import pty
import sys
import termios
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import pytest

from automation.cli.console import terminal
from automation.cli.console.terminal import Terminal
from automation.errors import Interrupted


@dataclass
class Pseudo:
    """The two ends of a terminal: the person's, and the program's."""

    person: int
    program: int

    @property
    def echoes(self) -> bool:
        return bool(termios.tcgetattr(self.program)[3] & termios.ECHO)


@pytest.fixture
def pseudo(monkeypatch: pytest.MonkeyPatch) -> Iterator[Pseudo]:
    person, program = pty.openpty()
    with open(program, closefd=False) as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        yield Pseudo(person, program)
    os.close(person)
    os.close(program)


def test_what_is_typed_is_the_answer_and_echoed_only_where_it_may_be_seen(pseudo: Pseudo) -> None:
    for hidden in (True, False):
        echoed: list[bool] = []

        def typing(echoed: list[bool] = echoed) -> None:
            if not echoed:
                echoed.append(pseudo.echoes)
                os.write(pseudo.person, b"123456\n")

        assert Terminal(nullcontext).ask("Code: ", hidden=hidden, check=typing) == "123456"
        assert echoed == [not hidden]
        assert pseudo.echoes


def test_what_is_typed_as_soon_as_the_question_shows_is_hidden_too(
    pseudo: Pseudo, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Shown(io.StringIO):
        def write(self, text: str) -> int:
            if text == "Code: ":
                echoed.append(pseudo.echoes)
                os.write(pseudo.person, b"123456\n")
            return len(text)

    echoed: list[bool] = []
    monkeypatch.setattr(sys, "stderr", Shown())

    assert Terminal(nullcontext).ask("Code: ", hidden=True, check=lambda: None) == "123456"
    assert echoed == [False]


@pytest.mark.parametrize("hidden", [False, True])
@pytest.mark.parametrize("early", [b"y\n", b"y\ny\n", b"y", b"no\ny\nmore"], ids=repr)
def test_what_was_typed_before_the_question_stands_does_not_answer_it(
    pseudo: Pseudo, early: bytes, hidden: bool
) -> None:
    os.write(pseudo.person, early)
    looks: list[None] = []

    def typing() -> None:
        looks.append(None)
        if len(looks) == 2:  # it was waited for first: nothing has answered yet
            os.write(pseudo.person, b"n\n")

    assert Terminal(nullcontext).ask("Record? ", hidden=hidden, check=typing) == "n"


def test_what_was_typed_besides_an_answer_does_not_answer_the_next_question(pseudo: Pseudo) -> None:
    def typing(keys: bytes) -> Callable[[], None]:
        waiting = iter([keys])
        return lambda: [os.write(pseudo.person, keys) for keys in waiting].clear()

    assert Terminal(nullcontext).ask("First? ", hidden=False, check=typing(b"one\ntwo\n")) == "one"
    assert Terminal(nullcontext).ask("Second? ", hidden=False, check=typing(b"three\n")) == "three"


def test_nobody_is_waited_for_for_ever(pseudo: Pseudo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "_PATIENCE", 0.1)

    with pytest.raises(TimeoutError):
        Terminal(nullcontext).ask("Code: ", hidden=True, check=lambda: None)
    assert pseudo.echoes


def test_a_signal_ends_the_waiting(pseudo: Pseudo) -> None:
    def signalled() -> None:
        raise Interrupted("stopped")

    with pytest.raises(Interrupted):
        Terminal(nullcontext).ask("Code: ", hidden=True, check=signalled)
    assert pseudo.echoes


def test_there_is_somebody_only_at_a_terminal(pseudo: Pseudo, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Terminal(nullcontext).there

    with Path(os.devnull).open() as nothing:
        monkeypatch.setattr(sys, "stdin", nothing)
        assert not Terminal(nullcontext).there
