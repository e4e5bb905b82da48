"""A run: locks, signs in once, settles, reads the list, plans, asks, records each grant in turn, keeps the proofs."""

from __future__ import annotations

import hashlib
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from loguru import logger

from automation.browser.connection import connected
from automation.browser.hold import Hold
from automation.browser.requests import PortalRequests
from automation.errors import BrowserError, GrantError, Interrupted, KetenError
from automation.inputs.scenario import Scenario
from automation.inputs.settings import Settings
from automation.journal.journal import Journal
from automation.journal.named import open_named
from automation.journal.queries import Book
from automation.journal.run_journal import RunJournal, account_alone, alone
from automation.law.brakes import check_limits
from automation.law.history import AttemptState
from automation.law.plan import Action, Plan
from automation.machine.person import Nobody, Person
from automation.machine.signals import Interruption
from automation.proofs import dossier, plan_document
from automation.proofs.evidence import Evidence, new_run_id
from automation.proofs.results import EntryOutcome, how_to_settle
from automation.run.doubts import name_doubts
from automation.run.facts import facts_of_connection, facts_of_session
from automation.run.granting import Granting
from automation.run.listing import as_granted, look_up
from automation.run.log import note
from automation.run.plan_step import make_plan, remember_reading
from automation.run.record import RunRecord, Task
from automation.run.result import AlreadyThere, Doubt, Failed, Recorded
from automation.run.settlement import Settling
from automation.session.session import Identity, Session, Site, new_context
from pages.plain_words import in_words
from pages.profile import Profile


@dataclass(frozen=True)
class Reporter:
    """How a run speaks to who is watching: `say` for a line that stays, `progress` for what is going on just now."""

    say: Callable[[str], None]
    progress: Callable[[str], None]
    approve: Callable[[Plan], bool]
    person: Person = field(default_factory=Nobody)


