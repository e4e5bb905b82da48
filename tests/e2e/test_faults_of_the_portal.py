"""Whatever goes wrong at the portal: every grant is recorded once or not at all, and keten says which."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from automation.mock_portal.clock import today
from automation.mock_portal.faults import HITTING, HOLDING
from tests.e2e.cases import FOREIGN, Case, Data, Result, grant

A, B, C, D, E = "90001001", "90001002", "90001003", "90001004", "90001005"
SOON = (today() + timedelta(days=30)).isoformat()
TWO = {"services": ["UWV: Verzuimmelder", "Belastingdienst: Loonheffingen"]}


@dataclass(frozen=True)
class Expected:
    """What must come of a case: the exit code, every entry's status, parts of what is told, and the portal's ledger."""

    exit_code: int
    statuses: list[str]
    recorded: list[str]
    submissions: list[str]
    told: tuple[str, ...]


ESSENTIAL = "dropped, and listed later"
"""The one that `.ci/run` tries; the others take their time."""


def row(
    name: str,
    faults: Data | list[Data],
    exit_code: int,
    statuses: str,
    recorded: str,
    submissions: str,
    *told: str,
    slow: bool = False,
    **case: Any,
) -> Any:
    """A row of the table: without `grants`, one for each of the statuses, to A, B, C … in turn."""
    case.setdefault("grants", [grant(kvk) for kvk, _ in zip((A, B, C, D, E), statuses.split(), strict=False)])
    made = Case(name, faults=faults if isinstance(faults, list) else [faults], **case)
    expected = Expected(exit_code, statuses.split(), recorded.split(), submissions.split(), told)
    return pytest.param(made, expected, id=name, marks=[pytest.mark.slow] if slow or name != ESSENTIAL else [])


def fault(kind: str, **parameters: Any) -> Data:
    return {"kind": kind, **parameters}


def refuse(status: int, message: str = "Dat mag niet.") -> Data:
    return fault("refuse_at_submit", status=status, message=message)


def redirected(status: int, to: str, *, commit: bool, slow: bool = True) -> Any:
    """A redirect is no witness: only the list tells what came of the click."""
    return row(
        f"{status} to {to}, {'recorded' if commit else 'not recorded'}",
        fault("redirect_at_submit", status=status, to=to, commit=commit),
        *((0, "granted", A, "granted") if commit else (4, "in-doubt", "", "failed", "it is not known whether")),
        slow=slow,
    )


DROP = fault("drop_after_commit")
ROWS = [
    row(
        "recorded, and an error or nothing for an answer",
        [fault("error_after_commit"), DROP, fault("error_though_committed")],
        *(0, "granted granted granted", f"{A} {B} {C}", "granted dropped granted"),
    ),
    row(
        "refused, which does not stop the others",
        [refuse(400, "Een."), refuse(403, "Twee."), refuse(409, "Drie."), refuse(422, "Vier.")],
        *(1, "failed failed failed failed granted", E, "refused refused refused refused granted"),
        *("the portal refused: “Een.”", "“Twee.”", "“Drie.”", "“Vier.”"),
    ),
    row("an error before recording", fault("error_before_commit"), 4, "in-doubt skipped", "", "failed", "no new row"),
    row("confirmed, and not recorded", fault("confirm_though_failed"), 4, "in-doubt skipped", "", "failed"),
    row("too many requests", refuse(429), 4, "in-doubt", "", "refused", "the answer was 429", slow=True),
    row(
        "another price than was agreed to",
        fault("price_change_at_submit", by="10.00"),
        *(1, "granted skipped", A, "granted"),
        *("costs: EUR 12.20 was intended, the confirmation shows EUR 22.20", "keten resolve", "--granted"),
    ),
    row("a slow answer", fault("slow_submit", seconds=3), 0, "granted", A, "granted", slow=True),
    row(
        "recorded after the time-out",
        fault("slow_submit", seconds=8),
        *(0, "granted", A, "granted"),
        settings={"KETEN_TIMEOUT": "6", "KETEN_LIST_PATIENCE": "30"},
    ),
    row(
        "dropped, and listed later",
        [DROP, fault("lagging_list", seconds=4)],
        *(0, "granted", A, "dropped"),
        settings={"KETEN_LIST_PATIENCE": "20"},
    ),
    row(
        "dropped, and not listed in time",
        [DROP, fault("lagging_list", seconds=600)],
        *(4, "in-doubt skipped", A, "dropped", "no new row on the portal's list within 1 seconds"),
        slow=True,
    ),
    row(
        "a row for each service, dropped",
        [DROP, fault("rows_per_service")],
        *(0, "granted granted", f"{A} {B}", "dropped granted"),
        grants=[grant(A, scope=TWO), grant(B, scope=TWO)],
    ),
    row("pending rows, dropped", [DROP, fault("pending_rows")], 0, "granted", A, "dropped", slow=True),
    row("every answer late", fault("latency", ms=300), 0, "granted", A, "granted", slow=True),
    row(
        "a duplicate refused at a renewal",
        fault("refuse_duplicates"),
        *(1, "failed", "", "refused", "the portal refused"),
        grants=[grant(A, renew="within 60 days")],
        seeded=[{"kvk": A, "scope": grant(A)["scope"], "valid_from": "2022-01-01", "valid_until": SOON}],
    ),
    row("in maintenance", fault("maintenance"), 6, "skipped skipped", "", "", "the portal is in maintenance"),
    row(
        "another name than the scenario's",
        fault("other_name_at_lookup", name="Andere Naam B.V."),
        *(1, "failed failed", "", ""),
        *(
            "receiver's name: the scenario says “Administratiekantoor Bakker Apeldoorn”",
            "the screen “Andere Naam B.V.”",
        ),
        slow=True,
    ),
    row("a name that is an attack", fault("hostile_name"), 1, "failed", "", "", "receiver's name: the scenario says"),
    row(
        "controls of other names",
        fault("changed_labels", labels={"Vastleggen": "Definitief maken"}),
        *(
            6,
            "failed skipped",
            "",
            "",
            "review.record is not there",
            "`keten doctor --portal URL --write FILE` finds what it is called now",
        ),
    ),
    row(
        "signed out at the click",
        fault("expire_session", at="submit"),
        *(0, "granted granted", f"{A} {B}", "failed granted granted"),
    ),
    *(
        row(f"signed out at {at}", fault("expire_session", at=at), 0, "granted", A, "granted", slow=True)
        for at in ("receiver", "scope", "costs")
    ),
    row(
        "signed out at the click, twice",
        fault("expire_session", at="submit", times=2),
        *(1, "failed granted", B, "failed failed granted", "asked for a new sign-in at the click, twice"),
        slow=True,
    ),
    redirected(307, f"{FOREIGN}/steal", commit=False, slow=False),
    redirected(302, "/beheer", commit=True, slow=False),
    *(
        redirected(status, to, commit=commit)
        for status in (302, 303, 307, 308)
        for to in ("/beheer", "/beheer/beheer/", f"{FOREIGN}/steal")
        for commit in (False, True)
        if (status, to, commit) not in {(307, f"{FOREIGN}/steal", False), (302, "/beheer", True)}
    ),
]


@pytest.mark.parametrize(("case", "expected"), ROWS)
def test_a_grant_is_recorded_once_or_not_at_all_and_keten_knows_which(
    case: Case, expected: Expected, result: Result
) -> None:
    ran = result.ran
    assert (ran.exit_code, ran.statuses) == (expected.exit_code, expected.statuses), ran.told + ran.stderr
    assert [row["kvk"] for row in result.recorded] == expected.recorded
    assert result.submissions == expected.submissions
    for part in expected.told:
        assert part in ran.told
    intended = {entry["intermediary"]["kvk"]: entry["scope"]["services"] for entry in case.grants}
    for recorded in result.recorded:
        assert sorted(recorded["scope"]["services"]) == sorted(intended[recorded["kvk"]])
    assert result.reached_foreign == 0
    assert json.loads((ran.folder / "run.json").read_text("utf-8")) == ran.document
    for outcome in ran.outcomes:
        _check_notice(outcome, ran.folder)


def _check_notice(outcome: Data, run: Path) -> None:
    """There is one of what was granted as intended, and of nothing else."""
    names = ["notice.txt", "notice.html"] if outcome["status"] == "granted" and not outcome["error"] else []
    folder = f"grants/{outcome['id']}"
    assert outcome["notice"] == [f"{folder}/{name}" for name in names]
    assert sorted(path.name for path in (run / folder).glob("notice.*")) == sorted(names)


def test_every_fault_of_the_stand_in_portal_is_in_the_table() -> None:
    tried = {one["kind"] for param in ROWS for one in param.values[0].faults}
    of_signing_in = {"expire_code", "clock_offset", "second_origin"}  # tests of signing in have them
    assert tried | of_signing_in == {*HITTING, *HOLDING}
