"""Fields that a person types into, with those for secrets."""

from __future__ import annotations

import re

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Locator
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from pydantic import SecretStr

from automation.errors import ControlError, Mismatch
from pages import oversight
from pages.controls.control import Control, Nature
from pages.controls.elements import keyed_in

_VALUE = "e => 'value' in e ? e.value : e.textContent"


class TextField(Control):
    """A field that a person types plain text into."""

    kind = "text field"

    def fits(self, nature: Nature) -> bool:
        """An editable field that shows what is typed."""
        return nature.is_text_field

    def fill(self, text: str) -> None:
        """Replace what it holds, and see that it then holds that.

        ControlError when it is read-only or disabled, Mismatch when it takes something else: it then holds what it held
        before, or the error says that it does not.
        """
        before = self.value()
        held = self._typed(text)
        if _plain(held) != _plain(text):
            kept = "" if self._put_back(before) else f", and “{before}”, which it held before, could not be put back"
            raise Mismatch(f"{self.place}: “{text}” was typed, the field holds “{held}”{kept}")

    def _put_back(self, before: str) -> bool:
        """Let it hold what it held; whether it does."""
        found = self.find()
        for type_in in (Locator.fill, keyed_in):
            if value_of(found) != before:
                type_in(found, before)
        return value_of(found) == before

    def _typed(self, text: str) -> str:
        """What the field holds once this was typed into it."""
        found = self.find()
        try:
            if text or value_of(found):  # the key that empties a field takes away the last token before an empty one
                found.fill(text)
        except PlaywrightTimeout:
            raise self.place.missing("cannot be typed into: it is read-only or disabled") from None
        if _plain(value_of(found)) != _plain(text):
            keyed_in(found, text)
        return value_of(found)

    def leave(self) -> None:
        """Move on from the field, as a person does with Tab, so that the page takes the value in.

        Mismatch when the portal then marks it as wrong.
        """
        element = self.element()
        element.press("Tab")
        self.stop_if_marked_wrong()

    def stop_if_marked_wrong(self) -> None:
        """Mismatch, with the portal's words, when it marks as wrong what the field holds; nothing once that is gone."""
        if self.present:
            self.stop_if_wrong(self.element(), f"“{self.value()}”")

    def value(self) -> str:
        """What it holds."""
        return value_of(self.find())


class UserName(TextField):
    """A field for a user name, which is a credential too."""

    def _typed(self, text: str) -> str:
        return _credential_typed(self, SecretStr(text))


class OneTimeCode(TextField):
    """A field for a one-time code, which counts as a secret: no error ever holds what was typed."""

    kind = "text field or masked field"

    def fits(self, nature: Nature) -> bool:
        """Portals mask a one-time code or show it."""
        return nature.is_text_field or (nature.tag == "input" and nature.type == "password")

    def fill(self, text: str | SecretStr) -> None:
        """Type the secret; ControlError, without the value, when the field does not take it.

        ForeignOrigin when it stands where no credentials are typed.
        """
        text = sealed(text)
        oversight.typed(text.get_secret_value())
        try:
            taken = _credential_typed(self, text) == text.get_secret_value()
        except PlaywrightError:
            # Playwright's own error prints the value that could not be filled in.
            taken = False
        if not taken:
            raise ControlError(f"{self.place} does not take what is typed into it") from None

    def clear(self) -> None:
        """Empty the field if it is there, so that nothing captured afterwards holds the secret."""
        if self.present:
            found = self.find()
            try:
                found.fill("")
            except PlaywrightError:  # it takes no typing any more, and may hold the secret all the same
                found.evaluate("e => { e.value = '' }")


class SecretField(OneTimeCode):
    """A masked field: the only place where a password goes."""

    kind = "masked field (input type=password)"

    def fits(self, nature: Nature) -> bool:
        """A password field; a field that shows what is typed will not do."""
        return nature.tag == "input" and nature.type == "password"


def value_of(found: Locator) -> str:
    """What a field holds."""
    return str(found.evaluate(_VALUE))


def sealed(secret: str | SecretStr) -> SecretStr:
    """The secret as a value that no traceback prints."""
    return secret if isinstance(secret, SecretStr) else SecretStr(secret)


def _credential_typed(control: Control, text: SecretStr) -> str:
    """Type a credential; what the field holds then. ForeignOrigin, and no keystroke, where none may be typed.

    What is filled is the element of the very document that was looked at: it is gone when the page goes elsewhere in
    between. Never key by key: the keys would go on into the next document.
    """
    element = control.find().element_handle()
    frame = element.owner_frame()
    while frame is not None:
        control.place.view.check_credentials_may_go(frame.url, str(control.place))
        frame = frame.parent_frame
    element.fill(text.get_secret_value())
    return str(element.evaluate(_VALUE))


def _plain(text: str) -> str:
    """Letters and figures only: a masked field may add dots, dashes and spaces."""
    return re.sub(r"[\W_]", "", text).casefold()
