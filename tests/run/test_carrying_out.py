"""What a run keeps of a grant before anything else can stop it (law 4): a click's outcome is never lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Error

from automation.errors import InDoubt, Interrupted
from automation.law.outcome import Shown
from automation.law.plan import Action, Plan
from automation.proofs.evidence import Evidence
from automation.proofs.notices import NoticeFacts
from automation.proofs.results import EntryOutcome
from automation.run import run as running
from automation.run.record import RunRecord, Task
from automation.run.result import Doubt, Recorded, Result
from tests.grants import JANSEN, OWN, TODAY, UWV, grant, intent

FACTS = NoticeFacts(
    organisation=OWN,
    intermediary=JANSEN,
    scope=UWV,
    valid_from=TODAY,
    valid_until=date(2031, 11, 24),
    reference="KM-2",
    recorded_on=TODAY,
    language="nl",
    rehearsal=True,
)
RECORDED = Recorded(ref="G-1", intent=intent(), facts=FACTS, shown=Shown(reference="KM-2"), reconciled=False)


class _Interruption:
    """A signal came during the click: whoever watches for it raises as soon as the click is over."""

    def check(self) -> None:
        pass

    def before_click(self) -> None:
        pass

    def after_click(self) -> None:
        raise Interrupted("stopped by a signal")


def carried_out(
    folder: Path, monkeypatch: pytest.MonkeyPatch, record: Callable[[], Result], interruption: Any
) -> tuple[RunRecord, list[tuple[EntryOutcome, Recorded]], BaseException | None]:
    """One entry carried out: the record, what is to be looked up, and what it ended with."""
    doubles: Any = SimpleNamespace(grants=(grant(),))
    run = running.Run.__new__(running.Run)
    run.task = Task()
    run._evidence = Evidence.open(folder, "run")
    run._interruption, run._waiting, run._run_journal = interruption, doubles, doubles
    run.record = RunRecord(
        run_id="run",
        started=datetime.now(UTC),
        task=run.task,
        scenario=doubles,
        settings=doubles,
        address=doubles,
        profile_sha256="",
        evidence=run._evidence,
        journal="J-1",
    )
    monkeypatch.setattr(running, "Granting", lambda *_: SimpleNamespace(record=lambda _: record()))
    reporter: Any = SimpleNamespace(progress=lambda _: None)
    granted: list[tuple[EntryOutcome, Recorded]] = []
    made = Plan((Action(grant=grant(), verb="grant", reason=""),))
    try:
        run._carry_out(doubles, made, reporter, granted)
    except BaseException as error:
        return run.record, granted, error
    return run.record, granted, None


def test_a_signal_during_the_click_loses_no_grant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record, granted, error = carried_out(tmp_path, monkeypatch, lambda: RECORDED, _Interruption())

    assert isinstance(error, Interrupted)
    assert record.outcomes["accountant"].status == "granted"
    assert [recorded.ref for _, recorded in granted] == ["G-1"]
    assert (tmp_path / "run/grants/accountant/grant.json").exists()


def test_a_signal_during_the_click_loses_no_difference_and_no_doubt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    differs = replace(RECORDED, error="costs: EUR 22.45 was intended, the confirmation shows EUR 42.45")
    wrong, _, _ = carried_out(tmp_path / "1", monkeypatch, lambda: differs, _Interruption())
    unsure, _, _ = carried_out(tmp_path / "2", monkeypatch, lambda: Doubt("G-1", InDoubt("who knows")), _Interruption())

    assert (wrong.outcomes["accountant"].status, wrong.exit_code) == ("granted", 1)
    assert (unsure.outcomes["accountant"].status, unsure.exit_code) == ("in-doubt", 4)
    assert "who knows" in str(unsure.outcomes["accountant"].error)


def test_the_pictures_of_an_entry_are_named_when_the_browser_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone() -> Result:
        Evidence(tmp_path / "run").write("grants/accountant/review.png", b"\x89PNG")
        raise Error("Target page, context or browser has been closed")

    calm = SimpleNamespace(check=lambda: None, before_click=lambda: None, after_click=lambda: None)
    record, _, error = carried_out(tmp_path, monkeypatch, gone, calm)

    assert isinstance(error, Error)
    assert list(record.outcomes["accountant"].evidence) == ["grants/accountant/review.png"]
