"""Scores how well an element fits a control: by kind, name, content and place.

A third of real renames share no word with the old name, so the other parts together weigh more than the name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from automation.doctor.guessing import values
from automation.doctor.guessing.collecting import Element
from automation.doctor.guessing.purposes import PURPOSES, Purpose
from automation.doctor.guessing.words import likest

_WEIGHTS = {"name": 38.0, "kind": 14.0, "holds": 30.0, "place": 22.0, "alone": 12.0}
_LABELS = {"term", "rowheader", "columnheader"}
_BLOCKS = {"row", "navigation", "main", "form", "table", "grid", "list", "dialog", "region", "group", "listitem", "img"}


@dataclass(frozen=True)
class MissingControl:
    """A missing control; `names` and `roles` are those of the profile; `needed`: it must be on the screen."""

    screen: str
    control: str
    names: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    needed: bool = False

    @property
    def purpose(self) -> Purpose:
        """What the control is for."""
        return PURPOSES[self.screen][self.control]

    @property
    def rank(self) -> int:
        """Its position in the order of its screen."""
        return list(PURPOSES[self.screen]).index(self.control)


@dataclass(frozen=True)
class Scene:
    """A screen as it is: its elements, the controls that are found, and the facts that it may show.

    `led_on`: the names of buttons that led from an earlier step to the next.
    """

    elements: Sequence[Element]
    placed: Mapping[str, Element] = field(default_factory=dict)
    known: Mapping[str, str] = field(default_factory=dict)
    led_on: tuple[str, ...] = ()


@dataclass(frozen=True)
class Score:
    """The score of an element, 0 to 100, and its parts, 0 to 1 each."""

    element: Element
    points: float
    name: float
    holds: float | None
    place: float


def fits(purpose: Purpose, e: Element) -> float:
    """How well the element's tag and role fit the kind of control, from 0 (impossible) to 1."""
    match purpose.kind:
        case "secret":
            return float(e.tag == "input" and e.type == "password")
        case "field" | "code":
            if not e.is_field or (e.type == "password" and purpose.kind == "field") or e.type in {"file", "color"}:
                return 0.0
            return 0.5 if e.role == "combobox" else 1.0
        case "record":
            native = e.tag == "button" or (e.tag == "input" and e.role == "button")
            return float((native and e.role == "button") or e.role == "button")
        case "button":
            return {"button": 1.0, "link": 0.6, "menuitem": 0.5, "tab": 0.2}.get(
                e.role, 0.4 if e.tag == "summary" else 0
            )
        case "radio":
            return {"radio": 1.0, "menuitemradio": 0.7, "checkbox": 0.4, "switch": 0.3}.get(e.role, 0.0)
        case "toggle":
            return {"checkbox": 1.0, "switch": 1.0, "menuitemcheckbox": 0.7, "radio": 0.2}.get(e.role, 0.0)
        case "choice":
            return 1.0 if e.is_choice else 0.0
        case "table":
            return float(e.role in {"table", "grid", "treegrid"})
        case "column":
            return float(e.role == "columnheader")
        case "heading":
            return float(e.role == "heading" and bool(e.text))
        case "region":
            return _fits_region(e)
        case "list":
            if e.interactive or e.in_table or e.fields > e.items + 1 or e.role in {"table", "dialog", "main"}:
                return 0.0
            return {"list": 1.0, "listbox": 1.0, "region": 0.7, "group": 0.7}.get(e.role, 0.5 if e.label else 0.0)
        case "value":
            return _fits_value(e)
    return 0.0


def _fits_region(e: Element) -> float:
    if not e.text or e.interactive or e.role in {"row", "listitem", "main", "navigation"}:
        return 0.0
    if e.role in {"region", "group", "status", "log"} and e.fields <= 1:
        return 1.0
    return 0.5 if e.label and e.role in {"", "table", "list"} and e.fields == 0 else 0.0


def _fits_value(e: Element) -> float:
    if e.interactive or e.fields or not e.text or len(e.text) > 160 or e.role in _LABELS | {"caption", "option"}:
        return 0.0
    if e.tag in {"label", "legend", "caption", "dl", "header", "small"}:
        return 0.0
    if e.role in _BLOCKS and not e.label:
        return 0.3 if e.role in {"list", "listitem"} else 0.0
    return 0.7 if e.role in {"heading", "listitem"} else 1.0


