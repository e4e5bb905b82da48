"""Each new grant once more in the list (law 4), without a browser: what the list shows decides on its notice."""

from __future__ import annotations

import errno
import itertools
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from automation.domain import GrantedRow, KvkNumber, Scope
from automation.errors import PortalError, StorageError
from automation.journal.records import FORM
from automation.law.outcome import Shown
from automation.machine import files
from automation.proofs.evidence import Evidence
from automation.proofs.notices import NoticeFacts
from automation.proofs.results import EntryOutcome
from automation.run.listing import look_up
from automation.run.result import Recorded
from tests.grants import JANSEN, OWN, TODAY, UWV, UWV_AND_TAX, grant, intent, row

OURS = row(reference="KM-2")
OTHERS = row(reference="KM-2", kvk=KvkNumber("69599084"))


@dataclass
class Doubles:
    """A session whose list holds these rows, and a journal that remembers."""

    rows: Sequence[GrantedRow]
    broken: bool = False
    asked: list[str | None] = field(default_factory=list)
    written: list[tuple[str, Any]] = field(default_factory=list)
    kept: dict[str, Any] = field(default_factory=dict)

    def read_list(self, kvk: KvkNumber | None = None, **_: object) -> list[GrantedRow]:
        self.asked.append(kvk)
        if self.broken:
            raise PortalError("the granted list does not come to rest")
        return [row for row in self.rows if kvk is None or row.kvk in (kvk, None)]

    def append(self, _ref: str, event: str, **detail: Any) -> None:
        self.written.append((event, detail.get("error")))
        self.kept = detail.get("shown", self.kept)


def looked_up(
    folder: Path, on: Doubles, scope: Scope = UWV, count: int = 1, *, computed: bool = False
) -> list[EntryOutcome]:
    facts = NoticeFacts(
        organisation=OWN,
        intermediary=JANSEN,
        scope=scope,
        valid_from=TODAY,
        valid_until=date(2031, 11, 24),
        reference="KM-2",
        recorded_on=TODAY,
        language="nl",
        rehearsal=True,
    )
    meant = replace(intent(scope), until_computed=computed)
    recorded = Recorded(ref="G-1", intent=meant, facts=facts, shown=Shown(reference="KM-2"), reconciled=False)
    outcomes = [
        EntryOutcome(grant=replace(grant(scope), id=f"entry-{n}"), status="granted") for n in range(1, count + 1)
    ]
    doubles: Any = on
    evidence = Evidence.open(folder, "run")
    found: dict[str, EntryOutcome] = {}
    granted = [(outcome, recorded) for outcome in outcomes]
    became = lambda one: found.update({one.grant.id: one})  # noqa: E731
    errors = look_up(granted, doubles, doubles, evidence, lambda _: None, became)
    assert bool(errors) is on.broken
    return list(found.values())


def test_a_grant_that_is_listed_costs_one_filtered_reading_and_gets_its_notice(tmp_path: Path) -> None:
    on = Doubles([OTHERS, OURS])

    [found] = looked_up(tmp_path, on)

    assert (found.listed, found.error, len(found.notice)) == (True, None, 2)
    assert on.asked == [JANSEN.kvk]
    assert on.written == [("listed", None), ("noticed", None)]


@pytest.mark.parametrize(
    "shown",
    [OTHERS, row(reference="KM-2", kvk=None), row(UWV_AND_TAX, reference="KM-2")],
    ids=["other", "none", "more"],
)
def test_our_reference_on_something_else_is_an_error_and_no_notice_is_made(tmp_path: Path, shown: GrantedRow) -> None:
    on = Doubles([shown])

    [found] = looked_up(tmp_path, on)

    assert found.listed is True
    assert found.error is not None
    assert "KM-2 is" in found.error
    assert str(shown.kvk or "cannot be read") in found.error
    assert not found.notice
    assert on.written == [("granted", found.error)]


