"""Signing in as people do, with each kind of second factor, and what a refusal leads to; judged by the portal."""

from __future__ import annotations

import os
import pty
import select
import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from automation.mock_portal.data.accounts import PASSWORD, TOTP_SECRET
from automation.mock_portal.server import MockPortal
from tests.e2e.cases import grant, write_scenario, write_yaml
from tests.e2e.keten import LONGEST, PROGRAM, Ran, apply, environment

RECEIVER, OTHER = "69599084", "68750110"
NAMED = {"kvk": "90000102", "name": "Voorbeeld Holding B.V.", "account": "holding"}
LAST_SMS = "import json, sys, urllib.request as r; print(json.load(r.urlopen(sys.argv[1]))['codes'][-1])"
FROM_APP = "import pyotp, sys; print(pyotp.TOTP(sys.argv[1]).now())"


def python(code: str, *arguments: str) -> str:
    return shlex.join([sys.executable, "-c", code, *arguments])


def by_sms(portal: MockPortal) -> dict[str, str]:
    """The settings of an account whose codes a gateway for SMS gives."""
    return {
        "KETEN_USERNAME": "sms",
        "KETEN_SECOND_FACTOR": "command",
        "KETEN_SECOND_FACTOR_COMMAND": python(LAST_SMS, f"{portal.base}/__mock__/sms"),
    }


def kept(folder: Path, **settings: str) -> dict[str, str]:
    """Settings by which one run remembers what another did."""
    places = {name: folder / name.lower() for name in ("XDG_STATE_HOME", "XDG_DATA_HOME")}
    for place in places.values():
        place.mkdir(exist_ok=True)
    return {name: str(place) for name, place in places.items()} | settings


