"""The confirmation that a grant was recorded."""

from __future__ import annotations

from pages.facts import FactsScreen
from pages.locating import visible


class Confirmation(FactsScreen):
    """A page, dialog or message that says so, and shows what was recorded."""

    name = "confirmation"
    ready = "heading"

    @property
    def there(self) -> bool:
        """Whether it can be seen right now."""
        return any(visible(candidate).count() for candidate in self.candidates(self.ready))
