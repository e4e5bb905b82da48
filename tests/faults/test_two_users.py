"""Two users of one journal, who do not see each other's lock: at most one of them records (law 2.1)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.two_users import Pause, tried


@pytest.mark.parametrize("database", ["postgresql", pytest.param("sqlite", marks=pytest.mark.slow)], indirect=True)
def test_of_two_users_who_start_at_once_one_records(tmp_path: Path, database: str) -> None:
    pair = tried(tmp_path, database)

    assert (pair.grants, pair.submissions) == (1, 1)
    assert 0 in pair.exit_codes
    assert set(pair.exit_codes) <= {0, 7}


@pytest.mark.slow
@pytest.mark.parametrize("pause", [Pause.BEFORE_THE_INTENT, Pause.BEFORE_THE_RELEASE])
def test_who_sleeps_before_the_click_until_another_was_quicker_records_nothing(
    tmp_path: Path, database: str, pause: Pause
) -> None:
    pair = tried(tmp_path, database, pause, span=0.1)
    slept, quick = pair.runs

    assert (pair.grants, pair.submissions) == (1, 1)
    assert (quick.exit_code, quick.statuses) == (0, ["granted"])
    assert slept.exit_code in (4, 7)
    assert "another run took over" in slept.told
