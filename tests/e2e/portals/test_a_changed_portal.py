"""A portal of other words needs another profile, and not a line of code."""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.cases import Case, Result, grant

LABELS = {
    "Gebruikersnaam": "Inlognaam",
    "Inloggen": "Aanmelden",
    "Organisatie": "U handelt voor",
    "Nieuwe ketenmachtiging": "Machtiging toevoegen",
    "Rijen per pagina": "Aantal per bladzijde",
    "KvK-nummer van de intermediair": "Nummer in het Handelsregister",
    "Opzoeken": "Zoek op",
    "Volgende": "Verder",
    "Per dienst": "Losse diensten",
    "Diensten zoeken": "Kies diensten",
    "Toevoegen": "Overnemen",
    "Duur": "Looptijd",
    "Totaal": "Te betalen",
    "incl. btw": "inclusief btw",
    "Ik ga akkoord met de kosten": "Akkoord",
    "Vastleggen": "Definitief maken",
    "De ketenmachtiging is vastgelegd": "Gelukt",
    "Kenmerk": "Referentie",
    "Actief": "Geldig",
}
PROFILE: dict[str, Any] = {
    "screens": {
        "sign_in": {"username": {"label": "Inlognaam"}, "submit": {"role": "button", "name": "Aanmelden"}},
        "shell": {"organisation": {"label": "U handelt voor"}},
        "granted": {
            "new": {"role": "button", "name": "Machtiging toevoegen"},
            "page_size": {"label": "Aantal per bladzijde", "optional": True},
            "reference_column": {"role": "columnheader", "name": "/^Referentie/", "within": "table", "optional": True},
        },
        "receiver": {
            "kvk": {"label": "Nummer in het Handelsregister"},
            "look_up": {"role": "button", "name": "Zoek op"},
            "continue": {"role": "button", "name": "Verder"},
        },
        "scope": {
            "services": {"label": "Losse diensten"},
            "open_search": {"role": "button", "name": "Kies diensten"},
            "add_services": {"role": "button", "name": "Overnemen"},
            "continue": {"role": "button", "name": "Verder"},
        },
        "costs": {
            "duration": {"role": "combobox", "name": "Looptijd"},
            "amount": {"label": "Te betalen"},
            "agree": {"label": "Akkoord"},
            "continue": {"role": "button", "name": "Verder"},
        },
        "review": {"record": {"role": "button", "name": "Definitief maken"}},
        "confirmation": {
            "heading": {"role": "heading", "name": "Gelukt"},
            "reference": {"label": "Referentie", "optional": True},
        },
    },
    "formats": {"amount_notes": ["inclusief btw"]},
    "statuses": {"present": ["Geldig"]},
}
FAULTS = [{"kind": "changed_labels", "labels": LABELS}]
GRANTS = [grant("90005001"), grant("90005002", scope={"providers": ["UWV"]})]


@pytest.mark.slow
@pytest.mark.parametrize("case", [Case("its own profile", GRANTS, FAULTS, profile=PROFILE, times=2)])
def test_with_a_profile_of_its_words_all_goes_as_ever(case: Case, result: Result) -> None:
    first, second = result.runs
    assert (first.exit_code, first.statuses) == (0, ["granted"] * 2), first.told
    assert (second.exit_code, second.statuses) == (0, ["kept"] * 2), second.told
    assert [row["kvk"] for row in result.recorded] == ["90005001", "90005002"]
    assert [outcome["reference"] for outcome in first.outcomes] == [row["reference"] for row in result.recorded]
    assert all(outcome["listed"] for outcome in first.outcomes)


@pytest.mark.parametrize("case", [Case("the built-in profile", GRANTS, FAULTS, settings={"KETEN_TIMEOUT": "8"})])
def test_without_one_the_run_stops_and_names_the_control(case: Case, result: Result) -> None:
    assert (result.ran.exit_code, result.ran.statuses) == (6, ["skipped"] * 2)
    assert "sign_in.username is not there" in result.ran.told
    assert result.submissions == []
