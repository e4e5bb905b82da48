"""The commands, each from a file of its own."""

from __future__ import annotations

import typer
from typer.core import TyperArgument

from automation.cli.commands import (
    apply,
    check,
    demo,
    doctor,
    journal,
    login,
    logout,
    mock_portal,
    plan,
    resolve,
    schema,
    status,
)
from automation.cli.options import with_debug
from automation.cli.version import version_text

TyperArgument.display_type_rich = lambda *_, **__: ""  # type: ignore[method-assign]  # else: FILE <list[str]>

app = typer.Typer(
    name="keten",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(asked: bool) -> None:
    if asked:
        typer.echo(version_text())
        raise typer.Exit


@app.callback()
def _keten(
    version: bool = typer.Option(False, "--version", callback=_show_version, is_eager=True, help="Show the version."),
) -> None:
    """Grants ketenmachtigingen (eHerkenning chain authorisations) from a YAML scenario, in a real browser.

    Start with:  keten demo
    """


app.command("demo")(with_debug(demo.command))
app.command("check")(check.command)
app.command("plan")(with_debug(plan.command))
app.command("apply")(with_debug(apply.command))
app.command("status")(with_debug(status.command))
app.command("resolve")(with_debug(resolve.command))
app.add_typer(journal.app, name="journal")
app.command("login")(with_debug(login.command))
app.command("logout")(with_debug(logout.command))
app.command("doctor")(with_debug(doctor.command))
app.command("mock-portal")(mock_portal.command)
app.command("schema")(schema.command)
