"""What machines read (`run.json`, `grant.json`, `--json`), as types that say what each key means."""

from __future__ import annotations

from typing import (
    Any,
    Literal,
    NotRequired,  # pydantic takes no other before Python 3.12
)

from pydantic import ConfigDict, TypeAdapter, with_config
from typing_extensions import TypedDict

from automation.errors import KetenError
from automation.law.history import AttemptState
from automation.law.plan import Verb

DESCRIBED = ConfigDict(use_attribute_docstrings=True, extra="forbid")
"""Of every document: the texts under its keys describe them, and it has no other keys."""


@with_config(DESCRIBED)
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


@with_config(DESCRIBED)
class EarlierDocument(TypedDict):
    """A grant of an earlier run that this one settled: an item of `settled`."""

    id: str
    """the entry's id in that run"""
    ref: str
    """keten's own reference"""
    state: AttemptState
    """how far it came, by the journal"""
    why: str
    """what settled it"""
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


@with_config(DESCRIBED)
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


@with_config(DESCRIBED)
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


@with_config(DESCRIBED)
class OrganisationDocument(TypedDict):
    """The organisation that grants."""

    kvk: str
    """its KvK number"""
    name: str
    """its name, as in the scenario"""


@with_config(DESCRIBED)
class ErrorDocument(TypedDict):
    """What stopped a run as a whole: an item of `errors`."""

    message: str
    """what happened, and where"""
    hint: str
    """what to do; empty where there is nothing to do"""


@with_config(DESCRIBED)
class FallbackDocument(TypedDict):
    """A control that only a later locator of its list found: an item of `fallbacks_used`."""

    screen: str
    """the screen, by its name in the profile"""
    control: str
    """the control, by its name in the profile"""
    locator: int
    """which locator of its list, from 1"""


@with_config(DESCRIBED)
class FactsDocument(TypedDict):
    """What an auditor asks of a run besides its outcomes; a run that stopped early omits what it did not reach."""

    browser: NotRequired[str]
    """the browser's version"""
    certificate_sha256: NotRequired[str | None]
    """the SHA-256 of the portal's certificate; null where it is not encrypted"""
    clock_offset_seconds: NotRequired[float | None]
    """how far the portal's clock is ahead of this machine's"""
    aborted: NotRequired[list[str]]
    """requests that were stopped, each with why"""
    blocked: NotRequired[list[str]]
    """hosts that the browser asked for and that are not allowed, each with how often"""
    fallbacks_used: NotRequired[list[FallbackDocument]]
    """controls that the first locator of their list did not find"""


@with_config(DESCRIBED)
class RunDocument(FactsDocument):
    """A whole run, with the facts below: `run.json`, and what `keten apply --json` prints."""

    run_id: str
    """the run; the name of its folder, too"""
    command: Literal["plan", "apply"]
    """the command that made it"""
    portal: str
    """the portal's sign-in address"""
    organisation: OrganisationDocument
    """the organisation that grants"""
    output: str
    """the run's folder"""
    outcomes: list[OutcomeDocument]
    """what became of each entry, in the scenario's order"""
    exit_code: int
    """the exit code of the command"""
    errors: list[ErrorDocument]
    """what stopped the run as a whole"""
    declined: bool
    """whether a person did not agree to the plan"""
    settled: list[EarlierDocument]
    """grants of earlier runs that this one settled, or made the notice of"""
    not_kept: list[str]
    """files of the run that could not be kept, each with why"""
    journal: str
    """the journal's name"""
    started: str
    """when it started, with its offset from UTC"""
    ended: str | None
    """when it ended"""
    versions: dict[str, str]
    """the versions of keten and Playwright"""
    scenario_sha256: str
    """the SHA-256 of the scenario's file"""
    profile_sha256: str
    """the SHA-256 of the profile as it was used"""
    settings: list[str]
    """the names of the settings that were set, never their values"""
    setting_sources: dict[str, str]
    """where each of these was set: environment, .env, secrets, keyring or the command line"""


@with_config(DESCRIBED)
class PlanDocument(TypedDict):
    """A plan: what `keten plan --json` prints and `--out` writes, for `keten apply --plan`."""

    portal: str
    """the portal's sign-in address"""
    organisation: OrganisationDocument
    """the organisation that grants"""
    actions: list[ActionDocument]
    """what the plan has for each entry, in the scenario's order"""
    total_at_most: dict[str, str] | None
    """the most that the run can cost; null where nobody can say"""
    costs_shown: bool
    """whether the portal shows what a grant costs"""
    unlisted: list[RowDocument]
    """rows of the portal's list that no entry asks for"""
    scenario_sha256: str
    """the SHA-256 of the scenario's file; another scenario makes the plan void"""
    profile_sha256: str
    """the SHA-256 of the profile as it was used; another profile makes the plan void"""
    run_id: NotRequired[str]
    """the run that made it"""
    output: NotRequired[str]
    """that run's folder"""
    errors: NotRequired[list[ErrorDocument]]
    """what stopped that run"""
    settled: NotRequired[list[EarlierDocument]]
    """grants of earlier runs that it settled"""
    not_kept: NotRequired[list[str]]
    """files of the run that could not be kept, each with why"""
    exit_code: NotRequired[int]
    """the exit code of the command"""


def of_error(error: KetenError) -> ErrorDocument:
    """An error as the documents hold it."""
    return {"message": error.message, "hint": error.hint}


def json_schema() -> dict[str, Any]:
    """The JSON Schema of `run.json`."""
    return TypeAdapter(RunDocument).json_schema()
