"""The CI job of docs/how-to/schedule.md, run as it stands there: grants once, keeps, and renews in time."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from automation.domain import today
from automation.mock_portal.server import MockPortal
from tests.e2e.cases import grant, write_scenario
from tests.e2e.keten import LONGEST, environment

GUIDE = (Path(__file__).parents[2] / "docs/how-to/schedule.md").read_text("utf-8")
JOB = re.findall(r"```\n(.*?)```", GUIDE.partition("## A CI job")[2], re.DOTALL)[0]


def run_job(portal: MockPortal, folder: Path, journal: Path) -> dict[str, Any]:
    """One job in a clean folder, without a terminal; what `result.json` then holds."""
    folder.mkdir()
    renewing = grant(duration="1 year", renew="within 60 days")
    write_scenario(folder, [renewing], limits={"grants": 5, "costs": "EUR 200.00"}).rename(folder / "grants.yaml")
    settings = {"CI": "true", "KETEN_DATABASE_URL": f"sqlite:///{journal}", "KETEN_LIST_LAG": "0"}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    ran = subprocess.run(
        ["bash", "-ec", JOB],
        cwd=folder,
        env=environment(portal, folder.parent, settings | {"PATH": path}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LONGEST,
        start_new_session=True,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return dict(json.loads((folder / "result.json").read_text("utf-8")))


@pytest.mark.slow
def test_the_job_grants_once_keeps_and_renews_in_time(tmp_path: Path) -> None:
    journal = tmp_path / "journal.db"
    with MockPortal(allow_used_codes=True) as portal:
        first = run_job(portal, tmp_path / "first", journal)
        second = run_job(portal, tmp_path / "second", journal)
        [row] = portal.ledger()["grants"]
        assert len(portal.ledger()["submissions"]) == 1

        # Ten months later, as far as the portal tells: the end is near.
        portal.reset()
        portal.seed([row | {"valid_until": (today() + timedelta(days=50)).isoformat()}])
        third = run_job(portal, tmp_path / "third", journal)
        rows = portal.ledger()["grants"]

    told = [(run["outcomes"][0]["action"], run["outcomes"][0]["status"]) for run in (first, second, third)]
    assert told == [("grant", "granted"), ("keep", "kept"), ("renew", "granted")]
    assert len(rows) == 2
    assert len({row["reference"] for row in rows}) == 2
