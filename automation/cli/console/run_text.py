"""What a person reads of a run: the plan, what goes on, what became of it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from rich.console import Console
from rich.status import Status
from rich.table import Table

from automation.cli.console.streams import NotTold
from automation.cli.console.terminal import Terminal
from automation.cli.console.text import Text
from automation.domain import Grant, Until, today
from automation.law.plan import Plan
from automation.machine.masking import SECRETS
from automation.proofs.results import EarlierGrant, EntryOutcome
from automation.run.record import RunRecord

_COLOURS = {"granted": "green", "kept": "cyan", "skipped": "dim", "grant": "green", "renew": "green", "keep": "cyan"}
_DETAILS = ("receiver", "scope", "why")
_WIDE = 120  # characters a line


@contextmanager
def told_or_kept(run: RunRecord) -> Iterator[None]:
    """Tell the result of a run; NotTold, with the file that holds it, where standard output does not take it."""
    try:
        yield
        sys.stdout.flush()
    except NotTold as error:
        raise error.of_run(run.evidence.folder / "run.json", run.exit_code) from None


class StderrConsole:
    """Tells a person on stderr what goes on, with colours and a spinner on a terminal only.

    `quiet` silences what goes on, never a plan that records something nor a question: nobody approves unseen (law 1).
    """

    def __init__(self, *, quiet: bool) -> None:
        width = None if sys.stderr.isatty() else 140
        self.console = Console(stderr=True, quiet=quiet, highlight=False, width=width)
        self._always = Console(stderr=True, highlight=False, width=width)
        self._status: Status | None = None

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """While this lasts, a spinner says what is going on just now."""
        self._status = self.console.status("starting")
        self._status.start()
        try:
            yield
        finally:
            self._status.stop()
            self._status = None

    def say(self, line: str) -> None:
        """A line that stays; without secrets before it is folded, which would tear them apart."""
        self.console.print(Text(SECRETS.text(line)))

    def progress(self, what: str) -> None:
        """What is going on just now; only a terminal shows it."""
        if self._status is not None:
            self._status.update(Text(what))

    def show(self, plan: Plan) -> None:
        """The plan, its summary as the very last line; also when quiet, unless it records nothing."""
        console = self._always if plan.records else self.console
        console.print(plan_table(plan, console.width))
        console.print(Text(plan.summary()))

    def ask(self, plan: Plan, unshown: str, check: Callable[[], None]) -> bool:
        """Whether a person agrees to the plan; silence, or a terminal that is closed, is no. `check` may stop it.

        `unshown` is the organisation where the portal does not show it, and so nobody else can tell (law 2.3).
        """
        if unshown:
            self._always.print(
                Text(f"The portal does not show which organisation you act for: check that it is {unshown}.")
            )
        grants = f"{plan.records} grant{'s' if plan.records != 1 else ''}"
        question = f"Record {grants}, {plan.costs}? [y/N] "
        try:
            answer = Terminal(self.paused).ask(question, hidden=False, check=check)
        except TimeoutError:
            return False
        return answer.strip().casefold() in {"y", "yes", "j", "ja"}

    @contextmanager
    def paused(self) -> Iterator[None]:
        """While this lasts, nothing is drawn over a question."""
        if self._status is not None:
            self._status.stop()
        try:
            yield
        finally:
            if self._status is not None:
                self._status.start()


def plan_table(plan: Plan, width: int) -> Table:
    """An entry a row; receiver, scope and reason below each other where side by side they would break words."""
    wide = width >= _WIDE
    reasons = {action.reason for action in plan.actions}
    for_all = plan.actions[0].reason if len(reasons) == 1 < len(plan.actions) else None
    table = Table(box=None, pad_edge=False, header_style="bold")
    if for_all is not None:
        table.caption, table.caption_style, table.caption_justify = Text(f"Why, for all entries: {for_all}"), "", "left"
    told = _DETAILS if for_all is None else _DETAILS[:-1]
    for heading in ("id", "action", "term", "at most", *(told if wide else [", ".join(told)])):
        justify: Literal["left", "right"] = "right" if heading == "at most" else "left"
        table.add_column(heading, justify=justify, overflow="fold", no_wrap=heading in ("action", "term", "at most"))
    for action in plan.actions:
        grant = action.grant
        details = [
            Text(f"{grant.intermediary.name}\n{grant.intermediary.kvk}"),
            Text("\n".join((action.scope if action.records else grant.scope).names())),
            *([Text(action.reason)] if for_all is None else []),
        ]
        table.add_row(
            Text(grant.id),
            Text(f"{action.verb}{_expired(action.verb, grant)}", style=_COLOURS.get(action.verb, "red")),
            Text(str(grant.term)),
            Text(str(grant.at_most or "not shown") if action.records else ""),
            *(details if wide else [Text("\n").join(details)]),
        )
    return table


def tell_plan(run: RunRecord, plan: Plan, *, show_all: bool) -> None:
    """The plan on stdout: entry by entry, what is listed besides, and the summary as the very last line."""
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 140)
    console.print(plan_table(plan, console.width))
    besides = run.plan_document()["unlisted"]
    if besides:
        told = f"{len(besides)} on the portal's list that the scenario does not have"
        console.print(Text(told + (":" if show_all else " (--all shows them)")))
    for row in besides if show_all else ():
        held = {kind: one if isinstance(one, str) else ", ".join(one) for kind, one in row["scope"].items()}
        scope = ", ".join(f"{kind}: {one}" for kind, one in held.items()) or "scope unknown"
        console.print(
            Text(f"  {row['kvk'] or '?'}  {row['name']}  {scope}  until {row['valid_until']}  {row['status']}")
        )
    console.print(Text(plan.summary()))


def tell_errors(run: RunRecord) -> None:
    """What stopped the run, on stderr."""
    errors = Console(stderr=True, highlight=False, soft_wrap=True)
    for lost in run.not_kept:
        errors.print(Text(f"keten: not saved: {lost}", style="red"))
    for error in run.errors:
        errors.print(Text(f"keten: {error}", style="red"))


def tell_folder(run: RunRecord) -> None:
    """Where a run that ended early left what it saw, on stderr."""
    errors = Console(stderr=True, highlight=False, soft_wrap=True)
    errors.print(Text(f"What was seen is in {_near(run.evidence.folder)}"))


def tell_failures(run: RunRecord) -> None:
    """The entries that went wrong, and what stopped the run, on stderr: for a person beside the one document."""
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    for outcome in run.outcomes.values():
        if outcome.exit_code:
            console.print(_told(outcome, also_why=outcome.error not in _errors_of(run)))
    tell_errors(run)


def tell_outcome(run: RunRecord) -> None:
    """What became of every entry, and where the proofs are, on stdout; what stopped the run, on stderr."""
    console = Console(highlight=False, soft_wrap=True)
    for earlier in run.earlier.values():
        console.print(_told_of_earlier(earlier))
        _show_files(console, run, earlier)
    for outcome in run.outcomes.values():
        console.print(_told(outcome, also_why=outcome.error not in _errors_of(run)))
        _show_files(console, run, outcome)
    counts = {
        status: sum(o.status == status for o in run.outcomes.values())
        for status in (o.status for o in run.outcomes.values())
    }
    told = ", ".join(f"{count} {status}" for status, count in counts.items())
    console.print(Text(f"{told}. Everything is in {_near(run.evidence.folder)}", style="bold"))
    if run.declined:
        console.print("Nothing was recorded: the plan was not approved.")
    tell_errors(run)


def _errors_of(run: RunRecord) -> set[str]:
    """What `tell_errors` tells in full, so that no entry needs to."""
    return {error.in_a_line for error in run.errors}


def _show_files(console: Console, run: RunRecord, of: EntryOutcome | EarlierGrant) -> None:
    """Where the proofs and the letter of a grant are, and which could not be kept."""
    for path in [*of.evidence, *of.notice]:
        console.print(Text(f"    {_near(run.evidence.folder / path)}", style="dim"))
    for lost in of.not_kept:
        console.print(Text(f"    not saved: {lost}", style="red"))


def _told_of_earlier(earlier: EarlierGrant) -> Text:
    told = Text(earlier.state, style="red" if earlier.exit_code else _COLOURS.get(earlier.state, "red"))
    told.append(f"  {earlier.entry}", style="bold")
    facts = [f"{earlier.name} ({earlier.kvk})".strip()]
    if earlier.state == "granted":
        facts += _facts(earlier)
    told.append(f"  {', '.join(facts)}", style="default")
    told.append(f"\n    {earlier.ref}, from an earlier run: {earlier.why}", style="default")
    if earlier.error:
        told.append(f"\n    {earlier.error}", style="red")
    return told


def _facts(of: EntryOutcome | EarlierGrant) -> list[str]:
    """What is told of a grant besides its receiver."""
    facts = [f"until {of.valid_until}", str(of.costs or "costs not shown")]
    return [*facts, f"reference {of.reference}"] if of.reference else facts


def _told(outcome: EntryOutcome, *, also_why: bool) -> Text:
    status = f"{outcome.status}{_expired(outcome.status, outcome.grant)}"
    told = Text(status, style="red" if outcome.exit_code else _COLOURS.get(outcome.status, "red"))
    told.append(f"  {outcome.grant.id}", style="bold")
    facts = [f"{outcome.receiver} ({outcome.grant.intermediary.kvk})"]
    if outcome.status in ("granted", "rehearsed"):
        facts += _facts(outcome)
    told.append("  " + ", ".join(facts), style="default")
    if outcome.error and also_why:
        told.append(f"\n    {outcome.error}", style="red")
    return told


def _expired(verb: str, grant: Grant) -> str:
    """` (expired)` for an entry that is left alone because its `until` is past: the portal may have no such grant."""
    over = isinstance(grant.term, Until) and grant.term.day < today()
    return " (expired)" if over and verb in ("keep", "kept") else ""


def _near(path: Path) -> str:
    """Relative to where one is, if it is below."""
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)
