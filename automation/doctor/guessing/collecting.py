"""Collects the elements of a page that may be a control, with their roles, names and surroundings."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Frame, Page


@dataclass(frozen=True, kw_only=True)
class Element:
    """One element as `collect.js` describes it; `css` finds only this element on the page as it is now."""

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
        """Make one from the data that `collect.js` returns."""
        return cls(**described | {"options": tuple(described["options"]), "values": tuple(described["values"])})

    @property
    def interactive(self) -> bool:
        """Whether a person can operate it."""
        return self.is_field or self.is_button or self.is_toggle or self.is_choice

    @property
    def is_field(self) -> bool:
        """Whether a person can type into it, masked or not."""
        native = self.tag in {"input", "textarea"} and self.role not in {"checkbox", "radio", "button", "slider"}
        return native or (self.editable and self.role in {"textbox", "searchbox", "combobox"})

    @property
    def is_button(self) -> bool:
        """Whether it is a button, a link, or drawn as one."""
        return self.role in {"button", "link", "menuitem", "tab"} or self.tag == "summary"

    @property
    def is_toggle(self) -> bool:
        """Whether it is a checkbox, a switch or a radio button."""
        return self.role in {"checkbox", "switch", "radio", "menuitemcheckbox", "menuitemradio"}

    @property
    def is_choice(self) -> bool:
        """Whether one of several options can be chosen in it."""
        return self.role in {"combobox", "listbox", "radiogroup"} or (self.tag == "fieldset" and bool(self.options))


def collect(place: Page | Frame) -> list[Element]:
    """Return the elements of a page or frame that a person may use or read, in document order."""
    return [Element.of(described) for described in place.evaluate(script())]


def frames_with_controls(page: Page) -> list[tuple[Frame, list[Element]]]:
    """Return the other frames of a page that hold controls; a profile cannot reach into them."""
    found = []
    for frame in page.frames[1:]:
        try:
            elements = collect(frame)
        except PlaywrightError:  # the frame went away, or cannot be read
            continue
        if any(element.interactive for element in elements):
            found.append((frame, elements))
    return found


@cache
def script() -> str:
    """Return the JavaScript function that describes the elements of a document."""
    source = Path(__file__).with_name("collect.js").read_text("utf-8")
    return source.partition("\n")[2]
