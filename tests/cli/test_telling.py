"""The plan as a person reads it: on a narrow terminal, too, no word is broken."""

from __future__ import annotations

import io

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
