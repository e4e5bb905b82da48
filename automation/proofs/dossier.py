"""What is kept of each grant in a run's folder: pictures, `grant.json`, and the notice of step 6."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from automation.domain import Scope
from automation.law.outcome import Shown
from automation.proofs.evidence import Evidence
from automation.proofs.notices import NoticeFacts, compose
from automation.proofs.results import EntryOutcome

_PICTURES = {".png", ".yaml", ".zip"}


def keep(evidence: Evidence, outcome: EntryOutcome) -> EntryOutcome:
    """Write `grant.json`; the outcome with the pictures that there are by now."""
    outcome = with_files(evidence, outcome)
    evidence.keep_json(f"grants/{outcome.grant.id}/grant.json", outcome.as_data())
    return outcome


def inform(evidence: Evidence, folder: str, facts: Callable[[], NoticeFacts]) -> list[str]:
    """Write the notice into a folder of the run; its files, relative to the run's folder, none where it is not whole.

    What cannot be written, or told in a letter, is remembered as lost, and ends nothing else.
    """
    names = [f"{folder}/notice.{kind}" for kind in ("txt", "html")]
    try:
        notice = compose(facts())
    except (ValueError, LookupError, TypeError) as error:
        evidence.lose(names[0], f"the notice cannot be written: {error}")
        return []
    kept = [evidence.keep(name, text) for name, text in zip(names, (notice.text, notice.html), strict=True)]
    return names if all(kept) else []


def as_recorded(facts: NoticeFacts, shown: Shown) -> NoticeFacts:
    """What a notice tells, with what the portal showed in place of what was intended.

    ValueError when it showed what no single letter can tell.
    """
    told: dict[str, Any] = {"valid_from": shown.valid_from, "valid_until": shown.valid_until}
    told |= {"reference": shown.reference, "scope": Scope.of(shown.elements) if shown.elements else None}
    told |= {"intermediary": replace(facts.intermediary, name=shown.name) if shown.name else None}
    return replace(facts, **{name: value for name, value in told.items() if value is not None})


def with_files(evidence: Evidence, outcome: EntryOutcome) -> EntryOutcome:
    """The outcome with the pictures and snapshots that were kept of its entry."""
    folders = (f"{kind}/{outcome.grant.id}" for kind in ("grants", "failures"))
    return replace(outcome, evidence=[name for folder in folders for name in _files(evidence, folder)])


def files_of_settled(evidence: Evidence, ref: str) -> list[str]:
    """The pictures kept of a grant of an earlier run."""
    return _files(evidence, f"settled/{ref}")


def _files(evidence: Evidence, folder: str) -> list[str]:
    found = sorted((evidence.folder / folder).glob("*"))
    return [path.relative_to(evidence.folder).as_posix() for path in found if path.suffix in _PICTURES]


def not_kept(lost: dict[str, str], *folders: str) -> list[str]:
    """Take what was lost of these folders out of `lost`: each file, and why it could not be kept (law 4)."""
    names = [name for name in lost if name.rpartition("/")[0] in folders]
    return [f"{name}: {lost.pop(name)}" for name in names]
