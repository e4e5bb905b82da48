"""Who may be asked while a run goes on: a person at a terminal, or nobody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class Person(Protocol):
    """Somebody who answers questions; `there` says whether there is anybody at all."""

    @property
    def there(self) -> bool:
        """Whether questions can be answered."""

    def ask(self, question: str, *, hidden: bool, check: Callable[[], None]) -> str:
        """The answer, typed within some minutes; `hidden`: without showing it.

        TimeoutError when none comes. `check` is called now and then, and what it raises ends the waiting.
        """


class Nobody:
    """Nobody is there: a schedule, or a test."""

    there = False

    def ask(self, question: str, *, hidden: bool, check: Callable[[], None]) -> str:  # noqa: ARG002 - as a Person
        """No answer comes."""
        raise TimeoutError
