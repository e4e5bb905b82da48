"""What a screen says of a grant: the fields that the overview and the confirmation have in common."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from automation.domain import Element, Money
from automation.errors import Mismatch
from pages.controls import Text
from pages.profile.formats import kvk_in, name_in
from pages.profile.glossary import FACTS
from pages.screen import Part, Screen


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a screen shows of a grant; None for what it does not show."""

    organisation: str | None = None
    receiver_kvk: str | None = None
    receiver_name: str | None = None
    elements: frozenset[Element] | None = None
    valid_until: datetime.date | None = None
    costs: Money | None = None
    reference: str | None = None
    valid_from: datetime.date | None = None


class FactsScreen(Screen):
    """A screen that sums a grant up."""

    organisation = Part(Text)
    receiver_name = Part(Text)
    receiver_kvk = Part(Text)
    scope = Part(Text)
    valid_until = Part(Text)
    amount = Part(Text)
    reference = Part(Text)

    def facts(self) -> Facts:
        """All that the screen shows. Mismatch, with the field and its text, when something shown cannot be read."""
        self.view.wait_until_idle()
        formats = self.profile.formats
        kvk, name = self._shown(self.receiver_kvk), self._shown(self.receiver_name)
        reference = self._shown(self.reference)
        until, amount = self._shown(self.valid_until), self._shown(self.amount)
        try:
            return Facts(
                organisation=self._shown(self.organisation),
                receiver_kvk=kvk_in(kvk) if kvk is not None else None,
                receiver_name=name_in(name) if name is not None else None,
                elements=self.profile.elements(self.scope.items()) if self.scope.present else None,
                valid_until=formats.date(until) if until is not None else None,
                costs=formats.amount(amount) if amount is not None else None,
                reference=formats.reference_in(reference) if reference is not None else None,
            )
        except ValueError as error:
            raise Mismatch(f"the {self.name} screen cannot be read: {error}") from None

    def wait_until_whole(self) -> None:
        """Wait until it shows all that it may show, or is at rest: what comes late is not left out."""
        names = [name for name in FACTS if self.described(name)]
        self.view.comes_before_rest(lambda: all(self.control(name).present for name in names), lambda: self.stands)

    @staticmethod
    def _shown(control: Text) -> str | None:
        return control.read() if control.present else None
