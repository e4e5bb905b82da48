"""One history: runs one after another on one portal, with all that may happen in and between them."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

from automation.browser import connection, launcher
from automation.domain import (
    Duration,
    Element,
    Grant,
    GrantedRow,
    Intermediary,
    KvkNumber,
    Limits,
    Money,
    Organisation,
    Scope,
    Term,
    Until,
    terms,
)
from automation.errors import Busy, Interrupted, StorageError
from automation.inputs import profile
from automation.inputs.scenario import Scenario
from automation.inputs.settings import Settings
from automation.journal import run_journal
from automation.journal.journal import Journal
from automation.journal.lease import SPAN
from automation.law.history import AttemptState
from automation.law.outcome import Intent
from automation.law.plan import Plan
from automation.machine.locks import Turn
from automation.proofs import dossier
from automation.proofs.evidence import Evidence
from automation.proofs.notices.letter import Notice
from automation.proofs.results import EntryOutcome
from automation.run import click, doubts, granting, log, plan_step, record, settlement, verdict, wizard
from automation.run import run as running
from automation.session import clocks, session
from pages.profile import Locator, Profile
from tests.simulation import screens
from tests.simulation.journal import NAME, SimulatedJournal
from tests.simulation.network import ALIAS, LOOPBACK, PORTAL, Context
from tests.simulation.people import Colleague, Person
from tests.simulation.portal import Portal
from tests.simulation.world import PATIENCE, START, TIMEOUT, Killed, World

OWN = Organisation(KvkNumber("90000102"), "Voorbeeld Holding B.V.", journal=NAME)
RECEIVERS = [Intermediary(KvkNumber("68750110"), "Jansen"), Intermediary(KvkNumber("69599084"), "Jansen")]
SCOPES = [
    Scope.general(),
    Scope.providers(["UWV"]),
    Scope.providers(["UWV", "Belastingdienst"]),
    Scope.services(["UWV: Verzuimmelder"]),
    Scope.services(["UWV: Verzuimmelder", "Belastingdienst: Loonheffingen"]),
    Scope.providers(["RVO"]),
]


@dataclass(frozen=True)
class Click:
    """What stood ready when an intent was written: by the checker's own books, not by keten's."""

    ref: str
    grant: Grant
    intent: Intent
    at: datetime.datetime
    planned: frozenset[Element]
    baseline: tuple[GrantedRow, ...]
    baseline_at: datetime.datetime
    journal: SimulatedJournal
    address: str


class History:
    """All that happened, for the checker to judge."""

    def __init__(self, seed: int) -> None:
        self.world = World(seed)
        self.portal = Portal(self.world)
        self.colleague = Colleague(self.world, self.portal)
        self.person = Person(self.world, self.portal)
        self.world.colleague, self.world.other_run = self.colleague.act, self._other_run
        self._user, self._turns, self._address = "A", dict[str, str](), PORTAL
        self._context = Context(self.world, self.portal)
        self._among_others = False
        self.journals = [SimulatedJournal(self.world)]
        self.clicks: dict[str, Click] = {}
        self.scenario = self._scenario()
        self.colleague.entries = self.scenario.grants
        self.outcomes: list[EntryOutcome] = []
        self.mistold: list[str] = []
        """What a run told otherwise than the journal had it when the run ended."""
        self._plan: Plan | None = None
        self._evidence = _NoEvidence(self.world)

    @property
    def journal(self) -> SimulatedJournal:
        """The one in use; those before it were lost."""
        return self.journals[-1]

    def _scenario(self) -> Scenario:
        luck = self.world.luck
        entries: list[Grant] = []
        for number in range(luck.randint(1, 3)):
            receiver, scope = luck.choice(RECEIVERS), luck.choice(SCOPES)
            if any(e.intermediary == receiver and e.scope.overlaps(scope) for e in entries):
                continue
            ends = START.date() + datetime.timedelta(days=luck.choice([200, 900, 1700]))
            terms: list[Term] = [Duration(1), Duration(5), Until(ends), Until(ends)]
            term = luck.choice(terms)
            renew = luck.choice([None, datetime.timedelta(30), datetime.timedelta(90)])
            entries.append(
                Grant(
                    id=f"entry-{number}",
                    intermediary=receiver,
                    scope=scope,
                    term=term,
                    at_most=Money.parse("EUR 40.00"),
                    renew_within=renew if isinstance(term, Duration) else None,
                )
            )
        for entry in entries:
            self.world.note(
                f"wanted: {entry.scope} for {entry.intermediary.kvk}, {entry.term}, renew {entry.renew_within}"
            )
        return Scenario(
            path=Path("scenario.yaml"), sha256="", organisation=OWN, limits=Limits(), grants=tuple(entries), remarks=()
        )

    def happen(self) -> None:
        """All of it, to the calm end in which everything must come right."""
        luck, world = self.world.luck, self.world
        world.note(f"{world.climate}")
        for _ in range(luck.randint(3, 7)):
            world.pass_time()
            if luck.random() < world.climate.journal_lost:
                world.note("the journal is lost")
                self.journals.append(SimulatedJournal(world))
            self.run("plan" if luck.random() < 0.1 else "apply")
            if luck.random() < 0.8:
                self.person.answer(self.journal, self.outcomes, 0.8)
        world.calm = True
        world.note("all is calm from now on")
        for _ in range(12):
            world.now += 4 * world.climate.lag
            before = world.figures["rulings"]
            self.run("apply")
            self.person.answer(self.journal, self.outcomes, 1.0)
            if world.figures["rulings"] == before and all(o.status in ("kept", "refused") for o in self.outcomes):
                return

    def _other_run(self) -> None:
        """In the middle of a run another user of the journal runs keten, often while the first one's machine sleeps."""
        if self._among_others:
            return
        world, portal, journal = self.world, self.portal, self.journal
        own = (self._context, self._plan, self.outcomes, self._user, self._address, portal.signed_in)
        self._among_others, self._user = True, "B"
        if world.luck.random() < 0.5:
            world.note("the machine of the run sleeps")
            world.now += 2 * SPAN
        else:
            journal.renew()
        try:
            self.run("apply")
        finally:
            self._context, self._plan, self.outcomes, self._user, self._address, portal.signed_in = own
            self._among_others = False
            world.running = True
            world.note("--- the run before goes on")

    @contextlib.contextmanager
    def _locked(self, portal: str, held: str, _: str) -> Iterator[Turn]:
        """A lock folder for each user."""
        key = f"{self._user} {portal} {held}"
        turn = Turn(f"turn {self.world.figures['runs']}", self._turns.get(key))
        self._turns[key] = turn.token
        yield turn

    def run(self, command: Any) -> None:
        """One run of the program itself, which may be killed on the way."""
        world = self.world
        self._address = LOOPBACK if world.climate.loopback else PORTAL
        if world.climate.aliases and not world.calm and world.luck.random() < 0.5:
            self._address = ALIAS
        if not self._among_others:
            self._user = world.luck.choice("AB") if world.climate.others else "A"
        world.note(f"--- keten {command} by {self._user} at {self._address}")
        world.figures["runs"] += 1
        self.portal.signed_in = False
        self._context = Context(world, self.portal)
        self.journal.intended = self._intended
        self.outcomes = []
        run = running.Run(
            record.Task(command, accept_list=world.calm),
            self.scenario,
            settings(self._address),
            _profile(world.climate.own_references_shown),
            Path("runs"),
            throw_away=False,
        )
        world.begin()
        try:
            code = run.execute(running.Reporter(lambda _: None, lambda _: None, self._approve))
            self.outcomes = list(run.record.outcomes.values())
            self.mistold += self._told_otherwise(run.record)
            world.note(f"exit {code}: {[(o.grant.id, o.status, o.error) for o in self.outcomes]} {run.record.errors}")
        except (Killed, KeyboardInterrupt):
            world.note("gone")
        finally:
            world.end()
            self._context.cut_off = True

    def _told_otherwise(self, told: record.RunRecord) -> Iterator[str]:
        """The entries of which a run does not tell what the journal knows that it did."""
        own = {one.entry: one for one in self.journal.known().attempts if one.run_id == told.run_id}
        cut_short = any(isinstance(error, (Busy, StorageError)) for error in told.errors)  # others may know more by now
        for entry, attempt in own.items():
            expected, status = _TOLD.get(attempt.state), told.outcomes[entry].status
            by_another = self.journal.last_writer.get(attempt.ref, told.run_id) != told.run_id  # while this one slept
            right = status == expected or ((cut_short or by_another) and status == "in-doubt")
            if expected and attempt.ruling is None and not right:
                yield f"{attempt.ref} is {attempt.state}, and the run told that {entry} is {status}"

    def _approve(self, made: Plan) -> bool:
        """A person looks at the plan, for a minute or over lunch."""
        self._plan = made
        self.world.note(f"plan: {[(a.grant.id, a.verb, sorted(map(str, a.elements)), a.reason) for a in made.actions]}")
        self.world.step("looking at the plan", self.world.luck.choice([10.0, 5000.0]))
        return True

    def _intended(self, ref: str, entry: str, intent: Intent) -> None:
        [action] = [a for a in self._plan.actions if a.grant.id == entry] if self._plan else []
        self._context.click = ref
        rows, at = self._context.readings[intent.kvk]
        self.clicks[ref] = Click(
            *(ref, action.grant, intent, self.world.now, action.elements, tuple(rows), at, self.journal),
            address=self._address,
        )

    @contextlib.contextmanager
    def stage(self) -> Iterator[None]:
        """The program with its edges on this history: browser, network, clock, journal and files."""
        world = self.world

        class Now(datetime.datetime):
            @classmethod
            def now(cls, tz: datetime.tzinfo | None = None) -> datetime.datetime:  # type: ignore[override]
                return world.now.astimezone(tz)

        clock = _Time(world)
        with ExitStack() as stack:
            for module in (running, record, doubts, plan_step, granting, settlement, clocks, terms):
                stack.enter_context(patch.object(module, "datetime", Now))
            for module in (click, verdict, settlement):
                stack.enter_context(patch.object(module, "time", clock))
            stack.enter_context(patch.object(connection, "Wire", lambda *_: contextlib.nullcontext(_Wire(self))))
            stack.enter_context(
                patch.object(launcher, "launched", lambda *_, **__: contextlib.nullcontext(self._context))
            )
            for name in ("locked", "locked_account"):
                stack.enter_context(patch.object(run_journal, name, self._locked))
            stack.enter_context(patch.object(running, "Interruption", lambda: _Interruption(self)))
            stack.enter_context(patch.object(Journal, "open", lambda *_, **__: self.journal))
            stack.enter_context(patch.object(Evidence, "open", lambda *_: self._evidence))
            stack.enter_context(patch.object(wizard, "marked", lambda _: []))
            stack.enter_context(patch.object(record, "version", lambda _: "0"))
            for module in (running, log, session):
                stack.enter_context(patch.object(module, "logger", _NoLog()))
            stack.enter_context(patch.object(session, "Beheermodule", screens.Screens))
            stack.enter_context(patch.object(session, "sign_in", screens.sign_in))
            stack.enter_context(patch.object(session, "check_organisation", screens.check_organisation))
            stack.enter_context(patch.object(session, "certificate_sha256", lambda *_: None))
            stack.enter_context(patch.object(dossier, "compose", lambda _: Notice("", "", "")))
            yield


