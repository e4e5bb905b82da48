"""Questions to the elements of a page, and the click where a person would make it."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

from playwright.sync_api import ElementHandle, JSHandle, Locator, Page, Request
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import TimeoutError as PlaywrightTimeout

_SCRIPTS = Path(__file__).with_name("scripts")


def script(name: str) -> str:
    """What runs in the page itself, from the file of that name."""
    return (_SCRIPTS / name).read_text("utf-8")


FUNCTIONS = "\n".join(map(script, ("elements.js", "options.js", "held.js")))
"""JavaScript that stands before every question."""

PageElement = Locator | ElementHandle


def ask(element: PageElement, question: str, argument: Any = None) -> Any:
    """What a function of the scripts answers about an element."""
    return element.evaluate(_question(question), argument)


def ask_all(elements: Locator, question: str, argument: Any = None) -> list[Any]:
    """What a function of the scripts answers about each of these."""
    asked = f"(elements, argument) => {{ {FUNCTIONS}; return elements.map(e => ({question})(e, argument)) }}"
    return list(elements.evaluate_all(asked, argument))


def answer_of(element: PageElement, question: str) -> JSHandle:
    """What a function of the scripts answers about an element, left on the page."""
    return element.evaluate_handle(_question(question))


def part_of(element: PageElement, question: str, argument: Any = None) -> ElementHandle | None:
    """The element that a function answers with; None when there is none."""
    return element.evaluate_handle(_question(question), argument).as_element()


def _question(function: str) -> str:
    return f"(element, argument) => {{ {FUNCTIONS}; return ({function})(element, argument) }}"


def click(page: Page, element: ElementHandle) -> None:
    """Click where a person would: on the element, or its label where it is itself not to be seen.

    PlaywrightError when it goes away, or stays covered for as long as the page's time-out.
    """
    try:
        place = page.wait_for_function(_question("e => e.isConnected ? face(e) : {}"), arg=element)
    except PlaywrightTimeout:
        element.click(timeout=1)  # raises, with what is in the way
        return
    part = place.get_property("part").as_element()
    if part is None:
        raise PlaywrightError("the element went away")
    x, y = place.evaluate("({x, y}) => [x, y]")
    part.click(position={"x": x, "y": y})


def keyed_in(found: PageElement, text: str) -> None:
    """Replace what a field holds key by key: some masks take nothing else, and put the caret where they like."""
    found.press("ControlOrMeta+a")
    found.press("Delete")
    found.press("Home")
    found.type(text)


class Answers:
    """The page's requests for data from now on, to wait for their answers."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._under_way: list[Request] = []
        self._answered: list[str] = []

    def __enter__(self) -> Answers:
        self._page.on("request", self._asked)
        self._page.on("requestfinished", self._came)
        self._page.on("requestfailed", self._came)
        return self

    def __exit__(self, *_: object) -> None:
        self._page.remove_listener("request", self._asked)
        self._page.remove_listener("requestfinished", self._came)
        self._page.remove_listener("requestfailed", self._came)

    def _asked(self, request: Request) -> None:
        if request.resource_type in {"xhr", "fetch"}:
            self._under_way.append(request)

    def _came(self, request: Request) -> None:
        if request in self._under_way:
            self._under_way.remove(request)
            self._answered.append(" ".join(unquote_plus(f"{request.url} {request.post_data or ''}").split()).casefold())

    @property
    def awaited(self) -> bool:
        """Whether one is under way."""
        return bool(self._under_way)

    def came_for(self, query: str) -> bool:
        """Whether one that asked for these words was answered."""
        plain = " ".join(query.split()).casefold()
        return any(plain in asked for asked in self._answered)
