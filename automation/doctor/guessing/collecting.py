"""Collects what could be a control from a page: each element's role, name, and what stands around it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Frame, Page


@dataclass(frozen=True)
class Element:
    """One element as `collect.js` describes it; `css` finds just it in the page as it is now."""

    order: int
    role: str
    css: str
    tag: str
    type: str
    name: str
    label: str
    placeholder: str
    title: str
    text: str
    own_text: str
    value: str
    attributes: str
    options: tuple[str, ...]
    group: str
    before: str
    after: str
    section: str
    landmark: str
    items: int
    fields: int
    column: int
    values: tuple[str, ...]
    in_table: bool
    container: bool
    editable: bool
    visible: bool
    covered_by: str
    disabled: bool
    primary: bool
    x: int
    y: int

    @classmethod
    def of(cls, described: dict[str, Any]) -> Element:
        """From the data that the page gave."""
        return cls(**described | {"options": tuple(described["options"]), "values": tuple(described["values"])})

    @property
    def interactive(self) -> bool:
        """Whether a person does something with it, other than reading."""
        return self.is_field or self.is_button or self.is_toggle or self.is_choice

    @property
    def is_field(self) -> bool:
        """A field to type into, masked or not."""
        native = self.tag in {"input", "textarea"} and self.role not in {"checkbox", "radio", "button", "slider"}
        return native or (self.editable and self.role in {"textbox", "searchbox", "combobox"})

    @property
    def is_button(self) -> bool:
        """A button, a link, or what is drawn as one."""
        return self.role in {"button", "link", "menuitem", "tab"} or self.tag == "summary"

    @property
    def is_toggle(self) -> bool:
        """A checkbox, switch or radio button."""
        return self.role in {"checkbox", "switch", "radio", "menuitemcheckbox", "menuitemradio"}

    @property
    def is_choice(self) -> bool:
        """Something in which one of several options is chosen."""
        return self.role in {"combobox", "listbox", "radiogroup"} or (self.tag == "fieldset" and bool(self.options))


def collect(place: Page | Frame) -> list[Element]:
    """All elements of a page or frame that a person may use or read, in the order of the document."""
    return [Element.of(described) for described in place.evaluate(script())]


def frames_with_controls(page: Page) -> list[tuple[Frame, list[Element]]]:
    """The other frames of a page that hold something to be used; the profile reaches into none of them."""
    found = []
    for frame in page.frames[1:]:
        try:
            elements = collect(frame)
        except PlaywrightError:  # it went away, or is none that can be looked into
            continue
        if any(element.interactive for element in elements):
            found.append((frame, elements))
    return found


@cache
def script() -> str:
    """The function that describes the elements of a document."""
    source = Path(__file__).with_name("collect.js").read_text("utf-8")
    return source.partition("\n")[2]
