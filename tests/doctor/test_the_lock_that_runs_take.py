"""Doctor keeps runs away, and is kept away by them: it takes the lock of the organisation by the same key (law 2.1)."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from automation.doctor.examination import Examination
from automation.doctor.route import Stopped
from automation.domain.addresses import PortalAddress
from automation.errors import Busy
from automation.journal.journal import Journal
from automation.machine.locks import locked
from tests.journals import address

PORTAL = "https://portal.example"
UNUSED: Any = None


def holding(held: ExitStack, shown: str, journal: Journal | None = None) -> None:
    Examination(
        address=PortalAddress(f"{PORTAL}/beheer"),
        settings=UNUSED,
        identity=UNUSED,
        profile=UNUSED,
        route=UNUSED,
        organisation=None,
        journal=journal,
        say=print,
        progress=print,
    )._hold(held, shown)


@pytest.mark.parametrize("shown", ["Voorbeeld Holding B.V. (KvK 90000102)", "90000102 · Voorbeeld · 90000102"])
def test_doctor_is_kept_away_by_a_run_of_the_organisation(shown: str) -> None:
    with locked(PORTAL, "90000102", "keten apply"), ExitStack() as held, pytest.raises(Busy, match="keten apply"):
        holding(held, shown)


def test_doctor_is_kept_away_by_another_user_who_has_the_same_journal(tmp_path: Path) -> None:
    journal = Journal.open(address(tmp_path / "journal.db"))
    with (
        journal.leased(PORTAL, "90000102", "keten apply, run 1", holder="another user"),
        ExitStack() as held,
        pytest.raises(Busy, match="keten apply, run 1"),
    ):
        holding(held, "Voorbeeld Holding B.V. (KvK 90000102)", journal)
    journal.close()


def test_where_only_a_name_is_shown_doctor_asks_for_the_number() -> None:
    with ExitStack() as held, pytest.raises(Stopped, match="--organisation KVK"):
        holding(held, "Voorbeeld Holding B.V.")
