"""The kinds of control that a screen has, operated by what they turn out to be and read back afterwards.

A kind is fixed in the code and checked whenever the control is used, whatever locator found it: a secret goes only
into a masked field, an amount is read only from text, the recording control is a button.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Locator
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from rapidfuzz import process

from automation.domain import same_words
from automation.errors import ControlError, GrantError, Mismatch
from pages.locating import missing, visible

if TYPE_CHECKING:
    from pages.screen import Screen

_TEXT_TYPES = {"", "text", "search", "tel", "number", "email", "url", "date"}
_BUTTON_TYPES = {"button", "submit", "image"}
_NATURE = """element => ({
    tag: element.tagName.toLowerCase(),
    type: (element.getAttribute('type') || '').toLowerCase(),
    role: (element.getAttribute('role') || '').toLowerCase(),
    editable: element.isContentEditable,
    multiple: element.multiple === true,
})"""
_ITEMS = """element => {
    const items = [...element.querySelectorAll('li, [role=listitem], [role=option], [role=row]')];
    const besides = element.cloneNode(true);
    besides.querySelectorAll('li, [role=listitem], [role=option], [role=row]').forEach(item => item.remove());
    if (items.length && besides.textContent.trim()) items.push(besides);
    return (items.length ? items : [element]).map(item => {
        const copy = item.cloneNode(true);
        copy.querySelectorAll('button, [role=button], [aria-hidden=true]').forEach(part => part.remove());
        return copy.textContent;
    }).map(text => text.replace(/\\s+/g, ' ').trim()).filter(text => text !== '');
}"""

_SHOWN = """element => {
    const drawn = [element, ...element.querySelectorAll('*')].flatMap(part =>
        ['::before', '::after'].map(which => getComputedStyle(part, which).content)
            .filter(content => content.startsWith('"') && /[\\p{L}\\p{N}]/u.test(content)));
    return [element.innerText, ...drawn].join(' ');
}"""
"""The text that a person sees, with what the style sheet draws beside it: it may say that an amount is a rate."""


class Nature(NamedTuple):
    """What an element is: its tag, its `type` and `role` attributes, and whether it is edited or multiple."""

    tag: str
    type: str
    role: str
    editable: bool
    multiple: bool

    @property
    def is_text_field(self) -> bool:
        """A field that a person types plain text into."""
        native = self.tag == "textarea" or (self.tag == "input" and self.type in _TEXT_TYPES)
        return native or (self.editable and self.role in {"textbox", "searchbox", "combobox"})

    @property
    def is_button(self) -> bool:
        """A button, native or by its role; a link is none."""
        native = self.tag == "button" or (self.tag == "input" and self.type in _BUTTON_TYPES)
        return (native and self.role in {"", "button"}) or self.role == "button"

    @property
    def is_field(self) -> bool:
        """Something that holds a value to be entered, and so no text to be read."""
        return self.tag in {"input", "textarea", "select"} or self.editable


class Control:
    """A control on a screen, under its name in the profile."""

    kind = "control"

    def __init__(self, screen: Screen, name: str) -> None:
        self.screen = screen
        self.name = name

    def __repr__(self) -> str:
        return f"<{self.kind} {self.screen.name}.{self.name}>"

    def fits(self, nature: Nature) -> bool:  # noqa: ARG002 - the base kind takes anything
        """Whether an element of this nature is of the control's kind."""
        return True

    def find(self, **filled: str) -> Locator:
        """The one visible element of the control, when it is there and of the right kind.

        ControlError when it does not come, when several are there, or when it is of another kind; SessionExpired when
        the sign-in comes instead.
        """
        candidates = self.screen.candidates(self.name, **filled)
        if not candidates:
            raise missing(self.screen, self.name)
        try:
            self.screen.view.wait_for_any(*candidates)
        except PlaywrightTimeout:
            raise missing(self.screen, self.name) from None
        counts = []
        for candidate in candidates:
            seen = visible(candidate)
            counts.append(seen.count())
            if counts[-1] == 1:
                return self._of_right_kind(seen)
        raise missing(self.screen, self.name, f"is ambiguous: {max(counts)} elements fit")

    def _of_right_kind(self, locator: Locator) -> Locator:
        nature = Nature(**locator.evaluate(_NATURE))
        if not self.fits(nature):
            is_a = f"<{nature.tag}" + "".join(
                f' {k}="{v}"' for k, v in (("type", nature.type), ("role", nature.role)) if v
            )
            raise missing(self.screen, self.name, f"must be a {self.kind}, and is {is_a}>")
        return locator

    @property
    def present(self) -> bool:
        """Whether the control can be seen right now, without waiting."""
        return any(visible(candidate).count() for candidate in self.screen.candidates(self.name))

    @property
    def required(self) -> bool:
        """Whether the profile says that every portal of its kind has it."""
        return not any(locator.optional for locator in self.screen.described(self.name))


