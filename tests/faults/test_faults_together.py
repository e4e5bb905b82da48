"""Two troubles at once, and a run after them without: every grant is recorded once, and told of as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.cases import Data, grant
from tests.e2e.keten import Ran
from tests.faults.killing import FIRST, SECOND, Bench, bench, judge

TWO = {"services": ["Belastingdienst: Loonheffingen", "UWV: Verzuimmelder"]}
DROP, NEVER_LISTED = {"kind": "drop_after_commit"}, {"kind": "lagging_list", "seconds": 6000}
PENDING, PER_SERVICE, NO_DUPLICATES = (
    {"kind": "pending_rows"},
    {"kind": "rows_per_service"},
    {"kind": "refuse_duplicates"},
)


def expiry(at: str) -> Data:
    return {"kind": "expire_session", "at": at}


@dataclass(frozen=True, eq=False)
class Pair:
    """The faults of the first run and of the second; of both, exit code and statuses; what the portal was sent."""

    faults: Sequence[Data]
    first: tuple[int, str]
    second: tuple[int, str]
    sent: str
    then: Sequence[Data] = ()
    scope: Mapping[str, Any] = field(default_factory=lambda: {"services": ["UWV: Verzuimmelder"]})
    settings: Mapping[str, str] = field(default_factory=dict)


ALL, KEPT = (0, "granted granted"), (0, "kept kept")
UNSURE, SETTLED = (4, "in-doubt skipped"), (0, "kept granted")
PAIRS = {
    "lag and drop": Pair([DROP, NEVER_LISTED], UNSURE, SETTLED, "dropped granted"),
    "pending, lag and drop": Pair([DROP, PENDING, NEVER_LISTED], UNSURE, SETTLED, "dropped granted", then=[PENDING]),
    "a row per service, lag and drop": Pair(
        [DROP, PER_SERVICE, NEVER_LISTED], UNSURE, SETTLED, "dropped granted", then=[PER_SERVICE], scope=TWO
    ),
    "a row per service and lag": Pair(
        [PER_SERVICE, NEVER_LISTED],
        *(ALL, KEPT, "granted granted"),
        then=[PER_SERVICE, NEVER_LISTED],
        scope=TWO,
        settings={"KETEN_LIST_LAG": "1h"},
    ),
    "a lag that lasts into the next run": Pair(
        [NEVER_LISTED], ALL, KEPT, "granted granted", then=[NEVER_LISTED], settings={"KETEN_LIST_LAG": "1h"}
    ),
    "expiry at the click and drop": Pair([expiry("submit"), DROP], ALL, KEPT, "failed dropped granted"),
    "expiry at the scope and drop": Pair([expiry("scope"), DROP], ALL, KEPT, "dropped granted"),
    "duplicates refused and drop": Pair([NO_DUPLICATES, DROP], ALL, KEPT, "dropped granted", then=[NO_DUPLICATES]),
    "a refusal and lag": Pair(
        [{"kind": "refuse_at_submit", "status": 422, "message": "Nee."}, NEVER_LISTED],
        *((1, "failed granted"), (0, "granted kept"), "refused granted granted"),
    ),
    "a redirect to the sign-in, recorded, and expiry": Pair(
        [{"kind": "redirect_at_submit", "to": "/beheer", "status": 302, "commit": True}, expiry("receiver")],
        *(ALL, KEPT, "granted granted"),
    ),
    "a redirect, not recorded, and expiry": Pair(
        [{"kind": "redirect_at_submit", "to": "/beheer", "status": 302, "commit": False}, expiry("costs")],
        *(UNSURE, (4, "refused granted"), "failed granted"),
    ),
}


def said(ran: Ran | None) -> tuple[int, str]:
    assert ran is not None
    return ran.exit_code, " ".join(ran.statuses)


def sent(on: Bench) -> str:
    return " ".join(one["outcome"] for one in on.portal.ledger()["submissions"])


@pytest.mark.slow
@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
def test_two_faults_at_once_double_nothing_and_lose_nothing(pair: Pair, tmp_path: Path) -> None:
    grants = [grant(FIRST, scope=dict(pair.scope)), grant(SECOND, scope=dict(pair.scope))]
    with bench(tmp_path, pair.faults, grants) as on:
        first, _ = on.run(settings=pair.settings)
        assert said(first) == pair.first, first and first.told
        on.portal.faults(list(pair.then))
        second, _ = on.run(settings=pair.settings)
        assert said(second) == pair.second, second and second.told
        assert sent(on) == pair.sent
        assert second is not None
        assert judge(on, second)[0] == []
