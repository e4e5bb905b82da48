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
from automation.addresses import checked_address, is_loopback
from automation.cli.telling import Teller
from automation.cli.terminal import Terminal
from automation.errors import KetenError, UsageError
from automation.planning import Plan
from automation.running import Reporter, Run, Task
from automation.scenario import Limits, Scenario
from automation.settings import Settings
from pages import profile as profiles
from pages.profile import Profile


@dataclass(frozen=True)
class Asked:
    """What the command line asked for."""

    file: Path
    task: Task
    portal: str | None
    profile: Path | None
    output: Path
    yes: bool = False
    headed: bool = False
    browser: str | None = None
    as_json: bool = False
    quiet: bool = False
    verbose: bool = False


def run_scenario(asked: Asked) -> Run:
    """Do the run, and tell a person of it; KetenError when it could not begin, told as JSON too where that is asked."""
    logger.remove()
    if asked.verbose:
        logger.add(sys.stderr, level="DEBUG", format="{time:HH:mm:ss} {extra} {message}")
    try:
        with _settings(asked) as settings:
            run = _begin(asked, settings)
            _execute(asked, run)
    except KetenError as error:
        if asked.as_json:
            print_json(
                {"run_id": None, "outcomes": [], "actions": [], "errors": [_data(error)], "exit_code": error.exit_code}
            )
        raise
    return run


def _begin(asked: Asked, settings: Settings) -> Run:
    scenario = scenarios.load(asked.file)
    profile = profiles.load(asked.profile)
    if asked.task.command == "apply" and not asked.task.rehearse:
        _check_may_record(asked, scenario, settings, profile)
    return Run(asked.task, scenario, settings, profile, asked.output, throw_away=asked.portal == "mock")


def _check_may_record(asked: Asked, scenario: Scenario, settings: Settings, profile: Profile) -> None:
    """UsageError when a question must be answered and there is no terminal, or a brake is missing."""
    asks = not asked.yes or profile.own_organisation == "not-shown"
    if asks and not sys.stdin.isatty():
        why = "" if not asked.yes else " even with --yes, as the portal does not show for whom one acts"
        raise UsageError(
            f"a question must be answered before anything is recorded{why}", "Without a terminal, give --yes."
        )
    off_loopback = settings.portal_url is not None and not is_loopback(checked_address(settings.portal_url))
    if asked.yes and off_loopback and scenario.limits == Limits():
        raise UsageError(
            f"--yes needs `limits` in {scenario.path}: nobody looks at the plan",
            "Say what one run may do at most, as in `limits: {grants: 10, costs: EUR 400.00}`.",
        )


def _execute(asked: Asked, run: Run) -> None:
    teller = Teller(quiet=asked.quiet)
    for remark in run.scenario.remarks:
        teller.say(f"{asked.file}: {remark}")

    def approve(plan: Plan) -> bool:
        records = plan.count("grant") + plan.count("renew")
        if asked.task.command == "plan":
            return True  # it is told when all is known
        teller.show(plan)
        if not records or asked.task.rehearse:
            return True
        return (asked.yes and run.profile.own_organisation == "shown") or teller.ask(plan)

    with teller.at_work():
        run.execute(Reporter(teller.say, teller.progress, approve, Terminal(teller.paused)))


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


def print_json(document: dict[str, Any]) -> None:
    """The one document on stdout."""
    typer.echo(json.dumps(document, indent=2, ensure_ascii=False))
