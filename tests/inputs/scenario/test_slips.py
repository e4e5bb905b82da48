"""What a bookkeeper writes in Notepad, Word and Excel: named for what it is, at its place, with advice that holds."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import timedelta
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from automation.domain import Grant
from automation.errors import Problem, ScenarioError
from automation.inputs import yaml_file
from automation.inputs.scenario import example, load
from tests.inputs.scenario.texts import HEAD, Check, Read, grant, marked, places, scenario

NBSP, ZERO_WIDTH = "\u00a0", "\u200b"


@pytest.fixture(params=["libyaml", "pure Python"], autouse=True)
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test with both parsers, since the slow one stands in where libyaml is missing."""
    monkeypatch.setattr(yaml_file, "YAML", partial(YAML, pure=request.param == "pure Python"))


def block(name: str) -> str:
    return grant(intermediary=f'\n      kvk: "69599084"\n      name: {name}\n      email: a@b.example')


def braces(name: str) -> str:
    return grant(intermediary=f'{{kvk: "69599084", name: {name}, email: a@b.example}}')


SLIPS = [
    (block("▶&Zo Beheer"), "`&Zo` is never used", '"&Zo Beheer"'),
    (braces("▶&Zo Beheer"), "is never used", '"&Zo Beheer"'),
    (block("▶&Zo"), "is never used", '"&Zo"'),
    (block("▶*Zo"), "there is no anchor &Zo above this", 'in quotes: "*Zo"'),
    (block("▶!Zo Beheer"), "the tag !Zo is not allowed", "begins with ! in quotes"),
    (block("▶@Zo"), "cannot start any token", "begins with @ needs quotes"),
    (block("▶'t Salarisbureau"), "the quote ' opens here", '"\'…"'),
    (braces("▶'t Salarisbureau"), "the quote ' opens here", '"\'…"'),
    (block("▶'t Bureau") + braces("'t Hof").replace("id: a", "id: b"), "opens here and is not closed", "\"'"),
    (block('▶"Jansen”'), 'the quote " opens here', "Close it"),
    (block(f"Jansen▶{NBSP}B.V."), "no-break space (U+00A0)", "ordinary space"),
    (block(f"▶{NBSP}Jansen"), "no-break space (U+00A0)", "ordinary space"),
    (braces(f"Jansen▶{ZERO_WIDTH}"), "zero-width space (U+200B)", "Remove it"),
    (block("Jansen").replace("email:", f"▶{NBSP}email:"), "no-break space (U+00A0)", "ordinary space"),
    (braces("Jansen").replace('084",', f'084"▶{NBSP},'), "no-break space (U+00A0)", "ordinary space"),
    (braces("X").replace("kvk:", f"kvk▶{NBSP}:"), "no-break space (U+00A0)", "ordinary space"),
    (block("X").replace("      email", "▶\t email"), "there is a tab here", "spaces"),
    (grant(scope="\n      providers:\n        ▶– UWV"), "– is a dash as Word", "Write `-`."),
    (block("Zo▶: Beheer"), "mapping values are not allowed", "contains a colon in quotes"),
    (braces("Bureau ▶#1"), "` #` starts a comment", "in quotes"),
    (block('"Jansen" ▶B.V.'), "this is not YAML", "Put the whole value in quotes"),
    (block("> ▶Zo"), "this is not YAML", "begins with > or | needs quotes"),
    (braces("Jansen, ▶De Vries"), "unknown key 'De Vries'", "A comma in braces ends a value"),
    (braces("▶“A: B”"), "curly quotes, as Word and Outlook write them", "Put the whole value in straight quotes."),
    (
        braces("▶“Jansen, De Vries”"),
        "curly quotes, as Word and Outlook write them",
        "the whole value in straight quotes",
    ),
]


@pytest.mark.parametrize(("entry", "message", "hint"), SLIPS)
def test_a_slip_is_named_at_its_own_place(check: Check, entry: str, message: str, hint: str) -> None:
    text, (expected,) = marked(scenario(entry))

    problems = [problem for problem in check(text) if (problem.line, problem.column) == expected]

    assert [message in problem.message for problem in problems] == [True], check(text)
    assert hint in problems[0].hint


