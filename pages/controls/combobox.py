"""Choosing from a popup: a combobox or button with its listbox, wherever on the page that is drawn."""

from __future__ import annotations

import re
import time
from contextlib import suppress
from functools import partial
from typing import Any

from playwright.sync_api import ElementHandle, JSHandle, Page
from playwright.sync_api import Error as PlaywrightError

from automation.domain import same_words
from automation.errors import ControlError, GrantError
from pages.controls.elements import Answers, answer_of, ask, click, part_of
from pages.controls.options import Fits, NotThere, Option, Options, not_one
from pages.locating import comes_true, moments

DEBOUNCE = 1.0
"""Seconds that a page may take from the last key to asking its server, or to showing another list."""
_OPENING = 1.0  # seconds after which a click that opened nothing was swallowed
_ANSWERING = 30.0  # seconds that a server may take to answer
_TAKEN = 1.0  # seconds after which a click on an option that shows no effect was swallowed
_CLOSING = 0.5  # seconds that one way to close a popup gets
_TRIES = 3
_TYPES = """e => (e.matches('input, textarea') ? [e] : all(e, 'input'))
    .filter(f => visible(f) && !f.readOnly && f.getAttribute('aria-readonly') !== 'true')[0]"""
_SETTLING = 0.6  # seconds in which a control shows again what was put back
_INVITES = re.compile(
    r"\W*(kies|selecteer|maak (een|uw|je) keuze|zoek|geen |niets |nog niet|choose|select|pick|search|none|not )", re.I
)
"""How a text begins that may only invite to choose, where nothing marks it as that; the list itself then decides."""
_DATALIST = "e => [...e.list.options].map(o => fold(o.value))"


