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
        (services("90004006", "UWV: Verzuimmeldr"), "failed", "What comes near on the portal: “Verzuimmelder (UWV)”"),
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
        (grant(A), "failed", "the costs cannot be read: '€ 12,20 per jaar' is not one amount in euros"),
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
        told=("“Gebruikersnaam of wachtwoord is onjuist. U heeft nog 2 pogingen.”", "not tried again by itself"),
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
        told=("the portal acts for “Voorbeeld Holding B.V. (KvK 90000102)”, the scenario is of Voorbeeld Vastgoed",),
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
        assert ran.outcomes[0]["error"] == "not tried: the plan was not agreed to"
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


def test_off_loopback_the_scenario_names_its_journal(tmp_path: Path) -> None:
    limited = {"limits": {"grants": 1, "costs": "EUR 100.00"}}
    ran = apply("https://portal.example/beheer", write_scenario(tmp_path, [grant(A)], **limited))

    assert ran.exit_code == 2
    assert "keten journal init" in ran.told


@pytest.mark.parametrize(
    ("address", "settings", "options", "exit_code", "told"),
    [
        (None, {}, (), 2, "Give --portal URL, --portal mock, or KETEN_PORTAL_URL."),
        ("https://portal.example/beheer", {}, (), 2, "--yes needs `limits`"),
        ("http://192.0.2.1/beheer", {}, (), 2, "http"),
        (
            "http://127.0.0.1:1/beheer",
            {"KETEN_BROWSER": "/nonexistent"},
            (),
            8,
            "Browser '/nonexistent' is not on this",
        ),
        (
            "http://127.0.0.1:1/beheer",
            {},
            ("--output", "scenario.yaml"),
            8,
            "It exists already: move it, or choose another folder with --output.",
        ),
        ("http://127.0.0.1:1/beheer", {}, ("--profile", "none.yaml"), 2, "none.yaml does not exist"),
        (
            "http://127.0.0.1:1/beheer",
            {"KETEN_TOTP_SECRET": "JBSWY3DP"},
            (),
            2,
            "the TOTP secret of 'beheerder' cannot be used",
        ),
        ("http://127.0.0.1:1/beheer", {"KETEN_TIMEOUT": "soon"}, (), 2, "KETEN_TIMEOUT"),
    ],
    ids=[
        "no portal",
        "not on this machine",
        "not encrypted",
        "no browser",
        "a file for a folder",
        "no profile",
        "no secret",
        "no number",
    ],
)
def test_what_cannot_begin_says_why_in_one_document(
    tmp_path: Path, address: str | None, settings: dict[str, str], options: tuple[str, ...], exit_code: int, told: str
) -> None:
    ran = apply(address, write_scenario(tmp_path, [grant(A)]), *options, settings=settings)
    assert ran.exit_code == ran.document["exit_code"] == exit_code, ran.stderr
    assert told in "\n".join(f"{error['message']}\n{error['hint']}" for error in ran.document["errors"])
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize(
    ("grants", "told"),
    [
        ([grant("90000102")], "the receiver 90000102 is the granting organisation itself"),
        ([grant("1234567")], "a leading zero may have been lost in a spreadsheet"),
    ],
    ids=["to oneself", "seven digits"],
)
def test_an_invalid_scenario_is_told_of_by_line_and_column(tmp_path: Path, grants: list[Data], told: str) -> None:
    ran = apply("http://127.0.0.1:1/beheer", write_scenario(tmp_path, grants))
    assert ran.exit_code == 2
    [error] = ran.document["errors"]
    assert told in error["message"]
    assert f"{tmp_path / 'scenario.yaml'}:" in error["message"]
    assert not (tmp_path / "runs").exists()


def test_without_a_terminal_nothing_is_done_that_was_not_agreed_to(tmp_path: Path) -> None:
    with Path(os.devnull).open() as no_terminal:
        ran = apply("http://127.0.0.1:1/beheer", write_scenario(tmp_path, [grant(A)]), terminal=no_terminal.fileno())
    assert ran.exit_code == 2
    assert "Without a terminal, give --yes." in ran.stderr


def test_all_that_keeps_a_run_from_beginning_is_told_at_once(tmp_path: Path) -> None:
    settings = {"KETEN_USERNAME": "beheerder"}
    with Path(os.devnull).open() as no_terminal:
        scenario = write_scenario(tmp_path, [grant("1234567")])
        options = ("--profile", "none.yaml")
        ran = apply(None, scenario, *options, settings=settings, terminal=no_terminal.fileno())

    told = [error["message"] for error in ran.document["errors"]]
    assert (ran.exit_code, len(told)) == (2, 4)
    for part in ("has 7 digits", "none.yaml does not exist", "no portal is named", "a question must be answered"):
        assert any(part in message for message in told)
        assert part in ran.stderr
