"""One signed-in browser context on the portal: a page for each piece of work, and a new sign-in when it runs out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from loguru import logger
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from automation.browser.foreign_pages import ForeignPages
from automation.browser.hold import Hold
from automation.browser.launcher import CONTEXT_OPTIONS, certificate_sha256
from automation.domain import GrantedRow, KvkNumber, Organisation
from automation.domain.addresses import Allowed, PortalAddress
from automation.errors import (
    ControlError,
    GrantError,
    PortalError,
    PortalUnreachable,
    SessionExpired,
    SignInError,
    SignInRefused,
)
from automation.inputs.accounts import Account
from automation.journal.journal import Journal
from automation.machine.person import Person
from automation.proofs.evidence import Evidence
from automation.session.clocks import seconds_ahead
from automation.session.codes import Wait
from automation.session.failures import Failures
from automation.session.refusals import RefusedSignIns
from automation.session.saved import SavedSession
from automation.session.second_factors import SecondFactor, second_factor
from automation.session.sign_in import check_organisation, sign_in, with_page_at_work
from pages.beheermodule import Beheermodule
from pages.plain_words import NAVIGATED, in_words
from pages.profile import Profile
from pages.view import TRUST_HINT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Response

_PATIENT_HINT = "Where the portal is slow, raise KETEN_TIMEOUT; the run's screenshot shows the screen."
_ELSEWHERE_HINT = (
    "The run's screenshot shows where it went. Run again; if it happens again, look at the portal by hand."
)


class Work(StrEnum):
    """What a page is opened for; its value names the folder of what is kept when it fails."""

    SIGN_IN = "_sign-in"
    SAVED_SESSION = "_saved-session"
    GRANTED_LIST = "_granted-list"
    GRANT = "_grant"


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
            SavedSession.of(portal, organisation.account, organisation.kvk, account.username, say),
        )

    def check(self) -> None:
        """SignInError when no sign-in should be tried: no code can be had, or the portal refused it before."""
        self.factor.check()
        self.refused.check()


@dataclass(frozen=True)
class Site:
    """Where a portal is (`address`, of its sign-in), where its pages may go, and what its profile says."""

    address: PortalAddress
    allowed: Allowed
    profile: Profile


def new_context(browser: Browser, identity: Identity, timeout: float) -> BrowserContext:
    """A browser context with the session that was saved for the identity, if there is one; `timeout` in seconds."""
    context = browser.new_context(**CONTEXT_OPTIONS, storage_state=identity.saved.load())
    context.set_default_timeout(timeout * 1000)
    return context


class Session:
    """The portal as one account sees it; `hold` stands between every page and the network."""

    def __init__(
        self,
        context: BrowserContext,
        hold: Hold,
        site: Site,
        identity: Identity,
        wait: Callable[[float], None],
        evidence: Evidence,
    ) -> None:
        self.hold = hold
        self.profile = site.profile
        self.organisation = identity.organisation
        self.clock_offset: float | None = None
        """Seconds that the portal's clock is ahead of this machine's; None until it answered."""
        self.fallbacks_used: list[tuple[str, str, int]] = []
        """Screen, control and place in its list, from 0, of each locator used that was not the first."""
        self.certificate_sha256: str | None = None
        """Of the certificate that the browser was shown; None where the portal has none."""
        self._context, self._site, self._address = context, site, site.address
        self._looked = not self._address.startswith("https:")
        self._foreign = ForeignPages(context, site.allowed)
        self._failures = Failures(context, evidence)
        self._identity, self._wait = identity, wait
        self._keeps = identity.saved.is_there
        context.once("response", self._compare_clocks)

    @property
    def is_rehearsal(self) -> bool:
        """Whether the portal is one where nothing has legal effect."""
        return self._address.is_loopback

    def _compare_clocks(self, response: Response) -> None:
        ahead = seconds_ahead(response)
        if ahead is not None:
            self.clock_offset = round(ahead, 1)

    @contextmanager
    def page(self, work: Work, entry: str | None = None) -> Iterator[Beheermodule]:
        """A new page for some work, closed at the end; what it still wants to send then is aborted (law 2.4, 3).

        When the work fails, what the page shows is kept under `failures/`, by the entry's id or the work's name. Raises
        ForeignOrigin where the portal could not be used because a page went to an address that is not allowed.
        """
        self._wait(0)  # a run that is to stop stops between its steps
        there, foreign = set(self._context.pages), self._foreign.count
        page = self._context.new_page()
        try:
            portal = Beheermodule(page, self.profile, self._address, self._site.allowed.sign_in)
            portal.view.fallbacks_used = self.fallbacks_used
            with self._failures.kept(portal, entry or work), _in_time(portal, work):
                yield portal
        except (PortalError, SignInError) as error:
            raise self._foreign.explaining(error, foreign) from None
        finally:
            try:
                self._look_at_certificate(page)
            finally:
                self.hold.close([one for one in self._context.pages if one not in there])  # what it opened, too

    def trace(self, page: Page) -> bytes | None:
        """The trace of the work so far, an archive; None where a new sign-in cut it short, say."""
        return self._failures.trace(page)

    def begin(self) -> None:
        """Step 1: in by the saved session while that is valid, else by signing in.

        SignInError when the portal refuses, or acts for another organisation.
        """
        if self._address.startswith("https:"):
            self._check_driver()
        if not (self._keeps and self._is_in()):
            self.sign_in()

    def _is_in(self) -> bool:
        with self.page(Work.SAVED_SESSION) as portal:
            try:
                portal.open_granted_list()
            except SessionExpired:
                return False
            if self.profile.own_organisation == "shown":
                check_organisation(portal, self.organisation)
        logger.bind(event="sign-in").info(f"signed in with the saved session, acting for {self.organisation.kvk}")
        return True

    def sign_in(self) -> None:
        """Sign in again; a session that was saved is then saved again. SignInError when the portal refuses."""
        who = self._identity
        who.check()
        with self._failures.unseen(), self.page(Work.SIGN_IN) as portal:
            try:
                wait = with_page_at_work(portal, self._wait)
                sign_in(portal, who.account, self.organisation, lambda: self._next_code(wait))
            except SignInRefused as refusal:
                who.refused.remember(refusal)
                raise
            self._failures.learn_secrets(portal.page)
            who.refused.forget()
            if self.profile.own_organisation == "shown":
                check_organisation(portal, self.organisation)
        if self._keeps:
            who.saved.save(self._context.storage_state(indexed_db=True))
        logger.bind(event="sign-in").info(f"signed in, acting for {self.organisation.kvk}")

    def _next_code(self, wait: Wait) -> str:
        return self._identity.factor.next_code(wait, self.clock_offset or 0.0)

    def _look_at_certificate(self, page: Page) -> None:
        """Once, and for the run's record only."""
        if not self._looked:
            self._looked = True
            self.certificate_sha256 = certificate_sha256(page, self._address.origin)

    def _check_driver(self) -> None:
        """PortalUnreachable when the driver, which sends what records, does not reach the portal as the browser does.

        It verifies certificates of its own accord: what it does not trust must be known before the click, not after.
        """
        try:
            self._context.request.get(self._address, max_redirects=0).dispose()
        except PlaywrightError as error:
            where = f"the portal cannot be reached at {self._address}"
            raise PortalUnreachable(f"{where}: {in_words(error)}", TRUST_HINT) from None

    def read_list(
        self, kvk: KvkNumber | None = None, *, details_of: Collection[KvkNumber] | None = None
    ) -> list[GrantedRow]:
        """Step 2, on a page of its own: the whole list, or the rows of one receiver and those that may be its.

        Of the whole list the scopes of `details_of` these receivers are read where only a row's details show them all,
        or else of every receiver. A session that ran out is renewed, once.
        """
        try:
            return self._read(kvk, details_of)
        except SessionExpired:
            self.sign_in()
            return self._read(kvk, details_of)

    def _read(self, kvk: KvkNumber | None, details_of: Collection[KvkNumber] | None) -> list[GrantedRow]:
        with self.page(Work.GRANTED_LIST) as portal:
            listing = portal.open_granted_list()
            if self.profile.own_organisation == "shown":
                check_organisation(portal, self.organisation)  # it may have been changed elsewhere
            rows = listing.read(details_of) if kvk is None else listing.read_for(kvk)
        what = f"{len(rows)} rows{f' of {kvk}' if kvk else ''}"
        logger.bind(event="list").info(f"{what}, read from the {'filtered' if listing.filtered else 'whole'} list")
        return rows

    def picture_rows(self, kvk: KvkNumber, name: str) -> None:
        """Keep a picture of the receiver's rows, as the portal lists them, under this name; wanting it ends nothing."""

        def picture() -> bytes:
            with self.page(Work.GRANTED_LIST) as portal:
                portal.open_granted_list().read_for(kvk)
                return portal.view.picture()

        self._failures.keep_picture(name, picture)


@contextmanager
def _in_time(portal: Beheermodule, work: Work) -> Iterator[None]:
    """What the portal did not do in time, or did by itself meanwhile, is an error of its own.

    SessionExpired where the portal asks for a sign-in instead, or where it says that the session ended: whatever then
    was missing, refused or different on the screen is so because of that.
    """
    try:
        yield
    except (GrantError, ControlError):
        if work is not Work.SIGN_IN:
            with suppress(PlaywrightError):  # the page is gone
                portal.view.stop_if_session_ended()
        raise
    except PlaywrightError as error:
        why = in_words(error)
        if isinstance(error, PlaywrightTimeout):
            look, told, hint = portal.view.stop_if_signed_out, "the portal did not respond in time at", _PATIENT_HINT
        elif why == NAVIGATED:
            look, told, hint = portal.view.stop_if_sent_away, "the portal left the page by itself for", _ELSEWHERE_HINT
        else:
            raise
        if work is not Work.SIGN_IN:
            with suppress(PlaywrightError):
                look()
        where = urlsplit(portal.page.url)._replace(query="").geturl()
        raise ControlError(f"{told} {where}: {why}", hint) from None
