"""A run: signs in once, reads the list, plans, asks, records each grant in turn, and writes down what became of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from loguru import logger

from automation import browser as browsers
from automation.domain import AMSTERDAM, today
from automation.errors import (
    BrowserError,
    GrantError,
    InDoubt,
    Interrupted,
    KetenError,
    SettingsError,
    StorageError,
    UsageError,
    worst,
)
from automation.evidence import Evidence, new_run_id
from automation.granting import Granting, Recorded
from automation.holding import Hold
from automation.interruption import Interruption
from automation.notices import Facts, compose
from automation.one_time_codes import Totp
from automation.outcome import fits, surplus
from automation.planning import Action, Plan, check_limits, plan
from automation.results import EntryOutcome
from automation.scenario import Scenario
from automation.session import Session
from automation.settings import Settings
from automation.wire import Wire
from pages.profile import Profile

if TYPE_CHECKING:
    from loguru import Message
    from playwright.sync_api import Browser


@dataclass(frozen=True)
class Reporter:
    """How a run speaks to who is watching: `say` for a line that stays, `progress` for what is going on just now."""

    say: Callable[[str], None]
    progress: Callable[[str], None]
    approve: Callable[[Plan], bool]


class Run:
    """One run of a scenario against a portal; `execute` does it, `document` tells what became of it."""

    def __init__(self, scenario: Scenario, settings: Settings, profile: Profile, output: Path) -> None:
        """SettingsError when no portal, or no account, is set; StorageError when the folder cannot be made."""
        if settings.portal_url is None:
            raise SettingsError("no portal is named", "Give --portal URL, --portal mock, or KETEN_PORTAL_URL.")
        self.scenario, self.settings, self.profile = scenario, settings, profile
        self.address = checked_address(settings.portal_url)
        self.account = settings.account(scenario.organisation.account)
        self.started = datetime.now(UTC)
        self.run_id = new_run_id(self.started)
        self.evidence = Evidence.open(output, self.run_id)
        self.outcomes = [EntryOutcome(grant) for grant in scenario.grants]
        self._errors: list[KetenError] = []
        self._declined = False
        self._interruption = Interruption()
        self._facts: dict[str, Any] = {}
        self._granted: list[tuple[EntryOutcome, Recorded]] = []

    @property
    def exit_code(self) -> int:
        """The exit code of the contract, of the whole run."""
        return worst([*(error.exit_code for error in self._errors), *(o.exit_code for o in self.outcomes)])

    @property
    def errors(self) -> list[KetenError]:
        """What stopped the run as a whole."""
        return self._errors

    def execute(self, reporter: Reporter) -> int:
        """Do the run; its exit code. Whatever happens, `run.json` is written and the folder sealed."""
        sink = logger.add(self._log, level="DEBUG", format="{message}")
        try:
            with self._interruption:
                self._guarded(reporter)
        finally:
            logger.remove(sink)
            self._write_down()
        return self.exit_code

    def _guarded(self, reporter: Reporter) -> None:
        from playwright.sync_api import Error as PlaywrightError

        try:
            self._run(reporter)
        except KetenError as error:
            self._errors.append(error)
        except KeyboardInterrupt:
            self._errors.append(Interrupted("stopped at once by a second signal"))
        except PlaywrightError as error:
            self._errors.append(BrowserError(f"the browser failed: {error.message.splitlines()[0]}"))

    def _run(self, reporter: Reporter) -> None:
        settings = self.settings
        origins = [origin_of(self.address), *settings.origins, *settings.sign_in_origins]
        reporter.progress("starting the browser")
        with (
            Wire(origins) as wire,
            browsers.launched(
                settings.browser, headless=settings.headless, proxy=wire.proxy, say=reporter.say
            ) as browser,
        ):
            # A browser that loses its routes sends what they held: a click's request a second time.
            self._interruption.at_once = wire.close
            try:
                self._on_portal(browser, reporter)
            finally:
                self._facts |= {
                    "browser": browser.version,
                    "blocked": [f"{b.host}:{b.port} ({b.count}×)" for b in wire.blocked],
                }

    def _on_portal(self, browser: Browser, reporter: Reporter) -> None:
        session = self._session(browser)
        try:
            reporter.progress("signing in")
            session.sign_in()
            reporter.progress("reading the granted list")
            made = plan(self.scenario, session.read_list(), today())
            self._take_up(made)
            check_limits(made, self.scenario.limits)
            if not reporter.approve(made):
                self._declined = True
                return
            try:
                self._record_all(session, made, reporter)
            except KetenError as error:
                self._errors.append(error)  # what was recorded before is looked up all the same
            self._look_up(session, reporter)
        finally:
            self._facts |= {
                "clock_offset_seconds": session.clock_offset,
                "aborted": [f"{a.method} {a.address}: {a.why}" for a in session.hold.aborted],
            }

    def _session(self, browser: Browser) -> Session:
        settings, account = self.settings, self.account
        context = browser.new_context(**browsers.CONTEXT_OPTIONS)
        context.set_default_timeout(settings.timeout * 1000)
        hold = Hold(context, self.address, self.profile.recording, settings.timeout, self._note)
        secret = account.totp_secret.get_secret_value() if account.totp_secret else ""
        codes = Totp(secret, origin_of(self.address), account.username or "")
        organisation = self.scenario.organisation
        return Session(
            context,
            hold,
            self.profile,
            self.address,
            account,
            organisation,
            codes,
            self._interruption.wait,
            self.evidence,
        )

    def _take_up(self, made: Plan) -> None:
        """Settle what needs nothing to be recorded."""
        for outcome, action in zip(self.outcomes, made.actions, strict=True):
            outcome.action = action.verb
            if action.verb == "keep":
                outcome.status = "kept"
            elif action.verb == "refuse":
                outcome.status, outcome.error = "refused", action.reason

    def _record_all(self, session: Session, made: Plan, reporter: Reporter) -> None:
        granting = Granting(
            session,
            self.evidence,
            timeout=self.settings.timeout,
            patience=self.settings.list_patience,
            check_interrupted=self._interruption.check,
            note=self._note,
        )
        todo = [(o, a) for o, a in zip(self.outcomes, made.actions, strict=True) if a.records]
        for number, (outcome, action) in enumerate(todo, 1):
            self._interruption.check()
            reporter.progress(f"{number} of {len(todo)}: {action.grant.id} ({action.grant.intermediary.name})")
            try:
                self._record(granting, outcome, action)
            except KeyboardInterrupt:
                doubt = granting.doubt()
                if doubt is None or outcome.status != "skipped":
                    raise
                outcome.status, outcome.error = "in-doubt", doubt.message
                raise doubt from None

    def _record(self, granting: Granting, outcome: EntryOutcome, action: Action) -> None:
        """One entry; what ends the whole run is raised, what concerns this grant alone is written down."""
        try:
            recorded = granting.record(action)
        except GrantError as error:
            outcome.status, outcome.error = "failed", error.message
            return
        except Interrupted:
            raise
        except KetenError as error:
            outcome.status, outcome.error = "in-doubt" if isinstance(error, InDoubt) else "failed", error.message
            raise
        finally:
            outcome.evidence = self._files(outcome)
        if recorded is None:
            outcome.action, outcome.status = "keep", "kept"
            return
        self._write_grant(outcome, action, recorded)
        if recorded.error:
            raise GrantError(
                f"{recorded.ref} was recorded, and differs from what was intended: {recorded.error}",
                "Look at the portal; the run stops here.",
            )

    def _write_grant(self, outcome: EntryOutcome, action: Action, recorded: Recorded) -> None:
        outcome.status, outcome.ref, outcome.error = "granted", recorded.ref, recorded.error
        outcome.scope, outcome.reference = action.scope, recorded.reference
        outcome.valid_from, outcome.valid_until = datetime.now(AMSTERDAM).date(), recorded.intent.until
        outcome.costs, outcome.reconciled = recorded.intent.costs, recorded.reconciled
        self._granted.append((outcome, recorded))
        if not recorded.error:
            self._write_notice(outcome, action)
        self._write_entry(outcome)

    def _write_notice(self, outcome: EntryOutcome, action: Action) -> None:
        """Step 6: what the intermediary must know, since nobody else tells it."""
        grant = action.grant
        assert outcome.valid_until is not None
        notice = compose(
            Facts(
                organisation=self.scenario.organisation,
                intermediary=grant.intermediary,
                scope=action.scope,
                valid_from=outcome.valid_from,
                valid_until=outcome.valid_until,
                reference=outcome.reference,
                recorded_on=today(),
                language=grant.language,
                rehearsal=is_loopback(self.address),
            )
        )
        for name, content in (("notice.txt", notice.text), ("notice.html", notice.html)):
            self.evidence.write(f"grants/{grant.id}/{name}", content)
            outcome.notice.append(f"grants/{grant.id}/{name}")

    def _write_entry(self, outcome: EntryOutcome) -> None:
        outcome.evidence = self._files(outcome)
        self.evidence.write_json(f"grants/{outcome.grant.id}/grant.json", outcome.as_data())

    def _files(self, outcome: EntryOutcome) -> list[str]:
        """The pictures and snapshots kept of an entry."""
        folder, entry = self.evidence.folder, outcome.grant.id
        found = [p for kind in ("grants", "failures") for p in sorted((folder / kind / entry).glob("*"))]
        return [p.relative_to(folder).as_posix() for p in found if p.suffix in {".png", ".yaml"}]

    def _look_up(self, session: Session, reporter: Reporter) -> None:
        """Each new grant once more in the portal's list; a lagging list leaves it pending, no more (law 4)."""
        for outcome, recorded in self._granted:
            reporter.progress(f"looking {outcome.grant.id} up in the list")
            new = surplus(recorded.intent, session.read_list(recorded.intent.kvk))
            own = [row for row in new if row.reference == recorded.reference] or new
            outcome.listed = bool(own)
            if own and not fits(recorded.intent, own):
                outcome.error = "the portal's list shows something else than was intended"
            self._write_entry(outcome)

    def document(self) -> dict[str, Any]:
        """The `--json` document of the contract, with what an auditor asks for besides."""
        organisation = self.scenario.organisation
        return {
            "run_id": self.run_id,
            "portal": self.address,
            "organisation": {"kvk": str(organisation.kvk), "name": organisation.name},
            "output": str(self.evidence.folder),
            "outcomes": [outcome.as_data() for outcome in self.outcomes],
            "exit_code": self.exit_code,
            "errors": [{"message": error.message, "hint": error.hint} for error in self._errors],
            "declined": self._declined,
            "started": self.started.isoformat(timespec="seconds"),
            "ended": datetime.now(UTC).isoformat(timespec="seconds"),
            "versions": {"keten": version("keten"), "playwright": version("playwright")},
            "scenario_sha256": self.scenario.sha256,
            "profile_sha256": hashlib.sha256(self.profile.model_dump_json().encode()).hexdigest(),
            "settings": self.settings.names,
            **self._facts,
        }

    def _write_down(self) -> None:
        try:
            self.evidence.write_json("run.json", self.document())
            self.evidence.seal()
        except StorageError as error:
            self._errors.append(error)

    def _log(self, message: Message) -> None:
        record = message.record
        line = {
            "at": record["time"].astimezone(UTC).isoformat(timespec="milliseconds"),
            "level": record["level"].name,
            "event": record["extra"].get("event"),
            "message": record["message"],
        }
        self.evidence.append("log.jsonl", json.dumps(line, ensure_ascii=False))

    def _note(self, event: str, detail: str) -> None:
        logger.bind(event=event).info(detail)


def is_loopback(address: str) -> bool:
    """Whether a portal's address is one of this machine, where nothing has legal effect."""
    host = urlsplit(address).hostname or ""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def checked_address(address: str) -> str:
    """The address itself; UsageError when it is none, or one to which credentials would go unencrypted."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
        raise UsageError(f"'{address}' is not the address of a portal", "It looks like https://host/path.")
    if parts.scheme == "http" and not is_loopback(address):
        raise UsageError(f"'{address}' is not encrypted", "Credentials only go to https addresses.")
    return address


def origin_of(address: str) -> str:
    """Scheme, host and port of an address."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
