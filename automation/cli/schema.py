"""`keten schema`: prints the JSON Schema of a scenario, for editors."""

from __future__ import annotations

import typer


def command() -> None:
    """Print the JSON Schema of a scenario.

    An editor completes and checks a scenario by it.

    For example:  keten schema > scenario.schema.json
    """
    import json

    from automation.scenario import json_schema

    typer.echo(json.dumps(json_schema(), indent=2))
