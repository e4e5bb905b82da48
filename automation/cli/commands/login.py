"""`keten login`: signs in where a person can help, and keeps the session; `--store` keeps credentials."""

from __future__ import annotations

from typing import Annotated

import typer

from automation.cli import options


def command(
    store: Annotated[
        bool,
        typer.Option("--store", help="Ask for the credentials, and store them in the system's keyring."),
    ] = False,
    account: options.Account = None,
    organisation: Annotated[
        str | None,
        typer.Option(metavar="NUMBER", help="KvK number that the session acts for, if the portal does not show it."),
    ] = None,
    portal: options.Portal = None,
    profile: options.Profile = None,
    headed: Annotated[bool, typer.Option("--headed", help="Show the browser even if KETEN_HEADLESS=true.")] = False,
    browser: options.Browser = None,
) -> None:
    """Sign in in a visible browser, and save the session for later runs.

    keten types the credentials that are set; you do the rest: a code, a card, the choice of an organisation.

    For example:  keten login --portal https://portal.example/beheer
    """
    from automation.cli.credentials import login_of, store_credentials
    from automation.session.login import save_session

    if store:
        store_credentials(account)
    else:
        save_session(login_of(account, portal, profile, browser, headed=headed, organisation=organisation))
