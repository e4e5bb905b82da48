"""The processes of one run, found in /proc: keten's Python, Playwright's driver, the browser."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path


class Victim(StrEnum):
    """What a SIGKILL hits. The browser has a session of its own, and is never in a group with keten or the driver."""

    GROUPS = "keten and driver, with their process groups"
    PYTHON = "keten's Python alone"
    DRIVER = "Playwright's driver alone"
    BROWSER = "the browser alone"
    PAGES = "the browser's pages alone"


def strike(victim: Victim) -> None:
    """Kill it; called in keten's own process, which does not come back from two of these."""
    if victim is Victim.BROWSER:
        _kill(_is_browser)
    elif victim is Victim.PAGES:
        _kill(_is_page)
    elif victim is Victim.DRIVER:
        _kill(_is_driver)
    else:
        if victim is Victim.GROUPS:
            for driver in filter(_is_driver, _descendants(os.getpid())):
                os.killpg(os.getpgid(driver), signal.SIGKILL)
            os.killpg(os.getpgrp(), signal.SIGKILL)
        os.kill(os.getpid(), signal.SIGKILL)


def of_run(mark: str) -> list[int]:
    """Every living process that has this word among its arguments or in its environment."""
    return [pid for pid in _all() if mark in _read(pid, "cmdline") or mark in _read(pid, "environ")]


def await_none(mark: str, patience: float = 60.0) -> None:
    """Wait until no process of that run is left; TimeoutError when some outlive the patience, in seconds."""
    deadline = time.monotonic() + patience
    while left := of_run(mark):
        if time.monotonic() > deadline:
            raise TimeoutError(f"still alive: {[_read(pid, 'cmdline')[:120] for pid in left]}")
        time.sleep(0.02)


def _kill(wanted: Callable[[int], bool]) -> None:
    for pid in filter(wanted, _descendants(os.getpid())):
        os.kill(pid, signal.SIGKILL)


def _is_driver(pid: int) -> bool:
    return "run-driver" in _read(pid, "cmdline")


def _is_browser(pid: int) -> bool:
    """The browser's main process: its children have a `--type`, and do not outlive it."""
    arguments = _read(pid, "cmdline")
    return "--user-data-dir=" in arguments and "--type=" not in arguments


def _is_page(pid: int) -> bool:
    return "--type=renderer" in _read(pid, "cmdline")


def _descendants(pid: int) -> list[int]:
    parents = {child: _parent(child) for child in _all()}
    found, last = [], [pid]
    while last:
        last = [child for child, parent in parents.items() if parent in last]
        found += last
    return found


def _parent(pid: int) -> int:
    status = _read(pid, "stat")
    return int(status.rpartition(")")[2].split()[1]) if status else 0


def _all() -> Iterator[int]:
    return (int(folder.name) for folder in Path("/proc").iterdir() if folder.name.isdigit())


def _read(pid: int, name: str) -> str:
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes().decode("utf-8", "replace").replace("\0", " ")
    except OSError:  # it ended meanwhile, or is another user's
        return ""
