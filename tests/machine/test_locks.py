"""One organisation is never worked on by two processes at once (law 2.1), whatever their environment."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from automation.errors import Busy
from automation.machine import locks
from automation.machine.locks import folder_of_locks, locked, locked_account

PORTAL, ORGANISATION = "https://portal.example", "90000102"


def test_who_holds_the_organisation_is_named_and_lets_go_in_the_end() -> None:
    with (
        locked(PORTAL, ORGANISATION, "keten apply, run 1"),
        pytest.raises(Busy, match=f"keten apply, run 1, process {os.getpid()}"),
        locked(PORTAL, ORGANISATION, "keten apply, run 2"),
    ):
        pass

    with locked(PORTAL, ORGANISATION, "a later run"), locked(PORTAL, "90000201", "another organisation"):
        pass


def test_an_account_is_used_by_one_process_whatever_organisation_it_serves() -> None:
    with (
        locked(PORTAL, ORGANISATION, "run 1"),
        locked_account(PORTAL, "beheerder", "run 1"),
        locked(PORTAL, "90000201", "run 2"),
        pytest.raises(Busy, match=r"signed in with the account 'Beheerder' at https://portal\.example: run 1"),
        locked_account(PORTAL, "Beheerder", "run 2"),
    ):
        pass

    with locked_account(PORTAL, "beheerder", "a later run"), locked_account(PORTAL, "ander", "another account"):
        pass


@pytest.mark.skipif(os.name != "posix", reason="elsewhere the system says where it is, and not the environment")
def test_one_folder_serves_all_of_a_users_processes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import pwd

    before = folder_of_locks()
    for name in ("XDG_STATE_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path))

    assert folder_of_locks() == before
    assert before.is_relative_to(pwd.getpwuid(os.getuid()).pw_dir)


@pytest.mark.skipif(os.name != "posix", reason="only there a user may have no home")
def test_a_user_without_a_home_has_a_folder_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import pwd

    def nobody(_: int) -> None:
        raise KeyError("getpwuid(): uid not found: 1234")

    monkeypatch.setattr(pwd, "getpwuid", nobody)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))

    assert tmp_path in folder_of_locks().parents
    assert locks.folder_of_locks is not folder_of_locks  # tests lock elsewhere than the developer's own runs
