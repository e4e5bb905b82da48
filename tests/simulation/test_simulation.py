"""The law as an invariant over whole histories, and that each of its safeguards is needed for it."""

from __future__ import annotations

import pytest

from tests.simulation.safeguards import SAFEGUARDS, Safeguard
from tests.simulation.sweep import SAFETY, kind, sweep


def test_no_history_of_some_hundreds_breaks_the_law() -> None:
    found = sweep(range(200))

    assert not found.failures, "\n\n".join(map(str, found.failures))
    assert {word for word in ("ok", "fail", "info") if found.figures[word]} == {"ok", "fail", "info"}


@pytest.mark.slow
@pytest.mark.parametrize("first", range(10_000, 20_000, 1_000))
def test_no_history_of_ten_thousand_breaks_the_law(first: int) -> None:
    found = sweep(range(first, first + 1_000))
    print(f"\n{found}")  # noqa: T201 - the figures of a long simulation are what it is run for

    assert not found.failures, "\n\n".join(map(str, found.failures))


def test_a_history_is_the_same_whenever_its_seed_is_replayed() -> None:
    once, again = sweep([7]), sweep([7])

    assert once.figures == again.figures
    assert once.figures["runs"]


@pytest.mark.slow
@pytest.mark.parametrize("safeguard", SAFEGUARDS, ids=lambda safeguard: safeguard.name)
def test_without_a_safeguard_the_law_is_broken(safeguard: Safeguard) -> None:
    with safeguard.taken_out():
        found = sweep(range(15_000), until=SAFETY)

    broken = [what for failure in found.failures for what in failure.broken if kind(what) in SAFETY]
    assert broken
    print(f"\n{safeguard.name}: within {found.figures['histories']} histories {broken[0]}")  # noqa: T201