@pytest.mark.parametrize(
    ("costs", "key"),
    [
        ("{agree: true, ▶atmost: EUR 4.00}", "at_most"),
        ("{agree: true, ▶at_most EUR 4.00}", "at_most"),
        ("{agree: true, ▶At-Most: EUR 4.00}", "at_most"),
        ("{▶agree= true, at_most: EUR 4.00}", "agree"),
        ("{▶agre, at_most: EUR 4.00}", "agree"),
    ],
)
def test_a_misspelt_key_in_braces_gets_the_key_that_is_near(check: Check, costs: str, key: str) -> None:
    text, (expected,) = marked(scenario(grant(costs=costs)))

    (problem,) = [problem for problem in check(text) if (problem.line, problem.column) == expected]

    assert f"Did you mean `{key}" in problem.hint
    assert "comma" not in problem.hint


def test_a_key_in_braces_without_a_space_after_its_colon_is_told_so(check: Check) -> None:
    problems = check(scenario(braces("X").replace("kvk: ", "kvk:")))

    assert any("space" in problem.hint for problem in problems)


CURLY = [
    ("id", "“a”"),
    ("id", "“1”"),
    ("duration", "“2 years”"),
    ("until", "„2029-12-31”"),
    ("renew", "‘within 9 days’"),
    ("scope", "{providers: [“UWV”]}"),
    ("scope", "{services: [“UWV: Verzuimmelder”]}"),
    ("scope", "\n      services:\n        - ‘UWV: Verzuimmelder’"),
    ("scope", "\n      services:\n        - “UWV: Verzuimmelder”\n        - “RVO: WBSO”"),
    ("scope", "{general: “all services now and in the future”}"),
    ("costs", "{agree: “true”, at_most: EUR 9.00}"),
    ("costs", "{agree: true, at_most: “EUR 9.00”}"),
    ("notice", "{language: “en”}"),
    ("intermediary", "{kvk: “69599084”, name: “Jansen B.V.”, uses_we_id: “false”}"),
    ("intermediary", "\n      kvk: ”69599084”\n      name: “Jansen, De Vries” # wij\n      email: “a@b.example”"),
]


@pytest.mark.parametrize(("key", "value"), CURLY)
def test_curly_quotes_are_named_and_the_advice_followed_passes(check: Check, key: str, value: str) -> None:
    text = scenario(grant(**{key: value}))

    problems = check(text)

    assert {problem.message for problem in problems} == {"these are curly quotes, as Word and Outlook write them"}
    lines = text.splitlines()
    for problem in sorted(problems, reverse=True):
        advised = problem.hint.removesuffix(".").partition(": ")[2]
        line, at = lines[problem.line - 1], problem.column - 1
        lines[problem.line - 1] = line[:at] + advised + re.sub("^[“„‘”][^”’]*[”’]", "", line[at:])
    assert check("\n".join(lines)) == []


def test_curly_quotes_around_limits_and_version_are_advised_to_go(check: Check) -> None:
    text = scenario().replace("version: 1", "version: “1”").replace("grants:", "limits: {grants: “5”}\ngrants:")

    assert [problem.hint for problem in check(text)] == ["Write it without quotes: 1.", "Write it without quotes: 5."]


@pytest.mark.parametrize(
    "name", ["’t Salarisbureau", "“De Brug” Beheer B.V.", "Stichting “De Brug”", '"“De Brug”"', "–x"]
)
def test_a_name_may_hold_curly_quotes(check: Check, name: str) -> None:
    assert check(scenario(block(name))) == []


def test_a_quoted_value_that_takes_keys_with_it_is_a_mistake(check: Check) -> None:
    entry = block("▶'t Bureau").replace("a@b.example", "'")
    text, expected = marked(scenario(entry))

    problems = check(text)

    assert places(problems) == expected
    assert "opens here and is not closed on this line" in problems[0].message


def warnings(read: Read, text: str) -> tuple[Problem, ...]:
    return read(text).warnings


@pytest.mark.parametrize("comment", [" ▶#1", " ▶# wij", "   ▶#Zo Beheer"])
def test_a_comment_right_after_a_name_is_pointed_out(read: Read, comment: str) -> None:
    text, expected = marked(scenario(block(f"Bureau{comment}")))

    (warning,) = warnings(read, text)

    assert [(warning.line, warning.column)] == expected
    assert "the name is 'Bureau'" in warning.message


