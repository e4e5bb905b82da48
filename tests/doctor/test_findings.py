"""Findings: of several sightings what says most counts, and the exit code follows from what stays missing."""

from __future__ import annotations

import pytest

from automation.doctor.findings import Candidate, Check, Findings, Sighting, Status
from automation.doctor.report import Report
from automation.errors import SignInError
from automation.inputs import profile as profiles
from pages.profile import Locator


def sighting(status: Status, score: float = 0, *, required: bool = True, confident: bool = False) -> Sighting:
    candidates = (Candidate(Locator(label="Nummer"), score),) if score else ()
    return Sighting(
        screen="receiver", control="kvk", required=required, status=status, candidates=candidates, confident=confident
    )


@pytest.mark.parametrize(
    ("first", "then", "counts"),
    [
        (sighting("not-reached"), sighting("missing"), "missing"),
        (sighting("missing", 90, confident=True), sighting("found"), "found"),
        (sighting("found"), sighting("missing"), "found"),
        (sighting("ambiguous"), sighting("not-reached"), "ambiguous"),
    ],
)
def test_of_two_sightings_what_says_more_counts(first: Sighting, then: Sighting, counts: str) -> None:
    found = Findings()
    found.add([first, then])
    assert found.sightings["receiver", "kvk"].status == counts


def test_of_two_times_missing_the_surer_counts() -> None:
    found = Findings()
    found.add([sighting("missing", 90, confident=True), sighting("missing", 95)])
    assert found.sightings["receiver", "kvk"].confident


def test_a_candidate_that_led_on_is_sure() -> None:
    found = Findings()
    found.add([sighting("missing", 50)])
    found.proved("receiver", "kvk")
    assert found.sightings["receiver", "kvk"].confident


def test_every_control_of_the_profile_is_named_and_the_confirmation_never_reached() -> None:
    found, profile = Findings(), profiles.load()
    found.complete(profile, "behind a step")
    assert {key: s.status for key, s in found.sightings.items()} == {
        (screen, control): "not-reached" for screen, controls in profile.screens.items() for control in controls
    }
    assert found.sightings["confirmation", "heading"].why == "behind the recording click"
    assert found.sightings["review", "record"].why == "behind a step"


@pytest.mark.parametrize(
    ("seen", "checks", "error", "code"),
    [
        (sighting("found"), [], None, 0),
        (sighting("missing", 99, confident=True), [], None, 6),
        (sighting("ambiguous"), [], None, 6),
        (sighting("missing", required=False), [], None, 0),
        (sighting("not-reached"), [], None, 0),
        (sighting("not-reached"), [], SignInError("no"), 5),
        (sighting("found"), [Check("browser", False, "none", "get one")], None, 8),
    ],
)
def test_the_exit_code_follows_from_what_was_found(
    seen: Sighting, checks: list[Check], error: SignInError | None, code: int
) -> None:
    found = Findings()
    found.add([seen])
    report = Report(checks, found, profiles.load(), error)
    assert report.exit_code == code
    assert report.document()["exit_code"] == code
