"""`keten doctor`: are this machine and this portal ready for a run?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from automation.cli import options


def command(
    portal: options.Portal = None,
    kvk: Annotated[str | None, typer.Option(metavar="NUMBER", help="A receiver to look up, by KvK number.")] = None,
    provider: Annotated[str | None, typer.Option(metavar="NAME", help="A provider to link, as UWV.")] = None,
    service: Annotated[
        str | None, typer.Option(metavar="PROVIDER: SERVICE", help='A service to link, as "UWV: Verzuimmelder".')
    ] = None,
    organisation: Annotated[
        str | None, typer.Option(metavar="NUMBER", help="The organisation to act for, by KvK number.")
    ] = None,
    write: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write what is certain into this profile; comments stay."),
    ] = None,
    mask: Annotated[bool, typer.Option("--mask", help="Mask personal data in what is kept for a helpdesk.")] = False,
    account: options.Account = None,
    profile: options.Profile = None,
    output: options.Output = Path("runs"),
    headed: options.Headed = False,
    browser: options.Browser = None,
    as_json: options.AsJson = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """Check machine, browser and settings; with --portal also every control of the profile.

    It stops before the recording click.

    For example:  keten doctor --portal mock
    """
    from automation.cli.console.doctor_text import tell
    from automation.cli.doctor_command import DoctorOptions, examine
    from automation.cli.scenario_command import print_json

    report = examine(DoctorOptions(
        account=account, portal=portal, kvk=kvk, provider=provider, service=service, organisation=organisation,
        write=write, mask=mask, profile=profile, output=output, headed=headed, browser=browser, as_json=as_json,
        quiet=quiet, verbose=verbose,
    ))  # fmt: skip
    if not (as_json and quiet and not report.exit_code):
        tell(report, fragment=not as_json)
    if as_json:
        print_json(report.document())
    raise typer.Exit(report.exit_code)
