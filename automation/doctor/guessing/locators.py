"""Makes a locator for an element: by role and name, label, placeholder or text, and by css as a last resort.

The most durable one is tried first, and the first that finds only this element on the page is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from playwright.sync_api import ElementHandle, Page
from playwright.sync_api import Error as PlaywrightError

from automation.doctor.guessing import values
from automation.doctor.guessing.collecting import Element
from automation.doctor.guessing.purposes import PURPOSES
from automation.doctor.guessing.scoring import MissingControl
from pages import profile as profiles
from pages.locating import locate, visible

_NAMED_BY_WHAT_IT_HOLDS = {"value", "list", "region"}


def locator_of(
    page: Page, wanted: MissingControl, element: Element, known: Mapping[str, str]
) -> profiles.Locator | None:
    """Return the most durable locator that finds only this element; None if the element has gone."""
    handle = page.locator(element.css).first.element_handle() if page.locator(element.css).count() else None
    if handle is None:
        return None
    for locator in _locators(wanted, element, known):
        if _finds_only(page, locator, handle, known):
            return locator
    return None


def is_last_resort(locator: profiles.Locator) -> bool:
    """Whether it depends on the structure of the page, which changes sooner than its texts."""
    return locator.css is not None


def _locators(wanted: MissingControl, e: Element, known: Mapping[str, str]) -> Iterator[profiles.Locator]:
    purpose = PURPOSES[wanted.screen][wanted.control]
    held = purpose.kind in _NAMED_BY_WHAT_IT_HOLDS
    name = e.label if held else e.name
    for told in _lasting([name], known, wanted):
        if e.role and not (held and e.role in {"", "status", "definition", "cell", "gridcell", "paragraph"}):
            yield profiles.Locator(role=e.role, name=told)
    for told in _lasting([e.label], known, wanted):
        yield profiles.Locator(label=told)
    for told in _lasting([e.placeholder], known, wanted):
        yield profiles.Locator(placeholder=told)
    if not held and purpose.kind not in {"field", "secret", "code", "choice"}:
        for told in _lasting([e.text], known, wanted):
            yield profiles.Locator(text=told)
    if held and e.before and not _changes(e.before, known):
        yield from _beside(e)
    yield profiles.Locator(css=e.css)


def _beside(e: Element) -> Iterator[profiles.Locator]:
    """Locators by the text just before the element, where nothing else connects the two."""
    words = e.before.replace("\\", "\\\\").replace('"', '\\"')
    if e.tag in {"td", "dd"}:
        before = {"td": ("th", "td"), "dd": ("dt",)}[e.tag]
        for tag in before:
            yield profiles.Locator(css=f'{tag}:text-is("{words}") + {e.tag}')
    yield profiles.Locator(css=f':text-is("{words}") + {e.tag}')
    parent = e.css.rpartition(" > ")[0].rpartition(" > ")[2].partition(":")[0]
    if parent and ">" not in parent and not parent.startswith("#"):
        yield profiles.Locator(css=f'{parent}:has-text("{words}") > {e.tag}')


def _lasting(texts: Iterable[str], known: Mapping[str, str], wanted: MissingControl) -> Iterator[str]:
    """Names that hold for every grant: in a search result, placeholders replace provider and service."""
    for text in texts:
        if not text or len(text) > 120:
            continue
        if wanted.control == "service":
            told = text
            for key in ("service", "provider"):
                told = told.replace(known.get(key, "\0"), f"{{{key}}}", 1)
            if "{service}" in told:
                yield told
        elif wanted.purpose.kind == "column":
            yield f"/^{re.escape(text)}\\b/" if text[-1:].isalnum() else f"/^{re.escape(text)}/"
        elif not _changes(text, known) or wanted.purpose.kind in {"button", "field"}:
            yield text


def _changes(text: str, known: Mapping[str, str]) -> bool:
    """Whether the text contains something that differs per day or per grant."""
    if values.is_date(text) or values.is_amount(text) or values.has_kvk(text):
        return True
    return any(len(value) > 3 and value.casefold() in text.casefold() for value in known.values())


def _finds_only(page: Page, locator: profiles.Locator, handle: ElementHandle, known: Mapping[str, str]) -> bool:
    filled = {key: known[key] for key in ("kvk", "provider", "service") if key in known}
    try:
        found = visible(locate(page, locator, **filled))
        return found.count() == 1 and bool(found.evaluate("(found, meant) => found === meant", handle))
    except PlaywrightError:  # the name is not a valid selector, or the element has gone
        return False