class Text(Control):
    """Something that is only read: never a field, whose value need not be what the portal goes by."""

    kind = "text"

    def fits(self, nature: Nature) -> bool:
        """Anything but a field."""
        return not nature.is_field

    def read(self) -> str:
        """The visible text, white space folded."""
        return " ".join(str(self.find().evaluate(_SHOWN)).split())

    def items(self) -> list[str]:
        """The texts of the list's items, buttons in them left out; of something that is no list, its one text."""
        return list(self.find().evaluate(_ITEMS))


class Button(Control):
    """A button or link."""

    kind = "button or link"

    def fits(self, nature: Nature) -> bool:
        """A button, a link, or what is drawn as one."""
        return nature.is_button or nature.tag in {"a", "summary"} or nature.role in {"link", "menuitem", "tab"}

    def press(self) -> None:
        """Click it, once it can be clicked."""
        found = self.find()
        try:
            found.click()
        except PlaywrightTimeout as error:
            raise missing(self.screen, self.name, f"cannot be pressed ({_reason(error)})") from None


class RecordingButton(Button):
    """The button that records a grant: nothing but a real button will do."""

    kind = "real button"

    def fits(self, nature: Nature) -> bool:
        """A button; no link."""
        return nature.is_button


class TextField(Control):
    """A field that a person types plain text into."""

    kind = "text field"

    def fits(self, nature: Nature) -> bool:
        """An editable field that shows what is typed."""
        return nature.is_text_field

    def fill(self, text: str) -> None:
        """Replace what it holds, and see that it then holds that; Mismatch when it does not."""
        found = self.find()
        found.fill(text)
        held = _value(found)
        if _plain(held) != _plain(text):
            raise Mismatch(f"{self.screen.name}.{self.name}: “{text}” was typed, the field holds “{held}”")

    def leave(self) -> None:
        """Move on from the field, as a person does with Tab, so that the page takes the value in."""
        self.find().press("Tab")

    def value(self) -> str:
        """What it holds."""
        return _value(self.find())


class OneTimeCode(TextField):
    """A field for a one-time code, which counts as a secret: no error ever holds what was typed."""

    kind = "text field or masked field"

    def fits(self, nature: Nature) -> bool:
        """Portals mask a one-time code or show it."""
        return nature.is_text_field or (nature.tag == "input" and nature.type == "password")

    def fill(self, text: str) -> None:
        """Type the secret; ControlError, without the value, when the field does not take it."""
        found = self.find()
        try:
            found.fill(text)
            held = _value(found)
        except PlaywrightError:
            # Playwright's own error prints the value that could not be filled in.
            held = None
        if held != text:
            raise ControlError(f"{self.screen.name}.{self.name} does not take what is typed into it") from None

    def clear(self) -> None:
        """Empty the field if it is there, so that nothing captured afterwards holds the secret."""
        if self.present:
            self.find().fill("")


class SecretField(OneTimeCode):
    """A masked field: the only place where a password goes."""

    kind = "masked field (input type=password)"

    def fits(self, nature: Nature) -> bool:
        """A password field; a field that shows what is typed will not do."""
        return nature.tag == "input" and nature.type == "password"


class Toggle(Control):
    """A checkbox, switch or radio button."""

    kind = "checkbox, switch or radio button"

    def fits(self, nature: Nature) -> bool:
        """Native or by its role."""
        return (nature.tag == "input" and nature.type in {"checkbox", "radio"}) or nature.role in {
            "checkbox",
            "switch",
            "radio",
            "menuitemcheckbox",
            "menuitemradio",
        }

    def turn_on(self, **filled: str) -> None:
        """Turn it on if it is not, and see that it is; GrantError when it is disabled."""
        found = self.find(**filled)
        if found.is_disabled():
            told = ", ".join(f"“{value}”" for value in filled.values())
            raise GrantError(
                f"{self.screen.name}.{self.name}{' ' + told if told else ''} cannot be chosen: it is disabled"
            )
        try:
            found.check()
        except PlaywrightError as error:
            raise missing(self.screen, self.name, f"cannot be turned on ({_reason(error)})") from None

    @property
    def on(self) -> bool:
        """Whether it is on."""
        return self.find().is_checked()


