"""Browsers that tests launch, apart from pytest's own: Playwright's sync API allows one driver a thread."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

import pytest
from playwright.sync_api import Browser

from automation.browser.launcher import launched
from automation.machine.signals import Interruption

P = ParamSpec("P")
R = TypeVar("R")


def in_own_thread(test: Callable[P, R]) -> Callable[P, R]:
    """For a test that launches a browser, because launching is its subject."""

    @functools.wraps(test)
    def apart(*args: P.args, **kwargs: P.kwargs) -> R:
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(test, *args, **kwargs).result()

    return apart


class NoSignals(Interruption):
    """Only a main thread takes signals, and the test is in one of its own."""

    def __enter__(self) -> NoSignals:
        return self

    def __exit__(self, *_: object) -> None:
        pass


class OwnBrowser:
    """A browser as keten launches it, for all tests of a module that are marked `@… .thread`."""

    browser: Browser

    def thread(self, test: Callable[P, R]) -> Callable[P, R]:
        """Lets a test run in the browser's thread."""

        @functools.wraps(test)
        def apart(*args: P.args, **kwargs: P.kwargs) -> R:
            return self._pool.submit(test, *args, **kwargs).result()

        return apart

    def fixture(self) -> object:
        """Launches the browser for the module; its value has to be assigned to a name in the module."""

        @pytest.fixture(scope="module", autouse=True)
        def _own_browser() -> Iterator[None]:
            with ThreadPoolExecutor(1) as self._pool:
                launching = launched(None, headless=True, proxy=None, say=lambda _: None)
                self.browser = self._pool.submit(launching.__enter__).result()
                yield
                self._pool.submit(launching.__exit__, None, None, None).result()

        return _own_browser
