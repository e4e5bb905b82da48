"""Portals whose screens follow one another otherwise: a profile says so, and the ledger judges."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from automation.mock_portal.server import MockPortal
from tests.e2e.cases import grant, write_scenario, write_yaml
from tests.e2e.keten import Ran, apply
from tests.other_portal.counter import PROFILE, CounterPortal
from tests.other_portal.manner import Manner
from tests.other_portal.portal import OtherPortal

GENERAL = "all services now and in the future"
SCOPES: list[dict[str, Any]] = [
    {"services": ["Belastingdienst: Loonheffingen", "UWV: Verzuimmelder"]},
    {"providers": ["RVO", "UWV"]},
    {"general": GENERAL},
]
KVKS = ("69599084", "68750110", "90004760")
GRANTS = [grant(kvk, scope=scope, duration="2 years") for kvk, scope in zip(KVKS, SCOPES, strict=True)]
EVERYTHING = Manner(
    stepper=False,
    services_in="dialog",
    results="rows",
    overview=False,
    confirmation="message",
    amounts=2,
    details="dialog",
    asks_again=True,
    fields=True,
)
MANNERS = {
    "one page, no button to go on, no overview": Manner(stepper=False, overview=False),
    "services in a dialog, as rows with a button; rows folded out": Manner(
        services_in="dialog", results="rows", details="expander"
    ),
    "services as options; a confirmation in a dialog; two amounts": Manner(
        results="options", confirmation="dialog", amounts=2
    ),
    "services as list items; a passing message; rows behind a menu": Manner(
        results="items", confirmation="message", details="dialog"
    ),
    "further fields, and two buttons": Manner(fields=True, asks_again=True),
}


def run(portal: MockPortal, described: dict[str, Any], folder: Path, *grants: dict[str, Any]) -> Ran:
    """`keten apply` of these entries at this portal, by a profile for it."""
    profile = write_yaml(folder / "profile.yaml", described)
    return apply(portal, write_scenario(folder, grants or GRANTS), "--profile", str(profile))


def held(portal: MockPortal) -> list[tuple[str, dict[str, Any]]]:
    """Receiver and scope of each grant in the ledger; the order within a scope is the portal's."""
    return [
        (row["kvk"], {kind: names if kind == "general" else sorted(names) for kind, names in row["scope"].items()})
        for row in portal.ledger()["grants"]
    ]


@pytest.mark.slow
@pytest.mark.parametrize("manner", MANNERS.values(), ids=MANNERS.keys())
def test_a_portal_that_goes_otherwise_is_granted_on_all_the_same(manner: Manner, tmp_path: Path) -> None:
    with OtherPortal(manner) as portal:
        ran = run(portal, manner.profile(), tmp_path)

        assert (ran.exit_code, ran.statuses) == (0, ["granted"] * 3), ran.told
        assert held(portal) == list(zip(KVKS, SCOPES, strict=True))
        rows = portal.ledger()["grants"]
        assert [outcome["reference"] for outcome in ran.outcomes] == [row["reference"] for row in rows]
        assert [outcome["costs"] for outcome in ran.outcomes] == [row["costs"] for row in rows]
        assert all(outcome["listed"] for outcome in ran.outcomes)


@pytest.mark.slow
def test_where_everything_differs_at_once_a_second_run_keeps_what_the_first_granted(tmp_path: Path) -> None:
    """Names of its own for what the scenario names otherwise, too."""
    aliases = {"UWV: Ziekmelden": ["UWV: Verzuimmelder"], "De RVO": ["RVO"]}
    scopes = [{"services": ["Belastingdienst: Loonheffingen", "UWV: Ziekmelden"]}, {"providers": ["De RVO", "UWV"]}]
    grants = [grant(kvk, scope=scope) for kvk, scope in zip(KVKS, [*scopes, SCOPES[2]], strict=True)]
    described = EVERYTHING.profile() | {"aliases": aliases}
    with OtherPortal(EVERYTHING) as portal:
        first = run(portal, described, tmp_path, *grants)
        second = run(portal, described, tmp_path, *grants)

        assert (first.exit_code, first.statuses) == (0, ["granted"] * 3), first.told
        assert (second.exit_code, second.statuses) == (0, ["kept"] * 3), second.told
        assert held(portal) == list(zip(KVKS, SCOPES, strict=True))
        assert first.document["fallbacks_used"] == [{"screen": "granted", "control": "new", "locator": 2}]
        bodies = [submission["body"] for submission in portal.ledger()["submissions"]]
        assert [(body["aanleiding"], body["eigen_kenmerk"]) for body in bodies] == [
            ("Nieuwe opdracht", outcome["ref"]) for outcome in first.outcomes
        ]


def test_a_portal_in_english_whose_every_step_is_a_form_that_is_posted(tmp_path: Path) -> None:
    with CounterPortal() as portal:
        first = run(portal, PROFILE, tmp_path)
        second = run(portal, PROFILE, tmp_path)

        assert (first.exit_code, first.statuses) == (0, ["granted"] * 3), first.told
        assert (second.exit_code, second.statuses) == (0, ["kept"] * 3), second.told
        assert held(portal) == list(zip(KVKS, SCOPES, strict=True))
        assert [outcome["reference"] for outcome in first.outcomes] == [
            row["reference"] for row in portal.ledger()["grants"]
        ]


@pytest.mark.slow
def test_a_first_button_that_records_already_is_not_followed_by_the_second(tmp_path: Path) -> None:
    manner = Manner(asks_again=True, records_at_first=True)
    with OtherPortal(manner) as portal:
        ran = run(portal, manner.profile(), tmp_path, GRANTS[0])

        assert ran.statuses == ["granted"], ran.told
        assert len(portal.ledger()["submissions"]) == len(portal.ledger()["grants"]) == 1


def test_a_dialog_that_asks_for_more_than_the_overview_showed_is_not_agreed_to(tmp_path: Path) -> None:
    manner = Manner(asks_again=True, dearer_when_asked=True)
    with OtherPortal(manner) as portal:
        ran = run(portal, manner.profile(), tmp_path, GRANTS[0])

        assert (ran.exit_code, ran.statuses) == (1, ["failed"])
        assert "the dialog that asks once more differs: costs: EUR" in ran.told
        assert portal.ledger()["submissions"] == []
