"""What a screen says of how many rows or pages there are: “1 – 10 van 26”, “26 resultaten”, “Pagina 1 van 3”."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import Literal

_N = r"[0-9]{1,3}(?:[.,' ’][0-9]{3})+(?![0-9])|[0-9]+"
_NUMBER = rf"(?<![0-9])(?:{_N})"
_UP_TO = r"(?:-|tot en met|tot|t/m|t\.e\.m\.|to|through|thru|until|\.\.+)"
_OUT_OF = r"(?:\(?(?:van|of|uit|out of|from|/|\|)(?:(?: de| het| the)?(?: in totaal| totaal| total(?: of)?)?)?:?)"
_VAGUE = r"(?:(?:meer dan|more than|ruim|circa|ca\.?|ongeveer|about|approximately|over|minstens|at least|~|>)\s*)"
_ITEMS = (
    r"(?:(?:verleende|afgegeven|gegeven) )?"
    r"(?:resulta(?:at|ten)|results?|rij(?:en)?|rows?|regels?|items?|records?|entr(?:y|ies)|treffers?|hits?|stuks|"
    r"elementen|elements?|volmachten?|mandaten|mandates?|authori[sz]ations?|grants?|[a-z]*machtiging(?:en)?)"
)
_PAGES = r"(?:pagina['’]?s?|pages?|bladzijden?|blz\.?)"
_SHOWN = r"(?:toont|toon|getoond|showing|shown|weergegeven|weergave|resultaten|results|rijen|rows|items|records|regels)"
_GIVEN = r"(?:gevonden|found|in totaal|in total|totaal|total|verleend|afgegeven|gegeven)"
_ALL = r"(?:in totaal|totaal|total|aantal(?: [a-z]+)?|resultaten|results|number of [a-z]+)"

_RANGE = re.compile(rf"({_NUMBER})\s*{_UP_TO}\s*({_NUMBER})\s*{_OUT_OF}\s*({_VAGUE})?({_NUMBER})\s*(\+)?")
_RANGE_OF_MANY = re.compile(rf"({_NUMBER})\s*{_UP_TO}\s*({_NUMBER})\s*{_OUT_OF}\s*(?:many|veel|onbekend|unknown|\?)")
_PAGE_OF = re.compile(
    rf"(?<!per )\b(?:pagina|page|pag\.?|bladzijde|blz\.?)\s*:?\s*({_NUMBER})?\s*{_OUT_OF}\s*({_VAGUE})?({_NUMBER})"
)
_OF_PAGES = re.compile(rf"({_NUMBER})\s*{_OUT_OF}\s*()({_NUMBER})\s*{_PAGES}(?![a-z])")
_ONLY_PAGES = re.compile(rf"\(?()()({_NUMBER})\s*(?:pagina['’]s|pages|bladzijden)\)?")
_OF_ITEMS = re.compile(rf"({_NUMBER})\s*{_OUT_OF}\s*({_VAGUE})?({_NUMBER})\s*(\+)?\s*{_ITEMS}(?![a-z])")
_BARE = re.compile(rf"(?:{_SHOWN}:?\s*)?\(?({_NUMBER})\s*{_OUT_OF}\s*({_NUMBER})(?:\s*{_SHOWN})?\)?\.?")
_COUNT = re.compile(rf"\(?(?:(?:{_ALL}|er zijn|u heeft|u hebt|gevonden|found)\s*:?\s*)?({_VAGUE})?({_NUMBER})"
                    rf"\s*(\+)?\s*{_ITEMS}(?:\s*{_GIVEN})?\)?[.:]?")  # fmt: skip
_TOTAL = re.compile(rf"\(?{_ALL}\s*:?\s*\(?({_VAGUE})?({_NUMBER})\s*(\+)?\)?(?:\s*{_GIVEN})?\.?"
                    rf"|\(?({_VAGUE})?({_NUMBER})\s*(\+)?\s*{_GIVEN}\)?\.?")  # fmt: skip
_FILTERED_FROM = re.compile(rf"(?:gefilterd|filtered)\s+(?:uit|van|from|of|out of)\s+({_NUMBER})")
_HEADED = re.compile(rf".*\(({_NUMBER})\)")
_CHOSEN = re.compile(r"\b(?:geselecteerd|selected|gekozen|aangevinkt|gemarkeerd|checked)")
_OF_A_PART = re.compile(
    r"\b(?:(?:op|on) (?:deze|this) (?:pagina|page)|geladen|loaded|gefilterd|filtered"
    r"|(?:er zijn|there are|nog) (?:meer|more))\b"
)

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹘﹣－⁃~〜"), "-")


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What a text says: a total of rows or pages, or of either, or one that is left open (“meer dan 100”).

    `first` and `shown` are the first row (or the page) and the last row that it says are shown. `is_sure` is false
    where the number may be of something else than the list: “26 resultaten” says less than “1–10 van 26”. A `title`, as
    “Meldingen (0)”, says least: it may speak against a reading, and proves none.
    """

    of: Literal["rows", "pages", "rows or pages", "unknown"]
    total: int
    text: str
    first: int | None = None
    shown: int | None = None
    is_sure: bool = True
    title: bool = False

    @property
    def begins(self) -> bool:
        """Whether what is shown begins with the first row or page, as far as it says."""
        return self.of == "rows or pages" or self.first in (None, 0, 1)

    def agrees(self, rows: int, pages: int) -> bool:
        """Whether so many rows, read on so many pages, are all that it tells of."""
        if self.of == "rows":
            return self.total == rows
        if self.of == "pages":
            return self.total == pages
        if self.of == "rows or pages":  # “3 van 3” may be the last of three pages, or all of three rows
            whole = self.first == self.total and self.total in (rows, pages)
            return whole or (self.first != pages and self.total == rows)
        return False


