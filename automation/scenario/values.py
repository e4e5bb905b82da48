"""The single values of a scenario: how each is written, and what is wrong with it where it is not."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, timedelta

from automation.domain import EVERYTHING, GENERAL_TEXT, Duration, Element, KvkNumber, Money, Until, today
from automation.scenario.file import Node, Number
from automation.scenario.shape import Scalar, Unquoted, kind

NOT_SHOWN = "not shown"
"""What `at_most` says for a portal that shows no costs."""

_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])", re.IGNORECASE)


def _text(node: Node) -> str:
    if isinstance(node.value, Number):
        raise Unquoted(f"{node.value} without quotes is a number, text is needed here", node.value)
    if isinstance(node.value, bool):
        raise Unquoted(f"{str(node.value).lower()} without quotes is not text", str(node.value).lower())
    if not isinstance(node.value, str):
        raise ValueError(f"text is needed here, not {kind(node)}")  # noqa: TRY004 - a mistake of the file's writer
    return node.value


def _kvk(node: Node) -> KvkNumber:
    if isinstance(node.value, Number):
        KvkNumber(node.value)  # a lost zero or a branch's number matters more than missing quotes
    return KvkNumber(_text(node))


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
    return EVERYTHING


def _provider(node: Node) -> Element:
    if ":" in (name := _name(node).strip()):
        raise ValueError(f"'{name}' is not the name of a provider, but of a service perhaps")
    return Element(name)


def _service(node: Node) -> Element:
    if isinstance(node.value, dict) and len(node.value) == 1:
        provider, service = next(iter(node.value.items()))
        raise Unquoted("a service without quotes is not text, because of its colon", f"{provider}: {service.value}")
    return Element.of_service(_text(node))


_MONEY = {"type": "string", "pattern": r"^\s*EUR\s+[0-9]{1,9}(\.[0-9]{1,2})?\s*$", "examples": ["EUR 40.00"]}
_NAME = {"type": "string", "minLength": 1, "maxLength": 200}

VERSION = Scalar(_version, "Write `version: 1`.", {"const": 1})
KVK = Scalar(
    _kvk,
    'Write the 8 digits of the KvK number, in quotes: "90000102".',
    {"type": "string", "pattern": "^[0-9]{8}$", "examples": ["90000102"]},
)
NAME = Scalar(_name, "Write 1 to 200 characters, on one line.", _NAME | {"examples": ["Voorbeeld Holding B.V."]})
EMAIL = Scalar(
    _email,
    "Write one address, such as beheer@voorbeeld.example.",
    {"type": "string", "pattern": r"^[^@\s]+@[^@\s]+$", "maxLength": 254, "examples": ["beheer@voorbeeld.example"]},
)
ACCOUNT = Scalar(
    _pattern("[A-Za-z0-9_]+", "the name of an account"),
    "Write letters, digits and '_'.",
    {"type": "string", "pattern": "^[A-Za-z0-9_]+$", "examples": ["holding"]},
)
JOURNAL = Scalar(
    _pattern("J-[A-Z0-9]{5}", "the name of a journal"),
    "Leave it to `keten journal init`, which writes it here.",
    {"type": "string", "pattern": "^J-[A-Z0-9]{5}$", "examples": ["J-4K7Q2"]},
)
COUNT = Scalar(_whole_number, "Write a number: 10.", {"type": "integer", "minimum": 1, "examples": [10]})
AMOUNT = Scalar(lambda node: Money.parse(_text(node)), "Write it as EUR 400.00.", _MONEY)
AT_MOST = Scalar(
    _at_most,
    f"Write it as EUR 40.00, or `{NOT_SHOWN}` for a portal that shows no costs.",
    {"anyOf": [_MONEY, {"const": NOT_SHOWN}]},
)
AGREED = Scalar(_agreed, "Write `agree: true` if you agree.", {"const": True})
YES_OR_NO = Scalar(_yes_or_no, "Write true or false.", {"type": "boolean"})
ID = Scalar(
    _id,
    "Write a short name, such as payroll-2.",
    {"type": "string", "pattern": "^[A-Za-z0-9_][A-Za-z0-9_-]{0,63}$", "examples": ["accountant"]},
)
GENERAL = Scalar(_general, f"Write it in full: {GENERAL_TEXT}.", {"const": GENERAL_TEXT})
PROVIDER = Scalar(
    _provider,
    "Write a provider's name: UWV. Its services stand under `services`.",
    _NAME | {"pattern": "^[^:]*$", "examples": ["UWV"]},
)
SERVICE = Scalar(
    _service,
    'Write it in quotes with the provider first: "UWV: Verzuimmelder".',
    {"type": "string", "pattern": r"^[^:]*[^:\s][^:]*:.*\S", "examples": ["UWV: Verzuimmelder"]},
)
DURATION = Scalar(
    lambda node: Duration.parse(_text(node)),
    "Write 1 year, 2 years, 3 years, 4 years or 5 years.",
    {"enum": ["1 year", "2 years", "3 years", "4 years", "5 years"]},
)
UNTIL = Scalar(
    _until,
    "Write a date within 5 years as 2029-12-31.",
    {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "examples": ["2029-12-31"]},
)
RENEW = Scalar(
    _renew,
    "Write it as: within 60 days.",
    {"type": "string", "pattern": "^within [1-9][0-9]{0,3} days?$", "examples": ["within 60 days"]},
)
LANGUAGE = Scalar(_pattern("nl|en", "a language of notices"), "Write nl or en.", {"enum": ["nl", "en"]})
