"""A portal whose pager goes by a name that the profile does not know: what stands on the third page is not seen."""

from __future__ import annotations

import pytest

from tests.e2e.cases import Case, Result, grant

OTHERS = [
    {
        "kvk": f"9000{1000 + number:04}",
        "name": f"Kantoor {number}",
        "scope": {"providers": ["UWV"]},
        "valid_until": "2031-01-01",
    }
    for number in range(25)
]
THERE = {**OTHERS[0], "kvk": "90005001", "name": "Kantoor", "scope": {"services": ["UWV: Verzuimmelder"]}}
LABELS = {
    "Volgende pagina": "Blader verder",
    "Rijen per pagina": "Aantal",
    "Gefilterd op: 90005001": "Zoekterm: 90005001",
}


@pytest.mark.parametrize(
    "case",
    [Case("a renamed pager", [grant("90005001")], [{"kind": "changed_labels", "labels": LABELS}], [THERE, *OTHERS])],
)
def test_a_list_of_which_only_a_part_was_read_stops_the_run(case: Case, result: Result) -> None:
    assert (result.ran.exit_code, result.ran.statuses) == (6, ["skipped"]), result.ran.told
    assert "the granted list may not be whole: 10 rows read, and the screen shows “1–10 van 26”" in result.ran.told
    assert "next_page: {role: button, name: Blader verder}" in result.ran.told
    assert result.submissions == []
    assert result.recorded == []
