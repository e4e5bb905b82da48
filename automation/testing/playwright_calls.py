"""Calls of Playwright's own classes with something done around them, for whoever makes them in this process."""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, Final

Original = functools.partial[Any]
SENDING: Final = ("post", "put", "patch", "delete", "fetch")
"""The methods of an APIRequestContext that may send something else than GET and HEAD."""


def api_request(name: str, arguments: tuple[Any, ...], options: dict[str, Any]) -> tuple[str, str]:
    """Method and address of a request that is asked for by this method of an APIRequestContext."""
    target = arguments[0] if arguments else options.get("url_or_request", options.get("url", ""))
    method = name if name != "fetch" else options.get("method") or getattr(target, "method", "GET")
    return str(method).upper(), str(getattr(target, "url", target))


class Calls:
    """What is done around calls of methods; `end` leaves the classes as they were."""

    def __init__(self) -> None:
        self._undoing = ExitStack()

    def around(self, owner: type, name: str, do: Callable[..., Any]) -> None:
        """Have `do(original, self, *arguments, **options)` answer each call; one that does not exist is skipped."""
        original = vars(owner).get(name)
        if original is None:
            return

        @functools.wraps(original)
        def call(self: Any, *arguments: Any, **options: Any) -> Any:
            __tracebackhide__ = True
            return do(functools.partial(original, self), self, *arguments, **options)

        setattr(owner, name, call)
        self._undoing.callback(setattr, owner, name, original)

    def end(self) -> None:
        """Leave every class as it was."""
        self._undoing.close()
