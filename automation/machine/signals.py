"""Signals: the first asks keten to stop where it is safe, a second stops it at once.

They are heard from the very start of the process (`heard`), before all that takes time to import: noted first, and
once somebody could tell of it the first one stops at once. A run then listens by itself (`Interruption`): it looks
between its steps, and is taken out of whatever it waits for soon after, except between a click and its outcome.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from automation.errors import Interrupted

_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")  # Windows has no SIGHUP
INTERRUPTED = 130  # the exit code of `errors.Interrupted`, which takes time to import
_LOOK = 0.1  # seconds between two looks whether a signal came
_BY_ITSELF = 1.0  # seconds that a step has to end by itself, before it is taken out of what it waits for
_Handler = Callable[[int, FrameType | None], Any]


class _Early:
    """Whether a signal came before a run listened: whoever swallows the error that it raised stops soon after."""

    came: int | None = None
    stops = False


def _installed(handler: _Handler) -> dict[int, Any]:
    """The handlers that were there before. A signal that whoever started keten had it ignore stays ignored (nohup)."""
    if threading.current_thread() is not threading.main_thread():
        return {}  # only the main thread may set handlers, and hears signals
    numbers = [getattr(signal, name) for name in _SIGNALS if hasattr(signal, name)]
    return {n: signal.signal(n, handler) for n in numbers if signal.getsignal(n) is not signal.SIG_IGN}


def _put_back(before: dict[int, Any]) -> None:
    for number, handler in before.items():
        signal.signal(number, handler)


@contextmanager
def heard() -> Iterator[None]:
    """While this lasts, the first signal is noted, or stops keten wherever it is (`stop_at_once`); a second ends it."""
    _Early.came, _Early.stops = None, False

    def received(number: int, _frame: FrameType | None) -> None:
        if _Early.came is not None:
            raise SystemExit(INTERRUPTED)
        _Early.came = number
        if _Early.stops:
            raise _stopped()

    before = _installed(received)
    try:
        yield
    finally:
        _Early.came, _Early.stops = None, False
        _put_back(before)


def stop_at_once() -> None:
    """From now on the first signal raises Interrupted wherever keten is; one that came before raises it here."""
    _Early.stops = True
    if _Early.came is not None:
        raise _stopped()


class Interruption:
    """While it is entered, a signal is a wish to stop: `check` and `wait` raise Interrupted then.

    Whoever looks at neither is taken out of what it waits for, by an Interrupted raised there; but nobody is between
    `before_click` and `after_click`. A second signal does `at_once`, and raises KeyboardInterrupt.
    """

    def __init__(self) -> None:
        self.at_once: Callable[[], None] = lambda: None
        self._came: int | None = None
        self._clicking = self._raised = self._nudged = False
        self._over = threading.Event()

    def __enter__(self) -> Self:
        self._came = _Early.came
        self._before = _installed(self._received)
        self._watcher = threading.Thread(target=self._watch, name="signals", daemon=True)
        self._watcher.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._watcher.join()
        _put_back(self._before)

    def before_click(self) -> None:
        """Interrupted when a signal came; from now on none stops the run, until `after_click`."""
        self.check()
        self._clicking = True

    def after_click(self) -> None:
        """What came of the click is written down, or there was none."""
        self._clicking = False

    def check(self) -> None:
        """Raise Interrupted when a signal came, unless a click waits for its outcome."""
        if self._came is not None and not self._clicking:
            self._raised = True
            raise _stopped()

    def wait(self, seconds: float) -> None:
        """Wait; Interrupted when a signal comes first."""
        end = time.monotonic() + seconds
        self.check()
        while (left := end - time.monotonic()) > 0:
            time.sleep(min(left, _LOOK))
            self.check()

    def _received(self, number: int, _frame: FrameType | None) -> None:
        # A handler may run while this very thread holds a lock: it takes none, and leaves the log to the watcher.
        if self._nudged:
            self._nudged = False
            if not self._raised:
                self.check()
        elif self._came is not None:
            self.at_once()
            raise KeyboardInterrupt
        else:
            self._came = number

    def _watch(self) -> None:
        while self._came is None:
            if self._over.wait(_LOOK):
                return
        from loguru import logger

        logger.warning(f"{signal.Signals(self._came).name}: stopping after the current step")
        since = time.monotonic()
        while not (self._raised or self._over.wait(_LOOK)):
            if time.monotonic() - since >= _BY_ITSELF and not (self._clicking or self._nudged or self._raised):
                self._nudged = True
                _signal_main(self._came)


def _stopped() -> Interrupted:
    from automation.errors import Interrupted

    return Interrupted("stopped by a signal, before the next grant was started", "Run the command again to continue.")


def _signal_main(number: int) -> None:
    """Have the main thread run its handler now, whatever it waits for."""
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(threading.main_thread().ident or 0, number)
    else:
        import _thread

        _thread.interrupt_main(signal.Signals(number))
