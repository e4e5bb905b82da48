"""What others put on the list is told apart from what keten recorded, or left in doubt."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from automation.mock_portal.clock import today, years_later
from tests.e2e.cases import Data, grant
from tests.e2e.keten import LONGEST, Ran
from tests.faults.killing import FIRST, SECOND, Bench, bench

OURS = grant(FIRST)["scope"]
OTHER = {"services": ["Belastingdienst: Loonheffingen"]}
IN_FIVE_YEARS = years_later(today(), 5).isoformat()


def row(kvk: str = FIRST, scope: Data = OURS, **changed: Any) -> Data:
    """As a person would make it today."""
    return {"kvk": kvk, "scope": scope} | changed


def meanwhile(on: Bench, act: Callable[[], None], *, patience: str = "1") -> Ran:
    """A run, and what a person does at the portal as soon as the first request for a grant has come in there."""
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(on.run, settings={"KETEN_LIST_PATIENCE": patience})
        deadline = time.monotonic() + LONGEST
        while not on.portal.ledger()["submissions"]:
            assert not running.done(), running.result()
            assert time.monotonic() < deadline
            time.sleep(0.005)
        act()
        ran, _ = running.result()
    assert ran is not None
    return ran


@pytest.mark.slow
def test_what_a_person_granted_an_hour_ago_is_kept(tmp_path: Path) -> None:
    with bench(tmp_path) as on:
        on.portal.seed([row(), row(SECOND)])
        ran, _ = on.run()
        assert ran is not None
        assert (ran.exit_code, ran.statuses) == (0, ["kept", "kept"])
        assert on.portal.ledger()["submissions"] == []
        assert on.attempts() == []
        assert [outcome["notice"] for outcome in ran.outcomes] == [[], []]


@pytest.mark.slow
def test_what_a_person_grants_between_plan_and_click_is_not_granted_again(tmp_path: Path) -> None:
    with bench(tmp_path) as on:
        ran = meanwhile(on, lambda: on.portal.seed([row(SECOND)]))
        assert (ran.exit_code, ran.statuses) == (0, ["granted", "kept"]), ran.told
        assert [one["kvk"] for one in on.portal.ledger()["grants"]] == [FIRST, SECOND]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "by_hand", "then"),
    [
        pytest.param("error_before_commit", [row(scope=OTHER)], "refused", id="another scope"),
        pytest.param("error_before_commit", [row(valid_until="2029-01-31")], "kept", id="another end date"),
        pytest.param("error_after_commit", [row()], "kept", id="the same, besides ours"),
        pytest.param("error_after_commit", [row(scope=OTHER)], "kept", id="another, besides ours"),
    ],
)
def test_what_a_person_grants_while_a_click_is_unsure_is_not_taken_for_ours(
    fault: str, by_hand: Sequence[Data], then: str, tmp_path: Path
) -> None:
    with bench(tmp_path, [{"kind": "latency", "ms": 400}, {"kind": fault}]) as on:
        ran = meanwhile(on, lambda: on.portal.seed(list(by_hand)), patience="8")
        assert (ran.exit_code, ran.statuses) == (4, ["in-doubt", "skipped"]), ran.told
        assert "differs from what was intended" in ran.told
        on.portal.faults([])
        again, _ = on.run()
        assert again is not None
        assert (again.exit_code, again.statuses) == (4, [then, "granted"]), again.told
        assert {attempt.ref for attempt in on.attempts() if attempt.ref in ran.told and attempt.ref in again.told}
        assert len(on.portal.ledger()["submissions"]) == 2
