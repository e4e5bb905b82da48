"""The parts of a portal profile as pydantic models: locators, interruptions, addresses, and the last click."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, ValidationInfo, WithJsonSchema, field_validator
from pydantic_core import PydanticCustomError

from automation.domain import Element

IN_A_FILE = "in a file"
T = TypeVar("T")
Many = Annotated[
    tuple[T, ...], Field(strict=False, min_length=1, json_schema_extra={"errorMessage": "Write one or more: [a, b]."})
]
Texts = Annotated[
    tuple[str, ...],
    Field(strict=False, min_length=1),
    WithJsonSchema(
        {
            "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}],
            "errorMessage": "Write one text, or a list of them: [a, b].",
        }
    ),
]
"""One text or several; a lone one is made a list of one before."""
LOCATOR_WAYS = ("role", "label", "text", "placeholder", "test_id", "css")


class Section(BaseModel):
    """A mapping of a profile, with these keys and no others. In a file, a key has a value or is left out."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    @field_validator("*", mode="before")
    @classmethod
    def _has_a_value(cls, value: object, info: ValidationInfo) -> object:
        if value is None and info.context == IN_A_FILE:
            raise PydanticCustomError("no_value", "no value")
        return value


def pattern(text: str) -> re.Pattern[str] | None:
    """The regular expression that a profile writes as `/…/` or `/…/i`; None for plain text."""
    match = re.fullmatch(r"/(.*)/(i?)", text, re.DOTALL)
    return re.compile(match[1], re.IGNORECASE if match[2] else 0) if match else None


class Locator(Section):
    """One way to find a control, by what a user sees first: one of role, label, text, placeholder, test_id and css."""

    role: str | None = Field(None, description="its ARIA role, as button or textbox", examples=["button"])
    name: str | None = Field(None, description="its accessible name, together with `role`", examples=["Vastleggen"])
    label: str | None = Field(None, description="the text of its label", examples=["Duur"])
    text: str | None = Field(None, description="its own text", examples=["/^bezig met laden/i"])
    placeholder: str | None = Field(None, description="its placeholder", examples=["12345678"])
    test_id: str | None = Field(None, description="its data-testid", examples=["submit"])
    css: str | None = Field(None, description="a CSS selector, as the last resort", examples=["main h1"])
    within: str | None = Field(None, description="another control of the same screen that it stands in")
    optional: bool = Field(
        False,
        description="true where some portals lack it: it is then skipped",
        json_schema_extra={"errorMessage": "Write true or false."},
    )

    def __str__(self) -> str:
        told = {key: value for key, value in self.model_dump().items() if value not in (None, False)}
        return "{" + ", ".join(f"{key}: {value}" for key, value in told.items()) + "}"


Control = Annotated[tuple[Locator, ...], Field(strict=False)]
"""One way to find a control after the other; none, where the portal lacks it."""


class Interruption(Section):
    """A dialog that may appear anywhere, and the control in it that closes it."""

    dialog: Locator = Field(description="the dialog")
    dismiss: Locator = Field(description="the control in it that closes it")


class Paths(Section):
    """Addresses of screens, relative to the portal's origin."""

    sign_in: str = Field(description="the sign-in")
    granted: str = Field(description="the list of verleende machtigingen", examples=["/machtigingen/verleend"])


class RecordingRequest(Section):
    """A request; address and body are matched by `/regex/` or as a whole."""

    method: str = Field("POST", description="its method, POST if nothing is said")
    address: str = Field(description="its address, whole or as /regex/", examples=["/\\/api\\/grants$/"])
    body: str | None = Field(None, description="what its body holds, whole or as /regex/")
    times: Literal[1, "per-service", "per-provider"] = Field(
        1,
        title="a number of times",
        description="how often one click sends it: 1, per-service or per-provider",
        json_schema_extra={"errorMessage": "Write 1, per-service or per-provider."},
    )

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


Button = Annotated[
    Literal["record", "confirm"],
    Field(title="a button of the last click", json_schema_extra={"errorMessage": "Write record or confirm."}),
]


class Recording(Section):
    """The last click: its buttons, the request that records, what may leave besides, and how a portal refuses."""

    buttons: Many[Button] = Field(
        ("record",),
        description="the buttons of the last click in order: [record], or [record, confirm] where a dialog asks again",
    )
    request: RecordingRequest | None = Field(
        None, description="the request that records a grant; if nothing is said, any to the portal, once"
    )
    lets_pass: Annotated[tuple[RecordingRequest, ...], Field(strict=False)] = Field(
        (), description="other requests that may leave while the click is under way"
    )
    refusals: Annotated[tuple[int, ...], Field(strict=False)] = Field(
        (400, 403, 404, 409, 422),
        description="statuses of answers that mean “no”: certainly nothing was recorded",
        json_schema_extra={"errorMessage": "Write a list of statuses: [400, 422]."},
    )

    def times(self, elements: Collection[Element]) -> int:
        """How many requests one click is to bring that records these."""
        if self.request is None or self.request.times == 1:
            return 1
        return len({e.provider for e in elements} if self.request.times == "per-provider" else elements)

    @property
    def asks_again(self) -> bool:
        """Whether a dialog asks once more before anything is recorded."""
        return len(self.buttons) > 1


Refusal = Literal["last-try", "locked", "level", "expired-code"]


class SignInRefusals(Section):
    """Words that tell why a sign-in was refused; all are optional."""

    locked: str | None = Field(None, description="the account is locked, as text or /regex/")
    last_try: str | None = Field(None, description="one try is left")
    level: str | None = Field(None, description="the means of identification is not sufficient")
    expired_code: str | None = Field(None, description="the one-time code has expired")

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


def _preset(value: object) -> str | bool:
    if isinstance(value, str | bool):
        return value
    raise PydanticCustomError("string_type", "text or true")


PresetValue = Annotated[
    Any,
    PlainValidator(_preset),
    WithJsonSchema({"type": ["string", "boolean"], "errorMessage": 'Write text, or true: "{ref}".'}),
]