class _Time:
    """Stands in for the module `time`."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.sleep = world.wait

    def monotonic(self) -> float:
        return (self._world.now - START).total_seconds()


class _Wire:
    """The one way out; closed, nothing leaves any more."""

    proxy = None
    blocked: tuple[object, ...] = ()
    fingerprint = staticmethod(lambda _: None)
    explained = staticmethod(lambda error, _: error)

    def __init__(self, history: History) -> None:
        self._history = history

    def close(self) -> None:
        self._history._context.cut_off = True


_TOLD = {
    AttemptState.GRANTED: "granted",
    AttemptState.FAILED: "failed",
    AttemptState.IN_DOUBT: "in-doubt",
    AttemptState.RELEASED: "in-doubt",
}


class _Interruption:
    """A first signal asks for an end where it is safe; the second is the world's."""

    def __init__(self, history: History) -> None:
        self._world = history.world
        self.at_once = lambda: None
        self._clicking = False

    def before_click(self) -> None:
        self.check()
        self._clicking = True

    def after_click(self) -> None:
        self._clicking = False
        self.check()

    def __enter__(self) -> _Interruption:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def check(self) -> None:
        if not self._clicking and self._world.happens(self._world.climate.signals * 5):
            raise Interrupted("stopped by a signal")

    def wait(self, seconds: float) -> None:
        self._world.wait(seconds)
        self.check()


