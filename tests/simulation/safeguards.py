"""Each safeguard of the law, and how to take it out, so that it can be seen that the simulation would notice."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from unittest.mock import patch

from automation.browser.click import Click
from automation.browser.hold import Hold
from automation.domain import GrantedRow, RowStatus
from automation.inputs.settings import Settings, Waiting
from automation.journal import queries
from automation.law import coverage, outcome, planning
from automation.law.history import Attempt, AttemptState, fingerprint
from automation.law.history import History as Journaled
from automation.law.outcome import Confirmed, State
from automation.law.plan import PlanInput
from automation.run import granting, plan_step, run, settlement, verdict
from pages.granted_list import wholeness
from tests.simulation.history import History
from tests.simulation.journal import SimulatedJournal
from tests.simulation.network import Context


@dataclass(frozen=True)
class Safeguard:
    """What protects the law, where it says so, and what takes it out: an attribute and what stands there instead."""

    name: str
    law: str
    without: tuple[tuple[object, str, Any], ...]

    @contextmanager
    def taken_out(self) -> Iterator[None]:
        """While this lasts, the program does without it."""
        patches = [patch.object(where, name, instead) for where, name, instead in self.without]
        for one in patches:
            one.start()
        try:
            yield
        finally:
            for one in reversed(patches):
                one.stop()


_plan, _plan_entry, _by_witnesses = planning.plan, planning.plan_entry, outcome.by_witnesses
_intent, _read_until_settled, _settling = outcome.Intent, settlement.read_until_settled, settlement.Settling
_click, _settle_one, _append, _run = Hold.click, settlement.Settling._settle, SimulatedJournal.append, History.run
_history = SimulatedJournal.history


_sent, _waiting = Click.sent, Settings.__dict__["waiting"].fget


def _without_lag(waiting: Waiting) -> Waiting:
    return replace(waiting, lag=datetime.timedelta(0))


_NO_LAG = property(lambda self: _without_lag(_waiting(self)))


def _let_out_all(self: Hold, journal: Any, _times: int = 1) -> Any:
    return _click(self, journal, 99)


def _counting_no_more(self: Hold) -> None:
    """Stop nothing, and know only what was sent by now.

    Without the second, what leaves late is counted until its page is closed, and the law holds by that alone: the
    simulation sees no breach in 15,000 histories. Where what is known ends here, only the shutting protects it.
    """
    click = self._click
    if click is not None:
        known = click.sent()
        click.sent = lambda: known  # type: ignore[method-assign]


def _taking_silence_for_proof(self: Click) -> Any:
    return replace(_sent(self), silence_proves=True)


def _forgetful(known: PlanInput) -> PlanInput:
    return replace(known, history=Journaled())


def _witnesses_say(change: Callable[[Any, Any, State], State]) -> Any:
    def judged(sent: Any, confirmed: Any, *rest: Any) -> State:
        return change(sent.answer, confirmed, _by_witnesses(sent, confirmed, *rest))

    return judged


def _given_up(self: Any, attempt: Attempt, history: Any) -> Any:
    found = _settle_one(self, attempt, history)
    unheard = found.state is AttemptState.IN_DOUBT and found.why == "there is no new row on the list"
    return self._become(attempt, AttemptState.FAILED, "time is up") if unheard else found


def _without_release(self: SimulatedJournal, ref: str, run_id: str, event: str, **detail: Any) -> None:
    if event not in ("released", "answered"):
        _append(self, ref, run_id, event, **detail)


def _nothing(*_: object) -> None:
    """A check that is left out."""


def _nowhere_else(self: SimulatedJournal, book: Any) -> Journaled:
    return replace(_history(self, book), elsewhere=())


def _written_late(self: History, command: Any) -> None:
    _run(self, command)
    self.journal.forget_unsettled()


def _earliest_end(element: Any, there: Any) -> Any:
    ends = [row.valid_until for row in coverage.covering(element, there) if row.valid_until is not None]
    return min(ends, default=None)


def _present_only(self: GrantedRow, on: datetime.date) -> bool:
    return self.status is RowStatus.PRESENT and (self.valid_until is None or self.valid_until >= on)


class _Deaf:
    """A protocol session that does nothing."""

    def send(self, *_: object) -> None:
        """Nothing."""


SAFEGUARDS = (
    Safeguard(
        "the journal is asked when a plan is made",
        "law 1",
        (
            (plan_step, "plan", lambda scenario, known: _plan(scenario, _forgetful(known))),
            (granting, "plan_entry", lambda grant, known: _plan_entry(grant, _forgetful(known))),
        ),
    ),
    Safeguard(
        "a list is read whole, or not at all",
        "law 0",
        ((wholeness, "judge", lambda _: wholeness.Wholeness("taken for whole")),),
    ),
    Safeguard("what is in doubt refuses its receiver", "law 1", ((Attempt, "blocks", lambda *_: False),)),
    Safeguard("what is no longer listed is refused", "law 1", ((planning, "_vanished", lambda *_: None),)),
    Safeguard("what a person took away is refused", "law 1", ((planning, "_taken_away", lambda *_: {}),)),
    Safeguard(
        "another revocation is another question",
        "law 1",
        ((planning, "fingerprints", lambda rows: {fingerprint(row): row for row in rows}),),
    ),
    Safeguard("narrower rows are asked about", "law 1", ((planning, "_narrower", lambda *_: []),)),
    Safeguard("what ran out is asked about", "law 1", ((planning, "_has_run_out", lambda *_: False),)),
    Safeguard("the latest end date counts", "law 1", ((planning, "latest_end", _earliest_end),)),
    Safeguard("a pending row counts as there", "law 1", ((GrantedRow, "there", _present_only),)),
    Safeguard(
        "a new grant counts as there for the lag",
        "law 1",
        ((Settings, "waiting", _NO_LAG),),
    ),
    Safeguard(
        "who lost the lease commits nothing more",
        "law 2.1",
        ((queries, "check_held", _nothing),),
    ),
    Safeguard(
        "no other intent came since the last look",
        "law 2.1",
        ((queries, "check_nothing_new", _nothing),),
    ),
    Safeguard(
        "a portal is one under all its names",
        "law 2.1",
        ((SimulatedJournal, "history", _nowhere_else), (queries, "check_nothing_new", _nothing)),
    ),
    Safeguard(
        "the list is read again before the click", "law 2.5", ((granting.Granting, "_still_wanted", lambda *_: True),)
    ),
    Safeguard("the gate compares the screen", "law 2.6", ((granting, "differing", lambda *_: []),)),
    Safeguard("the intent is written ahead", "law 2.7", ((History, "run", _written_late),)),
    Safeguard("a release is written before it leaves", "law 3", ((SimulatedJournal, "append", _without_release),)),
    Safeguard(
        "a click's request leaves once",
        "law 3",
        ((Hold, "click", _let_out_all),),
    ),
    Safeguard("nothing leaves once the click is over", "law 3", ((Hold, "shut", _counting_no_more),)),
    Safeguard(
        "a page's scripts stop before it is closed", "law 3", ((Context, "new_cdp_session", lambda *_: _Deaf()),)
    ),
    Safeguard(
        "silence beside a web socket is no answer",
        "law 3",
        ((Hold, "sockets_open", False), (Click, "sent", _taking_silence_for_proof)),
    ),
    Safeguard(
        "a dropped answer is no failure",
        "law 4",
        (
            (
                verdict,
                "by_witnesses",
                _witnesses_say(lambda a, _, state: State.FAILED if a is not None and a.status is None else state),
            ),
        ),
    ),
    Safeguard(
        "a server's error is no failure",
        "law 4",
        (
            (
                verdict,
                "by_witnesses",
                _witnesses_say(lambda a, _, state: State.FAILED if a is not None and (a.status or 0) >= 429 else state),
            ),
        ),
    ),
    Safeguard(
        "a confirmation alone is no witness",
        "law 4",
        ((verdict, "by_witnesses", _witnesses_say(lambda _, c, state: State.GRANTED if c is not None else state)),),
    ),
    Safeguard("a confirmation names the receiver", "law 4", ((Confirmed, "names", lambda *_: True),)),
    Safeguard("a confirmation is compared with the intent", "law 4", ((Confirmed, "differences", lambda *_: []),)),
    Safeguard(
        "after a 401 the list is read over the patience",
        "law 4",
        ((verdict, "read_until_settled", lambda p, h, read, wait, _: _read_until_settled(p, h, read, wait, 0)),),
    ),
    Safeguard(
        "a click is tried again only after a 401",
        "law 4",
        (
            (
                verdict,
                "by_witnesses",
                _witnesses_say(lambda _a, _c, state: State.EXPIRED if state is State.SETTLE else state),
            ),
        ),
    ),
    Safeguard(
        "only what came since the baseline is taken for a click's",
        "law 5",
        ((granting, "Intent", lambda *values, **more: replace(_intent(*values, **more), baseline=())),),
    ),
    Safeguard("no clock settles a click", "law 5", ((settlement.Settling, "_settle", _given_up),)),
    Safeguard(
        "that it was not granted takes effect after the lag",
        "law 5",
        ((run, "Settling", lambda *v: _settling(v[0], v[1], v[2], _without_lag(v[3]), v[4])),),
    ),
    Safeguard(
        "a row that turns up wins over a ruling",
        "law 5",
        ((settlement, "by_list", lambda *_, **__: State.IN_DOUBT), (settlement, "is_part", lambda *_: False)),
    ),
)
