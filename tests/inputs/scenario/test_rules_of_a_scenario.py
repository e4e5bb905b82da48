"""What must hold between defaults, entries and each other; and how the defaults are laid under an entry."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from automation.domain import Duration, Money, Until
from tests.inputs.scenario.texts import HEAD, Check, Read, grant, marked, places, scenario

SERVICES = '{services: ["UWV: Verzuimmelder", "RVO: WBSO"]}'
GENERAL = "{general: all services now and in the future}"


def with_defaults(defaults: str, *grants: str) -> str:
    return scenario(*grants, head=f"{HEAD}defaults: {defaults}\n")


@pytest.mark.parametrize("other", ["a", "A"])
def test_an_id_that_stands_twice_is_named_at_the_second(check: Check, other: str) -> None:
    second = grant(id=f"▶{other}", scope="{providers: [RVO]}")
    text, expected = marked(scenario(grant(), second))

    problems = check(text)

    assert places(problems) == expected
    assert "the entry on line 4 already has" in problems[0].message


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("{providers: [UWV]}", "{providers: [RVO, uwv]}"),
        ("{providers: [UWV]}", SERVICES),
        (SERVICES, "{providers: [Belastingdienst, RVO]}"),
        (SERVICES, '{services: ["RVO:  wbso"]}'),
        (GENERAL, SERVICES),
        ("{providers: [UWV]}", GENERAL),
        (GENERAL, GENERAL),
    ],
)
def test_grants_to_one_receiver_that_overlap_are_named_at_the_second(check: Check, one: str, other: str) -> None:
    text, expected = marked(scenario(grant(scope=one), grant(id="b", scope=f"▶{other}")))

    problems = check(text)

    assert places(problems) == expected
    assert "overlaps with the entry on line 4" in problems[0].message


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("{providers: [UWV]}", '{services: ["RVO: WBSO"]}'),
        ('{services: ["UWV: Verzuimmelder"]}', '{services: ["UWV: Verzuimmelder Plus", "RVO: Verzuimmelder"]}'),
        ("{providers: [UWV]}", "{providers: [RVO]}"),
    ],
)
def test_grants_to_one_receiver_may_stand_side_by_side(check: Check, one: str, other: str) -> None:
    assert check(scenario(grant(scope=one), grant(id="b", scope=other))) == []


def test_grants_to_different_receivers_do_not_overlap(check: Check) -> None:
    other = grant(id="b", intermediary='{kvk: "90004760", name: Groepsadministratie Noord}')

    assert check(scenario(grant(), other)) == []


def test_the_own_kvk_number_is_no_receiver(check: Check) -> None:
    text, expected = marked(scenario(grant(intermediary='{kvk: ▶"90000102", name: Voorbeeld Holding B.V.}')))

    problems = check(text)

    assert places(problems) == expected
    assert "the granting organisation itself" in problems[0].message


@pytest.mark.parametrize(("duration", "most"), [("1 year", 182), ("2 years", 364), ("5 years", 912)])
def test_renew_is_shorter_than_half_the_duration(check: Check, duration: str, most: int) -> None:
    text, expected = marked(scenario(grant(duration=duration, renew=f"▶within {most + 1} days")))

    problems = check(text)

    assert places(problems) == expected
    assert "must be less than half of the duration" in problems[0].message
    assert f"at most {most} days" in problems[0].hint
    assert check(scenario(grant(duration=duration, renew=f"within {most} days"))) == []


def test_renew_is_held_against_five_years_where_no_duration_is_given(check: Check) -> None:
    assert check(scenario(grant(renew="within 912 days"))) == []
    assert len(check(scenario(grant(renew="within 913 days")))) == 1


def test_a_duration_too_short_for_the_renewal_of_the_defaults_is_named_at_the_duration(check: Check) -> None:
    text, expected = marked(with_defaults("{renew: within 200 days}", grant(duration="▶1 year")))

    assert places(check(text)) == expected


def test_until_does_not_go_with_duration_or_renew_in_one_grant(check: Check) -> None:
    parts = {"duration": "2 years", "until": "▶2027-12-31", "renew": "▶within 9 days"}
    text, expected = marked(scenario(grant(**parts)))

    assert places(check(text)) == expected


def test_until_in_a_grant_sets_aside_the_duration_and_renewal_of_the_defaults(read: Read) -> None:
    defaults = "{duration: 5 years, renew: within 60 days}"

    (read_grant,) = read(with_defaults(defaults, grant(until="2027-12-31"))).grants

    assert read_grant.term == Until(date(2027, 12, 31))
    assert read_grant.renew_within is None


def test_a_duration_in_a_grant_sets_aside_the_until_of_the_defaults(read: Read) -> None:
    parts = {"duration": "2 years", "renew": "within 60 days"}

    (read_grant,) = read(with_defaults("{until: 2027-12-31}", grant(**parts))).grants

    assert read_grant.term == Duration(2)
    assert read_grant.renew_within == timedelta(days=60)


def test_renew_in_a_grant_does_not_go_with_the_until_of_the_defaults(check: Check) -> None:
    text, expected = marked(with_defaults("{until: 2027-12-31}", grant(renew="▶within 60 days")))

    assert places(check(text)) == expected


def test_an_until_in_the_past_is_left_to_the_plan(check: Check) -> None:
    assert check(scenario(grant(until="2020-01-01"))) == []


def test_a_grant_lasts_five_years_where_nothing_is_said(read: Read) -> None:
    assert read(scenario()).grants[0].term == Duration(5)


def test_costs_merge_key_by_key(read: Read) -> None:
    defaults = "{costs: {agree: true, at_most: EUR 40.00}}"
    grants = grant(costs="{at_most: EUR 9.50}"), grant(id="b", costs="", scope="{providers: [RVO]}")

    first, second = read(with_defaults(defaults, *grants)).grants

    assert first.at_most == Money.parse("EUR 9.50")
    assert second.at_most == Money.parse("EUR 40.00")


def test_costs_that_say_nothing_are_those_of_the_defaults(read: Read) -> None:
    (read_grant,) = read(with_defaults("{costs: {agree: true, at_most: EUR 40.00}}", grant(costs="{}"))).grants

    assert read_grant.at_most == Money.parse("EUR 40.00")


def test_an_entry_that_is_wrong_elsewhere_still_takes_part(check: Check) -> None:
    one = grant(intermediary='{kvk: "69599084", name: ▶""}', scope="{providers: [UWV, ▶[]]}")
    other = grant(id="▶a", scope="▶{providers: [UWV]}", duration="▶9 years")
    text, expected = marked(scenario(one, other))

    assert places(check(text)) == expected


def test_the_defaults_are_checked_where_no_grants_can_be_read(check: Check) -> None:
    text, expected = marked(f"{HEAD}defaults: {{duration: 2 years, until: ▶2027-01-01}}\ngrants: ▶none\n")

    assert places(check(text)) == expected


def test_a_mistake_in_the_defaults_is_named_there_and_once(check: Check) -> None:
    defaults = "{duration: ▶9 years, costs: ▶{agree: true}}"
    grants = (grant(id=f"g{n}", costs="", scope=f"{{providers: [P{n}]}}") for n in range(20))
    text, expected = marked(with_defaults(defaults, *grants))

    assert places(check(text)) == expected


def test_twelve_different_mistakes_are_all_named_at_their_places(check: Check) -> None:
    text, expected = marked("""\
