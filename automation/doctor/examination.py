"""Examines a portal: passes over its screens until a pass learns nothing new; what a guess would send is blocked."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from playwright.sync_api import Error as PlaywrightError

from automation.browser import launcher as browsers
from automation.browser.connection import connected
from automation.browser.leaving import close_silently, reach
from automation.doctor.findings import Check, Findings
from automation.doctor.ground import Ground, with_locator
from automation.doctor.guessing.purposes import PURPOSES
from automation.doctor.helpdesk import HelpdeskFiles
from automation.doctor.route import Notes, Route, Stopped
from automation.doctor.sign_in import DoctorSignIn
from automation.doctor.walk import Walk
from automation.doctor.watch import Watch
from automation.domain import KvkNumber, only_kvk_number_in
from automation.domain.addresses import PortalAddress
from automation.errors import BrowserError, SessionExpired, SignInRefused
from automation.inputs.accounts import Account
from automation.inputs.settings import Settings
from automation.journal.journal import Journal
from automation.journal.queries import Book
from automation.journal.run_journal import account_alone, alone
from automation.machine.locks import locked
from automation.machine.masking import SECRETS
from automation.session.clocks import seconds_ahead
from automation.session.refusals import RefusedSignIns
from automation.session.saved import SavedSession
from automation.session.second_factors import SecondFactor
from pages.plain_words import in_words
from pages.profile import Profile

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Response, StorageState

_MOST_PASSES = 8
_SKEW = 20.0  # seconds by which clocks may differ: a one-time code lives thirty
_PATIENCE = 10.0  # seconds that a control may take, once the page is idle


@dataclass(frozen=True)
class Identity:
    """The account that signs in, with its second factor, saved session and refusals; `refused` needs a journal."""

    account: Account
    account_name: str
    """Its user name, or if that is not set, its name in the settings."""
    factor: SecondFactor
    saved: SavedSession | None
    refused: RefusedSignIns | None

    def check(self) -> None:
        """Raises SignInError if no sign-in may be tried: no code is available, or the portal refused it before."""
        self.factor.check()
        if self.refused:
            self.refused.check()


@dataclass(eq=False, kw_only=True)
class Examination:
    """What is to be examined: the portal, who signs in, and what the walk fills in."""

    address: PortalAddress
    settings: Settings
    identity: Identity
    profile: Profile
    route: Route
    organisation: str | None
    journal: Journal | None
    """The journal that runs use, if there is one."""
    say: Callable[[str], None]
    progress: Callable[[str], None]
    findings: Findings = field(default_factory=Findings)
    notes: Notes = field(default_factory=Notes)

    def run(self, files: HelpdeskFiles) -> None:
        """Examine the portal; `findings` hold what was found, also if this raises a KetenError."""
        settings = self.settings
        try:
            with (
                ExitStack() as held,
                account_alone(self.journal, self.address.key, self.identity.account_name, "keten doctor"),
                connected(settings, self.address, headless=settings.headless, say=self.say) as connection,
            ):
                if self.organisation:
                    self._hold(held, self.organisation)
                self._passes(connection.browser, files, held)
        except PlaywrightError as error:
            raise BrowserError(f"the browser failed: {in_words(error)}", "Run keten doctor again.") from None
        finally:
            self.findings.complete(self.profile, self._why_not_reached())
            self.findings.checks += self._checks()

    def _checks(self) -> Iterator[Check]:
        """What else a person should know about the portal."""
        if self.notes.stops:
            yield Check("walk", False, "; ".join(self.notes.stops), "The screens after it were not examined.")
        by_fallback = [".".join(key) for key, seen in self.findings.sightings.items() if seen.by_fallback]
        if by_fallback:
            yield Check(
                "fallbacks", False, f"found only by a later locator of its list: {', '.join(by_fallback)}",
                "The first locator no longer works: replace it in the profile by the one that does.",
            )  # fmt: skip
        for told in self.findings.unsure_formats:
            yield Check("words", False, told, "Add it to the profile, under formats or statuses.")

    def _why_not_reached(self) -> str:
        if self.notes.stops:
            return f"behind a step: {self.notes.stops[-1]}"
        if len(self.route.kinds) < 3:
            return "behind a step that was not taken: pass --kvk, --provider and --service"
        return "no step needs it"

    def _passes(self, browser: Browser, files: HelpdeskFiles, held: ExitStack) -> None:
        adopted: dict[tuple[str, str], None] = {}
        state = self.identity.saved.load() if self.identity.saved else None
        while True:
            self.findings.passes += 1
            self.notes.stops.clear()
            self.progress(f"pass {self.findings.passes} over the portal's screens")
            with self._context(browser, state) as context:
                state = self._one_pass(context, list(adopted), files, held, signed_in=state is not None) or state
            if self.notes.expired:  # a saved session, or one that a fault ended: sign in again
                self.notes.expired, state = False, None
                if self.findings.passes < _MOST_PASSES:
                    continue
            new = self._to_adopt(set(adopted))
            if not new or not self.notes.stops or self.findings.passes >= _MOST_PASSES:
                return
            adopted |= dict.fromkeys(new)
            self.say(
                f"Pass {self.findings.passes} stopped early ({self.notes.stops[-1]}). The next pass uses what this one "
                f"found: {', '.join('.'.join(key) for key in new)}."
            )

    def _to_adopt(self, adopted: set[tuple[str, str]]) -> list[tuple[str, str]]:
        """Guesses that are certain or proved: the next pass uses them, as if the fragment were in the profile."""
        return [
            key
            for key, seen in self.findings.sightings.items()
            if seen.status == "missing" and seen.confident and seen.best is not None and key not in adopted
            and PURPOSES[seen.screen][seen.control].kind != "record"
        ]  # fmt: skip

    @contextmanager
    def _context(self, browser: Browser, state: StorageState | None) -> Iterator[BrowserContext]:
        context = browser.new_context(**browsers.CONTEXT_OPTIONS, storage_state=state)
        context.set_default_timeout(min(self.settings.timeout, _PATIENCE) * 1000)
        context.set_default_navigation_timeout(self.settings.timeout * 1000)
        context.once("response", self._compare_clocks)
        context.on("page", reach)
        try:
            yield context
        finally:
            close_silently(context.pages)
            context.close()

    def _one_pass(
        self,
        context: BrowserContext,
        adopted: list[tuple[str, str]],
        files: HelpdeskFiles,
        held: ExitStack,
        *,
        signed_in: bool,
    ) -> StorageState | None:
        """Returns the session at the end of the pass, if it signed in."""
        profile = self.profile
        for screen, control in adopted:
            best = self.findings.sightings[screen, control].best
            profile = with_locator(profile, screen, control, best) if best else profile
        watch = Watch(context, profile, self.address, self.findings.requests.append)

        def new_page() -> Ground:
            """One page at a time: what a guess started on the page before must not leave after this one is clean."""
            close_silently(context.pages)
            watch.begin()
            return Ground(
                page=context.new_page(), profile=profile, address=self.address, watch=watch,
                patience=self.settings.timeout, adopted=set(adopted),
                sign_in_origins=self.settings.allowed(self.address).sign_in,
            )  # fmt: skip

        state = None
        try:
            if not signed_in:
                self._sign_in(new_page(), files)
                state = context.storage_state(indexed_db=True)
                SECRETS.add_session(state)
            walk = Walk(
                new_page, self.profile, self.findings, self.notes, files.keep, lambda shown: self._hold(held, shown)
            )
            walk.list_and_wizard(self.route)
        except Stopped as stop:
            self.notes.stops.append(str(stop))
        except SessionExpired:
            if self.notes.renewed:
                raise
            self.notes.renewed = True
            self.notes.stops.append("the session had expired")
            self.notes.expired = True
        return state

    def _sign_in(self, ground: Ground, files: HelpdeskFiles) -> None:
        who = self.identity
        who.check()
        entry = DoctorSignIn(
            base=self.profile, account=who.account, next_code=self._next_code, organisation=self.organisation,
            findings=self.findings, notes=self.notes, keep=files.keep,
        )  # fmt: skip
        try:
            entry.sign_in(ground)
        except SignInRefused as refusal:
            if who.refused:
                who.refused.remember(refusal)
            raise
        if who.refused:
            who.refused.forget()

    def _next_code(self) -> str:
        return self.identity.factor.next_code(time.sleep, self.notes.clock_offset)

    def _hold(self, held: ExitStack, shown: str) -> None:
        """Take the lock of the organisation as soon as it is known, by the key that runs use (law 2.1)."""
        if self.notes.locked:
            return
        number = only_kvk_number_in(shown)
        if number is None:
            raise Stopped(
                f"the portal shows “{shown}” without a KvK number, so doctor cannot lock the organisation against "
                "other runs: pass --organisation KVK"
            )
        portal = self.address.key
        if self.journal is None:
            held.enter_context(locked(portal, number, "keten doctor"))
        else:
            held.enter_context(alone(self.journal, Book(portal, KvkNumber(number)), "keten doctor"))
        self.notes.locked = True

    def _compare_clocks(self, response: Response) -> None:
        ahead = seconds_ahead(response)
        if ahead is None or any(check.name == "clock" for check in self.findings.checks):
            return
        self.notes.clock_offset = ahead
        fine = abs(ahead) <= _SKEW
        self.findings.checks.append(
            Check("clock", fine, f"the portal's clock differs {ahead:+.0f} s from this machine's",
                  "" if fine else "Set this machine's clock: one-time codes depend on it.")
        )  # fmt: skip
