"""Each key of a scenario, with each mistake that can be made in it: its place, its message and what to do."""

from __future__ import annotations

import pytest

from automation.domain import Duration, today
from tests.inputs.scenario.texts import HEAD, Check, grant, marked, places, scenario

LATEST = Duration(5).end(today())
TOO_LATE = LATEST.replace(year=LATEST.year + 1).isoformat() if (LATEST.month, LATEST.day) != (2, 29) else "2999-01-01"


GRANT_MISTAKES = [
    ("id", "▶payroll 1", "the id 'payroll 1' must be 1 to 64", "short name"),
    ("id", f"▶{'a' * 65}", "1 to 64 letters", "short name"),
    ("id", '▶"-a"', "must not start with '-'", "short name"),
    ("id", "▶con", "a folder on Windows", "short name"),
    ("id", "▶LPT1", "a folder on Windows", "short name"),
    ("id", '▶"../a"', "must be 1 to 64", "short name"),
    ("id", "▶1", "1 without quotes is a number", 'in quotes: "1"'),
    ("▶id", "", "has no value", "remove the key"),
    ("intermediary", "▶x", "this must be keys with values, not a single value", "kvk, name"),
    ("intermediary", '▶{kvk: "69599084"}', "the key 'name' is missing", "must agree with what the portal shows"),
    ("intermediary", "▶{name: X}", "the key 'kvk' is missing", "KvK number"),
    ("intermediary", "{kvk: ▶69599084, name: X}", "69599084 without quotes is a number", 'quotes: "69599084"'),
    ("intermediary", "{kvk: ▶01234567, name: X}", "01234567 without quotes is a number", 'quotes: "01234567"'),
    ("intermediary", "{kvk: ▶1234567, name: X}", 'write it in quotes, "01234567"', "in quotes"),
    (
        "intermediary",
        "{kvk: ▶1234567.0, name: X}",
        'as a spreadsheet writes numbers: write it in quotes, "01234567"',
        "",
    ),
    ("intermediary", '{kvk: ▶"69599084.0", name: X}', 'in quotes, "69599084"', "8 digits"),
    ("intermediary", "{kvk: ▶1_000, name: X}", "1_000", "in quotes"),
    ("intermediary", "{kvk: ▶true, name: X}", "true without quotes is not text", 'in quotes: "true"'),
    ("intermediary", '{kvk: ▶"1234567", name: X}', "a leading zero may have been lost", "8 digits"),
    ("intermediary", '{kvk: ▶"695.99.084", name: X}', 'write "69599084"', "8 digits"),
    ("intermediary", '{kvk: ▶"000069599084", name: X}', "vestigingsnummer", "8 digits"),
    ("intermediary", '{kvk: ▶"123456782", name: X}', "RSIN", "8 digits"),
    ("intermediary", '{kvk: ▶"00000001890001001000", name: X}', "OIN", "8 digits"),
    ("intermediary", "{kvk: ▶[], name: X}", "this must be text, not an empty list", "8 digits"),
    ("intermediary", '{kvk: "69599084", name: ▶" "}', "the name is empty", "1 to 200"),
    ("intermediary", f'{{kvk: "69599084", name: ▶{"x" * 201}}}', "201 characters", "1 to 200"),
    ("intermediary", '{kvk: "69599084", name: ▶"A\\nB"}', r"the invisible character '\n'", "on one line"),
    ("intermediary", '{kvk: "69599084", name: ▶"A\\u202eB"}', r"invisible character '\u202e'", "on one line"),
    ("intermediary", '{kvk: "69599084", name: X, email: ▶a@b@c}', "is not a single e-mail address", "one address"),
    (
        "intermediary",
        '{kvk: "69599084", name: X, email: ▶"a@b\\nBcc: c@d"}',
        "not a single e-mail address",
        "one address",
    ),
    ("intermediary", '{kvk: "69599084", name: X, email: ▶a}', "is not a single e-mail address", "one address"),
    ("intermediary", '{kvk: "69599084", name: X, uses_we_id: ▶yes}', "this must be true or false", "true or false"),
    ("scope", "▶{}", "exactly one of general, providers and services, not none", "one of the three"),
    ("scope", '▶{providers: [UWV], services: ["RVO: WBSO"]}', "exactly one of", "an entry for each"),
    ("scope", "{general: ▶true}", "the very text", "all services now and in the future"),
    ("scope", "{▶provider: [UWV]}", "unknown key 'provider'", "Did you mean `providers`?"),
    ("scope", "{providers: ▶UWV}", "this must be a list, not a single value", "one item or more"),
    ("scope", "{providers: ▶[]}", "this must be a list, not an empty list", "one item or more"),
    ("scope", "{providers: [UWV, ▶uwv]}", "'uwv' is listed twice", "Remove one"),
    ("scope", '{providers: [▶"UWV: Verzuimmelder"]}', "not the name of a provider", "under `services`"),
    ("scope", "{services: [▶UWV]}", 'not written as "provider: service"', '"UWV: Verzuimmelder"'),
    ("scope", "{services: [▶UWV: Verzuimmelder]}", "because it contains a colon", 'in quotes: "UWV: Verzuimmelder"'),
    ("scope", '{services: ["RVO: WBSO", ▶"rvo:  wbso"]}', "is listed twice", "Remove one"),
    ("scope", '{services: [▶&x "RVO: WBSO", *x]}', "is listed twice", "Remove one"),
    ("costs", "▶{at_most: EUR 15.00}", "`costs` does not have `agree: true`", "agree: true"),
    ("costs", "{agree: ▶false, at_most: EUR 15.00}", "you have not agreed to the costs", "agree: true"),
    ("costs", '{agree: ▶"true", at_most: EUR 15.00}', "this must be true or false", "agree: true"),
    ("costs", "▶{agree: true}", "`costs` does not have `at_most`", "at_most: EUR 40.00"),
    ("costs", "{agree: true, at_most: ▶15.00}", "15.00 is a number, not an amount", "Write it as EUR 15.00."),
    (
        "costs",
        "▶200",
        "this must be keys with values, not a single value",
        "Write it as {agree: true, at_most: EUR 200.00}.",
    ),
    ("costs", "▶EUR 15.00", "this must be keys with values, not a single value", "{agree: true, at_most: EUR 40.00}"),
    ("costs", '{agree: true, at_most: ▶"€ 15,00"}', "is not written as", "EUR 15.00"),
    ("costs", "{agree: true, at_most: EUR 15,▶00}", "unknown key '00'", "write a point"),
    ("costs", "{agree: true, at_most: ▶EUR -1.00}", "is not written as", "EUR 40.00"),
    ("costs", "{agree: true, at_most: ▶EUR 1.005}", "is not written as", "EUR 40.00"),
    ("duration", "▶6 years", "1 to 5 years, not 6", "5 years"),
    ("duration", "▶0 years", "1 to 5 years, not 0", "5 years"),
    ("duration", "▶18 months", "is not written as", "5 years"),
    ("duration", "▶5", "5 without quotes is a number: it is not a duration", "Write it as 5 years."),
    ("until", "▶31-12-2029", "'31-12-2029' is not a date", "2029-12-31"),
    ("until", "▶2029-02-30", "there is no day 2029-02-30", "2029-12-31"),
    ("until", f"▶{TOO_LATE}", "more than 5 years from now", "within 5 years"),
    ("renew", "▶within 0 days", "is not a renewal period", "within 60 days"),
    ("renew", "▶within 2 months", "is not a renewal period", "within 60 days"),
    ("renew", "▶60 days", "is not a renewal period", "within 60 days"),
    ("notice", "{language: ▶de}", "'de' is not a language of notices", "nl or en"),
    ("notice", "{language: ▶1}", "1 without quotes is a number", 'in quotes: "1"'),
    ("notice", "{language: ▶[nl]}", "this must be text, not a list", "nl or en"),
    ("notice", "▶en", "this must be keys with values", "language"),
    ("expect", "▶granted", "this must be keys with values", "expect"),
    ("▶colour", "red", "unknown key 'colour'", "id, intermediary, scope"),
    ("▶intermediair", "{}", "unknown key 'intermediair'", "Did you mean `intermediary`?"),
]


