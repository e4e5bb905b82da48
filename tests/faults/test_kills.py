"""SIGKILL at any moment: every grant is recorded once or in doubt, and every notice is made once."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.faults.campaign import carry_out, kills
from tests.faults.killing import Kill, moments, tried
from tests.faults.moments import OUTSIDE
from tests.faults.processes import Victim

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="processes are found in /proc")

POST = "POST /beheer/api/ketenmachtigingen"
DROP, LAG = {"kind": "drop_after_commit"}, {"kind": "lagging_list", "seconds": 4}
PER_SERVICE = {"kind": "rows_per_service"}
TELLING = [
    Kill(Victim.GROUPS, "after journal intend #1"),
    Kill(Victim.GROUPS, f"after tunnel {POST} #1"),
    Kill(Victim.PYTHON, "before tunnel HTTP/1.1 201 Created #1", at_once=True),
    Kill(Victim.PYTHON, "uncommitted journal granted #1"),
    Kill(Victim.GROUPS, f"{OUTSIDE}after file grants/to-90003001/notice.txt #1"),
    Kill(Victim.BROWSER, f"after fetch {POST} #1"),
    Kill(Victim.PAGES, f"after fetch {POST} #1"),
]


@pytest.mark.parametrize(
    "kill",
    [pytest.param(kill, marks=pytest.mark.slow if place else ()) for place, kill in enumerate(TELLING)],
    ids=str,
)
def test_after_a_kill_the_next_runs_grant_the_rest_once(kill: Kill, tmp_path: Path) -> None:
    verdict = tried(kill, tmp_path)
    assert verdict.struck
    assert verdict.breaches == []
    assert verdict.doubts == []
    assert verdict.exit_codes[-1] == 0


@pytest.mark.slow
@pytest.mark.parametrize("victim", [Victim.BROWSER, Victim.DRIVER])
def test_a_browser_that_goes_after_the_click_leaves_a_doubt_that_is_told(victim: Victim, tmp_path: Path) -> None:
    verdict = tried(Kill(victim, f"after fetch {POST} #1"), tmp_path)
    assert verdict.struck
    assert verdict.breaches == []
    assert (verdict.exit_codes[0], verdict.exit_codes[-1]) == (4, 0)


UNSURE = [Kill(Victim.DRIVER, f"before fetch {POST} #1")]


@pytest.mark.slow
@pytest.mark.parametrize("kill", UNSURE, ids=str)
def test_what_was_journaled_as_released_and_never_came_is_in_doubt(kill: Kill, tmp_path: Path) -> None:
    verdict = tried(kill, tmp_path)
    assert verdict.struck
    assert verdict.breaches == []
    assert len(verdict.doubts) == 1
    assert verdict.exit_codes[-1] == 4


WITH_A_FAULT = [
    Kill(Victim.GROUPS, f"after tunnel {POST} #1", faults=[LAG]),
    Kill(Victim.GROUPS, "after journal answered #1", faults=[DROP, LAG]),
    Kill(Victim.PYTHON, f"after tunnel {POST} #1", at_once=True, faults=[PER_SERVICE]),
    Kill(Victim.BROWSER, f"before tunnel {POST} #1", faults=[LAG]),
    Kill(Victim.DRIVER, f"after tunnel {POST} #1", faults=[PER_SERVICE, LAG]),
]


@pytest.mark.slow
@pytest.mark.parametrize("kill", WITH_A_FAULT, ids=str)
def test_a_kill_and_a_fault_of_the_portal_together_break_nothing(kill: Kill, tmp_path: Path) -> None:
    verdict = tried(kill, tmp_path)
    assert verdict.struck
    assert verdict.breaches == []


@pytest.mark.slow
@pytest.mark.parametrize("at_once", [False, True], ids=["waits for the browser's end", "next run at once"])
@pytest.mark.parametrize("victim", Victim)
def test_no_moment_of_a_run_breaks_the_law(
    victim: Victim, at_once: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("campaign")
    counted = moments(tmp_path_factory.mktemp("counting"))
    todo = [kill for kill in kills(counted, [victim], sample=20, both_ways=True) if kill.at_once is at_once]
    figures = carry_out(todo, folder)
    assert figures.errors == []
    assert [(str(verdict.kill), verdict.breaches) for verdict in figures.verdicts if verdict.breaches] == []
    missed = [verdict.kill.moment for verdict in figures.verdicts if not verdict.struck]
    assert [moment for moment in missed if not moment.startswith(OUTSIDE)] == []
