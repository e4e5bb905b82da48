"""A field for a date: typed whole or in parts, or picked in a calendar, and read back as a date."""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING

from playwright.sync_api import ElementHandle
from playwright.sync_api import Error as PlaywrightError

from automation.errors import Mismatch
from pages.controls.calendar import Calendar, ask_inside, date_parts
from pages.controls.control import Control, Nature
from pages.controls.elements import ask, keyed_in
from pages.locating import comes_true
from pages.plain_words import in_words
from pages.profile.formats import month_names

if TYPE_CHECKING:
    from pages.profile import Formats

_SHOWING = 1.5  # seconds that a field may take to show what was entered
_FORM = re.compile(r"\b([dDmMjJyY]{1,4})([-/. ])([dDmMjJyY]{1,4})\2([dDmMjJyY]{1,4})\b")
_HINT = "e => [e.placeholder ?? '', called(e).text, e.getAttribute('aria-label') ?? ''].join(' ')"
_HELD = "e => e.localName === 'select' ? String(e.selectedIndex) : e.matches('input') ? e.value : words(e)"
_SAID = "e => 'value' in e && e.localName !== 'button' ? e.value : words(e) || (e.getAttribute('aria-label') ?? '')"


class DateField(Control):
    """A date, in a text field, a native date field, a group of three, or a button or field that opens a calendar."""

    kind = "date field or calendar"
    whole = "input, [role=group], fieldset, [role=combobox], button"

    def fits(self, nature: Nature) -> bool:
        """What a date can be typed into or picked with."""
        return (
            nature.is_text_field
            or (nature.tag == "input" and nature.type == "date")
            or nature.tag == "fieldset"
            or nature.role in {"group", "grid", "combobox", "application"}
            or nature.popup in {"dialog", "grid", "true"}
            or nature.is_button
        )

    def enter(self, day: datetime.date) -> None:
        """Type or pick this day, and see that it is shown then.

        GrantError when the calendar does not let it be picked, Mismatch when another day is shown. It shows what it
        showed before then, or the error says what it shows instead.
        """
        with self.as_before(_Shown(self)):
            self._enter_and_look(day)

    def _enter_and_look(self, day: datetime.date) -> None:
        element = self.element()
        try:
            self._enter(element, Nature.of(element), day)
        except PlaywrightError as error:
            raise self.place.missing(f"cannot be operated ({in_words(error)})") from None
        if not comes_true(self.page, _SHOWING, lambda: self.day() == day):
            raise Mismatch(f"{self.place}: {day} was entered, and it shows “{self.value()}”")
        element.evaluate("e => { if (e.contains(document.activeElement)) document.activeElement.blur() }")
        self.stop_if_wrong(element, str(day))

    def _enter(self, element: ElementHandle, nature: Nature, day: datetime.date) -> None:
        parts = self._parts(element)
        if nature.tag == "input" and nature.type == "date":
            element.fill(day.isoformat())
        elif parts and not any(Nature.of(part).locked for part in parts):
            for part, number, width in zip(parts, (day.day, day.month, day.year), (2, 2, 4), strict=True):
                _enter_part(part, number, width)
        elif nature.is_text_field and not nature.locked:
            self._type(element, day)
        else:
            self._calendar(element).pick(day)

    def give_back(self, shown: list[str], day: datetime.date | None) -> None:
        """Let its fields hold these texts again, or pick the day where nothing can be typed."""
        element = self.element()
        nature, parts = Nature.of(element), self._parts(element)
        if parts and not any(Nature.of(part).locked for part in parts):
            for part, text in zip(parts, shown, strict=True):
                _give_back_part(part, text)
        elif (nature.is_text_field or nature.type == "date") and not nature.locked:
            for type_in in (ElementHandle.fill, keyed_in):
                if ask(element, _HELD) != shown[0]:
                    type_in(element, shown[0])
                    element.press("Tab")
        elif day:
            self.calendar.pick(day)

    @property
    def fields(self) -> list[ElementHandle]:
        """Those for day, month and year, or what shows the whole date; none where that is an open calendar itself."""
        element = self.element()
        return self._parts(element) or ([] if ask_inside(element, self.calendar.grid) else [element])

    @property
    def calendar(self) -> Calendar:
        """Where it is picked from, drawn or not."""
        return self._calendar(self.element())

    def _calendar(self, element: ElementHandle) -> Calendar:
        return Calendar(self.page, element, str(self.place), self.place.others())

    def _type(self, element: ElementHandle, day: datetime.date) -> None:
        """Whole at first; key by key, with and without what stands between, where a mask does not take it so."""
        written = self._formats(element).write_date(day)
        element.fill(written)
        element.press("Tab")
        for keys in (written, re.sub(r"\D", "", written)):
            if self.day() == day:
                return
            keyed_in(element, keys)
            element.press("Tab")

    @property
    def operated_as(self) -> str:
        """What it turned out to be."""
        element = self.element()
        nature = Nature.of(element)
        if nature.type == "date" and nature.tag == "input":
            return "native date"
        if self._parts(element):
            return "date in parts"
        return "date as text" if nature.is_text_field and not nature.locked else "calendar"

    def day(self) -> datetime.date | None:
        """The day that is shown; None when there is none, or it cannot be read."""
        element = self.element()
        parts = self._parts(element)
        try:
            if parts:
                day, month, year = map(_part_shown, parts)
                return datetime.date(year, month, day)
            said = self._said(element)
            if Nature.of(element).type == "date":
                return datetime.date.fromisoformat(said)
            return self._formats(element).date(said)
        except ValueError:
            return self._calendar(element).picked() if ask(element, "e => !e.matches('input')") else None

    def value(self) -> str:
        """What it shows, as it stands there."""
        element = self.element()
        parts = self._parts(element)
        return "-".join(str(ask(part, _SAID)) for part in parts) if parts else self._said(element)

    def _said(self, element: ElementHandle) -> str:
        """The value of a field; of a button what it says, which may be more than the date."""
        said = " ".join(str(ask(element, _SAID)).split())
        dates = re.findall(r"\d{1,4}[-/. ]\d{1,2}[-/. ]\d{2,4}|\d{1,2} \w+\.? \d{4}", said)
        return dates[0] if len(dates) == 1 else said

    @staticmethod
    def _parts(element: ElementHandle) -> list[ElementHandle]:
        """Fields for day, month and year, in that order; none where the date is one whole."""
        if ask(element, "e => e.matches('input, button')"):
            return []
        return date_parts(element)

    def _formats(self, element: ElementHandle) -> Formats:
        """The profile's forms of dates, after the one that the field itself asks for."""
        formats = self.place.view.profile.formats
        hinted = _FORM.search(str(ask(element, _HINT)))
        if hinted is None:
            return formats
        form = hinted[2].join(
            {"d": "dd", "m": "MM"}.get(part[0].lower(), "yyyy") for part in (hinted[1], hinted[3], hinted[4])
        )
        if not {"dd", "MM", "yyyy"} <= set(form.split(hinted[2])):
            return formats
        return formats.model_copy(update={"dates": (form, *formats.dates)})


