"""The fixtures: the portal under test, the Beheermodule signed in, its list, and the first step of a new grant."""

from __future__ import annotations

import functools
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from keten_pytest.session import begun, portal_named, profile_named

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

    from automation.mock_portal.server import MockPortal
    from automation.testing.portal import Portal, SignIns
    from pages.beheermodule import Beheermodule
    from pages.granted_list import GrantedList
    from pages.receiver import ReceiverStep


@pytest.fixture
def keten_account() -> str | None:
    """Which credentials sign in: a name of `KETEN_ACCOUNTS__<NAME>__…`, or a user of the mock portal. Override it.

    For example:

        @pytest.fixture
        def keten_account():
            return "twee"
    """
    return None


@pytest.fixture
def keten_organisation() -> str | None:
    """KvK number of the organisation to act for, where the account has several. Override it.

    For example:

        @pytest.fixture
        def keten_organisation():
            return "90000201"
    """
    return None


@pytest.fixture
def portal(pytestconfig: pytest.Config) -> Iterator[Portal]:
    """The portal under test: that of `--portal`, else of KETEN_PORTAL_URL; its `url` and `profile`.

    With `--portal mock` each test has a mock portal of its own, so that none sees what another did.

    For example:

        def test_the_portal_shows_costs(portal):
            assert portal.profile.costs == "shown"
    """
    with _in_plain_words():
        session = begun(pytestconfig)
        from automation.testing.portal import portal_under_test

        with portal_under_test(portal_named(pytestconfig), profile_named(pytestconfig)) as portal:
            session.know(portal.profile, portal.url)
            yield portal


@pytest.fixture
def mock_portal(portal: Portal) -> MockPortal:
    """The mock portal of this test, to `seed()`, to give `faults()`, and to ask for its `ledger()`.

    For example:

        def test_nothing_is_recorded_by_looking(mock_portal, granted_list):
            granted_list.read()
            assert mock_portal.ledger()["submissions"] == []
    """
    if portal.mock is None:
        pytest.fail(f"this test needs --keten-portal mock: {portal.url} is not the mock portal", pytrace=False)
    return portal.mock


@pytest.fixture(scope="session")
def _sign_ins(tmp_path_factory: pytest.TempPathFactory) -> SignIns:
    from automation.testing.portal import SignIns

    return SignIns(codes_of_mock=tmp_path_factory.mktemp("keten"))


@pytest.fixture
def beheermodule(
    request: pytest.FixtureRequest,
    portal: Portal,
    keten_account: str | None,
    keten_organisation: str | None,
    browser: Browser,
    browser_context_args: dict[str, Any],
    new_context: Callable[..., BrowserContext],
) -> Iterator[Beheermodule]:
    """The Beheermodule, signed in, its list of verleende machtigingen open; `page` is its browser page.

    For example:

        def test_the_page_has_a_title(beheermodule):
            assert beheermodule.page.title()
    """
    from automation.browser.wire import Wire
    from automation.testing.portal import TestSession, Visitor

    marker = request.node.get_closest_marker("browser_context_args")
    given = browser_context_args | (marker.kwargs if marker else {})
    # Neither traced, nor pictured, nor filmed: pytest-playwright records only the contexts that it makes itself.
    silent = {key: value for key, value in given.items() if not key.startswith("record_")}
    session = TestSession(
        portal=portal,
        visitor=Visitor(keten_account, keten_organisation),
        sign_ins=request.getfixturevalue("_sign_ins"),
        new_context=new_context,
        unrecorded=functools.partial(browser.new_context, **silent),
        given=given,
    )
    # Within `new_context`: the wire is cut before the contexts close, when what a page still holds would leave.
    certificates = request.getfixturevalue("_keten_certificates")
    with _in_plain_words(), Wire(portal.allowed.all, portal.company_proxy, certificates) as wire:
        yield session.enter(wire)


@pytest.fixture
def granted_list(beheermodule: Beheermodule) -> GrantedList:
    """The list of verleende machtigingen; `read()` gives its rows.

    After a `mock_portal.seed()` in the test itself, `beheermodule.open_granted_list()` shows what was added.

    For example:

        def test_a_new_organisation_has_granted_nothing(granted_list):
            assert granted_list.read() == []
    """
    with _in_plain_words():
        from pages.granted_list import GrantedList

        return GrantedList(beheermodule.view).wait_until_ready()


@pytest.fixture
def wizard(granted_list: GrantedList) -> ReceiverStep:
    """The first step of a new grant, whom to authorise; its `proceed()` leads to the next.

    For example:

        def test_the_portal_knows_the_accountant(wizard):
            assert wizard.look_up(KvkNumber("68750110")) == "Accountantskantoor Jansen B.V."
    """
    with _in_plain_words():
        return granted_list.new_grant()


@contextmanager
def _in_plain_words() -> Generator[None]:
    """Tell what goes wrong without a traceback, in keten's own words."""
    try:
        yield
    except Exception as error:
        from automation.errors import KetenError
        from automation.machine.masking import SECRETS

        told = SECRETS.text(str(error))
        if not isinstance(error, KetenError):
            told = f"{type(error).__name__}: {next(iter(told.splitlines()), '')}"
        raise pytest.fail.Exception(told, pytrace=False) from None
