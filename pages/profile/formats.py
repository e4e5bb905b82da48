"""How a portal writes dates, amounts, terms, names and what a grant covers, and what that means."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from functools import cache
from typing import Annotated, Literal

from babel.dates import get_month_names
from pydantic import AfterValidator, Field

from automation.domain import KVK_NUMBER, Duration, Element, Money, kvk_numbers_in
from pages.profile.parts import Many, Section, Texts, pattern

_DATE_TOKENS = {
    "EEEE": r"[^\W\d_]+",
    "yyyy": r"(?P<year>[0-9]{4})",
    "MMMM": r"(?P<name>[^\W\d_]+)",
    "MMM": r"(?P<name>[^\W\d_]+\.?)",
    "MM": r"(?P<month>[0-9]{2})",
    "M": r"(?P<month>[0-9]{1,2})",
    "dd": r"(?P<day>[0-9]{2})",
    "d": r"(?P<day>[0-9]{1,2})",
}
_IN_A_FORM = re.compile("'([^']*)'|EEEE|yyyy|MMMM|MMM|MM|M|dd|d")
_BETWEEN_ITEMS = re.compile(r"\s*[,;|+•·]\s+")
_KVK_BESIDE_A_NAME = re.compile(
    rf"\s*[(\[,;–-]?\s*(?:KvK|KVK|kvk)?(?:[- ]?(?:nummer|nr\.?|number))?\s*:?\s*{KVK_NUMBER}\s*[)\]]?\s*$"
)


def _date_form(form: str) -> re.Pattern[str]:
    """The regular expression of a date form; ValueError when it lacks a day, month or year."""
    regex, done = "", 0
    for token in _IN_A_FORM.finditer(form):
        regex += re.escape(form[done : token.start()]) + _DATE_TOKENS.get(token[0], re.escape(token[1] or ""))
        done = token.end()
    try:
        compiled = re.compile(regex + re.escape(form[done:]), re.IGNORECASE)
    except re.error:
        raise ValueError(f"the date form '{form}' says a day, month or year twice") from None
    if not {"day", "year"} <= set(compiled.groupindex) or not {"month", "name"} & set(compiled.groupindex):
        raise ValueError(f"the date form '{form}' lacks a day, month or year")
    return compiled


def _known_forms(forms: tuple[str, ...]) -> tuple[str, ...]:
    for form in forms:
        _date_form(form)
    if "name" in _date_form(forms[0]).groupindex:
        raise ValueError(f"the first date form, '{forms[0]}', has the month's name in it: keten types dates in figures")
    return forms


def _with_years(text: str) -> str:
    if text.replace("{years}", "").count("{") or "{years}" not in text:
        raise ValueError(f"'{text}' must hold {{years}}, and no other placeholder")
    return text


class ScopeWords(Section):
    """How the portal writes what a grant covers; groups `provider` and `service` hold the names."""

    general: Texts = Field(description="the general authority, as text or /regex/")
    provider: Texts = Field(description="all services of a provider, as /regex/ with a group (?P<provider>…)")
    service: Texts = Field(description="one service, as /regex/ with the groups (?P<provider>…) and (?P<service>…)")
    more: str | None = Field(None, description="what replaces items that are left out, such as “en nog 5”")
    separator: str | None = Field(None, description="what separates items that are written in one text")


class Formats(Section):
    """Forms of dates, amounts, terms and scopes."""

    dates: Annotated[Many[str], AfterValidator(_known_forms)] = Field(
        description="forms of dates: d, dd, M, MM, MMM, MMMM, yyyy, EEEE and 'text in quotes'; keten types the first",
        json_schema_extra={"errorMessage": "For example: [dd-MM-yyyy, d MMMM yyyy]."},
    )
    decimal_mark: Literal[",", "."] = Field(
        ",",
        title="a decimal mark",
        description="the character before the cents of an amount",
        json_schema_extra={"errorMessage": 'Write "," or ".".'},
    )
    amount_notes: Annotated[tuple[str, ...], Field(strict=False)] = Field(
        (), description="what may precede or follow an amount that is whole and includes VAT, such as “incl. btw”"
    )
    scope: ScopeWords = Field(description="how the portal writes what a grant covers")
    reference: str | None = Field(
        None, description="the portal's reference within other text, as /regex/ with a group (?P<reference>…)"
    )
    duration: Annotated[str, AfterValidator(_with_years)] = Field(
        "{years} jaar",
        description="the option of a duration",
        json_schema_extra={"errorMessage": 'For example: "{years} jaar".'},
    )
    durations: dict[Literal["1", "2", "3", "4", "5"], str] = Field(
        {}, description="the options of durations that do not follow that form, by their years"
    )
    until: str = Field("Tot en met een datum", description="the option by which an end date can be given")

    def date(self, text: str) -> datetime.date:
        """The calendar date in one of the profile's forms; ValueError for anything else."""
        plain = " ".join(text.split())
        for form in self.dates:
            match = _date_form(form).fullmatch(plain)
            if match:
                named = match.groupdict()
                month = named.get("month") or _month_number(named["name"])
                return datetime.date(int(named["year"]), int(month), int(named["day"]))
        raise ValueError(f"'{plain}' is not a date in one of the forms {', '.join(self.dates)}")

    def write_date(self, day: datetime.date) -> str:
        """The date in the first of the profile's forms, which is one of figures."""
        figures = {
            "yyyy": f"{day.year:04}",
            "MM": f"{day.month:02}",
            "M": str(day.month),
            "dd": f"{day.day:02}",
            "d": str(day.day),
        }
        return _IN_A_FORM.sub(lambda token: figures.get(token[0], token[1] or ""), self.dates[0])

    def amount(self, text: str) -> Money:
        """The amount, VAT included.

        Text beside it that the profile does not explain makes it unreadable (law 2.6): it may be a rate, or leave
        VAT out. ValueError then, with the text.
        """
        plain = " ".join(text.replace("\xa0", " ").split())
        for note in self.amount_notes:
            words = r"\s+".join(map(re.escape, note.split()))
            plain = re.sub(rf"^{words}\s*|\s*{words}$", "", plain, flags=re.IGNORECASE)
        if self.decimal_mark == ".":
            try:
                return Money.parse_dutch(plain.translate({ord(","): ".", ord("."): ","}))
            except ValueError:
                raise ValueError(f"'{plain.strip()}' is not one amount in euros") from None
        return Money.parse_dutch(plain)

    def option(self, duration: Duration) -> str:
        """The option of a duration, as the portal writes it."""
        years = str(duration.years)
        return next((text for key, text in self.durations.items() if key == years), None) or self.duration.replace(
            "{years}", years
        )

    def element(self, text: str) -> Element:
        """What one item of a grant covers; ValueError when it is written as nothing that the profile knows."""
        plain = " ".join(text.split())
        if _first(self.scope.general, plain):
            return Element()
        if provider := _first(self.scope.provider, plain):
            return Element(provider["provider"])
        if service := _first(self.scope.service, plain):
            return Element(service["provider"], service["service"])
        raise ValueError(f"'{plain}' is not a scope in a form that the profile knows")

    def items(self, texts: Iterable[str]) -> list[str]:
        """The items of a grant's scope, those apart that are written in one text."""
        between = self.scope.separator
        return [item.strip() for text in texts for item in (text.split(between) if between else [text])]

    def elements(self, texts: Iterable[str]) -> list[Element]:
        """What the items of a grant cover; ValueError also when one text may be several items."""
        items = self.items(texts)
        if not self.scope.separator:
            for item in items:
                self._check_one(item)
        return [self.element(item) for item in items]

    def _check_one(self, text: str) -> None:
        """Of “UWV: Verzuimmelder, UWV: Ziekmelding” no service is meant that is called all that."""
        marks = _BETWEEN_ITEMS.finditer(text)
        if any(self._is_item(text[: mark.start()]) and self._is_item(text[mark.end() :]) for mark in marks):
            raise ValueError(f"'{text}' may be several items: say in formats.scope.separator what separates them")

    def _is_item(self, text: str) -> bool:
        try:
            return bool(self.element(text))
        except ValueError:
            return False

    def is_more(self, text: str) -> bool:
        """Whether an item only says that there are more, as “en nog 5”."""
        return bool(self.scope.more and _matches(self.scope.more, " ".join(text.split())))

    def reference_in(self, text: str) -> str:
        """The portal's reference in what a control shows: all of it, where the profile does not say how it looks."""
        regex = pattern(self.reference) if self.reference else None
        found = regex.search(text) if regex else None
        return str(found["reference"]) if found else text


