"""The pytest plugin: a signed-in Beheermodule, its screens and the mock portal as fixtures, for anybody's tests.

It stands on pytest-playwright, whose options (`--headed`, `--tracing`, `--screenshot`, `--video`, `--browser-channel`)
work as ever. A project that asks for none of the fixtures pays nothing: all else is imported when one is asked for.

On a portal that is not on loopback nothing but GET and HEAD leaves a test from the costs screen on (law 3), unless the
test goes round it on purpose, by a `page.route` that continues requests or by `context.request`. A trace holds no
password and no one-time code, since the sign-in is never traced; it does hold the session's cookies: keep traces of a
real portal as you would keep a password, until that session is over.
"""

from __future__ import annotations

import functools
import importlib.util
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

    from automation.mock_portal.server import MockPortal
    from automation.under_test import Portal, SignIns
    from pages.beheermodule import Beheermodule
    from pages.granted_list import GrantedList
    from pages.receiver import ReceiverStep

_ROOT = Path(__file__).resolve().parent.parent
_MARKS_OF_A_RUN = ("manifest-sha256.txt", "run.json")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--portal` and `--profile`, as the command line has them."""
    group = parser.getgroup("keten", "keten: tests of a Beheermodule")
    group.addoption("--portal", metavar="URL|mock", help="Sign-in address of the portal to test, or mock for our own.")
    group.addoption("--profile", metavar="FILE", type=Path, help="Where the portal's controls are, if elsewhere.")


def pytest_configure(config: pytest.Config) -> None:
    """Keep pytest-playwright from deleting a dossier, and see to a browser; UsageError for such an `--output`."""
    if not config.pluginmanager.hasplugin("playwright"):
        return
    _check_output(Path(config.getoption("--output")))
    # Only a plugin registered after all others surely overrides a fixture of one of them.
    config.pluginmanager.import_plugin("automation.pytest_browser")


def _check_output(folder: Path) -> None:
    """pytest-playwright empties its output folder before the first test, whatever is in it."""
    for mark in _MARKS_OF_A_RUN:
        for found in (folder / mark, *folder.glob(f"*/{mark}")):
            if found.is_file():
                raise pytest.UsageError(
                    f"--output {folder} holds what keten recorded ({found}), and pytest-playwright would delete it: "
                    "give another folder."
                )


@pytest.fixture
def keten_account() -> str | None:
    """Which credentials sign in: a name of `KETEN_ACCOUNTS__<NAME>__…`, or a user of the mock portal. Override it."""
    return None


@pytest.fixture
def keten_organisation() -> str | None:
    """KvK number of the organisation to act for, where the account has several. Override it."""
    return None


@pytest.fixture
def portal(pytestconfig: pytest.Config) -> Iterator[Portal]:
    """The portal under test: that of `--portal`, else of KETEN_PORTAL_URL; its `url` and `profile`.

    With `--portal mock` each test has a mock portal of its own, so that none sees what another did.
    """
    with _in_plain_words():
        _check_whose_pages()
        from automation.under_test import portal_under_test

        with portal_under_test(pytestconfig.getoption("--portal"), pytestconfig.getoption("--profile")) as portal:
            yield portal


@pytest.fixture
def mock_portal(portal: Portal) -> MockPortal:
    """The mock portal of this test, to `seed()`, to give `faults()`, and to ask for its `ledger()`."""
    if portal.mock is None:
        pytest.fail(f"this test needs --portal mock: {portal.url} has no faults and no ledger", pytrace=False)
    return portal.mock


@pytest.fixture(scope="session")
def _sign_ins(tmp_path_factory: pytest.TempPathFactory) -> SignIns:
    from automation.under_test import SignIns

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
    """The Beheermodule, signed in, its list of verleende machtigingen open; `page` is its browser page."""
    from automation.under_test import Entrance, Visitor
    from automation.wire import Wire

    marker = request.node.get_closest_marker("browser_context_args")
    given = browser_context_args | (marker.kwargs if marker else {})
    # Neither traced, nor pictured, nor filmed: pytest-playwright records only the contexts that it makes itself.
    silent = {key: value for key, value in given.items() if not key.startswith("record_")}
    entrance = Entrance(
        portal=portal,
        visitor=Visitor(keten_account, keten_organisation),
        sign_ins=request.getfixturevalue("_sign_ins"),
        new_context=new_context,
        unrecorded=functools.partial(browser.new_context, **silent),
        given=given,
        note=functools.partial(request.node.add_report_section, "call", "keten"),
    )
    # Within `new_context`: the wire is cut before the contexts close, when what a page still holds would leave.
    certificates = request.getfixturevalue("_keten_certificates")
    with _in_plain_words(), Wire(portal.allowed.all, portal.company_proxy, certificates) as wire:
        yield entrance.enter(wire)


@pytest.fixture
def granted_list(beheermodule: Beheermodule) -> GrantedList:
    """The list of verleende machtigingen; `read()` gives its rows.

    After a `mock_portal.seed()` in the test itself, `beheermodule.open_granted_list()` shows what was added.
    """
    with _in_plain_words():
        from pages.granted_list import GrantedList

        return GrantedList(beheermodule.view).wait_until_ready()


@pytest.fixture
def wizard(granted_list: GrantedList) -> ReceiverStep:
    """The first step of a new grant, whom to authorise; its `proceed()` leads to the next."""
    with _in_plain_words():
        return granted_list.new_grant()


@contextmanager
def _in_plain_words() -> Iterator[None]:
    """Tell what goes wrong without a traceback: `--showlocals` would print the secrets in its frames."""
    try:
        yield
    except Exception as error:
        from automation.errors import KetenError

        told = str(error)
        if not isinstance(error, KetenError):
            told = f"{type(error).__name__}: {next(iter(told.splitlines()), '')}"
        raise pytest.fail.Exception(told, pytrace=False) from None


def _check_whose_pages() -> None:
    """Fail when `pages` is somebody else's: keten's page objects then cannot be had in this process."""
    found = importlib.util.find_spec("pages")
    if found and found.origin and Path(found.origin).resolve().parent != _ROOT / "pages":
        pytest.fail(
            f"the package `pages` is {found.origin}, and not keten's, whose fixtures need their own.\n"
            "Move it into a package of your project (as `e2e/pages`, imported as `e2e.pages`) or give it another name.",
            pytrace=False,
        )