@pytest.mark.parametrize(("key", "value", "message", "hint"), GRANT_MISTAKES)
def test_a_mistake_in_a_grant_is_named_at_its_place(
    check: Check, key: str, value: str, message: str, hint: str
) -> None:
    parts = {key: value} if value else {"id": "", key: " "}
    text, expected = marked(scenario(grant(**parts)))

    problems = [problem for problem in check(text) if "'id' is missing" not in problem.message]

    assert places(problems) == expected
    assert message in problems[0].message
    assert hint in problems[0].hint


@pytest.mark.parametrize("amount", ["45,00", "45,00 euro", "EUR 45,00"])
def test_a_comma_for_cents_is_told_as_one(check: Check, amount: str) -> None:
    *_, problem = check(scenario(grant(costs=f"{{agree: true, at_most: {amount}}}")))

    assert "write a point, as in EUR 40.00" in problem.hint


FILE_MISTAKES = [
    ("version: ▶2", "the version of a scenario must be 1", "version: 1"),
    ('version: ▶"1"', "the version of a scenario must be 1", "version: 1"),
    ("▶organisation: ", "the key 'organisation' has no value", "remove the key"),
    ("organisation: ▶{name: X}", "the key 'kvk' is missing", "organisation's KvK number"),
    ('organisation: {kvk: "90000102", name: X, contact: {email: ▶x}}', "not a single e-mail address", "one address"),
    ('organisation: {kvk: "90000102", name: X, account: ▶a-b}', "not the name of an account", "'_'"),
    ('organisation: {kvk: "90000102", name: X, journal: ▶J-abc}', "not the name of a journal", "journal init"),
    ("limits: {grants: ▶0}", "a whole number, 1 or more", "10"),
    ('limits: {grants: ▶"10"}', "a whole number, 1 or more", "10"),
    ("limits: {grants: ▶1.5}", "a whole number, 1 or more", "10"),
    ("limits: {costs: ▶400}", "400 is a number, not an amount", "Write it as EUR 400.00."),
    ("limits: {costs: ▶0x10}", "0x10 without quotes is a number", "in quotes"),
    ("limits: {▶cost: EUR 1.00}", "unknown key 'cost'", "Did you mean `costs`?"),
    ("defaults: {▶id: a}", "unknown key 'id'", "duration, until"),
    ("defaults: {▶scope: {}}", "unknown key 'scope'", "duration, until"),
    ("defaults: {duration: ▶9 years}", "1 to 5 years", "5 years"),
    ("defaults: {duration: 5 years, until: ▶2027-01-01}", "cannot be used together", "Remove one"),
    ("defaults: {until: 2027-01-01, renew: ▶within 9 days}", "cannot be used with `until`", "duration"),
    ("▶default: {}", "unknown key 'default'", "Did you mean `defaults`?"),
    ("grants: ▶[]", "this must be a list of entries, not an empty list", "- id"),
    ("grants: ▶{a: {}}", "this must be a list of entries, not keys", "- id"),
    ("grants: [▶a]", "this must be keys with values, not a single value", "id, intermediary"),
]


