"""The portal that tests run against, and the way into it: an account signs in once in a whole pytest session."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock

from automation.browser.launcher import CONTEXT_OPTIONS
from automation.browser.wire import Wire
from automation.domain import KvkNumber, Organisation
from automation.domain.addresses import Allowed, PortalAddress
from automation.errors import PortalUnreachable, SessionExpired, SettingsError, SignInError, SignInRefused
from automation.inputs import profile as profiles
from automation.inputs import settings as settings_
from automation.inputs.accounts import Account
from automation.inputs.proxy import CompanyProxy
from automation.inputs.settings import Settings
from automation.journal.journal import Journal
from automation.machine.files import make_folder
from automation.machine.locks import folder_of_locks
from automation.machine.masking import SECRETS
from automation.machine.person import Nobody
from automation.mock_portal.data.accounts import PASSWORD, TOTP_SECRET
from automation.mock_portal.server import MockPortal
from automation.session.refusals import RefusedSignIns
from automation.session.second_factors import second_factor
from automation.session.sign_in import sign_in
from pages.beheermodule import Beheermodule
from pages.profile import Profile

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, StorageState

_FORCED = ("proxy", "service_workers", "storage_state")


@dataclass(frozen=True)
class Portal:
    """A portal under test: its sign-in address and profile; `mock` is the mock portal, where it is one."""

    url: PortalAddress
    profile: Profile = field(repr=False)
    settings: Settings = field(repr=False)
    mock: MockPortal | None = field(repr=False)

    @property
    def allowed(self) -> Allowed:
        """What may be talked to, and where credentials may be typed."""
        return self.settings.allowed(self.url)

    @property
    def company_proxy(self) -> CompanyProxy | None:
        """The company's proxy, where there is one; the mock portal is not behind it."""
        return self.settings.company_proxy if self.mock is None else None

    def account(self, named: str | None) -> Account:
        """The credentials of that name; on the mock portal, those of the user of that name."""
        if self.mock is None:
            return self.settings.account(named)
        return Account.model_validate(
            {"username": named or "beheerder", "password": PASSWORD, "totp_secret": TOTP_SECRET}
        )


@contextmanager
def portal_under_test(named: str | None, overlay: Path | None) -> Iterator[Portal]:
    """The portal of that address, else that of the settings; `mock` starts one, which ends with the context.

    SettingsError when none is named, UsageError when the address or the profile will not do.
    """
    settings = settings_.load()
    address = named or settings.portal_url
    if address is None:
        raise SettingsError(
            "no portal to test is given",
            "Run pytest with --keten-portal URL or --keten-portal mock, or set KETEN_PORTAL_URL.",
        )
    profile = profiles.load(overlay)
    if address != "mock":
        yield Portal(PortalAddress(address), profile, settings, mock=None)
        return
    SECRETS.add(PASSWORD, TOTP_SECRET)  # as those of a real portal are, when the settings are read
    with MockPortal() as mock:
        yield Portal(PortalAddress(mock.url), profile, settings, mock)


@dataclass(frozen=True)
class Visitor:
    """Who signs in: credentials by name, and the organisation to act for, where the portal lets one choose."""

    account: str | None
    organisation: str | None


