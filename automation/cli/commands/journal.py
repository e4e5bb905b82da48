"""`keten journal`: starts a journal on purpose."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from automation.cli import options

app = typer.Typer(help="The record of what was tried and what is sure.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def _journal() -> None:
    """The record of what was tried and what is sure."""


@app.command("init")
def init(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The scenario.", show_default=False)],
    debug: options.Debug = False,  # noqa: ARG001 - read from the command line where errors are told
) -> None:
    """Start a journal, and write its name into a scenario.

    A journal that is there already (KETEN_DATABASE_URL) is kept, and only named. From then on `keten apply` works
    with no other one: another would not know of a click that is unsure.

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
        typer.echo(f"{file} now names the journal {journal.name}, which is {journal.where}")
    elif named == journal.name:
        typer.echo(f"{file} names the journal {named} already, which is {journal.where}")
    else:
        raise UsageError(
            f"{file} names the journal {named}, and {journal.where} is {journal.name}",
            f"A second journal would not know of a click that {named} holds as unsure, and that grant could be "
            f"recorded twice. Set KETEN_DATABASE_URL to where {named} is. Only if it is lost: remove its name from "
            "the scenario, look at the portal whether all that was tried is on its list, and run this again.",
        )
