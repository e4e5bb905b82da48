"""Signs in where a person can watch and help, and keeps the session for later runs; signs out, and forgets it."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from playwright.sync_api import BrowserContext, StorageState
from playwright.sync_api import Error as PlaywrightError

from automation.browser import launcher as browsers
from automation.browser.connection import connected
from automation.domain import KvkNumber, only_kvk_number_in
from automation.domain.addresses import origin_of
from automation.errors import (
    BrowserError,
    Interrupted,
    KetenError,
    PortalError,
    SessionExpired,
    SignInError,
    SignInRefused,
    UsageError,
)
from automation.inputs.accounts import Account
from automation.inputs.settings import Settings
from automation.journal.journal import Journal
from automation.journal.run_journal import account_alone
from automation.machine.person import Person
from automation.machine.signals import Interruption
from automation.session.refusals import RefusedSignIns
from automation.session.saved import SavedSession
from automation.session.second_factors import second_factor
from automation.session.sign_in import enter, with_page_at_work
from pages.beheermodule import Beheermodule
from pages.locating import any_shown
from pages.plain_words import in_words
from pages.profile import Profile
from pages.shell import Shell
from pages.sign_in import Required
from pages.view import View

_PATIENCE = 600.0  # seconds that a person may take to sign in
_LOOK = 300  # milliseconds between two looks
_NAME_IT = "Run `keten login --organisation KVK`, with the KvK number of the organisation that you act for."


@dataclass(frozen=True)
class Login:
    """Which account, by its name in the settings, at the portal of these; `say` tells a person what goes on."""

    settings: Settings
    profile: Profile
    named: str | None
    person: Person
    say: Callable[[str], None]
    organisation: KvkNumber | None = None
    """The organisation to act for, where the portal does not show it, or shows no KvK number."""

    @property
    def origin(self) -> str:
        """That of the portal."""
        return self.settings.address.origin

    @property
    def sign_in_origins(self) -> tuple[str, ...]:
        """Where credentials may be typed."""
        return self.settings.allowed(self.settings.address).sign_in

    def saved(self, username: str | None, organisation: str) -> SavedSession:
        """The session that runs with this user name use for the organisation."""
        return SavedSession.of(self.origin, self.named, organisation, username, self.say)

    def all_saved(self, username: str | None) -> list[SavedSession]:
        """Those that are kept of the account, for whichever organisation."""
        return SavedSession.all_of(self.origin, self.named, username, self.say)

    @contextmanager
    def context(self, *, headless: bool, state: StorageState | None = None) -> Iterator[BrowserContext]:
        """A browser that knows the portal and nothing else."""
        settings = self.settings
        with connected(settings, self.settings.address, headless=headless, say=self.say) as connection:
            context = connection.browser.new_context(**browsers.CONTEXT_OPTIONS, storage_state=state)
            context.set_default_timeout(settings.timeout * 1000)
            try:
                yield context
            except PlaywrightError as error:
                raise BrowserError(f"the browser failed: {in_words(error)}", "Run the command again.") from None
            except (SignInError, PortalError):
                if blocked := connection.wire.blocked:
                    hosts = ", ".join(f"{b.host}:{b.port}" for b in blocked)
                    self.say(f"blocked: requests to {hosts}; allow them with KETEN_SIGN_IN_ORIGINS or KETEN_ORIGINS.")
                raise
            except Interrupted:
                raise Interrupted("stopped by a signal; no session was saved", "Run the command again.") from None


def save_session(login: Login) -> None:
    """Sign in, by a person's hand where credentials are missing or the second factor is; keep the session.

    Raises SignInError when the portal refuses, or nobody signs in within 10 minutes.
    """
    settings = login.settings
    if login.profile.own_organisation != "shown" and login.organisation is None:
        raise UsageError(
            "this portal does not show which organisation you act for, and a session is saved for one organisation",
            _NAME_IT,
        )
    account = settings.given_account(login.named)
    journal = Journal.open(settings.journal_address) if Journal.is_there(settings.journal_address) else None
    try:
        refused = RefusedSignIns(journal, login.origin, login.named, account, login.person) if journal else None
        with account_alone(journal, settings.address.key, account.username or login.named or "", "keten login"):
            organisation, shown = _sign_in_and_keep(login, account, refused)
            if refused:
                refused.forget()
    finally:
        if journal:
            journal.close()
    told = f"Signed in{f' for {shown}' if shown else ''}."
    login.say(f"{told} The session is saved for later runs of {organisation}, until it expires.")
    if account.missing:
        login.say("Credentials are missing: for runs that only use this session, set KETEN_SECOND_FACTOR=by-hand.")


def _sign_in_and_keep(login: Login, account: Account, refused: RefusedSignIns | None) -> tuple[str, str]:
    """The KvK number of the organisation that the saved session is for, and what the portal shows of it."""
    by_hand = account.second_factor == "by-hand" or bool(account.missing)
    if refused and not by_hand and refused.standing:
        login.say("The portal refused the credentials that are set: sign in by hand, in the browser.")
        by_hand = True
    headless = _hidden(login, by_hand=by_hand)
    with Interruption() as interruption, login.context(headless=headless) as context:
        portal = Beheermodule(context.new_page(), login.profile, login.settings.address, login.sign_in_origins)
        screen = portal.open_sign_in()
        if by_hand:
            login.say("Sign in in the browser that has opened; keten waits up to 10 minutes.")
        else:
            factor = second_factor(account, login.origin, login.person)
            factor.check()
            wait = with_page_at_work(portal, interruption.wait)
            try:
                if enter(screen, account, lambda: factor.next_code(wait)) is Required.ORGANISATION:
                    login.say("Choose the organisation that you act for in the browser.")
            except SignInRefused as refusal:
                if refused:
                    refused.remember(refusal)
                raise
        shown = _await_shell(context, login, interruption)
        organisation = _acted_for(login, shown)
        login.saved(account.username, organisation).save(context.storage_state(indexed_db=True))
    return organisation, shown


def _acted_for(login: Login, shown: str) -> str:
    """The number of the one organisation that the session is for (law 2.3); SignInError when that is not sure."""
    number, named = only_kvk_number_in(shown), login.organisation
    if number and named and number != named:
        raise SignInError(
            f"the portal shows the organisation “{shown}”, and --organisation is {named}; no session was saved",
            "Run `keten login` again and choose the right organisation.",
        )
    known = number or named
    if known is None:
        raise SignInError(
            f"the portal shows the organisation “{shown}” without a KvK number; no session was saved", _NAME_IT
        )
    return known


def _hidden(login: Login, *, by_hand: bool) -> bool:
    """Whether the browser is not shown: where that is asked for, and where there is no screen nor need of one."""
    if login.settings.headless and "headless" in login.settings.model_fields_set:
        return True
    if not sys.platform.startswith("linux") or {"DISPLAY", "WAYLAND_DISPLAY"} & os.environ.keys():
        return False
    if by_hand:
        raise SignInError(
            "you must sign in by hand, and this machine has no screen to show a browser on",
            "Run `keten login` on a machine with a screen; or set the credentials, and type only the code here.",
        )
    login.say("This machine has no screen: the browser runs without a window.")
    return True


def _await_shell(context: BrowserContext, login: Login, interruption: Interruption) -> str:
    """Wait until a page shows that the sign-in is done; the organisation as shown, empty where it is not."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        interruption.check()
        if not context.pages:
            raise SignInError("the browser was closed before the sign-in was done", "Run `keten login` again.")
        for page in context.pages:
            with suppress(PlaywrightError):  # it goes elsewhere, or is closed, just now
                shell = Shell(View(page, login.profile, login.settings.address))
                signs = shell.signs_of_being_in()
                if origin_of(page.url) == login.origin and any_shown(signs):
                    return shell.organisation.read() if login.profile.own_organisation == "shown" else ""
        with suppress(PlaywrightError):
            context.pages[0].wait_for_timeout(_LOOK)
    raise SignInError(f"nobody signed in within {_PATIENCE / 60:.0f} minutes", "Run `keten login` again.")


