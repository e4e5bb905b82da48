"""What is kept of each entry in a run's folder: pictures, `grant.json`, and the notice of step 6."""

from __future__ import annotations

from automation.evidence import Evidence
from automation.notices import Facts, compose
from automation.results import EntryOutcome


def keep(evidence: Evidence, outcome: EntryOutcome) -> None:
    """Write `grant.json`, with the pictures that there are by now."""
    outcome.evidence = files(evidence, outcome.grant.id)
    evidence.write_json(f"grants/{outcome.grant.id}/grant.json", outcome.as_data())


def inform(evidence: Evidence, folder: str, facts: Facts) -> list[str]:
    """Write the notice into a folder of the run; its files, relative to the run's folder."""
    notice = compose(facts)
    names = [f"{folder}/notice.{kind}" for kind in ("txt", "html")]
    for name, content in zip(names, (notice.text, notice.html), strict=True):
        evidence.write(name, content)
    return names


def files(evidence: Evidence, entry: str) -> list[str]:
    """The pictures and snapshots kept of an entry."""
    found = [p for kind in ("grants", "failures") for p in sorted((evidence.folder / kind / entry).glob("*"))]
    return [p.relative_to(evidence.folder).as_posix() for p in found if p.suffix in {".png", ".yaml", ".zip"}]
