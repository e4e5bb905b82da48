"""Says in plain English, and by its place in the file, what pydantic finds wrong with a scenario or a profile."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, cast

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from rapidfuzz import fuzz, process

from automation.inputs.yaml_node import Node, Number, Problems, plain_value, quoted
from automation.inputs.yaml_slips import CURLY

_CENTS = re.compile(r"\d\d\b")


def report(error: ValidationError, root: Node, problems: Problems, schema: dict[str, Any]) -> None:
    """Add every mistake that was found in `root` to `problems`; `schema` is the JSON Schema of such a file."""
    mistakes = error.errors(include_url=False)
    cut = {
        one["loc"][:-1] for one in mistakes if one["type"] == "extra_forbidden" and _CENTS.match(str(one["loc"][-1]))
    }
    for mistake in mistakes:
        *path, last = loc = mistake["loc"]
        if last == "at_most" and loc[:-1] in cut:
            continue  # `at_most: €15,50` in braces: the comma is the mistake, and is told
        if last == "[key]":
            *path, name = path
            hint = instead_of(str(name), _part(schema, path)["propertyNames"]["enum"])
            problems.add(_node(root, path).keys[str(name)], f"unknown key '{name}'", hint)
            continue
        around, name = _node(root, path), str(last)
        match mistake["type"]:
            case "missing" if misspelt(around, name, _part(schema, path).get("properties", ())):
                pass  # the key that was written instead is told
            case "missing":
                hint = f"Add `{name}`: {_part(schema, loc)['description']}."
                problems.add(around, f"the key '{name}' is missing", hint)
            case "extra_forbidden":
                known = [*_part(schema, path).get("properties", ())]
                hint = instead_of(name, known) if mistake["input"] is not None else _without_value(name, known)
                problems.add(around.keys[name], f"unknown key '{name}'", hint)
            case "no_value":
                hint = "Give it one, or remove the key."
                problems.add(around.keys[name], f"the key '{name}' has no value", hint)
            case "too_short" if mistake["input"]:
                pass  # what it holds is wrong, and told
            case _:
                problems.add(_node(root, loc), *_wrong_value(mistake, _part(schema, loc)))


def _node(root: Node, loc: Sequence[str | int]) -> Node:
    node: Any = root
    for step in loc:
        node = node.value[step]
    return cast(Node, node)


def _part(schema: dict[str, Any], loc: Sequence[str | int]) -> dict[str, Any]:
    """What the JSON Schema says of a place in the file; of a place with alternatives, the first that fits.

    Nothing of what stands under a key that is not known.
    """
    part = schema
    for step in loc:
        part = next(_under(schema, part, step), {})
    return part


def _under(schema: dict[str, Any], part: dict[str, Any], step: str | int) -> Iterator[dict[str, Any]]:
    """What stands for an item, or for the value of a key, in a part of the schema or one of its alternatives."""
    if isinstance(step, int) and "items" in part:
        yield _resolved(schema, part["items"])
    elif step in part.get("properties", {}):
        yield _resolved(schema, part["properties"][step])
    elif isinstance(part.get("additionalProperties"), dict):
        yield _resolved(schema, part["additionalProperties"])
    for alternative in part.get("anyOf", ()):
        yield from _under(schema, _resolved(schema, alternative), step)


def _resolved(schema: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    return schema["$defs"][part["$ref"].rpartition("/")[2]] | part if "$ref" in part else part


def misspelt(node: Node, key: str, known: Iterable[str]) -> bool:
    """Whether `key` is missing in a mapping that has an unknown key which is told to mean it."""
    keys, known = node.mapping().keys(), [*known]
    return key not in keys and any(_nearest(unknown, known) == key for unknown in keys - {*known})


def _nearest(unknown: str, known: Sequence[str], alike: int = 60) -> str | None:
    """The known key that was probably meant; `alike` is the least likeness, 0 to 100."""
    found = process.extractOne(unknown, known, scorer=fuzz.ratio, processor=str.lower, score_cutoff=alike)
    return found[0] if found else None


def instead_of(unknown: str, known: Sequence[str]) -> str:
    """A hint what may have been meant by a key that is not known."""
    if nearest := _nearest(unknown, known):
        return f"Did you mean `{nearest}`?"
    if _CENTS.match(unknown):
        return "If the comma before it separates euros and cents, write a point, as in EUR 40.00."
    return f"The keys here are: {', '.join(known)}." if known else "Remove it."


def _without_value(unknown: str, known: Sequence[str]) -> str:
    """The same of a key that has no value: a colon is missing, or a comma in braces has ended what stood before."""
    first = (re.split(r"[^\w]", unknown) or [""])[0]
    if nearest := _nearest(first, known, 75):
        return f"Did you mean `{nearest}: …`? A colon and a space stand between key and value."
    hint = instead_of(unknown, known)
    comma = "A comma in braces ends a value: put a value that contains a comma in quotes."
    return hint if hint.startswith(("Did", "If")) else f"{comma} {hint}"


def tell_curly_quotes(root: Node, problems: Problems, schema: dict[str, Any]) -> None:
    """Add the values in curly quotes, each with what may be written there instead; that is what they then hold."""
    seen: set[int] = set()
    left: list[tuple[Node, tuple[str | int, ...]]] = [(root, ())]
    while left:
        node, path = left.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        inner = node.value if isinstance(node.value, list) else []
        left += [(child, (*path, at)) for at, child in enumerate(inner)]
        left += [(child, (*path, key)) for key, child in node.mapping().items()]
        if node.curly and isinstance(node.value, str):
            bare = plain_value(node.value)
            wanted = _part(schema, path)
            if isinstance(bare, bool | int) and wanted.get("type") != "string" and _takes(wanted, bare):
                node.value, hint = bare, f"Write it without quotes: {node.value}."
            else:
                hint = f"Write straight quotes: {quoted(node.value)}."
            problems.add(node, CURLY, hint)


def _takes(schema: dict[str, Any], value: bool | int) -> bool:
    """Whether a part of the schema takes such a value without quotes."""
    kinds = [schema, *schema.get("anyOf", ())]
    named = "boolean" if isinstance(value, bool) else "integer"
    return any(kind.get("type") == named or kind.get("const") == value for kind in kinds)


def _wrong_value(mistake: ErrorDetails, schema: dict[str, Any]) -> tuple[str, str]:
    """The message and the hint."""
    value, loc, context = mistake["input"], mistake["loc"], mistake.get("ctx", {})
    hint = context.get("hint") or schema.get("errorMessage", "")
    only_text = mistake["type"] == "literal_error" and not isinstance(value, str) and schema.get("type") == "string"
    match "string_type" if only_text else mistake["type"]:
        case "string_type" if isinstance(value, bool):
            word = str(value).lower()
            return f"{word} without quotes is not text", f'Write it in quotes: "{word}".'
        case "string_type" if "EUR" in schema.get("pattern", "") and (euros := _euros(value)):
            return f"{value} is a number, not an amount", f"Write it as {euros}."
        case "string_type" if isinstance(value, int | Number):
            return f"{value} without quotes is a number, and this must be text", f'Write it in quotes: "{value}".'
        case "string_type":
            return f"this must be text, not {_kind(value)}", hint
        case "string_pattern_mismatch" | "literal_error":
            return f"'{value}' is not {schema.get('title', 'a valid value here')}", hint
        case "int_type" | "greater_than_equal":
            return "this must be a whole number, 1 or more, without quotes", hint
        case "bool_type":
            return "this must be true or false", hint
        case "list_type" | "tuple_type" | "too_short":
            return f"this must be a list{' of entries' if loc == ('grants',) else ''}, not {_kind(value)}", hint
        case "model_type" if "at_most" in schema.get("properties", ()):
            euros = _euros(value) or "EUR 40.00"
            return (
                f"this must be keys with values, not {_kind(value)}",
                f"Write it as {{agree: true, at_most: {euros}}}.",
            )
        case "model_type" | "dict_type":
            keys = ", ".join(schema.get("properties", ()))
            return f"this must be keys with values, not {_kind(value)}", hint or (
                f"The keys are: {keys}." if keys else ""
            )
        case "value_error":
            return str(context["error"]), hint
        case _:
            return mistake["msg"], hint


def _euros(value: object) -> str | None:
    """A number, as an amount is written; None for anything else."""
    bare = isinstance(value, int | Number) and not isinstance(value, bool)
    match = re.fullmatch(r"[0-9]+(\.[0-9]{1,2})?", str(value)) if bare else None
    return f"EUR {Decimal(match[0]):.2f}" if match else None


def _kind(value: object) -> str:
    if isinstance(value, dict):
        return "keys with values"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    return "nothing" if value is None else "a single value"
