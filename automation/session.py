"""One signed-in browser context on the portal: a page for each piece of work, and a new sign-in when it runs out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from loguru import logger
from playwright.sync_api import Error as PlaywrightError

from automation.domain import GrantedRow, KvkNumber, Organisation
from automation.errors import GrantError, PortalError, SessionExpired, SignInError, SignInRefused
from automation.evidence import Evidence
from automation.holding import Hold
from automation.journal import Journal
from automation.one_time_codes import Wait
from automation.person import Person
from automation.refused_sign_ins import RefusedSignIns
from automation.saved_session import SavedSession
from automation.second_factors import SecondFactor, second_factor
from automation.settings import Account
from automation.sign_in import check_organisation, sign_in, with_page_at_work
from pages.beheermodule import Beheermodule
from pages.profile import Profile

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Response


@dataclass(frozen=True)
class Identity:
    """Who signs in, for whom, by what, and what is remembered of it."""

    account: Account
    organisation: Organisation
    factor: SecondFactor
    refused: RefusedSignIns
    saved: SavedSession

    @classmethod
    def of(
        cls,
        account: Account,
        organisation: Organisation,
        portal: str,
        journal: Journal,
        person: Person,
        say: Callable[[str], None],
    ) -> Identity:
        """That of an organisation's account at a portal (an origin); SettingsError when what is set is of no use."""
        return cls(
            account,
            organisation,
            second_factor(account, portal, person),
            RefusedSignIns(journal, portal, organisation.account, account, person),
            SavedSession(portal, organisation.account, account.username, say),
        )

    def check(self) -> None:
        """SignInError when no sign-in should be tried: no code can be had, or the portal refused it before."""
        self.factor.check()
        self.refused.check()


class Session:
    """The portal as one account sees it; `hold` stands between every page and the network."""

    def __init__(
        self,
        context: BrowserContext,
        hold: Hold,
        profile: Profile,
        address: str,
        identity: Identity,
        wait: Callable[[float], None],
        evidence: Evidence,
    ) -> None:
        self.hold = hold
        self.profile = profile
        self.organisation = identity.organisation
        self.clock_offset: float | None = None
        """Seconds that the portal's clock is ahead of this machine's; None until it answered."""
        self.fallbacks_used: list[tuple[str, str, int]] = []
        """Screen, control and place in its list, from 0, of each locator used that was not the first."""
        self._context, self._address, self._evidence = context, address, evidence
        self._identity, self._wait = identity, wait
        self._keeps = identity.saved.is_there
        context.once("response", self._compare_clocks)

    def _compare_clocks(self, response: Response) -> None:
        said = response.headers.get("date")
        if said and "age" not in response.headers:  # else it is the time of when the answer was first given
            self.clock_offset = round((parsedate_to_datetime(said) - datetime.now(UTC)).total_seconds(), 1)

    @contextmanager
    def page(self, work: str) -> Iterator[Beheermodule]:
        """A new page for some work, closed in the end; what it still wants to send then is aborted (law 2.4, 3).

        When the work fails, what the page shows is kept under `failures/<work>/`.
        """
        there = set(self._context.pages)
        page = self._context.new_page()
        try:
            portal = Beheermodule(page, self.profile, self._address)
            portal.view.fallbacks_used = self.fallbacks_used
            with self._failure_kept(portal, work):
                yield portal
        finally:
            self.hold.close([one for one in self._context.pages if one not in there])  # what it opened, too

    @contextmanager
    def _failure_kept(self, portal: Beheermodule, work: str) -> Iterator[None]:
        """No secret stands in a field by now: `SignIn` empties them whatever happens."""
        try:
            yield
        except (GrantError, SignInError, PortalError):
            with suppress(PlaywrightError):
                snapshot = portal.page.locator("body").aria_snapshot()
                self._evidence.write(f"failures/{work}/aria.yaml", snapshot + "\n")
                self._evidence.write(f"failures/{work}/screen.png", portal.view.picture())
            raise

    def begin(self) -> None:
        """Step 1: in by the saved session while that is valid, else by signing in.

        SignInError when the portal refuses, or acts for another organisation.
        """
        if not (self._keeps and self._is_in()):
            self.sign_in()

    def _is_in(self) -> bool:
        with self.page("_saved-session") as portal:
            try:
                portal.open_granted_list()
            except SessionExpired:
                return False
            if self.profile.own_organisation == "shown":
                check_organisation(portal, self.organisation)
        logger.bind(event="sign-in").info(f"in by the saved session, to act for {self.organisation.kvk}")
        return True

    def sign_in(self) -> None:
        """Sign in anew; a session that was saved is then saved anew. SignInError when the portal refuses, and so on."""
        who = self._identity
        who.check()
        with self.page("_sign-in") as portal:
            try:
                wait = with_page_at_work(portal, self._wait)
                sign_in(portal, who.account, self.organisation, lambda: self._next_code(wait))
            except SignInRefused as refusal:
                who.refused.remember(refusal)
                raise
            who.refused.forget()
            if self.profile.own_organisation == "shown":
                check_organisation(portal, self.organisation)
        if self._keeps:
            who.saved.save(self._context.storage_state(indexed_db=True))
        logger.bind(event="sign-in").info(f"signed in, to act for {self.organisation.kvk}")

    def _next_code(self, wait: Wait) -> str:
        return self._identity.factor.next_code(wait, self.clock_offset or 0.0)

    def read_list(self, kvk: KvkNumber | None = None) -> list[GrantedRow]:
        """Step 2, on a page of its own: the whole list, or the rows of one receiver and those that may be its.

        A session that ran out is renewed, once.
        """
        try:
            return self._read(kvk)
        except SessionExpired:
            self.sign_in()
            return self._read(kvk)

    def _read(self, kvk: KvkNumber | None) -> list[GrantedRow]:
        with self.page("_granted-list") as portal:
            listing = portal.open_granted_list()
            if self.profile.own_organisation == "shown":
                check_organisation(portal, self.organisation)  # it may have been changed elsewhere
            rows = listing.read() if kvk is None else listing.read_for(kvk)
        what = f"{len(rows)} rows{f' of {kvk}' if kvk else ''}"
        logger.bind(event="list").info(f"{what}, read from the {'filtered' if listing.filtered else 'whole'} list")
        return rows

    def picture_rows(self, kvk: KvkNumber, name: str) -> None:
        """Keep a picture of the receiver's rows, as the portal lists them, under this name."""
        with self.page("_granted-list") as portal:
            portal.open_granted_list().read_for(kvk)
            self._evidence.write(name, portal.view.picture())
