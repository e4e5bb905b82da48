"""`keten journal`: starts a journal on purpose."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from automation.cli import options

app = typer.Typer(
    help="Manage the journal: the record of every grant that keten tried.", no_args_is_help=True, rich_markup_mode=None
)


@app.callback()
def _journal() -> None:
    """Manage the journal: the record of every grant that keten tried."""


@app.command("init")
@options.with_debug
def init(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The scenario.", show_default=False)],
) -> None:
    """Create a journal, and write its name into a scenario.

    An existing journal (KETEN_DATABASE_URL) is kept; only its name is written. From then on `keten apply` accepts no
    other journal for this scenario: another one would not know of grants that are in doubt.

    For example:  keten journal init scenario.yaml
    """
    from automation.errors import UsageError
    from automation.inputs import settings
    from automation.inputs.scenario import load
    from automation.inputs.scenario.journal_name import name_journal
    from automation.journal.journal import Journal

    address, named = settings.load().journal_address, load(file).organisation.journal
    # Where the scenario names one, it must be there: a new one would only look like it.
    journal = Journal.read(address) if named else Journal.open(address)
    journal.close()
    if named is None:
        name_journal(file, journal.name)
        typer.echo(f"{file} now names the journal {journal.name} ({journal.where}).")
    elif named == journal.name:
        typer.echo(f"{file} already names the journal {named} ({journal.where}).")
    else:
        raise UsageError(
            f"{file} names the journal {named}, but the journal {journal.where} is {journal.name}",
            f"Set KETEN_DATABASE_URL to the address of {named}. Another journal does not know which grants of {named} "
            f"are in doubt, and could record one twice. Only if {named} is lost: check on the portal that every grant "
            "that you tried is on its list, remove the name from the scenario, and run this command again.",
        )
