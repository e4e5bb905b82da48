"""One signed-in browser context on the portal: a page for each piece of work, and a new sign-in when it runs out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from playwright.sync_api import Error as PlaywrightError

from automation.domain import GrantedRow, KvkNumber, Organisation
from automation.errors import GrantError, PortalError, SessionExpired, SignInError
from automation.evidence import Evidence
from automation.holding import Hold
from automation.one_time_codes import Totp
from automation.settings import Account
from automation.sign_in import check_organisation, sign_in
from pages.beheermodule import Beheermodule
from pages.profile import Profile

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Response


class Session:
    """The portal as one account sees it; `hold` stands between every page and the network."""

    def __init__(
        self,
        context: BrowserContext,
        hold: Hold,
        profile: Profile,
        address: str,
        account: Account,
        organisation: Organisation,
        codes: Totp,
        wait: Callable[[float], None],
        evidence: Evidence,
    ) -> None:
        self.hold = hold
        self.profile = profile
        self.organisation = organisation
        self.clock_offset: float | None = None
        """Seconds that the portal's clock is ahead of this machine's; None until it answered."""
        self._context, self._address, self._evidence = context, address, evidence
        self._account, self._codes, self._wait = account, codes, wait
        context.once("response", self._compare_clocks)

    def _compare_clocks(self, response: Response) -> None:
        said = response.headers.get("date")
        if said:
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

    def sign_in(self) -> None:
        """Step 1; SignInError when the portal refuses, or acts for another organisation."""
        with self.page("_sign-in") as portal:
            sign_in(portal, self._account, self.organisation, self._codes, self._wait)
            if self.profile.own_organisation == "shown":
                check_organisation(portal, self.organisation)

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
            return listing.read() if kvk is None else listing.read_for(kvk)

    def picture_rows(self, kvk: KvkNumber, name: str) -> None:
        """Keep a picture of the receiver's rows, as the portal lists them, under this name."""
        with self.page("_granted-list") as portal:
            portal.open_granted_list().read_for(kvk)
            self._evidence.write(name, portal.view.picture())
