"""What must hold between the parts of a scenario: one entry with the defaults, and the entries with each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from automation.domain import EVERYTHING, Duration, Element, KvkNumber
from automation.scenario.file import Node, Problems

_LONGEST = Duration(5)


@dataclass(frozen=True)
class Entry:
    """A grant as it stands in the file: where, what it says itself, and that laid over the defaults.

    Values are those of `keys.SCENARIO`: None where wrong, and then already among the problems.
    """

    node: Node
    given: dict[str, Any]
    values: dict[str, Any]

    @classmethod
    def over(cls, defaults: dict[str, Any], node: Node, given: dict[str, Any]) -> Entry:
        """The entry with the defaults under it: costs merge key by key, `until` sets `duration` and `renew` aside."""
        aside = {"duration", "renew"} if "until" in given else {"until"} if "duration" in given else set()
        values = {key: value for key, value in defaults.items() if key not in aside} | given
        if given.get("costs") and defaults.get("costs"):
            values["costs"] = defaults["costs"] | given["costs"]
        return cls(node, given, values)

    def place(self, *path: str) -> Node:
        """Where something of the entry stands, or its nearest part that stands in the entry itself."""
        return self.node.at(*path) or (self.place(*path[:-1]) if path else self.node)


def check(entries: list[Entry], defaults: Node | None, own: KvkNumber | None, problems: Problems) -> None:
    """Add all that is wrong between the parts; entries that are wrong elsewhere take part as far as they can."""
    if defaults:
        _check_term(defaults, problems)
    for entry in entries:
        _check_term(entry.node, problems)
        _check_scope(entry, problems)
        _check_costs(entry, defaults, problems)
        _check_renewal(entry, defaults, problems)
    _check_ids(entries, problems)
    _check_receivers(entries, own, problems)


def _check_term(node: Node, problems: Problems) -> None:
    """`until` stands alone, in one grant or in the defaults."""
    until = node.at("until")
    if until and node.at("duration"):
        problems.add(until, "`until` and `duration` do not go together", "Remove one of the two.")
    if until and (renew := node.at("renew")):
        problems.add(
            renew, "`renew` does not go with `until`", "Give a `duration` instead of `until`, or remove `renew`."
        )


def _check_scope(entry: Entry, problems: Problems) -> None:
    scope, node = entry.values.get("scope"), entry.place("scope")
    misspelt = not scope and node.value  # then the unknown key is the mistake
    if scope is not None and len(scope) != 1 and not misspelt:
        problems.add(
            node,
            f"a scope has exactly one of general, providers and services, not {len(scope) or 'none'}",
            "Make an entry for each." if scope else "Give one of the three.",
        )


def _check_costs(entry: Entry, defaults: Node | None, problems: Problems) -> None:
    costs = entry.values.get("costs", {})
    if costs is None:
        return
    at = entry.node.at("costs") or (defaults and defaults.at("costs")) or entry.node
    if "agree" not in costs:
        problems.add(at, "the costs are not agreed to", "Add `agree: true` to the `costs` here.")
    if "at_most" not in costs:
        problems.add(at, "the costs have no ceiling", "Add `at_most: EUR 40.00` to the `costs` here.")


def _check_renewal(entry: Entry, defaults: Node | None, problems: Problems) -> None:
    """A renewal comes in the second half of the term: sooner it would be due again soon after it was made."""
    renew, duration = entry.values.get("renew"), entry.values.get("duration", _LONGEST)
    if "until" in entry.values:
        if "renew" in entry.given and "until" not in entry.given:
            problems.add(
                entry.place("renew"),
                "`renew` does not go with the `until` of the defaults",
                "Give this grant a `duration`, or remove `renew`.",
            )
        return
    if renew and duration and 2 * renew.days >= 365 * duration.years:
        at = entry.node.at("renew") or entry.node.at("duration") or (defaults and defaults.at("renew")) or entry.node
        problems.add(
            at,
            f"renewing within {renew.days} days is not shorter than half the duration of {duration}",
            f"At most {(365 * duration.years - 1) // 2} days go with {duration}.",
        )


def _check_ids(entries: list[Entry], problems: Problems) -> None:
    """Ids name folders, and some file systems do not tell capitals from small letters."""
    first: dict[str, Entry] = {}
    for entry in entries:
        if (name := entry.values.get("id")) and (other := first.setdefault(name.lower(), entry)) is not entry:
            problems.add(
                entry.place("id"),
                f"the id '{name}' is already that of the entry on line {other.node.line}",
                "Give each entry an id of its own; capitals make no difference.",
            )


def _check_receivers(entries: list[Entry], own: KvkNumber | None, problems: Problems) -> None:
    by_receiver: dict[KvkNumber, list[Entry]] = defaultdict(list)
    for entry in entries:
        if (kvk := (entry.values.get("intermediary") or {}).get("kvk")) is None:
            continue
        by_receiver[kvk].append(entry)
        if kvk == own:
            problems.add(
                entry.place("intermediary", "kvk"),
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
        elements = _elements(entry)
        for element in elements:
            if other := next((held[w] for w in _wider(element) if w in held), within.get(element)):
                problems.add(
                    entry.place("scope"),
                    f"this scope overlaps that of the entry on line {other.node.line} for the same receiver: {element}",
                    "Put what overlaps in one entry only.",
                )
                break
        for element in elements:
            held.setdefault(element, entry)
            for wider in _wider(element):
                within.setdefault(wider, entry)


def _elements(entry: Entry) -> list[Element]:
    scope = entry.values.get("scope") or {}
    general = [EVERYTHING] if scope.get("general") else []
    return [*general, *(scope.get("providers") or []), *(scope.get("services") or [])]


def _wider(element: Element) -> tuple[Element, ...]:
    return (EVERYTHING, Element(element.provider), element)
