"""In what the other portal differs, and the profile that says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from tests.other_portal.words import profile


@dataclass(frozen=True)
class Manner:
    """How the screens follow one another."""

    stepper: bool = True
    """Step by step with a button; else all on one page, without any."""
    services_in: Literal["page", "dialog"] = "page"
    results: Literal["options", "checkboxes", "items", "rows"] = "checkboxes"
    overview: bool = True
    confirmation: Literal["page", "dialog", "message"] = "page"
    amounts: Literal[1, 2] = 1
    """With VAT, or without and with."""
    details: Literal["row", "expander", "dialog"] = "row"
    """Where the list shows what a grant covers, and its reference."""
    asks_again: bool = False
    records_at_first: bool = False
    """The first of two buttons records already."""
    dearer_when_asked: bool = False
    fields: bool = False
    """Further obligatory fields."""

    def profile(self) -> dict[str, Any]:
        """A profile for it, as a user would write it."""
        return profile(self)