class Choice(Control):
    """A control in which one option is chosen: a select, a combobox with its listbox, a listbox, a radio group."""

    kind = "select, combobox, listbox or radio group"

    def fits(self, nature: Nature) -> bool:
        """Native, or one of the patterns of the ARIA Authoring Practices Guide."""
        return (
            nature.tag == "select" or nature.role in {"combobox", "listbox", "radiogroup"} or nature.tag == "fieldset"
        )

    def options(self) -> list[str]:
        """The texts of a select's options."""
        return _texts(self.find().locator("option"))

    def choose(self, option: str) -> None:
        """Choose the option of just this text; GrantError when there is none, or more than one."""
        found = self.find()
        nature = Nature(**found.evaluate(_NATURE))
        if nature.tag == "select":
            found.select_option(label=self._only_one(option, _texts(found.locator("option"))))
        elif nature.role in {"radiogroup", ""}:
            self._pick(option, found.get_by_role("radio"))
        elif nature.role == "listbox":
            self._pick(option, found.get_by_role("option"))
        else:
            self._choose_in_combobox(option, found, nature)

    def chosen(self) -> str:
        """The text of the chosen option; empty when none is."""
        found = self.find()
        nature = Nature(**found.evaluate(_NATURE))
        if nature.tag == "select":
            return " ".join(str(found.evaluate("e => e.selectedOptions[0]?.label ?? ''")).split())
        if nature.role in {"radiogroup", ""}:
            return next(iter(labels(found.get_by_role("radio", checked=True))), "")
        if nature.role == "listbox":
            return next(iter(_texts(found.get_by_role("option", selected=True))), "")
        return _value(found) if nature.tag == "input" else " ".join(found.inner_text().split())

    def _choose_in_combobox(self, option: str, found: Locator, nature: Nature) -> None:
        """Open the listbox and pick; where one can type, by what is typed, and else from all that is offered."""
        found.click()
        options = self._listbox(found).get_by_role("option").filter(visible=True)
        wanted = options.filter(has_text=re.compile(rf"^\s*{re.escape(option)}\s*$", re.IGNORECASE))
        for typed in (option, "") if nature.is_text_field else (None,):
            if typed is not None:
                found.fill(typed)
            try:
                wanted.first.wait_for()
            except PlaywrightTimeout:
                continue
            return self._pick(option, options)
        offered = _texts(options)
        found.press("Escape")
        raise not_one(f"{self.screen.name}.{self.name}", option, 0, offered)

    def _listbox(self, found: Locator) -> Locator:
        """The listbox that belongs to a combobox, wherever in the page it is drawn."""
        owned = found.get_attribute("aria-controls") or found.get_attribute("aria-owns")
        page = self.screen.view.page
        return page.locator(f'[id="{owned}"]') if owned else page.get_by_role("listbox")

    def _pick(self, option: str, options: Locator) -> None:
        texts = labels(options)
        exact = self._only_one(option, texts)
        picked = options.nth(texts.index(exact))
        if picked.is_disabled():
            raise GrantError(f"{self.screen.name}.{self.name}: “{option}” cannot be chosen: it is disabled")
        picked.click()

    def _only_one(self, option: str, offered: list[str]) -> str:
        found = [text for text in offered if same_words(text, option)]
        if len(found) == 1:
            return found[0]
        raise not_one(f"{self.screen.name}.{self.name}", option, len(found), offered)


def not_one(where: str, wanted: str, count: int, offered: Iterable[str]) -> GrantError:
    """The error of a choice that is not there, or there more than once, with what comes near."""
    if count:
        return GrantError(f"{where}: “{wanted}” is there {count} times; which one is meant cannot be told")
    near = [str(match[0]) for match in process.extract(wanted, list(offered), limit=3, score_cutoff=50)]
    return GrantError(
        f"{where}: “{wanted}” is not there",
        f"What comes near: {', '.join(f'“{n}”' for n in near)}." if near else "Is it spelled as the portal spells it?",
    )


def _value(found: Locator) -> str:
    return str(found.evaluate("e => 'value' in e ? e.value : e.textContent"))


def _plain(text: str) -> str:
    """Letters and figures only: a masked field may add dots, dashes and spaces."""
    return re.sub(r"[\W_]", "", text).casefold()


def _texts(found: Locator) -> list[str]:
    return [" ".join(text.split()) for text in found.all_inner_texts()]


def labels(found: Locator) -> list[str]:
    """What each says of itself: its text, or for an input that of its label."""
    return [
        " ".join(str(text).split())
        for text in found.evaluate_all(
            "es => es.map(e => e.getAttribute('aria-label') || e.labels?.[0]?.innerText || e.innerText || '')"
        )
    ]


def _reason(error: PlaywrightError) -> str:
    """What Playwright's log says was in the way; else the error's first line."""
    lines = [line.strip(" -") for line in error.message.splitlines()]
    telling = [line for line in lines if "intercepts pointer events" in line or line.startswith("element is not")]
    return telling[-1] if telling else lines[0]
