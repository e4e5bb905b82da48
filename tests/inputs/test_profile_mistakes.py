"""Mistakes in a profile: all at once, each at its place, in plain words, with what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from automation.errors import Problem, ScenarioError, UsageError
from automation.inputs.profile import load
from automation.inputs.yaml_file import MAX_BYTES
from pages.profile import Profile
from tests.inputs.scenario.texts import marked, places


def problems(tmp_path: Path, text: str) -> list[Problem]:
    file = tmp_path / "profile.yaml"
    file.write_text(text, "utf-8")
    try:
        load(file)
    except ScenarioError as error:
        return error.problems
    return []


MISTAKES = [
    ("screens: {▶reveiw: {record: {label: A}}}", "unknown screen 'reveiw'", "Did you mean `review`?"),
    ("screens: {costs: {▶duraton: {label: A}}}", "unknown control 'costs.duraton'", "`duration`"),
    ("screens: {costs: {▶duraton: null}}", "unknown control 'costs.duraton'", "`duration`"),
    ("screens: {costs: {▶duration: null}}", "keten needs the control 'costs.duration'", "Describe where it is"),
    ("screens: {costs: {duration: {label: A, ▶css: b}}}", "two ways to find it: label and css", "[{…}, {…}]"),
    ("screens: {costs: {duration: [{label: A}, ▶{optional: true}]}}", "does not say how to find it", "role, label"),
    ("screens: {costs: {duration: {label: A, ▶name: B}}}", "`name` goes with `role` only", "role: button"),
    ("screens: {costs: {duration: {▶lable: A}}}", "unknown key 'lable'", "Did you mean `label`?"),
    ("screens: {costs: {duration: {label: ▶5}}}", "5 without quotes is a number", '"5"'),
    ("screens: {costs: {duration: {label: A, optional: ▶maybe}}}", "this must be true or false", "true or false"),
    ("screens: {costs: {duration: {label: ▶“Duur”}}}", "curly quotes, as Word and Outlook write them", '"Duur"'),
    ("screens: {costs: {duration: {label: Duur, optional: ▶“true”}}}", "curly quotes", "without quotes: true"),
    ("screens: {costs: {duration: {label: Duur▶\u00a0in jaren}}}", "no-break space", "ordinary space"),
    ("screens: {costs: {duration: {label: ▶&Duur in jaren}}}", "is never used", '"&Duur in jaren"'),
    ("screens: {costs: {duration: ▶Duur}}", "this must be a list, not a single value", "{role: button"),
    ("screens: {costs: {duration: ▶[]}}", "the list of 'costs.duration' is empty", "write null"),
    ("screens: {costs: ▶[a]}", "this must be keys with values, not a list", ""),
    ("screens: {costs: {duration: {label: A, within: ▶agre}}}", "but there is no control", "Did you mean `agree`?"),
    (
        "screens:\n  costs:\n    duration: {css: a, within: ▶agree}\n    agree: {css: a, within: duration}",
        "costs: 'duration' within 'agree' within 'duration' goes round in a circle",
        "Remove one",
    ),
    (
        "screens: {costs: {duration: {label: ▶/(/}}}",
        "/(/ is not a valid regular expression: missing )",
        "special character",
    ),
    ("screens: {costs: {duration: {label: ▶'/(?i)duur/'}}}", "(?i, which browsers do not support", "/…/i"),
    ('screens: {costs: {duration: {label: ▶"{kvkk}"}}}', "unknown placeholder {kvkk}", "{kvk}, {provider}, {service}"),
    (
        "screens: {granted: ▶{kvk_column: null}}",
        "neither 'granted.kvk_column' nor 'granted.details_kvk'",
        "Describe where",
    ),
    (
        "formats: {scope: {provider: ▶'/Alle (?P<x>.+)/'}}",
        "does not have the group (?P<provider>…)",
        "(?P<provider>.+)",
    ),
    (
        "formats: {scope: {service: ['/(?P<provider>a): (?P<service>b)/', ▶Dienst]}}",
        "does not have the group",
        "/regex/",
    ),
    ("formats: {scope: {more: ▶'/(/'}}", "is not a valid regular expression", ""),
    ("formats: {reference: ▶KM}", "formats.reference does not have the group (?P<reference>…)", ""),
    ("formats: {dates: ▶[dd-MM]}", "the date form 'dd-MM' lacks a day, month or year", "dd-MM-yyyy"),
    ("formats: {dates: ▶[d MMMM yyyy]}", "keten types dates in figures", ""),
    ("formats: {duration: ▶jaar}", "must hold {years}", "{years} jaar"),
    ("formats: {durations: {2: ▶5 jaar}}", "'5 jaar' is already the option for 5 years", "an option of its own"),
    ("formats: {durations: {1: een, 2: ▶Een}}", "'Een' is already the option for 1 year", "an option of its own"),
    (
        "formats: {durations: {2: ▶Tot en met een datum}}",
        "is already the option for an end date",
        "an option of its own",
    ),
    ("recording: {refusals: [422, ▶500]}", "may answer 500 to a grant", "Remove it"),
    ("recording: {refusals: [▶408]}", "may answer 408 to a grant", "Remove it"),
    ("formats: {durations: {▶6: zes jaar}}", "unknown key '6'", "1, 2, 3, 4, 5"),
    ("statuses: {▶perhaps: [Misschien]}", "unknown key 'perhaps'", "present, pending"),
    ("statuses: {present: [Actief], pending: [Nieuw, ▶actief]}", "'actief' is both present and pending", "Keep one"),
    ("costs: ▶maybe", "'maybe' is not shown or not-shown", "shown or not-shown"),
    ("▶colour: red", "unknown key 'colour'", ""),
    ("recording: {buttons: ▶[confirm, record]}", "[record] or [record, confirm]", "opens the dialog"),
    ("recording: {buttons: [record, ▶confirm]}", "the button `review.confirm` is not described", "screens"),
    ("recording: {buttons: [▶press]}", "'press' is not a button of the last click", "record or confirm"),
    (
        "recording: {request: {address: ▶/api/grants}}",
        "is not a complete address, so it matches no request",
        "regular expression",
    ),
    ("recording: {request: {address: ▶'/(/'}}", "is not a valid regular expression", ""),
    ("recording: {request: {address: /a/, times: ▶2}}", "'2' is not a number of times", "per-service"),
    ("recording: {request: ▶{method: PUT}}", "the key 'address' is missing", "Add `address`"),
    ("recording: {refusals: [▶all]}", "a whole number, 1 or more", ""),
    ("aliases: {'UWV: A': ['UWV: C'], 'UWV: B': [▶'UWV: C']}", "is an alias of both 'UWV: A' (line 1)", "one thing"),
    ("aliases: {'UWV: A': [▶C]}", "'C' is a provider, and 'UWV: A' is a service", "with its provider"),
    ("aliases: {'UWV: A': [▶'UWV: B'], 'UWV: B': ['UWV: C']}", "'UWV: B' has aliases of its own, on line 1", ""),
    ("aliases: {'UWV: A': [▶UWV: B]}", "this must be text, not keys with values", ""),
    (
        "preset: {▶granted: {a: b}}",
        "'granted' is not a screen with fields to fill in",
        "receiver, scope, costs, review",
    ),
    ("preset: {costs: {▶reason: b}}", "the control 'costs.reason' is not described", "{reason: {label: …}}"),
    ("preset: {costs: {▶agree: true}}", "keten fills in `costs.agree`", "Remove it"),
    (
        "screens: {costs: {reason: {label: A}}}\npreset: {costs: {reason: ▶'{reff}'}}",
        "unknown placeholder {reff}",
        "The placeholders are: {ref}.",
    ),
    ("screens: {costs: {a: {label: A}}}\npreset: {costs: {a: ▶5}}", "5 without quotes is a number", '"5"'),
    (
        "interruptions: [{dialog: {role: main}, dismiss: ▶{role: button, name: Vastleggen}}]",
        "cannot dismiss an interruption",
        "only closes it",
    ),
    ("interruptions: [▶{dialog: {role: dialog}}]", "the key 'dismiss' is missing", "closes it"),
    ("paths: ▶7", "this must be keys with values, not a single value", "sign_in, granted"),
    ("paths: {▶granted: }", "the key 'granted' has no value", "remove the key"),
    ("▶reset: {costs: x}", "unknown key 'reset'", "Did you mean `preset`?"),
    ("preset: {▶list: ▶x}", "this must be keys with values", ""),
    ("screens: {▶list: ▶5}", "this must be keys with values", ""),
    ("aliases: ▶[a]", "this must be keys with values, not a list", ""),
    ("a: ▶]", "this is not YAML", "one line up"),
    ("paths: {}\n▶paths: {}", "is here twice, first on line 1", "Remove one"),
    ("paths: ▶!!python/object:os.system x", "is not allowed", "plain value"),
    ("▶- a", "the file does not contain keys with values", "Start it with `screens:`."),
]


@pytest.mark.parametrize(("text", "message", "hint"), MISTAKES)
def test_a_mistake_is_named_at_its_place(tmp_path: Path, text: str, message: str, hint: str) -> None:
    text, expected = marked(text)

    found = problems(tmp_path, text)

    at_last_mark = [one for one in found if (one.line, one.column) == expected[-1]]
    assert any(message in one.message and hint in one.hint for one in at_last_mark), found
    assert all((one.line, one.column) in expected for one in found), found
    assert not any(word in str(one) for one in found for word in ("pydantic", "Input", "instance", "type="))


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text, expected = marked(
        "screens:\n  costs:\n    ▶duraton: {label: A}\n    agree: {label: ▶5}\n"
        "formats: {dates: ▶[dd-MM]}\ncosts: ▶perhaps\naliases: {UWV: [▶'UWV: A']}\n"
    )

    assert places(problems(tmp_path, text)) == expected


def test_a_control_that_is_anothers_within_needs_no_known_name(tmp_path: Path) -> None:
    assert problems(tmp_path, "screens: {costs: {panel: {css: aside}, amount: {css: b, within: panel}}}") == []


def test_the_overview_may_show_what_is_preset(tmp_path: Path) -> None:
    text = (
        "screens: {costs: {reason: {label: Reden}}, review: {reason: {label: Reden}}}\npreset: {costs: {reason: Keten}}"
    )

    assert problems(tmp_path, text) == []


def test_an_optional_control_given_as_null_is_one_that_the_portal_lacks(tmp_path: Path) -> None:
    file = tmp_path / "profile.yaml"
    file.write_text("screens: {receiver: {look_up: null}, costs: {agree: null}, review: {confirm: null}}", "utf-8")

    screens = load(file).screens

    assert "look_up" in load().screens["receiver"]
    assert "look_up" not in screens["receiver"]
    assert "agree" not in screens["costs"]


def test_a_selector_may_hold_a_colon_without_quotes(tmp_path: Path) -> None:
    assert problems(tmp_path, "screens: {costs: {amount: {css: dt:has-text('Totaal') + dd}}}") == []


def test_anchors_and_merge_keys_work(tmp_path: Path) -> None:
    file = tmp_path / "profile.yaml"
    file.write_text(
        "screens:\n  costs: {continue: &next {role: button, name: Verder}}\n  scope: {continue: *next}\n", "utf-8"
    )

    loaded: Profile = load(file)

    assert str(loaded.screens["scope"]["continue"][0]) == "{role: button, name: Verder}"


def test_a_file_that_is_not_there_or_too_large_is_no_profile(tmp_path: Path) -> None:
    large = tmp_path / "large.yaml"
    large.write_bytes(b"#" * (MAX_BYTES + 1))

    for path, message in ((tmp_path / "none.yaml", "does not exist"), (large, "larger than 10 MB")):
        with pytest.raises(UsageError, match=message) as caught:
            load(path)
        assert "profile" in caught.value.hint.lower()
