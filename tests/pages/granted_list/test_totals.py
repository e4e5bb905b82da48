"""How many rows or pages a screen says that there are, in the usual ways of writing it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.granted_list.totals import claim, of_count

SPACES = st.sampled_from([" ", "\u00a0", "\u202f", "  ", "\n", " \u200b"])
DASHES = st.sampled_from([*"-‐‑‒–—―−", "tot", "t/m", "tot en met", "to"])
OUT_OF = st.sampled_from(["van", "of", "uit", "van de", "out of", "/", "van in totaal", "Van"])
ITEMS = st.sampled_from(["", "resultaten", "rijen", "entries", "machtigingen", "Ketenmachtigingen"])


def written(number: int, mark: str) -> str:
    return f"{number:,}".replace(",", mark)


@given(
    st.integers(1, 900), st.integers(0, 90), st.integers(0, 9000), SPACES, DASHES, OUT_OF, ITEMS, st.sampled_from(".,")
)
def test_a_range_out_of_a_total_is_understood_however_it_is_written(
    first: int, shown: int, more: int, space: str, dash: str, out_of: str, items: str, mark: str
) -> None:
    last, total = first + shown, first + shown + more
    text = space.join([written(first, mark), dash, written(last, mark), out_of, written(total, mark), items])

    found = claim(text)

    assert found is not None
    assert (found.of, found.first, found.shown, found.total, found.is_sure) == ("rows", first, last, total, True)


@given(st.integers(1, 50), st.integers(0, 50), SPACES, OUT_OF, st.sampled_from(["Pagina", "Page", "Bladzijde"]))
def test_a_page_out_of_pages_counts_pages(page: int, more: int, space: str, out_of: str, word: str) -> None:
    found = claim(space.join([word, str(page), out_of, str(page + more)]))

    assert found is not None
    assert (found.of, found.first, found.total) == ("pages", page, page + more)


@given(st.integers(0, 99999), ITEMS.filter(bool), SPACES)
def test_a_number_of_things_is_a_total_that_is_less_sure(total: int, items: str, space: str) -> None:
    for text in (f"{total}{space}{items}", f"Totaal:{space}{total}", f"{total} {items}{space}gevonden"):
        found = claim(text)
        assert found is not None
        assert (found.of, found.total, found.is_sure) == ("rows", total, False)


@pytest.mark.parametrize(
    "text", ["1–10 of more than 10", "1–10 van 100+", "1–10 of many", "1000+ rijen", "> 100 rijen"]
)
def test_a_total_that_is_left_open_is_none(text: str) -> None:
    found = claim(text)

    assert found is not None
    assert found.of == "unknown"
    assert not found.agrees(10, 1)


@pytest.mark.parametrize(
    "text",
    ["10 rijen per pagina", "3 rijen geselecteerd", "Rijen per pagina 10", "Stap 1 van 4", "28-11-2026", "26",
     "KvK 68750110", "3 machtigingen verlopen binnenkort", "Toon 10 regels per pagina",
     "Uw sessie verloopt over 14:59"],
)  # fmt: skip
def test_what_is_no_total_is_not_taken_for_one(text: str) -> None:
    assert claim(text) is None


@pytest.mark.parametrize(
    ("text", "rows", "pages", "agrees"),
    [("(1 of 3)", 10, 1, False), ("(1 of 3)", 3, 1, False), ("(3 of 3)", 26, 3, True), ("1 / 1", 7, 1, True),
     ("26 van 26", 26, 1, True), ("10 van 26", 10, 1, False), ("6 van 26", 26, 3, True), ("0 van 0", 0, 1, True)],
)  # fmt: skip
def test_one_number_out_of_another_may_be_of_pages_or_of_rows(text: str, rows: int, pages: int, agrees: bool) -> None:
    found = claim(text)

    assert found is not None
    assert found.agrees(rows, pages) is agrees


def test_a_number_that_the_profile_points_at_is_the_total_whatever_stands_around_it() -> None:
    assert [found and found.total for found in map(of_count, ("26", "lijst: 26 st.", "leeg", "1–10 van 26"))] == [
        26, 26, None, 26,
    ]  # fmt: skip
