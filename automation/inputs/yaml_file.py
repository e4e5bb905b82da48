"""Reads a YAML file into plain values that know where they stand, so that every mistake can be named by its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML, events
from ruamel.yaml.error import YAMLError

from automation.errors import ScenarioError, UsageError
from automation.inputs import yaml_slips as slips
from automation.inputs.written import NotText, decoded
from automation.inputs.yaml_node import Node, Number, Problems, plain_value, quoted

MAX_BYTES = 10_000_000


MAX_NODES = 2_000_000
"""Values in a file with its aliases written out: more is a mistake, or an attack (“billion laughs”)."""


MAX_DEPTH = 50


# YAML's printable characters, but for three that its parsers count as line ends and editors do not.
_UNREADABLE = re.compile("[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


_HARMLESS_TAGS = {"!", "tag:yaml.org,2002:str", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"}


def read(path: Path, what: str = "scenario", too_large: str = "Split it into several scenarios.") -> bytes:
    """The bytes of a file that should hold `what`; UsageError when it cannot be read or is over 10 MB."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise UsageError(f"{path} does not exist", f"Give the path of a {what} file.") from None
    except (OSError, ValueError) as error:
        raise UsageError(
            f"{path} cannot be read: {getattr(error, 'strerror', None) or error}", f"Give the path of a {what} file."
        ) from None
    if len(content) > MAX_BYTES:
        raise UsageError(f"{path} is larger than 10 MB", too_large)
    return content


def parse(content: bytes, problems: Problems, start: str = "version: 1", *, pure: bool | None = None) -> Node:
    """The one document in a file, which is a mapping; `start` is what such a file may begin with.

    `pure` takes the slow parser, which lets a colon stand within words in braces too: {css: td:first-child}.

    Raises ScenarioError where nothing more can be read; lesser mistakes (duplicate keys, tags) go to `problems`.
    """
    text = _decoded(content, problems)
    if slips.is_table(text):
        hint = f"Write it as YAML, which starts with `{start}`."
        raise problems.stop(_place(""), "this is a CSV file, as a spreadsheet saves it", hint)
    root = _Composer(text, problems, start, pure).document()
    if not isinstance(root.value, dict):
        raise problems.stop(root, "the file does not contain keys with values", f"Start it with `{start}`.")
    return root


def _decoded(content: bytes, problems: Problems) -> str:
    try:
        text = decoded(content)
    except NotText as error:
        at = _place(content[: error.start].decode("utf-8-sig", "replace"))
        raise problems.stop(at, f"the file {error.what}", error.hint) from None
    if unreadable := _UNREADABLE.search(text):
        at = _place(text[: unreadable.start()])
        raise problems.stop(at, f"the character {unreadable[0]!a} is not allowed in a YAML file", "Remove it.")
    return text


def _place(before: str) -> Node:
    lines = slips.lines_of(before)
    return Node(line=len(lines), column=len(lines[-1]) + 1, value=None, keys={})


