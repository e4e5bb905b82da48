"""Pictures, letters and logs that are lost after the click: what was recorded is known, and what is lost is told."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from automation.mock_portal.server import MockPortal
from tests.e2e.cases import grant, write_scenario
from tests.e2e.keten import LONGEST, Ran, apply, finish, start

FIRST, SECOND = "90003001", "90003002"
needs_mounts = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="mounting a small disk needs root on Linux"
)


@pytest.fixture
def portal() -> Iterator[MockPortal]:
    with MockPortal(allow_used_codes=True) as portal:
        portal.faults([{"kind": "slow_submit", "seconds": 2}])
        yield portal


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(disk)], check=True)
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def run_and_at_the_click(portal: MockPortal, scenario: Path, output: Path, happen: Callable[[Path], None]) -> Ran:
    """A run to whose folder something happens after its first click was sent, and before it is answered."""
    journal = {"KETEN_DATABASE_URL": f"sqlite:///{scenario.parent / 'journal.db'}"}
    process = start(portal, scenario, "--output", str(output), settings=journal)
    deadline = time.monotonic() + LONGEST
    while not any('"released"' in log.read_text("utf-8") for log in output.glob("*/log.jsonl")):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.01)
    [folder] = output.iterdir()
    happen(folder)
    return finish(process)


@pytest.mark.slow
def test_an_output_folder_that_is_removed_in_mid_run_is_told_and_every_grant_is_recorded(
    portal: MockPortal, tmp_path: Path
) -> None:
    scenario = write_scenario(tmp_path, [grant(FIRST), grant(SECOND)])

    ran = run_and_at_the_click(portal, scenario, tmp_path / "removed", shutil.rmtree)

    assert (ran.exit_code, ran.statuses) == (1, ["granted", "granted"]), ran.told
    first, second = ran.outcomes
    [lost] = first["not_kept"]
    assert lost.startswith(f"grants/to-{FIRST}/review.png: ")
    assert "was removed by something else during the run" in lost
    assert (len(first["evidence"]), len(first["notice"])) == (1, 2)
    assert (second["not_kept"], len(second["evidence"]), len(second["notice"])) == ([], 2, 2)
    assert any(lost.startswith("log.jsonl: ") for lost in ran.document["not_kept"])
    assert [row["kvk"] for row in portal.ledger()["grants"]] == [FIRST, SECOND]


@needs_mounts
@pytest.mark.slow
def test_a_disk_that_fills_up_at_the_click_is_told_and_the_letter_is_made_by_the_next_run(
    portal: MockPortal, tmp_path: Path, small_disk: Path
) -> None:
    scenario = write_scenario(tmp_path, [grant(FIRST), grant(SECOND)])

    def fill(_: Path) -> None:
        with suppress(OSError), (small_disk / "rest").open("wb", buffering=0) as rest:
            while True:
                rest.write(b"\0" * 4096)

    full = run_and_at_the_click(portal, scenario, small_disk / "runs", fill)
    (small_disk / "rest").unlink()
    again = apply(portal, scenario, settings={"KETEN_DATABASE_URL": f"sqlite:///{tmp_path / 'journal.db'}"})

    assert (full.exit_code, full.statuses) == (8, ["granted", "failed"]), full.told
    lost = full.outcomes[0]["not_kept"]
    for name in ("confirmation.png", "grant.json", "notice.txt"):
        assert any(one.startswith(f"grants/to-{FIRST}/{name}: ") and "No space left" in one for one in lost), lost
    assert (full.outcomes[0]["listed"], full.outcomes[0]["notice"]) == (True, [])
    assert "Traceback" not in full.stderr
    assert (again.exit_code, again.statuses) == (0, ["kept", "granted"]), again.told
    [owed] = again.document["settled"]
    assert (owed["id"], owed["kvk"], owed["notice"]) == (
        f"to-{FIRST}",
        FIRST,
        [f"settled/{owed['ref']}/notice.{kind}" for kind in ("txt", "html")],
    )
    assert [row["kvk"] for row in portal.ledger()["grants"]] == [FIRST, SECOND]
