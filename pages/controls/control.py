"""What every control has in common: it is found, is of a fixed kind, says what it is, and keeps what it held."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, ClassVar, NamedTuple, Protocol

from playwright.sync_api import ElementHandle, Locator, Page
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from automation.errors import ControlError, GrantError, Mismatch
from pages.controls.elements import PageElement, ask, ask_all, part_of
from pages.controls.marks import mark_of, told
from pages.locating import any_shown, comes_true, moments, visible
from pages.place import Place

_TEXT_TYPES = {"", "text", "search", "tel", "number", "email", "url"}
_BUTTON_TYPES = {"button", "submit", "image"}
_SETTLING = 0.6  # seconds in which a control shows again what was put back
_LEAVING = 1.0  # seconds that a screen on its way out may still show a second control of the same name


class Nature(NamedTuple):
    """What an element is: its tag, its `type` and `role` attributes, and whether it is edited, multiple or locked.

    `locked`: it is read-only or disabled; `popup`: what it says that it opens; `pressed`: it can be on, being a button;
    `listed`: it has a list of suggestions.
    """

    tag: str
    type: str
    role: str
    editable: bool
    multiple: bool
    locked: bool
    popup: str
    pressed: bool
    listed: bool

    @classmethod
    def of(cls, element: PageElement, whole: str = "") -> Nature:
        """What this element is, or what it is a part of by the selector `whole`."""
        return cls(**ask(element, "nature", whole))

    @classmethod
    def of_all(cls, elements: Locator, whole: str = "") -> list[Nature]:
        """What each of these is, or what it is a part of by the selector `whole`."""
        return [cls(**told) for told in ask_all(elements, "nature", whole)]

    @property
    def is_text_field(self) -> bool:
        """A field that a person types plain text into."""
        native = self.tag == "textarea" or (self.tag == "input" and self.type in _TEXT_TYPES)
        return native or (self.editable and self.role in {"textbox", "searchbox", "combobox"})

    @property
    def is_button(self) -> bool:
        """A button, native or by its role; a link does not count."""
        native = self.tag == "button" or (self.tag == "input" and self.type in _BUTTON_TYPES)
        return (native and self.role in {"", "button"}) or self.role == "button"

    @property
    def is_field(self) -> bool:
        """Something that holds a value to be entered, and so no text to be read."""
        return self.tag in {"input", "textarea", "select"} or self.editable


class Holder(Protocol):
    """What holds something that can be put back."""

    def held(self) -> Any:
        """What it holds now, to be compared and put back."""

    def put_back(self, before: Any) -> None:
        """Let it hold that again, as far as it can be made to."""

    def chosen(self) -> list[str]:
        """What it shows, for messages."""


class Control:
    """A control on a screen, under its name in the profile."""

    kind: ClassVar[str] = "control"
    whole: ClassVar[str] = ""
    """What a control of this kind is as a whole, as a selector, where the profile may name a part of it."""

    def __init__(self, place: Place) -> None:
        self.place = place

    def __repr__(self) -> str:
        return f"<{self.kind} {self.place}>"

    def fits(self, nature: Nature) -> bool:  # noqa: ARG002 - the base kind takes anything
        """Whether an element of this nature is of the control's kind."""
        return True

    def takes(self, found: Locator) -> bool:
        """Whether an element that was found is of the control's kind."""
        return self.fits(Nature.of(found, self.whole))

    def find(self, **filled: str) -> Locator:
        """The one visible element of the control, when it is there and of the right kind.

        ControlError when it does not come, when several are there, or when it is of another kind; SessionExpired when
        the sign-in comes instead.
        """
        candidates = self.numbered_candidates(**filled)
        if not candidates:
            raise self.place.missing()
        view = self.place.view
        number, first = candidates[0]
        with suppress(PlaywrightError):  # the page goes elsewhere: what comes then is waited for
            natures = Nature.of_all(visible(first), self.whole)
            if len(natures) == 1 and self.fits(natures[0]) and not view.is_interrupted:
                self.place.note_used(number)
                return visible(first)
        try:
            view.wait_for_any(*(candidate for _, candidate in candidates))
        except PlaywrightTimeout:
            raise self.place.missing() from None
        counts: list[int] = []
        for _ in moments(view.page, _LEAVING):
            counts = [visible(candidate).count() for _, candidate in candidates]
            if 1 in counts:
                number, candidate = candidates[counts.index(1)]
                self.place.note_used(number)
                return self._of_right_kind(visible(candidate))
        raise self.place.missing(f"is ambiguous: {max(counts)} elements fit")

    def element(self, **filled: str) -> ElementHandle:
        """The very element that a person operates: the whole one, when the profile names a part of it."""
        element = part_of(self.find(**filled), "whole", self.whole)
        if element is None:
            raise self.place.missing("went away")
        return element

    def candidates(self, **filled: str) -> list[Locator]:
        """Where to look for it, in that order."""
        return [candidate for _, candidate in self.numbered_candidates(**filled)]

    def numbered_candidates(self, **filled: str) -> list[tuple[int, Locator]]:
        """Where to look for it, each with the place in the profile's list that it goes back to, from 0."""
        return self.place.numbered_candidates(**filled)

    def _of_right_kind(self, locator: Locator) -> Locator:
        if not self.takes(locator):
            nature = Nature.of(locator, self.whole)
            is_a = f"<{nature.tag}" + "".join(
                f' {k}="{v}"' for k, v in (("type", nature.type), ("role", nature.role)) if v
            )
            raise self.place.missing(f"must be a {self.kind}, and is {is_a}>")
        return locator

    def stop_if_wrong(self, element: ElementHandle, entered: str) -> None:
        """Mismatch, with the portal's words, when it marks as wrong what was entered here."""
        mark = mark_of(self.page, element)
        if mark is not None:
            raise Mismatch(f"{self.place}: {entered} was entered, and {told(mark)}")

    @contextmanager
    def as_before(self, holder: Holder, *, always: bool = False) -> Iterator[None]:
        """What is refused inside leaves it as it was, and `always` all else does; an error says where not."""
        before = holder.held()
        try:
            yield
        except (GrantError, ControlError) as error:
            if told := self._not_put_back(holder, before):
                raise Mismatch(f"{error.message}; {told}", error.hint) from None
            raise
        if always and (told := self._not_put_back(holder, before)):
            raise Mismatch(f"{self.place}: asking for its options changed it; {told}")

    def _not_put_back(self, holder: Holder, before: Any) -> str:
        """What differs after all was put back that could be; empty when nothing does."""
        try:
            holder.put_back(before)
            if comes_true(self.page, _SETTLING, lambda: bool(holder.held() == before)):
                return ""
            shown = ", ".join(holder.chosen())
        except (GrantError, ControlError, PlaywrightError, ValueError, IndexError):  # it has other parts now, say
            return "whether it still holds what it held is unknown"
        return f"it is not as it was before, and shows “{shown}” now"

    @property
    def operated_as(self) -> str:
        """What it turned out to be, in a word or two."""
        nature = Nature.of(self.element())
        return nature.role or f"native {nature.type or nature.tag}"

    @property
    def name(self) -> str:
        """Its name on its screen, in the profile."""
        return self.place.control

    @property
    def page(self) -> Page:
        """The page that it is on."""
        return self.place.view.page

    @property
    def present(self) -> bool:
        """Whether the control can be seen right now, without waiting."""
        return any_shown(self.candidates())

    def comes(self, *instead: Control) -> bool:
        """Whether it is there or must come, or comes before these others do, which then show that it is not needed.

        One that the profile does not describe does not; an optional one is waited for until its screen is at rest.
        """
        if self.present:
            return True
        if not self.place.described or any(other.present for other in instead):
            return False
        if self.required and not instead:
            return True
        shown = (self, *instead)
        came = self.place.view.comes_before_rest(lambda: any(one.present for one in shown), self.place.stands)
        return came and self.present

    @property
    def still_there(self) -> bool:
        """Whether it can be seen right now and is of its kind: a later screen may show something else by that name."""
        for candidate in self.candidates():
            seen = visible(candidate)
            if count := seen.count():
                return count > 1 or self.takes(seen)
        return False

    @property
    def required(self) -> bool:
        """Whether the profile says that every portal of its kind has it."""
        return not any(locator.optional for locator in self.place.described)