version: ▶2
organisation: {kvk: ▶90000102, name: Voorbeeld Holding B.V.}
limits: {grants: ▶none}
defaults:
  duration: ▶7 years
grants:
  - id: a
    intermediary: {kvk: "69599084", name: Salarisbureau De Vries}
    scope: {providers: [UWV]}
    costs: {agree: ▶false, at_most: EUR 10.00}
  - id: ▶a
    intermediary: {kvk: "69599084", name: Salarisbureau De Vries}
    scope: ▶{services: ["UWV: Verzuimmelder"]}
    costs: {agree: true, at_most: ▶"EUR 10,00"}
    ▶colour: red
  - id: c
    intermediary: {kvk: ▶"1234567", name: X}
    scope: ▶{providers: [UWV], general: all services now and in the future}
    duration: 1 year
    renew: ▶within 300 days
    costs: {agree: true, at_most: EUR 10.00}
""")

    assert places(check(text)) == expected
    assert len(expected) == 12


COSTS = "{agree: true, at_most: EUR 15.00}"
OTHER = '{kvk: "90001042", name: Salarisbureau Brouwer}'

MISSPELT = {
    "costs of the defaults": HEAD + f"defaults: {{▶cost: {COSTS}}}\ngrants:\n" + grant(costs=""),
    "the same, two grants": HEAD
    + f"defaults: {{▶cost: {COSTS}}}\ngrants:\n"
    + grant(costs="")
    + grant(costs="", id="b", intermediary=OTHER),
    "costs of a grant": scenario(grant(costs="", **{"▶cost": COSTS})),
    "costs of two": scenario(
        grant(costs="", **{"▶cost": COSTS}), grant(id="b", intermediary=OTHER, costs="", **{"▶cots": COSTS})
    ),
    "agree": scenario(grant(costs="{▶agre: true, at_most: EUR 15.00}")),
    "at_most": scenario(grant(costs="{agree: true, ▶atmost: EUR 15.00}")),
    "organisation": scenario(head=HEAD.replace("organisation", "▶organization")),
    "scope": scenario(grant(scope="", **{"▶scoop": "{providers: [UWV]}"})),
}


@pytest.mark.parametrize("key", MISSPELT)
def test_a_key_that_is_misspelt_is_one_mistake_and_not_missing_too(check: Check, key: str) -> None:
    text, expected = marked(MISSPELT[key])

    problems = check(text)

    assert places(problems) == expected
    assert all(problem.hint.startswith("Did you mean") for problem in problems)