@pytest.mark.parametrize("where", ["organisation", "contact", "providers"])
def test_a_comment_right_after_any_name_is_pointed_out(read: Read, where: str) -> None:
    head = 'version: 1\norganisation:\n  kvk: "90000102"\n  name: Voorbeeld\n  contact:\n    name: Beheer\n'
    entry = grant(scope="\n      providers:\n        - UWV")
    text = scenario(entry, head=head)
    last = {"organisation": "Voorbeeld", "contact": "Beheer", "providers": "- UWV"}[where]

    (warning,) = warnings(read, text.replace(last, f"{last} #1"))

    assert "what follows ` #` is a comment" in warning.message


@pytest.mark.parametrize("name", ['"Bureau" # wij', "Bureau   # wij", "Bureau#1", '"Bureau #1"'])
def test_a_comment_that_cannot_be_part_of_a_name_is_not_pointed_out(read: Read, name: str) -> None:
    assert warnings(read, scenario(block(name))) == ()


def test_an_anchor_of_a_mapping_that_nothing_refers_to_is_pointed_out(read: Read) -> None:
    (warning,) = warnings(read, scenario(grant(scope="&uwv {providers: [UWV]}")))

    assert "`&uwv`" in warning.message


def test_limits_below_what_the_file_holds_are_pointed_out(read: Read) -> None:
    head = HEAD + "limits: {grants: ▶1, costs: ▶EUR 20.00}\n"
    text, expected = marked(scenario(grant(), grant(id="b", scope="{providers: [RVO]}"), head=head))

    found = warnings(read, text)

    assert [(warning.line, warning.column) for warning in found] == expected
    assert "a run may record 1 grant, and the file has 2" in found[0].message
    assert "all `at_most` add up to EUR 30.00" in found[1].message


def test_an_end_date_in_the_past_is_pointed_out_once_for_all_that_it_holds_for(read: Read) -> None:
    head = HEAD + "defaults: {until: ▶2020-01-01}\n"
    text, expected = marked(scenario(grant(), grant(id="b", scope="{providers: [RVO]}"), head=head))

    found = warnings(read, text)

    assert [(warning.line, warning.column) for warning in found] == expected
    assert "2020-01-01` is in the past" in found[0].message


def test_costs_that_no_entry_names_are_told_once(check: Check) -> None:
    (problem,) = check(scenario(*(grant(id=f"g{n}", scope=f"{{providers: [P{n}]}}", costs="") for n in range(9))))

    assert "no entry has `costs`" in problem.message
    assert "defaults" in problem.hint


def zipped(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"id;kvk;naam\r\na;69599084;Jansen\r\n", "a CSV file"),
        (b"\xef\xbb\xbfid,kvk,naam\na,69599084,Jansen\n", "a CSV file"),
        (b'"id";"kvk"\n"a";"69599084"\n', "a CSV file"),
        (b"id\tkvk\na\t69599084\n", "a CSV file"),
        (b"sep=;\nid;kvk\n", "a CSV file"),
        (zipped("[Content_Types].xml", "xl/workbook.xml"), "an Excel workbook (.xlsx)"),
        (zipped("mimetype", "content.xml"), "LibreOffice (.ods"),
        (zipped("word/document.xml"), "a Word document (.docx)"),
        (zipped("scenario.yaml"), "an archive (zip)"),
        (b"PK\x03\x04 and no more", "an archive (zip)"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office program"),
        (b"%PDF-1.7\n", "a PDF document"),
        (scenario().encode("utf-16"), "UTF-16 text"),
        (scenario().encode("utf-16-le"), "UTF-16 text"),
        (scenario().encode("utf-16-be"), "UTF-16 text"),
    ],
)
def test_a_file_of_another_kind_is_called_what_it_is(check: Check, content: bytes, told: str) -> None:
    (problem,) = check(content)

    assert (problem.line, problem.column) == (1, 1)
    assert told in problem.message
    assert problem.hint


