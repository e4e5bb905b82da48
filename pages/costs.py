"""Step 5, its first half: how long, and what it costs."""

from __future__ import annotations

from playwright.sync_api import Locator

from automation.domain import Duration, Money, Term, Until, same_words
from automation.errors import Mismatch
from pages.controls import Choice, DateField, Nature, Text, Toggle
from pages.controls.elements import ask
from pages.locating import any_shown
from pages.preset import fill_in
from pages.review import ReviewStep
from pages.screen import Part, Step

UNREADABLE_AMOUNT = (
    "An amount counts only when it is whole and includes VAT; explain what the portal writes next to it in the "
    "profile's formats.amount_notes."
)


class TermChoice(Choice):
    """The choice of a duration: one control, or an option each, which the profile names by {duration}."""

    @property
    def _each_named(self) -> bool:
        return any("{duration}" in str(one) for one in self.place.described)

    def fits(self, nature: Nature) -> bool:
        """As of any choice, or of one option of it."""
        return super().fits(nature) or (self._each_named and self._toggle.fits(nature))

    def numbered_candidates(self, **filled: str) -> list[tuple[int, Locator]]:
        """Where no option is named, all that there may be."""
        if not self._each_named or filled:
            return super().numbered_candidates(**filled)
        return [found for option in self._options for found in self._toggle.numbered_candidates(duration=option)]

    def choose(self, option: str) -> None:
        """Choose it, and see that it is chosen."""
        if self._each_named:
            self._toggle.turn_on(duration=option)
        else:
            super().choose(option)

    def chosen(self) -> str:
        """The option that is chosen; empty when none is."""
        return next(filter(self._is_on, self._options), "") if self._each_named else super().chosen()

    def _is_on(self, option: str) -> bool:
        there = any_shown(self._toggle.candidates(duration=option))
        return there and bool(ask(self._toggle.element(duration=option), "on"))

    @property
    def _toggle(self) -> Toggle:
        return Toggle(self.place)

    @property
    def _options(self) -> list[str]:
        formats = self.place.view.profile.formats
        return [*(formats.option(Duration(years)) for years in range(1, 6)), formats.until]


class CostsStep(Step):
    """Duration and costs, and the consent to them.

    For example:

        def test_one_service_for_two_years_has_a_price(wizard):
            wizard.look_up(KvkNumber("68750110"))
            services = wizard.proceed()
            services.link(Scope.services(["UWV: Verzuimmelder"]))
            costs = services.proceed()
            costs.choose_term(Duration(2))
            assert costs.costs() > Money.parse("EUR 0.00")
    """

    name = "costs"
    ready = "duration"

    duration = Part(TermChoice)
    end_date = Part(DateField)
    amount = Part(Text)
    agreement = Part(Toggle, "agree")

    def choose_term(self, term: Term) -> None:
        """Choose the duration or the end date, and see that it is chosen; Mismatch when it is not."""
        self.duration.choose(self._option(term))
        if isinstance(term, Until):
            self.end_date.enter(term.day)
        fill_in(self)
        self.view.wait_until_idle()
        if not self.agrees_with(term):
            raise Mismatch(f"costs.duration: {term} was chosen, the portal shows “{self.term()}”")

    def term(self) -> str:
        """The chosen duration, or the end date that was typed instead."""
        chosen = self.duration.chosen()
        return self.end_date.value() if same_words(chosen, self.profile.formats.until) else chosen

    def agrees_with(self, term: Term) -> bool:
        """Whether the controls show this term."""
        agrees = same_words(self.duration.chosen(), self._option(term))
        return agrees and (isinstance(term, Duration) or self.end_date.day() == term.day)

    def _option(self, term: Term) -> str:
        formats = self.profile.formats
        return formats.option(term) if isinstance(term, Duration) else formats.until

    @property
    def shows_amount(self) -> bool:
        """Whether the portal shows here what the grant costs."""
        return self.profile.costs == "shown" and self.amount.comes()

    def costs(self) -> Money:
        """The amount that the portal asks, VAT included; Mismatch when it cannot be read as one."""
        text = self.amount.read()
        try:
            return self.profile.formats.amount(text)
        except ValueError as error:
            raise Mismatch(f"the costs cannot be read: {error}", UNREADABLE_AMOUNT) from None

    def agree(self) -> None:
        """Agree to the costs, where the portal asks for it here."""
        if self.agreement.comes():
            self.agreement.turn_on()

    def proceed(self) -> ReviewStep:
        """Go on to the overview, where the portal has one; else the recording button stands on this screen."""
        return self.proceed_to(ReviewStep)
