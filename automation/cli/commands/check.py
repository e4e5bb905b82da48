"""`keten check`: says whether scenarios are valid, offline."""

from __future__ import annotations

from typing import Annotated

import typer


def command(
    files: Annotated[list[str], typer.Argument(metavar="FILE", help="Scenarios to check.", show_default=False)],
    as_json: Annotated[bool, typer.Option("--json", help="Print all problems as one JSON document on stdout.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing for valid files.")] = False,
) -> None:
    """Check scenarios offline, and show every problem.

    For example:  keten check scenarios/demo.yaml
    """
    import json
    from dataclasses import asdict, replace
    from pathlib import Path

    from automation.errors import Problem, ScenarioError, UsageError
    from automation.inputs.scenario import load

    problems: list[Problem] = []
    warnings: list[Problem] = []
    for file in files:
        try:
            scenario = load(Path(file))
        except ScenarioError as error:
            problems += (replace(problem, file=file) for problem in error.problems)
            warnings += (replace(warning, file=file) for warning in error.warnings)
        except UsageError as error:
            problems.append(Problem(file, 1, 1, error.message, error.hint))
        else:
            warnings += (replace(warning, file=file) for warning in scenario.warnings)
            if not (as_json or quiet):
                typer.echo(f"{file}: {scenario.summary()}")
                for remark in scenario.remarks:
                    typer.echo(f"{file}: {remark}", err=True)
    for problem in problems:
        typer.echo(problem, err=True)
    for warning in () if quiet else warnings:
        typer.echo(warning.as_warning(), err=True)
    if as_json:
        found = {"problems": problems} | ({"warnings": warnings} if warnings else {})
        typer.echo(json.dumps({kind: [asdict(one) for one in held] for kind, held in found.items()}, indent=2))
    if problems:
        raise typer.Exit(2)
