"""Step 3: whom to authorise, by KvK number."""

from __future__ import annotations

from playwright.sync_api import Locator
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from automation.domain import KvkNumber
from automation.errors import Mismatch, PortalRefused
from pages.controls import Button, Text, TextField
from pages.locating import any_shown, plain_text
from pages.preset import fill_in
from pages.profile.formats import kvk_in, name_in
from pages.scope import ScopeStep
from pages.screen import Part, Step


class ReceiverStep(Step):
    """The intermediary: its KvK number is given, and the portal shows which organisation that is.

    For example:

        def test_an_unknown_number_is_refused(wizard):
            with pytest.raises(PortalRefused):
                wizard.look_up(KvkNumber("99999999"))
    """

    name = "receiver"
    ready = "kvk"

    kvk = Part(TextField)
    look_up_button = Part(Button, "look_up")
    found = Part(Text)
    found_name = Part(Text)
    found_kvk = Part(Text)

    def look_up(self, kvk: KvkNumber) -> str:
        """Give the number; the name of the organisation that the portal finds, empty where it shows none here.

        PortalRefused with the portal's words when it finds none, or none that can be authorised; Mismatch when it
        shows another number.
        """
        before = self.alerts()
        self.kvk.fill(kvk)
        if self.look_up_button.comes():
            self.look_up_button.press()
        else:
            self.kvk.leave()
        self.view.wait_until_idle()
        self._wait_until_found(kvk, before)
        self.kvk.stop_if_marked_wrong()
        fill_in(self)
        shown = self.receiver_kvk()
        if shown != kvk:
            raise Mismatch(f"the portal was asked for {kvk} and shows {shown}")
        return self.receiver_name() if self.found_name.comes() else ""

    def _wait_until_found(self, kvk: KvkNumber, before: list[str]) -> None:
        """Wait until the portal shows the organisation, where it does so on this screen, or its error."""
        found = self.candidates("found") or self.candidates("found_name")
        errors = self.new_alerts(before)
        shown = self.found if self.described("found") else self.found_name
        if not found or not (shown.required or self._comes(found, errors)):
            return
        try:
            index = self.view.wait_for_any(*found, *errors)
        except PlaywrightTimeout:
            self.kvk.stop_if_marked_wrong()
            raise self.place("found").missing() from None
        if index >= len(found):
            self.view.stop_if_signed_out()
            raise PortalRefused(f"the portal says of {kvk}: “{plain_text(errors[index - len(found)])}”")

    def _comes(self, found: list[Locator], errors: list[Locator]) -> bool:
        """Whether the portal shows what it found, or its error, where it may show neither on this screen."""
        return self.view.comes_before_rest(lambda: any_shown((*found, *errors)), lambda: self.stands)

    def receiver_name(self) -> str:
        """The name of the organisation found, as shown, a KvK number beside it left out."""
        return name_in(self.found_name.read())

    @property
    def shows_kvk(self) -> bool:
        """Whether the number of the organisation can be seen right now."""
        return self.found_kvk.still_there or self.kvk.still_there

    def receiver_kvk(self) -> str:
        """The number of the organisation found, or where the portal does not repeat it, that in the field."""
        text = self.found_kvk.read() if self.found_kvk.present else self.kvk.value()
        return kvk_in(text)

    def proceed(self) -> ScopeStep:
        """Go on to step 4."""
        return self.proceed_to(ScopeStep)
