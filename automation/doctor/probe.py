"""Looks for the controls of a screen: by the profile, and for a missing one among the other elements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Locator

from automation.doctor.findings import SHOWS_NOW_AND_THEN, Candidate, Sighting, Status, is_required
from automation.doctor.ground import Ground, with_filled
from automation.doctor.guessing.collecting import Element, collect, frames_with_controls
from automation.doctor.guessing.locators import is_last_resort, locator_of
from automation.doctor.guessing.missing_control import missing_control
from automation.doctor.guessing.purposes import PURPOSES
from automation.doctor.guessing.ranking import Ranking, rank
from automation.doctor.guessing.scoring import Scene
from pages.controls import Control, Nature
from pages.costs import CostsStep
from pages.granted_list import GrantedList
from pages.locating import locate, visible
from pages.place import Place
from pages.profile import Profile
from pages.receiver import ReceiverStep
from pages.review import Confirmation, ReviewStep
from pages.scope import ScopeStep
from pages.screen import Screen
from pages.shell import Shell
from pages.sign_in import SignIn

_SCREENS: tuple[type[Screen], ...] = (
    SignIn, Shell, GrantedList, ReceiverStep, ScopeStep, CostsStep, ReviewStep, Confirmation,
)  # fmt: skip
_KINDS: Mapping[tuple[str, str], type[Control]] = {
    (screen.name, name): kind for screen in _SCREENS for name, kind in screen.kinds.items()
}
_MANY = {"row", "row_details", "service_results", "service_of_any_provider", "organisations", "busy", "error"}


class _Found(NamedTuple):
    status: Status
    locator: Locator | None
    why: str | None


class Probe:
    """Looks at one screen; `base` is the profile without guesses, `known` the facts that the screen may show."""

    def __init__(self, ground: Ground, base: Profile, known: Mapping[str, str], led_on: Sequence[str]) -> None:
        self._ground, self._base, self._known, self._led_on = ground, base, known, tuple(led_on)

    def look(self, screen: str, controls: Iterable[str], needed: Iterable[str] = ()) -> list[Sighting]:
        """Look for these controls on the page as it is; `needed` are those that must be there now.

        The best candidate for a missing control is used as a guess from then on.
        """
        elements = collect(self._ground.page)
        needed = set(needed)
        found = {control: self._find(screen, control) for control in controls if self._is_described(screen, control)}
        placed = {c: e for c, f in found.items() if f.locator is not None and (e := element_of(f.locator, elements))}
        lost = [c for c, f in found.items() if f.status == "missing" and not self._is_transient(screen, c)]
        wanted = [
            missing_control(self._base, screen, c, needed=c in needed) for c in lost if c in PURPOSES.get(screen, {})
        ]
        rankings = rank(wanted, Scene(elements, placed, self._known, self._led_on))
        sightings = []
        for control, one in found.items():
            ranking = rankings.get(control)
            sighting = self._sighting(screen, control, one, ranking, control in needed)
            if sighting.status == "missing" and sighting.best is not None:
                self._ground.guess(screen, control, sighting.best)
            sightings.append(sighting)
        return sightings

    def _is_described(self, screen: str, control: str) -> bool:
        return bool(self._base.screens.get(screen, {}).get(control))

    @staticmethod
    def _is_transient(screen: str, control: str) -> bool:
        purpose = PURPOSES.get(screen, {}).get(control)
        return purpose is not None and purpose.transient

    def _find(self, screen: str, control: str) -> _Found:
        """Look by the profile's own locators; one inside another control may depend on a guess."""
        filled = with_filled(self._known)
        place = Place(self._ground.view, screen, control)
        many, hidden, other_kind = 0, False, None
        for number, described in enumerate(self._base.screens[screen][control]):
            for candidates in place.located(described, **filled):
                seen = visible(candidates)
                count = seen.count()
                if count == 1 or (count and control in _MANY):
                    other_kind = self._other_kind(screen, control, seen.first)
                    if other_kind is None:
                        why = f"only by locator {number + 1} of its list" if number else None
                        return _Found("found", seen.first, why)
                many = max(many, count)
                hidden = hidden or candidates.count() > 0
        if many > 1:
            return _Found("ambiguous", None, f"{many} elements match")
        why = other_kind or ("not visible: it is in the page, but hidden" if hidden else None)
        return _Found("missing", None, why)

    def _other_kind(self, screen: str, control: str, locator: Locator) -> str | None:
        kind = _KINDS.get((screen, control))
        if kind is None:
            return None
        nature = Nature.of(locator)
        if kind(Place(self._ground.view, screen, control)).fits(nature):
            return None
        return f"the element with its name is <{nature.tag}>, but the control must be a {kind.kind}"

    def _sighting(self, screen: str, control: str, found: _Found, ranking: Ranking | None, needed: bool) -> Sighting:
        required = is_required(self._base, screen, control)
        seen = partial(Sighting, screen=screen, control=control, required=required)
        if found.status == "found" and found.locator is not None:
            told = operated_as(screen, control, found.locator)
            why = found.why or self._covered(found.locator)
            return seen(status="found", operated_as=told, why=why, by_fallback=found.why is not None)
        if found.status == "ambiguous":
            return seen(status="ambiguous", why=found.why)
        if ranking is None and self._is_transient(screen, control):
            return seen(status="not-reached", why=SHOWS_NOW_AND_THEN)
        candidates, elements = self._candidates(ranking)
        confident = ranking is not None and ranking.confident and bool(candidates)
        if not required and not needed and not confident:
            why = found.why or "behind a step, or this portal does not have it: it is optional"
            return seen(status="not-reached", candidates=candidates, why=why)
        why = found.why or self._hidden_elsewhere(screen, control) or _why(candidates, elements, confident)
        told = operated_as(screen, control, self._ground.page.locator(elements[0].css).first) if elements else None
        return seen(status="missing", operated_as=told, candidates=candidates, confident=confident, why=why)

    def _candidates(self, ranking: Ranking | None) -> tuple[tuple[Candidate, ...], list[Element]]:
        candidates, elements = [], []
        for score in ranking.scores[:3] if ranking else ():
            locator = locator_of(self._ground.page, ranking.wanted, score.element, self._known) if ranking else None
            if locator is not None:
                candidates.append(Candidate(locator, score.points))
                elements.append(score.element)
        return tuple(candidates), elements

    def _hidden_elsewhere(self, screen: str, control: str) -> str | None:
        """Say if it is in another frame, which no locator of a profile can reach."""
        for frame, _ in frames_with_controls(self._ground.page):
            for described in self._base.screens[screen][control]:
                within_reach = locate(frame.locator("body"), described, **with_filled(self._known))
                if described.within is None and within_reach.count():
                    return f"in another frame ({frame.url.partition('?')[0]}), which a profile cannot reach"
        return None

    def _covered(self, locator: Locator) -> str | None:
        try:
            over = locator.evaluate(
                """e => { const b = e.getBoundingClientRect()
                const top = document.elementFromPoint(b.x + b.width / 2, b.y + b.height / 2)
                return top && !e.contains(top) && !top.contains(e) && ![...e.labels ?? []].some(l => l.contains(top))
                    ? top.tagName.toLowerCase() : '' }"""
            )
        except PlaywrightError:
            return None
        return f"covered by <{over}> at this moment" if over else None


