"""Step 5, its second half: the overview, the click that records the grant, and the confirmation of that."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Locator

from pages.controls import RecordingButton, Text
from pages.facts import Facts, FactsScreen
from pages.locating import any_shown
from pages.plain_words import in_words
from pages.preset import fill_in
from pages.screen import Part


class Question(FactsScreen):
    """The dialog that asks once more before it records; its button is one of the overview's (`review.confirm`)."""

    name = "confirm"
    ready = "amount"


class Confirmation(FactsScreen):
    """A page, dialog or message that says that a grant is recorded, and shows it.

    For example:

        def test_a_recorded_grant_has_a_reference(wizard, mock_portal):
            wizard.look_up(KvkNumber("68750110"))
            services = wizard.proceed()
            services.link(Scope.providers(["UWV"]))
            costs = services.proceed()
            costs.choose_term(Duration(2))
            costs.agree()
            shown = costs.proceed().record().facts()
            assert [grant["reference"] for grant in mock_portal.ledger()["grants"]] == [shown.reference]
    """

    name = "confirmation"
    ready = "heading"

    valid_from = Part(Text)

    @property
    def there(self) -> bool:
        """Whether it can be seen right now."""
        return any_shown(self.candidates(self.ready))

    def facts(self) -> Facts:
        """All that it shows; a first day that cannot be read is left out, as nothing is compared with it."""
        facts = super().facts()
        if self.valid_from.present:
            with suppress(ValueError):
                return replace(facts, valid_from=self.profile.formats.date(self.valid_from.read()))
        return facts


class ReviewStep(FactsScreen):
    """All that is about to be recorded, read back before it is; on some portals only the button.

    For example:

        def test_the_overview_names_the_receiver(wizard):
            wizard.look_up(KvkNumber("68750110"))
            services = wizard.proceed()
            services.link(Scope.general())
            costs = services.proceed()
            costs.choose_term(Duration(5))
            costs.agree()
            assert costs.proceed().facts().receiver_kvk == "68750110"
    """

    name = "review"
    ready = "record"

    _said_before: tuple[str, ...] = ()

    button = Part(RecordingButton, "record")
    confirm = Part(RecordingButton)

    def record(self) -> Confirmation:
        """Record the grant: one click, and one more where a dialog asks again; the confirmation when it is there.

        PortalRefused, with the portal's words, when it shows an error instead; ControlError when neither comes. No
        error proves that nothing was recorded: only the portal's list tells.
        """
        confirmation, before = self.confirmation(), self.alerts()
        self.button.press()
        if self.profile.recording.asks_again:
            self.wait_for_answer(self, self.confirm.name, before)
            self.confirm.press()
        self.wait_for_answer(confirmation, confirmation.ready, before)
        return confirmation.wait_until_ready()

    def complete(self) -> None:
        """Fill in what the profile presets on this screen."""
        fill_in(self)

    @staticmethod
    def click(button: Locator) -> str | None:
        """Click once. What went wrong, or None; neither proves that the portal recorded or did not."""
        try:
            button.click(no_wait_after=True)
        except PlaywrightError as error:
            return in_words(error)
        return None

    def remember_alerts(self) -> None:
        """What is said as an error now is no answer to the click that follows."""
        self._said_before = tuple(self.alerts())

    def error(self) -> str | None:
        """The portal's error on this screen, if it shows one right now that was not there before the click."""
        return next((said for said in self.alerts() if said not in self._said_before), None)

    def question(self) -> Question:
        """The dialog that asks once more, where the profile has one."""
        return Question(self.view)

    def confirmation(self) -> Confirmation:
        """The confirmation that should follow."""
        return Confirmation(self.view)

    def wait_a_moment(self) -> None:
        """Let the browser go on for a tenth of a second: what is awaited is screen and network together."""
        self.view.page.wait_for_timeout(100)
