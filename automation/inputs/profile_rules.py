"""What must hold between the parts of a profile, and what no model can say: each mistake at its place in the file."""

from __future__ import annotations

import re
from collections.abc import Iterator

from automation.inputs.mistakes import instead_of
from automation.inputs.profile_words import (
    check_aliases,
    check_durations,
    check_needed,
    check_refusals,
    check_regex,
    check_scope_words,
    check_statuses,
    mapping,
)
from automation.inputs.yaml_node import Node, Problems
from pages.profile.glossary import CONTROLS, MAY_LACK, WIZARD
from pages.profile.parts import LOCATOR_WAYS

PLACEHOLDERS = ("kvk", "provider", "service", "duration", "ref")


_PLACEHOLDER = re.compile(r"\{([A-Za-z_][A-Za-z_0-9]*)\}")


_TEXTS = ("name", "label", "text", "placeholder", "test_id", "css")


def take_out_lacking(below: Node, above: Node, problems: Problems) -> list[tuple[str, str]]:
    """A control that the file above gives as null is one that the portal lacks: take it out of both; which these are.

    Only what the built-in profile calls optional, or does not have, can be lacking, and what the glossary says.
    """
    lacking = []
    for screen, node in mapping(above.at("screens")).items():
        for name in [name for name, control in node.mapping().items() if control.value is None]:
            lacking.append((screen, name))
            lower = below.at("screens", screen, name)
            optional = lower is None or any(locator.at("optional") for locator in _locators(lower))
            if not optional and f"{screen}.{name}" not in MAY_LACK:
                problems.add(
                    node.keys[name],
                    f"keten needs the control '{screen}.{name}'",
                    "Describe where it is on this portal.",
                )
            elif lower is None and screen in CONTROLS and name not in CONTROLS[screen]:
                hint = instead_of(name, list(CONTROLS[screen]))
                problems.add(node.keys[name], f"unknown control '{screen}.{name}'", hint)
            elif found := below.at("screens", screen):
                found.mapping().pop(name, None)
            del node.mapping()[name]
    return lacking


def check(root: Node, problems: Problems) -> None:
    """Add all that is wrong between the parts; what is wrong in itself is the models' to tell."""
    presets = {name: at for _, name, at, _ in _presets(root)}
    for screen, node in mapping(root.at("screens")).items():
        if screen in CONTROLS:
            _check_screen(screen, node, set(presets), problems)
        else:
            hint = instead_of(screen, list(CONTROLS))
            problems.add(_key(root.at("screens"), screen), f"unknown screen '{screen}'", hint)
    for number, interruption in enumerate(root.items("interruptions"), 1):
        for part in ("dialog", "dismiss"):
            if locator := interruption.at(part):
                _check_locator(f"interruption {number}: {part}", locator, (), problems)
    for locator in root.items("session_ended"):
        _check_locator("session_ended", locator, (), problems)
    check_needed(root, problems)
    check_scope_words(root, problems)
    for words in mapping(root.at("sign_in_refusals")).values():
        if isinstance(words.value, str):
            check_regex(words, words.value, problems)
    _check_requests(root, problems)
    _check_buttons(root, problems)
    _check_dismissals(root, problems)
    check_durations(root, problems)
    check_refusals(root, problems)
    _check_presets(root, problems)
    check_aliases(root, problems)
    check_statuses(root, problems)


def _key(node: Node | None, name: str) -> Node:
    """Where a key stands."""
    assert node is not None
    return node.keys[name]


def _check_screen(screen: str, node: Node, presets: set[str], problems: Problems) -> None:
    controls = node.mapping()
    anchors = {str(within.value) for control in controls.values() for within in _withins(control)}
    known = CONTROLS[screen].keys() | anchors | (presets if screen in (*WIZARD, "confirm") else set())
    for name, control in controls.items():
        if name not in known:
            hint = instead_of(name, list(CONTROLS[screen]))
            problems.add(node.keys[name], f"unknown control '{screen}.{name}'", hint)
        if control.value == []:
            problems.add(
                control, f"the list of '{screen}.{name}' is empty", "If the portal does not have it, write null."
            )
        for locator in _locators(control):
            _check_locator(f"{screen}.{name}", locator, controls, problems)
    for name in controls:
        _check_cycle(screen, name, node, problems)


def _locators(control: Node) -> list[Node]:
    return [one for one in (control.value if isinstance(control.value, list) else [control]) if one.mapping()]


def _withins(control: Node) -> list[Node]:
    found = [locator.at("within") for locator in _locators(control)]
    return [within for within in found if within is not None and isinstance(within.value, str)]


