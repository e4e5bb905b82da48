"""One-time codes: never the same one twice, by no run of this user."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path
from typing import Any

import pyotp
import pytest

from automation.errors import SettingsError, StorageError
from automation.machine.masking import MASK, SECRETS
from automation.session.codes import Totp, UsedCodes

SECRET = "KRUGKIDROVUWG2ZAMJZG653OEBTG66BA"  # of this file alone, and the same in every process
PORTAL = "https://portal.example"


class Clock:
    """A clock that goes on only by waiting."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, now: float) -> None:
        self.now = now
        self.waited: list[float] = []
        monkeypatch.setattr(time, "time", lambda: self.now)

    def wait(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch, 1_000_000_000.0)  # 10 seconds into a period of 30


def test_a_code_is_the_one_of_this_moment(clock: Clock, tmp_path: Path) -> None:
    assert Totp(SECRET, PORTAL, "a", tmp_path).next_code(clock.wait) == pyotp.TOTP(SECRET).at(int(clock.now))
    assert clock.waited == []


def test_another_run_waits_for_the_next_code(clock: Clock, tmp_path: Path) -> None:
    codes = [Totp(SECRET, PORTAL, "a", tmp_path).next_code(clock.wait) for _ in range(3)]

    assert len(set(codes)) == 3
    assert clock.waited == [20, 30]


def test_a_code_is_a_secret_from_the_moment_that_it_is_given_out(clock: Clock, tmp_path: Path) -> None:
    code = Totp(SECRET, PORTAL, "a", tmp_path).next_code(clock.wait)

    assert UsedCodes(PORTAL, "a", tmp_path).claim("654321")
    assert SECRETS.text(f"{code} 654321") == f"{MASK} {MASK}"


def test_a_code_that_was_used_before_is_no_secret_any_more(tmp_path: Path) -> None:
    used = UsedCodes(PORTAL, "a", tmp_path)

    assert [used.claim("654321"), used.claim("654321")] == [True, False]
    assert SECRETS.text("reference 654321") == "reference 654321"


def test_another_account_or_portal_does_not_wait(clock: Clock, tmp_path: Path) -> None:
    for portal, account in [(PORTAL, "a"), (PORTAL, "b"), ("https://other.example", "a")]:
        Totp(SECRET, portal, account, tmp_path).next_code(clock.wait)

    assert clock.waited == []


def test_who_waits_for_the_next_code_or_is_at_work_on_it_keeps_no_other_account_waiting(tmp_path: Path) -> None:
    mine, other = UsedCodes(PORTAL, "a", tmp_path), UsedCodes(PORTAL, "b", tmp_path)
    moment = 1_000_000_000.0
    others: list[int] = []

    def now() -> float:
        others.append(other.claim_step(lambda: moment + 30 * len(others), no_wait))
        return moment

    def no_wait(_: float) -> None:
        raise AssertionError("it was kept waiting")

    first = mine.claim_step(now, no_wait)

    assert (first, others) == (33_333_333, [33_333_333])


def test_who_waits_for_the_next_code_does_not_keep_its_own_account(tmp_path: Path) -> None:
    mine, again = UsedCodes(PORTAL, "a", tmp_path), UsedCodes(PORTAL, "a", tmp_path)
    taken: list[int] = []
    moment = [1_000_000_000.0]

    def quicker(seconds: float) -> None:
        moment[0] += seconds
        if not taken:
            taken.append(again.claim_step(lambda: moment[0], quicker))

    steps = [mine.claim_step(lambda: moment[0], quicker) for _ in range(2)]

    assert [*steps, *taken] == [33_333_333, 33_333_335, 33_333_334]


def test_a_code_that_is_nearly_over_is_not_used(clock: Clock, tmp_path: Path) -> None:
    clock.now += 18

    assert Totp(SECRET, PORTAL, "a", tmp_path).next_code(clock.wait) == pyotp.TOTP(SECRET).at(int(clock.now))
    assert clock.waited == [2]


def test_what_is_kept_holds_neither_code_nor_account(clock: Clock, tmp_path: Path) -> None:
    code = Totp(SECRET, PORTAL, "beheerder", tmp_path).next_code(clock.wait)
    kept = "".join(file.read_text() for file in tmp_path.rglob("*") if file.is_file())

    assert kept != ""
    assert not any(secret in kept for secret in (code, "beheerder", SECRET))


