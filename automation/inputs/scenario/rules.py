"""What must hold between the parts of a scenario: one entry with the defaults, and the entries with each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from pydantic import TypeAdapter, ValidationError

from automation.domain import EVERYTHING, Duration, Element, KvkNumber
from automation.inputs.mistakes import misspelt
from automation.inputs.scenario import values
from automation.inputs.scenario.models import Costs, Defaults, Grant, Scope
from automation.inputs.yaml_node import Node, Problems

_LONGEST = Duration(5)
_ELEMENTS: dict[str, Any] = {"general": values.General, "providers": values.Provider, "services": values.Service}


@cache
def _reader(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def read_value(kind: Any, node: Node | None) -> Any:
    """One value, whatever is wrong around it; None when it is missing or wrong."""
    try:
        return node and _reader(kind).validate_python(node.plain(), strict=True)
    except ValidationError:
        return None


@dataclass(frozen=True)
class Entry:
    """A grant as it stands in the file, and that laid over the defaults."""

    given: Node
    laid: Node

    @classmethod
    def over(cls, defaults: Node, given: Node) -> Entry:
        """The entry with the defaults under it: costs merge key by key, `until` sets `duration` and `renew` aside."""
        if not isinstance(given.value, dict):
            return cls(given, given)
        aside = {"duration", "renew"} if given.at("until") else {"until"} if given.at("duration") else set()
        laid = given.over(defaults, Defaults.model_fields.keys() - aside)
        costs, default_costs = given.at("costs"), defaults.at("costs")
        if costs and default_costs and isinstance(costs.value, dict):
            laid.mapping()["costs"] = costs.over(default_costs, Costs.model_fields)
        return cls(given, laid)

    @cached_property
    def elements(self) -> list[tuple[Element, Node]]:
        """What the scope holds, as far as it can be read, and where."""
        read = [
            (read_value(kind, item), item) for key, kind in _ELEMENTS.items() for item in self.given.items("scope", key)
        ]
        return [(element, item) for element, item in read if element]


def check(entries: list[Entry], root: Node, problems: Problems) -> None:
    """Add all that is wrong between the parts; entries that are wrong elsewhere take part as far as they can."""
    if defaults := root.at("defaults"):
        _check_term(defaults, problems)
    for entry in entries:
        _check_term(entry.given, problems)
        _check_scope(entry, problems)
        _check_renewal(entry, problems)
    _check_all_costs(entries, root, problems)
    _check_ids(entries, problems)
    _check_receivers(entries, read_value(values.Kvk, root.at("organisation", "kvk")), problems)


def _check_term(node: Node, problems: Problems) -> None:
    """`until` stands alone, in one grant or in the defaults."""
    until = node.at("until")
    if until and node.at("duration"):
        problems.add(until, "`until` and `duration` cannot be used together", "Remove one of the two.")
    if until and (renew := node.at("renew")):
        problems.add(
            renew, "`renew` cannot be used with `until`", "Give a `duration` instead of `until`, or remove `renew`."
        )


def _check_scope(entry: Entry, problems: Problems) -> None:
    scope = entry.given.at("scope")
    if scope is None or not isinstance(scope.value, dict):
        return
    kinds = scope.value.keys() & Scope.model_fields.keys()
    if len(kinds) != 1 and (kinds or not scope.value):  # where there are other keys only, one of them is misspelt
        problems.add(
            scope,
            f"a scope has exactly one of general, providers and services, not {len(kinds) or 'none'}",
            "Write an entry for each." if kinds else "Write one of the three.",
        )
    seen: set[Element] = set()
    for element, item in entry.elements:
        if element in seen:
            problems.add(item, f"'{item.value}' is listed twice", "Remove one of the two.")
        seen.add(element)


def _check_all_costs(entries: list[Entry], root: Node, problems: Problems) -> None:
    """Each entry has costs, its own or those of the defaults. Where the key is misspelt, that is told, and enough."""
    defaults = root.at("defaults")
    if defaults and misspelt(defaults, "costs", Defaults.model_fields):
        return
    spelt = [entry for entry in entries if not misspelt(entry.given, "costs", Grant.model_fields)]
    if len(spelt) == len(entries) > 1 and not any(entry.laid.at("costs") for entry in entries):
        problems.add(
            defaults or root.keys["grants"],
            "no entry has `costs`",
            "If they are the same for all entries, write `defaults: {costs: {agree: true, at_most: EUR 40.00}}`.",
        )
        return
    for entry in spelt:
        _check_costs(entry, problems)


def _check_costs(entry: Entry, problems: Problems) -> None:
    costs = entry.laid.at("costs") or Node(line=entry.given.line, column=entry.given.column, value={}, keys={})
    if not isinstance(costs.value, dict):
        return
    if "agree" not in costs.value and not misspelt(costs, "agree", Costs.model_fields):
        problems.add(
            costs, "`costs` does not have `agree: true`", "If you agree to the costs, add `agree: true` to `costs`."
        )
    if "at_most" not in costs.value and not misspelt(costs, "at_most", Costs.model_fields):
        problems.add(
            costs,
            "`costs` does not have `at_most`",
            "Add the highest amount that you accept, such as `at_most: EUR 40.00`.",
        )


def _check_renewal(entry: Entry, problems: Problems) -> None:
    """A renewal comes in the second half of the term: sooner it would be due again soon after it was made."""
    renew, duration = entry.laid.at("renew"), entry.laid.at("duration")
    if entry.laid.at("until"):
        if (own := entry.given.at("renew")) and not entry.given.at("until"):
            problems.add(
                own,
                "`renew` cannot be used with the `until` of the defaults",
                "Give this grant a `duration`, or remove `renew`.",
            )
        return
    within, lasting = read_value(values.Renewal, renew), read_value(values.Lasting, duration) if duration else _LONGEST
    if renew and within and lasting and 2 * within.days >= 365 * lasting.years:
        problems.add(
            entry.given.at("renew") or entry.given.at("duration") or renew,
            f"`renew: within {within.days} days` must be less than half of the duration, {lasting}",
            f"Write at most {(365 * lasting.years - 1) // 2} days for a duration of {lasting}.",
        )


def _check_ids(entries: list[Entry], problems: Problems) -> None:
    """Ids name folders, and some file systems do not tell capitals from small letters."""
    first: dict[str, Entry] = {}
    for entry in entries:
        node = entry.given.at("id")
        name = read_value(values.Id, node)
        if node and name and (other := first.setdefault(name.lower(), entry)) is not entry:
            problems.add(
                node,
                f"the entry on line {other.given.line} already has the id '{name}'",
                "Give each entry its own id; upper and lower case count as the same.",
            )


def _check_receivers(entries: list[Entry], own: KvkNumber | None, problems: Problems) -> None:
    by_receiver: dict[KvkNumber, list[Entry]] = defaultdict(list)
    for entry in entries:
        node = entry.given.at("intermediary", "kvk")
        if node is None or (kvk := read_value(values.Kvk, node)) is None:
            continue
        by_receiver[kvk].append(entry)
        if kvk == own:
            problems.add(
                node,
                f"the receiver {kvk} is the granting organisation itself",
                "Write the KvK number of the intermediary.",
            )
    for of_one_receiver in by_receiver.values():
        _check_overlaps(of_one_receiver, problems)


def _check_overlaps(entries: Iterable[Entry], problems: Problems) -> None:
    """Two entries for one receiver cover nothing in common: which of the two should be there could not be told.

    An element overlaps one that was seen when that is the same or wider (`held`), or narrower (`within`).
    """
    held: dict[Element, Entry] = {}
    within: dict[Element, Entry] = {}
    for entry in entries:
        elements = [element for element, _ in entry.elements]
        for element in elements:
            if other := next((held[w] for w in _wider(element) if w in held), within.get(element)):
                problems.add(
                    entry.given.at("scope") or entry.given,
                    f"this scope overlaps with the entry on line {other.given.line} for the same receiver: {element}",
                    "Put it in one of the two entries only.",
                )
                break
        for element in elements:
            held.setdefault(element, entry)
            for wider in _wider(element):
                within.setdefault(wider, entry)


def _wider(element: Element) -> tuple[Element, ...]:
    return (EVERYTHING, Element(element.provider), element)
