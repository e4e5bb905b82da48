"""`keten schema`: prints the JSON Schema of a scenario or of a profile, for editors."""

from __future__ import annotations

from typing import Annotated

import typer


def command(
    profile: Annotated[bool, typer.Option("--profile", help="Print the schema of a profile.")] = False,
) -> None:
    """Print the JSON Schema of a scenario, or of a profile.

    An editor uses it to complete and check a file.

    For example:  keten schema > scenario.schema.json
    """
    import json

    if profile:
        from automation.inputs.profile import json_schema
    else:
        from automation.inputs.scenario import json_schema

    typer.echo(json.dumps(json_schema(), indent=2))
