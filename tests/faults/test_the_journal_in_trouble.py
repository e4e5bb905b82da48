"""A journal that fails in the middle of a run, or is gone at the next: nothing is clicked, and nothing doubled."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.damage import Damage
from tests.faults.killing import bench
from tests.faults.processes import Victim

LATER = [Damage.FULL, Damage.READ_ONLY, Damage.CLOSED]
"""What shows at the very next line, and not only when the journal is looked at as a whole."""


@pytest.mark.parametrize(
    "damage", [Damage.FULL, *(pytest.param(d, marks=pytest.mark.slow) for d in Damage if d is not Damage.FULL)]
)
def test_a_journal_that_cannot_be_told_of_the_intent_stops_the_run_before_the_click(
    damage: Damage, tmp_path: Path
) -> None:
    with bench(tmp_path) as on:
        ran, came = on.run(damage, "before journal intend #1")
        assert came
        assert ran is not None
        assert (ran.exit_code, ran.statuses) == (8, ["failed", "skipped"]), ran.told
        assert on.portal.ledger()["submissions"] == []


@pytest.mark.slow
@pytest.mark.parametrize("damage", LATER)
def test_a_journal_that_cannot_be_told_of_the_request_keeps_it_from_leaving(damage: Damage, tmp_path: Path) -> None:
    with bench(tmp_path) as on:
        ran, came = on.run(damage, "before journal released #1")
        assert came
        assert ran is not None
        assert ran.exit_code in (4, 8), ran.told
        assert on.portal.ledger()["submissions"] == []


@pytest.mark.slow
@pytest.mark.parametrize("damage", LATER)
def test_a_journal_that_cannot_be_told_of_the_outcome_is_told_by_the_next_run(damage: Damage, tmp_path: Path) -> None:
    with bench(tmp_path) as on:
        ran, came = on.run(damage, "before journal granted #1")
        assert came
        assert ran is not None
        assert ran.exit_code in (4, 8), ran.told
        again, _ = on.run()
        assert again is not None
        assert (again.exit_code, again.statuses) == (0, ["kept", "granted"]), again.told
        assert len(on.portal.ledger()["grants"]) == len(on.portal.ledger()["submissions"]) == 2


@pytest.mark.slow
def test_without_its_journal_the_next_run_still_records_nothing_twice(tmp_path: Path) -> None:
    with bench(tmp_path) as on:
        on.run(Victim.GROUPS, "before journal granted #2")
        for file in tmp_path.glob("journal.db*"):
            file.unlink()
        ran, _ = on.run()
        assert ran is not None
        assert (ran.exit_code, ran.statuses) == (0, ["kept", "kept"]), ran.told
        assert len(on.portal.ledger()["submissions"]) == 2


@pytest.mark.slow
def test_a_kill_and_a_drop_over_tls_double_nothing(tmp_path: Path) -> None:
    with bench(tmp_path, [{"kind": "drop_after_commit"}], tls=True) as on:
        settings = {"KETEN_CA_FILE": str(on.portal.ca_file)}
        ran, _ = on.run(Victim.GROUPS, "before journal answered #1", settings=settings)
        assert ran is None
        ran, _ = on.run(settings=settings)
        assert ran is not None
        assert (ran.exit_code, ran.statuses) == (0, ["kept", "granted"]), ran.told
        assert [one["outcome"] for one in on.portal.ledger()["submissions"]] == ["dropped", "granted"]