class Combobox:
    """A combobox, select-only or editable, for one or several; its list may be drawn late, in part, and far away."""

    def __init__(self, page: Page, element: ElementHandle, where: str) -> None:
        self._page, self._element, self._where = page, element, where
        self._field = part_of(element, _TYPES)
        self._before: JSHandle = answer_of(element, "popupsBefore")
        self.called = "autocomplete" if self._field else "combobox with listbox"

    @property
    def there(self) -> bool:
        """Whether the element is still on the page."""
        return bool(self._element.evaluate("e => e.isConnected"))

    def offered(self) -> list[str]:
        """The texts of all options, those too that what stands in the field does not let through.

        Mismatch when what it held is lost by asking.
        """
        if self._has_datalist:
            return [str(text) for text in ask(self._element, _DATALIST)]
        before = self.held()
        try:
            return [option.text for option in self._all_offered(before)]
        finally:
            self.put_back(before)

    def _all_offered(self, before: dict[str, Any]) -> list[Option]:
        with Answers(self._page) as answers:
            self._open(to_see=True)
            options = self._come_to_rest(answers, None)
            found = options.all() if options else []
            typed = str(before["typed"]).casefold()
            if self._field and typed and all(typed in option.text.casefold() for option in found):
                self._type(self._field, "")
                options = self._come_to_rest(answers, "")
                found = (options.all() if options else []) or found
            search = None if self._field or not options else options.search_field(self._element)
            if search and search.evaluate("e => e.value"):
                self._type(search, "")
                options = self._come_to_rest(answers, "")
                found = options.all() if options else []
        return [option for option in found if not ask(self._element, "invitesToChoose", option.text)]

    def _is_chosen(self, option: Option) -> bool:
        """Whether it is marked in the list, and held too where that is told: some mark where one is in the list."""
        return option.on and ask(self._element, "holdsText", [option.title, option.text]) is not False

    def pick(self, wanted: str, fits: Fits | None = None) -> None:
        """Choose, by typing where one can type; the list stays open where it is one for several."""
        if self._has_datalist:
            self._pick_from_datalist(wanted)
            return
        with Answers(self._page) as answers:
            self._take(wanted, fits, self._opened_at(answers, wanted, fits))

    @property
    def _has_datalist(self) -> bool:
        return bool(self._element.evaluate("e => Boolean(e.list)"))

    def held(self) -> dict[str, Any]:
        """What it holds now: the text in its field, what it shows, its tokens."""
        return dict(ask(self._element, "held"))

    def put_back(self, before: dict[str, Any]) -> None:
        """Close the list, and let it hold again what it held."""
        for way in (self._give_back_text, self._choose_again):
            with suppress(GrantError, ControlError, PlaywrightError):
                way(before)
            with suppress(ControlError):
                self.close()
            if comes_true(self._page, _SETTLING, lambda: self.held() == before):
                return

    def _give_back_text(self, before: dict[str, Any]) -> None:
        """Type what stood in the field; twice, since the key that closes a list may empty the field."""
        for key in (None, "Tab"):
            if not self._field or self.held()["typed"] == before["typed"]:
                return
            self._type(self._field, before["typed"])
            if key is None:
                if before["typed"]:  # a list that comes late would stay open
                    comes_true(self._page, DEBOUNCE, lambda: self._popup() is not None)
                self.close()
            else:
                self._element.press(key)

    def _choose_again(self, before: dict[str, Any]) -> None:
        """Choose what is no longer chosen."""
        now = self.held()
        for text in before["tokens"] or [before["typed"] or before["shown"]]:
            if text and text not in now["tokens"]:
                self.pick(text)

    @staticmethod
    def _type(field: ElementHandle, text: str) -> None:
        """Put a text in a field in place of its own, so that the page notices.

        An empty field is left alone: the key that empties it takes the last token away.
        """
        value = str(field.evaluate("e => e.value"))
        if value == text and len(text) > 1:
            field.fill(text[:-1])
        if text or value:
            field.fill(text)

    def _opened_at(self, answers: Answers, wanted: str, fits: Fits | None) -> tuple[Options, Option]:
        """The open list in which the option is, and the option."""
        held = self.held()["typed"]
        self._open()
        searches = [(self._field, text) for text in _queries(wanted, held)] if self._field else [(None, None)]
        while True:
            field, typed = searches.pop(0)
            if field and typed is not None:
                self._type(field, typed)
            options = self._come_to_rest(answers, typed)
            try:
                if options is None:
                    raise not_one(self._where, wanted, 0, [])
                return options, options.meant(self._where, wanted, fits)
            except NotThere:
                search = field is None and options is not None and options.search_field(self._element)
                if search:
                    searches = [(search, wanted)]
                if not searches:
                    raise

    def _open(self, *, to_see: bool = False) -> None:
        """Open the list; one that only comes when something is typed may stay away, unless it is `to_see`."""
        for way in ("click", "ArrowDown", "button" if self._field else "Enter"):
            if self._popup() is not None:
                return
            opener = part_of(self._element, "openerOf") if way == "button" else self._element
            if way in {"click", "button"} and opener:
                click(self._page, opener)
            elif opener:
                opener.press(way)
            if self._field and not to_see:
                return
            if comes_true(self._page, _OPENING, lambda: self._popup() is not None):
                return
        if self._field:
            return
        raise ControlError(f"{self._where}: its list does not open")

    def _popup(self) -> ElementHandle | None:
        return part_of(self._element, "popupOf", self._before)

    def _options(self) -> Options | None:
        popup = self._popup()
        return Options(self._page, popup) if popup else None

    def _drawn(self) -> list[str]:
        """The texts in the list as it is now; none while there is no list."""
        try:
            options = self._options()
            return [option.text for option in options.drawn()] if options else []
        except PlaywrightError:  # it went away between the two questions
            return []

    def _come_to_rest(self, answers: Answers, typed: str | None) -> Options | None:
        """The list, once it is certainly the answer to what was typed, or nothing has changed for a while."""
        last, since, end = self._drawn(), time.monotonic(), time.monotonic() + _ANSWERING
        while time.monotonic() < end:
            now = self._drawn()
            if now != last or answers.awaited:
                last, since = now, time.monotonic()
            elif self._is_answer(answers, typed, now) or time.monotonic() > since + DEBOUNCE:
                break
            for _ in moments(self._page, 0.04):
                pass
        return self._options()

    @staticmethod
    def _is_answer(answers: Answers, typed: str | None, now: list[str]) -> bool:
        if typed is None:
            return bool(now)
        if typed and now and all(typed.casefold() in text.casefold() for text in now):
            return True
        return bool(typed) and answers.came_for(typed)

    def _take(self, wanted: str, fits: Fits | None, found: tuple[Options, Option]) -> None:
        options, option = found
        several = self._several()
        if several and self._is_chosen(option):
            return
        value, drawn = ask(self._element, "shownValue"), self._drawn()
        for _ in range(_TRIES):
            try:
                pressed = options.press(option, self._where)
            except PlaywrightError:  # the list was drawn anew under the pointer
                pressed = None
            if pressed is None:
                fresh = self._options()
                if fresh is None:
                    break
                options, option = fresh, fresh.meant(self._where, wanted, fits)
                continue
            if comes_true(self._page, _TAKEN, partial(self._took, pressed, several, value, drawn)) or several:
                break

    def _took(self, pressed: ElementHandle, several: bool, value: str, drawn: list[str]) -> bool:
        if ask(pressed, "e => !e.isConnected || !visible(e)") or ask(self._element, "shownValue") != value:
            return True
        return bool(ask(pressed, "on")) if several else self._drawn() != drawn

    def _several(self) -> bool:
        popup = self._popup()
        return popup is not None and bool(
            popup.evaluate(
                "e => e.matches('[aria-multiselectable=true]') || e.querySelector('[aria-multiselectable=true],"
                " [role=option] input[type=checkbox], [role=menuitemcheckbox]') !== null"
            )
        )

    def _pick_from_datalist(self, wanted: str) -> None:
        texts = [str(text) for text in ask(self._element, _DATALIST)]
        found = [text for text in texts if same_words(text, wanted)]
        if len(found) != 1:
            raise not_one(self._where, wanted, len(found), texts)
        self._element.fill(found[0])
        self._element.press("Tab")

    def shown(self) -> str:
        """What it shows, be it only an invitation to choose."""
        return str(ask(self._element, "shownValue"))

    def chosen(self) -> list[str]:
        """What it shows as chosen."""
        shown = self.shown()
        if not shown or self._only_invites(shown):
            return []
        return [shown]

    def _only_invites(self, shown: str) -> bool:
        """Whether a text that sounds like an invitation is one: no option says that."""
        if ask(self._element, "invitesToChoose", shown):
            return True
        if self._field or not _INVITES.match(shown):
            return False
        before, stood_open = self.held(), self._popup() is not None
        try:
            found = self._all_offered(before)
        except ControlError:  # a list that does not open says nothing
            return False
        if not stood_open:
            self.put_back(before)
        return not any(same_words(text, shown) for option in found for text in (option.text, option.title))

    def marked(self) -> list[str]:
        """What is marked in the list of one for several."""
        before = self.held()
        try:
            return [option.title for option in self._all_offered(before) if self._is_chosen(option)]
        finally:
            self.put_back(before)

    def close(self) -> None:
        """Close the list, if it is still open; ControlError when it stays."""
        in_dialog = bool(self._element.evaluate("e => e.isConnected && Boolean(e.closest('dialog, [role=dialog]'))"))
        for key in ("Tab", "Escape") if in_dialog else ("Escape", "Tab"):
            if self._popup() is None:
                return
            self._page.keyboard.press(key)
            if comes_true(self._page, _CLOSING, lambda: self._popup() is None):
                return
        with suppress(PlaywrightError):  # the choice may have taken the focus elsewhere
            (part_of(self._element, _TYPES) or self._element).press("Escape")
        if not comes_true(self._page, _CLOSING, lambda: self._popup() is None):
            raise ControlError(f"{self._where}: its list does not close")


def _queries(wanted: str, held: str) -> list[str]:
    """What to type in turn: all of it, its first word, and nothing, where the field held nothing that would be lost."""
    plain = " ".join(wanted.split())
    return list(dict.fromkeys([plain, plain.split()[0], *([] if held else [""])])) if plain else [""]
