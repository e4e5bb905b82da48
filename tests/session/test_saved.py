"""Saved sessions: encrypted, the owner's alone, for one account at one portal, and gone when forgotten."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from automation.errors import StorageError
from automation.session.saved import SavedSession
from tests.keyrings import null_keyring, using, working

if TYPE_CHECKING:
    from playwright.sync_api import StorageState

PORTAL = "https://portal.example"
STATE: StorageState = {
    "cookies": [],
    "origins": [{"origin": PORTAL, "localStorage": [{"name": "a", "value": "s3cret"}]}],
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    with working(tmp_path):
        yield tmp_path


def session(
    portal: str = PORTAL, named: str | None = None, username: str | None = "u", organisation: str = "90000102"
) -> SavedSession:
    return SavedSession.of(portal, named, organisation, username, said.append)


said: list[str] = []


@pytest.fixture(autouse=True)
def _nothing_said() -> None:
    said.clear()


def files(folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file() and file.name != "keyring.json"]


def test_what_was_saved_is_what_the_next_run_begins_with(folder: Path) -> None:
    session().save(STATE)

    assert session().is_there
    assert session().load() == STATE
    assert said == []


def test_its_file_is_encrypted_and_the_owners_alone_and_its_key_is_in_the_keyring(folder: Path) -> None:
    session().save(STATE)
    (file,) = files(folder)

    assert b"s3cret" not in file.read_bytes()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert len(json.loads((folder / "keyring.json").read_text())) == 1


def test_without_a_keyring_the_key_is_in_a_file_of_the_owners_and_that_is_said_once(folder: Path) -> None:
    with using(null_keyring()):
        session().save(STATE)
        session().save(STATE)

        (key,) = files(folder / "data")
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
        assert session().load() == STATE
        assert len(said) == 1
        assert str(key) in said[0]


@pytest.mark.parametrize(
    "other",
    [{"portal": "https://other.example"}, {"named": "holding"}, {"username": "v"}, {"organisation": "90000201"}],
    ids=str,
)
def test_it_is_of_one_account_at_one_portal_for_one_organisation(folder: Path, other: dict[str, str]) -> None:
    session().save(STATE)

    assert session(**other).load() is None


def test_all_of_an_account_are_found_whatever_organisation_they_act_for(folder: Path) -> None:
    session().save(STATE)
    session(organisation="90000201").save(STATE)
    session(named="holding").save(STATE)

    found = SavedSession.all_of(PORTAL, None, "u", said.append)
    assert [one.load() for one in found] == [STATE, STATE]
    for one in found:
        one.forget()
    assert not session().is_there
    assert session(named="holding").load() == STATE


def test_who_signs_in_by_hand_need_not_say_by_which_name(folder: Path) -> None:
    session().save(STATE)

    assert session(username=None).load() == STATE


@pytest.mark.parametrize("how", ["with a keyring", "without"])
def test_what_is_forgotten_leaves_nothing(folder: Path, how: str) -> None:
    with working(folder) if how == "with a keyring" else using(null_keyring()):
        session().save(STATE)
        session().forget()
        session().forget()

        assert session().load() is None
        assert files(folder) == []
    kept = folder / "keyring.json"
    assert not kept.exists() or json.loads(kept.read_text()) == {}


def test_one_whose_key_is_lost_is_none_and_can_be_saved_anew(folder: Path) -> None:
    session().save(STATE)
    (folder / "keyring.json").unlink()

    assert session().load() is None
    session().save(STATE)
    assert session().load() == STATE


def test_a_key_that_is_damaged_is_none_and_is_made_anew(folder: Path) -> None:
    with using(null_keyring()):
        session().save(STATE)
        (key,) = files(folder / "data")
        key.write_bytes(b"damaged")

        assert session().load() is None
        session().save(STATE)
        assert session().load() == STATE


def test_a_damaged_one_is_none(folder: Path) -> None:
    session().save(STATE)
    (file,) = files(folder)
    file.write_bytes(file.read_bytes()[:-5])

    assert session().load() is None


def test_a_folder_that_cannot_be_written_is_named(folder: Path) -> None:
    (folder / "state").write_text("in the way")

    with pytest.raises(StorageError, match=r"saved session in .* cannot be written"):
        session().save(STATE)
