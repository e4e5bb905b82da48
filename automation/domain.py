"""The values that everything else speaks in: numbers, scopes, terms, amounts, grants. No input or output here."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Literal
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
GENERAL_TEXT = "all services now and in the future"
"""What a scenario must say to grant the general authority, so that nobody does it by accident."""

ScopeKind = Literal["general", "providers", "services"]
Language = Literal["nl", "en"]


def today() -> date:
    """The calendar date in the Netherlands."""
    return datetime.now(AMSTERDAM).date()


class KvkNumber(str):
    """Eight digits that identify an organisation in the Handelsregister; there is no check digit."""

    __slots__ = ()

    def __new__(cls, text: str) -> KvkNumber:
        """Raise ValueError with what the text looks like instead, and what to do."""
        if not re.fullmatch(r"[0-9]{8}", text):
            raise ValueError(_not_a_kvk_number(text))
        return super().__new__(cls, text)


def _not_a_kvk_number(text: str) -> str:
    start = f"KvK number '{text}'"
    if of_a_spreadsheet := re.fullmatch(r"([0-9]{7,8})\.0+", text):
        return f'{start} is written as spreadsheets write numbers: write it in quotes, "{of_a_spreadsheet[1]:0>8}"'
    digits = re.sub(r"[\s.\-]", "", text)
    count = f"{len(digits)} digit{'s' if len(digits) != 1 else ''}"
    if not re.fullmatch(r"[0-9]+", digits):
        return f"{start} is not a number of 8 digits"
    if digits != text:
        correction = f': write "{digits}"' if len(digits) == 8 else f", and has {count} where 8 are needed"
        return f"{start} has dots, dashes or spaces in it{correction}"
    if len(digits) == 7:
        return (
            f"{start} has 7 digits, 8 are needed; a leading zero may have been lost in a spreadsheet: "
            f'write it in quotes, "0{digits}"'
        )
    looks_like = {
        9: "; 9 digits is an RSIN: look the organisation up at the KvK",
        12: "; 12 digits is a vestigingsnummer (branch): look up the number of the organisation itself",
        20: "; 20 digits is an OIN (service provider): the KvK number is needed",
    }.get(len(digits), "")
    return f"{start} has {count}, 8 are needed{looks_like}"


_LEGAL_FORM = re.compile(
    r"\b(b ?v|n ?v|v ?o ?f|c ?v|u ?a|w ?a|b ?a|s ?e|besloten vennootschap|naamloze vennootschap"
    r"|vennootschap onder firma|commanditaire vennootschap|eenmanszaak|maatschap|stichting|vereniging"
    r"|cooperatie|cooperatieve)\b"
)


def same_name(one: str, other: str, *, legal_form_counts: bool) -> bool:
    """Whether two names of an organisation agree, case, accents, punctuation and spacing set aside.

    The legal form is set aside too where a KvK number stands beside the name, as for a receiver (law 2.6).
    """
    return _plain_name(one, legal_form_counts) == _plain_name(other, legal_form_counts) != ""


def _plain_name(name: str, legal_form_counts: bool) -> str:
    letters = unicodedata.normalize("NFKD", name).casefold()
    letters = "".join(c for c in letters if not unicodedata.combining(c)).replace("&", " en ")
    words = " ".join(re.sub(r"[^\w]+", " ", letters).split())
    if legal_form_counts:
        return re.sub(r"\b([a-z]) (?=[a-z]\b)", r"\1", words)  # "b v" is "bv"
    return " ".join(_LEGAL_FORM.sub(" ", words).split()) or words


def same_words(one: str, other: str) -> bool:
    """Whether two names of a provider or service are the same.

    Case, spacing, kinds of dashes and quotes, and what cannot be seen are set aside.
    """
    return _words(one) == _words(other)


_ALIKE = str.maketrans("‐‑‒–—―−’‘ʼ`´“”„", "-------'''''\"\"\"")
"""Dashes and quotes that one screen of a portal writes so, and another otherwise."""


def _words(name: str) -> str:
    seen = "".join(c for c in unicodedata.normalize("NFKC", name) if unicodedata.category(c) != "Cf")
    return " ".join(seen.translate(_ALIKE).casefold().split())


@dataclass(frozen=True)
class Element:
    """One thing that a scope holds: everything (neither given), one provider, or one service of a provider."""

    provider: str | None = None
    service: str | None = None
    _key: tuple[str | None, str | None] = field(init=False, repr=False, compare=True)

    def __post_init__(self) -> None:
        if self.provider is None and self.service is not None:
            raise ValueError(f"service '{self.service}' has no provider")  # else it would count as everything
        key = (self.provider and _words(self.provider), self.service and _words(self.service))
        object.__setattr__(self, "_key", key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Element) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    def __lt__(self, other: Element) -> bool:
        return tuple(k or "" for k in self._key) < tuple(k or "" for k in other._key)

    def __str__(self) -> str:
        if self.provider is None:
            return GENERAL_TEXT
        return self.provider if self.service is None else f"{self.provider}: {self.service}"

    def covers(self, other: Element) -> bool:
        """Everything covers all; a provider covers itself and its services; a service covers itself (law 1)."""
        mine, theirs = self._key, other._key
        return mine[0] is None or (mine[0] == theirs[0] and mine[1] in (None, theirs[1]))

    def overlaps(self, other: Element) -> bool:
        """Whether there is a service that both cover."""
        return self.covers(other) or other.covers(self)

    @classmethod
    def of_service(cls, text: str) -> Element:
        """The service that a scenario writes as `provider: service`; ValueError when it is not that."""
        provider, colon, service = (part.strip() for part in text.partition(":"))
        if not (provider and colon and service):
            raise ValueError(f"service '{text}' is not written as \"provider: service\"")
        return cls(provider, service)


EVERYTHING = Element()


@dataclass(frozen=True)
class Scope:
    """What a grant covers: the general authority, all services of some providers, or some services."""

    kind: ScopeKind
    elements: frozenset[Element]

    @classmethod
    def general(cls) -> Scope:
        """Algemene bevoegdheid: everything, now and in the future."""
        return cls("general", frozenset({EVERYTHING}))

    @classmethod
    def providers(cls, names: Iterable[str]) -> Scope:
        """Dienstverlenersmachtiging: all services, now and later, of these providers."""
        return cls("providers", frozenset(Element(name.strip()) for name in names))

    @classmethod
    def services(cls, names: Iterable[str]) -> Scope:
        """Per dienst: these services, each as `provider: service`; ValueError when one is not that."""
        return cls("services", frozenset(map(Element.of_service, names)))

    @classmethod
    def of(cls, elements: Iterable[Element]) -> Scope:
        """The scope that holds just these elements, which must be of one kind; ValueError when they are not."""
        held = frozenset(elements)
        if held == {EVERYTHING}:
            return cls.general()
        if held and all(e.provider and e.service is None for e in held):
            return cls("providers", held)
        if held and all(e.service for e in held):
            return cls("services", held)
        raise ValueError(f"no single scope holds {', '.join(sorted(map(str, held))) or 'nothing'}")

    def covers(self, element: Element) -> bool:
        """Whether one of the scope's elements covers this one."""
        return any(mine.covers(element) for mine in self.elements)

    def overlaps(self, other: Scope) -> bool:
        """Whether there is a service that both cover."""
        return any(mine.overlaps(theirs) for mine in self.elements for theirs in other.elements)

    def names(self) -> list[str]:
        """The elements as a scenario writes them, sorted."""
        return [str(e) for e in sorted(self.elements)]

    def as_data(self) -> dict[str, str | list[str]]:
        """The scope as a scenario writes it, for JSON."""
        return elements_as_data(self.elements)

    def __str__(self) -> str:
        if self.kind == "general":
            return f"general: {GENERAL_TEXT}"
        return f"{self.kind}: {', '.join(self.names())}"