@pytest.mark.parametrize(("line", "message", "hint"), FILE_MISTAKES)
def test_a_mistake_in_the_rest_of_the_file_is_named_at_its_place(
    check: Check, line: str, message: str, hint: str
) -> None:
    key = line.replace("▶", "").partition(":")[0]
    lines = {"version": "version: 1", "organisation": HEAD.splitlines()[1], "grants": "grants:\n" + grant()}
    text, expected = marked("\n".join((lines | {key: line}).values()))

    problems = check(text)

    assert places(problems) == expected
    assert message in problems[0].message
    assert hint in problems[0].hint


@pytest.mark.parametrize("key", ["version", "organisation", "grants"])
def test_a_missing_key_is_named_where_its_mapping_starts(check: Check, key: str) -> None:
    lines = {"version": "version: 1", "organisation": HEAD.splitlines()[1], "grants": "grants:\n" + grant()}
    del lines[key]

    (problem,) = check("\n".join(lines.values()))

    assert (problem.line, problem.column) == (1, 1)
    assert problem.message == f"the key '{key}' is missing"


def test_a_grant_without_costs_lacks_both_consent_and_ceiling(check: Check) -> None:
    text, ((line, column),) = marked(scenario(grant(costs="").replace("- id", "- ▶id")))

    problems = check(text)

    assert [(p.line, p.column) for p in problems] == [(line, column)] * 2
    assert {p.message for p in problems} == {"`costs` does not have `agree: true`", "`costs` does not have `at_most`"}


def test_what_a_message_quotes_is_cut_and_cannot_move_the_cursor(check: Check) -> None:
    (problem,) = check(scenario(grant(duration='"\\e[2J' + "x" * 1000 + '"')))

    assert r"\x1b[2J" in problem.message
    assert len(problem.message) < 500
