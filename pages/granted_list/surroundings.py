"""What stands around a list on the screen: how many rows it says that there are, and what may turn its pages."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from pages.granted_list.totals import Claim, claim, of_count, plain

Turns = Literal["next", "previous", "more", "page"]

_NOT_PAGES = re.compile(r"\b(stap|step|maand|month|jaar|year|week|dag|day|afbeelding|image|slide)\b")
_ARROW = r"[›»→❯▶►⏵⟩⟫⇒➔➜➡⯈❭]"
_ARROW_BACK = r"[‹«←❮◀◄⏴⟨⟪⇐⬅⯇❬]"
_PAGE = r"(?: (?:pagina|page|bladzijde|blz\.?))?"
_ITEMS = r"(?:[a-z]*machtigingen|resultaten|rijen|regels|items|results|rows|records|entries)"
_NAMES: tuple[tuple[Turns, re.Pattern[str]], ...] = (
    (
        "previous",
        re.compile(
            rf"{_ARROW_BACK}+|<{{1,2}}|.*\b(?:vorige|previous|prev)\b.*|(?:[a-z]+ )*(?:eerste|first){_PAGE}"
            r"|chevron_left|navigate_before|keyboard_arrow_left|arrow_back(?:_ios)?|first_page"
        ),
    ),
    (
        "next",
        re.compile(
            rf"{_ARROW}+|>{{1,2}}|.*\b(?:volgende|next)\b.*|verder bladeren|blader verder"
            rf"|(?:[a-z]+ )*(?:laatste|last){_PAGE}"
            r"|chevron_right|navigate_next|keyboard_arrow_right|arrow_forward(?:_ios)?|arrow_right|last_page"
        ),
    ),
    (
        "more",
        re.compile(
            rf"(?:nog )?(?:[0-9]+ )?(?:meer|more)(?: (?:laden|tonen|weergeven|bekijken|ophalen|{_ITEMS})){{0,2}}"
            r"|(?:toon|laad|bekijk|haal|geef|zie|load|show|see|view|fetch) (?:er )?(?:nog )?(?:de )?"
            rf"(?:volgende |next )?(?:[0-9]+ )?(?:meer|more|alle|alles|all)(?: [0-9]+)?(?: (?:op|{_ITEMS}))?"
            r"|alle(?:s| [0-9]+)?(?: [a-z]+)? (?:tonen|laden|weergeven)|load next(?: [0-9]+)?"
            r"|(?:nog|alle|all|toon|bekijk|show|view)(?: nog| alle| all)? [0-9]+\b.*"
            r"|(?:.* )?(?:ouder|oudere|eerdere|nieuwere|older|earlier|newer)(?: .*)?"
        ),
    ),
    ("page", re.compile(r"(?:(?:(?:ga )?naar |go to )?(?:pagina|page|bladzijde|blz\.?) )?([0-9]{1,4})")),
)
_MARKS: tuple[tuple[Turns, re.Pattern[str]], ...] = (
    (
        "previous",
        re.compile(
            r"(?:chevron|angle|arrow|caret)s?[-_]?(?:double|small|line|circle|back)?[-_]?(?:left|prev|back)"
            r"|(?:^|[\s_-])left(?:$|\s)|(?:^|[\s_-])(?:prev|previous|vorige)(?:$|[\s_-])|navigatebefore"
        ),
    ),
    (
        "next",
        re.compile(
            r"(?:chevron|angle|arrow|caret)s?[-_]?(?:double|small|line|circle)?[-_]?(?:right|next|forward)"
            r"|(?:^|[\s_-])right(?:$|\s)|(?:^|[\s_-])(?:next|volgende)(?:$|[\s_.-])|navigatenext"
        ),
    ),
)
_IN_A_PAGER = re.compile(r"pag(?:e|er|ing|inat|inering|ination)")
_PER_PAGE = re.compile(
    r"per (?:pagina|page|bladzijde|blz)|(?:rijen|rows|items|records|regels|resultaten) (?:per|tonen)|/ ?page"
)
_SIZE = re.compile(
    r"(?:toon |show )?([0-9]{1,4})(?: ?(?:per|/) ?(?:pagina|page|bladzijde|blz\.?)| (?:rijen|rows|items|resultaten))?"
)
_PENDING = re.compile(
    r"\b(?:in behandeling|aangevraagd|wacht\w*|te bevestigen|concept|nieuw|pending|requested|draft)\b"
)
_EVERY = re.compile(r"\b(?:alle[sn]?|all|geen filter)\b")
_CHIP = re.compile(
    r"filter (?:verwijderen|wissen|weghalen)(?: .*)?|(?:verwijder|remove|clear) (?:dit |this )?filter(?: .*)?"
)
_LONGEST_NAME = 40
_ALL = re.compile(r"alle[sn]?|all|-1|∞")


@dataclass(frozen=True, kw_only=True)
class Pressed:
    """Something that a person can press near the list; `known` is what the profile names as `next_page`."""

    known: bool
    names: tuple[str, ...]
    marks: str
    rel: str
    role: str
    disabled: bool
    opens: bool
    box: int
    selected: bool = False

    @cached_property
    def turns(self) -> Turns | None:
        """What it does to the pages, by its names, or by its icon where it has no name in words."""
        if "next" in self.rel.split():
            return "next"
        if self.opens:
            return None
        for kind, words in _NAMES:
            if any(words.fullmatch(name) and not _NOT_PAGES.search(name) for name in self._short):
                return kind
        marks = self.marks.casefold()
        if _IN_A_PAGER.search(marks) or not any(re.search(r"[^\W_]", name) for name in self.names):
            return next((kind for kind, icon in _MARKS if icon.search(marks)), None)
        return None

    @property
    def _short(self) -> list[str]:
        return [plain(name) for name in self.names if len(name) <= _LONGEST_NAME]

    @property
    def page(self) -> int:
        """The page that it goes to, by its name; 0 where it names none."""
        named = [found for name in self.names if (found := _NAMES[-1][1].fullmatch(plain(name)))]
        return int(named[0][1]) if named else 0

    def __str__(self) -> str:
        """As a person would point at it."""
        what = {"button": "button", "link": "link"}.get(self.role, "control")
        return f"a {what} “{self.names[0]}”" if self.names else f"a {what} without a name ({self.marks[:40]})"

    @property
    def locator(self) -> str:
        """How a profile may find it."""
        words = next((name for name in self.names if re.search(r"[^\W_]{2}", name)), None)
        if words is None:
            return "{css: …}"
        return f"{{role: {self.role}, name: {words}}}" if self.role in ("button", "link") else f"{{text: {words}}}"


@dataclass(frozen=True)
class Offered:
    """A choice near the list, of which the options are not known where they show only once it is opened."""

    name: str
    options: tuple[str, ...]
    shown: str
    known: bool
    chosen: str = ""

    def filters(self, pending: Collection[str]) -> bool:
        """Whether it is a choice of statuses, of which some mean `pending`, and shows those of one alone."""
        of_statuses = any(_is_pending(one, pending) for one in self.options)
        return of_statuses and bool(self.chosen) and not _EVERY.search(plain(self.chosen))

    @property
    def sizes(self) -> tuple[int, ...]:
        """The numbers of rows per page that it offers; none where it is a choice of something else."""
        texts = [plain(one) for one in self.options or ((self.shown,) if self.shown else ())]
        numbers = [int(found[1]) for text in texts if (found := _SIZE.fullmatch(text))]
        others = [text for text in texts if not _SIZE.fullmatch(text) and not _ALL.fullmatch(text)]
        if self.known or _PER_PAGE.search(plain(self.name)):
            return tuple(numbers) or (0,)
        if not numbers or others or numbers == list(range(1, len(numbers) + 1)) or min(numbers) >= 1900:
            return ()
        return tuple(numbers) if len(texts) > 1 or not self.options else ()

    @property
    def pages(self) -> int:
        """The last of the pages that it offers to go to; 0 where it is a choice of something else."""
        numbers = [int(one) for one in self.options if one.isdecimal()]
        return (
            len(numbers) if 1 < len(numbers) == len(self.options) and numbers == list(range(1, len(numbers) + 1)) else 0
        )

    def __str__(self) -> str:
        offered = ", ".join(self.options) or self.shown
        return f"a choice “{self.name}” of {offered}" if self.name else f"a choice of {offered}"


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """All that the screen shows around the list at one moment."""

    controls: tuple[Pressed, ...] = ()
    claims: tuple[Claim, ...] = ()
    choices: tuple[Offered, ...] = ()
    next: tuple[tuple[bool, str], ...] = ()
    """Of each element that the profile names as the next page: whether it is disabled, and its text."""
    filters: tuple[str, ...] = ()
    """What hides rows that count, as pending ones: a tab, a choice or a chip, by its name."""
    linked: bool = False
    """Whether the page says in its head that another page follows."""
    rowcount: int | None = None
    setsize: int | None = None
    headings: int = 0

    @classmethod
    def of(
        cls, told: Mapping[str, Any], frames: Sequence[Mapping[str, Any]] = (), pending: Collection[str] = ()
    ) -> Surroundings:
        """What `surroundings.js` found, in the list's own frame and in others of the page.

        `pending` are the portal's own words for what is not in force yet, and counts (law 1), beside the usual ones.
        """
        controls, choices, claims, pressed_near = list[Pressed](), list[Offered](), list[Claim](), list[Pressed]()
        for where in (told, *frames):
            numbered = _numbered_boxes(where)
            pressed = [Pressed(**one | {"names": tuple(one["names"])}) for one in where["controls"]]
            pressed_near += pressed
            controls += [
                one for one in pressed if one.turns and (one.turns != "page" or one.box in numbered or _says_page(one))
            ]
            choices += [Offered(**one | {"options": tuple(one["options"])}) for one in where["choices"]]
            claims += list(_claims(where["texts"]))
        return cls(
            controls=tuple(controls),
            claims=tuple(claims),
            choices=tuple(one for one in choices if one.sizes or one.pages),
            next=tuple((one["disabled"], one["text"]) for one in told["next"]),
            filters=tuple(_filters(pressed_near, choices, pending)),
            linked=bool(told["linked"]),
            rowcount=told.get("rowcount"),
            setsize=told.get("setsize"),
            headings=told.get("headings", 0),
        )

    def turning(self, *kinds: Turns) -> list[Pressed]:
        """What turns pages in this way, can be pressed, and is not what the profile names."""
        return [one for one in self.controls if one.turns in kinds and not one.disabled and not one.known]

    @property
    def nothing(self) -> bool:
        """Whether the portal says by a number that there are no rows."""
        return any(one.of != "unknown" and one.total == 0 and not one.title for one in self.claims)

    @property
    def can_turn(self) -> bool:
        """Whether the next page can be turned to by what the profile names."""
        return any(not disabled for disabled, _ in self.next)


def _is_pending(text: str, words: Collection[str]) -> bool:
    shown = plain(text)
    return bool(_PENDING.search(shown)) or any(plain(word) in shown for word in words)


def _filters(pressed: Sequence[Pressed], choices: Sequence[Offered], pending: Collection[str]) -> Iterator[str]:
    """The tabs of which another one has what is pending, the choices of one status, and the chips of a filter."""
    tabs = [one for one in pressed if one.role == "tab" and one.names]
    chosen = [plain(one.names[0]) for one in tabs if one.selected]
    if chosen and not any(map(_EVERY.search, chosen)):
        yield from (
            f"a tab “{one.names[0]}”" for one in tabs if not one.selected and _is_pending(one.names[0], pending)
        )
    yield from (f"a choice “{one.name}” of “{one.chosen}”" for one in choices if one.filters(pending))
    yield from (str(one) for one in pressed if any(_CHIP.fullmatch(plain(name)) for name in one.names))


def _says_page(one: Pressed) -> bool:
    return any(not name.isdecimal() for name in one.names)


def _numbered_boxes(where: Mapping[str, Any]) -> set[int]:
    """The boxes that hold more than one bare number, as the pages of a pager are."""
    boxes = [one["box"] for one in where["controls"] if any(name.isdecimal() for name in one["names"])]
    parents = {one["id"]: one["parent"] for one in where["texts"]}
    for one in where["texts"]:
        if one["text"].isdecimal():
            boxes += [one["parent"], parents.get(one["parent"], 0)]
    return {box for box in boxes if boxes.count(box) > 1}


def _claims(texts: Sequence[Mapping[str, Any]]) -> Iterator[Claim]:
    """What the texts say, each by the innermost element that says it."""
    said: dict[int, Claim] = {}
    for one in texts:
        found = of_count(one["text"]) if one["count"] else claim(one["text"], heading=one["heading"])
        if found is not None:
            said[one["id"]] = found
    parents = {one["id"]: one["parent"] for one in texts}
    around: set[int] = set()
    for told in said:
        box = parents.get(told, 0)
        while box:
            around.add(box)
            box = parents.get(box, 0)
    yield from (found for told, found in said.items() if told not in around)
