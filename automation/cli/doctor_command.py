"""Runs `keten doctor`: first the checks of the machine, then the examination of the portal."""

from __future__ import annotations

import json
from contextlib import closing, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from automation.cli.console.run_text import StderrConsole
from automation.cli.console.terminal import Terminal
from automation.cli.scenario_command import given_settings, show_log
from automation.doctor import fragment, machine
from automation.doctor.examination import Examination, Identity
from automation.doctor.helpdesk import HelpdeskFiles
from automation.doctor.report import Report
from automation.doctor.route import Route
from automation.domain import Element, KvkNumber
from automation.domain.addresses import origin_of
from automation.errors import KetenError, UsageError
from automation.inputs import profile as profiles
from automation.inputs import settings as settings_
from automation.inputs.settings import Settings
from automation.journal.journal import Journal
from automation.proofs.evidence import Evidence, new_run_id
from automation.session.refusals import RefusedSignIns
from automation.session.saved import SavedSession
from automation.session.second_factors import second_factor

_ON_THE_MOCK = ("68750110", "UWV", "UWV: Verzuimmelder")


@dataclass(frozen=True, kw_only=True)
class DoctorOptions:
    """What the command line asked for."""

    account: str | None
    portal: str | None
    kvk: str | None
    provider: str | None
    service: str | None
    organisation: str | None
    write: Path | None
    mask: bool
    profile: Path | None
    output: Path
    headed: bool
    browser: str | None
    as_json: bool
    quiet: bool
    verbose: bool

    def route(self) -> Route:
        """What the walk fills in; raises UsageError when a number or a service is invalid."""
        kvk, provider, service = self.kvk, self.provider, self.service
        if self.portal == "mock" and (kvk, provider, service) == (None, None, None):
            kvk, provider, service = _ON_THE_MOCK
        try:
            element = Element.of_service(service) if service else None
            number = KvkNumber(kvk) if kvk else None
            KvkNumber(self.organisation) if self.organisation else None
        except ValueError as error:
            raise UsageError(str(error)) from None
        return Route(number, provider, (str(element.provider), str(element.service)) if element else None)


def examine(asked: DoctorOptions) -> Report:
    """Look at machine and settings, and at the portal where one is given by the command line.

    Raises UsageError or SettingsError when an option or a setting is invalid.
    """
    show_log(verbose=asked.verbose)
    stderr = StderrConsole(quiet=asked.quiet or asked.as_json)
    route = asked.route()
    with given_settings(asked.portal, asked.headed, asked.browser) as given, stderr.at_work():
        settings = settings_.load(**given)
        stderr.progress("looking at this machine")
        checks = [
            *machine.check_machine(asked.output),
            *machine.check_browser(settings, stderr.say),
            *machine.check_settings(settings),
        ]
        if asked.portal is None or not all(check.ok for check in checks):
            return Report(checks)
        return _portal(asked, settings, route, stderr, Report(checks))


def _portal(asked: DoctorOptions, settings: Settings, route: Route, stderr: StderrConsole, report: Report) -> Report:
    profile = profiles.load(asked.profile)
    address = settings.address
    account = settings.account(asked.account)
    person, portal = Terminal(stderr.paused), origin_of(address)
    known = asked.portal != "mock" and Journal.is_there(settings.journal_address)
    with closing(Journal.open(settings.journal_address)) if known else nullcontext() as journal:
        identity = Identity(
            account,
            account.username or asked.account or "",
            second_factor(account, portal, person),
            _saved(asked, portal, account.username, stderr),
            RefusedSignIns(journal, portal, asked.account, account, person) if journal else None,
        )
        examination = Examination(
            address=address, settings=settings, identity=identity, profile=profile, route=route,
            organisation=asked.organisation, journal=journal, say=stderr.say, progress=stderr.progress,
        )  # fmt: skip
        return _examined(asked, examination, report)


def _saved(asked: DoctorOptions, portal: str, username: str | None, stderr: StderrConsole) -> SavedSession | None:
    """Return the saved session of the given organisation, or else the only one of the account."""
    if asked.organisation:
        return SavedSession.of(portal, asked.account, asked.organisation, username, stderr.say)
    kept = SavedSession.all_of(portal, asked.account, username, stderr.say)
    return kept[0] if len(kept) == 1 else None


def _examined(asked: DoctorOptions, examination: Examination, report: Report) -> Report:
    account, profile = examination.identity.account, examination.profile
    evidence = Evidence.open(asked.output, f"doctor-{new_run_id(datetime.now(UTC))}")
    examination.notes.known["username"] = account.username or ""
    files = HelpdeskFiles(evidence, masked=asked.mask, names=examination.notes.known)
    error = None
    try:
        examination.run(files)
    except KetenError as stopped:
        error = stopped
    done = Report(report.checks, examination.findings, profile, error, evidence.folder)
    evidence.write("profile-fragment.yaml", files.masked(done.fragment))
    evidence.write("doctor.json", files.masked(json.dumps(done.document(), indent=2, ensure_ascii=False)) + "\n")
    archive = files.pack()
    if asked.write and done.findings:
        fragment.write(asked.write, done.findings, profile)
    return Report(done.checks, done.findings, profile, error, evidence.folder, archive)
