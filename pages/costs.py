"""Step 5, its first half: how long, and what it costs."""

from __future__ import annotations

from automation.domain import Duration, Money, Term, Until
from automation.errors import Mismatch
from pages.controls import Button, Choice, Text, TextField, Toggle
from pages.review import ReviewStep
from pages.screen import Part, Step

UNREADABLE_AMOUNT = (
    "An amount counts only when it is whole and has VAT in it; what the portal writes beside it is explained in the "
    "profile's formats.amount_notes."
)


class CostsStep(Step):
    """Duration and costs, and the consent to them."""

    name = "costs"
    ready = "duration"

    duration = Part(Choice)
    end_date = Part(TextField)
    amount = Part(Text)
    agree_ = Part(Toggle)
    continue_ = Part(Button)

    def choose_term(self, term: Term) -> None:
        """Choose the duration or the end date, and see that it is chosen; Mismatch when it is not."""
        if isinstance(term, Duration):
            wanted = self.profile.formats.duration.format(years=term.years)
        else:
            wanted = self.profile.formats.until
        self.duration.choose(wanted)
        if isinstance(term, Until):
            self.end_date.fill(self.profile.formats.write_date(term.day))
            self.end_date.leave()
        self.view.wait_until_idle()
        chosen = self.duration.chosen()
        if chosen.casefold() != wanted.casefold():
            raise Mismatch(f"costs.duration: “{wanted}” was chosen, the portal shows “{chosen}”")

    def costs(self) -> Money:
        """The amount that the portal asks, VAT included; Mismatch when it cannot be read as one."""
        text = self.amount.read()
        try:
            return self.profile.formats.amount(text)
        except ValueError as error:
            raise Mismatch(f"the costs cannot be read: {error}", UNREADABLE_AMOUNT) from None

    def agree(self) -> None:
        """Agree to the costs."""
        self.agree_.turn_on()

    def proceed(self) -> ReviewStep:
        """Go on to the overview, where the portal has one; else the recording button stands on this screen."""
        return self.proceed_to(ReviewStep)