class _Composer:
    """Builds the nodes from the parser's events, so that no tag, alias or depth can do harm."""

    def __init__(self, text: str, problems: Problems, start: str, pure: bool | None) -> None:
        self.problems, self.start = problems, start
        self.yaml = YAML(typ="safe") if pure is None else YAML(typ="safe", pure=pure)
        self.lines = slips.lines_of(text)
        self.read_until = 1
        self.anchors: dict[str, tuple[Node, int] | None] = {}
        self.unused: dict[str, tuple[Node, str]] = {}
        self.open_quotes: list[Node] = []
        self.nodes = 0
        self.events = self._events(text)

    def document(self) -> Node:
        """The only document; ScenarioError when there is none, or more than one."""
        next(self.events)
        start = next(self.events)
        if not isinstance(start, events.DocumentStartEvent):
            raise self.problems.stop(_place(""), "the file is empty", f"Start it with `{self.start}`.")
        root = self._node(next(self.events), 1)
        next(self.events)
        after = next(self.events)
        if isinstance(after, events.DocumentStartEvent):
            raise self.problems.stop(
                _at(after),
                "a second document starts here",
                "Remove the `---`, or move the second document to its own file.",
            )
        for name in [*self.unused]:
            self._tell_unused(name)
        for node in self.open_quotes:
            self.problems.add(node, slips.CURLY, slips.ALL_OF_IT)
        return root

    def _tell_unused(self, name: str) -> None:
        """A mistake where it takes words from a value; where keys or a list follow, nothing is lost."""
        at, quoted = self.unused.pop(name)
        message = f"the anchor `&{name}` is never used"
        if quoted:
            self.problems.add(at, message, f"A value that begins with & needs quotes: {quoted}.")
        else:
            self.problems.warn(at, message, "Remove it if it is not needed.")

    def _events(self, text: str) -> Iterator[Any]:
        try:
            for event in self.yaml.parse(text):
                self.read_until = event.start_mark.line + 1
                yield event
        except YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            slip = slips.why(self.lines, self.read_until, line, column, getattr(error, "problem", None) or str(error))
            raise self._stop(slip) from None

    def _stop(self, slip: slips.Slip) -> ScenarioError:
        return self.problems.stop(
            Node(line=slip.line, column=slip.column, value=None, keys={}), slip.message, slip.hint
        )

    def _node(self, event: Any, depth: int) -> Node:
        node = _at(event)
        if isinstance(event, events.AliasEvent):
            return self._alias(event.anchor, node, depth)
        self._count(node, 1, depth)
        if event.tag and str(event.tag) not in _HARMLESS_TAGS:
            hint = "Remove it, and write a plain value. Put text that begins with ! in quotes."
            self.problems.add(node, f"the tag {event.tag} is not allowed", hint)
        before = self.nodes
        if event.anchor:
            if event.anchor in self.unused:
                self._tell_unused(event.anchor)
            self.anchors[event.anchor] = None
            text = f"&{event.anchor} {event.value}".strip() if isinstance(event, events.ScalarEvent) else ""
            self.unused[event.anchor] = (node, text and quoted(text))
        if isinstance(event, events.ScalarEvent):
            node.value = self._scalar(event, node)
        elif isinstance(event, events.SequenceStartEvent):
            node.value = [self._node(item, depth + 1) for item in self._up_to(events.SequenceEndEvent)]
        else:
            node = self._mapping(node, depth)
        inner = node.value if isinstance(node.value, list) else node.mapping().values()
        node.height = 1 + max((child.height for child in inner), default=0)
        if event.anchor:
            self.anchors[event.anchor] = (node, self.nodes - before + 1)
        return node

    def _scalar(self, event: Any, node: Node) -> str | bool | int | Number | None:
        """Its value; what nobody means who does not know YAML is told."""
        first, last = event.start_mark.line + 1, event.end_mark.line + 1
        text: str = event.value
        if not event.implicit[0]:
            if event.style in ("'", '"') and last > first and slips.swallows(self.lines, first, last):
                raise self._stop(slips.quote_at(node.line, node.column, event.style))
            return text
        if text:
            end = event.end_mark.column
            line = self.lines[last - 1]
            node.comment = slips.comment_after(line, end + 1) if line.find("#", end) > 0 else None
        return plain_value(text) if text.isascii() else self._as_word_writes(text, event, node)

    def _as_word_writes(self, text: str, event: Any, node: Node) -> str:
        """A value without quotes: what Word and Outlook make of spaces, quotes and hyphens is told."""
        first, last = event.start_mark.line + 1, event.end_mark.line + 1
        if slip := slips.hidden_in([text], 1, 1, 1):
            slip = slips.hidden_in(self.lines, first, event.start_mark.column + 1, last) or slip
            self.problems.add(Node(line=slip.line, column=slip.column, value=None, keys={}), slip.message, slip.hint)
            return slips.without_hidden(text).strip()
        if text[:2] in {f"{dash} " for dash in slips.DASHES}:
            raise self._stop(slips.dash_at(node.line, node.column, text[0]))
        if (inner := slips.in_curly_quotes(text)) is not None:
            node.curly = True
            return inner
        if slips.opens_only(text):
            self.open_quotes.append(node)
        return text

    def _alias(self, anchor: str, at: Node, depth: int) -> Node:
        if anchor not in self.anchors:
            hint = f'Write &{anchor} before the value it names; put a value that begins with * in quotes: "*{anchor}".'
            raise self.problems.stop(at, f"there is no anchor &{anchor} above this", hint)
        self.unused.pop(anchor, None)
        if (known := self.anchors[anchor]) is None:
            raise self.problems.stop(at, f"*{anchor} would contain itself", "Write the value out.")
        node, nodes = known
        self._count(at, nodes, depth + node.height - 1)
        return node

    def _count(self, at: Node, nodes: int, depth: int) -> None:
        self.nodes += nodes
        if self.nodes > MAX_NODES:
            raise self.problems.stop(
                at,
                f"the file has more than {MAX_NODES:,} values, its aliases written out",
                "Use fewer aliases, or split the file.",
            )
        if depth > MAX_DEPTH:
            raise self.problems.stop(
                at, f"values are nested more than {MAX_DEPTH} levels deep here", "Nest them less deeply."
            )

    def _up_to(self, end: type) -> Iterator[Any]:
        while not isinstance(event := next(self.events), end):
            yield event

    def _mapping(self, node: Node, depth: int) -> Node:
        values: dict[str, Node] = {}
        merged: list[Node] = []
        for event in self._up_to(events.MappingEndEvent):
            plain = isinstance(event, events.ScalarEvent) and event.implicit[0]
            key = self._node(event, depth + 1)
            value = self._node(next(self.events), depth + 1)
            if plain and key.value == "<<":
                merged += value.items()
            elif isinstance(key.value, bool | list | dict | None):
                self.problems.add(key, "a key must be text", "Put it in quotes.")
            elif (name := str(key.value)) in values:
                first = node.keys[name].line
                self.problems.add(
                    key, f"the key '{name}' is here twice, first on line {first}", "Remove one of the two."
                )
            else:
                values[name], node.keys[name] = value, key
        if len(values) == 1 and (service := self._service(*next(iter(values.items())), *node.keys.values())):
            node.value, node.keys, node.curly = service, {}, True
            return node
        node.value = values
        for source in merged:
            if not isinstance(source.value, dict):
                self.problems.add(source, "`<<` merges mappings only", "Write `<<: *name` with the name of a mapping.")
            node = node.over(source, source.mapping())
        return node

    def _service(self, provider: str, service: Node, key: Node) -> str | None:
        """What stands in curly quotes with a colon in it, which makes it a key with a value."""
        inner = slips.in_curly_quotes(f"{provider}: {service.value}") if isinstance(service.value, str) else None
        if inner is not None:
            self.open_quotes = [node for node in self.open_quotes if node is not key]
        return inner


def _at(event: Any) -> Node:
    return Node(line=event.start_mark.line + 1, column=event.start_mark.column + 1, value=None, keys={})
