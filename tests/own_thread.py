"""A thread for each test that launches a browser itself: Playwright's sync API allows one driver a thread."""

from __future__ import annotations

import functools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def in_own_thread(test: Callable[P, R]) -> Callable[P, R]:
    @functools.wraps(test)
    def apart(*args: P.args, **kwargs: P.kwargs) -> R:
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(test, *args, **kwargs).result()

    return apart