def plain(text: str) -> str:
    """The text in small letters, spaces and dashes of all kinds made one, and without what cannot be seen."""
    seen = "".join(c for c in unicodedata.normalize("NFC", text) if unicodedata.category(c) != "Cf")
    return " ".join(seen.translate(_DASHES).casefold().split())


def claim(text: str, *, heading: bool = False) -> Claim | None:
    """What a text says of how many there are; None when it says nothing.

    A heading may end with a number in brackets.
    """
    said = plain(text)
    if _CHOSEN.search(said):  # “0 van 10 rijen geselecteerd” counts the rows of a page
        return None
    if found := _FILTERED_FROM.search(said):
        return Claim(of="rows", total=_number(found[1]), text=text)
    if found := _RANGE.search(said):
        first, last, vague, total, more = found.groups()
        return _rows(text, total, vague or more or _left_open(said, found), first, last)
    if found := _RANGE_OF_MANY.search(said):
        return Claim(of="unknown", total=0, text=text, first=_number(found[1]), shown=_number(found[2]))
    if found := _PAGE_OF.search(said) or _OF_PAGES.search(said) or _ONLY_PAGES.fullmatch(said):
        number, vague, total = found.groups()
        of: Literal["unknown", "pages"] = "unknown" if vague else "pages"
        return Claim(of=of, total=_number(total), text=text, first=_number(number) if number else None)
    if found := _OF_ITEMS.search(said):
        shown, vague, total, more = found.groups()
        return _rows(text, total, vague or more or _left_open(said, found), None, shown)
    if (found := _BARE.fullmatch(said)) and (min(1, _number(found[2])) <= _number(found[1]) <= _number(found[2])):
        page = _number(found[1])
        return Claim(of="rows or pages", total=_number(found[2]), text=text, first=page, shown=page)
    if found := _COUNT.fullmatch(said) or _TOTAL.fullmatch(said):
        vague, total, more = next(group for group in _thirds(found) if group is not None)
        return _rows(text, total, vague or more, is_sure=False)
    if heading and (found := _HEADED.fullmatch(said)):
        return Claim(of="rows", total=_number(found[1]), text=text, is_sure=False, title=True)
    return None


def _left_open(said: str, found: re.Match[str]) -> str | None:
    """What else a text says that leaves its total open: a larger number, or that these are a part."""
    rest = said[: found.start()] + " " + said[found.end() :]
    larger = [one for one in re.findall(_NUMBER, rest) if _number(one) > _number(found[found.re.groups - 1])]
    return next(iter(larger), None) or (part[0] if (part := _OF_A_PART.search(rest)) else None)


def of_count(text: str) -> Claim | None:
    """What the profile's own `count` says; of words that are not known, the last number is the total."""
    known = claim(text, heading=True)
    if known is not None:
        return replace(known, is_sure=True, title=False)
    if not (numbers := re.findall(_NUMBER, plain(text))):
        return None
    return Claim(of="rows", total=_number(numbers[-1]), text=text)


def _thirds(found: re.Match[str]) -> list[tuple[str | None, str, str | None] | None]:
    groups = found.groups()
    return [(groups[n], groups[n + 1], groups[n + 2]) if groups[n + 1] else None for n in range(0, len(groups), 3)]


def _rows(
    text: str,
    total: str,
    open_ended: str | None,
    first: str | None = None,
    last: str | None = None,
    *,
    is_sure: bool = True,
) -> Claim:
    return Claim(
        of="unknown" if open_ended else "rows",
        total=_number(total),
        text=text,
        first=_number(first) if first else None,
        shown=_number(last) if last else None,
        is_sure=is_sure,
    )


def _number(text: str) -> int:
    return int(re.sub(r"[^0-9]", "", text))
