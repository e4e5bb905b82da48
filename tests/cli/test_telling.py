"""The plan as a person reads it: on a narrow terminal, too, and whatever a portal would do to the terminal."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console

from automation.cli.telling import plan_table
from automation.planning import Action, Plan
from tests.grants import UWV_AND_TAX, grant

PLAN = Plan((Action(grant(UWV_AND_TAX), "grant", "not there yet", UWV_AND_TAX.elements),))


@pytest.mark.parametrize("width", [80, 140])
def test_a_plan_breaks_no_word(width: int) -> None:
    written = io.StringIO()
    Console(file=written, width=width).print(plan_table(PLAN, width))

    told = written.getvalue().split()
    assert {"accountant", "grant", "Accountantskantoor", "68750110", "Belastingdienst", "40.00", "yet"} <= {*told}
    assert max(map(len, written.getvalue().splitlines())) <= width


def test_what_a_portal_says_does_nothing_to_the_terminal() -> None:
    hostile = replace(PLAN.actions[0], reason="\x1b[2J\x9b1A\u202eedual\r gone")
    written = io.StringIO()
    Console(file=written, width=140, force_terminal=True, color_system=None).print(plan_table(Plan((hostile,)), 140))

    assert "\\x1b[2J\\x9b1A\\u202eedual\\r gone" in written.getvalue()
    assert not {"\x1b", "\x9b", "\u202e", "\r"} & {*written.getvalue()}


@pytest.mark.parametrize("width", [80, 140])
def test_a_reason_that_holds_for_all_entries_is_told_once(width: int) -> None:
    action = replace(PLAN.actions[0], verb="keep", reason="2020-01-01 is past")
    for actions, times in (((action, action, action), 1), ((action, *PLAN.actions, action), 2)):
        written = io.StringIO()
        Console(file=written, width=width).print(plan_table(Plan(actions), width))

        assert written.getvalue().count("2020-01-01 is past") == times
