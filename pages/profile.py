"""The portal profile: where each control is, how the screens follow one another, and what the words mean.

The built-in profile is `we_id.yaml` beside this file; a user's own profile is laid over it, key by key.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, PrivateAttr, ValidationError
from pydantic.config import JsonDict

from automation.domain import Element, RowStatus
from automation.editor_schema import EditorSchema
from automation.mistakes import report, tell_curly_quotes
from automation.yaml_file import Node, Problems, parse, read
from pages.formats import Formats
from pages.glossary import CONTROLS, SCREENS, WIZARD
from pages.profile_parts import (
    IN_A_FILE,
    LOCATOR_WAYS,
    Control,
    Interruption,
    Locator,
    Part,
    Paths,
    PresetValue,
    Recording,
    RecordingRequest,
    Refusal,
    SignInRefusals,
    Texts,
    pattern,
)
from pages.profile_rules import check, take_out_lacking

__all__ = [
    "BUILT_IN",
    "Control",
    "Formats",
    "Interruption",
    "Locator",
    "Profile",
    "Recording",
    "RecordingRequest",
    "Refusal",
    "SignInRefusals",
    "json_schema",
    "load",
    "pattern",
]

BUILT_IN = Path(__file__).with_name("we_id.yaml")
_SHOWN: JsonDict = {"errorMessage": "Write shown or not-shown."}


class Profile(Part):
    """Where each control of a portal is, how its screens follow one another, and what its words mean."""

    paths: Paths = Field(description="addresses of screens")
    screens: dict[str, dict[str, Control]] = Field(
        description="where each control is: one locator, or a list tried in order"
    )
    interruptions: Annotated[tuple[Interruption, ...], Field(strict=False)] = Field(
        (), description="dialogs that may appear anywhere, and how to dismiss them"
    )
    session_ended: Control = Field(
        (), description="what a portal shows when a session ran out, where it is not the sign-in itself"
    )
    formats: Formats = Field(description="forms of dates, amounts, terms and scopes")
    statuses: dict[Literal["present", "pending", "revoked", "ended"], Texts] = Field(
        description="which words of the list mean present, pending, revoked and ended; any other stops a run"
    )
    aliases: dict[str, Texts] = Field(
        {}, description="names of the scenario, each with the other names that the portal has for it"
    )
    preset: dict[str, dict[str, PresetValue]] = Field(
        {}, description="values for further obligatory fields, by screen; {ref} is keten's own reference"
    )
    own_organisation: Literal["shown", "not-shown"] = Field(
        "shown",
        title="shown or not-shown",
        description="whether the portal says for whom one acts",
        json_schema_extra=_SHOWN,
    )
    costs: Literal["shown", "not-shown"] = Field(
        "shown", title="shown or not-shown", description="whether the portal says an amount", json_schema_extra=_SHOWN
    )
    sign_in_refusals: SignInRefusals = Field(
        SignInRefusals(), description="words by which a refused sign-in is told from others"
    )
    recording: Recording = Field(Recording(), description="the last click: its buttons, its request, its refusals")
    _lacking: frozenset[tuple[str, str]] = PrivateAttr(frozenset())

    @cached_property
    def _status_words(self) -> dict[str, RowStatus]:
        return {word.casefold(): RowStatus(kind) for kind, words in self.statuses.items() for word in words}

    def status(self, word: str) -> RowStatus:
        """What a status word on the portal's list means."""
        return self._status_words.get(" ".join(word.split()).casefold(), RowStatus.UNKNOWN)

    def lacks(self, screen: str, control: str) -> bool:
        """Whether a person wrote in the profile that the portal lacks this control: `null` in place of a locator."""
        return (screen, control) in self._lacking

    def without(self, lacking: Iterable[tuple[str, str]]) -> Profile:
        """This profile of a portal that lacks these controls."""
        other = self.model_copy()
        other._lacking = frozenset(lacking)
        return other

    @property
    def lists_own_references(self) -> bool:
        """Whether the list shows keten's own references, in a field that `preset` fills."""
        return not self.screens["granted"].keys().isdisjoint({"own_reference_column", "details_own_reference"})

    @cached_property
    def _aliased(self) -> dict[Element, Element]:
        """The portal's names, each with the scenario's."""
        return {_named(other): _named(name) for name, others in self.aliases.items() for other in others}

    def meant(self, shown: Element) -> Element:
        """What the portal shows under a name of its own, as a scenario names it."""
        if shown.provider is None:
            return shown
        provider = self._aliased.get(Element(shown.provider), Element(shown.provider)).provider
        if shown.service is None:
            return Element(provider)
        of_scenario = Element(provider, shown.service)
        return self._aliased.get(shown, self._aliased.get(of_scenario, of_scenario))

    def names_of(self, wanted: Element) -> list[Element]:
        """What the portal may call a provider or service: the scenario's own name first."""
        if wanted.service is None:
            return [wanted, *(shown for shown, meant in self._aliased.items() if meant == wanted and shown != wanted)]
        providers = [str(one.provider) for one in self.names_of(Element(wanted.provider))]
        services = [wanted, *(shown for shown, meant in self._aliased.items() if meant == wanted)]
        found = [Element(one.provider, one.service) for one in services]
        found += [Element(provider, one.service) for one in services for provider in providers]
        return list(dict.fromkeys(found))

    def element(self, text: str) -> Element:
        """What one item of a grant covers, as a scenario names it; ValueError when the profile does not know it."""
        return self.meant(self.formats.element(text))

    def elements(self, texts: Iterable[str]) -> frozenset[Element]:
        """What a grant covers by its items; ValueError also when two names of the portal come down to one thing."""
        return self.all_meant(self.formats.elements(texts))

    def all_meant(self, shown: Iterable[Element]) -> frozenset[Element]:
        """What is shown, as a scenario names it; ValueError when two names of the portal come down to one thing."""
        found: dict[Element, Element] = {}
        for one in shown:
            if found.setdefault(self.meant(one), one) != one:
                raise ValueError(f"both '{found[self.meant(one)]}' and '{one}' are shown for '{self.meant(one)}'")
        return frozenset(found)


def _named(name: str) -> Element:
    try:
        return Element.of_service(name)
    except ValueError:
        return Element(name.strip())


def load(overlay: Path | None = None) -> Profile:
    """The built-in profile with the user's laid over it.

    ScenarioError with every mistake at its place; UsageError when the file cannot be read or is over 10 MB.
    """
    problems = Problems(str(overlay or BUILT_IN))
    root = parse(BUILT_IN.read_bytes(), problems, pure=True)
    lacking: list[tuple[str, str]] = []
    if overlay is not None:
        content = read(overlay, "profile", "A profile holds only what differs: is this the file?")
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
    return Node(above.line, above.column, values, keys)


def _placed(node: Node, at: Node) -> Node:
    value = node.value
    if isinstance(value, dict):
        value = {key: _placed(child, at) for key, child in value.items()}
    elif isinstance(value, list):
        value = [_placed(child, at) for child in value]
    return Node(at.line, at.column, value, {key: _placed(child, at) for key, child in node.keys.items()})


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
            values[key] = Node(node.line, node.column, [node], {})


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