def test_a_grant_is_told_as_the_list_shows_it(tmp_path: Path) -> None:
    shown = replace(OURS, name="JANSEN ACCOUNTANTS B.V.", valid_from=date(2026, 11, 25), valid_until=date(2031, 11, 23))
    on = Doubles([shown])

    [found] = looked_up(tmp_path, on, computed=True)

    assert (found.error, found.name) == (None, "JANSEN ACCOUNTANTS B.V.")
    assert (found.valid_from, found.valid_until) == (shown.valid_from, shown.valid_until)
    kept = json.loads((tmp_path / "run/grants/entry-1/grant.json").read_text("utf-8"))
    assert (kept["name"], kept["valid_from"], kept["valid_until"]) == (shown.name, "2026-11-25", "2031-11-23")
    letter = (tmp_path / "run/grants/entry-1/notice.txt").read_text("utf-8")
    for told in ("JANSEN ACCOUNTANTS B.V.", "25 november 2026", "23 november 2031"):
        assert told in letter
    assert on.kept == {
        "form": FORM,
        "reference": "KM-2",
        "name": shown.name,
        "valid_from": "2026-11-25",
        "valid_until": "2031-11-23",
    }


def test_a_letter_that_cannot_be_written_stays_owed_and_keeps_no_other_from_being_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on, whole, count = Doubles([OURS]), files.write_whole, itertools.count()

    def full_at_first(path: Path, content: bytes) -> None:
        if path.name == "notice.html" and next(count) == 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        whole(path, content)

    monkeypatch.setattr("automation.proofs.evidence.write_whole", full_at_first)

    found = looked_up(tmp_path, on, count=2)

    assert [len(one.notice) for one in found] == [0, 2]
    assert [event for event, _ in on.written].count("noticed") == 1


def test_what_no_filtered_reading_shows_is_looked_for_in_the_whole_list_once(tmp_path: Path) -> None:
    on = Doubles([row(reference="KM-1", kvk=KvkNumber("69599084"))])

    found = looked_up(tmp_path, on, count=2)

    assert [(one.listed, one.error, len(one.notice)) for one in found] == [(False, None, 2)] * 2
    assert on.asked == [JANSEN.kvk, JANSEN.kvk, None]


def test_a_list_that_cannot_be_read_leaves_it_open_whether_it_is_listed(tmp_path: Path) -> None:
    [found] = looked_up(tmp_path, Doubles([], broken=True))

    assert (found.listed, found.error, len(found.notice)) == (None, None, 2)


def test_what_was_looked_up_is_kept_when_the_journal_fails_at_a_notice(tmp_path: Path) -> None:
    class Full(Doubles):
        def append(self, _ref: str, event: str, **detail: Any) -> None:
            if event == "noticed":
                raise StorageError("the disk is full")
            super().append(_ref, event, **detail)

    facts = NoticeFacts(
        organisation=OWN,
        intermediary=JANSEN,
        scope=UWV,
        valid_from=TODAY,
        valid_until=date(2031, 11, 24),
        reference="KM-2",
        recorded_on=TODAY,
        language="nl",
        rehearsal=True,
    )
    right = Recorded(ref="G-1", intent=intent(), facts=facts, shown=Shown(reference="KM-2"), reconciled=False)
    wrong = replace(right, ref="G-2", shown=Shown(reference="KM-3"))
    on: Any = Full([OURS, row(UWV_AND_TAX, reference="KM-3")])
    granted = [
        (EntryOutcome(grant=replace(grant(), id=f"entry-{n}"), status="granted"), recorded)
        for n, recorded in enumerate((right, wrong), 1)
    ]
    found: dict[str, EntryOutcome] = {}

    errors = look_up(
        granted, on, on, Evidence.open(tmp_path, "run"), lambda _: None, lambda one: found.update({one.grant.id: one})
    )

    assert [one.listed for one in found.values()] == [True, True]
    assert "KM-3 is" in str(found["entry-2"].error)
    assert [str(error) for error in errors] == ["the disk is full"]
