"""Words of the portal: forms that are plain by known names are proposed, all else is told."""

from __future__ import annotations

import pytest

from automation.doctor.findings import Findings
from automation.doctor.words import learn_costs, learn_durations, learn_scope, learn_statuses, until_option
from automation.inputs import profile as profiles

PROFILE = profiles.load()


def test_other_words_for_years_are_proposed_and_the_longest_term_is_taken() -> None:
    found = Findings()
    assert learn_durations(found, PROFILE, ["1 jr.", "2 jr.", "5 jr.", "Tot een datum"]) == "5 jr."
    assert found.formats == {"duration": "{years} jr."}
    assert until_option(["1 jr.", "Tot een datum"]) == "Tot een datum"


def test_the_profiles_own_form_needs_no_change() -> None:
    found = Findings()
    assert learn_durations(found, PROFILE, ["1 jaar", "5 jaar"]) == "5 jaar"
    assert found.formats == {}


@pytest.mark.parametrize("note", ["inclusief btw", "incl. 21% btw", "(incl. btw)"])
def test_a_note_that_only_says_that_vat_is_in_it_is_proposed(note: str) -> None:
    found = Findings()
    learn_costs(found, PROFILE, f"€ 24,95 {note}")
    assert found.formats == {"amount_notes": [*PROFILE.formats.amount_notes, note]}


@pytest.mark.parametrize("text", ["€ 24,95 excl. btw", "€ 2,00 per maand", "€ 24,95 incl. btw per jaar", "gratis"])
def test_a_rate_and_an_amount_without_vat_are_told_and_never_explained_away(text: str) -> None:
    found = Findings()
    learn_costs(found, PROFILE, text)
    assert found.formats == {}
    assert list(found.unsure_formats)


@pytest.mark.parametrize(
    ("text", "general", "proposed"),
    [
        ("Verzuimmelder (UWV)", False, {"service": r"/(?P<service>.+)\ \((?P<provider>[^:]+)\)/"}),
        ("Alles van UWV", False, {"provider": r"/Alles\ van\ (?P<provider>.+)/"}),
        ("Onbeperkt", True, {"general": "Onbeperkt"}),
        ("UWV: Verzuimmelder", False, None),
    ],
)
def test_how_a_scope_is_written_is_told_by_known_names(
    text: str, general: bool, proposed: dict[str, str] | None
) -> None:
    found = Findings()
    learn_scope(found, PROFILE, "UWV", "Verzuimmelder", [text], general=general)
    assert found.formats.get("scope") == proposed


def test_a_status_that_the_profile_does_not_know_is_told() -> None:
    found = Findings()
    learn_statuses(found, PROFILE, ["Actief", "Van kracht"])
    assert [told for told in found.unsure_formats if "Van kracht" in told]
    assert len(found.unsure_formats) == 1
