"""What cannot be granted as it is written is said clearly, with the right exit code, and nothing wrong is recorded."""

from __future__ import annotations

import os
import pty
import socket
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from automation.mock_portal.server import MockPortal
from tests.e2e.cases import Case, Data, Result, grant, write_scenario
from tests.e2e.keten import apply, await_question, finish, start

A = "90004001"
ELSEWHERE = {"organisation": {"kvk": "90000201", "name": "Voorbeeld Vastgoed B.V."}}
NOT_OFFERED = {"organisation": {"kvk": "90000301", "name": "Voorbeeld Elders B.V."}}


def services(kvk: str, *names: str) -> Data:
    return grant(kvk, scope={"services": list(names)})


@dataclass(frozen=True)
class Expected:
    """What must come of a case: of each entry the status and a part of what is told, and who granted to whom."""

    exit_code: int
    entries: list[tuple[str, str]]
    recorded: list[tuple[str, str]] = field(default_factory=list)
    told: tuple[str, ...] = ()


ESSENTIAL = {"receivers", "the account of another organisation"}
"""Those that `.ci/run` tries; the others take their time."""


def row(name: str, exit_code: int, *entries: tuple[Data, str, str], **more: Any) -> Any:
    """A row of the table: each entry with its status and a part of what is told of it."""
    keys = {"recorded", "told"} & set(more)
    expected = Expected(exit_code, [(status, told) for _, status, told in entries], **{k: more.pop(k) for k in keys})
    marks = [pytest.mark.slow] if more.pop("slow", name not in ESSENTIAL) else []
    return pytest.param(Case(name, [entry for entry, *_ in entries], **more), expected, id=name, marks=marks)


ROWS = [
    row(
        "receivers",
        1,
        (grant("12345678"), "failed", "Geen organisatie gevonden met KvK-nummer 12345678."),
        (grant("90000990"), "failed", "Deze organisatie is uitgeschreven"),
        (grant("69599084", name="Salarisbureau De Wit"), "failed", "the screen “Salarisbureau De Vries”"),
        (grant("68750110", name="accountantskantoor JANSEN"), "granted", ""),
        recorded=[("90000102", "68750110")],
    ),
    row(
        "services",
        1,
        (services("90004001", "UWV: Bestaat niet"), "failed", "UWV: Bestaat niet"),
        (
            services("90004006", "UWV: Verzuimmeldr"),
            "failed",
            "something similar: “Verzuimmelder (UWV)”",
        ),
        (
            services("90004002", "UWV: Inzage dossier"),
            "failed",
            "scope.service: “UWV: Inzage dossier” is there 2 times",
        ),
        (services("90004003", "UWV: Beheer toegangsrechten"), "failed", "it is disabled"),
        (grant("90004004", scope={"providers": ["UWW"]}), "failed", "UWW"),
        (services("90004005", "UWV: Verzuimmelder (proef)", "UWV: Berichtenbox"), "granted", ""),
        recorded=[("90000102", "90004005")],
        settings={"KETEN_TIMEOUT": "12"},
    ),
    row(
        "costs above the ceiling",
        1,
        (
            grant(A, costs={"agree": True, "at_most": "EUR 12.19"}),
            "failed",
            "EUR 12.20 is above the ceiling of EUR 12.19",
        ),
        (grant("90004002", costs={"agree": True, "at_most": "EUR 12.20"}), "granted", ""),
        recorded=[("90000102", "90004002")],
    ),
    row(
        "costs a year",
        1,
        (grant(A), "failed", "the costs cannot be read: '€ 12,20 per jaar' is not a single amount in euros"),
        faults=[{"kind": "changed_labels", "labels": {"incl. btw": "per jaar"}}],
    ),
    row(
        "over the limit",
        2,
        (grant(A), "skipped", ""),
        (grant("90004002"), "skipped", ""),
        other={"limits": {"grants": 1}},
        told=("the plan records 2 grants, the scenario's limit is 1 a run", "raise `limits.grants`"),
    ),
    row(
        "dearer than the limit",
        2,
        (grant(A), "skipped", ""),
        other={"limits": {"costs": "EUR 99.99"}},
        told=("the plan may cost EUR 100.00, the scenario's limit is EUR 99.99 a run",),
        slow=True,
    ),
    row(
        "a wrong password",
        5,
        (grant(A), "skipped", ""),
        settings={"KETEN_PASSWORD": "verkeerd-en-geheim"},
        told=("“Gebruikersnaam of wachtwoord is onjuist. U heeft nog 2 pogingen.”", "keten does not try again"),
    ),
    row(
        "a wrong secret for the one-time codes",
        5,
        (grant(A), "skipped", ""),
        settings={"KETEN_TOTP_SECRET": "A" * 32},
        told=("De code is onjuist.",),
        slow=True,
    ),
    row(
        "a means of too low a level",
        5,
        (grant(A), "skipped", ""),
        settings={"KETEN_USERNAME": "laag"},
        told=("Uw inlogmiddel heeft niveau EH2.",),
    ),
    row(
        "an account of two organisations",
        0,
        (grant(A), "granted", ""),
        settings={"KETEN_USERNAME": "twee"},
        other=ELSEWHERE,
        recorded=[("90000201", A)],
    ),
    row(
        "an organisation that is not offered",
        5,
        (grant(A), "skipped", ""),
        settings={"KETEN_USERNAME": "twee"},
        other=NOT_OFFERED,
        told=("'twee' cannot act for 90000301",),
    ),
    row(
        "the account of another organisation",
        5,
        (grant(A), "skipped", ""),
        other=ELSEWHERE,
        told=("you act for “Voorbeeld Holding B.V. (KvK 90000102)” at the portal, and the scenario is for Voorbeeld",),
    ),
]


