"""What must hold of the words of a profile: forms of dates and scopes, durations, refusals, aliases and statuses."""

from __future__ import annotations

import re

from automation.domain import Element, same_words
from automation.inputs.yaml_node import Node, Problems
from pages.profile.parts import pattern

_PYTHON_ONLY = re.compile(r"\(\?P|\(\?[aiLmsux#]|\\[AZ]")  # the browser reads the expressions of locators


_UNSURE = (401, 408, 425, 429)
"""Statuses from 400 to 499 that are not refusals: sign in again, too late, too soon, too often."""


def mapping(node: Node | None) -> dict[str, Node]:
    """The values of a mapping; none where it is not there."""
    return node.mapping() if node else {}


def check_regex(at: Node, text: str, problems: Problems, *, in_browser: bool = False) -> re.Pattern[str] | None:
    """The regular expression that a text is, if it is one; a problem where it is wrong, or not for the browser."""
    try:
        regex = pattern(text)
    except re.error as error:
        problems.add(
            at,
            f"{text} is not a valid regular expression: {error}",
            "Write `\\` before a special character that is text.",
        )
        return None
    if regex and in_browser and (odd := _PYTHON_ONLY.search(regex.pattern)):
        problems.add(at, f"{text} contains {odd[0]}, which browsers do not support", "To ignore case, write /…/i.")
    return regex


def check_needed(root: Node, problems: Problems) -> None:
    """What one control or another must show."""
    needed = [
        (f"granted.{what}_column", f"granted.details_{what}") for what in ("kvk", "scope", "valid_until", "status")
    ]
    if _says(root, "costs"):
        needed.append(("costs.amount", "review.amount"))
    if _says(root, "own_organisation"):
        needed.append(("shell.organisation", "shell.organisation"))
    else:
        needed.append(("shell.sign_out", "shell.sign_out"))
    for one, other in needed:
        if all(root.at("screens", *name.split(".")) is None for name in (one, other)):
            at = root.at("screens", one.split(".")[0]) or root
            told = f"neither '{one}' nor '{other}' is described" if one != other else f"'{one}' is not described"
            problems.add(at, told, f"Describe where {'it' if one == other else 'one of the two'} is.")


def _says(root: Node, what: str) -> bool:
    """Whether the portal shows it; so it is, where nothing is said."""
    said = root.at(what)
    return said is None or said.value == "shown"


def check_scope_words(root: Node, problems: Problems) -> None:
    """Each form of a scope has the groups that it needs."""
    for key, groups in (("general", ()), ("provider", ("provider",)), ("service", ("provider", "service"))):
        for form in root.items("formats", "scope", key):
            _check_groups(form, f"formats.scope.{key}", groups, problems)
    if more := root.at("formats", "scope", "more"):
        _check_groups(more, "formats.scope.more", (), problems)
    if reference := root.at("formats", "reference"):
        _check_groups(reference, "formats.reference", ("reference",), problems)


def _check_groups(at: Node, where: str, groups: tuple[str, ...], problems: Problems) -> None:
    if not isinstance(at.value, str):
        return
    try:
        regex = pattern(at.value)
    except re.error:
        check_regex(at, at.value, problems)
        return
    lacking = [group for group in groups if regex is None or group not in regex.groupindex]
    if lacking:
        example = "/" + ": ".join(f"(?P<{group}>.+)" for group in groups) + "/"
        told = " and ".join(f"(?P<{group}>…)" for group in lacking)
        problems.add(at, f"{where} does not have the group {told}", f"Write it as a /regex/, for example {example}.")


def check_durations(root: Node, problems: Problems) -> None:
    """One option means one duration, or else another would be chosen than is asked for."""
    form, until = root.at("formats", "duration"), root.at("formats", "until")
    usual = str(form.value) if form else "{years} jaar"
    own = {years: str(node.value) for years, node in mapping(root.at("formats", "durations")).items()}
    options = {"until": str(until.value) if until else ""} | {
        years: own.get(years) or usual.replace("{years}", years) for years in ("1", "2", "3", "4", "5")
    }
    for years, node in mapping(root.at("formats", "durations")).items():
        clashing = [other for other, text in options.items() if other != years and same_words(text, own[years])]
        others = [other for other in clashing if other not in own or other < years]  # of two, the later is told
        if others:
            meant = "an end date" if others[0] == "until" else f"{others[0]} year{'s' if others[0] != '1' else ''}"
            problems.add(
                node, f"'{own[years]}' is already the option for {meant}", "Give each duration an option of its own."
            )


def check_refusals(root: Node, problems: Problems) -> None:
    """Only an answer that certainly recorded nothing is a refusal (law 4)."""
    for status in root.items("recording", "refusals"):
        number = int(str(status.value)) if str(status.value).isdigit() else 400  # the models tell what is none
        if not 400 <= number < 500 or number in _UNSURE:
            problems.add(status, f"a portal may answer {number} to a grant that it did record", "Remove it.")


def check_aliases(root: Node, problems: Problems) -> None:
    """Each other name stands for one thing, of the kind that it is listed under."""
    aliases = root.at("aliases")
    meant: dict[Element, tuple[str, int]] = {}
    names = {_element(name): at for name, at in (aliases.keys.items() if aliases else ())}
    for name, node in mapping(aliases).items():
        own = _element(name)
        for alias in root.items("aliases", name) if isinstance(node.value, list | str) else ():
            if not isinstance(alias.value, str):
                continue
            other = _element(alias.value)
            if (own.service is None) != (other.service is None):
                kinds = ("a provider", "a service")
                problems.add(
                    alias,
                    f"'{alias.value}' is {kinds[other.service is not None]}, "
                    f"and '{name}' is {kinds[own.service is not None]}",
                    'A service is written with its provider: "UWV: Verzuimmelder".',
                )
            elif other in names and other != own:
                problems.add(
                    alias,
                    f"'{alias.value}' has aliases of its own, on line {names[other].line}",
                    "Keep one of the two.",
                )
            elif other in meant and meant[other][0] != name:
                first, line = meant[other]
                problems.add(
                    alias,
                    f"'{alias.value}' is an alias of both '{first}' (line {line}) and '{name}'",
                    "Keep one of the two: a name of the portal means one thing.",
                )
            meant.setdefault(other, (name, alias.line))


def _element(name: str) -> Element:
    try:
        return Element.of_service(name)
    except ValueError:
        return Element(name.strip() or "?")


def check_statuses(root: Node, problems: Problems) -> None:
    """One word means one thing."""
    meant: dict[str, str] = {}
    for kind in mapping(root.at("statuses")):
        for word in root.items("statuses", kind):
            if isinstance(word.value, str) and meant.setdefault(word.value.casefold(), kind) != kind:
                problems.add(word, f"'{word.value}' is both {meant[word.value.casefold()]} and {kind}", "Keep one.")
