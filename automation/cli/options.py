"""The options that several commands have in common."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import Parameter, signature
from pathlib import Path
from typing import Annotated, Any

import typer

Portal = Annotated[
    str | None, typer.Option(metavar="URL|mock", help="The portal's sign-in address, or `mock` for a practice portal.")
]
Profile = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Profile of this portal: what differs from the built-in one.")
]
Account = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="Account of KETEN_ACCOUNTS__NAME__…; by default that of KETEN_USERNAME."),
]
Output = Annotated[Path, typer.Option(metavar="DIR", help="Folder in which each run gets a folder.")]
Headed = Annotated[bool, typer.Option("--headed", help="Show the browser.")]
Browser = Annotated[
    str | None, typer.Option(metavar="NAME|PATH", help="chrome, msedge, chromium, or the path of a program.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout, and nothing else.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Show only what will be recorded, questions and the result.")]
Verbose = Annotated[bool, typer.Option("--verbose", help="Show everything that goes into the log.")]
_Debug = Annotated[bool, typer.Option("--debug", help="Show tracebacks of errors.")]


def with_debug(command: Callable[..., None]) -> Callable[..., None]:
    """The command with `--debug` too, which is read from the command line where an error is shown."""

    @wraps(command)
    def run(*, debug: bool, **given: Any) -> None:  # noqa: ARG001
        command(**given)

    shown = signature(command, eval_str=True)
    debug = Parameter("debug", Parameter.KEYWORD_ONLY, default=False, annotation=_Debug)
    run.__signature__ = shown.replace(parameters=[*shown.parameters.values(), debug])  # type: ignore[attr-defined]
    return run
