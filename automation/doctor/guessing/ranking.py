"""Ranks the elements of a screen as candidates for all controls that are missing on it, together.

The score orders the candidates. Whether doctor may use the first one is decided by `confident`, which needs a minimum
score, a margin over the second candidate, and evidence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from automation.doctor.guessing.collecting import Element
from automation.doctor.guessing.purposes import PURPOSES
from automation.doctor.guessing.scoring import MissingControl, Scene, Score, fits, score

ENOUGH = 60.0
ENOUGH_IF_NEEDED = 47.0
MARGIN = 16.0
SAYS_SO = 0.6  # likeness of the name, where the control need not be on the screen
_TAKEN = 30.0  # points that an element loses for a control if it fits another control better
_SHOWN = 5


@dataclass(frozen=True)
class Ranking:
    """The candidates for a control, best first; `confident`: doctor may use the first one."""

    wanted: MissingControl
    scores: tuple[Score, ...]
    confident: bool

    @property
    def best(self) -> Score | None:
        """The first candidate, if there is one."""
        return self.scores[0] if self.scores else None


def rank(wanted: Sequence[MissingControl], scene: Scene) -> dict[str, Ranking]:
    """Rank the candidates for each control; returns the rankings by the name of the control.

    A control that is certain helps to place the others, so the ranking repeats until it finds no new one.
    """
    searched = [each for each in wanted if not each.purpose.transient]
    found: dict[str, Ranking] = {}
    placed = dict(scene.placed)
    for _ in range(3):
        found = _rank_once(searched, replace(scene, placed=placed))
        sure = {name: r.scores[0].element for name, r in found.items() if r.confident}
        if sure.keys() <= placed.keys():
            break
        placed = {**scene.placed, **sure}
    return found


def _rank_once(wanted: Sequence[MissingControl], scene: Scene) -> dict[str, Ranking]:
    points: dict[str, dict[str, Score]] = {}
    for each in wanted:
        taken = [placed for control, placed in scene.placed.items() if control != each.control]
        fitting = [
            e
            for e in scene.elements
            if fits(each.purpose, e) and not any(e.css == other.css or _same_thing(e, other) for other in taken)
        ]
        serious = sum(fits(each.purpose, e) >= 0.5 and e.visible for e in fitting)
        rated = (score(each, e, scene, max(0, serious - 1)) for e in fitting)
        points[each.control] = {s.element.css: s for s in rated if s is not None}
    owners = _owners(points)
    rankings = {}
    for each in wanted:
        scores = sorted(
            (_less_if_taken(s, owners, each.control) for s in points[each.control].values()),
            key=lambda s: (-s.points, s.element.order),
        )
        rankings[each.control] = Ranking(each, tuple(_one_of_each(scores)[:_SHOWN]), _confident(each, scores, scene))
    return rankings


def _owners(points: dict[str, dict[str, Score]]) -> dict[str, str]:
    """Which control each element fits best; a control owns at most one element."""
    claims = sorted(
        ((s.points, control, css) for control, scores in points.items() for css, s in scores.items()), reverse=True
    )
    owners: dict[str, str] = {}
    for _, control, css in claims:
        if css not in owners and control not in owners.values():
            owners[css] = control
    return owners


def _less_if_taken(s: Score, owners: dict[str, str], control: str) -> Score:
    owner = owners.get(s.element.css)
    return replace(s, points=max(0.0, s.points - _TAKEN)) if owner not in (None, control) else s


def _one_of_each(scores: list[Score]) -> list[Score]:
    """Leave out elements inside a better one with the same text: a value and the bold text in it are one."""
    kept: list[Score] = []
    for s in scores:
        if not any(_same_thing(s.element, other.element) for other in kept):
            kept.append(s)
    return kept


def _same_thing(one: Element, other: Element) -> bool:
    outer, inner = (one, other) if other.css.startswith(f"{one.css} > ") else (other, one)
    if not inner.css.startswith(f"{outer.css} > "):
        return False
    return outer.text == inner.text or (bool(inner.text) and outer.text.removesuffix(inner.text).rstrip().endswith(":"))


def _confident(wanted: MissingControl, scores: list[Score], scene: Scene) -> bool:
    distinct = _one_of_each(scores)
    enough = ENOUGH_IF_NEEDED if wanted.needed else ENOUGH
    if not distinct or distinct[0].points < enough or not distinct[0].element.visible:
        return False
    first, second = distinct[0], distinct[1].points if len(distinct) > 1 else 0.0
    if wanted.control == "open_search" and _search_is_open(scene):
        return False
    evident = first.name >= SAYS_SO or (first.holds or 0.0) >= 0.9 or wanted.needed
    return evident and first.points - second >= MARGIN and _holds_what_it_must(wanted, first)


def _search_is_open(scene: Scene) -> bool:
    """Whether the search for services is on the page itself, so that no button opens a dialog for it."""
    search = scene.placed.get("service_search")
    return search is not None and search.landmark != "dialog"


def _holds_what_it_must(wanted: MissingControl, first: Score) -> bool:
    purpose = PURPOSES[wanted.screen][wanted.control]
    return first.holds is None or first.holds >= 0.3 or purpose.kind in {"choice", "field"}
