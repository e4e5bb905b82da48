"""The report of `keten doctor` as a person reads it."""

from __future__ import annotations

import pytest

from automation.cli.console.doctor_text import tell
from automation.doctor.findings import Check
from automation.doctor.report import Report


def test_what_is_well_what_is_to_be_known_and_what_failed_are_told_apart(capsys: pytest.CaptureFixture[str]) -> None:
    tell(
        Report([
            Check("disk", True, "1000 MB free"),
            Check("account", True, "not set: KETEN_USERNAME", "Set it before you sign in."),
            Check("browser", False, "there is none", "Install one."),
        ]),
        fragment=False,
    )  # fmt: skip

    told = capsys.readouterr().err.splitlines()
    assert [line[:6] for line in told if not line.startswith("      ")] == ["ok    ", "note  ", "FAIL  "]
