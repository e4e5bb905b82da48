"""`keten logout`: signs out at the portal, and forgets the saved session."""

from __future__ import annotations

import typer  # noqa: F401 - the annotations are read by it

from automation.cli import options


def command(
    account: options.Account = None,
    portal: options.Portal = None,
    profile: options.Profile = None,
    headed: options.Headed = False,
    browser: options.Browser = None,
) -> None:
    """Sign out at the portal, and remove the session that `keten login` saved.

    For example:  keten logout --portal https://portal.example/beheer
    """
    from automation.cli.credentials import login_of
    from automation.session.login import forget_session

    forget_session(login_of(account, portal, profile, browser, headed=headed))
