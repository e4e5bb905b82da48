"""One grant, steps 3 to 5 of the instruction: fill in, read back, click once, see what came of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from playwright.sync_api import Error as PlaywrightError

from automation.domain import AMSTERDAM, Money
from automation.errors import GrantError, InDoubt, KetenError, Mismatch, PortalRefused, SessionExpired
from automation.journal.records import of_shown
from automation.journal.run_journal import RunJournal
from automation.law.gate import Reading
from automation.law.history import History
from automation.law.outcome import Answer, Confirmed, Intent, Shown, State, by_witnesses, is_part
from automation.law.planning import Action, Known, plan_entry
from automation.proofs.evidence import Evidence
from automation.proofs.notices import Facts, as_data
from automation.run import confirming
from automation.run.click import confirm
from automation.run.settlement import OTHER_LISTED, read_until_settled, why_unsettled
from automation.run.wizard import differing, fill_in, read_back
from automation.session.session import Session
from pages.beheermodule import Beheermodule
from pages.plain_words import in_words
from pages.review import ReviewStep

T = TypeVar("T")
_GRACE = 10.0  # seconds that the screen may take to show what an answer meant


@dataclass(frozen=True)
class Recorded:
    """A grant that was recorded, as far as the portal told; `error` where that differs from what was intended."""

    ref: str
    intent: Intent
    facts: Facts
    """What was intended, as a notice tells it; `shown` is what the portal showed in its place."""
    shown: Shown
    reconciled: bool
    error: str | None = None


@dataclass(frozen=True)
class _Intended:
    """What is about to be recorded, under keten's own reference, and what the gate read of it."""

    intent: Intent
    facts: Facts
    reading: Reading
    ref: str
    look: History
    """The journal as it was when it was decided that this is still to be recorded."""
    ceiling: Money | None


@dataclass(frozen=True)
class _Click:
    """All that is known right after the click."""

    intended: _Intended
    answer: Answer | None
    confirmed: Confirmed | None
    portal_error: str | None
    socket_open: bool
    stopped: str = ""
    """Why the last of two clicks was not made."""
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    """What is to be kept of the screen, by the names of files: once the journal has what came of the click."""


class _LessIsLeft(Exception):
    """A colleague was quicker with a part of it: this is what is left to record."""

    def __init__(self, action: Action) -> None:
        super().__init__(action.reason)
        self.action = action


