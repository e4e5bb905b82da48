"""Colleagues, who work on the portal by hand at any moment, and the person who answers keten truthfully."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from automation.domain import EVERYTHING, Duration, Element, Grant, KvkNumber
from automation.law.history import Attempt, AttemptState, Question, QuestionKind, Ruling
from automation.proofs.results import EntryOutcome
from tests.simulation.journal import SimulatedJournal
from tests.simulation.portal import Form, Portal, Truth
from tests.simulation.world import World


@dataclass(frozen=True)
class Permission:
    """A person said that this may be granted again."""

    at: datetime.datetime
    kvk: KvkNumber
    elements: frozenset[Element]


class Colleague:
    """Grants, revokes and changes end dates; often just what a scenario asks for, which is the hardest to tell."""

    def __init__(self, world: World, portal: Portal) -> None:
        self._world, self._portal = world, portal
        self.entries: tuple[Grant, ...] = ()

    def act(self) -> None:
        """One deed."""
        luck, held = self._world.luck, self._portal.in_force()
        deed = luck.choices([self._grant, self._revoke, self._change_end], [4, 5 if held else 0, 2 if held else 0])[0]
        deed(held)
        self._world.figures["deeds of colleagues"] += 1

    def _grant(self, _: list[Truth]) -> None:
        luck = self._world.luck
        entry = luck.choice(self.entries)
        term = entry.term if luck.random() < 0.7 else Duration(luck.randint(1, 5))
        whole = entry.scope.elements
        elements = luck.choice(
            [
                whole,
                whole,
                whole,
                frozenset({luck.choice(sorted(whole))}),
                frozenset({EVERYTHING}),
                frozenset({Element("UWV", "Verzuimmelder")}),
            ]
        )
        until = term.end(self._world.today)
        if until > self._world.today:
            self._portal.commit(Form(entry.intermediary.kvk, elements, term, until), None)

    def _revoke(self, held: list[Truth]) -> None:
        self._portal.revoke(self._world.luck.choice(held))

    def _change_end(self, held: list[Truth]) -> None:
        luck, today = self._world.luck, self._world.today
        terms = [entry.term.end(today) for entry in self.entries]
        days = [today + datetime.timedelta(days=luck.choice([10, 100, 700]))]
        self._portal.change_end(luck.choice(held), luck.choice(terms + days))


class Person:
    """Says what is so, when it is asked; `keenness` is the chance that it answers at all, or wants a thing again."""

    def __init__(self, world: World, portal: Portal) -> None:
        self._world, self._portal = world, portal
        self.permissions: list[Permission] = []

    def answer(self, journal: SimulatedJournal, outcomes: Iterable[EntryOutcome], keenness: float) -> None:
        """All that the journal and the last run ask."""
        known, luck = journal.known(), self._world.luck
        for attempt in known.attempts:
            unsure = attempt.is_unsettled() and attempt.ruling is None
            differs = attempt.state is AttemptState.GRANTED and attempt.error is not None and attempt.ruling is None
            if (unsure or differs) and luck.random() < keenness:
                self._rule(
                    journal,
                    attempt.ref,
                    Ruling.GRANTED if differs or self._was_recorded(attempt) else Ruling.NOT_GRANTED,
                )
        attempts = {attempt.ref: attempt for attempt in known.attempts}
        questions = {question.ref: question for question in known.questions}
        for outcome in outcomes:
            if outcome.status != "refused" or outcome.ref is None or luck.random() >= keenness:
                continue
            if outcome.ref in attempts and attempts[outcome.ref].stands():
                self._of_a_grant(journal, attempts[outcome.ref])
            elif outcome.ref in questions:
                self._answer(journal, questions[outcome.ref])

    def _was_recorded(self, attempt: Attempt) -> bool:
        return any(grant.click == attempt.ref and grant.committed <= self._world.now for grant in self._portal.grants)

    def _of_a_grant(self, journal: SimulatedJournal, attempt: Attempt) -> None:
        """One that is listed no longer, or as revoked; what is really in force, listed or not, is not wanted again."""
        own = [grant for grant in self._portal.in_force() if grant.click == attempt.ref]
        if not own:
            self._again(journal, attempt.ref, attempt.intent.kvk, attempt.intent.elements)

    def _again(self, journal: SimulatedJournal, ref: str, kvk: KvkNumber, elements: frozenset[Element]) -> None:
        self.permissions.append(Permission(self._world.now, kvk, elements))
        self._rule(journal, ref, Ruling.GRANT_AGAIN)

    def _answer(self, journal: SimulatedJournal, question: Question) -> None:
        if question.ref is None or question.ruling is not None:
            return
        if question.kind is QuestionKind.TAKEN_AWAY:
            self._again(journal, question.ref, question.kvk, question.elements)
            return
        held = [grant for grant in self._portal.in_force() if grant.kvk == question.kvk]
        wider = {any(grant.covers(element) for grant in held) for element in question.elements}
        if len(wider) == 1:
            self._rule(journal, question.ref, Ruling.GRANTED if wider == {True} else Ruling.GRANT_AGAIN)
        else:
            self._world.figures["questions without one true answer"] += 1

    def _rule(self, journal: SimulatedJournal, ref: str, ruling: Ruling) -> None:
        self._world.figures["rulings"] += 1
        self._world.figures[f"ruled {ruling}"] += 1
        journal.rule(ref, "ruled", ruling=ruling, reason="as it is")
