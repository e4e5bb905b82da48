"""The fragment: what is sure can be pasted unread, what is not stands in comments, and a user's file keeps its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from automation.doctor import fragment
from automation.doctor.findings import Candidate, Findings, Sent, Sighting
from automation.errors import UsageError
from automation.inputs import profile as profiles
from pages.profile import Locator, Profile

BUTTON = Locator(role="button", name="Zoek op: snel")


def missing(screen: str, control: str, *candidates: Candidate, confident: bool = True) -> Sighting:
    return Sighting(
        screen=screen, control=control, required=True, status="missing", operated_as="button: clicked",
        candidates=candidates, confident=confident, why="renamed",
    )  # fmt: skip


def findings(*sightings: Sighting) -> Findings:
    found = Findings()
    found.add(sightings)
    return found


def loaded(path: Path, text: str) -> Profile:
    path.write_text(text, "utf-8")
    return profiles.load(path)


def test_what_is_sure_can_be_pasted_and_stays_optional_where_it_was(tmp_path: Path) -> None:
    base = profiles.load()
    text = fragment.as_yaml(findings(missing("receiver", "look_up", Candidate(BUTTON, 93))), base)
    [locator] = loaded(tmp_path / "p.yaml", text).screens["receiver"]["look_up"]
    assert (locator.name, locator.optional) == ("Zoek op: snel", True)
    assert "93 of 100" in text


def test_what_is_not_sure_is_a_comment_with_all_candidates(tmp_path: Path) -> None:
    other = Candidate(Locator(css="main > button"), 48)
    unsure = missing("review", "record", Candidate(BUTTON, 55), other, confident=False)
    text = fragment.as_yaml(findings(unsure), profiles.load())
    assert loaded(tmp_path / "p.yaml", text) == profiles.load()
    assert '# record: {role: button, name: "Zoek op: snel"}   # 55 of 100, uncertain' in text
    assert '# or: {css: "main > button"}   # 48 of 100, uncertain' in text


def test_a_css_path_is_said_to_be_the_last_resort() -> None:
    by_path = Candidate(Locator(css="main > p"), 90)
    assert "the last resort" in fragment.as_yaml(findings(missing("costs", "amount", by_path)), profiles.load())


def test_what_the_overview_calls_otherwise_is_tried_on_the_confirmation_too(tmp_path: Path) -> None:
    seen = missing("review", "organisation", Candidate(Locator(label="Namens"), 90))
    screens = loaded(tmp_path / "p.yaml", fragment.as_yaml(findings(seen), profiles.load())).screens
    assert [locator.label for locator in screens["confirmation"]["organisation"]] == [
        "Vertegenwoordigde organisatie",
        "Namens",
    ]


def test_nothing_to_change_is_said_and_is_a_profile_too(tmp_path: Path) -> None:
    text = fragment.as_yaml(Findings(), profiles.load())
    assert "Nothing to change" in text
    assert loaded(tmp_path / "p.yaml", text) == profiles.load()


def test_forms_and_requests_stand_in_it(tmp_path: Path) -> None:
    found = findings()
    found.formats = {"amount_notes": ["incl. btw", "inclusief btw"]}
    found.requests = [Sent("POST", "https://portal.example/api/kosten", "costs", True)]
    text = fragment.as_yaml(found, profiles.load())
    assert loaded(tmp_path / "p.yaml", text).formats.amount_notes == ("incl. btw", "inclusief btw")
    assert "#   {method: POST, address:" in text


def test_writing_lays_it_over_a_file_whose_comments_stay(tmp_path: Path) -> None:
    path = tmp_path / "ours.yaml"
    path.write_text(
        "# of our portal\nscreens:\n  receiver:\n    kvk: {label: Nummer}   # asked by phone\n"
        "    look_up: {label: Oud}\n",
        "utf-8",
    )
    found = findings(missing("receiver", "look_up", Candidate(BUTTON, 93)))
    fragment.write(path, found, profiles.load(path))
    text = path.read_text("utf-8")
    assert "# of our portal" in text
    assert "kvk: {label: Nummer}   # asked by phone" in text
    assert profiles.load(path).screens["receiver"]["look_up"][0].name == "Zoek op: snel"
    fragment.write(path, found, profiles.load(path))
    assert path.read_text("utf-8") == text


def test_a_file_that_is_no_profile_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "list.yaml"
    path.write_text("- one\n", "utf-8")
    with pytest.raises(UsageError, match="not a YAML mapping"):
        fragment.write(path, Findings(), profiles.load())
    assert path.read_text("utf-8") == "- one\n"
