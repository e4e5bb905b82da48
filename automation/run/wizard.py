"""Steps 3 to 5 up to the click: the wizard filled in, and read back where the recording button stands (law 2.6)."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any

from automation.domain import Organisation, Scope, Term
from automation.law.gate import ScreenReading, differences
from automation.law.plan import Action
from pages import preset
from pages.beheermodule import Beheermodule
from pages.controls.marks import marked
from pages.costs import CostsStep
from pages.facts import Facts
from pages.receiver import ReceiverStep
from pages.review import ReviewStep
from pages.scope import ScopeStep
from pages.shell import Shell
from pages.view import View


def fill_in(portal: Beheermodule, action: Action) -> tuple[ReviewStep, ScreenReading]:
    """Everything up to the click: the last screen, and what the filled-in controls showed on the way to it."""
    grant = action.grant
    receiver = portal.open_granted_list().new_grant()
    found_name = receiver.look_up(grant.intermediary.kvk)
    reading = ScreenReading(receiver_kvk=receiver.receiver_kvk(), receiver_name=found_name or None)
    scope = receiver.proceed()
    scope.link(action.scope)
    reading = replace(reading, elements=scope.chosen(action.scope))
    costs = scope.proceed()
    costs.choose_term(grant.term)
    reading = replace(reading, **_term(costs, grant.term))
    if costs.shows_amount:
        reading = replace(reading, costs=costs.costs())
    costs.agree()
    return costs.proceed(), reading


def read_back(review: ReviewStep, filled: ScreenReading, action: Action) -> ScreenReading:
    """What the overview shows, and where it shows nothing, what the filled-in controls do.

    On a portal of one page those are still there, and may have changed since: then they are read again.
    """
    review.complete()
    review.wait_until_whole()
    facts = review.facts()
    own, shell = facts.organisation, Shell(review.view)
    if own is None and review.profile.own_organisation == "shown":
        own = shell.organisation.read() if shell.organisation.comes() else None
    filled = replace(filled, organisation=own, **_still_shown(review.view, facts, action.scope, action.grant.term))
    return _with(facts, filled)


def differing(
    view: View, action: Action, organisation: Organisation, reading: ScreenReading, now: datetime.datetime
) -> list[str]:
    """In what the screen differs from what is to be recorded, what the portal marks as wrong included (law 2.6)."""
    profile = view.profile
    found = differences(
        action.grant,
        action.elements,
        organisation,
        reading,
        now,
        organisation_shown=profile.own_organisation == "shown",
        costs_shown=profile.costs == "shown",
    )
    return found + (preset.differences(view) if profile.preset else []) + marked(view.page)


def asked_again(review: ReviewStep, reading: ScreenReading) -> ScreenReading:
    """What was read before the first click, with what the dialog that asks once more shows of it."""
    question = review.question()
    question.wait_until_whole()
    return _with(question.facts(), reading)


def _with(facts: Facts, reading: ScreenReading) -> ScreenReading:
    """What is shown, over what was read before."""
    shown = {
        field: value
        for field in ("organisation", "receiver_kvk", "receiver_name", "elements", "valid_until", "costs")
        if (value := getattr(facts, field)) is not None
    }
    return replace(reading, **shown)


def _still_shown(view: View, facts: Facts, scope: Scope, term: Term) -> dict[str, Any]:
    """The fields that the overview leaves out and whose controls can still be seen, as these show them now."""
    shown: dict[str, Any] = {}
    if facts.receiver_kvk is None and (receiver := ReceiverStep(view)).shows_kvk:
        shown["receiver_kvk"] = receiver.receiver_kvk()
    if facts.receiver_name is None and (receiver := ReceiverStep(view)).found_name.still_there:
        shown["receiver_name"] = receiver.receiver_name()
    if facts.elements is None and (step := ScopeStep(view)).shows(scope):
        shown["elements"] = step.chosen(scope)
    if facts.valid_until is None and (costs := CostsStep(view)).duration.still_there:
        shown |= _term(costs, term)
    if facts.costs is None and (costs := CostsStep(view)).amount.still_there and costs.shows_amount:
        shown["costs"] = costs.costs()
    return shown


def _term(costs: CostsStep, term: Term) -> dict[str, Any]:
    return {"term": costs.term(), "term_agrees": costs.agrees_with(term)}