@pytest.mark.parametrize(("case", "expected"), ROWS)
def test_what_is_wrong_is_said_clearly_and_nothing_wrong_is_recorded(
    case: Case, expected: Expected, result: Result
) -> None:
    ran = result.ran
    assert ran.exit_code == ran.document["exit_code"] == expected.exit_code, ran.told + ran.stderr
    assert ran.statuses == [status for status, _ in expected.entries], ran.told
    for outcome, (_, part) in zip(ran.outcomes, expected.entries, strict=True):
        assert part in (outcome["error"] or "")
    for part in expected.told:
        assert part in ran.told
    assert [(row["organisation"], row["kvk"]) for row in result.recorded] == expected.recorded
    assert len(result.submissions) == len(expected.recorded)
    assert "verkeerd-en-geheim" not in ran.stderr + ran.told
    for outcome in ran.outcomes:
        if outcome["status"] == "failed":
            _check_what_a_failure_leaves(outcome, ran.folder)


def _check_what_a_failure_leaves(outcome: Data, run: Path) -> None:
    """A picture of the screen, and what it says."""
    folder = f"failures/{outcome['id']}"
    assert {f"{folder}/screen.png", f"{folder}/aria.yaml"} <= set(outcome["evidence"])
    assert (run / folder / "screen.png").read_bytes().startswith(b"\x89PNG")


def test_an_account_that_is_locked_is_not_tried_further(tmp_path: Path) -> None:
    with MockPortal() as portal:
        for _ in range(3):
            wrong = urllib.parse.urlencode({"gebruikersnaam": "beheerder", "wachtwoord": "fout"}).encode()
            urllib.request.urlopen(portal.url, wrong).close()
        ran = apply(portal, write_scenario(tmp_path, [grant(A)]))
        assert (ran.exit_code, ran.statuses) == (5, ["skipped"])
        assert "Uw account is geblokkeerd." in ran.told
        assert portal.ledger() == {"grants": [], "submissions": [], "sign_ins": 0}


def test_no_at_the_question_records_nothing_whatever_was_typed_before(tmp_path: Path) -> None:
    ours, terminal = pty.openpty()
    with MockPortal() as portal, os.fdopen(ours, "wb", buffering=0) as keyboard, os.fdopen(terminal):
        keyboard.write(b"y\n")
        run = start(portal, write_scenario(tmp_path, [grant(A)]), "--quiet", terminal=terminal)
        told = await_question(run)
        keyboard.write(b"n\n")
        ran = finish(run)
        assert (ran.exit_code, ran.statuses, ran.document["declined"]) == (0, ["skipped"], True)
        assert ran.outcomes[0]["error"] == "not tried: the plan was not approved"
        assert "1 to grant, 0 to renew" in told
        assert "Record 1 grant, at most EUR 100.00?" in told
        assert portal.ledger()["submissions"] == []


@pytest.mark.slow
def test_yes_at_the_question_records_what_was_asked(tmp_path: Path) -> None:
    ours, terminal = pty.openpty()
    with MockPortal() as portal, os.fdopen(ours, "wb", buffering=0) as keyboard, os.fdopen(terminal):
        run = start(portal, write_scenario(tmp_path, [grant(A)]), terminal=terminal)
        await_question(run)
        keyboard.write(b"y\n")
        ran = finish(run)
        assert (ran.exit_code, ran.statuses, ran.document["declined"]) == (0, ["granted"], False)
        assert [row["kvk"] for row in portal.ledger()["grants"]] == [A]


def test_a_portal_that_is_down_cannot_be_reached(tmp_path: Path) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # taken, so that nobody else listens there
        address = f"http://127.0.0.1:{nobody.getsockname()[1]}/beheer"
        ran = apply(address, write_scenario(tmp_path, [grant(A)]))
    assert (ran.exit_code, ran.statuses) == (6, ["skipped"])
    assert f"the portal cannot be reached at {urllib.parse.urlsplit(address).netloc}: connection refused" in ran.told
