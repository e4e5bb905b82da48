"""The plan as a person reads it: on a narrow terminal, too, and whatever a portal would do to the terminal."""

from __future__ import annotations

import io
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console

from automation.cli.console.run_text import StderrConsole, plan_table, tell_outcome
from automation.cli.console.terminal import Terminal
from automation.domain import Money
from automation.law.history import AttemptState
from automation.law.outcome import Shown
from automation.law.plan import Action, Plan
from automation.proofs.notices import NoticeFacts
from automation.proofs.results import EarlierGrant, EntryOutcome
from automation.run.listing import as_granted
from automation.run.result import Recorded
from tests.grants import JANSEN, OWN, TODAY, UWV, UWV_AND_TAX, grant, intent

PLAN = Plan((Action(grant=grant(UWV_AND_TAX), verb="grant", reason="not there yet", elements=UWV_AND_TAX.elements),))


@pytest.mark.parametrize("width", [80, 140])
def test_a_plan_breaks_no_word(width: int) -> None:
    written = io.StringIO()
    Console(file=written, width=width).print(plan_table(PLAN, width))

    told = written.getvalue().split()
    assert {"accountant", "grant", "Accountantskantoor", "68750110", "Belastingdienst", "40.00", "yet"} <= {*told}
    assert max(map(len, written.getvalue().splitlines())) <= width


@pytest.fixture
def nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    def ask(_: Terminal, question: str, **__: object) -> str:
        sys.stderr.write(question)
        raise TimeoutError

    monkeypatch.setattr(Terminal, "ask", ask)


@pytest.mark.parametrize("quiet", [False, True])
@pytest.mark.usefixtures("nobody_answers")
def test_quiet_hides_neither_the_plan_nor_any_question(quiet: bool, capsys: pytest.CaptureFixture[str]) -> None:
    stderr = StderrConsole(quiet=quiet)
    stderr.show(PLAN)
    assert not stderr.ask(PLAN, "Voorbeeld Holding B.V. (90000102)", lambda: None)

    told = capsys.readouterr().err
    assert "Accountantskantoor Jansen B.V." in told
    assert "1 to grant, 0 to renew, 0 kept, 0 refused, at most EUR 40.00" in told
    assert "check that it is Voorbeeld Holding B.V. (90000102)." in told
    assert "Record 1 grant, at most EUR 40.00? [y/N]" in told


@pytest.mark.usefixtures("nobody_answers")
def test_where_the_portal_shows_no_costs_the_question_says_so_and_shows_no_sum(
    capsys: pytest.CaptureFixture[str],
) -> None:
    unshown = Plan(
        (Action(grant=grant(at_most=None), verb="grant", reason="not there yet", elements=UWV.elements),),
        costs_shown=False,
    )
    stderr = StderrConsole(quiet=False)
    stderr.show(unshown)
    assert not stderr.ask(unshown, "", lambda: None)

    told = capsys.readouterr().err
    assert "EUR" not in told
    assert "Record 1 grant, the portal does not show what it costs? [y/N]" in told


@pytest.mark.usefixtures("nobody_answers")
def test_a_plan_that_records_nothing_is_not_told_when_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    StderrConsole(quiet=True).show(Plan((replace(PLAN.actions[0], verb="keep"),)))

    assert capsys.readouterr().err == ""


def test_what_a_portal_says_does_nothing_to_the_terminal() -> None:
    hostile = replace(PLAN.actions[0], reason="\x1b[2J\x9b1A\u202eedual\r gone")
    written = io.StringIO()
    Console(file=written, width=140, force_terminal=True, color_system=None).print(plan_table(Plan((hostile,)), 140))

    assert "\\x1b[2J\\x9b1A\\u202eedual\\r gone" in written.getvalue()
    assert not {"\x1b", "\x9b", "\u202e", "\r"} & {*written.getvalue()}


def told(capsys: pytest.CaptureFixture[str], **of_the_run: Any) -> str:
    run: Any = SimpleNamespace(
        **{"outcomes": {}, "earlier": {}, "not_kept": [], "errors": [], "declined": False} | of_the_run,
        evidence=SimpleNamespace(folder=Path("/runs/a")),
    )
    tell_outcome(run)
    said = capsys.readouterr()
    return said.out + said.err


def test_a_grant_of_an_earlier_run_is_told_with_its_receiver_and_its_letter(
    capsys: pytest.CaptureFixture[str],
) -> None:
    of = intent()
    earlier = EarlierGrant(
        ref="G-1", entry="payroll", state=AttemptState.GRANTED, why="found on the list", kvk=of.kvk, name="JANSEN",
        elements=of.elements, reference="KM-2", valid_from=None, valid_until=of.until, costs=of.costs,
        evidence=["settled/G-1/row.png"], notice=["settled/G-1/notice.txt"],
        not_kept=["settled/G-1/notice.html: the disk is full"],
    )  # fmt: skip

    said = told(capsys, earlier={"G-1": earlier})

    for part in ("granted  payroll  JANSEN (68750110), until 2031-11-24, EUR 22.45, reference KM-2",
                 "G-1, from an earlier run: found on the list", "/runs/a/settled/G-1/row.png",
                 "/runs/a/settled/G-1/notice.txt", "not saved: settled/G-1/notice.html: the disk is full"):  # fmt: skip
        assert part in said


def test_a_grant_is_told_by_what_was_recorded_and_what_of_it_was_not_kept(capsys: pytest.CaptureFixture[str]) -> None:
    meant = intent()
    facts = NoticeFacts(
        organisation=OWN,
        intermediary=JANSEN,
        scope=UWV,
        valid_from=TODAY,
        valid_until=meant.until,
        reference=None,
        recorded_on=TODAY,
        language="nl",
        rehearsal=True,
    )
    shown = Shown("KM-2", "JANSEN", None, None, date(2031, 11, 23), Money.parse("EUR 42.45"))
    recorded = Recorded(ref="G-1", intent=meant, facts=facts, shown=shown, reconciled=False, error="costs differ")
    lost = EntryOutcome(grant=grant(), not_kept=["grants/accountant/confirmation.png: the disk is full"])
    outcome = as_granted(lost, recorded)

    said = told(capsys, outcomes={"accountant": outcome}, not_kept=["log.jsonl: the disk is full"])

    for part in ("JANSEN (68750110), until 2031-11-23, EUR 42.45, reference KM-2", "costs differ",
                 "not saved: grants/accountant/confirmation.png: the disk is full",
                 "keten: not saved: log.jsonl: the disk is full"):  # fmt: skip
        assert part in said
    assert outcome.exit_code == 1
    assert outcome.as_data()["costs"] == {"amount": "42.45", "currency": "EUR"}


@pytest.mark.parametrize("width", [80, 140])
def test_a_reason_that_holds_for_all_entries_is_told_once(width: int) -> None:
    action = replace(PLAN.actions[0], verb="keep", reason="2020-01-01 is past")
    for actions, times in (((action, action, action), 1), ((action, *PLAN.actions, action), 2)):
        written = io.StringIO()
        Console(file=written, width=width).print(plan_table(Plan(actions), width))

        assert written.getvalue().count("2020-01-01 is past") == times