def forget_session(login: Login) -> None:
    """Sign out with each saved session of the account, and forget them, even where the portal cannot be reached."""
    kept = login.all_saved(login.settings.given_account(login.named).username)
    if not kept:
        login.say("There is no saved session of this account at this portal.")
    errors: list[KetenError] = []
    for saved in kept:
        try:
            _forget(login, saved)
        except KetenError as error:  # the others are to be forgotten all the same
            errors.append(error)
    if errors:
        raise errors[0]


def _forget(login: Login, saved: SavedSession) -> None:
    try:
        state = saved.load()
        if state is None:
            login.say("The saved session cannot be read; at the portal it ends when it expires.")
        else:
            with login.context(headless=login.settings.headless, state=state) as context:
                login.say(_signed_out(Beheermodule(context.new_page(), login.profile, login.settings.address)))
    finally:
        saved.forget()
    login.say("The saved session and its key are removed.")


def _signed_out(portal: Beheermodule) -> str:
    shell = Shell(portal.view)
    try:
        portal.open_granted_list()
        if not shell.sign_out.present:
            return "The profile does not describe shell.sign_out; at the portal the session ends when it expires."
        shell.sign_out.press()
        portal.view.wait_until_signed_out()
        portal.open_granted_list()
    except SessionExpired:
        return "Signed out at the portal."
    raise SignInError("the portal still accepts the session after signing out", "Sign out by hand in a browser.")
