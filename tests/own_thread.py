"""A thread for each test that launches a browser itself: Playwright's sync API allows one driver a thread."""

from __future__ import annotations

import functools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec

P = ParamSpec("P")


def in_own_thread(test: Callable[P, None]) -> Callable[P, None]:
    @functools.wraps(test)
    def apart(*args: P.args, **kwargs: P.kwargs) -> None:
        with ThreadPoolExecutor(1) as pool:
            pool.submit(test, *args, **kwargs).result()

    return apart
