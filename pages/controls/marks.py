"""What a portal marks as wrong: `aria-invalid`, `:invalid`, or an error beside a field, in its words (law 2.6)."""

from __future__ import annotations

from playwright.sync_api import ElementHandle, Page

from pages.controls.elements import FUNCTIONS, script
from pages.locating import comes_true

_MARKS = FUNCTIONS + script("marks.js")
_SETTLING = 1.0  # seconds that a portal may take to take a mark away that stood there before a field was filled in


def mark_of(page: Page, element: ElementHandle) -> str | None:
    """How the portal marks this control as wrong, in its words if it has any; None when it does not, or no longer."""
    found: list[str | None] = []

    def gone() -> bool:
        found.append(element.evaluate(f"element => {{ {_MARKS}; return markOf(element) }}"))
        return found[-1] is None

    comes_true(page, _SETTLING, gone)
    return found[-1]


def marked(page: Page, *, filled: bool = False) -> list[str]:
    """Every field on the page that the portal marks as wrong, in words; of those that hold something, if `filled`."""
    found = page.evaluate(f"filled => {{ {_MARKS}; return marks(document, filled) }}", filled)
    return [f"the field “{name}”: {told(mark)}" for name, mark in found]


def told(mark: str) -> str:
    """A mark in words."""
    return f"the portal says “{mark}”" if mark else "the portal marks it as wrong, and says no more"