def naming(purpose: Purpose, e: Element) -> list[tuple[str, float]]:
    """The texts that say what the element is, each with how much it counts."""
    match purpose.kind:
        case "button" | "record" | "column":
            return [(e.name, 1.0), (e.title, 0.8)]
        case "heading":
            return [(e.text, 1.0)]
        case "value":
            lead = e.text.partition(":")[0] if ":" in e.text and purpose.holds != "scope" else ""
            return [(e.label or e.title, 1.0), (e.before.rstrip(" :"), 0.95), (lead, 0.6)]
        case "list" | "region":
            return [(e.label or e.name, 1.0), (e.before, 0.9), (e.section, 0.5)]
        case _:
            return [(e.name, 1.0), (e.placeholder, 0.85), (e.before, 0.75), (e.group, 0.4), (e.attributes, 0.5)]


def score(wanted: MissingControl, e: Element, scene: Scene, rivals: int) -> Score | None:
    """The element's score for the control; None when it cannot be it. `rivals`: how many others are of the kind."""
    purpose = wanted.purpose
    kind = fits(purpose, e)
    if not kind:
        return None
    if wanted.roles and e.role not in wanted.roles:
        kind *= 0.75
    names = [*wanted.names, *purpose.says]
    if wanted.control == "continue":
        names += scene.led_on
    name = max((weight * likest(text, names) for text, weight in naming(purpose, e) if text), default=0.0)
    called = next((text for text, _ in naming(purpose, e) if text), "")
    holds, place = _holds(wanted, e, scene), _place(wanted, e, scene)
    parts = {"name": name, "kind": kind, "place": place, "alone": 1 / (1 + rivals)}
    if holds is not None:
        parts["holds"] = holds
    total = sum(_WEIGHTS[part] for part in parts)
    points = 100 * sum(_WEIGHTS[part] * value for part, value in parts.items()) / total
    unlike = likest(called, purpose.unlike)
    if unlike > name:
        points -= 45 * unlike
    if not e.visible:
        points -= 20
    if purpose.kind in {"value", "heading"} and wanted.screen != "shell" and e.landmark in {"banner", "navigation"}:
        points -= 20
    if e.covered_by:
        points -= 3
    return Score(e, max(0.0, points), name, holds, place)


def _holds(wanted: MissingControl, e: Element, scene: Scene) -> float | None:
    """How well what the element holds suits the control; None where nothing can be said."""
    purpose, known = wanted.purpose, scene.known.get(wanted.purpose.known or "")
    if wanted.control == "service":
        return float(_names_both(e, scene.known)) if scene.known.get("service") else None
    if purpose.kind == "column":
        return _column(purpose, e)
    if purpose.kind in {"secret"}:
        return 1.0
    if purpose.kind == "code":
        marks = f"{e.attributes} {e.type}"
        return 1.0 if "one-time" in marks else 0.8 if "numeric" in marks or "maxlength" in marks else 0.5
    text = e.value if e.is_field else e.text
    if known:
        if text.casefold() == known.casefold() or text.replace(" ", "").replace(".", "") == known:
            return 1.0
        inside = known.casefold() in text.casefold()
        if wanted.control == "chosen_providers":
            return 0.2 if not inside or ":" in text else 1.0
        if purpose.kind in {"region", "list"}:
            return 1.0 if inside else 0.2
        if inside:
            return max(0.3, len(known) / max(len(text), 1))
        if purpose.kind == "value":
            return 0.0
    return _of_kind(purpose, e, text, scene)


