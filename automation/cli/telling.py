"""What a person reads of a run: the plan, what goes on, what became of it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from rich.console import Console
from rich.status import Status
from rich.table import Table

from automation.cli.terminal import Terminal
from automation.cli.text import Text
from automation.masking import SECRETS
from automation.planning import Plan
from automation.results import EntryOutcome
from automation.running import Run

_COLOURS = {"granted": "green", "kept": "cyan", "skipped": "dim", "grant": "green", "renew": "green", "keep": "cyan"}
_DETAILS = ("receiver", "scope", "why")
_WIDE = 120  # characters a line


@contextmanager
def heard_or_not() -> Iterator[None]:
    """Tell somebody who may be gone: that a terminal was closed changes nothing of what was done."""
    try:
        yield
        sys.stdout.flush()
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for stream in (sys.stdout, sys.stderr):  # else Python fails once more at its end, and that is its exit code
            os.dup2(nowhere, stream.fileno())


class Teller:
    """Tells a person on stderr what goes on, with colours and a spinner on a terminal only; silent when quiet."""

    def __init__(self, *, quiet: bool) -> None:
        self.console = Console(stderr=True, quiet=quiet, highlight=False, width=None if sys.stderr.isatty() else 140)
        self._status: Status | None = None

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """While this lasts, a spinner says what is going on just now."""
        self._status = self.console.status("starting")
        self._status.start()
        try:
            yield
        finally:
            with heard_or_not():
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
        """The plan, its summary as the very last line."""
        self.console.print(plan_table(plan, self.console.width))
        self.say(plan.summary())

    def ask(self, plan: Plan, unshown: str, check: Callable[[], None]) -> bool:
        """Whether a person agrees to the plan; silence, or a terminal that is closed, is no. `check` may stop it.

        `unshown` is the organisation where the portal does not show it, and so nobody else can tell (law 2.3).
        """
        count = plan.count("grant") + plan.count("renew")
        if unshown:
            self.say(f"The portal does not show for whom one acts: is it {unshown}? Look, before you say yes.")
        question = f"Record {count} grant{'s' if count != 1 else ''}, at most {plan.total_at_most}? [y/N] "
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
        table.caption, table.caption_style, table.caption_justify = Text(f"Why, of all: {for_all}"), "", "left"
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
            Text(action.verb, style=_COLOURS.get(action.verb, "red")),
            Text(str(grant.term)),
            Text(str(grant.at_most or "not shown") if action.records else ""),
            *(details if wide else [Text("\n").join(details)]),
        )
    return table


def tell_plan(run: Run, plan: Plan, *, show_all: bool) -> None:
    """The plan on stdout: entry by entry, what is listed besides, and the summary as the very last line."""
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 140)
    console.print(plan_table(plan, console.width))
    besides = run.plan_document()["unlisted"]
    if besides:
        console.print(
            Text(f"{len(besides)} listed and not in the scenario{':' if show_all else ' (--all shows them)'}")
        )
    for row in besides if show_all else ():
        scope = ", ".join(
            f"{kind}: {held if isinstance(held, str) else ', '.join(held)}" for kind, held in row["scope"].items()
        )
        console.print(
            Text(f"  {row['kvk'] or '?'}  {row['name']}  {scope}  until {row['valid_until']}  {row['status']}")
        )
    console.print(Text(plan.summary()))


def tell_errors(run: Run) -> None:
    """What stopped the run, on stderr; a line where an entry has told all of it."""
    errors = Console(stderr=True, highlight=False, soft_wrap=True)
    told = {outcome.error for outcome in run.outcomes}
    for error in run.errors:
        errors.print(Text(f"keten: {error.message if error.in_a_line in told else error}", style="red"))


def tell_outcome(run: Run) -> None:
    """What became of every entry, and where the proofs are, on stdout; what stopped the run, on stderr."""
    console = Console(highlight=False, soft_wrap=True)
    errors = {outcome.error for outcome in run.outcomes}
    for_all = next(iter(errors)) if len(errors) == 1 < len(run.outcomes) else None
    for outcome in run.outcomes:
        console.print(_told(outcome, also_why=for_all is None))
        for path in [*outcome.evidence, *outcome.notice]:
            console.print(Text(f"    {_near(run.evidence.folder / path)}", style="dim"))
    if for_all is not None:
        console.print(Text(f"Of all: {for_all}", style="red"))
    counts = {status: sum(o.status == status for o in run.outcomes) for status in (o.status for o in run.outcomes)}
    told = ", ".join(f"{count} {status}" for status, count in counts.items())
    console.print(Text(f"{told}. Everything is in {_near(run.evidence.folder)}", style="bold"))
    if run.declined:
        console.print("Nothing was recorded: the plan was not agreed to.")
    tell_errors(run)


def _told(outcome: EntryOutcome, *, also_why: bool) -> Text:
    told = Text(outcome.status, style=_COLOURS.get(outcome.status, "red"))
    told.append(f"  {outcome.grant.id}", style="bold")
    facts = [f"{outcome.grant.intermediary.name} ({outcome.grant.intermediary.kvk})"]
    if outcome.status in ("granted", "rehearsed"):
        facts += [f"until {outcome.valid_until}", str(outcome.costs or "costs not shown")]
        facts += [f"reference {outcome.reference}"] if outcome.reference else []
    told.append("  " + ", ".join(facts), style="default")
    if outcome.error and also_why:
        told.append(f"\n    {outcome.error}", style="red")
    return told


def _near(path: Path) -> str:
    """Relative to where one is, if it is below."""
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)