@pytest.mark.parametrize(
    ("key", "value", "hint"),
    [
        ("duration", "▶2", "Write it as 2 years."),
        ("duration", "▶1", "Write it as 1 year."),
        ("duration", '▶"3"', "Write it as 3 years."),
        ("duration", "▶2 jaar", "Write it as 2 years."),
        ("duration", "▶24 maanden", "Write it as 2 years."),
        ("renew", "▶60", "Write it as: within 60 days."),
        ("renew", "▶60 dagen", "Write it as: within 60 days."),
        ("renew", "▶binnen 60 dagen", "Write it as: within 60 days."),
        ("until", "▶31-12-2029", "If you mean 31 December 2029, write 2029-12-31."),
        ("until", "▶1 maart 2029", "If you mean 1 March 2029, write 2029-03-01."),
        ("until", "▶31/12/2029", "write 2029-12-31."),
        ("until", "▶2029–12–31", "write 2029-12-31."),
        ("until", "▶20291231", "write 2029-12-31."),
        ("costs", "\n      agree: true\n      at_most: ▶EUR 15,00", "Write it as EUR 15.00"),
        ("costs", "\n      agree: true\n      at_most: ▶€15,5", "Write it as EUR 15.50"),
        ("costs", "\n      agree: true\n      at_most: ▶1.250,00 euro", "Write it as EUR 1250.00"),
        ("costs", "\n      agree: true\n      at_most: ▶15.00 EUR", "Write it as EUR 15.00"),
        ("costs", "{agree: ▶ja, at_most: EUR 1.00}", "`agree: true`"),
        ("intermediary", '{kvk: "69599084", name: X, uses_we_id: ▶ja}', "true instead of 'ja'"),
    ],
)
def test_what_is_written_in_the_dutch_or_short_way_is_advised_in_ours(
    check: Check, key: str, value: str, hint: str
) -> None:
    text, expected = marked(scenario(grant(**{key: value})))

    problems = check(text)

    assert places(problems) == expected
    assert hint in problems[0].hint


def test_no_amount_is_advised_where_a_point_may_part_thousands(check: Check) -> None:
    (problem,) = check(scenario(grant(costs="{agree: true, at_most: EUR 1.005}")))

    assert "1005" not in problem.hint


DEMO = example("demo.yaml").read_text("utf-8")


@st.composite
def one_slip(draw: st.DrawFn) -> bytes:
    """The demo with one slip of a person or a program at one place."""
    values = re.finditer(r"(?<=: )[^\s{}\[\]#,][^{}\[\]#,\n]*", DEMO)
    value = draw(st.sampled_from([value for value in values if value[0].count('"') != 1]))
    old = value[0]
    inside = draw(st.integers(0, len(old)))
    slips = [
        f"&{old}",
        f"*{old}",
        f"!{old}",
        f"'{old}",
        f'{old}"',
        f"“{old}”",
        f"‘{old}’",
        f"„{old}“",
        f"{old[:inside]}{ZERO_WIDTH}{old[inside:]}",
        f"{old[:inside]}{NBSP}{old[inside:]}",
        f"{old[:inside]} #{old[inside:]}",
        f"{old[:inside]}\t{old[inside:]}",
        f"{old[:inside]}, {old[inside:]}",
        f"{old[:inside]}: {old[inside:]}",
        old.strip('"'),
        old.replace(".", ","),
        old.replace(" ", NBSP),
        old.replace("-", "–"),
        f"–{old}",
        f"- {old}",
    ]
    text = DEMO[: value.start()] + draw(st.sampled_from(slips)) + DEMO[value.end() :]
    encoding = draw(st.sampled_from(["utf-8", "utf-8", "utf-8-sig", "utf-16", "cp1252"]))
    return text.replace("\n", draw(st.sampled_from(["\n", "\r\n"]))).encode(encoding, "ignore")


def bare(grants: tuple[Grant, ...]) -> str:
    """What was meant: a name is the same with another space in it, and an id, a contact or an address is not judged."""
    return " ".join(repr([(g.intermediary.kvk, g.scope, g.term, g.at_most, g.renew_within) for g in grants]).split())


@settings(max_examples=150, deadline=timedelta(seconds=5))
@given(one_slip())
def test_a_slip_never_makes_another_scenario_in_silence(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "slip.yaml"
    path.write_bytes(content)
    meant = load(example("demo.yaml"))

    try:
        read = load(path)
    except ScenarioError:
        return

    assert bare(read.grants) == bare(meant.grants) or read.warnings