class SignIns:
    """The sign-ins of one pytest session, kept in memory alone; what failed is not tried again."""

    def __init__(self, codes_of_mock: Path) -> None:
        """`codes_of_mock` is a folder of this session: a mock portal's one-time codes are of no use to others."""
        self._codes_of_mock = codes_of_mock
        self._states: dict[tuple[str, Visitor], StorageState] = {}
        self._failures: dict[tuple[str, Visitor], Exception] = {}

    def kept(self, portal: Portal, visitor: Visitor) -> StorageState | None:
        """The session of an earlier test, which may have run out since."""
        return self._states.get((portal.url, visitor))

    def sign_in(self, portal: Portal, visitor: Visitor, context: BrowserContext) -> StorageState:
        """Sign in, in a context that is closed then; SignInError when that is refused, or failed before."""
        key = (portal.url, visitor)
        if failure := self._failures.get(key):
            raise SignInError(
                f"the sign-in failed before, and keten does not try it again in this pytest session: {failure}"
            )
        with closing(context):
            try:
                self._sign_in(portal, visitor, context)
            except Exception as failure:  # whatever it was, the next test's try might be the one that locks the account
                self._failures[key] = failure
                raise
            self._states[key] = context.storage_state(indexed_db=True)
            SECRETS.add_session(self._states[key])
        return self._states[key]

    def _sign_in(self, portal: Portal, visitor: Visitor, context: BrowserContext) -> None:
        account = portal.account(visitor.account)
        organisation = Organisation(KvkNumber(visitor.organisation), "") if visitor.organisation else None
        folder = self._codes_of_mock if portal.mock else None
        factor = second_factor(account, portal.url.origin, Nobody(), folder)
        factor.check()
        context.set_default_timeout(portal.settings.timeout * 1000)
        beheermodule = Beheermodule(context.new_page(), portal.profile, portal.url, portal.allowed.sign_in)
        with nullcontext() if portal.mock else _one_at_a_time(portal, visitor, account):
            sign_in(beheermodule, account, organisation, lambda: factor.next_code(time.sleep))


@contextmanager
def _one_at_a_time(portal: Portal, visitor: Visitor, account: Account) -> Iterator[None]:
    """A sign-in that no other process tries meanwhile, nor again when it is refused: tests run by the dozen (law 6)."""
    origin = portal.url.origin
    name = hashlib.sha256(f"{origin}\n{visitor.account}".encode()).hexdigest()[:32]
    folder = folder_of_locks()
    make_folder(folder)
    with (
        FileLock(folder / f"sign-in-{name}.lock", mode=0o600),
        closing(Journal.open(portal.settings.journal_address)) as journal,
    ):
        refused = RefusedSignIns(journal, origin, visitor.account, account, Nobody())
        refused.check()
        try:
            yield
        except SignInRefused as refusal:
            refused.remember(refusal)
            raise
        refused.forget()


@dataclass(frozen=True)
class TestSession:
    """How a test comes in: `new_context` makes contexts that are recorded, `unrecorded` one that is not."""

    portal: Portal
    visitor: Visitor
    sign_ins: SignIns
    new_context: Callable[..., BrowserContext]
    unrecorded: Callable[..., BrowserContext]
    given: Mapping[str, Any]
    """Options that a context gets anyhow, and that stand over keten's, save what the law asks for."""

    def enter(self, wire: Wire) -> Beheermodule:
        """The Beheermodule, signed in, its list of verleende machtigingen open, all traffic through the wire.

        A session that ran out is renewed. SignInError when the portal refuses, PortalError when it cannot be used.
        """
        try:
            return self._entered(wire)
        except PortalUnreachable as error:
            raise wire.explained(error, self.portal.url.origin) from None

    def _entered(self, wire: Wire) -> Beheermodule:
        options = {key: value for key, value in CONTEXT_OPTIONS.items() if key in _FORCED or key not in self.given}
        options["proxy"] = {**wire.proxy, "bypass": "<-loopback>"}
        if kept := self.sign_ins.kept(self.portal, self.visitor):
            try:
                return self._opened(**options, storage_state=kept)
            except SessionExpired:
                pass  # a session lasts shorter than many a run of tests
        state = self.sign_ins.sign_in(self.portal, self.visitor, self.unrecorded(**options))
        try:
            return self._opened(**options, storage_state=state)
        except SessionExpired:
            raise SignInError(
                "the portal asks for a new sign-in in the test's browser context",
                "keten hands a session on by cookies, localStorage and IndexedDB, and the portal keeps it elsewhere.",
            ) from None

    def _opened(self, **options: Any) -> Beheermodule:
        context = self.new_context(**options)
        context.set_default_timeout(self.portal.settings.timeout * 1000)
        page = context.new_page()
        beheermodule = Beheermodule(page, self.portal.profile, self.portal.url, self.portal.allowed.sign_in)
        try:
            beheermodule.open_granted_list()
        except SessionExpired:
            context.close()
            raise
        return beheermodule
