"""A run that cannot begin says why, to people and in one document; it touches no portal."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from automation.mock_portal.data.accounts import PASSWORD, TOTP_SECRET
from tests.cli.conftest import Keten
from tests.e2e.cases import Data, grant, write_scenario
from tests.own_thread import NoSignals

NOBODY = "http://127.0.0.1:1/beheer"
FAR = "https://portal.example/beheer"
CREDENTIALS = {"KETEN_USERNAME": "beheerder", "KETEN_PASSWORD": PASSWORD, "KETEN_TOTP_SECRET": TOTP_SECRET}


@dataclass(frozen=True)
class Refused:
    """How a run ended that did not begin."""

    document: dict[str, Any]
    stderr: str

    @property
    def messages(self) -> list[str]:
        return [error["message"] for error in self.document["errors"]]

    @property
    def told(self) -> str:
        """Every error of the document, with its hint."""
        return "\n".join(f"{error['message']}\n{error['hint']}" for error in self.document["errors"])


Apply = Callable[..., Refused]


@pytest.fixture
def apply(keten: Keten, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Apply:
    """Runs `keten apply --json` in this process, and checks what is so of every refusal."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("automation.run.run.Interruption", NoSignals)

    def run(
        *options: str, exit_code: int, portal: str | None = NOBODY, settings: Mapping[str, str] = CREDENTIALS
    ) -> Refused:
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        there = ("--portal", portal) if portal else ()
        with ThreadPoolExecutor(1) as apart:  # the worker's own thread may have a Playwright of pytest's already
            ended = apart.submit(
                keten, "apply", "scenario.yaml", "--json", *there, "--output", "runs", *options
            ).result()
        refused = Refused(json.loads(ended.stdout), ended.stderr)
        assert ended.exit_code == refused.document["exit_code"] == exit_code, ended.stderr
        assert "Traceback" not in ended.stderr
        return refused

    return run


def test_off_loopback_the_scenario_names_its_journal(apply: Apply, tmp_path: Path) -> None:
    write_scenario(tmp_path, [grant()], limits={"grants": 1, "costs": "EUR 100.00"})

    assert "keten journal init" in apply("--yes", portal=FAR, exit_code=2).told


def test_a_plan_that_cannot_be_made_says_where_what_was_seen_is(
    keten: Keten, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("automation.run.run.Interruption", NoSignals)
    for name, value in (CREDENTIALS | {"KETEN_BROWSER": "/nonexistent"}).items():
        monkeypatch.setenv(name, value)
    write_scenario(tmp_path, [grant()])

    with ThreadPoolExecutor(1) as apart:
        ended = apart.submit(keten, "plan", "scenario.yaml", "--portal", NOBODY).result()

    (folder,) = (tmp_path / "runs").iterdir()
    assert ended.exit_code == 8
    assert ended.stderr.endswith(f"What was seen is in runs/{folder.name}\n")


@pytest.mark.parametrize(
    ("portal", "settings", "options", "exit_code", "told"),
    [
        (None, {}, (), 2, "Give --portal URL or --portal mock, or set KETEN_PORTAL_URL."),
        (FAR, {}, (), 2, "--yes needs `limits`"),
        ("http://192.0.2.1/beheer", {}, (), 2, "http"),
        (NOBODY, {"KETEN_BROWSER": "/nonexistent"}, (), 8, "the browser '/nonexistent' is not installed"),
        (
            NOBODY,
            {"DISPLAY": "", "WAYLAND_DISPLAY": "", "KETEN_BROWSER": "chromium"},
            ("--headed",),
            8,
            "There is no screen here: run without --headed.",
        ),
        (
            NOBODY,
            {},
            ("--output", "scenario.yaml"),
            8,
            "It exists already: move it, or choose another folder with --output.",
        ),
        (NOBODY, {}, ("--profile", "none.yaml"), 2, "none.yaml does not exist"),
        (NOBODY, {"KETEN_TOTP_SECRET": "JBSWY3DP"}, (), 2, "the TOTP secret of 'beheerder' is too short"),
        (NOBODY, {"KETEN_TIMEOUT": "soon"}, (), 2, "KETEN_TIMEOUT"),
    ],
    ids=[
        "no portal",
        "not on this machine",
        "not encrypted",
        "no browser",
        "no screen",
        "a file for a folder",
        "no profile",
        "no secret",
        "no number",
    ],
)
def test_what_is_missing_is_said_in_one_document(
    apply: Apply,
    tmp_path: Path,
    portal: str | None,
    settings: dict[str, str],
    options: tuple[str, ...],
    exit_code: int,
    told: str,
) -> None:
    write_scenario(tmp_path, [grant()])

    assert told in apply("--yes", *options, portal=portal, settings=CREDENTIALS | settings, exit_code=exit_code).told


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"KETEN_PROXY": "socks5://piet:geheim@proxy.example"}, "KETEN_PROXY"),
        ({"KETEN_CA_FILE": "geheim.pem"}, "KETEN_CA_FILE: cannot read a certificate from this file"),
        ({"KETEN_ORIGINS": "https://portal.example@geheim.example"}, "KETEN_ORIGINS"),
    ],
    ids=["proxy", "CA", "origins"],
)
def test_a_setting_of_the_network_that_will_not_do_is_named_and_not_shown(
    apply: Apply, tmp_path: Path, settings: dict[str, str], told: str
) -> None:
    write_scenario(tmp_path, [grant()])

    refused = apply("--yes", settings=CREDENTIALS | settings, exit_code=2)

    assert told in refused.told
    assert "geheim" not in refused.told + refused.stderr


@pytest.mark.parametrize(
    ("grants", "told"),
    [
        ([grant("90000102")], "the receiver 90000102 is the granting organisation itself"),
        ([grant("1234567")], "a leading zero may have been lost in a spreadsheet"),
    ],
    ids=["to oneself", "seven digits"],
)
def test_an_invalid_scenario_is_told_of_by_line_and_column(
    apply: Apply, tmp_path: Path, grants: list[Data], told: str
) -> None:
    write_scenario(tmp_path, grants)

    [message] = apply("--yes", exit_code=2).messages

    assert told in message
    assert "scenario.yaml:" in message
    assert not (tmp_path / "runs").exists()


def test_without_a_terminal_nothing_is_done_that_was_not_agreed_to(apply: Apply, tmp_path: Path) -> None:
    write_scenario(tmp_path, [grant()])

    assert "Run it in a terminal, or give --yes." in apply(exit_code=2).stderr


def test_all_that_keeps_a_run_from_beginning_is_told_at_once(apply: Apply, tmp_path: Path) -> None:
    write_scenario(tmp_path, [grant("1234567")])

    refused = apply("--profile", "none.yaml", portal=None, exit_code=2)

    assert len(refused.messages) == 4
    for part in ("has 7 digits", "none.yaml does not exist", "no portal is given", "keten asks for approval"):
        assert any(part in message for message in refused.messages)
        assert part in refused.stderr
