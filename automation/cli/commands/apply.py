"""`keten apply`: records the grants of a scenario that the portal does not have yet."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from automation.cli import options


def command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The scenario.", show_default=False)],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for approval; needed without a terminal.")] = False,
    plan: Annotated[
        Path | None, typer.Option(metavar="PLAN", help="Record this saved plan, or what is left of it.")
    ] = None,
    rehearse: Annotated[bool, typer.Option("--rehearse", help="Do everything except the click that records.")] = False,
    portal: options.Portal = None,
    profile: options.Profile = None,
    output: options.Output = Path("runs"),
    headed: options.Headed = False,
    browser: options.Browser = None,
    as_json: options.AsJson = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """Record the grants of a scenario that the portal does not have yet.

    It shows the plan and the highest costs, asks for approval, and records each grant, with pictures and notices.

    For example:  keten apply scenarios/demo.yaml --portal mock
    """
    from automation.cli.scenario_command import RunOptions, run_scenario, tell_run
    from automation.run.record import Task

    task = Task("apply", approved=plan, rehearse=rehearse)
    run = run_scenario(
        RunOptions(
            file=file,
            task=task,
            portal=portal,
            profile=profile,
            output=output,
            yes=yes,
            headed=headed,
            browser=browser,
            as_json=as_json,
            quiet=quiet,
            verbose=verbose,
        )
    )
    tell_run(run, as_json=as_json)
    raise typer.Exit(run.record.exit_code)
