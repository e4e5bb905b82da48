"""Whether a reading of the list is whole, and what on the screen says so (law 0). Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from pages.granted_list.surroundings import Pressed, Surroundings
from pages.granted_list.totals import Claim


@dataclass(frozen=True, kw_only=True)
class Reading:
    """So many rows, read on so many pages, and what stood around the first and the last of these.

    `turned`: the profile's next page was there at first. `messages`: rows that only say something. `numbered`: the
    first and last `aria-rowindex`. `gap`: rows are missing between those drawn. `grew`: rows came by scrolling.
    `pages_denied`: a person wrote in the profile that the list has no pages. `says_empty`: the portal's word on it.
    """

    rows: int
    pages: int
    first: Surroundings
    last: Surroundings
    messages: int = 0
    numbered: tuple[int, int] | None = None
    gap: bool = False
    grew: bool = False
    pages_denied: bool = False
    says_empty: bool = False
    empty_denied: bool = False

    @property
    def pager_ended(self) -> bool:
        """Whether the profile's next page was there at first, and leads no further at the end."""
        return bool(self.first.next) and not self.last.can_turn


@dataclass(frozen=True)
class Wholeness:
    """`proof` says what shows that a reading is whole; None where nothing does, or where `seen` speaks against it."""

    proof: str | None
    by_total: bool = False
    """Whether the proof is a number of rows: then what is no row is known to be none."""
    seen: tuple[str, ...] = ()
    turning: tuple[Pressed, ...] = field(default=(), compare=False)
    claims: tuple[Claim, ...] = field(default=(), compare=False)

    @property
    def whole(self) -> bool:
        """Whether the reading may be taken for the whole list."""
        return self.proof is not None and not self.seen

    @property
    def told(self) -> str:
        """What was seen, or that nothing was, in words."""
        if self.seen:
            return "the screen shows " + "; ".join(self.seen)
        return "nothing on the screen says that these are all: no total, no pager that was used to its end"

    @property
    def hint(self) -> str:
        """What to write in the profile."""
        start = "Nothing was recorded on such a list. Say in the profile"
        if self.turning:
            return f"{start} what turns its pages: screens: {{granted: {{next_page: {self.turning[0].locator}}}}}."
        if self.claims:
            return f"{start} what turns its pages (`granted.next_page`) or says how many there are (`granted.count`)."
        if self.seen:
            return (
                f"{start} what turns its pages (`granted.next_page`) or how many rows these have (`granted.page_size`)."
            )
        return (
            f"{start} what says how many there are (`granted.count`) or what turns its pages (`granted.next_page`);"
            " for a list that never has more than one page, write `next_page: null` and `count: null`."
        )


def judge(reading: Reading) -> Wholeness:
    """What proves that this is the whole list, and what on the screen speaks against it."""
    agreeing = [one for one in reading.last.claims if one.agrees(reading.rows, reading.pages) and not one.title]
    sure = next((one for one in agreeing if one.is_sure), None)
    against, turning = _against(reading, sure is not None)
    by_total = sure or next((one for one in agreeing if one.of == "rows" and not one.title), None)
    by_aria = _counted(reading)
    proof = None
    if reading.rows == 0 and not reading.messages and not (reading.says_empty or _says_none(reading)):
        against = (*against, "no rows, and no message that says so")
    elif by_total is not None:
        proof = f"“{by_total.text}”"
    elif by_aria:
        proof = by_aria
    elif reading.pager_ended:
        proof = f"the pager, used to its end ({reading.pages} page{'s' if reading.pages != 1 else ''})"
    elif agreeing:
        proof = f"“{agreeing[0].text}”"
    elif reading.pages_denied:
        proof = "the profile: this list has no pages"
    elif reading.says_empty and reading.rows == 0:
        proof = "the portal's message that there are none"
    exact = (by_total is not None and by_total.of == "rows") or by_aria is not None
    return Wholeness(proof, exact, against, tuple(turning), reading.last.claims)


def _says_none(reading: Reading) -> bool:
    return reading.last.nothing or reading.empty_denied


def _against(reading: Reading, sure: bool) -> tuple[tuple[str, ...], list[Pressed]]:
    """What speaks against it. What would show more always does; where a sure total agrees, no other sign of pages."""
    first, last, seen = reading.first, reading.last, list[str]()
    disagreeing = [one for one in last.claims if not one.agrees(reading.rows, reading.pages)]
    wrong = [one for one in disagreeing if one.is_sure]
    if not sure:
        wrong += [one for one in disagreeing if not one.is_sure and (not one.title or one.total > reading.rows)]
    if reading.pager_ended:  # “1–10 of many” tells no more than the pager does
        wrong = [one for one in wrong if one.of != "unknown"]
    seen += [f"“{one.text}”" for one in wrong]
    seen += [f"“{one.text}” at the start" for one in first.claims if not one.begins]
    if last.rowcount is not None and _counted(reading) is None and not _counts_a_page(reading):
        seen.append(f"aria-rowcount {last.rowcount}")
    if last.setsize is not None and last.setsize != reading.rows:
        seen.append(f"aria-setsize {last.setsize}")
    seen += [f"{one}, which hides rows" for one in last.filters]
    if reading.gap:
        seen.append("rows that are drawn only when they are scrolled to, and not all of them came")
    turning = [*last.turning("next", "more")]
    if sure:
        seen += [str(one) for one in turning]
        return tuple(dict.fromkeys(seen)), turning
    turning += [one for one in last.turning("page") if one.page > reading.pages]
    seen += [str(one) for one in turning]
    if not any(one.first == 1 for one in first.claims):
        seen += [f"{one} at the start" for one in first.turning("previous")]
    if last.linked and not reading.pager_ended:
        seen.append("a link to a next page in the page's head")
    if not any(one.of == "rows" and one.agrees(reading.rows, reading.pages) for one in last.claims):
        if reading.grew and _counted(reading) is None:
            seen.append("rows that are added when it is scrolled to its end")
        seen += [str(one) for one in last.choices if _may_hide_rows(one.sizes, one.pages, reading)]
    return tuple(dict.fromkeys(seen)), turning


def _may_hide_rows(sizes: tuple[int, ...], pages: int, reading: Reading) -> bool:
    if pages > reading.pages:
        return True
    return bool(sizes) and not reading.pager_ended and (reading.pages_denied or reading.rows in sizes)


def _counted(reading: Reading) -> str | None:
    """The number by ARIA that agrees with what was read; None when there is none, or it does not."""
    last = reading.last
    if last.setsize is not None and last.setsize == reading.rows:
        return f"aria-setsize {last.setsize}"
    if last.rowcount is None or reading.rows == 0 or reading.gap:
        return None
    rows = (reading.rows, reading.rows + reading.messages)
    if reading.numbered is not None:  # the rows say by their numbers whether those of headings count
        begin, end = reading.numbered
        agrees = end == last.rowcount and begin <= 1 + last.headings and end - begin + 1 in rows
    else:
        agrees = last.rowcount in (*rows, *(one + last.headings for one in rows))
    return f"aria-rowcount {last.rowcount}" if agrees else None


def _counts_a_page(reading: Reading) -> bool:
    """Whether `aria-rowcount` may be of the page alone: it proves nothing then, where a pager was used to its end."""
    return reading.rows == 0 or (reading.pages > 1 and reading.pager_ended and reading.numbered is None)
