"""One grant, steps 3 to 5 of the instruction: fill in, read back, click once, see what came of it."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from playwright.sync_api import Error as PlaywrightError

from automation.domain import AMSTERDAM, GrantedRow, Term
from automation.errors import GrantError, InDoubt, KetenError, Mismatch, PortalRefused, SessionExpired
from automation.evidence import Evidence
from automation.gate import Reading, differences
from automation.outcome import Answer, Confirmed, Intent, State, by_list, by_witnesses, surplus
from automation.planning import Action, plan_entry
from automation.session import Session
from pages.beheermodule import Beheermodule
from pages.costs import CostsStep
from pages.review import ReviewStep
from pages.shell import Shell

_GRACE = 10.0  # seconds that the screen may take to show what an answer meant


@dataclass(frozen=True)
class Recorded:
    """A grant that was recorded, as far as the portal told; `error` where that differs from what was intended."""

    ref: str
    intent: Intent
    reference: str | None
    reconciled: bool
    error: str | None = None


@dataclass(frozen=True)
class _Click:
    """All that is known right after the click."""

    intent: Intent
    answer: Answer | None
    confirmed: Confirmed | None
    portal_error: str | None
    socket_open: bool


class Granting:
    """Records grants, one at a time, in a session; `check_interrupted` raises Interrupted when a signal came."""

    def __init__(
        self,
        session: Session,
        evidence: Evidence,
        *,
        timeout: float,
        patience: float,
        check_interrupted: Callable[[], None],
        note: Callable[[str, str], None],
    ) -> None:
        self._session, self._evidence = session, evidence
        self._timeout, self._patience = timeout, patience
        self._check_interrupted, self._note = check_interrupted, note
        self._clicked: tuple[str, Intent] | None = None

    def record(self, action: Action) -> Recorded | None:
        """Record what the action says; None when a colleague has done so in the meantime.

        GrantError when the portal, or the screen, does not agree with it and nothing was recorded; InDoubt when it
        cannot be told whether it was recorded.
        """
        for last_try in (False, True):
            ref, self._clicked = f"G-{secrets.token_hex(3).upper()}", None
            try:
                click = self._fill_and_click(action, ref)
            except SessionExpired:
                if last_try:
                    raise
                self._note("session expired", "before the click: signing in again")
                self._session.sign_in()
                continue
            if click is None:
                return None
            recorded = self._judge(ref, click)
            if recorded is not None:
                return recorded
            self._note("session expired", "at the click, and nothing was recorded: signing in again")
        raise GrantError("the portal asked for a new sign-in at the click, twice; nothing was recorded")

    def doubt(self) -> InDoubt | None:
        """What to say of the last grant when a run is stopped before it was told of; None while nothing was clicked."""
        if self._clicked is None:
            return None
        return _in_doubt(*self._clicked, self._session.hold.answer, "the run was stopped at once")

    def _fill_and_click(self, action: Action, ref: str) -> _Click | None:
        """Steps 3, 4 and 5, on a page of its own."""
        grant = action.grant
        with self._session.page(grant.id) as portal:
            receiver = portal.open_granted_list().new_grant()
            found_name = receiver.look_up(grant.intermediary.kvk)
            reading = Reading(receiver_kvk=receiver.receiver_kvk(), receiver_name=found_name)
            scope = receiver.proceed()
            scope.link(action.scope)
            reading = replace(reading, elements=scope.chosen(action.scope))
            costs = scope.proceed()
            reading = replace(reading, **self._choose_term(costs, grant.term))
            review = costs.proceed()
            baseline = tuple(self._session.read_list(grant.intermediary.kvk))
            if not self._still_wanted(action, baseline):
                return None
            return self._click(portal, review, action, ref, self._read_back(review, reading), baseline)

    def _choose_term(self, costs: CostsStep, term: Term) -> dict[str, Any]:
        costs.choose_term(term)
        shown: dict[str, Any] = {"term": costs.term(), "term_agrees": costs.agrees_with(term)}
        if self._session.profile.costs == "shown":
            shown["costs"] = costs.costs()
        costs.agree()
        return shown

    def _still_wanted(self, action: Action, baseline: tuple[GrantedRow, ...]) -> bool:
        """Whether what was planned is still to be recorded, all of it; False when nothing is left to record."""
        now = plan_entry(action.grant, baseline, datetime.now(AMSTERDAM).date())
        if now.verb == "keep":
            return False
        if now.verb != action.verb or now.elements != action.elements:
            raise GrantError(
                f"changed since you agreed: the plan was to {action.verb} {action.scope}, and now it would be to "
                f"{now.verb} ({now.reason})",
                "Run again to see and approve the new plan.",
            )
        return True

    def _read_back(self, review: ReviewStep, filled: Reading) -> Reading:
        """What the overview shows, and where it shows nothing, what the filled-in controls did (law 2.6)."""
        facts = review.facts()
        own = facts.organisation
        if own is None and self._session.profile.own_organisation == "shown":
            own = Shell(review.view).organisation.read()
        return replace(
            filled,
            organisation=own,
            receiver_kvk=facts.receiver_kvk or filled.receiver_kvk,
            receiver_name=facts.receiver_name or filled.receiver_name,
            elements=facts.elements if facts.elements is not None else filled.elements,
            valid_until=facts.valid_until,
            costs=facts.costs or filled.costs,
        )

    def _click(
        self,
        portal: Beheermodule,
        review: ReviewStep,
        action: Action,
        ref: str,
        reading: Reading,
        baseline: tuple[GrantedRow, ...],
    ) -> _Click:
        """The gate, the intent, and the one click."""
        grant, session = action.grant, self._session
        button, confirmation = review.button.find(), review.confirmation()
        self._evidence.write(f"grants/{grant.id}/review.png", portal.view.picture())
        now = datetime.now(AMSTERDAM)
        found = differences(
            grant,
            action.elements,
            session.organisation,
            reading,
            now,
            organisation_shown=session.profile.own_organisation == "shown",
            costs_shown=session.profile.costs == "shown",
        )
        if confirmation.there:
            found.append("a confirmation is on the screen before anything was recorded")
        if found:
            raise Mismatch("; ".join(found), "Nothing was recorded.")
        intent = Intent(
            session.organisation.kvk,
            grant.intermediary.kvk,
            action.elements,
            reading.valid_until or grant.term.end(now.date()),
            reading.costs,
            baseline,
            until_computed=reading.valid_until is None,
        )
        self._check_interrupted()
        self._note("intent", f"{ref}: {action.scope} for {grant.intermediary.kvk} until {intent.until}, {intent.costs}")
        self._clicked = ref, intent
        session.hold.arm(self._times(action))
        try:
            trouble = review.click(button)
            if trouble:
                self._note("click", trouble)
            return self._await_outcome(review, intent, grant.id)
        except (PlaywrightError, KetenError) as error:
            # Whatever goes wrong from here on, the click was made: only the list can tell what came of it.
            self._note("click", f"{type(error).__name__}: {str(error).splitlines()[0]}")
            return _Click(intent, session.hold.answer, None, None, socket_open=True)
        finally:
            session.hold.shut()

    def _times(self, action: Action) -> int:
        request = self._session.profile.recording.request
        return 1 if request is None or request.times == 1 else len(action.elements)

    def _await_outcome(self, review: ReviewStep, intent: Intent, entry: str) -> _Click:
        """Wait until the released request is answered and the screen shows what that meant, or time is up."""
        hold, confirmation = self._session.hold, review.confirmation()
        deadline, answered = time.monotonic() + self._timeout, 0.0
        while hold.under_way or time.monotonic() < deadline:
            if hold.answered:
                expired = hold.answer is not None and hold.answer.status == 401
                if expired or confirmation.there or review.error() is not None:
                    break
                answered = answered or time.monotonic()
                deadline = min(deadline, answered + _GRACE)
            review.wait_a_moment()
        hold.shut()
        confirmed = None
        if confirmation.there:
            with suppress(Mismatch):  # what cannot be read is no witness
                facts = confirmation.facts()
                confirmed = Confirmed(
                    facts.receiver_kvk, facts.reference, facts.elements, facts.valid_until, facts.costs
                )
        name = f"grants/{entry}/confirmation.png" if confirmed else f"failures/{entry}/screen.png"
        self._evidence.write(name, review.view.picture())
        return _Click(intent, hold.answer, confirmed, review.error(), hold.sockets_open)

    def _judge(self, ref: str, click: _Click) -> Recorded | None:
        """Law 4; None when the session had expired, nothing was recorded, and a new sign-in may help."""
        intent, confirmed = click.intent, click.confirmed
        state = by_witnesses(
            click.answer,
            confirmed,
            click.portal_error,
            intent,
            self._session.profile.recording.refusals,
            socket_open=click.socket_open,
        )
        self._note("outcome", f"{ref}: answer {click.answer}, {'a' if confirmed else 'no'} confirmation: {state}")
        if state is State.GRANTED and confirmed is not None:
            error = "; ".join(confirmed.differences(intent)) or None
            return Recorded(ref, intent, confirmed.reference, reconciled=False, error=error)
        if state is State.FAILED:
            raise GrantError("the click sent nothing to the portal; nothing was recorded", "Try again.")
        return self._settle(ref, click, state)

    def _settle(self, ref: str, click: _Click, state: State) -> Recorded | None:
        """Law 5, by the portal's own list; whatever stops that leaves the grant in doubt."""
        intent, started = click.intent, time.monotonic()
        previous: list[GrantedRow] | None = None
        while True:
            try:
                rows = self._session.read_list(intent.kvk)
            except KetenError as error:
                raise _in_doubt(ref, intent, click.answer, f"the list cannot be read: {error.message}") from error
            over = time.monotonic() - started >= self._patience and rows == previous
            found, new = by_list(intent, rows, patience_over=over), surplus(intent, rows)
            if found is State.GRANTED:
                return Recorded(ref, intent, new[0].reference, reconciled=True)
            if state is State.REFUSED and not new:
                raise PortalRefused(f"the portal refuses: “{click.portal_error}”", "Nothing was recorded.")
            if state is State.EXPIRED and over and not new:
                return None
            if found is State.IN_DOUBT:
                raise _in_doubt(ref, intent, click.answer, _why(new, self._patience))
            previous = rows
            time.sleep(min(2.0, self._patience / 4))  # a signal does not stop this: the click was made


def _in_doubt(ref: str, intent: Intent, answer: Answer | None, why: str) -> InDoubt:
    return InDoubt(
        f"{ref}: the click for {intent.kvk} was made, and whether it recorded a grant cannot be told: {why} "
        f"(the answer was {answer})",
        "Look at the portal's own list before anything else is done for this receiver.",
    )


def _why(new: list[GrantedRow], patience: float) -> str:
    if not new:
        return f"nothing new on the portal's list within {patience:g} seconds"
    rows = "; ".join(f"{', '.join(sorted(map(str, r.elements)))} until {r.valid_until}" for r in new)
    return f"new on the portal's list is something else: {rows}"
