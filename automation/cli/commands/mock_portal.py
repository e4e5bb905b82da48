"""`keten mock-portal`: serves the stand-in portal until stopped."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from automation.mock_portal.server import MockPortal

_STATE = typer.Option(None, metavar="FILE", help="Store the recorded grants in this file.")


def command(
    port: int = typer.Option(0, metavar="PORT", help="Port on 127.0.0.1; 0 chooses a free port.", min=0, max=65535),
    control: bool = typer.Option(False, "--control", help="Also serve the /__mock__ addresses that tests use."),
    state: Path | None = _STATE,
    tls: bool = typer.Option(False, "--tls", help="Serve over TLS with a temporary CA."),
    allow_used_codes: bool = typer.Option(False, "--allow-used-codes", help="Accept a one-time code more than once."),
) -> None:
    """Run the practice portal until it is stopped.

    The first line of stdout is {"url": ...}.

    For example:  keten mock-portal --port 8080 --state mock.json
    """
    import signal
    import threading

    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    portal = _started(port, control=control, state=state, tls=tls, allow_used_codes=allow_used_codes)
    try:
        _tell(portal)
        while not stopped.wait(0.5):  # a wait without an end cannot be interrupted on Windows
            pass
    finally:
        portal.stop()


def _started(port: int, *, state: Path | None, **given: bool) -> MockPortal:
    """Raises UsageError when the state file cannot be read or the port is not free."""
    from automation.errors import UsageError
    from automation.mock_portal.server import MockPortal

    try:
        portal = MockPortal(port, state=state, **given)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "it is not a state file of a mock portal"
        raise UsageError(f"the state file {state} cannot be used: {why}", "Give another file with --state.") from None
    try:
        portal.start()
    except OSError as error:
        raise UsageError(
            f"the mock portal cannot listen on 127.0.0.1:{port}: {error.strerror or error}",
            "Another program may use this port: give another --port, or 0 for a free one.",
        ) from None
    return portal


def _tell(portal: MockPortal) -> None:
    """Its address for a program, and for a person how to sign in."""
    import json

    from automation.mock_portal.data.accounts import PASSWORD, TOTP_SECRET

    ca_file = {"ca_file": str(portal.ca_file)} if portal.ca_file else {}
    typer.echo(json.dumps({"url": portal.url} | ca_file))
    typer.echo(
        f"This is a practice portal: nothing here is real. Sign in as beheerder / {PASSWORD};\n"
        f"the authenticator's secret is {TOTP_SECRET}. Other accounts, same password and secret:\n"
        "laag (level too low), twee (two organisations), sms (code by SMS), apparaat (code from a device).\n"
        "Stop with Ctrl-C.",
        err=True,
    )
