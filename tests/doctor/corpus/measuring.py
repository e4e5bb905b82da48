"""Measures candidates on the saved pages: what a page calls otherwise is looked for, and compared with the truth."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright
from ruamel.yaml import YAML

from automation.browser.choice import find
from automation.doctor.guessing.collecting import Element, script
from automation.doctor.guessing.missing_control import missing_control
from automation.doctor.guessing.purposes import PHASES, PURPOSES
from automation.doctor.guessing.ranking import Ranking, rank
from automation.doctor.guessing.scoring import MissingControl, Scene
from automation.inputs.profile import load
from pages.profile import Profile, pattern
from tests.doctor.corpus.mock_pages import SavedPage, found

CORPUS = Path(__file__).parent
PARTS = (
    "known portal, tuning",
    "known portal, a third changed",
    "known portal, kept apart",
    "other portals, tuning",
    "other portals, kept apart",
)
_SHOW = f"""([html, sets, truth]) => {{
    const collect = {script()}
    const show = labels => {{
        document.body.innerHTML = html
        const said = t => Object.hasOwn(labels, t.trim()) ? t.replace(t.trim(), labels[t.trim()]) : t
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
        while (walker.nextNode()) walker.currentNode.data = said(walker.currentNode.data)
        for (const e of document.querySelectorAll('[aria-label]')) e.setAttribute('aria-label', said(e.ariaLabel))
        const elements = collect()
        return [elements, Object.fromEntries(Object.entries(truth).map(([control, css]) => {{
            const o = document.querySelector(css)
            const same = e => e === o || (e.innerText === o.innerText && (e.contains(o) || o.contains(e)))
            return [control, elements.map(e => e.css).filter(p => same(document.querySelector(p)))]
        }}))]
    }}
    return sets.map(show)
}}"""
"""Shows a page with its labels changed, for each set of labels; gives its elements, and for each control the paths that
are it: the element itself, or one around or in it that says the same."""


@dataclass(frozen=True)
class Case:
    """A page as it stands, the controls that are looked for on it, and for each the paths that are right (or none)."""

    file: str
    labels: dict[str, str]
    scene: Scene
    wanted: list[MissingControl]
    right: dict[str, list[str]]


@dataclass
class Figures:
    """What was counted; `misses` tells of each control for which not all was well."""

    controls: int = 0
    first: int = 0
    three: int = 0
    abstained: int = 0
    wrong: int = 0
    misses: list[str] = field(default_factory=list)

    def share(self, count: int) -> float:
        """Percentage of the controls."""
        return 100 * count / max(self.controls, 1)

    def __str__(self) -> str:
        return (
            f"{self.controls:4} controls: first right {self.share(self.first):5.1f}%, "
            f"in the first three {self.share(self.three):5.1f}%, abstained {self.share(self.abstained):5.1f}%, "
            f"confidently wrong {self.wrong}"
        )


@contextmanager
def page() -> Iterator[Page]:
    """A browser page to show saved pages on."""
    with sync_playwright() as playwright:
        choice = find(None, Path(playwright.chromium.executable_path), print)
        browser = playwright.chromium.launch(executable_path=choice.executable, chromium_sandbox=False)
        yield browser.new_page()
        browser.close()


def cases(page: Page, part: str, mock_pages: Iterable[SavedPage]) -> Iterator[Case]:
    """All cases of one part of the corpus; the known portal's are made of the screens of the mock portal."""
    apart = "kept apart" in part
    folder = CORPUS / ("kept-apart" if apart else "tuning")
    if part.startswith("other"):
        for name, told in read(folder / "truth.yaml").items():
            html = (folder / name).read_text("utf-8")
            yield from _other(page, SavedPage(name, html, told["screen"], told.get("known", {}), told["truth"]))
        return
    renames = read(folder / "renames.yaml")
    sets = list(_thirds(renames) if "third" in part else _singles(renames))
    for saved in mock_pages:
        yield from _renamed(page, saved, sets)


def measure(cases: Iterator[Case]) -> Figures:
    """What comes of looking for all that is to be looked for."""
    figures = Figures()
    for case in cases:
        rankings = rank(case.wanted, case.scene)
        for each in case.wanted:
            _count(case, each, rankings.get(each.control), figures)
    return figures


def _singles(renames: dict[str, list[str]]) -> Iterator[dict[str, str]]:
    for old, others in renames.items():
        for new in others:
            yield {old: new}


def _thirds(renames: dict[str, list[str]]) -> Iterator[dict[str, str]]:
    """Every third label changed at once, each of the three thirds, by each of the other names."""
    for start in range(3):
        for alternative in range(3):
            yield {old: others[alternative] for old, others in list(renames.items())[start::3]}


