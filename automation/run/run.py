"""A run: locks, signs in once, settles, reads the list, plans, asks, records each grant in turn, keeps the proofs."""

from __future__ import annotations

import hashlib
import json
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from loguru import logger

from automation.browser import launcher as browsers
from automation.browser.connection import connected
from automation.browser.hold import Hold
from automation.domain import GrantedRow
from automation.domain.addresses import is_loopback, origin_of, portal_of
from automation.errors import (
    BrowserError,
    Busy,
    GrantError,
    InDoubt,
    Interrupted,
    KetenError,
    StorageError,
    worst,
)
from automation.inputs.scenario import Scenario
from automation.inputs.settings import Settings
from automation.journal.journal import Book, Journal, open_named
from automation.journal.run_journal import RunJournal, account_alone, alone
from automation.law.brakes import check_limits
from automation.law.history import PastState
from automation.law.planning import Action, Plan
from automation.machine.person import Nobody, Person
from automation.machine.signals import Interruption
from automation.proofs import dossier, plan_document
from automation.proofs.evidence import Evidence, new_run_id
from automation.proofs.results import EarlierGrant, EntryOutcome, how_to_settle
from automation.run.granting import Granting, Recorded
from automation.run.listing import describe, look_up
from automation.run.plan_step import make_plan, remember_reading
from automation.run.settlement import Settling
from automation.session.session import Identity, Session
from pages.plain_words import in_words
from pages.profile import Profile

if TYPE_CHECKING:
    from loguru import Message
    from playwright.sync_api import Browser


@dataclass(frozen=True)
class Reporter:
    """How a run speaks to who is watching: `say` for a line that stays, `progress` for what is going on just now."""

    say: Callable[[str], None]
    progress: Callable[[str], None]
    approve: Callable[[Plan], bool]
    person: Person = field(default_factory=Nobody)


@dataclass(frozen=True)
class Task:
    """What a run is to do. `approved`: a plan that a person saw before; `rehearse`: all but the recording click."""

    command: Literal["plan", "apply"] = "apply"
    approved: Path | None = None
    rehearse: bool = False
    accept_list: bool = False


