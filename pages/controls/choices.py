"""One option out of several, whatever draws them."""

from __future__ import annotations

import re

from playwright.sync_api import Locator
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from automation.domain import same_words
from automation.errors import GrantError
from pages.controls.control import Control, Nature
from pages.controls.options import labels, not_one, texts
from pages.controls.text_fields import value_of


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
        return texts(self.find().locator("option"))

    def choose(self, option: str) -> None:
        """Choose the option of just this text; GrantError when there is none, or more than one."""
        found = self.find()
        nature = Nature.of(found)
        if nature.tag == "select":
            found.select_option(label=self._only_one(option, texts(found.locator("option"))))
        elif nature.role in {"radiogroup", ""}:
            self._pick(option, found.get_by_role("radio"))
        elif nature.role == "listbox":
            self._pick(option, found.get_by_role("option"))
        else:
            self._choose_in_combobox(option, found, nature)

    def chosen(self) -> str:
        """The text of the chosen option; empty when none is."""
        found = self.find()
        nature = Nature.of(found)
        if nature.tag == "select":
            return " ".join(str(found.evaluate("e => e.selectedOptions[0]?.label ?? ''")).split())
        if nature.role in {"radiogroup", ""}:
            return next(iter(labels(found.get_by_role("radio", checked=True))), "")
        if nature.role == "listbox":
            return next(iter(texts(found.get_by_role("option", selected=True))), "")
        return value_of(found) if nature.tag == "input" else " ".join(found.inner_text().split())

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
        offered = texts(options)
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
