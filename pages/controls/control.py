"""What every control has in common: it is found, it is of a fixed kind, and it says what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Locator
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from pages.locating import missing, visible

if TYPE_CHECKING:
    from pages.screen import Screen

_TEXT_TYPES = {"", "text", "search", "tel", "number", "email", "url", "date"}
_BUTTON_TYPES = {"button", "submit", "image"}
_NATURE = """element => ({
    tag: element.tagName.toLowerCase(),
    type: (element.getAttribute('type') || '').toLowerCase(),
    role: (element.getAttribute('role') || '').toLowerCase(),
    editable: element.isContentEditable,
    multiple: element.multiple === true,
})"""


class Nature(NamedTuple):
    """What an element is: its tag, its `type` and `role` attributes, and whether it is edited or multiple."""

    tag: str
    type: str
    role: str
    editable: bool
    multiple: bool

    @classmethod
    def of(cls, element: Locator) -> Nature:
        """What this element is."""
        return cls(**element.evaluate(_NATURE))

    @property
    def is_text_field(self) -> bool:
        """A field that a person types plain text into."""
        native = self.tag == "textarea" or (self.tag == "input" and self.type in _TEXT_TYPES)
        return native or (self.editable and self.role in {"textbox", "searchbox", "combobox"})

    @property
    def is_button(self) -> bool:
        """A button, native or by its role; a link is none."""
        native = self.tag == "button" or (self.tag == "input" and self.type in _BUTTON_TYPES)
        return (native and self.role in {"", "button"}) or self.role == "button"

    @property
    def is_field(self) -> bool:
        """Something that holds a value to be entered, and so no text to be read."""
        return self.tag in {"input", "textarea", "select"} or self.editable


class Control:
    """A control on a screen, under its name in the profile."""

    kind = "control"

    def __init__(self, screen: Screen, name: str) -> None:
        self.screen = screen
        self.name = name

    def __repr__(self) -> str:
        return f"<{self.kind} {self.screen.name}.{self.name}>"

    def fits(self, nature: Nature) -> bool:  # noqa: ARG002 - the base kind takes anything
        """Whether an element of this nature is of the control's kind."""
        return True

    def find(self, **filled: str) -> Locator:
        """The one visible element of the control, when it is there and of the right kind.

        ControlError when it does not come, when several are there, or when it is of another kind; SessionExpired when
        the sign-in comes instead.
        """
        candidates = self.screen.numbered_candidates(self.name, **filled)
        if not candidates:
            raise missing(self.screen, self.name)
        try:
            self.screen.view.wait_for_any(*(candidate for _, candidate in candidates))
        except PlaywrightTimeout:
            raise missing(self.screen, self.name) from None
        counts = []
        for number, candidate in candidates:
            seen = visible(candidate)
            counts.append(seen.count())
            if counts[-1] == 1:
                self.screen.used(self.name, number)
                return self._of_right_kind(seen)
        raise missing(self.screen, self.name, f"is ambiguous: {max(counts)} elements fit")

    def _of_right_kind(self, locator: Locator) -> Locator:
        nature = Nature.of(locator)
        if not self.fits(nature):
            is_a = f"<{nature.tag}" + "".join(
                f' {k}="{v}"' for k, v in (("type", nature.type), ("role", nature.role)) if v
            )
            raise missing(self.screen, self.name, f"must be a {self.kind}, and is {is_a}>")
        return locator

    @property
    def present(self) -> bool:
        """Whether the control can be seen right now, without waiting."""
        return any(visible(candidate).count() for candidate in self.screen.candidates(self.name))

    @property
    def still_there(self) -> bool:
        """Whether it can be seen right now and is of its kind: a later screen may show something else by that name."""
        for candidate in self.screen.candidates(self.name):
            seen = visible(candidate)
            if count := seen.count():
                return count > 1 or self.fits(Nature.of(seen))
        return False

    @property
    def required(self) -> bool:
        """Whether the profile says that every portal of its kind has it."""
        return not any(locator.optional for locator in self.screen.described(self.name))


def reason(error: PlaywrightError) -> str:
    """What Playwright's log says was in the way; else the error's first line."""
    lines = [line.strip(" -") for line in error.message.splitlines()]
    telling = [line for line in lines if "intercepts pointer events" in line or line.startswith("element is not")]
    return telling[-1] if telling else lines[0]
