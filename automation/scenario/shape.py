"""The shapes that a scenario is made of: each reads a value, naming every mistake, and prints itself as JSON Schema."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from rapidfuzz import fuzz, process

from automation.scenario.file import Node, Number, Problems


class Shape(Protocol):
    """What a value may be."""

    def read(self, node: Node, problems: Problems) -> Any:
        """The value; None when it is wrong, and then `problems` says why."""

    def schema(self) -> dict[str, Any]:
        """The same as JSON Schema."""


@dataclass(frozen=True)
class Scalar:
    """One value: `parse` raises ValueError with what is wrong, `hint` says how it is written."""

    parse: Callable[[Node], Any]
    hint: str
    json: dict[str, Any]

    def read(self, node: Node, problems: Problems) -> Any:
        """The parsed value, or None."""
        try:
            return self.parse(node)
        except Unquoted as error:
            problems.add(node, str(error), error.hint)
        except ValueError as error:
            problems.add(node, str(error), self.hint)
        return None

    def schema(self) -> dict[str, Any]:
        """As JSON Schema."""
        return self.json


@dataclass(frozen=True)
class ListOf:
    """One or more values, none of them twice."""

    item: Scalar

    def read(self, node: Node, problems: Problems) -> Any:
        """The items that are right, or None when it is no list."""
        if not isinstance(node.value, list) or not node.value:
            problems.add(node, f"a list is needed here, not {kind(node)}", "Write one item or more: [a, b].")
            return None
        items: dict[Any, None] = {}
        for child in node.value:
            item = self.item.read(child, problems)
            if item in items:
                problems.add(child, f"'{child.value}' is listed twice", "Remove one of the two.")
            elif item is not None:
                items[item] = None
        return list(items)

    def schema(self) -> dict[str, Any]:
        """As JSON Schema."""
        return {"type": "array", "minItems": 1, "uniqueItems": True, "items": self.item.schema()}


@dataclass(frozen=True)
class Key:
    """What a key of a mapping holds and means."""

    shape: Shape
    meaning: str
    required: bool = False


@dataclass(frozen=True)
class Keys:
    """A mapping with these keys and no others. `extra` is added to its JSON Schema."""

    keys: Mapping[str, Key]
    extra: dict[str, Any] = field(default_factory=dict)

    def read(self, node: Node, problems: Problems) -> Any:
        """The values of the keys that are there, None for those that are wrong; None when it is no mapping."""
        if not isinstance(node.value, dict):
            problems.add(node, f"keys are needed here, not {kind(node)}", f"The keys are: {', '.join(self.keys)}.")
            return None
        for name, key in self.keys.items():
            if key.required and name not in node.value:
                problems.add(node, f"the key '{name}' is missing here", f"Add `{name}`: {key.meaning}.")
        values: dict[str, Any] = {}
        for name, child in node.value.items():
            if name not in self.keys:
                self._unknown(node.keys[name], name, problems)
            elif child.value is None:
                problems.add(node.keys[name], f"the key '{name}' has no value", "Give it one, or remove the key.")
                values[name] = None
            else:
                values[name] = self.keys[name].shape.read(child, problems)
        return values

    def _unknown(self, key: Node, name: str, problems: Problems) -> None:
        nearest = process.extractOne(name, list(self.keys), scorer=fuzz.ratio, processor=str.lower, score_cutoff=60)
        if nearest:
            hint = f"Did you mean `{nearest[0]}`?"
        elif isinstance(key.value, Number):
            hint = "If the comma before it was meant for cents: write a point, as in EUR 40.00."
        else:
            hint = f"The keys here are: {', '.join(self.keys)}."
        problems.add(key, f"the key '{name}' is not known here", hint)

    def schema(self) -> dict[str, Any]:
        """As JSON Schema."""
        return {
            "type": "object",
            "additionalProperties": False,
            "required": [name for name, key in self.keys.items() if key.required],
            "properties": {n: key.shape.schema() | {"description": key.meaning} for n, key in self.keys.items()},
            **self.extra,
        }


class Entries:
    """One or more mappings of the same keys."""

    def __init__(self, entry: Keys) -> None:
        self.entry = entry

    def read(self, node: Node, problems: Problems) -> Any:
        """Pairs of an entry's node and its values, for all entries that are mappings."""
        if not isinstance(node.value, list) or not node.value:
            problems.add(node, f"a list of entries is needed here, not {kind(node)}", "Start each with `- id: …`.")
            return None
        read = [(child, self.entry.read(child, problems)) for child in node.value]
        return [(child, values) for child, values in read if values is not None]

    def schema(self) -> dict[str, Any]:
        """As JSON Schema."""
        return {"type": "array", "minItems": 1, "items": self.entry.schema()}


class Anything:
    """A mapping that is not looked into."""

    def read(self, node: Node, problems: Problems) -> Any:
        """True, or None when it is no mapping."""
        if isinstance(node.value, dict):
            return True
        problems.add(node, f"keys are needed here, not {kind(node)}", "Write `expect: {…}`.")
        return None

    def schema(self) -> dict[str, Any]:
        """As JSON Schema."""
        return {"type": "object"}


class Unquoted(ValueError):
    """Text that YAML takes for something else, because it stands there without quotes."""

    def __init__(self, message: str, quoted: str) -> None:
        super().__init__(message)
        self.hint = f'Write it in quotes: "{quoted}".'


def kind(node: Node) -> str:
    """What a value is, as a message says it."""
    if isinstance(node.value, dict):
        return "keys with values"
    if isinstance(node.value, list):
        return "a list" if node.value else "an empty list"
    return "nothing" if node.value is None else "a single value"
