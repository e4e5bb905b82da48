"""Reads a profile: the built-in one with the user's laid over it, key by key, and every mistake at its place."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from automation.inputs.editor_schema import EditorSchema
from automation.inputs.mistakes import report, tell_curly_quotes
from automation.inputs.profile_rules import check, take_out_lacking
from automation.inputs.yaml_file import parse, read
from automation.inputs.yaml_node import Node, Problems
from pages.profile import BUILT_IN, Profile
from pages.profile.glossary import CONTROLS, SCREENS, WIZARD
from pages.profile.parts import IN_A_FILE, LOCATOR_WAYS


def load(overlay: Path | None = None) -> Profile:
    """The built-in profile with the user's laid over it.

    ScenarioError with every mistake at its place; UsageError when the file cannot be read or is over 10 MB.
    """
    return _laid_over(overlay) if overlay else _built_in().model_copy(deep=True)


@cache
def _built_in() -> Profile:
    return _laid_over(None)


def _laid_over(overlay: Path | None) -> Profile:
    problems = Problems(str(overlay or BUILT_IN))
    root = parse(BUILT_IN.read_bytes(), problems, pure=True)
    lacking: list[tuple[str, str]] = []
    if overlay is not None:
        content = read(
            overlay, "profile", "A profile has only what differs from the built-in one: is this the right file?"
        )
        above = parse(content, problems, "screens:", pure=True)
        tell_curly_quotes(above, problems, json_schema())
        lacking = take_out_lacking(root, above, problems)
        root = _merged(root, above)
    _in_lists(root)
    check(root, problems)
    try:
        profile = Profile.model_validate(root.plain(), context=IN_A_FILE)
    except ValidationError as error:
        report(error, root, problems, json_schema())
    if problems.found:
        raise problems.error()
    return profile.without(lacking)


def _merged(below: Node, above: Node) -> Node:
    """Mappings are merged key by key, but a control, being one locator or a list, is replaced whole.

    What is not in the file above gets the place of what it is laid under there.
    """
    if not isinstance(above.value, dict) or not isinstance(below.value, dict) or above.value.keys() & set(LOCATOR_WAYS):
        return above
    values = {key: _placed(node, above) for key, node in below.value.items() if key not in above.value}
    values |= {k: _merged(below.value[k], n) if k in below.value else n for k, n in above.value.items()}
    keys = {key: _placed(node, above) for key, node in below.keys.items()} | above.keys
    return Node(line=above.line, column=above.column, value=values, keys=keys)


def _placed(node: Node, at: Node) -> Node:
    value = node.value
    if isinstance(value, dict):
        value = {key: _placed(child, at) for key, child in value.items()}
    elif isinstance(value, list):
        value = [_placed(child, at) for child in value]
    return Node(
        line=at.line, column=at.column, value=value, keys={key: _placed(child, at) for key, child in node.keys.items()}
    )


def _in_lists(root: Node) -> None:
    """One locator stands for a list of one; so does one form of a scope, one word, and one other name."""
    screens, scope = root.at("screens"), root.at("formats", "scope")
    for screen in screens.mapping().values() if screens else ():
        _in_list(screen, screen.mapping(), dict)
    _in_list(root, ("session_ended",), dict)
    if scope:
        _in_list(scope, ("general", "provider", "service"), str)
    for part in (root.at("aliases"), root.at("statuses")):
        if part:
            _in_list(part, part.mapping(), str)


def _in_list(parent: Node, keys: Iterable[str], kind: type) -> None:
    values = parent.mapping()
    for key in list(keys):
        node = values.get(key)
        if node and isinstance(node.value, kind):
            values[key] = Node(line=node.line, column=node.column, value=[node], keys={})


@cache
def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a user's profile, for editors; `load` checks more than it can say.

    Nothing is required that the built-in profile has.
    """
    schema = Profile.model_json_schema(schema_generator=EditorSchema)
    for name, part in [("Profile", schema), *schema["$defs"].items()]:
        if name not in ("RecordingRequest", "Interruption"):  # those are new, or replaced whole
            part.pop("required", None)
    locator = {"$ref": "#/$defs/Locator"}
    control = {
        "anyOf": [locator, {"type": "array", "items": locator, "minItems": 1}, {"type": "null"}],
        "errorMessage": "Write one way to find it, for example {role: button, name: Volgende}, or a list of them.",
    }
    several = control | {"anyOf": [locator, {"type": "array", "items": locator}]}
    schema["properties"]["session_ended"] = several | {"description": Profile.model_fields["session_ended"].description}
    schema["properties"]["screens"] |= {
        "properties": {
            screen: {
                "type": "object",
                "description": description,
                "properties": {name: control | {"description": what} for name, what in CONTROLS[screen].items()},
                "additionalProperties": control,
            }
            for screen, description in SCREENS.items()
        },
        "additionalProperties": False,
    }
    values = schema["properties"]["preset"].pop("additionalProperties")
    schema["properties"]["preset"] |= {
        "properties": {screen: values | {"description": SCREENS[screen]} for screen in WIZARD},
        "additionalProperties": False,
    }
    return {"$schema": EditorSchema.schema_dialect, **schema, "title": "Profile of keten"}
