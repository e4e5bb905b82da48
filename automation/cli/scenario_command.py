"""Runs a scenario as a command was asked to, and tells of it; `apply` and `demo` both do this."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import typer
from loguru import logger

from automation.cli.console.run_text import StderrConsole, tell_failures, tell_outcome, told_or_kept
from automation.cli.console.terminal import Terminal
from automation.domain import Limits
from automation.domain.addresses import PortalAddress
from automation.errors import KetenError, UsageError
from automation.inputs import profile as profiles
from automation.inputs import scenario as scenarios
from automation.inputs import settings as settings_
from automation.inputs.scenario import Scenario
from automation.law.plan import Plan
from automation.run.record import Task
from automation.run.run import Reporter, Run
from pages.profile import Profile

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class RunOptions:
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


def show_log(*, verbose: bool) -> None:
    """Show the log on stderr, or nothing of it."""
    logger.remove()
    if verbose:
        logger.add(sys.stderr, level="DEBUG", format="{time:HH:mm:ss} {extra} {message}", diagnose=False)


def run_scenario(asked: RunOptions) -> Run:
    """Do the run, and tell a person of it; KetenError when it could not begin."""
    show_log(verbose=asked.verbose)
    with given_settings(asked.portal, asked.headed, asked.browser) as given:
        run = _begin(asked, given)
        _execute(asked, run)
    return run


class _Several(UsageError):
    """All that keeps a run from beginning."""

    def __init__(self, errors: list[UsageError]) -> None:
        super().__init__("\n".join(map(str, errors)))
        self._errors = errors

    @property
    def parts(self) -> Sequence[KetenError]:
        """Each of them."""
        return self._errors


class _Tries:
    """Tries one thing after another, so that what is wrong with any of them is told together."""

    def __init__(self) -> None:
        self.errors: list[UsageError] = []

    def __call__(self, get: Callable[[], T]) -> T | None:
        try:
            return get()
        except UsageError as error:
            self.errors.append(error)
            return None

    @property
    def error(self) -> UsageError:
        """What was wrong."""
        return self.errors[0] if len(self.errors) == 1 else _Several(self.errors)


def _begin(asked: RunOptions, given: dict[str, Any]) -> Run:
    tried = _Tries()
    settings = tried(lambda: settings_.load(**given))
    scenario = tried(lambda: scenarios.load(asked.file))
    profile = tried(lambda: profiles.load(asked.profile))
    if settings is not None:
        address = tried(lambda: settings.address)
        tried(lambda: scenario and settings.account(scenario.organisation.account))
        if asked.task.command == "apply" and not asked.task.rehearse:
            tried(lambda: _check_limits(asked, scenario, address))
    if asked.task.command == "apply" and not asked.task.rehearse:
        tried(lambda: _check_somebody_answers(asked, profile))
    if tried.errors or settings is None or scenario is None or profile is None:
        raise tried.error
    return Run(asked.task, scenario, settings, profile, asked.output, throw_away=asked.portal == "mock")


def _check_somebody_answers(asked: RunOptions, profile: Profile | None) -> None:
    asks = not asked.yes or (profile is not None and profile.own_organisation == "not-shown")
    if asks and not sys.stdin.isatty():
        question = "keten asks for approval before it records anything, and there is no terminal to ask in"
        if asked.yes:
            why = f"{question}; --yes is not enough, because the portal does not show which organisation you act for"
            raise UsageError(why, "Run it in a terminal.")
        raise UsageError(question, "Run it in a terminal, or give --yes.")


def _check_limits(asked: RunOptions, scenario: Scenario | None, address: PortalAddress | None) -> None:
    off_loopback = address is not None and not address.is_loopback
    if asked.yes and off_loopback and scenario is not None and scenario.limits == Limits():
        raise UsageError(
            f"--yes needs `limits` in {scenario.path}, because nobody looks at the plan",
            "Add the most that one run may record and cost, such as `limits: {grants: 10, costs: EUR 400.00}`.",
        )


def _execute(asked: RunOptions, run: Run) -> None:
    stderr = StderrConsole(quiet=asked.quiet)
    for told in run.settings.remarks:
        stderr.say(f"warning: {told}")
    for remark in run.scenario.remarks:
        stderr.say(f"{asked.file}: {remark}")
    for warning in run.scenario.warnings:
        stderr.say(warning.as_warning())

    def approve(plan: Plan) -> bool:
        if asked.task.command == "plan":
            return True  # it is told when all is known
        stderr.show(plan)
        if not plan.records or asked.task.rehearse:
            return True
        shown, own = run.profile.own_organisation == "shown", run.scenario.organisation
        unshown = "" if shown else f"{own.name} ({own.kvk})"
        return (asked.yes and shown) or stderr.ask(plan, unshown, run.check_interrupted)

    with stderr.at_work():
        run.execute(Reporter(stderr.say, stderr.progress, approve, Terminal(stderr.paused)))


@contextmanager
def given_settings(portal_named: str | None, headed: bool, browser: str | None) -> Iterator[dict[str, Any]]:
    """The settings that the command line gives; `mock` starts a portal of one's own, and stops it."""
    given: dict[str, Any] = {}
    if headed:
        given["headless"] = False
    if browser:
        given["browser"] = browser
    with ExitStack() as stack:
        if portal_named == "mock":
            from automation.mock_portal.data.accounts import PASSWORD, TOTP_SECRET
            from automation.mock_portal.server import MockPortal

            portal = stack.enter_context(MockPortal())
            given |= {
                "portal_url": portal.url,
                "proxy": None,  # it is here, and no proxy finds it
                "username": "beheerder",
                "password": PASSWORD,
                "second_factor": "totp",
                "totp_secret": TOTP_SECRET,
            }
        elif portal_named:
            given["portal_url"] = portal_named
        yield given


def tell_run(run: Run, *, as_json: bool) -> None:
    """What became of every entry, for a person or as the one document; then a person is told what went wrong."""
    if as_json:
        tell_failures(run.record)
    with told_or_kept(run.record):
        if as_json:
            print_json(run.record.document())
        else:
            tell_outcome(run.record)


def print_json(document: Mapping[str, Any]) -> None:
    """The one document on stdout."""
    typer.echo(json.dumps(document, indent=2, ensure_ascii=False))
