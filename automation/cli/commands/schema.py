"""`keten schema`: prints the JSON Schema of a scenario or a profile, for editors, or of `run.json`, for programs."""

from __future__ import annotations

from typing import Annotated

import typer


def command(
    profile: Annotated[bool, typer.Option("--profile", help="Print the schema of a profile.")] = False,
    run: Annotated[bool, typer.Option("--run", help="Print the schema of run.json.")] = False,
) -> None:
    """Print the JSON Schema of a scenario, of a profile, or of a run's result.

    An editor uses it to complete and check a file; a program, to read one.

    For example:  keten schema > scenario.schema.json
    """
    import json

    from automation.errors import UsageError
    from automation.inputs import profile as profiles
    from automation.inputs import scenario
    from automation.proofs import documents

    if profile and run:
        raise UsageError("--profile and --run ask for two schemas", "Give one of them.")
    of = profiles if profile else documents if run else scenario
    typer.echo(json.dumps(of.json_schema(), indent=2))