def keten(portal: MockPortal, folder: Path, settings: Mapping[str, str], *arguments: str) -> tuple[int, str]:
    """Any command, without a terminal: its exit code, and all that it says."""
    ran = subprocess.run(
        [*PROGRAM, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=folder,
        env=environment(portal, folder, settings),
        timeout=LONGEST,
        check=False,
    )
    return ran.returncode, ran.stdout


class AtTerminal:
    """A command at a terminal of its own, where a person reads what it says and answers."""

    def __init__(self, portal: MockPortal, folder: Path, settings: Mapping[str, str], *arguments: str) -> None:
        self._terminal, its_end = pty.openpty()
        self.said = ""
        self._process = subprocess.Popen(
            [*PROGRAM, *arguments],
            stdin=its_end,
            stdout=its_end,
            stderr=its_end,
            cwd=folder,
            env=environment(portal, folder, settings) | {"TERM": "dumb"},
            start_new_session=True,
        )
        os.close(its_end)

    def answer(self, question: str, answer: str) -> None:
        """Wait for the question to be asked, and type the answer."""
        before = len(self.said)
        while question not in self.said[before:]:
            assert self._read(), f"it ended, and said: {self.said}"
        os.write(self._terminal, f"{answer}\n".encode())

    def end(self) -> int:
        """Its exit code, once it has said all."""
        while self._read():
            pass
        os.close(self._terminal)
        return self._process.wait(LONGEST)

    def _read(self) -> bool:
        assert select.select([self._terminal], [], [], LONGEST)[0], f"it hangs, and said: {self.said}"
        try:
            read = os.read(self._terminal, 4096)
        except OSError:  # nobody writes to it any more
            return False
        self.said += read.decode("utf-8", "replace")
        return read != b""


def recorded(portal: MockPortal) -> list[str]:
    """Whom the portal's ledger has grants for."""
    return [row["kvk"] for row in portal.ledger()["grants"]]


def refused(ran: Ran, *words: str) -> None:
    assert (ran.exit_code, set(ran.statuses)) == (5, {"skipped"}), ran.told
    for word in words:
        assert word in ran.told


@pytest.mark.slow
def test_a_code_that_a_person_types_lets_in_and_is_never_shown(tmp_path: Path) -> None:
    scenario = write_scenario(tmp_path, [grant(RECEIVER)])
    settings = {"KETEN_USERNAME": "sms", "KETEN_SECOND_FACTOR": "prompt", "KETEN_TOTP_SECRET": ""}
    with MockPortal() as portal:
        refused(apply(portal, scenario, settings=settings), "no terminal")
        assert portal.sms() == []

        run = AtTerminal(portal, tmp_path, settings, "apply", str(scenario), "--yes", "--output", "runs")
        run.answer("One-time code for sms: ", "")
        [code] = portal.sms()
        run.answer("Nothing was typed. One-time code: ", code)

        assert run.end() == 0, run.said
        assert code not in run.said
        assert (recorded(portal), portal.ledger()["sign_ins"]) == ([RECEIVER], 1)


@pytest.mark.slow
def test_a_command_gives_the_code_of_a_device_on_a_second_origin(tmp_path: Path) -> None:
    scenario = write_scenario(tmp_path, [grant(RECEIVER)])
    with MockPortal() as portal:
        portal.faults([{"kind": "second_origin"}])
        settings = {
            "KETEN_USERNAME": "apparaat",
            "KETEN_SECOND_FACTOR": "command",
            "KETEN_SECOND_FACTOR_COMMAND": python(FROM_APP, TOTP_SECRET),
            "KETEN_SIGN_IN_ORIGINS": f'["{portal.second_origin}"]',
        }

        ran = apply(portal, scenario, settings=settings)

        assert (ran.exit_code, ran.statuses) == (0, ["granted"]), ran.told
        assert (recorded(portal), portal.ledger()["sign_ins"]) == ([RECEIVER], 1)
        assert ran.document["setting_sources"]["KETEN_SECOND_FACTOR_COMMAND"] == "environment"


@pytest.mark.slow
def test_the_codes_are_those_of_the_portals_clock(tmp_path: Path) -> None:
    scenario = write_scenario(tmp_path, [grant(RECEIVER)])
    with MockPortal() as portal:
        portal.faults([{"kind": "clock_offset", "seconds": -300}])

        ran = apply(portal, scenario)

        assert (ran.exit_code, recorded(portal)) == (0, [RECEIVER]), ran.told
        assert "s off this one: the one-time code is for the portal's time" in (ran.folder / "log.jsonl").read_text(
            "utf-8"
        )


def test_a_schedule_does_not_lock_an_account_and_changed_credentials_are_tried(tmp_path: Path) -> None:
    scenario = write_scenario(tmp_path, [grant(RECEIVER)])
    wrong, right = kept(tmp_path, KETEN_PASSWORD="verkeerd-en-geheim"), kept(tmp_path)
    with MockPortal(allow_used_codes=True) as portal:
        refused(apply(portal, scenario, settings=wrong), "user name or password", "U heeft nog 2 pogingen.")
        for _ in range(2):
            ran = apply(portal, scenario, settings=wrong)
            refused(ran, "U heeft nog 2 pogingen.", "keten does not try the same credentials again", "keten login")
            assert "browser" not in ran.document  # it was not even started
        assert portal.sign_in() == {"sessions": 0, "refused": 1, "blocked": []}

        run = AtTerminal(portal, tmp_path, wrong, "apply", str(scenario), "--yes", "--output", "runs")
        run.answer("Try the same credentials again? [y/N] ", "y")
        assert run.end() == 5
        assert "one more wrong try locks the account" in " ".join(run.said.split())
        assert "Let op: u heeft nog 1 poging. Daarna wordt uw account geblokkeerd." in " ".join(run.said.split())
        run = AtTerminal(portal, tmp_path, wrong, "apply", str(scenario), "--yes", "--output", "runs")
        run.answer("Try the same credentials again? [y/N] ", "n")
        assert run.end() == 5
        assert portal.sign_in() == {"sessions": 0, "refused": 2, "blocked": []}

        ran = apply(portal, scenario, settings=right)
        assert (ran.exit_code, recorded(portal)) == (0, [RECEIVER]), ran.told


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "settings", "words"),
    [
        ([{"kind": "expire_code"}], {}, ("the one-time code", "it has expired", "“De code is verlopen.")),
        pytest.param(
            [],
            {"KETEN_TOTP_SECRET": "A" * 32},
            ("refuses the one-time code", "“De code is onjuist."),
            marks=pytest.mark.slow,
        ),
        pytest.param([], {"KETEN_USERNAME": "laag"}, ("level EH3 or higher", "niveau EH2"), marks=pytest.mark.slow),
    ],
    ids=["an expired code", "a wrong code", "a level too low"],
)
def test_a_refusal_is_named_and_remembered(
    tmp_path: Path, fault: list[dict[str, Any]], settings: dict[str, str], words: tuple[str, ...]
) -> None:
    scenario = write_scenario(tmp_path, [grant(RECEIVER)])
    with MockPortal() as portal:
        portal.faults(fault)
        for _ in range(2):
            refused(apply(portal, scenario, settings=kept(tmp_path, **settings)), words[-1].strip("“"))
        [first, _] = sorted(tmp_path.glob("runs/*/run.json"))
        assert all(word in first.read_text("utf-8") for word in words)
        assert portal.sign_in()["refused"] == 1