class _NoEvidence:
    """Files are not simulated; a place to write them is a place to be killed."""

    folder = Path("/nowhere")

    def __init__(self, world: World) -> None:
        self._world = world

    def write(self, name: str, _: object) -> None:
        self._world.step(f"writing {name}", 0.1)

    write_json = append = keep = keep_json = write

    def lose(self, name: str, why: str) -> None:
        self._world.note(f"{name} is lost: {why}")

    def lost(self) -> dict[str, str]:
        return {}

    def seal(self) -> str:
        return ""


class _NoLog:
    def add(self, *_: object, **__: object) -> int:
        return 0

    def bind(self, **_: object) -> _NoLog:
        return self

    remove = info = add


@cache
def settings(address: str) -> Settings:
    """As a user would set them."""
    return Settings(
        portal_url=address,
        username="beheerder",
        password="x",
        totp_secret="KETENMACHTIGINGMOCKKETENMACHTIGI",
        list_patience=PATIENCE,
        timeout=TIMEOUT,
    )


@cache
def _profile(own_references_shown: bool) -> Profile:
    loaded = profile.load()
    if not own_references_shown:
        return loaded
    granted = loaded.screens["granted"] | {"own_reference_column": (Locator(css="th"),)}
    return loaded.model_copy(update={"screens": loaded.screens | {"granted": granted}})
