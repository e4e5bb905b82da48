"""What machines read of each grant (`run.json`, `grant.json`, `--json`), as types that say what each key means."""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, with_config
from typing_extensions import TypedDict

from automation.law.history import AttemptState
from automation.law.plan import Verb

_DESCRIBED = ConfigDict(use_attribute_docstrings=True)


@with_config(_DESCRIBED)
class OutcomeDocument(TypedDict):
    """What became of one entry of the scenario; `grant.json` holds the same."""

    id: str
    """the entry's id"""
    ref: str | None
    """keten's own reference"""
    status: Literal["granted", "kept", "failed", "refused", "in-doubt", "skipped", "rehearsed"]
    """what became of it; `refused` by the plan, `skipped` when it was not tried"""
    action: Verb | None
    """what the plan had for it"""
    kvk: str
    """the receiver's KvK number"""
    name: str
    """the receiver's name, as the portal spells it once it was granted"""
    scope: dict[str, str | list[str]]
    """as in the scenario, holding what this run recorded"""
    reference: str | None
    """the portal's reference"""
    valid_from: str | None
    """the first day"""
    valid_until: str | None
    """the last day"""
    costs: dict[str, str] | None
    """what it cost, as `{"amount": "24.95", "currency": "EUR"}`"""
    reconciled: bool
    """whether the portal's list settled what became of it"""
    listed: bool | None
    """whether the portal's list shows it"""
    error: str | None
    """what went wrong, or differs"""
    evidence: list[str]
    """pictures and snapshots, relative to the run's folder"""
    notice: list[str]
    """the letter's files, relative to the run's folder"""
    not_kept: list[str]
    """files that could not be kept, each with why"""


@with_config(_DESCRIBED)
class EarlierDocument(TypedDict):
    """A grant of an earlier run that this one settled: an item of `settled`."""

    id: str
    """the entry's id in that run"""
    ref: str
    """keten's own reference"""
    state: AttemptState
    """how far it came, by the journal"""
    why: str
    """by what it was settled"""
    kvk: str
    """the receiver's KvK number"""
    name: str
    """the receiver's name"""
    scope: dict[str, str | list[str]]
    """what it holds, as in the scenario"""
    reference: str | None
    """the portal's reference"""
    valid_from: str | None
    """the first day"""
    valid_until: str | None
    """the last day"""
    costs: dict[str, str] | None
    """what it cost"""
    error: str | None
    """what went wrong, or differs"""
    evidence: list[str]
    """pictures of its row, relative to the run's folder"""
    notice: list[str]
    """the letter's files, relative to the run's folder"""
    not_kept: list[str]
    """files that could not be kept, each with why"""


@with_config(_DESCRIBED)
class ActionDocument(TypedDict):
    """What a plan has for one entry: an item of `actions`."""

    id: str
    """the entry's id"""
    action: Verb
    """what is to be done"""
    reason: str
    """why"""
    kvk: str
    """the receiver's KvK number"""
    scope: dict[str, str | list[str]]
    """what would be recorded, or what the entry asks for where nothing is"""
    term: str
    """how long it lasts"""
    covered: list[str]
    """what is there already"""
    costs_at_most: dict[str, str] | None
    """the ceiling, where something would be recorded"""
    ref: str | None
    """keten's own reference of a grant that it is about"""


@with_config(_DESCRIBED)
class RowDocument(TypedDict):
    """A row of the portal's list that is not of the scenario: an item of `unlisted`."""

    kvk: str | None
    """the receiver's KvK number"""
    name: str
    """the receiver's name"""
    scope: dict[str, str | list[str]]
    """what it covers"""
    valid_until: str | None
    """the last day"""
    status: str
    """present, pending, revoked, ended or unknown"""
