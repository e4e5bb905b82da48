"""One grant, steps 3 to 5 of the instruction: fill in, read back, click once, see what came of it."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeVar

from playwright.sync_api import Error as PlaywrightError

from automation.browser.click import Click
from automation.domain import AMSTERDAM
from automation.errors import GrantError, KetenError, Mismatch, SessionExpired
from automation.inputs.settings import Waiting
from automation.journal.run_journal import RunJournal
from automation.law.gate import ScreenReading
from automation.law.outcome import Intent
from automation.law.plan import Action, PlanInput
from automation.law.planning import plan_entry
from automation.proofs.evidence import Evidence
from automation.proofs.notices import NoticeFacts, as_data
from automation.run import confirming
from automation.run.click import await_outcome, confirm
from automation.run.log import note
from automation.run.result import AlreadyThere, Doubt, Failed, Recorded, Result
from automation.run.verdict import Intended, Seen, as_event, judge
from automation.run.wizard import differing, fill_in, read_back
from automation.session.session import Session, Work
from pages.beheermodule import Beheermodule
from pages.plain_words import in_words
from pages.review import ReviewStep

T = TypeVar("T")


class _LessIsLeft(Exception):
    """A colleague was quicker with a part of it: this is what is left to record."""

    def __init__(self, action: Action) -> None:
        super().__init__(action.reason)
        self.action = action


class Granting:
    """Records grants, one at a time, in a session.

    `known_references` are the portal's own that were seen before, and so are no witness of a new grant. `before_click`
    is called right before each costly click, and raises Interrupted when the run must stop.
    """

    def __init__(
        self,
        session: Session,
        journal: RunJournal,
        evidence: Evidence,
        waiting: Waiting,
        known_references: Collection[str],
        before_click: Callable[[], None],
    ) -> None:
        self._session, self._journal, self._evidence, self._waiting = session, journal, evidence, waiting
        self._known_references, self._before_click = set(known_references), before_click
        self._clicked: tuple[Intended, Click] | None = None
        self._written: Recorded | Failed | Doubt | None = None

    def record(self, action: Action) -> Result:
        """Record what the action says, or what is left of it.

        Raises GrantError when the portal, or the screen, does not agree with it before the click, and any other
        KetenError when the run cannot go on. Once the click is made, nothing is raised: the result says what is known.
        """
        for _ in ("first", "after a new sign-in"):
            self._clicked = self._written = None
            try:
                seen = self._of_what_is_left(action, self._fill_and_click)
                if seen is None:
                    return AlreadyThere()
                result = self._written_down(seen)
            except (KeyboardInterrupt, Exception) as error:
                if self._clicked is None:
                    raise
                return self._written or self._doubt(error, *self._clicked)
            if result is not None:
                return result
            ref = seen.intended.ref
            note("session expired", "at the click, and nothing was recorded: signing in again")
        told = "the portal asked for a new sign-in at the click, twice, and recorded nothing"
        return Failed(ref, GrantError(told, "Try again later."))

    def rehearse(self, action: Action) -> Intent | None:
        """Do all but the click: what would be recorded, at the real costs; None when nothing is left to record."""
        return self._of_what_is_left(action, self._fill_and_compare)

    @staticmethod
    def _doubt(error: BaseException, intended: Intended, click: Click) -> Doubt:
        """What went wrong after the click, so that its outcome is not known: a click is never lost."""
        if isinstance(error, KetenError):
            return Doubt(intended.ref, error)
        if isinstance(error, KeyboardInterrupt):
            why = "the run was stopped immediately after it"
        elif isinstance(error, PlaywrightError):
            why = in_words(error)
        else:
            note("traceback", "".join(traceback.format_exception(error)))
            why = f"internal error: {type(error).__name__}"
        return Doubt(intended.ref, intended.in_doubt(click, why))

    def _of_what_is_left(self, action: Action, do: Callable[[Action], T]) -> T:
        """Do it for as much as is still to be recorded; a session that ran out before the click is renewed, once."""
        renewed = False
        while True:
            try:
                return do(action)
            except _LessIsLeft as less:
                action = less.action
            except SessionExpired:
                if renewed or self._clicked:  # after a click, only its outcome says whether there may be another
                    raise
                note("session expired", "before the click: signing in again")
                self._session.sign_in()
                renewed = True

    def _fill_and_compare(self, action: Action) -> Intent | None:
        with self._session.page(Work.GRANT, action.grant.id) as portal:
            filled = self._fill(portal, action)
            return self._gate(portal, action, *filled).intent if filled else None

    def _fill_and_click(self, action: Action) -> Seen | None:
        """Steps 3, 4 and 5, on a page of its own; None when nothing is left to record."""
        with self._session.page(Work.GRANT, action.grant.id) as portal:
            filled = self._fill(portal, action)
            if filled is None:
                return None
            intended = self._gate(portal, action, *filled)
            return self._click(filled[0], intended, action)

    def _fill(self, portal: Beheermodule, action: Action) -> tuple[ReviewStep, ScreenReading, PlanInput] | None:
        """Steps 3, 4 and 5 up to the click: the last screen, what it and the controls show, and what is known by then:
        its rows are the baseline.
        """
        portal.view.ref = self._journal.draw_ref()
        review, filled = fill_in(portal, action)
        rows = tuple(self._session.read_list(action.grant.intermediary.kvk))
        known = PlanInput(rows, datetime.now(UTC), self._journal.history(), self._waiting.lag)
        if not self._still_wanted(action, known):
            return None
        return review, read_back(review, filled, action), known

    def _still_wanted(self, action: Action, known: PlanInput) -> bool:
        """Whether all that was planned is still to be recorded; False when nothing is left.

        _LessIsLeft when a part of it is; GrantError when it would be more, or something else, than was agreed to.
        """
        now = plan_entry(action.grant, known)
        if now.verb == "keep":
            return False
        if not now.records or not now.elements <= action.elements:
            raise GrantError(
                f"changed since you agreed: the plan was to {action.verb} {action.scope}, and now it would be to "
                f"{now.verb} ({now.reason})",
                "Run again to see and approve the new plan.",
            )
        if now.elements != action.elements:
            raise _LessIsLeft(now)
        return True

    def _gate(
        self, portal: Beheermodule, action: Action, review: ReviewStep, reading: ScreenReading, known: PlanInput
    ) -> Intended:
        """A picture of the overview, and what it shows held against the scenario; Mismatch when they differ."""
        grant, session, now = action.grant, self._session, datetime.now(AMSTERDAM)
        self._evidence.write(f"grants/{grant.id}/review.png", portal.view.picture())
        found = differing(portal.view, action, session.organisation, reading, now)
        if review.confirmation().there:
            found.append("a confirmation is on the screen before anything was recorded")
        if found:
            raise Mismatch("; ".join(found), "Nothing was recorded.")
        intent = Intent(
            organisation=session.organisation.kvk,
            kvk=grant.intermediary.kvk,
            elements=action.elements,
            until=reading.valid_until or grant.term.end(now.date()),
            costs=reading.costs,
            baseline=known.rows,
            until_computed=reading.valid_until is None,
        )
        facts = NoticeFacts(
            organisation=session.organisation,
            intermediary=replace(grant.intermediary, name=reading.receiver_name or grant.intermediary.name),
            scope=action.scope,
            valid_from=now.date(),
            valid_until=intent.until,
            reference=None,
            recorded_on=now.date(),
            language=grant.language,
            rehearsal=session.is_rehearsal,
        )
        return Intended(
            ref=portal.view.ref,
            intent=intent,
            facts=facts,
            reading=reading,
            look=known.history,
            ceiling=grant.at_most,
        )

    def _click(self, review: ReviewStep, intended: Intended, action: Action) -> Seen:
        """Write the intent, and click once."""
        hold, button = self._session.hold, review.button.find()
        review.remember_alerts()
        self._before_click()
        day = datetime.now(AMSTERDAM).date()
        intended = replace(intended, facts=replace(intended.facts, valid_from=day, recorded_on=day))
        ref = self._journal.intend(
            action.grant.id,
            intended.intent,
            look=intended.look,
            notice=as_data(intended.facts),
            socket_open=hold.sockets_open,
            ref=intended.ref,
        )
        note("intent", f"{ref}: {action.scope} for {intended.intent.kvk} until {intended.intent.until}")

        def tell(event: str, what: str) -> None:
            self._journal.append(ref, event, what=what)

        with hold.click(tell, self._session.profile.recording.times(action.elements)) as click:
            self._clicked = intended, click
            try:
                if trouble := review.click(button):
                    note("click", trouble)
                stopped = self._confirm(review, click, intended, action)
                await_outcome(review, click, 0 if stopped else self._waiting.timeout)
                hold.shut()
                return self._look(review, click, intended, action.grant.id, stopped)
            except (PlaywrightError, KetenError) as error:
                # Whatever goes wrong from here on, the click was made: only the list can tell what came of it.
                note("click", f"{type(error).__name__}: {error}")
                click.silence_proves = False
                return Seen(intended, click)

    def _confirm(self, review: ReviewStep, click: Click, intended: Intended, action: Action) -> str:
        """The last of two clicks, where the profile has two; why it was not made, empty where it was or need not be."""
        if not self._session.profile.recording.asks_again:
            return ""

        def differences(reading: ScreenReading) -> list[str]:
            return differing(review.view, action, self._session.organisation, reading, datetime.now(AMSTERDAM))

        stopped, trouble = confirm(review, click, intended.reading, differences, self._waiting.timeout)
        if stopped or trouble:
            note("click", stopped or str(trouble))
        return stopped

    def _look(self, review: ReviewStep, click: Click, intended: Intended, entry: str, stopped: str) -> Seen:
        """What the screen shows once nothing more can leave."""
        receiver, known = intended.facts.intermediary.name, self._known_references
        confirmed, read = confirming.read(review.confirmation(), self._session.organisation, receiver, known)
        error, pictures = review.error(), self._pictures(review, entry, confirmed=read)
        return Seen(intended, click, confirmed, error, stopped, pictures)

    def _pictures(self, review: ReviewStep, entry: str, *, confirmed: bool) -> dict[str, bytes]:
        """The screen after the click, and where it confirms nothing a trace too: a missing one changes no outcome."""
        name, found = f"grants/{entry}/confirmation.png" if confirmed else f"failures/{entry}/screen.png", {}
        try:
            found[name] = review.view.picture()
        except PlaywrightError as error:
            self._evidence.lose(name, f"no picture could be taken: {in_words(error)}")
        if not confirmed and (trace := self._session.trace(review.view.page)):
            found[f"failures/{entry}/trace.zip"] = trace
        return found

    def _written_down(self, seen: Seen) -> Recorded | Failed | Doubt | None:
        """What came of the click, once the journal has it; None when the session had expired and nothing was."""
        try:
            result = judge(seen, self._session, self._journal, self._waiting.patience)
            event, told = as_event(result)
            self._journal.append(seen.intended.ref, event, **told)
            self._written = result  # what the journal has is no doubt any more, whatever comes
        finally:
            for name, picture in seen.pictures.items():
                self._evidence.keep(name, picture)
        if isinstance(result, Recorded) and result.shown.reference:
            self._known_references.add(result.shown.reference)
        return result