class Granting:
    """Records grants, one at a time, in a session; `check_interrupted` raises Interrupted when a signal came.

    `timeout` and `patience` are in seconds; `rehearsal` says that the portal is one where nothing has legal effect;
    `known_references` are the portal's own that were seen before, and so are no witness of a new grant.
    """

    def __init__(
        self,
        session: Session,
        journal: RunJournal,
        evidence: Evidence,
        *,
        timeout: float,
        patience: float,
        lag: timedelta,
        rehearsal: bool,
        known_references: Collection[str],
        check_interrupted: Callable[[], None],
        note: Callable[[str, str], None],
    ) -> None:
        self._session, self._journal, self._evidence = session, journal, evidence
        self._timeout, self._patience, self._lag, self._rehearsal = timeout, patience, lag, rehearsal
        self._check_interrupted, self._note = check_interrupted, note
        self._known_references = set(known_references)
        self._clicked: _Intended | None = None

    def record(self, action: Action) -> Recorded | None:
        """Record what the action says, or what is left of it; None when a colleague has done all of it meanwhile.

        GrantError when the portal, or the screen, does not agree with it and nothing was recorded; InDoubt when it
        cannot be told whether it was recorded.
        """
        for last in (False, True):
            self._clicked = None
            click = self._of_what_is_left(action, self._fill_and_click)
            if click is None:
                return None
            try:
                recorded = self._written_down(click)
            finally:
                for name, picture in click.pictures.items():
                    self._evidence.keep(name, picture)
            if recorded is not None:
                return recorded
            if not last:
                self._note("session expired", "at the click, and nothing was recorded: signed in again")
        raise GrantError("the portal asked for a new sign-in at the click, twice; nothing was recorded")

    def rehearse(self, action: Action) -> Intent | None:
        """All but the click: what would be recorded, at the real costs; None when nothing is left to record."""
        return self._of_what_is_left(action, self._fill_and_compare)

    def _of_what_is_left(self, action: Action, attempt: Callable[[Action], T]) -> T:
        """Do it for as much as is still to be recorded; a session that ran out before the click is renewed, once."""
        renewed = False
        while True:
            try:
                return attempt(action)
            except _LessIsLeft as less:
                action = less.action
            except SessionExpired:
                if renewed or self._clicked:  # after a click, only its outcome says whether there may be another
                    raise
                self._note("session expired", "before the click: signing in again")
                self._session.sign_in()
                renewed = True

    def _fill_and_compare(self, action: Action) -> Intent | None:
        with self._session.page(action.grant.id) as portal:
            filled = self._fill(portal, action)
            return self._gate(portal, action, *filled).intent if filled else None

    @property
    def ref(self) -> str | None:
        """The reference of the click that was made last, of the grant that is under way; None while there is none."""
        return self._clicked.ref if self._clicked else None

    def doubt(self, why: str) -> InDoubt | None:
        """What to say of the last grant when a run stops before it was told of; None while nothing was clicked."""
        return _in_doubt(self._clicked, self._session.hold.answer, why) if self._clicked else None

    def _fill_and_click(self, action: Action) -> _Click | None:
        """Steps 3, 4 and 5, on a page of its own; None when nothing is left to record."""
        with self._session.page(action.grant.id) as portal:
            filled = self._fill(portal, action)
            if filled is None:
                return None
            intended = self._gate(portal, action, *filled)
            return self._click(filled[0], intended, action)

    def _fill(self, portal: Beheermodule, action: Action) -> tuple[ReviewStep, Reading, Known] | None:
        """Steps 3, 4 and 5 up to the click: the last screen, what it and the controls show, and what is known by then:
        its rows are the baseline.
        """
        portal.view.ref = self._journal.draw_ref()
        review, filled = fill_in(portal, action)
        rows = tuple(self._session.read_list(action.grant.intermediary.kvk))
        known = Known(rows, datetime.now(UTC), self._journal.history(), self._lag)
        if not self._still_wanted(action, known):
            return None
        return review, read_back(review, filled, action), known

    def _still_wanted(self, action: Action, known: Known) -> bool:
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
        self,
        portal: Beheermodule,
        action: Action,
        review: ReviewStep,
        reading: Reading,
        known: Known,
    ) -> _Intended:
        """A picture of the overview, and what it shows held against the scenario; Mismatch when they differ."""
        grant, session, now = action.grant, self._session, datetime.now(AMSTERDAM)
        self._evidence.write(f"grants/{grant.id}/review.png", portal.view.picture())
        found = differing(portal.view, action, session.organisation, reading, now)
        if review.confirmation().there:
            found.append("a confirmation is on the screen before anything was recorded")
        if found:
            raise Mismatch("; ".join(found), "Nothing was recorded.")
        intent = Intent(
            session.organisation.kvk,
            grant.intermediary.kvk,
            action.elements,
            reading.valid_until or grant.term.end(now.date()),
            reading.costs,
            known.rows,
            until_computed=reading.valid_until is None,
        )
        facts = Facts(
            organisation=session.organisation,
            intermediary=replace(grant.intermediary, name=reading.receiver_name or grant.intermediary.name),
            scope=action.scope,
            valid_from=now.date(),
            valid_until=intent.until,
            reference=None,
            recorded_on=now.date(),
            language=grant.language,
            rehearsal=self._rehearsal,
        )
        return _Intended(intent, facts, reading, portal.view.ref, known.history, grant.at_most)

    def _click(self, review: ReviewStep, intended: _Intended, action: Action) -> _Click:
        """The intent, and the one click."""
        hold, entry = self._session.hold, action.grant.id
        button = review.button.find()
        review.remember_alerts()
        self._check_interrupted()
        day = datetime.now(AMSTERDAM).date()
        intended = replace(intended, facts=replace(intended.facts, valid_from=day, recorded_on=day))
        ref = self._journal.intend(
            entry,
            intended.intent,
            look=intended.look,
            notice=as_data(intended.facts),
            socket_open=hold.sockets_open,
            ref=intended.ref,
        )
        self._note("intent", f"{ref}: {action.scope} for {intended.intent.kvk} until {intended.intent.until}")
        self._clicked = intended
        hold.arm(
            lambda event, what: self._journal.append(ref, event, what=what),
            self._session.profile.recording.times(action.elements),
        )
        try:
            trouble = review.click(button)
            if trouble:
                self._note("click", trouble)
            return self._await_outcome(review, intended, entry, self._confirm(review, intended, action))
        except (PlaywrightError, KetenError) as error:
            # Whatever goes wrong from here on, the click was made: only the list can tell what came of it.
            self._note("click", f"{type(error).__name__}: {error}")
            return _Click(intended, hold.answer, None, None, socket_open=True)
        finally:
            hold.shut()

    def _confirm(self, review: ReviewStep, intended: _Intended, action: Action) -> str:
        """The last of two clicks, where the profile has two; why it was not made, empty where it was or need not be."""
        if not self._session.profile.recording.asks_again:
            return ""

        def differences(reading: Reading) -> list[str]:
            return differing(review.view, action, self._session.organisation, reading, datetime.now(AMSTERDAM))

        stopped, trouble = confirm(review, self._session.hold, intended.reading, differences, self._timeout)
        if stopped or trouble:
            self._note("click", stopped or str(trouble))
        return stopped

    def _await_outcome(self, review: ReviewStep, intended: _Intended, entry: str, stopped: str) -> _Click:
        """Wait until the released request is answered and the screen shows what that meant, or time is up.

        Time is up at once where the last click was not made, and nothing was released: `stopped` says why.
        """
        hold, confirmation = self._session.hold, review.confirmation()
        deadline, released = time.monotonic() + (0 if stopped else self._timeout), 0
        while hold.failure is None and (hold.under_way or time.monotonic() < deadline):
            if hold.answered:
                expired = hold.answer is not None and hold.answer.status == 401
                if expired or (confirmation.there and hold.all_released) or review.error() is not None:
                    break
                if hold.released != released:
                    released, deadline = hold.released, time.monotonic() + _GRACE
            review.wait_a_moment()
        hold.shut()
        receiver, known = intended.facts.intermediary.name, self._known_references
        confirmed, read = confirming.read(confirmation, self._session.organisation, receiver, known)
        error, pictures = review.error(), self._pictures(review, entry, confirmed=read)
        return _Click(intended, hold.answer, confirmed, error, hold.sockets_open, stopped, pictures)

    def _pictures(self, review: ReviewStep, entry: str, *, confirmed: bool) -> dict[str, bytes]:
        """The screen after the click, and where it confirms nothing a trace too: wanting them changes no outcome."""
        name, found = f"grants/{entry}/confirmation.png" if confirmed else f"failures/{entry}/screen.png", {}
        try:
            found[name] = review.view.picture()
        except PlaywrightError as error:
            self._evidence.lose(name, f"no picture could be taken: {in_words(error)}")
        if not confirmed and (trace := self._session.trace(review.view.page)):
            found[f"failures/{entry}/trace.zip"] = trace
        return found

    def _written_down(self, click: _Click) -> Recorded | None:
        """What came of the click, once the journal has it; None when the session had expired and nothing was."""
        ref, journal = click.intended.ref, self._journal
        try:
            recorded = self._judge(click)
        except InDoubt as doubt:
            journal.append(ref, "in-doubt", why=doubt.message)
            raise
        except GrantError as error:
            journal.append(ref, "failed", why=error.message)
            raise
        if recorded is None:
            journal.append(ref, "failed", why="the session had expired, and nothing was recorded")
        else:
            shown, told = recorded.shown, {"error": recorded.error, "reconciled": recorded.reconciled}
            journal.append(ref, "granted", reference=shown.reference, **told, shown=of_shown(shown))
        return recorded

    def _judge(self, click: _Click) -> Recorded | None:
        """Law 4; None when the session had expired, nothing was recorded, and a new sign-in may help."""
        intended, confirmed = click.intended, click.confirmed
        state = by_witnesses(
            click.answer,
            confirmed,
            click.portal_error,
            intended.intent,
            self._session.profile.recording.refusals,
            silence_proves=not (click.socket_open or self._session.hold.may_have_sent),
        )
        self._note("outcome", f"{intended.ref}: {click.answer}, {'a' if confirmed else 'no'} confirmation: {state}")
        hold = self._session.hold
        if state is State.GRANTED and (hold.ambiguous or not hold.all_released):
            state = State.SETTLE  # it is not known whether what left is what records, or all that does
        if state is State.GRANTED and confirmed is not None:
            error = "; ".join(confirmed.differences(intended.intent, intended.ceiling)) or None
            return self._recorded(intended, confirmed.shown, reconciled=False, error=error)
        if state is State.FAILED:
            failure = hold.failure
            why = (
                f"the journal could not be told of it: {failure.message}"
                if failure
                else click.stopped or "it sent nothing"
            )
            raise GrantError(f"nothing came of the click, {why}; nothing was recorded", "Try again.")
        return self._settle(click, state)

    def _recorded(self, intended: _Intended, shown: Shown, *, reconciled: bool, error: str | None = None) -> Recorded:
        self._known_references |= {shown.reference} if shown.reference else set()
        return Recorded(intended.ref, intended.intent, intended.facts, shown, reconciled, error)

    def _settle(self, click: _Click, state: State) -> Recorded | None:
        """Law 5, by the portal's own list; whatever stops that leaves the grant in doubt."""
        intended, history = click.intended, self._journal.history()
        past = next(past for past in history.pasts if past.ref == intended.ref)
        patience = 0 if state is State.REFUSED else self._patience
        try:
            # No signal stops the waiting: the click was made.
            found, new = read_until_settled(past, history, self._session.read_list, time.sleep, patience)
        except (KetenError, PlaywrightError) as error:
            why = f"the list cannot be read: {in_words(error).partition(chr(10))[0]}"
            raise _in_doubt(intended, click.answer, why) from error
        if found is State.GRANTED:
            found_wrong = [] if all(is_part(intended.intent, row) for row in new) else [OTHER_LISTED]
            shown = Shown.of_rows(intended.intent, new)
            if click.confirmed is not None and click.confirmed.names(intended.intent):
                # No witness by itself, and still the only one that shows what the list does not: what it costs.
                found_wrong += click.confirmed.differences(intended.intent, intended.ceiling)
                shown = shown.over(click.confirmed.shown)
            return self._recorded(intended, shown, reconciled=True, error="; ".join(found_wrong) or None)
        if state is State.REFUSED and not new:
            raise PortalRefused(f"the portal refuses: “{click.portal_error}”", "Nothing was recorded.")
        if state is State.EXPIRED and not new:
            return None
        raise _in_doubt(intended, click.answer, why_unsettled(new, self._patience))


def _in_doubt(intended: _Intended, answer: Answer | None, why: str) -> InDoubt:
    answered = "there was no answer" if answer is None else f"the answer was {answer}"
    return InDoubt(
        f"{intended.ref}: the click for {intended.intent.kvk} was made, and whether it recorded a grant cannot be "
        f"told: {why} ({answered})",
        f"Look at the portal's own list, and say what you found with `keten resolve {intended.ref}`.",
    )