class Run:
    """One run of a scenario against a portal; `execute` does it, `record` holds what became of it."""

    def __init__(
        self, task: Task, scenario: Scenario, settings: Settings, profile: Profile, output: Path, *, throw_away: bool
    ) -> None:
        """Raises SettingsError when no portal, or no account, is set; StorageError for an unusable folder or journal.

        `throw_away`: the journal is one beside the run's folder, for a portal that ends with the run.
        """
        self.task, self.scenario, self.settings, self.profile = task, scenario, settings, profile
        self._address, self._waiting = settings.address, settings.waiting
        self._account = settings.account(scenario.organisation.account)
        started = datetime.now(UTC)
        run_id = new_run_id(started)
        profile_sha256 = hashlib.sha256(profile.model_dump_json().encode()).hexdigest()
        agreed = plan_document.Approval(self._address, scenario.organisation.kvk, scenario.sha256, profile_sha256)
        self._approved = plan_document.read(task.approved, scenario, agreed) if task.approved else None
        if throw_away:
            self._evidence = Evidence.open(output, run_id)
            self._journal = Journal.open(f"sqlite:///{self._evidence.folder}.journal.db")
        else:
            self._journal = open_named(scenario, settings.journal_address, loopback=self._address.is_loopback)
            self._evidence = Evidence.open(output, run_id)
        self._book = Book(self._address.key, scenario.organisation.kvk)
        self._run_journal: RunJournal  # once the leases are held
        self._interruption = Interruption()
        self.record = RunRecord(
            run_id=run_id,
            started=started,
            task=task,
            scenario=scenario,
            settings=settings,
            address=self._address,
            profile_sha256=profile_sha256,
            evidence=self._evidence,
            journal=self._journal.name,
        )

    def check_interrupted(self) -> None:
        """Raise Interrupted when a signal came."""
        self._interruption.check()

    def execute(self, reporter: Reporter) -> int:
        """Do the run; its exit code. Whatever happens, `run.json` is written and the folder sealed."""
        sink = logger.add(self.record.log, level="DEBUG", format="{message}", diagnose=False)
        try:
            with self._interruption, self._errors_kept(), self._alone(), self._session(reporter) as session:
                self._work(session, reporter)
        finally:
            logger.remove(sink)
            name_doubts(self.record, self._journal, self._book, self._waiting.lag)
            self.record.end()
            self.record.write(self._journal)
            self._journal.close()
        return self.record.exit_code

    @contextmanager
    def _errors_kept(self) -> Iterator[None]:
        """Whatever stops the run becomes an error of its record."""
        from playwright.sync_api import Error as PlaywrightError

        errors = self.record.errors
        try:
            yield
        except KetenError as error:
            errors.append(error)
        except KeyboardInterrupt:
            errors.append(Interrupted("stopped immediately by a second signal"))
        except PlaywrightError as error:
            errors.append(BrowserError(f"the browser failed: {in_words(error)}", "Run again to go on."))
        except Exception as error:
            note("traceback", "".join(traceback.format_exception(error)))
            what = f"internal error: {type(error).__name__} (a bug in keten; please report it with log.jsonl)"
            errors.append(KetenError(what, "log.jsonl has the traceback."))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """While this lasts, no other run works on the organisation, or with the account (law 2.1)."""
        what = f"keten {self.task.command}, run {self.record.run_id}"
        account = self._account.username or self.scenario.organisation.account or ""
        with (
            alone(self._journal, self._book, what) as of_organisation,
            account_alone(self._journal, self._book.portal, account, what) as of_account,
        ):
            leases = (of_organisation, *of_account)
            self._run_journal = RunJournal(self._journal, self._book, self.record.run_id, leases)
            yield

    @contextmanager
    def _session(self, reporter: Reporter) -> Iterator[Session]:
        """The portal in a browser, not signed in yet; at its end, what happened there is among the record's facts."""
        organisation, origin = self.scenario.organisation, self._address.origin
        identity = Identity.of(self._account, organisation, origin, self._journal, reporter.person, reporter.say)
        if not identity.saved.is_there:
            identity.check()  # better than after the browser has come up
        reporter.progress("starting the browser")
        site = Site(self._address, self.settings.allowed(self._address), self.profile)
        with connected(self.settings, self._address, headless=self.settings.headless, say=reporter.say) as connection:
            # A browser that loses its routes sends what they held: a click's request a second time.
            self._interruption.at_once = connection.wire.close
            with facts_of_connection(connection, origin, self.record.facts):
                context = new_context(connection.browser, identity, self._waiting.timeout)
                hold = Hold(context, PortalRequests(site.address, site.profile.recording), self._waiting.timeout, note)
                session = Session(context, hold, site, identity, self._interruption.wait, self._evidence)
                with facts_of_session(session, self.record.facts):
                    yield session

    def _work(self, session: Session, reporter: Reporter) -> None:
        """The order of a run (law 2.2, law 1, law 4)."""
        reporter.progress("signing in")
        session.begin()
        self._settle(session, reporter)
        made = self._make_plan(session, reporter)
        if self.task.command == "plan":
            reporter.approve(made)
            return
        check_limits(made, self.scenario.limits)
        if not reporter.approve(made):
            self.record.declined = True
            return
        granted: list[tuple[EntryOutcome, Recorded]] = []
        try:
            self._carry_out(session, made, reporter, granted)
        except KetenError as error:
            self.record.errors.append(error)  # what was recorded before is looked up all the same
        became = self.record.became
        errors = look_up(granted, session, self._run_journal, self._evidence, reporter.progress, became)
        self.record.errors += [error for error in errors if str(error) not in map(str, self.record.errors)]

    def _settle(self, session: Session, reporter: Reporter) -> None:
        """Settle what earlier runs left unsure, before anything is planned (law 2.2)."""
        reporter.progress("settling what earlier runs left unsure")
        earlier = self.record.earlier
        settling = Settling(session, self._run_journal, self._evidence, self._waiting, self._interruption.wait)
        for settled in settling.settle():
            earlier[settled.attempt.ref] = settling.told(settled)
            reporter.say(f"{settled.attempt.ref}, of an earlier run: {settled.state} ({settled.why})")
            if settled.state is AttemptState.IN_DOUBT:
                self.record.errors.append(settled.doubt)
        if self.task.command == "apply":
            for owed in settling.make_owed_notices():
                before = earlier.get(owed.ref)
                earlier[owed.ref] = replace(owed, why=before.why) if before else owed

    def _make_plan(self, session: Session, reporter: Reporter) -> Plan:
        """The plan by what is there now; refusals get the reference by which a person settles them."""
        reporter.progress("reading the granted list")
        rows = session.read_list(details_of={grant.intermediary.kvk for grant in self.scenario.grants})
        self.record.rows = rows
        remember_reading(rows, self._run_journal, accept=self.task.accept_list)
        made, changed = make_plan(
            self.scenario,
            rows,
            self._run_journal,
            self._waiting.lag,
            self._approved,
            costs_shown=self.profile.costs == "shown",
        )
        self.record.plan = made
        note("plan", made.summary())
        for action in made.actions:
            entry = action.grant.id
            note("plan", f"{entry}: {action.verb}: {action.reason}")
            outcome = self.record.outcomes[entry].planned(action, changed=entry in changed)
            if action.unreadable:
                session.picture_rows(action.grant.intermediary.kvk, f"failures/{entry}/screen.png")
                outcome = dossier.with_files(self._evidence, outcome)
            self.record.became(outcome)
        return made

    def _carry_out(
        self, session: Session, made: Plan, reporter: Reporter, granted: list[tuple[EntryOutcome, Recorded]]
    ) -> None:
        """Record each grant in turn; the first error that is not of one grant alone ends the run.

        `granted` takes what was recorded.
        """
        references = [row.reference for row in self.record.rows if row.reference]
        before_click = self._interruption.before_click
        granting = Granting(session, self._run_journal, self._evidence, self._waiting, references, before_click)
        todo = [action for action in made.actions if action.records]
        for number, action in enumerate(todo, 1):
            self._interruption.check()
            reporter.progress(f"{number} of {len(todo)}: {action.grant.id} ({action.grant.intermediary.name})")
            outcome = self.record.outcomes[action.grant.id]
            try:
                outcome, recorded, error = self._try(granting, action)
                if recorded:
                    granted.append((dossier.with_files(self._evidence, outcome), recorded))
                    dossier.keep(self._evidence, outcome)
            finally:
                self.record.became(dossier.with_files(self._evidence, outcome))
                self._interruption.after_click()  # a signal that came meanwhile may stop the run right here
            if error:
                raise error

    def _try(self, granting: Granting, action: Action) -> tuple[EntryOutcome, Recorded | None, KetenError | None]:
        """One entry: what became of it, the grant if there is one, and what ends the whole run."""
        before = self.record.outcomes[action.grant.id]
        try:
            if self.task.rehearse:
                intent = granting.rehearse(action)
                return (before.rehearsed(intent) if intent else before.already_there()), None, None
            result = granting.record(action)
        except GrantError as error:
            return before.failed(error), None, None
        except Interrupted as error:
            return before, None, error
        except KetenError as error:
            return before.failed(error), None, error
        match result:
            case AlreadyThere():
                return before.already_there(), None, None
            case Failed():
                return before.failed(result.error, result.ref), None, None
            case Doubt():
                return before.in_doubt(result.error, result.ref), None, result.error
            case Recorded():
                return as_granted(before, result), result, _differs(result)


def _differs(recorded: Recorded) -> GrantError | None:
    """What ends the run after a grant that was recorded otherwise than was intended."""
    if not recorded.error:
        return None
    return GrantError(
        f"{recorded.ref} was recorded, and differs from what was intended: {recorded.error}",
        f"{how_to_settle(recorded.ref)} The run stops here.",
    )
