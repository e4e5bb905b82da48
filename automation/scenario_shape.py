"""What may stand in a scenario, key by key: read with every mistake named, and printed as a JSON Schema for editors."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Protocol

from rapidfuzz import process

from automation.domain import GENERAL_TEXT, Duration, Element, KvkNumber, Money, Until, today
from automation.scenario_file import Node, Number, Problems

NOT_SHOWN = "not shown"
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])", re.IGNORECASE)


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
        except _Unquoted as error:
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
            problems.add(node, f"a list is needed here, not {_kind(node)}", "Write one item or more: [a, b].")
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
            problems.add(node, f"keys are needed here, not {_kind(node)}", f"The keys are: {', '.join(self.keys)}.")
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
        nearest = process.extractOne(name, list(self.keys), score_cutoff=70)
        hint = f"Did you mean `{nearest[0]}`?" if nearest else f"The keys here are: {', '.join(self.keys)}."
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
            problems.add(node, f"a list of entries is needed here, not {_kind(node)}", "Start each with `- id: …`.")
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
        problems.add(node, f"keys are needed here, not {_kind(node)}", "Write `expect: {…}`.")
        return None

    def schema(self) -> dict[str, Any]:
        """As JSON Schema."""
        return {"type": "object"}


class _Unquoted(ValueError):
    """Text that YAML takes for something else, because it stands there without quotes."""

    def __init__(self, message: str, quoted: str) -> None:
        super().__init__(message)
        self.hint = f'Write it in quotes: "{quoted}".'


def _kind(node: Node) -> str:
    if isinstance(node.value, dict):
        return "keys with values"
    if isinstance(node.value, list):
        return "a list" if node.value else "an empty list"
    return "nothing" if node.value is None else "a single value"


def _text(node: Node) -> str:
    if isinstance(node.value, Number):
        raise _Unquoted(f"{node.value} without quotes is a number, text is needed here", node.value)
    if isinstance(node.value, bool):
        raise _Unquoted(f"{str(node.value).lower()} without quotes is not text", str(node.value).lower())
    if not isinstance(node.value, str):
        raise ValueError(f"text is needed here, not {_kind(node)}")  # noqa: TRY004 - a mistake of the file's writer
    return node.value


def _name(node: Node) -> str:
    name = _text(node)
    if not name.strip():
        raise ValueError("the name is empty")
    if len(name) > 200:
        raise ValueError(f"the name has {len(name)} characters, at most 200 are allowed")
    if hidden := [c for c in name if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"}]:
        raise ValueError(f"the name holds the invisible character {hidden[0]!a}")
    return name


def _email(node: Node) -> str:
    if len(text := _text(node)) > 254 or not re.fullmatch(r"[^@\s]+@[^@\s]+", text) or not text.isprintable():
        raise ValueError(f"'{text}' is not one e-mail address")
    return text


def _id(node: Node) -> str:
    text = _text(node)
    if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,63}", text):
        raise ValueError(f"the id '{text}' is not made of 1 to 64 letters, digits, '-' and '_', or starts with '-'")
    if _RESERVED.fullmatch(text):
        raise ValueError(f"the id '{text}' cannot be the name of a folder on Windows")
    return text


def _pattern(pattern: str, what: str) -> Callable[[Node], str]:
    def parse(node: Node) -> str:
        if not re.fullmatch(pattern, text := _text(node)):
            raise ValueError(f"'{text}' is not {what}")
        return text

    return parse


def _whole_number(node: Node) -> int:
    if not isinstance(node.value, Number) or not re.fullmatch(r"[1-9][0-9]{0,8}", node.value):
        raise ValueError("a whole number from 1 on is needed here, without quotes")
    return int(node.value)


def _version(node: Node) -> int:
    if not (isinstance(node.value, Number) and node.value == "1"):
        raise ValueError("the version of a scenario is 1")
    return 1


def _yes_or_no(node: Node) -> bool:
    if not isinstance(node.value, bool):
        raise ValueError("true or false is needed here")  # noqa: TRY004 - a mistake of the file's writer
    return node.value


def _agreed(node: Node) -> bool:
    if not _yes_or_no(node):
        raise ValueError("the costs are not agreed to, and without that nothing is granted")
    return True


def _until(node: Node) -> Until:
    text = _text(node)
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise ValueError(f"'{text}' is not a date")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"there is no day {text}") from None
    if day > (latest := Duration(5).end(today())):
        raise ValueError(f"{day} is more than 5 years from now, the most that a grant can last (until {latest})")
    return Until(day)


def _renew(node: Node) -> timedelta:
    match = re.fullmatch(r"within ([1-9][0-9]{0,3}) days?", text := _text(node))
    if not match:
        raise ValueError(f"'{text}' does not say when to renew")
    return timedelta(days=int(match[1]))


def _at_most(node: Node) -> Money | str:
    return NOT_SHOWN if node.value == NOT_SHOWN else Money.parse(_text(node))


def _general(node: Node) -> Element:
    if node.value != GENERAL_TEXT:
        raise ValueError("the general authority needs the very text that says what it is")
    return Element()


def _provider(node: Node) -> Element:
    return Element(_name(node).strip())


def _service(node: Node) -> Element:
    if isinstance(node.value, dict) and len(node.value) == 1:
        provider, service = next(iter(node.value.items()))
        raise _Unquoted("a service without quotes is not text, because of its colon", f"{provider}: {service.value}")
    return Element.of_service(_text(node))


KVK = Scalar(
    lambda node: KvkNumber(_text(node)),
    'Write the 8 digits of the KvK number, in quotes: "90000102".',
    {"type": "string", "pattern": "^[0-9]{8}$", "examples": ["90000102"]},
)
NAME = Scalar(
    _name,
    "Write 1 to 200 characters, on one line.",
    {"type": "string", "minLength": 1, "maxLength": 200, "examples": ["Voorbeeld Holding B.V."]},
)
EMAIL = Scalar(
    _email,
    "Write one address, such as beheer@voorbeeld.example.",
    {"type": "string", "pattern": r"^[^@\s]+@[^@\s]+$", "maxLength": 254, "examples": ["beheer@voorbeeld.example"]},
)
MONEY = {"type": "string", "pattern": r"^\s*EUR\s+[0-9]{1,9}(\.[0-9]{1,2})?\s*$", "examples": ["EUR 40.00"]}
COSTS = Keys(
    {
        "agree": Key(
            Scalar(_agreed, "Write `agree: true` if you agree.", {"const": True}), "that you agree to the costs"
        ),
        "at_most": Key(
            Scalar(
                _at_most,
                "Write it as EUR 40.00, or `not shown` for a portal that shows no costs.",
                {"anyOf": [MONEY, {"const": NOT_SHOWN}], "examples": ["EUR 40.00"]},
            ),
            "the ceiling, VAT included; above it nothing is recorded",
        ),
    }
)
DEFAULTS = {
    "duration": Key(
        Scalar(
            lambda node: Duration.parse(_text(node)),
            "Write 1 year, 2 years, 3 years, 4 years or 5 years.",
            {"enum": ["1 year", "2 years", "3 years", "4 years", "5 years"]},
        ),
        "how long the grant lasts, 5 years if nothing is said",
    ),
    "until": Key(
        Scalar(
            _until,
            "Write a date within 5 years as 2029-12-31.",
            {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "examples": ["2029-12-31"]},
        ),
        "the day on which the grant ends, instead of `duration` and `renew`",
    ),
    "costs": Key(COSTS, "what the grant may cost"),
    "renew": Key(
        Scalar(
            _renew,
            "Write it as: within 60 days.",
            {"type": "string", "pattern": "^within [1-9][0-9]{0,3} days?$", "examples": ["within 60 days"]},
        ),
        "how near its end the grant is granted anew; never if nothing is said",
    ),
    "notice": Key(
        Keys(
            {
                "language": Key(
                    Scalar(_pattern("nl|en", "a language of notices"), "Write nl or en.", {"enum": ["nl", "en"]}),
                    "the language of the notice, nl if nothing is said",
                )
            }
        ),
        "how the receiver is informed",
    ),
    "expect": Key(Anything(), "the outcome that a portal test expects; `keten apply` ignores it"),
}
SCOPE = Keys(
    {
        "general": Key(
            Scalar(_general, f"Write it in full: {GENERAL_TEXT}.", {"const": GENERAL_TEXT}),
            "algemene bevoegdheid: everything, also what comes later",
        ),
        "providers": Key(
            ListOf(Scalar(_provider, "Write the provider's name.", NAME.json | {"examples": ["UWV"]})),
            "dienstverlenersmachtiging: all services of these providers, also those that come later",
        ),
        "services": Key(
            ListOf(
                Scalar(
                    _service,
                    'Write it in quotes with the provider first: "UWV: Verzuimmelder".',
                    {"type": "string", "pattern": r"^[^:]*[^:\s][^:]*:.*\S", "examples": ["UWV: Verzuimmelder"]},
                )
            ),
            'per dienst: these services, each as "provider: service"',
        ),
    },
    {"minProperties": 1, "maxProperties": 1},
)
GRANT = Keys(
    {
        "id": Key(
            Scalar(
                _id,
                "Write a short name, such as payroll-2.",
                {"type": "string", "pattern": "^[A-Za-z0-9_][A-Za-z0-9_-]{0,63}$", "examples": ["accountant"]},
            ),
            "a name for this entry in plans, folders and reports, unique in the file",
            required=True,
        ),
        "intermediary": Key(
            Keys(
                {
                    "kvk": Key(KVK, "the receiver's KvK number", required=True),
                    "name": Key(
                        NAME, "the receiver's name, which must agree with what the portal shows", required=True
                    ),
                    "email": Key(EMAIL, "where the notice goes"),
                    "uses_we_id": Key(
                        Scalar(_yes_or_no, "Write true or false.", {"type": "boolean"}),
                        "true when it is sure that the receiver uses We-ID too",
                    ),
                }
            ),
            "who receives the grant",
            required=True,
        ),
        "scope": Key(SCOPE, "what it covers: one of general, providers and services", required=True),
        **DEFAULTS,
    }
)
ORGANISATION = Keys(
    {
        "kvk": Key(KVK, "the own KvK number", required=True),
        "name": Key(NAME, "the own name", required=True),
        "contact": Key(
            Keys({"name": Key(NAME, "the contact's name"), "email": Key(EMAIL, "the contact's address")}),
            "whom the receiver can ask",
        ),
        "account": Key(
            Scalar(
                _pattern("[A-Za-z0-9_]+", "the name of an account"),
                "Write letters, digits and '_'.",
                {"type": "string", "pattern": "^[A-Za-z0-9_]+$", "examples": ["holding"]},
            ),
            "which set of credentials to sign in with",
        ),
        "journal": Key(
            Scalar(
                _pattern("J-[A-Z0-9]{5}", "the name of a journal"),
                "Leave it to `keten journal init`, which writes it here.",
                {"type": "string", "pattern": "^J-[A-Z0-9]{5}$", "examples": ["J-4K7Q2"]},
            ),
            "the journal of this organisation's grants; `keten journal init` writes it here",
        ),
    }
)
SCENARIO = Keys(
    {
        "version": Key(
            Scalar(_version, "Write `version: 1`.", {"const": 1}), "the version of this format", required=True
        ),
        "organisation": Key(ORGANISATION, "who grants", required=True),
        "limits": Key(
            Keys(
                {
                    "grants": Key(
                        Scalar(
                            _whole_number, "Write a number: 10.", {"type": "integer", "minimum": 1, "examples": [10]}
                        ),
                        "how many grants one run may record",
                    ),
                    "costs": Key(
                        Scalar(lambda node: Money.parse(_text(node)), "Write it as EUR 400.00.", MONEY),
                        "what one run may cost in all",
                    ),
                }
            ),
            "the most that one run may do",
        ),
        "defaults": Key(Keys(DEFAULTS), "what holds for every grant that says nothing else"),
        "grants": Key(Entries(GRANT), "what should be granted", required=True),
    }
)
