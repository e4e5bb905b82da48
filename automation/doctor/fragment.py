"""Writes the part of a profile that doctor proposes: certain locators as YAML, the other candidates as comments."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError

from automation.doctor.findings import Findings, Sighting, as_data
from automation.errors import StorageError, UsageError
from automation.machine.files import write_whole
from pages.profile import Locator, Profile

_HEAD = "# Proposed by `keten doctor`: certain locators as YAML, the other candidates as comments to choose from.\n"
_NO_CHANGE = "# Nothing to change: the profile finds every control.\n"


def changes(findings: Findings, profile: Profile) -> dict[str, Any]:
    """Return what is certain, as the data of a profile."""
    screens: dict[str, dict[str, Any]] = {}
    for seen in findings.sightings.values():
        if seen.status == "missing" and seen.confident and seen.best is not None:
            screens.setdefault(seen.screen, {})[seen.control] = _control(profile, seen)
            screens.setdefault("confirmation", {}).update(_on_confirmation(profile, seen))
    screens = {screen: controls for screen, controls in screens.items() if controls}
    return ({"screens": screens} if screens else {}) | ({"formats": findings.formats} if findings.formats else {})


def _control(profile: Profile, seen: Sighting) -> dict[str, Any]:
    optional = any(old.optional for old in profile.screens[seen.screen][seen.control])
    return (as_data(seen.best) if seen.best else {}) | ({"optional": True} if optional else {})


def _on_confirmation(profile: Profile, seen: Sighting) -> dict[str, Any]:
    """A control renamed on the overview is usually renamed on the confirmation too: both names are tried there."""
    old = profile.screens.get("confirmation", {}).get(seen.control)
    if seen.screen != "review" or seen.control == "heading" or seen.best is None or seen.best.css is not None:
        return {}
    if old is None or old != profile.screens["review"][seen.control]:
        return {}
    return {seen.control: [*map(as_data, old), _control(profile, seen)]}


def as_yaml(findings: Findings, profile: Profile) -> str:
    """Return the fragment: valid YAML to paste into a profile, one control a line."""
    head = _HEAD if any(s.status == "missing" for s in findings.sightings.values()) else _NO_CHANGE
    return head + "\n".join(_lines(findings, profile)) + "\n"


def _lines(findings: Findings, profile: Profile) -> Iterator[str]:
    certain = changes(findings, profile)
    uncertain = [s for s in findings.sightings.values() if s.status == "missing" and not s.confident]
    names = dict.fromkeys([*certain.get("screens", {}), *(s.screen for s in uncertain)])
    yield "screens:" if certain.get("screens") else "screens: {}"
    for screen in names:
        known = screen in certain.get("screens", {})
        yield f"  {screen}:" if known else f"  # {screen}:"
        for control, locators in certain.get("screens", {}).get(screen, {}).items():
            seen = findings.sightings.get((screen, control))
            points = f"    # {seen.candidates[0].score:.0f} of 100" if seen and seen.status == "missing" else ""
            yield f"    {control}: {_flow(locators)}{points}{_remark(seen)}"
        for seen in uncertain:
            if seen.screen == screen:
                yield from _comments(seen)
    if formats := certain.get("formats"):
        yield "formats:"
        yield from (f"  {key}: {_flow(value)}" for key, value in formats.items())
    yield from (f"# {text}" for text in findings.unsure_formats)
    others = [sent for sent in findings.requests if sent.screen in ("scope", "costs", "review")]
    if others:
        yield "# Requests sent before the recording click; none of them is the recording request (`recording.request`):"
        seen_before = dict.fromkeys((sent.method, _path(sent.address)) for sent in others)
        yield from (f'#   {{method: {method}, address: "/{path}/"}}' for method, path in seen_before)


def _remark(seen: Sighting | None) -> str:
    return ", a css path: the last resort" if seen and seen.best and seen.best.css else ""


def _comments(seen: Sighting) -> Iterator[str]:
    if not seen.candidates:
        yield f"    # {seen.control}: no candidate ({seen.why})"
    for number, candidate in enumerate(seen.candidates):
        prefix = f"{seen.control}:" if not number else "or:"
        yield f"    # {prefix} {_flow(as_data(candidate.locator))}   # {candidate.score:.0f} of 100, uncertain"


def _path(address: str) -> str:
    return re.escape("/" + address.partition("://")[2].partition("/")[2]).replace("/", "\\\\/") + "$"


def flow(locator: Locator) -> str:
    """A locator as a profile writes it."""
    return _flow(as_data(locator))


def _flow(value: Any) -> str:
    """A value in YAML's one-line form."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if re.fullmatch(r"[a-z_]+", str(value)) else json.dumps(value, ensure_ascii=False)


def write(path: Path, findings: Findings, profile: Profile) -> None:
    """Write what is certain into a profile file, and create the file if needed; its comments stay.

    Raises UsageError if the file is not a YAML mapping, StorageError if it cannot be written.
    """
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 4096
    certain = changes(findings, profile)
    try:
        there = yaml.load(path.read_text("utf-8")) if path.exists() else None
    except (OSError, YAMLError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or getattr(error, "problem", None) or "the file is not UTF-8 text"
        raise UsageError(f"{path} cannot be read as a profile: {why}", "Give a profile, or a new file.") from None
    if there is None:
        content = (path.read_text("utf-8") if path.exists() else "") + as_yaml(findings, profile)
    elif isinstance(there, CommentedMap):
        _merge(there, certain)
        stream = io.StringIO()
        yaml.dump(there, stream)
        content = stream.getvalue()
    else:
        raise UsageError(f"{path} is not a profile: it is not a YAML mapping")
    try:
        write_whole(path, content.encode())
    except OSError as error:
        raise StorageError(f"cannot write {path}: {error.strerror}", "Give another file with --write.") from None


def _merge(there: CommentedMap, certain: Mapping[str, Any]) -> None:
    for key, value in certain.items():
        below = there.get(key)
        if isinstance(value, Mapping) and not _is_locator(value):
            if not isinstance(below, CommentedMap):
                below = there[key] = CommentedMap()
            _merge(below, value)
        else:
            there[key] = _in_flow(value)


def _is_locator(value: Mapping[str, Any]) -> bool:
    return any(key in Locator.model_fields for key in value)


def _in_flow(value: Any) -> Any:
    if isinstance(value, Mapping):
        mapping = CommentedMap({key: _in_flow(each) for key, each in value.items()})
        mapping.fa.set_flow_style()
        return mapping
    if isinstance(value, list):
        sequence = CommentedSeq(map(_in_flow, value))
        sequence.fa.set_flow_style()
        return sequence
    return value
