"""Which event may follow which, and what an intent is after them (law 6)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.law.events import Event, EventKind, check_follows, replay
from automation.law.history import Attempt, AttemptState, Ruling
from automation.law.outcome import Shown
from tests.grants import intent

AT = datetime(2026, 11, 24, 10, tzinfo=UTC)
INTENT = Attempt(ref="G-1", run_id="run", entry="uwv", at=AT, intent=intent(), state=AttemptState.INTENDED)
OUTCOMES = ("granted", "failed", "in-doubt")
ABOUT_A_GRANT = ("listed", "noticed", "missed")


def happened(*kinds: str) -> list[Event]:
    return [Event(kind=EventKind(kind), at=AT + timedelta(minutes=n)) for n, kind in enumerate(kinds)]


def ruled(ruling: Ruling) -> Event:
    return Event(kind=EventKind.RULED, at=AT, ruling=ruling)


def may_follow(before: list[Event]) -> set[str]:
    found = set()
    for kind in EventKind:
        try:
            check_follows(INTENT, before, kind)
        except ValueError:
            continue
        found.add(str(kind))
    return found


@pytest.mark.parametrize(
    ("before", "allowed"),
    [
        ((), {"released", "ruled", *OUTCOMES}),
        (("released",), {"released", "answered", "ruled", *OUTCOMES}),
        (("released", "answered"), {"released", "answered", "ruled", *OUTCOMES}),
        (("released", "in-doubt"), {"answered", "ruled", "granted", "failed"}),
        (("released", "failed"), {"answered", "ruled"}),
        (("released", "granted"), {"answered", "ruled", "granted", *ABOUT_A_GRANT}),
        (("released", "granted", "listed", "noticed"), {"answered", "ruled", "granted", *ABOUT_A_GRANT}),
    ],
)
def test_only_what_the_table_allows_may_follow(before: tuple[str, ...], allowed: set[str]) -> None:
    assert may_follow(happened(*before)) == allowed


def test_what_a_person_said_was_granted_may_be_listed_and_told() -> None:
    said = [*happened("released", "in-doubt"), ruled(Ruling.GRANTED)]

    assert set(ABOUT_A_GRANT) <= may_follow(said)
    assert replay(INTENT, said).on_say_so
    assert not set(ABOUT_A_GRANT) & may_follow([*happened("released", "in-doubt"), ruled(Ruling.NOT_GRANTED)])


def test_what_keten_saw_may_be_listed_whatever_a_person_says_meanwhile() -> None:
    differs = Event(kind=EventKind.GRANTED, at=AT, error="another date")

    assert set(ABOUT_A_GRANT) <= may_follow([*happened("released"), differs, ruled(Ruling.NOT_GRANTED)])


def test_what_the_portal_shows_wins_over_what_a_person_said_before() -> None:
    shown = Event(kind=EventKind.GRANTED, at=AT, shown=Shown("KM-1"))
    attempt = replay(INTENT, [*happened("released", "in-doubt"), ruled(Ruling.NOT_GRANTED), shown])

    assert (attempt.state, attempt.ruling, attempt.reference) == (AttemptState.GRANTED, None, "KM-1")


def test_a_click_that_recorded_nothing_is_no_grant_although_a_person_said_so_meanwhile() -> None:
    attempt = replay(INTENT, [*happened("released"), ruled(Ruling.GRANTED), *happened("failed")])

    assert (attempt.state, attempt.is_granted()) == (AttemptState.FAILED, False)


@given(st.lists(st.sampled_from(EventKind), max_size=8))
def test_an_outcome_that_is_settled_is_never_open_again(kinds: list[EventKind]) -> None:
    before: list[Event] = []
    for kind in kinds:
        try:
            check_follows(INTENT, before, kind)
        except ValueError:
            continue
        settled = replay(INTENT, before).state in (AttemptState.GRANTED, AttemptState.FAILED)
        before += happened(kind)
        assert not settled or replay(INTENT, before).state in (AttemptState.GRANTED, AttemptState.FAILED)
