"""Settling by the list what earlier runs left unsure (law 5), without a browser."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from automation.domain import GrantedRow, Organisation, Scope
from automation.errors import PortalError
from automation.inputs.profile import load
from automation.inputs.settings import Waiting
from automation.law.history import Attempt, AttemptState, History, Ruling
from automation.proofs.evidence import Evidence
from automation.run.settlement import OTHER_LISTED, Settling
from pages.profile import Profile
from tests.grants import OWN, UWV, intent, row

LAG = timedelta(hours=24)


@dataclass
class Doubles:
    """A session whose list holds these rows, a journal of one attempt, and no files."""

    rows: list[GrantedRow]
    attempt: Attempt
    written: list[str] = field(default_factory=list)
    profile: Profile = field(default_factory=load)
    notices: dict[str, Any] = field(default_factory=dict)
    organisation: Organisation = OWN
    kept: dict[str, Any] = field(default_factory=dict)

    @property
    def journal(self) -> Doubles:
        return self

    def notice_facts(self, _: str) -> dict[str, Any]:
        return self.notices

    def read_list(self, _: object) -> list[GrantedRow]:
        return self.rows

    def picture_rows(self, _: object, name: str) -> None:
        self.written.append(name)

    def history(self) -> History:
        return History((self.attempt,))

    def append(self, _ref: str, event: str, **detail: Any) -> None:
        self.written.append(event)
        self.kept |= detail.get("shown", {})


def settled(rows: list[GrantedRow], *, ago: timedelta, ruling: Ruling | None = None) -> tuple[AttemptState, list[str]]:
    attempt = Attempt(
        ref="G-1",
        run_id="run",
        entry="uwv",
        at=datetime.now(UTC) - ago,
        intent=intent(),
        state=AttemptState.IN_DOUBT,
        ruling=ruling,
    )
    doubles: Any = Doubles(rows, attempt)
    settling = Settling(doubles, doubles, doubles, Waiting(1, 0, LAG), lambda _: None)
    [found] = settling.settle()
    return found.state, doubles.written


def test_what_was_settled_before_an_error_is_told() -> None:
    at = datetime.now(UTC)
    first, second = (
        Attempt(ref=ref, run_id="run", entry="uwv", at=at, intent=intent(), state=AttemptState.IN_DOUBT)
        for ref in ("G-1", "G-2")
    )
    doubles: Any = Doubles([row()], first)
    doubles.history = lambda: History((first, second))
    settling = Settling(doubles, doubles, doubles, Waiting(1, 0, LAG), lambda _: None).settle()

    found = next(settling)
    doubles.read_list = unreadable
    with pytest.raises(PortalError):
        next(settling)

    assert (found.attempt.ref, found.state) == ("G-1", AttemptState.GRANTED)


def unreadable(_: object) -> list[GrantedRow]:
    raise PortalError("the list cannot be read")


def settled_after_a_crash(rows: list[GrantedRow], profile: Profile) -> tuple[AttemptState, str | None]:
    """What becomes of an intent of which nothing more was heard."""
    attempt = Attempt(
        ref="G-7F3A21", run_id="run", entry="uwv", at=datetime.now(UTC), intent=intent(), state=AttemptState.INTENDED
    )
    doubles: Any = Doubles(rows, attempt, profile=profile)
    [found] = Settling(doubles, doubles, doubles, Waiting(1, 0, LAG), lambda _: None).settle()
    return found.state, found.attempt.error


def test_an_own_reference_on_the_list_wins_over_a_crash_before_anything_was_known_to_leave(tmp_path: Path) -> None:
    overlay = tmp_path / "profile.yaml"
    overlay.write_text("screens: {granted: {own_reference_column: {css: th}}}")
    shown = load(overlay)
    mine, other = row(own_reference="G-7F3A21"), row(Scope.providers(["RVO"]), own_reference="G-7F3A21")

    assert settled_after_a_crash([mine], shown) == (AttemptState.GRANTED, None)
    assert settled_after_a_crash([other], shown) == (AttemptState.GRANTED, OTHER_LISTED)
    assert settled_after_a_crash([row()], shown) == (AttemptState.FAILED, None)
    assert settled_after_a_crash([mine], load()) == (AttemptState.FAILED, None)


def test_what_a_person_said_was_not_granted_fails_one_lag_after_the_click() -> None:
    assert settled([], ago=LAG / 2, ruling=Ruling.NOT_GRANTED) == (AttemptState.IN_DOUBT, [])
    assert settled([], ago=2 * LAG, ruling=Ruling.NOT_GRANTED) == (AttemptState.FAILED, ["failed"])


@pytest.mark.parametrize("ago", [LAG / 2, 2 * LAG])
def test_a_row_that_turned_up_wins_over_what_a_person_said(ago: timedelta) -> None:
    assert settled([row()], ago=ago, ruling=Ruling.NOT_GRANTED) == (
        AttemptState.GRANTED,
        ["granted", "settled/G-1/row.png"],
    )


def test_a_row_that_cannot_be_read_may_be_it() -> None:
    odd = row(unreadable="status “Concept”")

    assert settled([odd], ago=2 * LAG, ruling=Ruling.NOT_GRANTED)[0] is AttemptState.IN_DOUBT


def test_a_row_that_may_be_it_among_others_keeps_it_in_doubt() -> None:
    listed = [row(UWV), row(Scope.providers(["RVO"]))]

    assert settled(listed, ago=2 * LAG, ruling=Ruling.NOT_GRANTED)[0] is AttemptState.IN_DOUBT
    assert settled([row(Scope.services(["UWV: Verzuimmelder"]))], ago=2 * LAG, ruling=Ruling.NOT_GRANTED)[1] == []
    assert settled(listed[1:], ago=2 * LAG, ruling=Ruling.NOT_GRANTED)[0] is AttemptState.FAILED


def test_what_is_settled_is_kept_and_told_as_the_list_shows_it() -> None:
    listed = replace(row(reference="KM-2"), name="JANSEN", valid_from=date(2026, 11, 25))
    attempt = Attempt(
        ref="G-1", run_id="run", entry="uwv", at=datetime.now(UTC), intent=intent(), state=AttemptState.IN_DOUBT
    )
    doubles: Any = Doubles([listed], attempt)
    settling = Settling(doubles, doubles, Evidence(Path("nowhere")), Waiting(1, 0, LAG), lambda _: None)

    [found] = settling.settle()
    told = settling.told(found)

    assert (doubles.kept["name"], doubles.kept["valid_from"]) == ("JANSEN", "2026-11-25")
    assert (told.entry, told.name, told.reference, told.valid_from) == ("uwv", "JANSEN", "KM-2", date(2026, 11, 25))
    assert (told.state, told.costs, told.why) == (AttemptState.GRANTED, intent().costs, "found on the list")


def test_an_owed_letter_is_told_and_says_what_the_list_shows_by_now(tmp_path: Path) -> None:
    shown = replace(row(reference="KM-2"), name="JANSEN", valid_from=date(2026, 11, 25))
    attempt = Attempt(
        ref="G-1",
        run_id="run",
        entry="uwv",
        at=datetime.now(UTC),
        intent=intent(),
        state=AttemptState.GRANTED,
        ruling=Ruling.GRANTED,
    )
    doubles: Any = Doubles([shown], attempt)
    evidence = Evidence.open(tmp_path, "run")

    [told] = Settling(doubles, doubles, evidence, Waiting(1, 0, LAG), lambda _: None).make_owed_notices()

    assert told.notice == ["settled/G-1/notice.txt", "settled/G-1/notice.html"]
    assert (told.entry, told.name, told.reference) == ("uwv", "JANSEN", "KM-2")
    assert doubles.written == ["listed", "noticed"]
    letter = (evidence.folder / told.notice[0]).read_text("utf-8")
    for fact in ("JANSEN", "25 november 2026", "KM-2"):
        assert fact in letter


@pytest.mark.parametrize("notices", [{"valid_until": "one day"}, {"scope": {"of another kind": []}}])
def test_an_owed_letter_that_cannot_be_made_is_told_stays_owed_and_stops_nothing(
    notices: dict[str, Any], tmp_path: Path
) -> None:
    attempt = Attempt(
        ref="G-1", run_id="run", entry="uwv", at=datetime.now(UTC), intent=intent(), state=AttemptState.GRANTED
    )
    doubles: Any = Doubles([], attempt, notices=notices)
    evidence = Evidence.open(tmp_path, "run")

    [told] = Settling(doubles, doubles, evidence, Waiting(1, 0, LAG), lambda _: None).make_owed_notices()

    assert (told.notice, doubles.written) == ([], [])
    assert "the notice cannot be written" in evidence.lost()["settled/G-1/notice.txt"]
