"""A click that must bring several requests: where fewer leave, no confirmation counts, and the list tells."""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.cases import Case, Result, grant

A, B = "90005001", "90005002"
ONE_PROVIDER = {"services": ["UWV: Verzuimmelder", "UWV: Berichtenbox"]}
TWO_PROVIDERS = {"services": ["UWV: Verzuimmelder", "Belastingdienst: Loonheffingen"]}


def row(times: str, reconciled: list[bool], *, slow: bool = False) -> Any:
    """The portal sends one request a grant, and the profile says how many it should be."""
    case = Case(
        times,
        [grant(A, scope=ONE_PROVIDER), grant(B, scope=TWO_PROVIDERS)],
        profile={"recording": {"request": {"address": "/\\/ketenmachtigingen$/", "times": times}}},
    )
    return pytest.param(case, reconciled, id=times, marks=[pytest.mark.slow] if slow else [])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("case", "reconciled"), [row("per-provider", [False, True]), row("per-service", [True, True], slow=True)]
)
def test_where_fewer_requests_leave_than_there_should_the_list_tells(
    case: Case, reconciled: list[bool], result: Result
) -> None:
    assert (result.ran.exit_code, result.ran.statuses) == (0, ["granted", "granted"]), result.ran.told
    assert [outcome["reconciled"] for outcome in result.ran.outcomes] == reconciled
    assert result.submissions == ["granted", "granted"]
