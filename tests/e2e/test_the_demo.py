"""The whole job as a newcomer sees it: three grants in one go, with proofs that others can check."""

from __future__ import annotations

import json
import re
import stat
import struct
import subprocess
import time
from pathlib import Path
from typing import Any

import pyotp
import pytest

from automation.inputs.scenario import example
from automation.mock_portal.clock import today, years_later
from automation.mock_portal.data.accounts import PASSWORD, TOTP_SECRET
from automation.mock_portal.server import MockPortal
from tests.e2e.keten import PROGRAM, Ran, apply, environment

IDS = ["accountant", "payroll", "group-administration"]
GRANTS = [
    ("68750110", "Accountantskantoor Jansen B.V.", {"providers": ["Belastingdienst", "UWV"]}, 5, "39.95"),
    (
        "69599084",
        "Salarisbureau De Vries",
        {"services": ["Belastingdienst: Loonheffingen", "UWV: Verzuimmelder"]},
        2,
        "10.75",
    ),
    ("90004760", "Groepsadministratie Noord", {"general": "all services now and in the future"}, 5, "54.70"),
]
WORDS = {
    "accountant": ["90000102", "68750110", "alle diensten, nu en later, van:", "- Belastingdienst", "- UWV", "We-ID"],
    "payroll": [
        "90000102",
        "69599084",
        "- Belastingdienst: Loonheffingen",
        "- UWV: Verzuimmelder",
        "We-ID",
        "KvK number",
    ],
    "group-administration": [
        "90000102",
        "90004760",
        "Algemene bevoegdheid: alle diensten, nu en in de toekomst",
        "We-ID",
    ],
}


def test_the_demo_grants_all_three_with_proofs_that_others_can_check(tmp_path: Path) -> None:
    command = [*PROGRAM, "demo", "--json", "--output", str(tmp_path / "proofs")]
    settings = environment(None, tmp_path, {})
    done = subprocess.run(command, cwd=tmp_path, env=settings, capture_output=True, text=True, timeout=300, check=False)
    demo = Ran(done.returncode, json.loads(done.stdout), done.stderr)

    assert demo.exit_code == 0, demo.stderr
    assert [outcome["id"] for outcome in demo.outcomes] == IDS
    assert demo.statuses == ["granted"] * 3
    assert all(outcome["listed"] for outcome in demo.outcomes)
    # The document is kept as it was printed.
    assert json.loads((demo.folder / "run.json").read_text("utf-8")) == demo.document
    only_the_owner_can_read_it(demo)
    the_manifest_vouches_for_every_file(demo)
    for entry in IDS:
        it_has_two_pictures_that_can_be_read(demo, entry)
        its_notice_says_the_four_facts(demo, entry)
    the_log_is_lines_of_json_and_no_file_holds_a_secret(demo)


def only_the_owner_can_read_it(demo: Ran) -> None:
    for path in [demo.folder, *demo.folder.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def the_manifest_vouches_for_every_file(demo: Ran) -> None:
    checked = subprocess.run(
        ["sha256sum", "--check", "--strict", "manifest-sha256.txt"],
        cwd=demo.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr
    files = {str(path.relative_to(demo.folder)) for path in demo.folder.rglob("*") if path.is_file()}
    assert set(re.findall(r"(?m)^(.+): OK$", checked.stdout)) == files - {"manifest-sha256.txt"}


def it_has_two_pictures_that_can_be_read(demo: Ran, entry: str) -> None:
    for name in ("review.png", "confirmation.png"):
        picture = (demo.folder / "grants" / entry / name).read_bytes()
        assert picture.startswith(b"\x89PNG\r\n\x1a\n")
        width, height = struct.unpack(">II", picture[16:24])
        assert (width, height) >= (1000, 700)
        assert height >= 700


def its_notice_says_the_four_facts(demo: Ran, entry: str) -> None:
    text = (demo.folder / "grants" / entry / "notice.txt").read_text("utf-8")
    html = (demo.folder / "grants" / entry / "notice.html").read_text("utf-8")
    for word in WORDS[entry]:
        assert word in text
        assert word.removeprefix("- ") in html


def the_log_is_lines_of_json_and_no_file_holds_a_secret(demo: Ran) -> None:
    lines = [json.loads(line) for line in (demo.folder / "log.jsonl").read_text("utf-8").splitlines()]
    assert {"intent", "released", "answered", "outcome"} <= {line["event"] for line in lines}
    now = int(time.time())
    codes = {pyotp.TOTP(TOTP_SECRET).at(moment) for moment in range(now - 180, now + 31, 30)}
    for path in demo.folder.rglob("*"):
        if path.suffix in {".json", ".jsonl", ".txt", ".html"}:
            text = path.read_text("utf-8")
            assert not [secret for secret in (PASSWORD, TOTP_SECRET) if secret in text], path
            assert not codes & set(re.findall(r"(?<![0-9-])[0-9]{6}(?![0-9])", text)), path


def in_order(scope: dict[str, Any]) -> dict[str, Any]:
    return {kind: sorted(held) if isinstance(held, list) else held for kind, held in scope.items()}


@pytest.mark.slow
def test_its_scenario_is_in_the_ledger_once_and_a_second_run_keeps_all(tmp_path: Path) -> None:
    scenario = tmp_path / "demo.yaml"
    scenario.write_bytes(example("demo.yaml").read_bytes())
    with MockPortal(allow_used_codes=True) as portal:
        ran = apply(portal, scenario)
        ledger = portal.ledger()
        again = apply(portal, scenario)
        after = portal.ledger()

    the_ledger_holds_just_the_scenarios_grants(ran, ledger)
    the_document_says_what_the_ledger_holds(ran, ledger)
    assert (again.exit_code, again.statuses) == (0, ["kept"] * 3)
    assert after == ledger | {"sign_ins": 2}


def the_ledger_holds_just_the_scenarios_grants(ran: Ran, ledger: dict[str, Any]) -> None:
    assert ran.exit_code == 0, ran.stderr
    assert [row | {"scope": in_order(row["scope"])} for row in ledger["grants"]] == [
        {
            "reference": outcome["reference"],
            "organisation": "90000102",
            "kvk": kvk,
            "name": name,
            "scope": scope,
            "valid_from": today().isoformat(),
            "valid_until": years_later(today(), years).isoformat(),
            "costs": {"amount": costs, "currency": "EUR"},
            "status": "present",
        }
        for outcome, (kvk, name, scope, years, costs) in zip(ran.outcomes, GRANTS, strict=True)
    ]
    assert [submission["outcome"] for submission in ledger["submissions"]] == ["granted"] * 3
    assert ledger["sign_ins"] == 1


def the_document_says_what_the_ledger_holds(ran: Ran, ledger: dict[str, Any]) -> None:
    for outcome, row in zip(ran.outcomes, ledger["grants"], strict=True):
        for field in ("reference", "kvk", "name", "valid_from", "valid_until", "costs"):
            assert outcome[field] == row[field]
        assert in_order(outcome["scope"]) == in_order(row["scope"])
