"""The confirmation that a grant was recorded."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from pages.controls import Text
from pages.facts import Facts, FactsScreen
from pages.locating import any_shown
from pages.screen import Part


class Confirmation(FactsScreen):
    """A page, dialog or message that says so, and shows what was recorded."""

    name = "confirmation"
    ready = "heading"

    valid_from = Part(Text)

    @property
    def there(self) -> bool:
        """Whether it can be seen right now."""
        return any_shown(self.candidates(self.ready))

    def facts(self) -> Facts:
        """All that it shows; a first day that cannot be read is none, as nothing is compared with it."""
        facts = super().facts()
        if self.valid_from.present:
            with suppress(ValueError):
                return replace(facts, valid_from=self.profile.formats.date(self.valid_from.read()))
        return facts
