"""Runs a scenario as a command was asked to, and tells of it; `apply` and `demo` both do this."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer
from loguru import logger

from automation import scenario as scenarios
from automation import settings as settings_
from automation.cli.telling import Teller, tell_outcome
from automation.errors import KetenError, UsageError
from automation.planning import Plan
from automation.running import Reporter, Run, is_loopback
from automation.settings import Settings
from pages import profile as profiles


@dataclass(frozen=True)
class Asked:
    """What the command line asked for."""

    file: Path
    portal: str | None
    profile: Path | None
    output: Path
    yes: bool
    headed: bool = False
    browser: str | None = None
    as_json: bool = False
    quiet: bool = False
    verbose: bool = False


def run_scenario(asked: Asked) -> int:
    """Do the run and tell what became of it; the exit code. KetenError when it could not begin."""
    logger.remove()
    if asked.verbose:
        logger.add(sys.stderr, level="DEBUG", format="{time:HH:mm:ss} {extra} {message}")
    try:
        with _settings(asked) as settings:
            run = _begin(asked, settings)
            _execute(asked, run)
    except KetenError as error:
        if asked.as_json:
            _print({"run_id": None, "outcomes": [], "errors": [_data(error)], "exit_code": error.exit_code})
        raise
    if asked.as_json:
        _print(run.document())
    else:
        tell_outcome(run)
    return run.exit_code


def _begin(asked: Asked, settings: Settings) -> Run:
    scenario = scenarios.load(asked.file)
    profile = profiles.load(asked.profile)
    if settings.portal_url and not is_loopback(settings.portal_url):
        raise UsageError(
            f"`keten apply` does not work on {settings.portal_url} yet, only on a portal of this machine",
            "Without a journal, a click that was interrupted could be forgotten, and then made a second time.",
        )
    asks = not asked.yes or profile.own_organisation == "not-shown"
    if asks and not sys.stdin.isatty():
        why = "" if not asked.yes else " even with --yes, as the portal does not show for whom one acts"
        raise UsageError(
            f"a question must be answered before anything is recorded{why}", "Without a terminal, give --yes."
        )
    return Run(scenario, settings, profile, asked.output)


def _execute(asked: Asked, run: Run) -> None:
    teller = Teller(quiet=asked.quiet)
    for remark in run.scenario.remarks:
        teller.say(f"{asked.file}: {remark}")

    def approve(plan: Plan) -> bool:
        teller.show(plan)
        if not plan.count("grant") + plan.count("renew"):
            return True
        return (asked.yes and run.profile.own_organisation == "shown") or teller.ask(plan)

    with teller.at_work():
        run.execute(Reporter(teller.say, teller.progress, approve))


@contextmanager
def _settings(asked: Asked) -> Iterator[Settings]:
    """The settings with the command line's over them; `mock` starts a portal of one's own, and stops it."""
    given: dict[str, Any] = {}
    if asked.headed:
        given["headless"] = False
    if asked.browser:
        given["browser"] = asked.browser
    with ExitStack() as stack:
        if asked.portal == "mock":
            from automation.mock_portal.accounts import PASSWORD, TOTP_SECRET
            from automation.mock_portal.server import MockPortal

            portal = stack.enter_context(MockPortal())
            given |= {
                "portal_url": portal.url,
                "username": "beheerder",
                "password": PASSWORD,
                "second_factor": "totp",
                "totp_secret": TOTP_SECRET,
            }
        elif asked.portal:
            given["portal_url"] = asked.portal
        yield settings_.load(**given)


def _data(error: KetenError) -> dict[str, str]:
    return {"message": error.message, "hint": error.hint}


def _print(document: dict[str, Any]) -> None:
    typer.echo(json.dumps(document, indent=2, ensure_ascii=False))
