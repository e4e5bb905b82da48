"""Sessions that `keten login` keeps: used while valid, renewed without losing or doubling a grant, and forgotten."""

from __future__ import annotations

from pathlib import Path

import pytest

from automation.mock_portal.data.accounts import TOTP_SECRET
from automation.mock_portal.server import MockPortal
from tests.e2e.cases import grant, write_scenario
from tests.e2e.keten import apply
from tests.e2e.signing_in.test_signing_in import OTHER, RECEIVER, by_sms, kept, keten, recorded, refused

BY_HAND = {"KETEN_SECOND_FACTOR": "by-hand", "KETEN_PASSWORD": ""}


@pytest.mark.slow
def test_a_session_is_kept_used_and_forgotten(tmp_path: Path) -> None:
    settings = kept(tmp_path, KETEN_HEADLESS="true")
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        folder.mkdir()
    with MockPortal() as portal:
        one = write_scenario(first, [grant(RECEIVER)])
        refused(apply(portal, one, settings=settings | BY_HAND), "no saved session", "keten login")

        code, said = keten(portal, tmp_path, settings, "login")
        assert (code, portal.sign_in()["sessions"]) == (0, 1), said
        assert "Voorbeeld Holding B.V." in said
        ran = apply(portal, one, settings=settings | BY_HAND)
        assert (ran.exit_code, recorded(portal), portal.ledger()["sign_ins"]) == (0, [RECEIVER], 1), ran.told

        other = write_scenario(second, [grant(OTHER)], organisation={"kvk": "90004760", "name": "Ander B.V."})
        refused(apply(portal, other, settings=settings | BY_HAND), "no saved session for this organisation")

        code, said = keten(portal, tmp_path, settings, "logout")
        assert (code, portal.sign_in()["sessions"]) == (0, 0), said
        assert [file for file in tmp_path.rglob("*") if file.suffix in {".session", ".key"}] == []
        assert "There is no saved session" in keten(portal, tmp_path, settings, "logout")[1]
        refused(apply(portal, one, settings=settings | BY_HAND), "no saved session")
        assert recorded(portal) == [RECEIVER]


@pytest.mark.slow
@pytest.mark.parametrize(
    "ends",
    [
        pytest.param([("submit", 1)], id="submit"),
        pytest.param([("list", 0)], id="list"),
        pytest.param([("receiver", 0)], id="receiver"),
        pytest.param([("scope", 0)], id="scope"),
        pytest.param([("costs", 0)], id="costs"),
    ],
)
def test_a_session_that_ends_at_any_step_is_renewed_and_every_grant_is_there_once(
    tmp_path: Path, ends: list[tuple[str, int]]
) -> None:
    """The session ends at the first step of each of these after so many requests: of one grant, once at most."""
    scenario = write_scenario(tmp_path, [grant(RECEIVER), grant(OTHER)])
    with MockPortal() as portal:
        settings = kept(tmp_path, KETEN_HEADLESS="true") | by_sms(portal)
        assert keten(portal, tmp_path, settings, "login")[0] == 0
        portal.faults([{"kind": "expire_session", "at": step, "after": after} for step, after in ends])

        ran = apply(portal, scenario, settings=settings)

        assert (ran.exit_code, ran.statuses) == (0, ["granted", "granted"]), ran.told
        assert sorted(recorded(portal)) == sorted([RECEIVER, OTHER])
        assert portal.ledger()["sign_ins"] == 1 + len(ends)  # that of `keten login`, and a renewal for each end
        assert apply(portal, scenario, settings=settings).statuses == ["kept", "kept"]
        assert portal.ledger()["sign_ins"] == 1 + len(ends)  # the last renewal was saved


@pytest.mark.slow
def test_a_session_that_ends_by_hand_loses_and_doubles_nothing(tmp_path: Path) -> None:
    settings = kept(tmp_path, KETEN_HEADLESS="true")
    scenario = write_scenario(tmp_path, [grant(RECEIVER), grant(OTHER)])
    with MockPortal(allow_used_codes=True) as portal:
        assert keten(portal, tmp_path, settings, "login")[0] == 0
        portal.faults([{"kind": "expire_session", "at": "costs", "after": 3}])

        ran = apply(portal, scenario, settings=settings | BY_HAND)
        assert ran.exit_code == 5, ran.told
        assert "keten login" in ran.told

        portal.faults([])
        assert keten(portal, tmp_path, settings, "login")[0] == 0
        again = apply(portal, scenario, settings=settings | BY_HAND)
        assert again.exit_code == 0, again.told
        assert sorted(recorded(portal)) == sorted([RECEIVER, OTHER])


@pytest.mark.slow
def test_a_sign_in_that_a_person_sees_through_lets_runs_sign_in_again(tmp_path: Path) -> None:
    scenario = write_scenario(tmp_path, [grant(RECEIVER)])
    settings = kept(tmp_path, KETEN_HEADLESS="true")
    with MockPortal(allow_used_codes=True) as portal:
        portal.faults([{"kind": "expire_code"}])
        refused(apply(portal, scenario, settings=settings), "it has expired")
        refused(apply(portal, scenario, settings=settings), "keten does not try")

        mended = settings | {"KETEN_TOTP_SECRET": TOTP_SECRET.lower()}
        code, said = keten(portal, tmp_path, mended, "login")

        assert code == 0, said
        ran = apply(portal, scenario, settings=settings)
        assert (ran.exit_code, recorded(portal)) == (0, [RECEIVER]), ran.told


@pytest.mark.slow
def test_a_portal_that_is_gone_does_not_keep_a_session_from_being_forgotten(tmp_path: Path) -> None:
    settings = kept(tmp_path, KETEN_HEADLESS="true")
    with MockPortal() as portal:
        assert keten(portal, tmp_path, settings, "login")[0] == 0

    code, said = keten(portal, tmp_path, settings, "logout")

    assert code == 6, said
    assert [file for file in tmp_path.rglob("*") if file.suffix in {".session", ".key"}] == []
