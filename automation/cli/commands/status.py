"""`keten status`: what the journal knows, offline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from automation.cli import options

if TYPE_CHECKING:
    from datetime import date

    from automation.law.history import History, Past


def command(
    expiring: Annotated[
        str | None,
        typer.Option(metavar="90d", help="Show only grants that expire within this many days.", show_default=False),
    ] = None,
    as_json: options.AsJson = False,
    debug: options.Debug = False,  # noqa: ARG001 - read from the command line where errors are told
) -> None:
    """Show what the journal knows: what was granted, what is in doubt, what expires soon.

    It does not visit the portal. `--expiring` leaves out a grant that was granted again with a later end date.

    For example:  keten status --expiring 90d
    """
    import json

    from automation.domain import today
    from automation.inputs import settings
    from automation.journal.journal import Journal

    days = None if expiring is None else _days(expiring)
    journal = Journal.read(settings.load().journal_address)
    try:
        histories = [journal.history(book) for book in journal.books()]
    finally:
        journal.close()
    pasts = [past for history in histories for past in history.pasts if _is_shown(past)]
    questions = _questions(histories)
    if days is not None:
        pasts, questions = [past for past in pasts if _ends_within(past, days, pasts, today())], []
    if as_json:
        grants = [_as_data(past, today()) for past in pasts]
        typer.echo(json.dumps({"grants": grants, "questions": questions}, indent=2, ensure_ascii=False))
    else:
        nothing = "No grant is recorded in the journal." if days is None else f"No grant expires within {days} days."
        _show(pasts, questions, today(), nothing)


def _days(text: str) -> int:
    import re

    from automation.errors import UsageError

    match = re.fullmatch(r"([0-9]{1,5})d?", text.strip())
    if not match:
        raise UsageError(f"'{text}' is not a number of days", "Write it as 90d.")
    return int(match[1])


def _is_shown(past: Past) -> bool:
    return past.is_granted() or past.is_unsettled()


def _state(past: Past, on: date) -> str:
    """`granted`, `in-doubt`, `ended` (ran out), or `grant-again` (a person let it be granted anew)."""
    if not past.is_granted():
        return "in-doubt"
    if not past.stands():
        return "grant-again"
    return "ended" if past.until < on else "granted"


def _ends_within(past: Past, days: int, pasts: list[Past], on: date) -> bool:
    left = (past.until - on).days
    return _state(past, on) == "granted" and left <= days and not _is_renewed(past, pasts)


def _is_renewed(past: Past, pasts: list[Past]) -> bool:
    """Whether later grants for the same receiver cover all of it for longer."""
    longer = [
        other
        for other in pasts
        if other.stands()
        and (other.intent.organisation, other.intent.kvk) == (past.intent.organisation, past.intent.kvk)
        and other.until > past.until
    ]
    held = [element for other in longer for element in other.elements]
    return all(any(mine.covers(element) for mine in held) for element in past.elements)


def _as_data(past: Past, on: date) -> dict[str, Any]:
    from automation.domain import elements_as_data

    return {
        "id": past.entry,
        "ref": past.ref,
        "organisation": past.intent.organisation,
        "kvk": past.intent.kvk,
        "name": past.shown.name,
        "scope": elements_as_data(past.elements),
        "state": _state(past, on),
        "run_id": past.run_id,
        "at": past.at.isoformat(timespec="seconds"),
        "reference": past.reference,
        "valid_from": past.shown.valid_from and past.shown.valid_from.isoformat(),
        "valid_until": past.until.isoformat(),
        "costs": past.costs and past.costs.as_data(),
        "error": past.error,
    }


def _questions(histories: list[History]) -> list[dict[str, Any]]:
    """What only a person can say, and was not said yet."""
    return [
        {
            "ref": question.ref,
            "kvk": question.kvk,
            "matter": question.matter,
            "elements": sorted(map(str, question.elements)),
        }
        for history in histories
        for question in history.questions
        if question.ruling is None
    ]


def _show(pasts: list[Past], questions: list[dict[str, Any]], on: date, nothing: str) -> None:
    import sys
    from datetime import UTC

    from rich.console import Console
    from rich.table import Table

    from automation.cli.console.text import Text
    from automation.law.rulings import waits

    console = Console(highlight=False, width=None if sys.stdout.isatty() else 160)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("ref", "id", "receiver", "scope", "state", "when", "reference", "until", "costs"):
        table.add_column(heading, overflow="fold")
    colours = {"granted": "green", "in-doubt": "red"}
    for past in pasts:
        state = _state(past, on)
        when = f"{past.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        table.add_row(
            Text(past.ref),
            Text(past.entry),
            Text("\n".join(filter(None, [past.shown.name, past.intent.kvk]))),
            Text("\n".join(map(str, sorted(past.elements)))),
            Text(state, style=colours.get(state, "dim")),
            Text(when),
            Text(past.reference or ""),
            Text(str(past.until)),
            Text(str(past.costs or "not shown")),
        )
    console.print(table if pasts else nothing)
    for past in filter(waits, pasts):
        console.print(Text(f"{past.ref} {_what_to_do(past)}", style="red"))
    for question in questions:
        what = f"{question['kvk']}, {', '.join(question['elements'])}"
        asked = {
            "narrower": "is it one wider grant, or are they separate grants?",
            "taken-away": "it was revoked or ended early: may keten grant it again?",
        }
        console.print(Text(f"{question['ref']} is a question about {what}: {asked[question['matter']]}", style="red"))
        console.print(Text(f"  Look at the portal, and answer with `keten resolve {question['ref']}`."))


def _what_to_do(past: Past) -> str:
    from automation.law.history import Ruling
    from automation.proofs.results import how_to_settle

    say = f"look at the portal, and say what you find with `keten resolve {past.ref}`."
    if past.is_granted():
        return f"was recorded otherwise than the scenario says: {past.error}\n  {how_to_settle(past.ref)}"
    if past.ruling is Ruling.NOT_GRANTED:
        return "was resolved as not granted; that takes effect once the list has had time to show it."
    return f"is in doubt: the next run looks for it on the portal's list.\n  If it stays in doubt, {say}"
