"""`keten demo`: a complete example, against a practice portal."""

from __future__ import annotations

from pathlib import Path

import typer

from automation.cli import options


def command(
    output: options.Output = Path("runs"),
    headed: options.Headed = False,
    browser: options.Browser = None,
    as_json: options.AsJson = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """Run a complete example against a practice portal.

    It records three ketenmachtigingen, one of each kind, and shows where the evidence is.

    For example:  keten demo --headed
    """
    from automation.cli.scenario_command import RunOptions, run_scenario, tell_run
    from automation.inputs.scenario import example
    from automation.run.record import Task

    demo = example("demo.yaml")
    run = run_scenario(
        RunOptions(
            file=demo,
            task=Task(),
            portal="mock",
            profile=None,
            output=output,
            yes=True,
            headed=headed,
            browser=browser,
            as_json=as_json,
            quiet=quiet,
            verbose=verbose,
        )
    )
    tell_run(run, as_json=as_json)
    raise typer.Exit(run.record.exit_code)
