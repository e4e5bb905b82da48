"""The portal profile: where each control is, how the screens follow one another, and what the words mean.

The built-in profile is `we_id.yaml` beside this file; a user's own profile is laid over it, key by key.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from babel.dates import get_month_names
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from automation.domain import Element, Money, RowStatus
from automation.errors import UsageError

BUILT_IN = Path(__file__).with_name("we_id.yaml")
_LOCATOR_KEYS = ("role", "label", "text", "placeholder", "test_id", "css")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def pattern(text: str) -> re.Pattern[str] | None:
    """The regular expression that a profile writes as `/…/` or `/…/i`; None for plain text."""
    match = re.fullmatch(r"/(.*)/(i?)", text, re.DOTALL)
    return re.compile(match[1], re.IGNORECASE if match[2] else 0) if match else None


class Locator(_Part):
    """One way to find a control, by what a user sees first; `within` names another control of the screen."""

    role: str | None = None
    name: str | None = None
    label: str | None = None
    text: str | None = None
    placeholder: str | None = None
    test_id: str | None = None
    css: str | None = None
    within: str | None = None
    optional: bool = False

    @model_validator(mode="after")
    def _one_way(self) -> Locator:
        ways = [key for key in _LOCATOR_KEYS if getattr(self, key) is not None]
        if len(ways) != 1:
            raise ValueError(f"a locator has exactly one of {', '.join(_LOCATOR_KEYS)}; this one has {ways or 'none'}")
        if self.name is not None and self.role is None:
            raise ValueError("`name` goes with `role`")
        return self

    def __str__(self) -> str:
        told = {key: value for key, value in self.model_dump().items() if value not in (None, False)}
        return "{" + ", ".join(f"{key}: {value}" for key, value in told.items()) + "}"


Control = tuple[Locator, ...]
Refusal = Literal["last-try", "locked", "level", "expired-code"]


class Interruption(_Part):
    """A dialog that may appear anywhere, and the control in it that makes it go away."""

    dialog: Locator
    dismiss: Locator


class Paths(_Part):
    """Addresses of screens, relative to the portal's origin."""

    sign_in: str
    granted: str


class ScopeWords(_Part):
    """How the portal writes what a grant covers; groups `provider` and `service` hold the names."""

    general: str
    provider: str
    service: str
    more: str | None = None


class Formats(_Part):
    """Forms of dates and amounts. Date forms are made of `d`, `dd`, `M`, `MM`, `MMM`, `MMMM` and `yyyy`."""

    dates: tuple[str, ...]
    amount_notes: tuple[str, ...] = ()
    scope: ScopeWords
    duration: str = "{years} jaar"
    until: str = "Tot en met een datum"

    @field_validator("dates")
    @classmethod
    def _known_forms(cls, forms: tuple[str, ...]) -> tuple[str, ...]:
        for form in forms:
            _date_form(form)
        return forms

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
        """The date in the first of the profile's forms, which must be one of figures."""
        first = self.dates[0]
        return first.replace("dd", f"{day.day:02}").replace("MM", f"{day.month:02}").replace("yyyy", str(day.year))

    def amount(self, text: str) -> Money:
        """The amount, VAT included.

        Text beside it that the profile does not explain makes it unreadable (law 2.6): it may be a rate, or leave
        VAT out. ValueError then, with the text.
        """
        plain = " ".join(text.replace("\xa0", " ").split())
        for note in self.amount_notes:
            if plain.casefold().endswith(note.casefold()):
                return Money.parse_dutch(plain[: -len(note)])
        return Money.parse_dutch(plain)

    def element(self, text: str) -> Element:
        """What one item of a grant covers; ValueError when it is written as nothing that the profile knows."""
        plain = " ".join(text.split())
        if _matches(self.scope.general, plain):
            return Element()
        if provider := _matches(self.scope.provider, plain):
            return Element(provider["provider"])
        if service := _matches(self.scope.service, plain):
            return Element(service["provider"], service["service"])
        raise ValueError(f"'{plain}' is not a scope in a form that the profile knows")

    def is_more(self, text: str) -> bool:
        """Whether an item only says that there are more, as “en nog 5”."""
        return bool(self.scope.more and _matches(self.scope.more, " ".join(text.split())))


def _matches(wanted: str, text: str) -> re.Match[str] | None:
    regex = pattern(wanted)
    return regex.fullmatch(text) if regex else re.fullmatch(re.escape(wanted), text)


def _month_number(name: str) -> int:
    for width in ("wide", "abbreviated"):
        for number, known in get_month_names(width, locale="nl").items():
            if known.rstrip(".").casefold() == name.rstrip(".").casefold():
                return int(number)
    raise ValueError(f"'{name}' is not a month")