@pytest.mark.parametrize("secret", ["not base 32!", "ABCDEFGH", ""])
def test_a_secret_that_cannot_be_used_is_named_without_being_shown(secret: str) -> None:
    with pytest.raises(SettingsError, match="TOTP secret of 'a'") as caught:
        Totp(secret, PORTAL, "a")

    assert not secret or secret not in str(caught.value)


def test_a_state_folder_that_cannot_be_written_stops_before_a_code_is_used(clock: Clock, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(StorageError, match="cannot write down"):
        Totp(SECRET, PORTAL, "a", tmp_path / "file").next_code(clock.wait)


def test_a_secret_that_is_too_short_says_what_to_do() -> None:
    with pytest.raises(SettingsError, match=r"16 characters \(80 bits\), and needs 23") as caught:
        Totp("JBSWY3DPEHPK3PXP", PORTAL, "a")

    assert "KETEN_SECOND_FACTOR=command" in caught.value.hint
    assert "JBSW" not in str(caught.value)


def test_a_secret_may_be_written_in_groups_and_small_letters(clock: Clock, tmp_path: Path) -> None:
    written = " ".join(SECRET[i : i + 4].lower() for i in range(0, len(SECRET), 4))

    assert Totp(written, PORTAL, "a", tmp_path).next_code(clock.wait) == pyotp.TOTP(SECRET).at(int(clock.now))


@pytest.mark.parametrize(("offset", "used"), [(600.0, 600), (-45.0, -45), (1.5, 0), (4000.0, 0)])
def test_the_code_is_that_of_the_portals_time_as_far_as_that_can_be(
    clock: Clock, tmp_path: Path, offset: float, used: int
) -> None:
    code = Totp(SECRET, PORTAL, "a", tmp_path).next_code(clock.wait, offset)

    assert code == pyotp.TOTP(SECRET).at(int(clock.now) + used)


def test_by_the_portals_time_too_a_code_that_is_nearly_over_is_not_used(clock: Clock, tmp_path: Path) -> None:
    Totp(SECRET, PORTAL, "a", tmp_path).next_code(clock.wait, 18.0)

    assert clock.waited == [2]


@pytest.mark.parametrize(
    ("rest", "options"),
    [
        ("", {}),
        ("&issuer=We-ID&digits=6&period=30&algorithm=SHA1", {}),
        ("&digits=8", {"digits": 8}),
        ("&period=60", {"interval": 60}),
        ("&algorithm=SHA256", {"digest": hashlib.sha256}),
        ("&algorithm=sha512&digits=7", {"digest": hashlib.sha512, "digits": 7}),
    ],
)
def test_an_otpauth_address_gives_the_codes_of_its_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rest: str, options: dict[str, Any]
) -> None:
    clock = Clock(monkeypatch, 1_700_000_000.0)
    totp = Totp(f"otpauth://totp/We-ID:beheerder?secret={SECRET.lower()}{rest}", "https://a.example", "x", tmp_path)

    assert totp.next_code(clock.wait) == pyotp.TOTP(SECRET, **options).at(int(clock.now))


@pytest.mark.parametrize(
    ("address", "told"),
    [
        (f"otpauth://hotp/x?secret={SECRET}&counter=1", "not for time-based codes"),
        ("otpauth-migration://offline?data=CjUKJ0dFSEVJTQ", "not for time-based codes"),
        ("otpauth://totp/x?issuer=We-ID", "has no .secret=…."),
        (f"otpauth://totp/x?secret={SECRET}&digits=10", "codes of 10 digits"),
        (f"otpauth://totp/x?secret={SECRET}&algorithm=MD5", "algorithm is not supported"),
        (f"otpauth://totp/x?secret={SECRET}&period=0", "a period of 0 seconds"),
        ("otpauth://totp/x?secret=1018", "TOTP secret of 'x'"),
    ],
)
def test_an_otpauth_address_of_another_kind_is_refused_plainly_and_not_shown(address: str, told: str) -> None:
    with pytest.raises(SettingsError, match=told) as caught:
        Totp(address, "https://a.example", "x")
    assert SECRET not in str(caught.value)
    assert "GEHEIM" not in str(caught.value)
