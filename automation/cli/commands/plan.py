"""`keten plan`: shows what `apply` would do, and what it can cost at most."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from automation.cli import options

if TYPE_CHECKING:
    from automation.run.record import RunRecord

_CHANGES_PENDING = 3


def command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The scenario.", show_default=False)],
    out: Annotated[Path | None, typer.Option(metavar="PLAN", help="Save the plan for `apply --plan`.")] = None,
    show_all: Annotated[
        bool, typer.Option("--all", help="Also show what the portal lists and the scenario does not have.")
    ] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the plan as a Markdown table.")] = False,
    detailed_exit_code: Annotated[
        bool, typer.Option("--detailed-exit-code", help="Exit with code 3 if there is something to record.")
    ] = False,
    accept_list: Annotated[
        bool, typer.Option("--accept-list", help="Accept a list that is much shorter than before.")
    ] = False,
    portal: options.Portal = None,
    profile: options.Profile = None,
    output: options.Output = Path("runs"),
    headed: options.Headed = False,
    browser: options.Browser = None,
    as_json: options.AsJson = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """Show what `apply` would record, and the highest costs.

    It signs in and reads the list of granted authorisations; it records nothing.

    For example:  keten plan scenarios/demo.yaml --portal mock
    """
    from automation.cli.scenario_command import RunOptions, run_scenario
    from automation.proofs import plan_document
    from automation.run.record import Task

    record = run_scenario(RunOptions(
        file=file, task=Task("plan", accept_list=accept_list), portal=portal, profile=profile, output=output,
        headed=headed, browser=browser, as_json=as_json, quiet=quiet, verbose=verbose,
    )).record  # fmt: skip
    exit_code = record.exit_code
    if detailed_exit_code and not exit_code and record.plan and record.plan.records:
        exit_code = _CHANGES_PENDING
    if out is not None and record.plan is not None:
        plan_document.save(out, record.plan_document())
    _tell(record, exit_code, as_json=as_json, markdown=markdown, show_all=show_all)
    raise typer.Exit(exit_code)


def _tell(record: RunRecord, exit_code: int, *, as_json: bool, markdown: bool, show_all: bool) -> None:
    from automation.cli.console.run_text import tell_errors, tell_folder, tell_plan, told_or_kept
    from automation.cli.console.text import visible
    from automation.cli.scenario_command import print_json
    from automation.proofs import plan_document

    tell_errors(record)
    if record.plan is None:
        tell_folder(record)
    with told_or_kept(record):
        if as_json:
            print_json(record.plan_document() | {"exit_code": exit_code})
        elif record.plan is not None and markdown:
            typer.echo(visible(plan_document.as_markdown(record.plan)))
        elif record.plan is not None:
            tell_plan(record, record.plan, show_all=show_all)
