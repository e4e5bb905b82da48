"""What is no mistake in a scenario, but may not be meant: told by `check` with its place, and by every run."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from automation.domain import Money, Until, today
from automation.inputs.scenario import values
from automation.inputs.scenario.rules import Entry, read_value
from automation.inputs.yaml_node import Node, Problems


def warn(entries: list[Entry], root: Node, problems: Problems) -> None:
    """Note each, also for a file with mistakes; one in the defaults once, whatever the number of entries."""
    for name in _names(entries, root):
        if name.comment is not None:
            problems.warn(
                Node(line=name.line, column=name.comment, value=None, keys={}),
                f"the name is '{name.value}': what follows ` #` is a comment",
                "If it is part of the name, put the whole name in quotes; otherwise move the comment to its own line.",
            )
    for entry in entries:
        until = entry.laid.at("until")
        end = read_value(values.EndDay, until)
        if until and isinstance(end, Until) and end.day < today():
            problems.warn(
                until,
                f"`until: {end.day}` is in the past, so keten grants nothing for this entry",
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
            f"a run may record {grants.value} grant{'s' if grants.value != 1 else ''}, and the file has "
            f"{len(entries)}: keten refuses a run that would record more",
            f"To record all in one run, write {len(entries)}.",
        )
    costs = root.at("limits", "costs")
    limit = read_value(values.Amount, costs)
    ceilings = [read_value(values.AtMost, entry.laid.at("costs", "at_most")) for entry in entries]
    total = sum((one for one in ceilings if isinstance(one, Money)), Money(Decimal(0)))
    if costs and limit is not None and limit < total:
        problems.warn(
            costs,
            f"a run may cost {limit}, and all `at_most` add up to {total}: keten refuses a run over the limit",
            f"To record all in one run, write {total}.",
        )