def _date_form(form: str) -> re.Pattern[str]:
    regex = re.escape(form)
    groups = {
        "yyyy": r"(?P<year>[0-9]{4})",
        "MMMM": r"(?P<name>[a-zA-Z]+)",
        "MMM": r"(?P<name>[a-zA-Z]+\.?)",
        "MM": r"(?P<month>[0-9]{2})",
        "M": r"(?P<month>[0-9]{1,2})",
        "dd": r"(?P<day>[0-9]{2})",
        "d": r"(?P<day>[0-9]{1,2})",
    }
    regex = re.sub("yyyy|MMMM|MMM|MM|M|dd|d", lambda token: groups[token[0]], regex)
    compiled = re.compile(regex)
    if not {"day", "year"} <= set(compiled.groupindex) or not {"month", "name"} & set(compiled.groupindex):
        raise ValueError(f"date form '{form}' lacks a day, month or year")
    return compiled


class RecordingRequest(_Part):
    """The request that records a grant; address and body are matched by `/regex/` or as a whole."""

    method: str = "POST"
    address: str
    body: str | None = None
    times: Literal[1, "per-service", "per-provider"] = 1

    def is_sent_by(self, method: str, address: str, body: str) -> bool:
        """Whether a request is this one."""

        def fits(wanted: str, text: str) -> bool:
            regex = pattern(wanted)
            return bool(regex.search(text)) if regex else wanted == text

        return (
            method.upper() == self.method.upper()
            and fits(self.address, address)
            and (self.body is None or fits(self.body, body))
        )


class Recording(_Part):
    """The last click: the request that records, what may leave besides, and the answers by which a portal refuses."""

    request: RecordingRequest | None = None
    lets_pass: tuple[RecordingRequest, ...] = ()
    refusals: tuple[int, ...] = (400, 403, 404, 422)


class SignInRefusals(_Part):
    """Words by which a refused sign-in is told from others; none of them has to be known."""

    locked: str | None = None
    last_try: str | None = None
    level: str | None = None
    expired_code: str | None = None

    def named(self, words: str) -> Refusal | None:
        """Which of them the portal's words are, the gravest first."""
        kinds: tuple[tuple[Refusal, str | None], ...] = (
            ("last-try", self.last_try),
            ("locked", self.locked),
            ("level", self.level),
            ("expired-code", self.expired_code),
        )
        return next((kind for kind, wanted in kinds if wanted and _found(wanted, words)), None)


def _found(wanted: str, text: str) -> bool:
    regex = pattern(wanted)
    return bool(regex.search(text)) if regex else wanted.casefold() in text.casefold()


class Profile(_Part):
    """A whole profile; see the comments in `we_id.yaml`."""

    paths: Paths
    screens: dict[str, dict[str, Control]]
    interruptions: tuple[Interruption, ...] = ()
    formats: Formats
    statuses: dict[Literal["present", "pending", "revoked", "ended"], tuple[str, ...]]
    own_organisation: Literal["shown", "not-shown"] = "shown"
    costs: Literal["shown", "not-shown"] = "shown"
    sign_in_refusals: SignInRefusals = Field(default_factory=SignInRefusals)
    recording: Recording = Field(default_factory=Recording)

    @field_validator("screens", mode="before")
    @classmethod
    def _lists(cls, screens: Any) -> Any:
        """One locator stands for a list of one."""
        if not isinstance(screens, Mapping):
            return screens
        return {
            screen: {name: [found] if isinstance(found, Mapping) else found for name, found in controls.items()}
            if isinstance(controls, Mapping)
            else controls
            for screen, controls in screens.items()
        }

    @cached_property
    def _status_words(self) -> dict[str, RowStatus]:
        return {word.casefold(): RowStatus(kind) for kind, words in self.statuses.items() for word in words}

    def status(self, word: str) -> RowStatus:
        """What a status word on the portal's list means."""
        return self._status_words.get(" ".join(word.split()).casefold(), RowStatus.UNKNOWN)


def load(overlay: Path | None = None) -> Profile:
    """The built-in profile with the user's laid over it.

    UsageError, with the place, when the file cannot be read or is no valid profile.
    """
    merged = _read(BUILT_IN)
    if overlay is not None:
        merged = _laid_over(merged, _read(overlay))
    try:
        return Profile.model_validate(merged)
    except ValidationError as error:
        found = "\n".join(f"  {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise UsageError(f"{overlay or BUILT_IN}: not a valid profile:\n{found}") from None


def _read(path: Path) -> dict[str, Any]:
    try:
        read = YAML(typ="safe", pure=True).load(path)
    except OSError as error:
        raise UsageError(f"profile {path} cannot be read: {error.strerror}") from None
    except MarkedYAMLError as error:
        mark = error.problem_mark
        where = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        raise UsageError(f"{path}{where}: {error.problem}") from None
    except (YAMLError, ValueError) as error:
        raise UsageError(f"{path}: {error}") from None
    if not isinstance(read, dict):
        raise UsageError(f"{path}: a profile is a mapping of keys")
    return read


def _laid_over(below: dict[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Mappings are merged key by key, but a control, being one locator or a list, is replaced whole."""
    merged = dict(below)
    for key, value in above.items():
        lower = merged.get(key)
        is_control = isinstance(value, Mapping) and any(way in value for way in _LOCATOR_KEYS)
        if isinstance(value, Mapping) and isinstance(lower, Mapping) and not is_control:
            merged[key] = _laid_over(dict(lower), value)
        else:
            merged[key] = value
    return merged