def _why(candidates: Sequence[Candidate], elements: Sequence[Element], confident: bool) -> str:
    if not candidates:
        return "not rendered: no element on this screen fits"
    if elements[0].covered_by:
        return f"covered by {elements[0].covered_by}"
    if is_last_resort(candidates[0].locator):
        return "renamed; found only by its position in the page (css): a last resort that breaks sooner"
    return "renamed" if confident else "renamed, or not rendered: no candidate is certain"


def element_of(locator: Locator, elements: Sequence[Element]) -> Element | None:
    """Return the collected element that the locator finds."""
    found = "(e, paths) => paths.findIndex(path => document.querySelector(path) === e)"
    place = int(locator.evaluate(found, [e.css for e in elements]))
    return elements[place] if place >= 0 else None


def operated_as(screen: str, control: str, locator: Locator) -> str | None:
    """Say what the element is and what keten does with it."""
    kind = _KINDS.get((screen, control))
    if kind is None:
        return "looked at"
    try:
        nature = Nature.of(locator)
    except PlaywrightError:
        return None
    what = nature.role or (f"{nature.tag} {nature.type}".strip() if nature.tag == "input" else nature.tag)
    return f"{what}: {_DOES.get(kind.__name__, 'looked at')}"


_DOES = {
    "Text": "read", "Button": "clicked", "RecordingButton": "clicked once, by apply alone", "TextField": "typed into",
    "OneTimeCode": "typed into, then emptied", "SecretField": "typed into, then emptied", "Toggle": "turned on",
    "Choice": "one of its options is chosen",
}  # fmt: skip
