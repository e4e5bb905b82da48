"""`keten status`: what the journal knows, offline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from automation.cli import options

if TYPE_CHECKING:
    from datetime import date

    from automation.law.history import Attempt, History
    from automation.proofs.status_document import GrantDocument, QuestionDocument, State


def command(
    expiring: Annotated[
        str | None,
        typer.Option(metavar="90d", help="Show only grants that expire within this many days.", show_default=False),
    ] = None,
    as_json: options.AsJson = False,
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
    attempts = [attempt for history in histories for attempt in history.attempts if _is_shown(attempt)]
    questions = _questions(histories)
    if days is not None:
        attempts, questions = [attempt for attempt in attempts if _ends_within(attempt, days, attempts, today())], []
    if as_json:
        grants = [_as_data(attempt, today()) for attempt in attempts]
        typer.echo(json.dumps({"grants": grants, "questions": questions}, indent=2, ensure_ascii=False))
    else:
        nothing = "No grant is recorded in the journal." if days is None else f"No grant expires within {days} days."
        _show(attempts, questions, today(), nothing)


def _days(text: str) -> int:
    import re

    from automation.errors import UsageError

    match = re.fullmatch(r"([0-9]{1,5})d?", text.strip())
    if not match:
        raise UsageError(f"'{text}' is not a number of days", "Write it as 90d.")
    return int(match[1])


def _is_shown(attempt: Attempt) -> bool:
    return attempt.is_granted() or attempt.is_unsettled()


def _state(attempt: Attempt, on: date) -> State:
    """`granted`, `in-doubt`, `ended` (ran out), or `grant-again` (a person allowed it to be granted again)."""
    if not attempt.is_granted():
        return "in-doubt"
    if not attempt.stands():
        return "grant-again"
    return "ended" if attempt.until < on else "granted"


def _ends_within(attempt: Attempt, days: int, attempts: list[Attempt], on: date) -> bool:
    left = (attempt.until - on).days
    return _state(attempt, on) == "granted" and left <= days and not _is_renewed(attempt, attempts)


def _is_renewed(attempt: Attempt, attempts: list[Attempt]) -> bool:
    """Whether later grants for the same receiver cover all of it for longer."""
    longer = [
        other
        for other in attempts
        if other.stands()
        and (other.intent.organisation, other.intent.kvk) == (attempt.intent.organisation, attempt.intent.kvk)
        and other.until > attempt.until
    ]
    held = [element for other in longer for element in other.elements]
    return all(any(mine.covers(element) for mine in held) for element in attempt.elements)


def _as_data(attempt: Attempt, on: date) -> GrantDocument:
    from automation.domain import elements_as_data

    return {
        "id": attempt.entry,
        "ref": attempt.ref,
        "organisation": attempt.intent.organisation,
        "kvk": attempt.intent.kvk,
        "name": attempt.shown.name,
        "scope": elements_as_data(attempt.elements),
        "state": _state(attempt, on),
        "run_id": attempt.run_id,
        "at": attempt.at.isoformat(timespec="seconds"),
        "reference": attempt.reference,
        "valid_from": attempt.shown.valid_from.isoformat() if attempt.shown.valid_from else None,
        "valid_until": attempt.until.isoformat(),
        "costs": attempt.costs.as_data() if attempt.costs else None,
        "error": attempt.error,
    }


def _questions(histories: list[History]) -> list[QuestionDocument]:
    """What only a person can say, and was not said yet."""
    return [
        {
            "ref": question.ref,
            "kvk": question.kvk,
            "matter": question.kind,
            "elements": sorted(map(str, question.elements)),
        }
        for history in histories
        for question in history.questions
        if question.ruling is None
    ]


def _show(attempts: list[Attempt], questions: list[QuestionDocument], on: date, nothing: str) -> None:
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
    for attempt in attempts:
        state = _state(attempt, on)
        when = f"{attempt.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        table.add_row(
            Text(attempt.ref),
            Text(attempt.entry),
            Text("\n".join(filter(None, [attempt.shown.name, attempt.intent.kvk]))),
            Text("\n".join(map(str, sorted(attempt.elements)))),
            Text(state, style=colours.get(state, "dim")),
            Text(when),
            Text(attempt.reference or ""),
            Text(str(attempt.until)),
            Text(str(attempt.costs or "not shown")),
        )
    console.print(table if attempts else nothing)
    for attempt in filter(waits, attempts):
        console.print(Text(f"{attempt.ref} {_what_to_do(attempt)}", style="red"))
    for question in questions:
        what = f"{question['kvk']}, {', '.join(question['elements'])}"
        asked = {
            "narrower": "is it one wider grant, or are they separate grants?",
            "taken-away": "it was revoked or ended early: may keten grant it again?",
        }
        console.print(Text(f"{question['ref']} is a question about {what}: {asked[question['matter']]}", style="red"))
        console.print(Text(f"  Look at the portal, and answer with `keten resolve {question['ref']}`."))


def _what_to_do(attempt: Attempt) -> str:
    from automation.law.history import Ruling
    from automation.proofs.results import how_to_settle

    say = f"look at the portal, and say what you find with `keten resolve {attempt.ref}`."
    if attempt.is_granted():
        return f"was recorded otherwise than the scenario says: {attempt.error}\n  {how_to_settle(attempt.ref)}"
    if attempt.ruling is Ruling.NOT_GRANTED:
        return "was resolved as not granted; that takes effect once the list has had time to show it."
    return f"is in doubt: the next run looks for it on the portal's list.\n  If it stays in doubt, {say}"
