"""`keten resolve`: a person settles what the program must not guess."""

from __future__ import annotations

from typing import Annotated

import typer


def command(
    ref: Annotated[
        str,
        typer.Argument(metavar="REF", help="Reference, such as G-7F3A21, or the id of an entry.", show_default=False),
    ],
    reason: Annotated[
        str,
        typer.Option("--reason", metavar="TEXT", help="How you know this; stored in the journal.", show_default=False),
    ],
    granted: Annotated[bool, typer.Option("--granted", help="It was granted.")] = False,
    not_granted: Annotated[bool, typer.Option("--not-granted", help="It was not granted.")] = False,
    grant_again: Annotated[bool, typer.Option("--grant-again", help="keten may grant it again.")] = False,
) -> None:
    """Settle a grant that is in doubt, or allow keten to grant it again.

    Look at the portal's own list first. Your answer is stored, with the reason and your user name.

    For example:  keten resolve G-7F3A21 --granted --reason "it is on the portal's list"
    """
    from automation.errors import UsageError
    from automation.inputs import settings
    from automation.journal.journal import Journal
    from automation.law import rulings
    from automation.law.history import Ruling

    said = [ruling for ruling, chosen in zip(Ruling, (granted, not_granted, grant_again), strict=True) if chosen]
    if len(said) != 1:
        raise UsageError("one answer is needed", "Give one of --granted, --not-granted and --grant-again.")
    if not reason.strip():
        raise UsageError("the reason is empty", 'Say how you know this: --reason "…".')
    [ruling] = said
    journal = Journal.read(settings.load().journal_address)
    try:
        about = rulings.find(ref, map(journal.history, journal.books()))
        rulings.check(about, ruling)
        journal.append(str(about.ref), "", "ruled", leases=(), ruling=ruling, reason=reason.strip(), by=_user())
    finally:
        journal.close()
    typer.echo(f"{about.ref}: {ruling}. That means: {rulings.meaning(about, ruling)}.")


def _user() -> str:
    import getpass
    import os

    try:
        return getpass.getuser()
    except (ImportError, KeyError, OSError):  # a container's user often has no name
        return f"uid {os.getuid()}"