def _renamed(page: Page, saved: SavedPage, sets: list[dict[str, str]]) -> Iterator[Case]:
    """A screen of the known portal, its labels changed: what the profile finds by others is in its place."""
    profile, truth = load(), _by_screen(saved)
    renamed_by = [{key for key in truth if _is_called_by(profile, key, labels)} for labels in sets]
    changing = [(labels, renamed) for labels, renamed in zip(sets, renamed_by, strict=True) if renamed]
    shown = page.evaluate(_SHOW, [saved.html, [labels for labels, _ in changing], truth])
    for (labels, renamed), (described, same) in zip(changing, shown, strict=True):
        elements = list(map(Element.of, described))
        for screen in {key.partition(".")[0] for key in renamed}:
            placed = {
                key.partition(".")[2]: next(e for e in elements if e.css == same[key][-1])
                for key in truth
                if key.startswith(f"{screen}.") and key not in renamed
            }
            yield _case(saved.file, labels, Scene(elements, placed, saved.known), screen, truth, same, profile)


def _is_called_by(profile: Profile, key: str, labels: dict[str, str]) -> bool:
    screen, _, control = key.partition(".")
    for locator in profile.screens[screen][control]:
        name = locator.name or locator.label or locator.text or ""
        regex = pattern(name)
        if any(regex.search(old) if regex else old == name for old in labels):
            return True
        if locator.within and _is_called_by(profile, f"{screen}.{locator.within}", labels):
            return locator.within not in ("table", "found")
    return False


def _other(page: Page, saved: SavedPage) -> Iterator[Case]:
    """A page of a portal of other words: what the profile happens to find is in its place."""
    profile, truth = load(), _by_screen(saved)
    [[described, same]] = page.evaluate(_SHOW, [saved.html, [{}], truth])
    elements = list(map(Element.of, described))
    for screen in {key.partition(".")[0] for key in truth}:
        placed = {}
        for key in truth:
            control = key.removeprefix(f"{screen}.")
            if control == key:
                continue
            element = found(page, profile, screen, control, saved.known)
            here = element and next(
                (e for e in elements if element.evaluate("(e, p) => e === document.querySelector(p)", e.css)), None
            )
            if here and here.css in same[key]:
                placed[control] = here
        yield _case(saved.file, {}, Scene(elements, placed, saved.known), screen, truth, same, profile)


def _case(
    file: str,
    labels: dict[str, str],
    scene: Scene,
    screen: str,
    truth: dict[str, str],
    same: dict[str, list[str]],
    profile: Profile,
) -> Case:
    """Besides what is there, controls are looked for that are not: nothing may be taken for them."""
    together = next(
        (phase for phase in PHASES.get(screen, ()) if any(f"{screen}.{control}" in truth for control in phase)),
        PURPOSES[screen],
    )
    wanted = []
    for control, purpose in PURPOSES[screen].items():
        if control in scene.placed or purpose.transient or control not in together:
            continue
        there = f"{screen}.{control}" in truth
        optional = any(locator.optional for locator in profile.screens[screen].get(control, ()))
        wanted.append(missing_control(profile, screen, control, needed=there and not optional))
    return Case(
        file, labels, scene, wanted, {each.control: same.get(f"{screen}.{each.control}", []) for each in wanted}
    )


def _by_screen(saved: SavedPage) -> dict[str, str]:
    return {key if "." in key else f"{saved.screen}.{key}": css for key, css in saved.truth.items()}


def _count(case: Case, wanted: MissingControl, ranking: Ranking | None, figures: Figures) -> None:
    truth = case.right[wanted.control]
    right = [score.element.css in truth for score in ranking.scores] if ranking else []
    confident = ranking is not None and ranking.confident
    wrong = confident and not right[0]
    figures.wrong += wrong
    if truth:
        figures.controls += 1
        figures.first += right[:1] == [True]
        figures.three += any(right[:3])
        figures.abstained += not confident
    if wrong or (truth and not (confident and right[0])):
        what = "WRONG" if wrong else "abstained" if right[:1] == [True] else "missed"
        told = [
            f"{s.points:.0f} “{s.element.name or s.element.text[:30]}” "
            f"(name {s.name:.1f}, holds {s.holds}, place {s.place:.1f})"
            for s in (ranking.scores[:3] if ranking else ())
        ]
        there = "" if truth else " (which is not there)"
        figures.misses.append(f"{what}: {case.file} {wanted.control}{there} {case.labels or ''}: {'; '.join(told)}")


def read(path: Path) -> dict[str, Any]:
    """A file of the corpus."""
    found: dict[str, Any] = YAML(typ="safe").load(path)
    return found