class _Shown:
    """What a date field shows, and whether its calendar is open."""

    def __init__(self, date: DateField) -> None:
        self._date = date

    def held(self) -> tuple[list[str], datetime.date | None, bool]:
        """What stands in its fields, the day that this is, and whether a calendar is open."""
        texts = [str(ask(field, _HELD)) for field in self._date.fields]
        return texts, self._date.day(), self._date.calendar.grid is not None

    def put_back(self, before: tuple[list[str], datetime.date | None, bool]) -> None:
        """Close the calendar that was opened, and let it show that again."""
        texts, day, stood_open = before
        if not stood_open:
            self._date.calendar.close()
        if self.held() != before:
            self._date.give_back(texts, day)

    def chosen(self) -> list[str]:
        """What it shows."""
        return [self._date.value()]


def _enter_part(part: ElementHandle, number: int, width: int) -> None:
    if part.evaluate("e => e.localName === 'select'"):
        options = [" ".join(text.split()).lower() for text in ask(part, "e => [...e.options].map(o => o.label)")]
        index = next((i for i, text in enumerate(options) if _number(text) == number), None)
        part.select_option(index=index)
    elif part.evaluate("e => e.localName === 'input'"):
        part.fill(f"{number:0{width}}")
        part.press("Tab")
    else:
        part.click()
        part.type(f"{number:0{width}}")


def _give_back_part(part: ElementHandle, text: str) -> None:
    if ask(part, _HELD) == text:
        return
    if part.evaluate("e => e.localName === 'select'"):
        part.select_option(index=int(text))
    elif part.evaluate("e => e.localName === 'input'"):
        part.fill(text)
        part.press("Tab")
    else:
        part.click()
        part.press("ControlOrMeta+a")
        part.press("Delete")
        if text.isdigit():
            part.type(text)


def _part_shown(part: ElementHandle) -> int:
    return _number(str(ask(part, "e => e.localName === 'select' ? shownValue(e) : 'value' in e ? e.value : words(e)")))


def _number(text: str) -> int:
    """A number, or that of a month's name; ValueError for anything else."""
    plain = " ".join(text.split()).lower().rstrip(".")
    return month_names().get(plain) or int(plain)
