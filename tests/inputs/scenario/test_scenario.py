"""A scenario as a whole: what is read from it, how large it may be, and what the printed schema says of it."""

from __future__ import annotations

import hashlib
import json
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automation.domain import Duration, Grant, Intermediary, KvkNumber, Limits, Money, Organisation, Scope, Until
from automation.errors import Problem, ScenarioError, UsageError
from automation.inputs.scenario import Scenario, example, json_schema, load
from automation.inputs.yaml_file import MAX_BYTES
from tests.inputs.scenario.texts import HEAD, Check, Read, as_an_editor_sees, grant, scenario

DEMO = example("demo.yaml")


def test_the_demo_says_which_three_grants_there_should_be() -> None:
    demo = load(DEMO)

    assert demo.path == DEMO
    assert demo.sha256 == hashlib.sha256(DEMO.read_bytes()).hexdigest()
    assert demo.organisation == Organisation(
        KvkNumber("90000102"), "Voorbeeld Holding B.V.", "Afdeling Beheer", "beheer@voorbeeld.example"
    )
    assert demo.limits == Limits(10, Money.parse("EUR 400.00"))
    assert demo.remarks == ()
    assert demo.summary() == "3 grants, at most EUR 115.00"
    assert demo.grants == (
        Grant(
            id="accountant",
            intermediary=Intermediary(
                KvkNumber("68750110"), "Accountantskantoor Jansen B.V.", "machtigingen@jansen.example"
            ),
            scope=Scope.providers(["UWV", "Belastingdienst"]),
            term=Duration(5),
            at_most=Money.parse("EUR 40.00"),
        ),
        Grant(
            id="payroll",
            intermediary=Intermediary(KvkNumber("69599084"), "Salarisbureau De Vries"),
            scope=Scope.services(["UWV: Verzuimmelder", "Belastingdienst: Loonheffingen"]),
            term=Duration(2),
            at_most=Money.parse("EUR 15.00"),
            renew_within=timedelta(days=60),
            language="en",
        ),
        Grant(
            id="group-administration",
            intermediary=Intermediary(KvkNumber("90004760"), "Groepsadministratie Noord"),
            scope=Scope.general(),
            term=Duration(5),
            at_most=Money.parse("EUR 60.00"),
        ),
    )


@pytest.mark.parametrize("path", sorted(DEMO.parent.glob("*.yaml")), ids=lambda path: path.name)
def test_every_example_is_valid_here_and_for_an_editor(path: Path) -> None:
    assert load(path).grants
    jsonschema.validate(as_an_editor_sees(path.read_text("utf-8")), json_schema())


def test_an_unknown_example_is_answered_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"'none\.yaml'") as error:
        example("none.yaml")

    assert "demo.yaml" in error.value.hint


def test_account_and_journal_are_read(read: Read) -> None:
    head = HEAD.replace("B.V.}", "B.V., account: holding, journal: J-4K7Q2}")

    organisation = read(scenario(head=head)).organisation

    assert (organisation.account, organisation.journal) == ("holding", "J-4K7Q2")


def test_costs_that_the_portal_does_not_show_are_no_amount(read: Read) -> None:
    grants = grant(costs="{agree: true, at_most: not shown}"), grant(id="b", scope="{providers: [RVO]}")

    read_scenario = read(scenario(*grants))

    assert read_scenario.grants[0].at_most is None
    assert read_scenario.summary() == "2 grants, at most EUR 15.00, besides 1 for which the portal shows no costs"


def test_expect_is_ignored_with_a_remark(read: Read) -> None:
    entry = grant(expect="{outcome: failed, error: null, costs: [1, EUR 2.00]}")

    assert read(scenario(entry)).remarks == ("a: `expect` is ignored: it is for tests of a portal",)


def test_limits_are_unlimited_where_nothing_is_said(read: Read) -> None:
    assert read(scenario()).limits == Limits(None, None)


def test_a_file_over_10_mb_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    path.write_bytes(b"#" * (MAX_BYTES + 1))

    with pytest.raises(UsageError, match="larger than 10 MB"):
        load(path)


def test_a_file_of_just_10_mb_is_read(check: Check) -> None:
    text = scenario().encode()

    assert check(text + b"#" * (MAX_BYTES - len(text))) == []


def test_a_missing_file_and_a_folder_are_said_to_be_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="does not exist"):
        load(tmp_path / "none.yaml")
    with pytest.raises(UsageError, match="cannot be read"):
        load(tmp_path)


def test_ten_thousand_grants_are_checked_in_seconds(check: Check) -> None:
    one_receiver = (
        grant(id=f"a{n}", scope=f'{{services: ["UWV: A{n}", "Belastingdienst: B{n}"]}}') for n in range(5000)
    )
    many_receivers = (grant(id=f"b{n}", intermediary=f'{{kvk: "{10000000 + n}", name: X}}') for n in range(5000))
    text = scenario(*one_receiver, *many_receivers)
    before = time.process_time()

    assert check(text) == []
    assert time.process_time() - before < 5


SCHEMA = json_schema()
EDITOR = jsonschema.Draft202012Validator(SCHEMA)

NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=20)
PROVIDERS = NAMES.filter(lambda name: ":" not in name)
KVK_NUMBERS = st.from_regex(r"[0-8][0-9]{7}", fullmatch=True).map(KvkNumber)
SCOPES = (
    st.just(Scope.general())
    | st.lists(PROVIDERS, min_size=1, max_size=5).map(Scope.providers)
    | st.lists(st.tuples(PROVIDERS, NAMES).map(": ".join), min_size=1, max_size=5).map(Scope.services)
)
TERMS = st.builds(Duration, st.integers(1, 5)) | st.builds(Until, st.dates(date(2020, 1, 1), date(2026, 1, 1)))
GRANTS = st.builds(
    Grant,
    id=st.from_regex(r"[a-z][a-z0-9_-]{4,63}", fullmatch=True),
    intermediary=st.builds(Intermediary, KVK_NUMBERS, NAMES, st.none() | st.just("a@b.example"), st.booleans()),
    scope=SCOPES,
    term=TERMS,
    at_most=st.none() | st.decimals(0, 999, places=2).map(Money),
    language=st.sampled_from(["nl", "en"]),
)


def as_written(grant: Grant) -> dict[str, Any]:
    receiver = grant.intermediary
    email = {"email": receiver.email} if receiver.email else {}
    term = {"duration": str(grant.term)} if isinstance(grant.term, Duration) else {"until": grant.term.day.isoformat()}
    return {
        "id": grant.id,
        "intermediary": {"kvk": receiver.kvk, "name": receiver.name, "uses_we_id": receiver.uses_we_id} | email,
        "scope": grant.scope.as_data(),
        "costs": {"agree": True, "at_most": str(grant.at_most or "not shown")},
        "notice": {"language": grant.language},
    } | term


@given(st.lists(GRANTS, min_size=1, max_size=5, unique_by=(lambda g: g.id, lambda g: g.intermediary.kvk)))
def test_what_is_written_is_what_is_read(tmp_path_factory: pytest.TempPathFactory, grants: list[Grant]) -> None:
    organisation = {"kvk": "90000102", "name": "Voorbeeld Holding B.V."}
    document = {"version": 1, "organisation": organisation, "grants": [as_written(grant) for grant in grants]}
    path = tmp_path_factory.getbasetemp() / "round-trip.yaml"
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")

    assert load(path).grants == tuple(grants)
    EDITOR.validate(document)


TOKENS = st.sampled_from(
    [*"[]{},:&*!|>'\"%@`?-#~ \t\r\n\0\x85\u2028", "<<: ", "---\n", "&a ", "*a", "!!x ", "null", "0x", "é"]
)


@st.composite
def spoilt_scenarios(draw: st.DrawFn) -> bytes:
    text = DEMO.read_text("utf-8")
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = start + draw(st.integers(0, 12))
        text = text[:start] + "".join(draw(st.lists(TOKENS, max_size=4))) + text[end:]
    return text.encode()


@settings(max_examples=300, deadline=timedelta(seconds=2))
@given(
    st.binary(max_size=2000) | st.lists(TOKENS, max_size=200).map(lambda t: "".join(t).encode()) | spoilt_scenarios()
)
def test_any_file_is_a_scenario_or_a_list_of_mistakes(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_bytes(content)

    outcome = scenario_or_mistakes(path)

    lines = len(content.splitlines()) + 1
    assert isinstance(outcome, Scenario) or all(p.line <= lines for p in outcome)
    assert outcome


def scenario_or_mistakes(path: Path) -> Scenario | list[Problem]:
    try:
        return load(path)
    except ScenarioError as error:
        return error.problems


def test_the_schema_is_itself_valid() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_each_example_in_the_schema_fits_where_it_stands() -> None:
    found = 0
    for part in parts(SCHEMA):
        for value in part.get("examples", []):
            found += 1
            jsonschema.validate(value, part)
    assert found >= 10


def parts(schema: Any) -> list[dict[str, Any]]:
    """All mappings in a schema."""
    inner = schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else []
    return [*([schema] if isinstance(schema, dict) else []), *(part for child in inner for part in parts(child))]


def test_every_key_in_the_schema_is_described() -> None:
    properties = [value for part in parts(SCHEMA) for value in part.get("properties", {}).values()]

    assert len(properties) > 20
    assert all(value["description"] for value in properties)


def test_an_editor_shows_the_hint_that_load_gives(check: Check) -> None:
    (problem,) = check(scenario(grant(duration="9 years")))

    assert problem.hint in {part.get("errorMessage") for part in parts(SCHEMA)}


@pytest.mark.parametrize(
    "mistake",
    [
        {"id": '"a b"'},
        {"intermediary": "{kvk: 69599084, name: X}"},
        {"intermediary": '{kvk: "1234567", name: X}'},
        {"intermediary": '{kvk: "69599084"}'},
        {"scope": "{}"},
        {"scope": '{providers: [UWV], services: ["RVO: WBSO"]}'},
        {"scope": "{general: true}"},
        {"scope": '{providers: ["UWV: Verzuimmelder"]}'},
        {"scope": "{services: [UWV]}"},
        {"costs": "{agree: false}"},
        {"costs": "{at_most: 15}"},
        {"duration": "6 years"},
        {"duration": "1 year", "until": "2027-01-01"},
        {"until": "2027-01-01", "renew": "within 9 days"},
        {"renew": "within 0 days"},
        {"notice": "{language: de}"},
        {"colour": "red"},
    ],
    ids=str,
)
def test_an_editor_sees_what_load_refuses(check: Check, mistake: dict[str, str]) -> None:
    text = scenario(grant(**mistake))

    assert check(text)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(as_an_editor_sees(text), SCHEMA)
