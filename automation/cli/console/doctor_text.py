"""Prints the report of `keten doctor`: checks, controls, the fragment to paste, and where the pictures are."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.table import Table

from automation.cli.console.text import Text
from automation.doctor.findings import TOLD_FIRST, Sighting
from automation.doctor.fragment import flow
from automation.doctor.report import Report

_COLOURS = {"found": "green", "missing": "red", "ambiguous": "red", "not-reached": "dim"}


def tell(report: Report, *, fragment: bool) -> None:
    """Print the report on stderr and the fragment on stdout, unless stdout is for something else."""
    console = Console(stderr=True, highlight=False, width=None if sys.stderr.isatty() else 140)
    for check in report.all_checks:
        if not check.ok:
            mark = Text("FAIL  ", style="red")
        elif check.hint:
            mark = Text("note  ", style="yellow")
        else:
            mark = Text("ok    ", style="green")
        console.print(mark.append(f"{check.name}: {check.detail}", style="default"))
        if check.hint:
            console.print(Text(f"      {check.hint}"))
    found = report.findings
    if found is not None:
        seen = sorted(found.sightings.values(), key=lambda one: TOLD_FIRST.index(one.status))
        console.print(_table([one for one in seen if one.status != "not-reached"]))
        for why, names in _not_reached(seen).items():
            console.print(Text(f"not-reached, {why}: {', '.join(names)}", style="dim"))
        for sent in dict.fromkeys(found.requests):
            what = "sent" if sent.left else f"blocked: {sent.why}"
            console.print(Text(f"{sent.method} {sent.address} on {sent.screen}: {what}"))
        counts = [sum(s.status == status for s in found.sightings.values()) for status in _COLOURS]
        told = ", ".join(f"{count} {status}" for count, status in zip(counts, _COLOURS, strict=True))
        console.print(Text(f"{told}; {found.passes} pass{'es' if found.passes != 1 else ''}. Nothing was recorded."))
    if report.error is not None:
        console.print(Text(f"keten: {report.error}", style="red"))
    if report.archive is not None:
        console.print(Text(f"Pictures and snapshots, to inspect or to send to a helpdesk: {report.archive}"))
    if fragment and report.fragment:
        Console(highlight=False, soft_wrap=True).print(Text(report.fragment), end="")


def _not_reached(sightings: list[Sighting]) -> dict[str, list[str]]:
    """Group the controls that were not reached by the reason."""
    names: dict[str, list[str]] = {}
    for seen in sightings:
        if seen.status == "not-reached":
            names.setdefault(seen.why or "", []).append(f"{seen.screen}.{seen.control}")
    return names


def _table(sightings: list[Sighting]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("control", "status", "operated as, or candidates", "why"):
        table.add_column(heading, overflow="fold", no_wrap=heading == "status")
    for seen in sightings:
        name = f"{seen.screen}.{seen.control}" + ("" if seen.required else " (optional)")
        what = seen.operated_as or ""
        if seen.candidates:
            what = "\n".join(f"{one.score:3.0f}  {flow(one.locator)}" for one in seen.candidates)
        status = seen.status + (", certain" if seen.confident else "")
        table.add_row(Text(name), Text(status, style=_COLOURS[seen.status]), Text(what), Text(seen.why or ""))
    return table