def elements_as_data(elements: Iterable[Element]) -> dict[str, str | list[str]]:
    """What some elements hold, as a scenario writes a scope; of several kinds, where a portal's row mixes them."""
    held = sorted(elements)
    found: dict[str, str | list[str]] = {"general": GENERAL_TEXT} if EVERYTHING in held else {}
    providers = [str(e) for e in held if e.provider and e.service is None]
    services = [str(e) for e in held if e.service]
    return (
        found
        | ({"providers": list(providers)} if providers else {})
        | ({"services": list(services)} if services else {})
    )


@dataclass(frozen=True, order=True)
class Duration:
    """A term in whole years, 1 to 5: an authorisation lasts at most 5 (We-ID's notification pages)."""

    years: int

    def __post_init__(self) -> None:
        if not 1 <= self.years <= 5:
            raise ValueError(f"a grant lasts 1 to 5 years, not {self.years}")

    @classmethod
    def parse(cls, text: str) -> Duration:
        """`1 year` … `5 years`; ValueError for anything else."""
        match = re.fullmatch(r"\s*([0-9]{1,4})\s+years?\s*", text)
        if not match:
            raise ValueError(f'duration \'{text}\' is not written as "1 year" … "5 years"')
        return cls(int(match[1]))

    def end(self, start: date) -> date:
        """The same day that many years later; 28 February where there is no 29."""
        try:
            return start.replace(year=start.year + self.years)
        except ValueError:
            return start.replace(year=start.year + self.years, day=28)

    def __str__(self) -> str:
        return f"{self.years} year{'s' if self.years != 1 else ''}"


