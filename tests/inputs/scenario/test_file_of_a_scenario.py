"""The YAML of a scenario: what cannot be read is named at its place, and nothing in it can do harm."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from automation.inputs import yaml_file, yaml_node
from tests.inputs.scenario.texts import HEAD, Check, Read, grant, marked, places, scenario


@pytest.fixture(params=["libyaml", "pure Python"], autouse=True)
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test with both parsers, since the slow one stands in where libyaml is missing."""
    monkeypatch.setattr(yaml_file, "YAML", partial(YAML, pure=request.param == "pure Python"))


UNREADABLE = [
    ("▶", "the file is empty"),
    ("▶# nothing but a comment\n", "the file is empty"),
    ("▶null", "does not contain keys with values"),
    ("▶- a\n- b\n", "does not contain keys with values"),
    ("version: 1\n▶---\nversion: 1\n", "a second document starts here"),
    ("version: 1\n a▶: b\n", "this is not YAML"),
    ("version: ▶@1\n", "this is not YAML: found character"),
    ("version: ▶*one\n", "there is no anchor &one above this"),
    ("a: &a [▶*a]\n", "*a would contain itself"),
    ("a: &a {b: {c: ▶*a}}\n", "*a would contain itself"),
    ("a: " + "[" * 49 + "▶[]" + "]" * 49, "nested more than 50 levels deep"),
    ("a: ▶\0b", r"'\x00' is not allowed in a YAML file"),
    ("a: ▶\x1bb", r"'\x1b' is not allowed in a YAML file"),
    ("a: b # ▶\u2028", r"'\u2028' is not allowed in a YAML file"),
    ("é\r\nb: ▶\ufffe", r"'\ufffe' is not allowed in a YAML file"),
]


@pytest.mark.parametrize(("text", "message"), UNREADABLE)
def test_what_cannot_be_read_is_named_at_its_place(check: Check, text: str, message: str) -> None:
    text, expected = marked(text)

    problems = check(text)

    assert places(problems) == expected
    assert message in problems[0].message
    assert problems[0].hint


def test_a_byte_that_is_not_utf_8_is_named_at_its_place(check: Check) -> None:
    (problem,) = check("version: 1\né: ".encode() + b"\xe9t\xe9\n")

    assert (problem.line, problem.column) == (2, 4)
    assert "not UTF-8" in problem.message


def test_a_byte_order_mark_moves_no_column(check: Check) -> None:
    text, expected = marked(scenario().replace("version: 1", "version: ▶2"))

    assert places(check(b"\xef\xbb\xbf" + text.encode())) == expected


def test_a_file_with_windows_line_ends_is_read(check: Check) -> None:
    text, expected = marked(scenario(grant(duration="▶9 years")))

    assert places(check(text.replace("\n", "\r\n"))) == expected


LESSER_MISTAKES = [
    ("version: 1\n▶version: 1\n", "the key 'version' is here twice, first on line 1"),
    ("version: 1\n▶1: 1\n", "unknown key '1'"),
    ("version: 1\n▶true: 1\n", "a key must be text"),
    ("version: 1\n? ▶[a]\n: 1\n", "a key must be text"),
    ("version: 1\n<<: ▶a\n", "merges mappings only"),
    ("version: ▶!!int 1\n", "the tag tag:yaml.org,2002:int is not allowed"),
    ('version: 1\nlimits: ▶!!python/object/apply:os.system ["true"]\n', "is not allowed"),
    ("version: 1\nlimits: ▶!new {}\n", "the tag !new is not allowed"),
]


@pytest.mark.parametrize(("start", "message"), LESSER_MISTAKES)
def test_a_mistake_in_the_yaml_is_reported_with_the_others(check: Check, start: str, message: str) -> None:
    rest = scenario(grant(duration="▶9 years")).replace("version: 1\n", "")
    text, expected = marked(start + rest)

    problems = check(text)

    assert set(expected) <= set(places(problems))
    assert any(message in problem.message for problem in problems if (problem.line, problem.column) == expected[0])


def test_a_tag_never_builds_an_object(check: Check, tmp_path: Path) -> None:
    trace = tmp_path / "built"

    assert check(f'version: !!python/object/apply:pathlib.Path.touch [!!python/object/apply:pathlib.Path ["{trace}"]]')
    assert not trace.exists()


def test_the_tag_of_text_makes_text_of_a_number(read: Read) -> None:
    text = scenario(grant(intermediary="{kvk: !!str 69599084, name: X}"))

    assert read(text).grants[0].intermediary.kvk == "69599084"


def test_anchors_aliases_and_merge_keys_work(read: Read) -> None:
    first = grant(
        intermediary='&jansen {kvk: "68750110", name: Jansen}', costs="&costs {agree: true, at_most: EUR 9.00}"
    )
    second = grant(
        id="b", intermediary="{<<: *jansen, name: Jansen B.V.}", scope="{providers: [RVO]}", costs="{<<: [*costs]}"
    )

    one, other = read(scenario(first, second)).grants

    assert (one.intermediary.name, other.intermediary.name) == ("Jansen", "Jansen B.V.")
    assert one.intermediary.kvk == other.intermediary.kvk
    assert one.at_most == other.at_most


def test_a_mistake_under_an_alias_is_named_once_where_it_is_written(check: Check) -> None:
    grants = [grant(intermediary='&x {kvk: "69599084", name: ▶""}')]
    grants += [grant(id=f"g{n}", intermediary="*x", scope=f"{{providers: [P{n}]}}") for n in range(9)]
    text, expected = marked(scenario(*grants))

    assert places(check(text)) == expected


def billion_laughs() -> str:
    lines = ["a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    return "\n".join(lines)


def merged_laughs() -> str:
    return "a0: &a0 {x: 1}\n" + "\n".join(f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}]}}" for n in range(1, 40))


@pytest.mark.parametrize("bomb", [billion_laughs(), merged_laughs()])
def test_aliases_that_grow_without_end_are_refused_at_once(check: Check, bomb: str) -> None:
    before = time.process_time()

    (problem,) = check(bomb)

    assert "the file has more than 2,000,000 values" in problem.message
    assert time.process_time() - before < 1


def test_aliases_nested_too_deep_are_refused(check: Check) -> None:
    chain = "a0: &a0 [x]\n" + "\n".join(f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, 2000))

    (problem,) = check(chain)

    assert problem.line == 49
    assert "nested more than 50 levels deep" in problem.message


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_depth_is_refused_however_it_is_written(check: Check, opening: str) -> None:
    (problem,) = check(opening * 20_000)

    assert "nest" in problem.message


def test_more_mistakes_than_a_person_can_mend_are_cut_off(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_node, "MAX_PROBLEMS", 20)

    problems = check(HEAD + "grants: [" + "1, " * 100 + "]")

    assert len(problems) == 21
    assert problems[-1].message == "there are more problems than keten can show"
