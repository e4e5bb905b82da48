"""A value of a YAML file that knows where it stands, and the problems that are found with such values."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from automation.errors import Problem, ScenarioError

MAX_PROBLEMS = 100_000


_NUMBER = re.compile(r"[-+]?(0x[0-9a-fA-F_]+|0o[0-7_]+|\.[0-9]+|[0-9][0-9_]*(\.[0-9_]*)?)([eE][-+]?[0-9]+)?")


_WHOLE_NUMBER = re.compile("0|[1-9][0-9]{0,8}")


_WORDS = {"": None, "~": None, "null": None, "Null": None, "NULL": None} | {
    word: word.lower() == "true" for word in ("true", "True", "TRUE", "false", "False", "FALSE")
}


@dataclass(frozen=True)
class Number:
    """What YAML reads as a number but is no plain whole one, as it was written: 01234567, 1.50."""

    written: str

    def __str__(self) -> str:
        return self.written


@dataclass(slots=True, eq=False, kw_only=True)
class Node:
    """A value and where it starts, from 1. A mapping's `keys` hold where each key stands.

    `comment` is the column of a comment right after it, where it has no quotes; `curly`, that it had curly ones.
    """

    line: int
    column: int
    value: str | bool | int | Number | list[Node] | dict[str, Node] | None
    keys: dict[str, Node]
    height: int = 1
    comment: int | None = None
    curly: bool = False

    def mapping(self) -> dict[str, Node]:
        """Its keys and their values; none when it is no mapping."""
        return self.value if isinstance(self.value, dict) else {}

    def at(self, *path: str) -> Node | None:
        """What stands under these keys; None when a key is missing."""
        node: Node | None = self
        for key in path:
            node = node.mapping().get(key) if node else None
        return node

    def items(self, *path: str) -> list[Node]:
        """What stands under these keys, item by item where it is a list."""
        node = self.at(*path)
        return node.value if node and isinstance(node.value, list) else [node] if node else []

    def over(self, other: Node, keys: Iterable[str]) -> Node:
        """This mapping with, of these keys, those that only the other has."""
        taken = {key: other.mapping()[key] for key in keys if key in other.mapping()}
        return Node(line=self.line, column=self.column, value=taken | self.mapping(), keys=other.keys | self.keys)

    def plain(self) -> Any:
        """The value without its places."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        return [node.plain() for node in self.value] if isinstance(self.value, list) else self.value


class Problems:
    """The mistakes found in one file so far; `warnings` are not mistakes, but may not be meant."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: set[Problem] = set()
        self.warnings: set[Problem] = set()

    def add(self, at: Node, message: str, hint: str = "") -> None:
        """Note a mistake; what cannot be printed is escaped and what is long is cut, since it may quote the file.

        Raises ScenarioError when there are too many to show.
        """
        if len(self.found) == MAX_PROBLEMS:
            self.found.add(Problem(self.file, at.line, at.column, "there are more problems than keten can show"))
            raise self.error()
        self.found.add(self._problem(at, message, hint))

    def warn(self, at: Node, message: str, hint: str = "") -> None:
        """Note what may not be meant."""
        self.warnings.add(self._problem(at, message, hint))

    def _problem(self, at: Node, message: str, hint: str) -> Problem:
        return Problem(self.file, at.line, at.column, _printable(message), _printable(hint))

    def stop(self, at: Node, message: str, hint: str = "") -> ScenarioError:
        """Note a mistake that hides what comes after it; the error to raise."""
        self.add(at, message, hint)
        return self.error()

    def error(self) -> ScenarioError:
        """The error that carries all mistakes."""
        return ScenarioError(self.found, self.warnings)


def _printable(text: str) -> str:
    short = text if len(text) <= 500 else f"{text[:300]} … {text[-100:]}"
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in short)


def plain_value(text: str) -> str | bool | int | Number | None:
    """What a text without quotes is."""
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE_NUMBER.fullmatch(text):
        return int(text)
    return Number(text) if _NUMBER.fullmatch(text) else text


def quoted(text: str) -> str:
    """The text in straight quotes."""
    return "'" + text.replace("'", "''") + "'" if '"' in text or "\\" in text else f'"{text}"'
