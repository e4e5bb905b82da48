"""The command line: one file a command; each imports what it needs when it runs, so that `--help` is quick."""

from __future__ import annotations

import sys
import traceback

import typer

from automation.cli import apply, check, demo, mock_portal, schema

app = typer.Typer(
    name="keten",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"keten {version('keten')}")
        raise typer.Exit


@app.callback()
def _keten(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Show the version."),
) -> None:
    """Grants ketenmachtigingen (eHerkenning chain authorisations) from a YAML scenario, in a real browser.

    Start with:  keten demo
    """


app.command("demo")(demo.command)
app.command("check")(check.command)
app.command("apply")(apply.command)
app.command("mock-portal")(mock_portal.command)
app.command("schema")(schema.command)


def main() -> None:
    """Run the command line; end the process with the exit code of the contract."""
    from automation.errors import KetenError

    try:
        app()
    except KetenError as error:
        if "--debug" in sys.argv:
            traceback.print_exc()
        typer.echo(f"keten: {error}", err=True)
        raise SystemExit(error.exit_code) from None
    except Exception as error:
        if "--debug" in sys.argv:
            traceback.print_exc()
        typer.echo(f"keten: failed by itself: {type(error).__name__}: {error}\n  Run again with --debug.", err=True)
        raise SystemExit(8) from None