def _check_locator(where: str, locator: Node, controls: dict[str, Node] | tuple[()], problems: Problems) -> None:
    keys = locator.mapping()
    ways = [key for key in LOCATOR_WAYS if key in keys]
    listed = ", ".join(LOCATOR_WAYS[:-1]) + f" and {LOCATOR_WAYS[-1]}"
    if len(ways) > 1:
        problems.add(
            locator.keys[ways[1]],
            f"the locator of {where} has two ways to find it: {' and '.join(ways)}",
            f"Keep one of {listed}; for both, one after the other, write a list: [{{…}}, {{…}}].",
        )
    elif not ways and keys.keys() <= {"name", "within", "optional"}:
        problems.add(locator, f"the locator of {where} does not say how to find it", f"Give one of {listed}.")
    if "name" in keys and "role" not in keys and ways:
        problems.add(
            locator.keys["name"], "`name` goes with `role` only", "Add `role: button`, or what it is; or use `text`."
        )
    for key in _TEXTS:
        if key in keys and isinstance(text := keys[key].value, str):
            check_regex(keys[key], text, problems, in_browser=True)
            _check_placeholders(keys[key], text, PLACEHOLDERS, problems)
    within = keys.get("within")
    if within and isinstance(within.value, str) and within.value not in controls:
        problems.add(
            within,
            f"{where} is within '{within.value}', but there is no control '{within.value}'",
            instead_of(within.value, list(controls)) if controls else "Remove `within` here.",
        )


def _check_cycle(screen: str, name: str, node: Node, problems: Problems) -> None:
    """Told once, at the first of its controls in the file's order."""
    controls, seen = node.mapping(), [name]
    while within := next((w for w in _withins(controls[seen[-1]]) if w.value in controls), None):
        if within.value in seen:
            if within.value == name == min(seen, key=list(controls).index):
                told = " within ".join(f"'{one}'" for one in [*seen, name])
                problems.add(
                    _withins(controls[name])[0], f"{screen}: {told} goes round in a circle", "Remove one `within`."
                )
            return
        seen.append(str(within.value))


def _check_placeholders(at: Node, text: str, known: tuple[str, ...], problems: Problems) -> None:
    for name in _PLACEHOLDER.findall(text):
        if name not in known:
            listed = ", ".join(f"{{{one}}}" for one in known)
            problems.add(at, f"unknown placeholder {{{name}}}", f"The placeholders are: {listed}.")


def _check_requests(root: Node, problems: Problems) -> None:
    one = root.at("recording", "request")
    for request in [*([one] if one else []), *root.items("recording", "lets_pass")]:
        for key in ("address", "body"):
            if (text := request.at(key)) and isinstance(text.value, str):
                check_regex(text, text.value, problems)
        address = request.at("address")
        if address and isinstance(address.value, str) and not re.match(r"/.*/i?$|https?://", address.value):
            problems.add(
                address,
                f"'{address.value}' is not a complete address, so it matches no request",
                "Write a regular expression, /\\/api\\/grants$/, or the complete address, https://…",
            )


def _check_buttons(root: Node, problems: Problems) -> None:
    buttons = root.at("recording", "buttons")
    if buttons is None or not isinstance(buttons.value, list):
        return
    names = [button.value for button in buttons.value]
    if not names or any(name not in ("record", "confirm") for name in names):
        return  # the models tell
    if names not in (["record"], ["record", "confirm"]):
        problems.add(
            buttons, "`buttons` must be [record] or [record, confirm]", "With two, the first opens the dialog."
        )
    elif "confirm" in names and root.at("screens", "review", "confirm") is None:
        problems.add(
            buttons.value[1],
            "the button `review.confirm` is not described",
            "Add it under `screens`: review: {confirm: {role: button, name: …}}.",
        )


def _check_dismissals(root: Node, problems: Problems) -> None:
    """No interruption is dismissed by a button that records: keten clicks that in its turn, or never (law 3)."""

    def way(locator: Node) -> dict[str, object]:
        return {key: part.value for key, part in locator.mapping().items() if key in LOCATOR_WAYS or key == "name"}

    review = mapping(root.at("screens", "review"))
    recording = [way(one) for name in ("record", "confirm") if name in review for one in _locators(review[name])]
    for interruption in root.items("interruptions"):
        dismiss = interruption.at("dismiss")
        if dismiss is not None and dismiss.mapping() and way(dismiss) in recording:
            hint = "Describe the dialog, and the button that only closes it."
            problems.add(dismiss, "the button that records cannot dismiss an interruption", hint)


def _presets(root: Node) -> Iterator[tuple[str, str, Node, Node]]:
    """Each preset field: its screen, its name, where that stands, and its value."""
    for screen, node in mapping(root.at("preset")).items():
        for name, value in node.mapping().items():
            yield screen, name, node.keys[name], value


def _check_presets(root: Node, problems: Problems) -> None:
    for screen in mapping(root.at("preset")):
        if screen not in WIZARD:
            problems.add(
                _key(root.at("preset"), screen),
                f"'{screen}' is not a screen with fields to fill in",
                f"The screens are: {', '.join(WIZARD)}.",
            )
    for screen, name, at, value in _presets(root):
        if screen not in WIZARD:
            continue
        if name in CONTROLS[screen]:
            problems.add(at, f"keten fills in `{screen}.{name}` from the scenario", "Remove it here.")
        elif root.at("screens", screen, name) is None:
            problems.add(
                at,
                f"the control '{screen}.{name}' is not described",
                f"Describe it under `screens`: {screen}: {{{name}: {{label: …}}}}.",
            )
        if isinstance(value.value, str):
            _check_placeholders(value, value.value, ("ref",), problems)
