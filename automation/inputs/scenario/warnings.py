"""What is no mistake in a scenario, but may not be meant: told by `check` with its place, and by every run."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from automation.domain import Money, Until, today
from automation.inputs.scenario import values
from automation.inputs.scenario.rules import Entry, read_value
from automation.inputs.yaml_file import Node, Problems


def warn(entries: list[Entry], root: Node, problems: Problems) -> None:
    """Note it for a valid file; what stands in the defaults once, however many entries it holds for."""
    for name in _names(entries, root):
        if name.comment is not None:
            problems.warn(
                Node(name.line, name.comment, None, {}),
                f"the name is '{name.value}': what follows ` #` is a comment, and no part of it",
                "If it belongs to the name, put all of that in quotes; else move it to a line of its own.",
            )
    for entry in entries:
        until = entry.laid.at("until")
        end = read_value(values.EndDay, until)
        if until and isinstance(end, Until) and end.day < today():
            problems.warn(
                until,
                f"{end.day} is in the past: nothing is granted any more",
                "Write a later date, or remove the entry.",
            )
    _compare_limits(entries, root, problems)


def _names(entries: list[Entry], root: Node) -> Iterator[Node]:
    for path in (("organisation", "name"), ("organisation", "contact", "name")):
        yield from root.items(*path)
    for entry in entries:
        for path in (("intermediary", "name"), ("scope", "providers"), ("scope", "services")):
            yield from entry.given.items(*path)


def _compare_limits(entries: list[Entry], root: Node, problems: Problems) -> None:
    """Limits below what the whole file holds: a first run over all of it would be refused."""
    grants = root.at("limits", "grants")
    if grants and isinstance(grants.value, int) and grants.value < len(entries):
        problems.warn(
            grants,
            f"the limit is {grants.value} grants a run, and the file holds {len(entries)}: a run over it is refused",
            f"If all may be recorded in one run, write {len(entries)}.",
        )
    costs = root.at("limits", "costs")
    limit = read_value(values.Amount, costs)
    ceilings = [read_value(values.AtMost, entry.laid.at("costs", "at_most")) for entry in entries]
    total = sum((one for one in ceilings if isinstance(one, Money)), Money(Decimal(0)))
    if costs and limit is not None and limit < total:
        problems.warn(
            costs,
            f"the limit is {limit} a run, and the ceilings are {total} together: a run over it is refused",
            f"If all may be recorded in one run, write {total}.",
        )
