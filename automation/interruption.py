"""Signals: the first asks a run to stop where it is safe, a second stops it at once."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import Self

from loguru import logger

from automation.errors import Interrupted

_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")  # Windows has no SIGHUP


class Interruption:
    """While it is entered, a signal sets a flag; whoever can stop safely asks for it with `check` or `wait`.

    A second signal does `at_once`, and raises KeyboardInterrupt.
    """

    def __init__(self) -> None:
        self.at_once: Callable[[], None] = lambda: None
        self._asked = threading.Event()

    def __enter__(self) -> Self:
        wanted = [getattr(signal, name) for name in _SIGNALS if hasattr(signal, name)]
        self._before = {number: signal.signal(number, self._received) for number in wanted}
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _received(self, number: int, _frame: FrameType | None) -> None:
        if self._asked.is_set():
            self.at_once()
            raise KeyboardInterrupt
        logger.warning(f"{signal.Signals(number).name}: stopping after what is under way")
        self._asked.set()

    def check(self) -> None:
        """Raise Interrupted when a signal came."""
        if self._asked.is_set():
            raise Interrupted("stopped by a signal, before another grant was begun", "Run again to go on.")

    def wait(self, seconds: float) -> None:
        """Wait; Interrupted when a signal comes first."""
        self._asked.wait(seconds)
        self.check()
