"""What machines read of the journal (`keten status --json`), as types that say what each key means."""

from __future__ import annotations

from typing import Literal

from pydantic import with_config
from typing_extensions import TypedDict

from automation.law.history import QuestionKind
from automation.proofs.documents import DESCRIBED

State = Literal["granted", "in-doubt", "ended", "grant-again"]


@with_config(DESCRIBED)
class GrantDocument(TypedDict):
    """A grant that the journal knows: an item of `grants`, which `keten status --json` prints."""

    id: str
    """the entry's id"""
    ref: str
    """keten's own reference"""
    organisation: str
    """the KvK number of the organisation that grants"""
    kvk: str
    """the receiver's KvK number"""
    name: str | None
    """the receiver's name, as the portal spells it"""
    scope: dict[str, str | list[str]]
    """what it holds, as in the scenario"""
    state: State
    """`ended`: its last day has passed; `grant-again`: a person allowed it to be granted again"""
    run_id: str
    """the run that recorded it"""
    at: str
    """when it was recorded, with its offset from UTC"""
    reference: str | None
    """the portal's reference"""
    valid_from: str | None
    """the first day"""
    valid_until: str
    """the last day"""
    costs: dict[str, str] | None
    """what it cost"""
    error: str | None
    """in what it differs from what was intended"""


@with_config(DESCRIBED)
class QuestionDocument(TypedDict):
    """A question that only a person can answer: an item of `questions`, which `keten status --json` prints."""

    ref: str | None
    """the reference to answer it by, with `keten resolve`"""
    kvk: str
    """the receiver's KvK number"""
    matter: QuestionKind
    """`narrower`: whether narrower rows are one wider grant; `taken-away`: whether it may be granted again"""
    elements: list[str]
    """what it is about"""


@with_config(DESCRIBED)
class StatusDocument(TypedDict):
    """What the journal knows: what `keten status --json` prints."""

    grants: list[GrantDocument]
    """every grant that was recorded or is in doubt"""
    questions: list[QuestionDocument]
    """what waits for a person's answer"""
