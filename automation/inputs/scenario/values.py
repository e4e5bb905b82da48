"""The single values of a scenario: what is wrong with one, how it is written, and the domain value that it becomes."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, ValidateAs, WithJsonSchema
from pydantic_core import PydanticCustomError

from automation.domain import EVERYTHING, GENERAL_TEXT, Duration, Element, KvkNumber, Money, Until, today
from automation.inputs.yaml_node import Number


def _written(hint: str, **schema: object) -> WithJsonSchema:
    """How a value is written. Editors show the hint too: `errorMessage` is a word of theirs."""
    return WithJsonSchema(schema | {"errorMessage": hint})


def _text(hint: str, example: str, **schema: object) -> WithJsonSchema:
    return _written(hint, type="string", examples=[example], **schema)


def _matching(pattern: str, what: str, hint: str, example: str) -> Any:
    return Field(title=what, pattern=pattern, examples=[example], json_schema_extra={"errorMessage": hint})


def _version(value: object) -> int:
    if value != 1 or not isinstance(value, int) or isinstance(value, bool):
        raise ValueError("the version of a scenario must be 1")
    return value


def _kvk_in_quotes(value: object) -> object:
    if isinstance(value, int | Number) and not isinstance(value, bool):
        KvkNumber(str(value))  # a lost zero or a branch's number matters more than missing quotes
    return value


def _name(text: str) -> str:
    if not text.strip():
        raise ValueError("the name is empty")
    if len(text) > 200:
        raise ValueError(f"the name has {len(text)} characters, at most 200 are allowed")
    if hidden := [c for c in text if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"}]:
        raise ValueError(f"the name contains the invisible character {hidden[0]!a}")
    return text


def _email(text: str) -> str:
    if len(text) > 254 or not re.fullmatch(r"[^@\s]+@[^@\s]+", text) or not text.isprintable():
        raise ValueError(f"'{text}' is not a single e-mail address")
    return text


def _id(text: str) -> str:
    if not re.fullmatch(_ID, text):
        raise ValueError(f"the id '{text}' must be 1 to 64 letters, digits, '-' and '_', and must not start with '-'")
    if re.fullmatch(r"(?i:con|prn|aux|nul|com[0-9]|lpt[0-9])", text):
        raise ValueError(f"the id '{text}' cannot be the name of a folder on Windows")
    return text


def _agreed(value: bool) -> bool:
    if not value:
        raise ValueError("you have not agreed to the costs, and keten grants nothing without that")
    return value


def _said(value: object) -> str | None:
    """A text or number as it is written; None for anything else."""
    return str(value).strip() if isinstance(value, str | int | Number) and not isinstance(value, bool) else None


def _instead(value: object, what: str, hint: str) -> PydanticCustomError:
    told = f"'{value}'" if isinstance(value, str) else f"{value} without quotes is a number: it"
    return PydanticCustomError("instead", "{told} {what}", {"told": told, "what": what, "hint": hint})


def _years(value: object) -> object:
    """A duration as people write it, with how it is written here; other values are left to be judged."""
    match = re.fullmatch(r"([0-9]{1,2})\s*(jaar|jaren|years?|yrs?|y|j|maand|maanden|months?|m)?\.?", _said(value) or "")
    if match is None or (isinstance(value, str) and re.fullmatch(_DURATION, value)):
        return value
    months = int(match[1]) * (1 if (match[2] or "").startswith("m") else 12)
    if months % 12 or not 1 <= months // 12 <= 5:
        return value
    raise _instead(value, "is not a duration", f"Write it as {Duration(months // 12)}.")


def _days(value: object) -> object:
    """The same of when to renew."""
    match = re.fullmatch(r"(?:within|binnen)?\s*([1-9][0-9]{0,3})\s*(dagen|dag|days?|d)?\.?", _said(value) or "")
    if match is None or (isinstance(value, str) and re.fullmatch(_WITHIN, value)):
        return value
    raise _instead(value, "is not a renewal period", f"Write it as: within {match[1]} days.")


def _day(value: object) -> object:
    """The same of a date, in the order of the Netherlands."""
    said = re.sub("[–—−]", "-", _said(value) or "").lower()
    match = re.fullmatch(r"([0-9]{1,2})[-/. ]+([0-9]{1,2}|[a-z]+)\.?[-/. ]+([0-9]{4})", said)
    year_first = re.fullmatch(r"([0-9]{4})[-/. ]?([0-9]{1,2})[-/. ]?([0-9]{1,2})", said)
    if (value == said and re.fullmatch(_ISO_DAY, said)) or not (match or year_first):
        return value
    day, month, year = match.groups() if match else reversed(year_first.groups())  # type: ignore[union-attr]
    number = int(month) if month.isdigit() else _MONTHS.get(month[:3], 0)
    try:
        meant = date(int(year), number, int(day))
    except ValueError:
        return value
    raise _instead(value, "is not a date", f"If you mean {meant.day} {meant:%B %Y}, write {meant}.")


def _euros(value: object) -> object:
    """The same of an amount, with the Dutch comma or sign."""
    if not isinstance(value, str) or re.fullmatch(_EUROS, value):
        return value
    plain = re.sub(r"\s*(euro|EUR|€)\s*", "", value.strip(), flags=re.IGNORECASE)
    if re.fullmatch(r"[0-9]+(\.[0-9]{1,2})?", plain):
        plain = plain.replace(".", ",")
    elif "," not in plain:
        return value  # 1.005: thousands, or more than cents?
    try:
        meant = Money.parse_dutch(f"€ {plain if ',' not in plain or plain[-2] != ',' else f'{plain}0'}")
    except ValueError:
        return value
    raise _instead(value, "is not written as an amount", f"Write it as {meant}, with a point.")


def _yes_or_no(value: object) -> object:
    word = {"ja": "true", "yes": "true", "nee": "false", "no": "false"}.get(str(value).lower())
    if word and isinstance(value, str):
        raise PydanticCustomError(
            "instead", "this must be true or false", {"hint": f"Write true or false: here {word} instead of '{value}'."}
        )
    return value


def _until(text: str) -> Until:
    if not re.fullmatch(_ISO_DAY, text):
        raise ValueError(f"'{text}' is not a date")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"there is no day {text}") from None
    if day > (latest := Duration(5).end(today())):
        raise ValueError(f"{day} is more than 5 years from now, the most that a grant can last (until {latest})")
    return Until(day)


def _renewal(text: str) -> timedelta:
    match = re.fullmatch(_WITHIN, text)
    if not match:
        raise ValueError(f"'{text}' is not a renewal period")
    return timedelta(days=int(match[1]))


def _at_most(text: str) -> Money | Literal["not shown"]:
    return "not shown" if text == "not shown" else Money.parse(text)


def _general(value: object) -> Element:
    if value != GENERAL_TEXT:
        raise ValueError("the general authority needs the very text that says what it is")
    return EVERYTHING


def _provider(text: str) -> Element:
    if ":" in (name := _name(text).strip()):
        raise ValueError(f"'{name}' is not the name of a provider; it may be a service")
    return Element(name)


def _service_in_quotes(value: object) -> object:
    if isinstance(value, dict) and len(value) == 1:
        ((provider, service),) = value.items()
        raise PydanticCustomError(
            "unquoted",
            "a service must be in quotes, because it contains a colon",
            {"hint": f'Write it in quotes: "{provider}: {service}".'},
        )
    return value


_DURATION = r"\s*[0-9]{1,4}\s+years?\s*"
_WITHIN = r"within ([1-9][0-9]{0,3}) days?"
_ISO_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_MONTHS = {name: number for number, names in enumerate(
    ("jan", "feb", "mrt maa mar", "apr", "mei may", "jun", "jul", "aug", "sep", "okt oct", "nov", "dec"), 1
) for name in names.split()}  # fmt: skip
_ID = "[A-Za-z0-9_][A-Za-z0-9_-]{0,63}"
_ADDRESS = "beheer@voorbeeld.example"
_EUROS = r"^\s*EUR\s+[0-9]{1,9}(\.[0-9]{1,2})?\s*$"

Version = Annotated[int, PlainValidator(_version), _written("Write `version: 1`.", const=1)]
Count = Annotated[int, Field(ge=1, examples=[10], json_schema_extra={"errorMessage": "Write a number: 10."})]
YesOrNo = Annotated[bool, BeforeValidator(_yes_or_no), _written("Write true or false.", type="boolean")]
Agreed = Annotated[bool, AfterValidator(_agreed), _written("Write `agree: true` if you agree.", const=True)]
Kvk = Annotated[
    KvkNumber,
    ValidateAs(str, KvkNumber),
    BeforeValidator(_kvk_in_quotes),
    _text("Write the 8 digits of the KvK number, in quotes.", "90000102", pattern="^[0-9]{8}$"),
]
Name = Annotated[
    str,
    AfterValidator(_name),
    _text("Write 1 to 200 characters, on one line.", "Voorbeeld Holding B.V.", minLength=1, maxLength=200),
]
Email = Annotated[
    str,
    AfterValidator(_email),
    _text(f"Write one address, such as {_ADDRESS}.", _ADDRESS, pattern=r"^[^@\s]+@[^@\s]+$", maxLength=254),
]
Account = Annotated[
    str, _matching("^[A-Za-z0-9_]+$", "the name of an account", "Write letters, digits and '_'.", "holding")
]
Journal = Annotated[
    str,
    _matching(
        "^J-[A-Z0-9]{5}$",
        "the name of a journal",
        "Remove it, and run `keten journal init`, which writes it here.",
        "J-4K7Q2",
    ),
]
NoticeLanguage = Annotated[
    Literal["nl", "en"], Field(title="a language of notices", json_schema_extra={"errorMessage": "Write nl or en."})
]
Id = Annotated[
    str, AfterValidator(_id), _text("Write a short name, such as payroll-2.", "accountant", pattern=f"^{_ID}$")
]
General = Annotated[
    Element, PlainValidator(_general), _written(f"Write it in full: {GENERAL_TEXT}.", const=GENERAL_TEXT)
]
Provider = Annotated[
    Element,
    ValidateAs(str, _provider),
    _text("Write a provider's name: UWV. Its services stand under `services`.", "UWV", pattern="^[^:]{1,200}$"),
]
Service = Annotated[
    Element,
    ValidateAs(str, Element.of_service),
    BeforeValidator(_service_in_quotes),
    _text(
        'Write it in quotes with the provider first: "UWV: Verzuimmelder".',
        "UWV: Verzuimmelder",
        pattern=r"^[^:]*[^:\s][^:]*:.*\S",
    ),
]
Lasting = Annotated[
    Duration,
    ValidateAs(str, Duration.parse),
    BeforeValidator(_years),
    _written("Write 1 year, 2 years, 3 years, 4 years or 5 years.", enum=[str(Duration(n)) for n in range(1, 6)]),
]
EndDay = Annotated[
    Until,
    ValidateAs(str, _until),
    BeforeValidator(_day),
    _text("Write a date within 5 years as 2029-12-31.", "2029-12-31", pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$"),
]
Renewal = Annotated[
    timedelta,
    ValidateAs(str, _renewal),
    BeforeValidator(_days),
    _text("Write it as: within 60 days.", "within 60 days", pattern="^within [1-9][0-9]{0,3} days?$"),
]
Amount = Annotated[
    Money,
    ValidateAs(str, Money.parse),
    BeforeValidator(_euros),
    _text("Write it as EUR 400.00.", "EUR 400.00", pattern=_EUROS),
]
AtMost = Annotated[
    Money | Literal["not shown"],
    ValidateAs(str, _at_most),
    BeforeValidator(_euros),
    _text(
        "Write it as EUR 40.00, or `not shown` for a portal that shows no costs.",
        "EUR 40.00",
        pattern=f"{_EUROS}|^not shown$",
    ),
]