class Run:
    """One run of a scenario against a portal; `execute` does it, `document` tells what became of it."""

    def __init__(
        self, task: Task, scenario: Scenario, settings: Settings, profile: Profile, output: Path, *, throw_away: bool
    ) -> None:
        """SettingsError when no portal, or no account, is set; StorageError for a folder or journal that will not do.

        `throw_away`: the journal is one beside the run's folder, for a portal that ends with the run.
        """
        self.task, self.scenario, self.settings, self.profile = task, scenario, settings, profile
        self.address = settings.address
        self.account = settings.account(scenario.organisation.account)
        self.started = datetime.now(UTC)
        self._ended: datetime | None = None
        self.run_id = new_run_id(self.started)
        self.profile_sha256 = hashlib.sha256(profile.model_dump_json().encode()).hexdigest()
        self._approved = plan_document.read(task.approved, scenario, self._approval) if task.approved else None
        if throw_away:
            self.evidence = Evidence.open(output, self.run_id)
            self._journal = Journal.open(f"sqlite:///{self.evidence.folder}.journal.db")
        else:
            self._journal = open_named(scenario, settings.journal_address, loopback=is_loopback(self.address))
            self.evidence = Evidence.open(output, self.run_id)
        self._origin = origin_of(self.address)
        self._book = Book(portal_of(self.address), scenario.organisation.kvk)
        self._run_journal: RunJournal  # once the lease is held
        self.outcomes = [EntryOutcome(grant) for grant in scenario.grants]
        self.plan: Plan | None = None
        self._rows: list[GrantedRow] = []
        self._errors: list[KetenError] = []
        self.declined = False
        self.not_kept: list[str] = []
        """Files of the run that could not be kept, and are of no single grant, each with why."""
        self._interruption = Interruption()
        self._facts: dict[str, Any] = {}
        self.earlier: dict[str, EarlierGrant] = {}
        self._granted: list[tuple[EntryOutcome, Recorded]] = []

    @property
    def _approval(self) -> plan_document.Approval:
        scenario = self.scenario
        return plan_document.Approval(self.address, scenario.organisation.kvk, scenario.sha256, self.profile_sha256)

    @property
    def exit_code(self) -> int:
        """The exit code of the contract, of the whole run."""
        codes = [error.exit_code for error in self._errors] + [int(bool(self.not_kept))]
        codes += [outcome.exit_code for outcome in self.outcomes]
        return worst(codes + [earlier.exit_code for earlier in self.earlier.values()])

    @property
    def errors(self) -> list[KetenError]:
        """What stopped the run as a whole."""
        return self._errors

    def check_interrupted(self) -> None:
        """Interrupted when a signal came."""
        self._interruption.check()

    def execute(self, reporter: Reporter) -> int:
        """Do the run; its exit code. Whatever happens, `run.json` is written and the folder sealed."""
        sink = logger.add(self._log, level="DEBUG", format="{message}", diagnose=False)
        try:
            with self._interruption:
                self._guarded(reporter)
        finally:
            logger.remove(sink)
            self._ended = datetime.now(UTC)
            self._say_why_not_tried()
            if self.plan is None:
                self._name_older_doubts()
            self._name_what_was_not_kept()
            self._write_down()
            self._journal.close()
        return self.exit_code

    def _say_why_not_tried(self) -> None:
        why = "only a plan was asked for" if self.task.command == "plan" else "the plan was not agreed to"
        if self._errors:
            why = self._errors[0].message.partition("\n")[0]
        for outcome in self.outcomes:
            if outcome.status == "skipped":
                outcome.error = f"not tried: {why}"

    def _name_older_doubts(self) -> None:
        """A run that came to no plan must not hide what is in doubt since an earlier one: that is what matters most."""
        try:
            history = self._journal.history(self._book)
        except StorageError as error:
            self._errors.append(error)
            return
        unsure = {PastState.IN_DOUBT}
        if not any(isinstance(error, Busy) for error in self._errors):
            unsure.add(PastState.RELEASED)  # else it may be the other run's, which is at work on it
        now, lag = datetime.now(UTC), self.settings.lag(loopback=is_loopback(self.address))
        for past in history.everywhere:
            if past.state in unsure and past.blocks(now, lag):
                for outcome in self.outcomes:
                    if past.intent.kvk == outcome.grant.intermediary.kvk:
                        outcome.ref, outcome.blocked_by_doubt = past.ref, True
                        outcome.error = f"{outcome.error}; {past.ref} of an earlier run is in doubt"

    def _name_what_was_not_kept(self) -> None:
        self.not_kept = dossier.name_what_was_not_kept(self.evidence, self.outcomes, self.earlier.values())

    def _guarded(self, reporter: Reporter) -> None:
        from playwright.sync_api import Error as PlaywrightError

        try:
            what = f"keten {self.task.command}, run {self.run_id}"
            account = self.account.username or self.scenario.organisation.account or ""
            with (
                alone(self._journal, self._book, what) as of_organisation,
                account_alone(self._journal, self._book.portal, account, what) as of_account,
            ):
                leases = (of_organisation, *of_account)
                self._run_journal = RunJournal(self._journal, self._book, self.run_id, leases)
                self._run(reporter)
        except KetenError as error:
            self._errors.append(error)
        except KeyboardInterrupt:
            self._errors.append(Interrupted("stopped at once by a second signal"))
        except PlaywrightError as error:
            self._errors.append(BrowserError(f"the browser failed: {in_words(error)}", "Run again to go on."))
        except Exception as error:
            self._note("traceback", "".join(traceback.format_exception(error)))
            what = f"internal error: {type(error).__name__} (a bug in keten; please report it with log.jsonl)"
            self._errors.append(KetenError(what, "log.jsonl has the traceback."))

    def _run(self, reporter: Reporter) -> None:
        settings, organisation = self.settings, self.scenario.organisation
        identity = Identity.of(self.account, organisation, self._origin, self._journal, reporter.person, reporter.say)
        if not identity.saved.is_there:
            identity.check()  # better than after the browser has come up
        reporter.progress("starting the browser")
        with connected(settings, self.address, headless=settings.headless, say=reporter.say) as connection:
            browser, wire = connection.browser, connection.wire
            # A browser that loses its routes sends what they held: a click's request a second time.
            self._interruption.at_once = wire.close
            try:
                self._on_portal(browser, identity, reporter)
            finally:
                if verified := wire.fingerprint(self._origin):
                    self._facts["certificate_sha256"] = verified  # the browser was shown the wire's own
                self._facts |= {
                    "browser": browser.version,
                    "blocked": [f"{b.host}:{b.port} ({b.count}×)" for b in wire.blocked],
                }

    def _on_portal(self, browser: Browser, identity: Identity, reporter: Reporter) -> None:
        session = self._session(browser, identity)
        try:
            reporter.progress("signing in")
            session.begin()
            self._settle(session, reporter)
            made = self._make_plan(session, reporter)
            if self.task.command == "plan":
                reporter.approve(made)
                return
            check_limits(made, self.scenario.limits)
            if not reporter.approve(made):
                self.declined = True
                return
            try:
                self._carry_out(session, made, reporter)
            except KetenError as error:
                self._errors.append(error)  # what was recorded before is looked up all the same
            looked_up = look_up(self._granted, session, self._run_journal, self.evidence, reporter.progress)
            self._errors += [error for error in looked_up if str(error) not in map(str, self._errors)]
        finally:
            self._facts |= {
                "clock_offset_seconds": session.clock_offset,
                "certificate_sha256": session.certificate_sha256,
                "aborted": [f"{a.method} {a.address}: {a.why}" for a in session.hold.aborted],
                "fallbacks_used": [
                    {"screen": screen, "control": control, "locator": number + 1}
                    for screen, control, number in sorted(session.fallbacks_used)
                ],
            }

    def _session(self, browser: Browser, identity: Identity) -> Session:
        settings, state = self.settings, identity.saved.load()
        context = browser.new_context(**browsers.CONTEXT_OPTIONS, storage_state=state)
        context.set_default_timeout(settings.timeout * 1000)
        hold = Hold(context, self.address, self.profile.recording, settings.timeout, self._note)
        allowed, wait = settings.allowed(self.address), self._interruption.wait
        return Session(context, hold, self.profile, self.address, allowed, identity, wait, self.evidence)

    def _settle(self, session: Session, reporter: Reporter) -> None:
        """What earlier runs left unsure, before anything is planned (law 2.2)."""
        reporter.progress("settling what earlier runs left unsure")
        settling = Settling(
            session,
            self._run_journal,
            self.evidence,
            patience=self.settings.list_patience,
            lag=self.settings.lag(loopback=is_loopback(self.address)),
            wait=self._interruption.wait,
        )
        for settled in settling.settle():
            self.earlier[settled.past.ref] = settling.told(settled)
            reporter.say(f"{settled.past.ref}, of an earlier run: {settled.state} ({settled.why})")
            if settled.state is PastState.IN_DOUBT:
                self._errors.append(settled.doubt)
        if self.task.command == "apply":
            for owed in settling.make_owed_notices():
                before = self.earlier.get(owed.ref)
                self.earlier[owed.ref] = replace(owed, why=before.why) if before else owed

    def _make_plan(self, session: Session, reporter: Reporter) -> Plan:
        """The plan by what is there now; refusals get the reference by which a person settles them."""
        reporter.progress("reading the granted list")
        self._rows = session.read_list(details_of={grant.intermediary.kvk for grant in self.scenario.grants})
        journal = self._run_journal
        remember_reading(self._rows, journal, accept=self.task.accept_list)
        lag = self.settings.lag(loopback=is_loopback(self.address))
        self.plan, changed = make_plan(
            self.scenario, self._rows, journal, lag, self._approved, costs_shown=self.profile.costs == "shown"
        )
        self._note("plan", self.plan.summary())
        for outcome, action in zip(self.outcomes, self.plan.actions, strict=True):
            self._note("plan", f"{action.grant.id}: {action.verb}: {action.reason}")
            outcome.action, outcome.ref, outcome.blocked_by_doubt = action.verb, action.ref, action.in_doubt
            if action.verb == "keep":
                outcome.status = "kept"
            elif action.verb == "refuse":
                outcome.status = "failed" if action.grant.id in changed else "refused"
                outcome.error = action.reason
            if action.unreadable:
                session.picture_rows(action.grant.intermediary.kvk, f"failures/{action.grant.id}/screen.png")
                outcome.evidence = dossier.files(self.evidence, action.grant.id)
        return self.plan

    def _carry_out(self, session: Session, made: Plan, reporter: Reporter) -> None:
        granting = Granting(
            session,
            self._run_journal,
            self.evidence,
            timeout=self.settings.timeout,
            patience=self.settings.list_patience,
            lag=self.settings.lag(loopback=is_loopback(self.address)),
            rehearsal=is_loopback(self.address),
            known_references=[row.reference for row in self._rows if row.reference],
            check_interrupted=self._interruption.before_click,
            note=self._note,
        )
        todo = [(o, a) for o, a in zip(self.outcomes, made.actions, strict=True) if a.records]
        for number, (outcome, action) in enumerate(todo, 1):
            self._interruption.check()
            reporter.progress(f"{number} of {len(todo)}: {action.grant.id} ({action.grant.intermediary.name})")
            try:
                self._do(granting, outcome, action)
            except KetenError:
                raise
            except (KeyboardInterrupt, Exception) as error:  # the browser is gone, say: a click is never lost
                doubt = granting.doubt(
                    "the run was stopped at once" if isinstance(error, KeyboardInterrupt) else _why(error)
                )
                if doubt is None or outcome.status != "skipped":
                    raise
                outcome.status, outcome.error = "in-doubt", doubt.in_a_line
                raise doubt from error
            finally:
                self._interruption.after_click()

    def _do(self, granting: Granting, outcome: EntryOutcome, action: Action) -> None:
        """One entry; what ends the whole run is raised, what concerns this grant alone is written down."""
        try:
            if self.task.rehearse:
                self._rehearse(granting, outcome, action)
            else:
                self._record(granting, outcome, action)
        except GrantError as error:
            if outcome.status == "granted":
                raise  # it differs from what was intended, and the run ends
            outcome.status, outcome.error = "failed", error.in_a_line
        except Interrupted:
            raise
        except KetenError as error:
            if outcome.status == "skipped":
                unsure = isinstance(error, InDoubt) or granting.doubt("") is not None
                outcome.status, outcome.error = "in-doubt" if unsure else "failed", error.in_a_line
            raise
        finally:
            outcome.ref = granting.ref or outcome.ref
            outcome.evidence = dossier.files(self.evidence, action.grant.id)

    def _rehearse(self, granting: Granting, outcome: EntryOutcome, action: Action) -> None:
        intent = granting.rehearse(action)
        if intent is None:
            outcome.action, outcome.status = "keep", "kept"
        else:
            outcome.status, outcome.elements = "rehearsed", action.elements
            outcome.valid_until, outcome.costs = intent.until, intent.costs

    def _record(self, granting: Granting, outcome: EntryOutcome, action: Action) -> None:
        recorded = granting.record(action)
        if recorded is None:
            outcome.action, outcome.status = "keep", "kept"
            return
        describe(outcome, recorded)
        self._granted.append((outcome, recorded))
        dossier.keep(self.evidence, outcome)
        if recorded.error:
            raise GrantError(
                f"{recorded.ref} was recorded, and differs from what was intended: {recorded.error}",
                f"{how_to_settle(recorded.ref)} The run stops here.",
            )

    def plan_document(self) -> dict[str, Any]:
        """The `--json` document of `keten plan`; its actions are empty where the run stopped before it."""
        return plan_document.as_data(self.plan or Plan(()), self.scenario, self._approval, self._rows) | {
            "run_id": self.run_id,
            "output": str(self.evidence.folder),
            "errors": [error.as_data() for error in self._errors],
            "settled": [earlier.as_data() for earlier in self.earlier.values()],
            "not_kept": self.not_kept,
        }

    def document(self) -> dict[str, Any]:
        """The `--json` document of the contract, with what an auditor asks for besides."""
        organisation = self.scenario.organisation
        return {
            "run_id": self.run_id,
            "command": self.task.command,
            "portal": self.address,
            "organisation": {"kvk": str(organisation.kvk), "name": organisation.name},
            "output": str(self.evidence.folder),
            "outcomes": [outcome.as_data() for outcome in self.outcomes],
            "exit_code": self.exit_code,
            "errors": [error.as_data() for error in self._errors],
            "declined": self.declined,
            "settled": [earlier.as_data() for earlier in self.earlier.values()],
            "not_kept": self.not_kept,
            "journal": self._journal.name,
            "started": self.started.isoformat(timespec="seconds"),
            "ended": self._ended.isoformat(timespec="seconds") if self._ended else None,
            "versions": {"keten": version("keten"), "playwright": version("playwright")},
            "scenario_sha256": self.scenario.sha256,
            "profile_sha256": self.profile_sha256,
            "settings": self.settings.names,
            "setting_sources": self.settings.sources,
            **self._facts,
        }

    def _write_down(self) -> None:
        try:
            self.evidence.write_json("run.json", self.document())
            self._journal.remember_run(self.run_id, self.evidence.folder, self.evidence.seal())
        except StorageError as error:
            self._errors.append(error)

    def _log(self, message: Message) -> None:
        record = message.record
        line = {
            "at": record["time"].astimezone(UTC).isoformat(timespec="milliseconds"),
            "level": record["level"].name,
            "event": record["extra"].get("event"),
            "message": record["message"],
        }
        try:
            self.evidence.append("log.jsonl", json.dumps(line, ensure_ascii=False))
        except StorageError as error:
            self.evidence.lose("log.jsonl", error.message)  # and the run goes on: there may be a click to look after

    def _note(self, event: str, detail: str) -> None:
        logger.bind(event=event).info(detail)


def _why(error: BaseException) -> str:
    from playwright.sync_api import Error as PlaywrightError

    return in_words(error) if isinstance(error, PlaywrightError) else f"internal error: {type(error).__name__}"
