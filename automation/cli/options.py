"""The options that several commands have in common."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Portal = Annotated[
    str | None, typer.Option(metavar="URL|mock", help="The portal's sign-in address, or `mock` for a practice portal.")
]
Profile = Annotated[Path | None, typer.Option(metavar="FILE", help="Where the portal's controls are, if elsewhere.")]
Account = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="That of KETEN_ACCOUNTS__NAME__…, else the unnamed one."),
]
Output = Annotated[Path, typer.Option(metavar="DIR", help="Where the folder of each run is made.")]
Headed = Annotated[bool, typer.Option("--headed", help="Show the browser.")]
Browser = Annotated[str | None, typer.Option(metavar="NAME|PATH", help="chrome, msedge, chromium, or a program.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout, and nothing else there.")]
Quiet = Annotated[
    bool, typer.Option("--quiet", help="Say only what is to be recorded, every question, and what became of it.")
]
Verbose = Annotated[bool, typer.Option("--verbose", help="Say everything that is noted in the log.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show tracebacks.")]
