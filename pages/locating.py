"""From the profile's words to Playwright's locators, and what a person sees of them, now or before long."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import reduce
from typing import Literal

from playwright.sync_api import Locator, Page

from pages import profile as profiles

_MOMENT = 25  # milliseconds between two looks at something that is awaited
_WITH_OPTIONS: tuple[Literal["combobox", "listbox"], ...] = ("combobox", "listbox")


def visible(locator: Locator) -> Locator:
    """Those of the locator's matches that a person can see."""
    return locator.filter(visible=True)


def any_shown(locators: Iterable[Locator]) -> bool:
    """Whether a person can see an element of any of these: one question to the page."""
    looked_for = list(locators)
    return bool(looked_for) and visible(any_of(looked_for)).count() > 0


def any_of(locators: Sequence[Locator]) -> Locator:
    """What any of these matches; there must be one."""
    return reduce(Locator.or_, locators)


def locate(root: Page | Locator, found: profiles.Locator, **filled: str) -> Locator:
    """The Playwright locator of a profile's locator under a root, its placeholders filled in."""
    if found.role is not None:
        if found.name is None:
            return root.get_by_role(found.role)  # type: ignore[arg-type]
        return root.get_by_role(found.role, name=_text(found.name, filled), exact=True)  # type: ignore[arg-type]
    if found.label is not None:
        # A label around a select has the texts of all options in it, for which only its accessible name is a match.
        text = _text(found.label, filled)
        labelled = root.get_by_label(text, exact=True)
        for role in _WITH_OPTIONS:
            labelled = labelled.or_(root.get_by_role(role, name=text, exact=True))
        return labelled
    if found.text is not None:
        return root.get_by_text(_text(found.text, filled), exact=True)
    if found.placeholder is not None:
        return root.get_by_placeholder(_text(found.placeholder, filled), exact=True)
    if found.test_id is not None:
        return root.get_by_test_id(_text(found.test_id, filled))
    return root.locator(_css(found.css or "", filled))


def _css(selector: str, filled: dict[str, str]) -> str:
    """The selector with what is filled in as a part of a quoted string."""
    for key, value in filled.items():
        selector = selector.replace(f"{{{key}}}", re.sub(r"([\\'\"])", r"\\\1", value))
    return selector


def _text(wanted: str, filled: dict[str, str]) -> str | re.Pattern[str]:
    """Plain text, or the regular expression that `/…/` is; what is filled in is always meant literally."""
    regex = profiles.pattern(wanted)
    source = regex.pattern if regex else wanted
    for key, value in filled.items():
        source = source.replace(f"{{{key}}}", re.escape(value) if regex else value)
    return re.compile(source, regex.flags & re.IGNORECASE) if regex else source


def other_than(texts: Iterable[str], locator: Locator) -> Locator:
    """Those of the locator's matches that say something else than these."""
    for text in texts:
        spaced = r"\s+".join(map(re.escape, text.split()))
        locator = locator.filter(has_not_text=re.compile(rf"^\s*{spaced}\s*$"))
    return locator


def plain_text(locator: Locator) -> str:
    """The visible text of the first match, white space folded."""
    return " ".join(visible(locator).first.inner_text().split())


def moments(page: Page, patience: float) -> Iterator[None]:
    """Now, and again every moment until so many seconds are over; the page goes on meanwhile."""
    end = time.monotonic() + patience
    yield
    while time.monotonic() < end:
        page.wait_for_timeout(_MOMENT)
        yield


def comes_true(page: Page, patience: float, condition: Callable[[], bool]) -> bool:
    """Whether this comes true within so many seconds."""
    return any(condition() for _ in moments(page, patience))
