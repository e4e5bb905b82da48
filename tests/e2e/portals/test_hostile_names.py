"""A receiver whose name is an attack: it is granted like any other, and stays text wherever it comes."""

from __future__ import annotations

from pathlib import Path

import pytest

from automation.mock_portal import faults
from automation.mock_portal.data import register
from automation.mock_portal.server import MockPortal
from tests.e2e.cases import grant, write_scenario
from tests.e2e.keten import apply

A, B = "90006001", "90006002"
ATTACK = faults.HOSTILE_NAME.partition(" zeer")[0]
"""As short as a scenario may write it."""


def named(kvk: str) -> str:
    """The name as a person would copy it: nothing invisible, all on one line."""
    known = register.find(kvk)
    assert known is not None
    return " ".join("".join(c if c.isprintable() else " " for c in f"{known.name} {ATTACK}").split())


@pytest.mark.slow
def test_a_name_that_is_an_attack_is_text_on_every_screen_and_in_every_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(faults, "HOSTILE_NAME", ATTACK)
    scenario = write_scenario(tmp_path, [grant(kvk, name=named(kvk)) for kvk in (A, B)])
    journal = {"KETEN_DATABASE_URL": f"sqlite:///{tmp_path / 'journal.db'}"}
    with MockPortal(allow_used_codes=True) as portal:
        portal.faults([{"kind": "hostile_name"}, {"kind": "drop_after_commit", "after": 1}])
        first, second = (apply(portal, scenario, settings=journal) for _ in range(2))

        assert (first.exit_code, first.statuses) == (0, ["granted", "granted"]), first.told
        assert (second.exit_code, second.statuses) == (0, ["kept", "kept"]), second.told
        assert [one["outcome"] for one in portal.ledger()["submissions"]] == ["granted", "dropped"]
    notices = [path.read_text("utf-8") for path in first.folder.glob("grants/*/notice.html")]
    assert len(notices) == 2
    for text in notices:
        assert "<script" not in text
        assert "<img" not in text
        assert "&lt;script&gt;" in text
    assert all(c.isprintable() or c in "\n\t" for ran in (first, second) for c in ran.stderr)