def _of_kind(purpose: Purpose, e: Element, text: str, scene: Scene) -> float | None:
    match purpose.holds:
        case "kvk" if e.is_field:
            limit = "maxlength-8" in e.attributes or "numeric" in e.attributes
            return 1.0 if values.has_kvk(text) else 0.8 if limit else 0.1 if text else 0.4
        case "kvk":
            return float(values.has_kvk(text) and len(text) < 20)
        case "amount":
            if not values.is_amount(text):
                return 0.0
            if values.is_not_whole(f"{text} {e.after} {e.before}"):
                return 0.2
            return 1.0 if values.number(text) >= _largest(scene) else 0.5
        case "date" if e.is_field:
            asked = values.asks_for_date(f"{e.name} {e.placeholder} {e.before} {e.after}") or e.type == "date"
            return 1.0 if asked or values.is_date(text) else 0.2
        case "date":
            return float(values.is_date(text))
        case "duration":
            return float(values.are_durations(e.options) or values.is_duration(text) or values.is_duration(e.value))
        case "scope" if purpose.kind == "value":
            return float(values.is_scope(text) and not values.has_kvk(text))
        case "organisation":
            return 0.8 if values.is_organisation(text) else 0.0
        case "name":
            return 0.6 if values.is_name(text) else 0.0
        case _:
            return None


def _largest(scene: Scene) -> float:
    """The largest amount on the screen: a total is no less than what it is made of."""
    return max((values.number(e.text) for e in scene.elements if values.is_amount(e.text)), default=0.0)


def _column(purpose: Purpose, e: Element) -> float | None:
    if not any(e.values):
        return None
    told = {
        "kvk": values.has_kvk, "date": values.is_date, "scope": values.is_scope, "name": values.is_name,
        "status": values.is_status, "reference": values.is_reference,
    }[purpose.holds or "name"]  # fmt: skip
    return sum(told(text) for text in e.values) / len(e.values)


def _names_both(e: Element, known: Mapping[str, str]) -> bool:
    """Whether it names this provider and this service, and besides them nothing."""
    rest = e.name.casefold()
    for named in sorted((known.get("service", ""), known.get("provider", "")), key=len, reverse=True):
        if named.casefold() not in rest:
            return False
        rest = rest.replace(named.casefold(), "", 1)
    return not any(letter.isalnum() for letter in rest)


def _place(wanted: MissingControl, e: Element, scene: Scene) -> float:
    """How well it stands where the control stands as a rule: order, neighbours, the end of the form, the part of the
    page.
    """
    purpose = wanted.purpose
    parts = [_in_order(wanted, e, scene)]
    outside = e.landmark in {"navigation", "banner", "contentinfo", "search"}
    if wanted.screen == "shell":
        parts.append(float(e.landmark == "banner" or (e.landmark != "main" and e.y < 150)))
    elif wanted.control == "next_page":
        parts.append(float(e.landmark == "navigation" or e.order > _after_table(scene)))
    elif outside:
        parts.append(0.0)
    if purpose.near and (neighbour := scene.placed.get(purpose.near)):
        parts.append(1 / max(1, abs(_steps(e, scene) - _steps(neighbour, scene))))
    if purpose.end:
        parts.append(_at_end(purpose, e, scene))
    if wanted.control == "new":
        parts.append(float(e.order < _after_table(scene) and not e.in_table))
    return sum(parts) / len(parts)


def _in_order(wanted: MissingControl, e: Element, scene: Scene) -> float:
    screen = PURPOSES[wanted.screen]
    order = list(screen)
    others = [(order.index(name), placed) for name, placed in scene.placed.items() if name in screen]
    if wanted.purpose.kind == "column":
        others = [(rank, placed) for rank, placed in others if placed.role == "columnheader"]
    if not others:
        return 0.6
    return sum((rank < wanted.rank) == (placed.order < e.order) for rank, placed in others) / len(others)


def _at_end(purpose: Purpose, e: Element, scene: Scene) -> float:
    """1 for the last button of its part of the page, less for each that stands after it."""
    later = [
        other
        for other in scene.elements
        if other.order > e.order and other.is_button and other.visible and other.landmark == e.landmark
        and other.role == "button" and likest(other.name, purpose.unlike) < 0.9
    ]  # fmt: skip
    return max(1 / (1 + len(later)), 0.7 if e.primary else 0.0)


def _after_table(scene: Scene) -> int:
    return next((e.order for e in scene.elements if e.role in {"table", "grid", "treegrid"}), len(scene.elements))


def _steps(e: Element, scene: Scene) -> int:
    """How many things to use or to read stand before it."""
    return sum(1 for other in scene.elements if other.order < e.order and (other.interactive or other.own_text))