def kvk_in(text: str) -> str:
    """The KvK number that a text shows, other words set aside; the text without spaces and dots when there is none."""
    numbers = kvk_numbers_in(text)
    return numbers.pop() if len(numbers) == 1 else re.sub(r"[\s.]", "", text)


def name_in(text: str) -> str:
    """The name of an organisation that a text shows, a KvK number that stands behind it set aside."""
    return _KVK_BESIDE_A_NAME.sub("", text) or text


def _first(forms: tuple[str, ...], text: str) -> re.Match[str] | None:
    return next((match for form in forms if (match := _matches(form, text))), None)


def _matches(wanted: str, text: str) -> re.Match[str] | None:
    regex = pattern(wanted)
    return regex.fullmatch(text) if regex else re.fullmatch(re.escape(wanted), text)


@cache
def month_names() -> dict[str, int]:
    """The months by their Dutch and English names, whole and abbreviated, in lower case."""
    return {
        name.rstrip(".").lower(): number
        for locale in ("nl", "en")
        for width in ("wide", "abbreviated")
        for number, name in get_month_names(width, locale=locale).items()
    }


def _month_number(name: str) -> int:
    try:
        return month_names()[name.rstrip(".").lower()]
    except KeyError:
        raise ValueError(f"'{name}' is not a month") from None
