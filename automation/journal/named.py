"""The journal that a scenario names."""

from __future__ import annotations

from automation.errors import StorageError, UsageError
from automation.inputs.scenario import Scenario
from automation.journal.journal import Journal


def open_named(scenario: Scenario, address: str, *, loopback: bool) -> Journal:
    """The journal that the scenario names: another would not know of an unsure click (law 6).

    On loopback, where nothing has legal effect, it may name none, and only then is one made. UsageError when it should
    name one, or names another; StorageError when there is no usable journal at the address.
    """
    named = scenario.organisation.journal
    if named is None and not loopback:
        raise UsageError(
            f"{scenario.path} names no journal",
            f"Run `keten journal init {scenario.path}` once: it starts one, and writes its name into the scenario.",
        )
    journal = Journal.open(address, make=named is None)
    if named not in (None, journal.name):
        journal.close()
        raise UsageError(
            f"{scenario.path} names the journal {named}, and the one in {journal.where} is {journal.name}",
            f"Set KETEN_DATABASE_URL to where {named} is: another journal would not know of a click in doubt.",
        )
    if named is not None:
        try:
            journal.check_newest()
        except StorageError:
            journal.close()
            raise
    return journal
