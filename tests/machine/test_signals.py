"""A signal stops keten between its steps, or in what it waits for, and never between a click and its outcome."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from automation.errors import Interrupted
from automation.machine.signals import INTERRUPTED, Interruption, heard, stop_at_once

STEPS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


def send(number: signal.Signals = signal.SIGTERM) -> None:
    os.kill(os.getpid(), number)


@pytest.fixture
def never_ready() -> Iterator[int]:
    """A file that is waited for in vain, as a browser that does not answer is."""
    ours, theirs = os.pipe()
    yield ours
    os.close(ours)
    os.close(theirs)


@pytest.mark.parametrize("number", STEPS)
def test_before_a_run_listens_a_signal_stops_at_once(number: signal.Signals) -> None:
    with heard():
        stop_at_once()
        with pytest.raises(Interrupted):
            send(number)


@pytest.mark.parametrize("number", STEPS)
def test_a_signal_before_anybody_could_tell_of_it_is_told_as_soon_as_somebody_can(number: signal.Signals) -> None:
    with heard():
        send(number)
        with pytest.raises(Interrupted):
            stop_at_once()


def test_signals_are_heard_before_anything_that_takes_time_is_imported() -> None:
    program = "import sys; before = set(sys.modules); import automation.cli; print(*set(sys.modules) - before)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert "automation.machine.signals" in done.stdout
    assert {"automation.errors", "dataclasses", "pathlib", "typer"}.isdisjoint(done.stdout.split())
    assert Interrupted.exit_code == INTERRUPTED


def test_a_signal_that_was_swallowed_before_the_run_stops_it_at_its_first_step() -> None:
    with heard():
        stop_at_once()
        with suppress(Exception):  # as libraries do while they are imported
            send()
        with Interruption() as interruption, pytest.raises(Interrupted):
            interruption.check()


def test_a_second_signal_ends_the_process() -> None:
    with heard():
        stop_at_once()
        with pytest.raises(Interrupted):
            send()
        with pytest.raises(SystemExit) as ended:
            send()
    assert ended.value.code == 130


def test_a_step_looks_before_it_begins() -> None:
    with Interruption() as interruption:
        interruption.check()
        send()
        with pytest.raises(Interrupted):
            interruption.check()
        with pytest.raises(Interrupted):
            interruption.wait(60)


def test_a_step_that_waits_in_vain_is_taken_out_of_it_in_seconds(never_ready: int) -> None:
    began = time.monotonic()
    threading.Timer(0.1, send).start()
    with Interruption(), pytest.raises(Interrupted):
        select.select([never_ready], [], [], 60)
    assert time.monotonic() - began < 5


def test_nothing_comes_between_a_click_and_its_outcome(never_ready: int) -> None:
    with Interruption() as interruption:
        interruption.before_click()
        send()
        select.select([never_ready], [], [], 1.5)  # longer than a step has
        interruption.check()
        interruption.wait(0.05)
        interruption.after_click()
        with pytest.raises(Interrupted):
            interruption.check()


def test_no_click_is_begun_after_a_signal() -> None:
    with Interruption() as interruption:
        send()
        with pytest.raises(Interrupted):
            interruption.before_click()


def test_a_second_signal_stops_even_a_click_at_once(never_ready: int) -> None:
    stopped: list[str] = []
    with Interruption() as interruption:
        interruption.at_once = lambda: stopped.append("the wire is cut")
        interruption.before_click()
        send()
        with pytest.raises(KeyboardInterrupt):
            send()
    assert stopped == ["the wire is cut"]


def test_a_signal_that_keten_was_started_to_ignore_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with heard(), Interruption() as interruption:
            send(signal.SIGHUP)
            interruption.check()
    finally:
        signal.signal(signal.SIGHUP, before)
