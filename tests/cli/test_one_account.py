"""An account is used by one run at a time, whatever organisation it works for (law 2.1)."""

from __future__ import annotations

from pathlib import Path

import pytest

from automation.domain.addresses import PortalAddress
from automation.machine.locks import locked_account
from tests.cli.conftest import Keten
from tests.e2e.cases import grant, write_scenario

PORTAL = "http://127.0.0.1:1/beheer"
CREDENTIALS = {"USERNAME": "twee", "PASSWORD": "geheim-1", "SECOND_FACTOR": "by-hand"}


@pytest.mark.parametrize("command", [("apply", "--yes"), ("plan",)], ids=["apply", "plan"])
def test_a_run_for_another_organisation_of_an_account_at_work_is_kept_away(
    keten: Keten, journal_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(f"KETEN_{name}", value)
    monkeypatch.chdir(tmp_path)
    scenario = write_scenario(tmp_path, [grant("69599084")])

    with locked_account(PortalAddress(PORTAL).key, "twee", "keten apply, of another organisation"):
        ended = keten(command[0], str(scenario), *command[1:], "--portal", PORTAL)

    assert ended.exit_code == 7, ended.stderr
    assert "keten apply, of another organisation" in " ".join((ended.stdout + ended.stderr).split())
