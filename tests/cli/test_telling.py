"""The plan as a person reads it: on a narrow terminal, too, and whatever a portal would do to the terminal."""

from __future__ import annotations

import io
import sys
from dataclasses import replace

import pytest
from rich.console import Console

from automation.cli.telling import Teller, plan_table
from automation.cli.terminal import Terminal
from automation.planning import Action, Plan
from tests.grants import UWV, UWV_AND_TAX, grant

PLAN = Plan((Action(grant(UWV_AND_TAX), "grant", "not there yet", UWV_AND_TAX.elements),))


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
    teller = Teller(quiet=quiet)
    teller.show(PLAN)
    assert not teller.ask(PLAN, "Voorbeeld Holding B.V. (90000102)", lambda: None)

    told = capsys.readouterr().err
    assert "Accountantskantoor Jansen B.V." in told
    assert "1 to grant, 0 to renew, 0 kept, 0 refused, at most EUR 40.00" in told
    assert "is it Voorbeeld Holding B.V. (90000102)?" in told
    assert "Record 1 grant, at most EUR 40.00? [y/N]" in told


@pytest.mark.usefixtures("nobody_answers")
def test_where_the_portal_shows_no_costs_the_question_says_so_and_shows_no_sum(
    capsys: pytest.CaptureFixture[str],
) -> None:
    unshown = Plan((Action(grant(at_most=None), "grant", "not there yet", UWV.elements),), costs_shown=False)
    teller = Teller(quiet=False)
    teller.show(unshown)
    assert not teller.ask(unshown, "", lambda: None)

    told = capsys.readouterr().err
    assert "EUR" not in told
    assert "Record 1 grant, the portal does not show what it costs? [y/N]" in told


@pytest.mark.usefixtures("nobody_answers")
def test_a_plan_that_records_nothing_is_not_told_when_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    Teller(quiet=True).show(Plan((replace(PLAN.actions[0], verb="keep"),)))

    assert capsys.readouterr().err == ""


def test_what_a_portal_says_does_nothing_to_the_terminal() -> None:
    hostile = replace(PLAN.actions[0], reason="\x1b[2J\x9b1A\u202eedual\r gone")
    written = io.StringIO()
    Console(file=written, width=140, force_terminal=True, color_system=None).print(plan_table(Plan((hostile,)), 140))

    assert "\\x1b[2J\\x9b1A\\u202eedual\\r gone" in written.getvalue()
    assert not {"\x1b", "\x9b", "\u202e", "\r"} & {*written.getvalue()}