@pytest.mark.slow
def test_a_locked_account_is_called_locked(tmp_path: Path) -> None:
    scenario = write_scenario(tmp_path, [grant(RECEIVER)])
    with MockPortal() as portal:
        for password in ("fout-1", "fout-2", "fout-3"):  # each is another one, and so is tried
            ran = apply(portal, scenario, settings=kept(tmp_path, KETEN_PASSWORD=password))
        refused(ran, "the account 'beheerder' is locked", "“Uw account is geblokkeerd.", "Have it unlocked")


@pytest.mark.slow
def test_what_is_not_the_credentials_fault_is_not_held_against_them(tmp_path: Path) -> None:
    scenario = write_scenario(tmp_path, [grant(RECEIVER)])
    settings = kept(tmp_path)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    other = write_scenario(elsewhere, [grant(RECEIVER)], organisation={"kvk": "90004760", "name": "Ander B.V."})
    with MockPortal(allow_used_codes=True) as portal:
        portal.faults([{"kind": "maintenance"}])
        assert apply(portal, scenario, settings=settings).exit_code == 6
        portal.faults([])
        refused(apply(portal, other, settings=settings | {"KETEN_USERNAME": "twee"}), "cannot act for 90004760")

        ran = apply(portal, scenario, settings=settings | {"KETEN_USERNAME": "twee"})

        assert (ran.exit_code, recorded(portal)) == (0, [RECEIVER]), ran.told


@pytest.mark.slow
def test_where_the_portal_never_says_for_whom_one_acts_a_person_says_yes_in_each_run(tmp_path: Path) -> None:
    scenario = write_scenario(tmp_path, [grant(RECEIVER)])
    profile = write_yaml(tmp_path / "profile.yaml", {"own_organisation": "not-shown"})
    arguments = ("apply", str(scenario), "--yes", "--profile", str(profile), "--output", "runs")
    with MockPortal(allow_used_codes=True) as portal:
        code, said = keten(portal, tmp_path, {}, *arguments)
        assert (code, portal.ledger()["sign_ins"]) == (2, 0)
        assert "--yes is not enough" in said

        run = AtTerminal(portal, tmp_path, {}, *arguments)
        run.answer("[y/N] ", "n")
        assert (run.end(), recorded(portal)) == (0, [])
        run = AtTerminal(portal, tmp_path, {}, *arguments)
        run.answer("[y/N] ", "y")
        assert (run.end(), recorded(portal)) == (0, [RECEIVER]), run.said


@pytest.mark.slow
def test_credentials_from_the_keyring_sign_in(tmp_path: Path) -> None:
    scenario = write_scenario(tmp_path, [grant(RECEIVER)], organisation=NAMED)
    keyring = {
        "PYTHON_KEYRING_BACKEND": "tests.keyring_in_file.Keyring",
        "KEYRING_FILE": str(tmp_path / "keyring.json"),
        "PYTHONPATH": str(Path(__file__).parents[3]),
    }
    with MockPortal() as portal:
        store = AtTerminal(portal, tmp_path, keyring, "login", "--store", "--account", "holding")
        for question, answer in (("User name", "beheerder"), ("Password", PASSWORD), ("TOTP secret", TOTP_SECRET)):
            store.answer(question, answer)
        assert store.end() == 0
        assert PASSWORD not in store.said
        assert TOTP_SECRET not in store.said

        ran = apply(portal, scenario, settings=keyring)

        assert (ran.exit_code, recorded(portal)) == (0, [RECEIVER]), ran.told
        assert ran.document["setting_sources"]["KETEN_ACCOUNTS__HOLDING__PASSWORD"] == "keyring"
        assert keten(portal, tmp_path, {}, "login", "--store")[0] == 2