@dataclass(frozen=True, order=True)
class Until:
    """A term that ends on a given calendar date."""

    day: date

    def end(self, start: date) -> date:  # noqa: ARG002 - the same question as of a Duration
        """The end date, whatever the start."""
        return self.day

    def __str__(self) -> str:
        return f"until {self.day.isoformat()}"


Term = Duration | Until


@dataclass(frozen=True, order=True)
class Money:
    """An amount in euros, VAT included, compared exactly."""

    amount: Decimal

    @classmethod
    def parse(cls, text: str) -> Money:
        """`EUR 40.00` as in a scenario; ValueError for anything else."""
        match = re.fullmatch(r"\s*EUR\s+([0-9]{1,9}(?:\.[0-9]{1,2})?)\s*", text)
        if not match:
            raise ValueError(f"amount '{text}' is not written as \"EUR 40.00\"")
        return cls(Decimal(match[1]).quantize(Decimal("0.01")))

    @classmethod
    def parse_dutch(cls, text: str) -> Money:
        """`€ 1.234,56`, `EUR 24,95` or `€ 25,-`; ValueError for anything else, text beside the amount included."""
        plain = " ".join(text.replace("\xa0", " ").replace("\u202f", " ").split())
        match = re.fullmatch(
            r"(?:€|EUR) ?((?:[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]{1,9}))(?:,([0-9]{2}|-|–))?", plain
        ) or re.fullmatch(r"((?:[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]{1,9})),([0-9]{2}|-|–) ?(?:€|EUR|euro)", plain)
        if not match:
            raise ValueError(f"'{plain}' is not one amount in euros")
        cents = match[2] if match[2] and match[2].isdigit() else "00"
        return cls(Decimal(f"{match[1].replace('.', '')}.{cents}"))

    def as_data(self) -> dict[str, str]:
        """`{"amount": "24.95", "currency": "EUR"}`, for JSON."""
        return {"amount": f"{self.amount:.2f}", "currency": "EUR"}

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + other.amount)

    def __str__(self) -> str:
        return f"EUR {self.amount:.2f}"


@dataclass(frozen=True)
class Intermediary:
    """Who receives a grant; `uses_we_id` when it is sure that it is a customer of We-ID too."""

    kvk: KvkNumber
    name: str
    email: str | None = None
    uses_we_id: bool = False


@dataclass(frozen=True)
class Organisation:
    """Who grants (vertegenwoordigde)."""

    kvk: KvkNumber
    name: str
    contact_name: str | None = None
    contact_email: str | None = None
    account: str | None = None
    journal: str | None = None


@dataclass(frozen=True)
class Grant:
    """One ketenmachtiging as it should be. `at_most` None: the portal shows no amount, and that is agreed to."""

    id: str
    intermediary: Intermediary
    scope: Scope
    term: Term
    at_most: Money | None
    renew_within: timedelta | None = None
    language: Language = "nl"


@dataclass(frozen=True)
class Limits:
    """The most that one run may record and may cost; None where nothing is said."""

    grants: int | None = None
    costs: Money | None = None


class RowStatus(StrEnum):
    """What a status word on the portal's list means; `unknown` where the profile does not say."""

    PRESENT = "present"
    PENDING = "pending"
    REVOKED = "revoked"
    ENDED = "ended"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class GrantedRow:
    """One row of the portal's list of verleende machtigingen, as read.

    `kvk` None: no number could be read, so that it may be anybody's. `scope` None, `valid_until` None or a status
    `unknown`: the row cannot be read, and `unreadable` says why. `position` is its place in the reading, from 0.
    """

    kvk: KvkNumber | None
    name: str
    elements: frozenset[Element]
    valid_from: date | None
    valid_until: date | None
    status: RowStatus
    reference: str | None = None
    unreadable: str | None = None
    own_reference: str | None = None
    """Keten's own reference, where the portal has a field for one and shows it."""

    def there(self, on: date) -> bool:
        """Whether the row is in force, or will be: present or pending and not run out on that day."""
        alive = self.status in (RowStatus.PRESENT, RowStatus.PENDING)
        return alive and (self.valid_until is None or self.valid_until >= on)
