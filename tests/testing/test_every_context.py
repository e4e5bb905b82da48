"""What leaves the contexts of a session that uses keten, however they were made: the server's record is the judge."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import pyotp
import pytest
from playwright.async_api import Browser as AsyncBrowser
from playwright.async_api import Error as AsyncError
from playwright.async_api import async_playwright
from playwright.sync_api import Browser, BrowserContext, BrowserType, Page, Playwright, Route, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from automation.inputs import profile
from automation.inputs.accounts import Account
from automation.mock_portal.data.accounts import PASSWORD, TOTP_SECRET
from automation.mock_portal.server import MockPortal
from automation.session.sign_in import sign_in
from automation.testing import every_context as module
from automation.testing.every_async_context import EveryAsyncContext
from automation.testing.every_context import EveryContext
from automation.testing.playwright_calls import Calls
from keten_pytest import session
from pages import oversight
from pages.beheermodule import Beheermodule
from tests.browser.test_guard import go_to_scope, press_next
from tests.conftest import FAR
from tests.own_thread import in_own_thread
from tests.recording_server import Received, RecordingServer, answer, serving

HOST = f"portal.{FAR}"
SEND = "(address) => fetch(address, {method: 'POST', body: '{}'}).then(() => 'left', () => 'kept')"
COSTS = "<label>Duur <select><option>5 jaar</select></label>"
LEAVING = "addEventListener('pagehide', () => navigator.sendBeacon('/beheer/gone', '{}'))"
Result = TypeVar("Result")
Make = Callable[[], BrowserContext]


def reply(received: Received) -> bytes:
    if received.target == "/beheer/venster":
        return answer(f"<script>{LEAVING}</script>")
    return answer(COSTS if received.target == "/beheer/kosten" else "<h1>Welkom</h1>")


@pytest.fixture
def server() -> Iterator[RecordingServer]:
    with serving(reply) as server:
        yield server


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def _apart(pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """The session of these tests themselves watches over nothing meanwhile."""
    session.end(pytestconfig)
    monkeypatch.setattr(session, "configs", [])


@pytest.fixture
def everywhere(_apart: None, told: list[str], server: RecordingServer) -> Iterator[EveryContext]:
    """Every context is guarded, of a session in which one test has used a page object of the portal."""
    every_context = EveryContext(told.append)
    every_context.know(profile.load(), f"http://{HOST}:{server.port}/beheer")
    yield every_context
    every_context.end()


def at_costs(context: BrowserContext, server: RecordingServer) -> Page:
    page = context.pages[0] if context.pages else context.new_page()
    page.goto(f"http://{HOST}:{server.port}/beheer/kosten")
    return page


def post(page: Page, server: RecordingServer) -> str:
    return str(page.evaluate(SEND, f"http://{HOST}:{server.port}/beheer/api/ketenmachtigingen"))


@pytest.fixture(params=["new_context", "new_page", "launch", "launch_persistent_context", "connect_over_cdp"])
def made(
    request: pytest.FixtureRequest,
    browser: Browser,
    browser_type: BrowserType,
    browser_type_launch_args: dict[str, Any],
    playwright: Playwright,
    everywhere: EveryContext,
    tmp_path: Path,
) -> Iterator[BrowserContext]:
    """A context that a test makes by itself."""
    if request.param == "new_context":
        yield browser.new_context()
    elif request.param == "new_page":
        yield browser.new_page().context
    elif request.param == "launch":
        with playwright.chromium.launch(**browser_type_launch_args) as own:
            yield own.new_context()
    elif request.param == "launch_persistent_context":
        with browser_type.launch_persistent_context(tmp_path, **browser_type_launch_args) as context:
            yield context
    else:
        arguments = [*browser_type_launch_args["args"], "--remote-debugging-port=0", f"--user-data-dir={tmp_path}"]
        with browser_type.launch_persistent_context(
            tmp_path, **{**browser_type_launch_args, "args": arguments[:-1]}
        ) as first:
            first.pages[0].goto("about:blank")
            port = (tmp_path / "DevToolsActivePort").read_text().split()[0]
            yield browser_type.connect_over_cdp(f"http://127.0.0.1:{port}").contexts[0]


def test_no_post_leaves_the_costs_screen_in_any_context_that_a_test_makes(
    made: BrowserContext, server: RecordingServer, told: list[str]
) -> None:
    page = at_costs(made, server)

    assert post(page, server) == "kept"
    with page.expect_popup() as opened:
        page.evaluate("open('/beheer/kosten')")
    opened.value.get_by_label("Duur").wait_for()
    assert post(opened.value, server) == "kept"
    made.close()
    assert server.count("POST") == 0
    assert f"POST http://{HOST}:{server.port}/beheer/api/ketenmachtigingen was kept from leaving" in told[0]


def test_a_context_that_is_closed_sends_nothing_as_it_goes(
    browser: Browser, everywhere: EveryContext, server: RecordingServer
) -> None:
    context = browser.new_context()
    at_costs(context, server).evaluate(LEAVING)
    context.close()
    assert server.count("POST") == 0


@pytest.mark.parametrize("goes", ["goto", "link"])
def test_a_page_that_goes_elsewhere_sends_nothing_as_it_goes(
    goes: str, browser: Browser, everywhere: EveryContext, server: RecordingServer
) -> None:
    with browser.new_context() as context:
        page = at_costs(context, server)
        page.evaluate(LEAVING)
        if goes == "goto":
            page.goto(f"http://{HOST}:{server.port}/beheer/elders")
        else:
            page.evaluate("document.body.insertAdjacentHTML('beforeend', '<a href=/beheer/elders>Terug</a>')")
            page.get_by_role("link", name="Terug").click()
            page.wait_for_url("**/elders")
        page.evaluate("fetch('/beheer/later').then(() => 0)")
    assert server.count("POST") == 0


@pytest.mark.parametrize("started_before", [False, True])
def test_the_pages_of_a_persistent_context_are_silenced_before_playwright_is_stopped(
    started_before: bool,
    request: pytest.FixtureRequest,
    server: RecordingServer,
    browser_type_launch_args: dict[str, Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    silenced: list[str] = []
    monkeypatch.setattr(module, "silence", lambda page: silenced.append(page.url))

    def stop(own: Playwright) -> None:
        at_costs(own.chromium.launch_persistent_context(tmp_path, **browser_type_launch_args), server)
        own.stop()

    with ThreadPoolExecutor(1) as apart:  # a thread has one Playwright
        before = apart.submit(sync_playwright().start).result() if started_before else None
        request.getfixturevalue("everywhere")
        apart.submit(lambda: stop(before or sync_playwright().start())).result()
    assert silenced == [f"http://{HOST}:{server.port}/beheer/kosten"]


@pytest.mark.usefixtures("_apart")
def test_a_context_that_was_there_before_is_guarded_too(
    browser: Browser, server: RecordingServer, told: list[str]
) -> None:
    with browser.new_context() as context:
        page = at_costs(context, server)
        every_context = EveryContext(told.append)
        every_context.know(profile.load(), f"http://{HOST}:{server.port}/beheer")
        try:
            assert post(page, server) == "kept"
        finally:
            every_context.end()
    assert told


def lets_all_go_on(route: Route) -> None:
    route.continue_()


def makes_a_post_of_it(route: Route) -> None:
    route.continue_(method="POST")


def sends_it_by_itself(route: Route) -> None:
    route.fulfill(response=route.fetch())


@pytest.mark.parametrize("on", ["page", "context"])
@pytest.mark.parametrize("handler", [lets_all_go_on, makes_a_post_of_it])
def test_a_tests_own_route_lets_nothing_go_on_that_could_record(
    on: str, handler: Callable[[Route], None], browser: Browser, everywhere: EveryContext, server: RecordingServer
) -> None:
    with browser.new_context() as context:
        page = at_costs(context, server)
        (page if on == "page" else context).route("**/api/**", handler)
        assert post(page, server) == "kept"
        page.evaluate("fetch('/beheer/api/lijst').catch(() => null)")
    assert server.count("POST") == 0


def test_a_tests_own_route_sends_nothing_by_itself(
    browser: Browser, everywhere: EveryContext, server: RecordingServer
) -> None:
    refused: list[str] = []

    def handler(route: Route) -> None:
        try:
            sends_it_by_itself(route)
        except PlaywrightError as error:
            refused.append(error.message)

    with browser.new_context() as context:
        page = at_costs(context, server)
        page.route("**/api/**", handler)
        assert post(page, server) == "kept"
    assert "was kept from leaving" in refused[0]
    assert server.count("POST") == 0


def test_the_guard_stands_when_a_test_takes_all_routes_away(
    browser: Browser, everywhere: EveryContext, server: RecordingServer
) -> None:
    with browser.new_context() as context:
        page = at_costs(context, server)
        context.unroute_all()
        assert post(page, server) == "kept"
    assert server.count("POST") == 0


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "fetch"])
def test_no_api_request_goes_past_the_pages(
    method: str, browser: Browser, playwright: Playwright, everywhere: EveryContext, server: RecordingServer
) -> None:
    address = f"http://{HOST}:{server.port}/beheer/api/ketenmachtigingen"
    options = {"method": "POST"} if method == "fetch" else {}
    with browser.new_context() as context:
        page = at_costs(context, server)
        assert post(page, server) == "kept"
        apart = playwright.request.new_context()
        for requests in (page.request, apart):
            with pytest.raises(PlaywrightError, match="was kept from leaving"):
                getattr(requests, method)(address, **options)
        apart.dispose()


def during_calls(do: Callable[[Calls], Coroutine[Any, Any, Result]]) -> Result:
    """What it gives; the calls of Playwright are as before in the end."""
    calls = Calls()
    try:
        return asyncio.run(do(calls))
    finally:
        calls.end()


@in_own_thread
def async_tries(server: RecordingServer, told: list[str], arguments: dict[str, Any]) -> list[str]:
    """What a test of the asynchronous API gets out, of a context that was there before and one made afterwards."""

    async def tries(calls: Calls) -> list[str]:
        async with async_playwright() as playwright, await playwright.chromium.launch(**arguments) as browser:
            before = await browser.new_context()
            early = await before.new_page()
            await early.goto(f"http://{HOST}:{server.port}/beheer/kosten")
            EveryAsyncContext(calls, lambda: True, told.append)
            late = await browser.new_page()
            await late.goto(early.url)
            tried = [await page.evaluate(SEND, f"{early.url}/api") for page in (early, late)]
            await late.route("**/other", lambda route: route.continue_())
            tried.append(await late.evaluate(SEND, f"{early.url}/other"))
            with suppress(AsyncError):
                await late.request.post(early.url)
                tried.append("left")
            for page in (early, late):
                await page.evaluate(LEAVING)
            await late.goto(f"{early.url}/elders")
            async with late.expect_popup() as opened:
                await late.evaluate("() => { open('/beheer/venster') }")
            await (await opened.value).close()
            await early.close()
            return tried

    return during_calls(tries)


@in_own_thread
def async_closing(page_does: str, told: list[str], arguments: dict[str, Any]) -> None:
    """A page of the asynchronous API that hangs or crashed is closed."""

    async def closing(calls: Calls) -> None:
        async with async_playwright() as playwright, await playwright.chromium.launch(**arguments) as browser:
            EveryAsyncContext(calls, lambda: True, told.append)
            page = await browser.new_page()
            if page_does == "hang":
                await page.evaluate("setTimeout(() => { for (;;); })")
            else:
                async with page.expect_event("crash"):
                    with suppress(AsyncError):
                        await page.goto("chrome://crash")
            await asyncio.wait_for(page.close(), 20)

    during_calls(closing)


@pytest.mark.usefixtures("_apart")
@pytest.mark.parametrize("page_does", ["hang", "crash"])
def test_a_page_of_the_asynchronous_api_that_answers_nothing_is_closed_in_seconds(
    page_does: str, told: list[str], browser_type_launch_args: dict[str, Any]
) -> None:
    async_closing(page_does, told, browser_type_launch_args)


@pytest.mark.usefixtures("_apart")
def test_nothing_leaves_by_the_asynchronous_api_that_could_record(
    server: RecordingServer, told: list[str], browser_type_launch_args: dict[str, Any]
) -> None:
    assert async_tries(server, told, browser_type_launch_args) == ["kept"] * 3
    assert server.count("POST") == 0
    assert "was kept from leaving" in told[0]


def test_no_page_is_opened_of_which_playwright_does_not_hear(
    browser: Browser, everywhere: EveryContext, server: RecordingServer
) -> None:
    session = browser.new_browser_cdp_session()

    with pytest.raises(PlaywrightError, match=r"Target\.createTarget was not sent"):
        session.send("Target.createTarget", {"url": f"http://{HOST}:{server.port}/beheer/kosten"})
    with browser.new_context() as context:
        own = context.new_cdp_session(context.new_page())
        assert own.send("Runtime.evaluate", {"expression": "1 + 1"})["result"]["value"] == 2
    assert server.received == []


def test_pages_of_others_and_of_this_machine_send_as_ever(
    browser: Browser, everywhere: EveryContext, server: RecordingServer, told: list[str]
) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        for origin in (f"http://{HOST}:{server.port}", server.origin):
            page.goto(f"{origin}/elsewhere")
            assert page.evaluate(SEND, "/api") == "left"
        page.goto(f"{server.origin}/beheer/kosten")
        assert page.evaluate(SEND, "/api") == "left"
    assert told == []
    assert server.count("POST") == 3


@pytest.mark.usefixtures("_apart")
def test_the_calls_of_playwright_are_as_before_when_the_session_ends(told: list[str]) -> None:
    makers = (Browser, AsyncBrowser)
    before = [maker.new_context for maker in makers]

    every_context = EveryContext(told.append)
    during = [maker.new_context for maker in makers]
    every_context.end()

    assert not set(during) & set(before)
    assert [maker.new_context for maker in makers] == before


def signed_in(page: Page, address: str) -> Beheermodule:
    portal = Beheermodule(page, profile.load(), address)
    account = Account.model_validate({"username": "beheerder", "password": PASSWORD, "totp_secret": TOTP_SECRET})
    sign_in(portal, account, None, pyotp.TOTP(TOTP_SECRET).now)
    return portal


def test_a_page_object_on_a_tests_own_page_and_a_second_context_with_its_session_record_nothing(
    page: Page, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = SEND.replace("address)", "_)").replace("fetch(address", "fetch('/beheer/api/ketenmachtigingen'")
    with MockPortal(allow_used_codes=True) as mock:
        address = mock.url.replace("127.0.0.1", HOST)
        signed_in(page, address)
        state = page.context.storage_state()
        for place in (page, browser.new_page(storage_state=state)):
            if place is not page:  # where the test works with locators of its own alone
                monkeypatch.setattr(oversight, "begin", lambda *_: None)
            go_to_scope(Beheermodule(place, profile.load(), address).open_granted_list().new_grant())
            press_next(place)
            place.get_by_label("Duur").wait_for()
            assert place.evaluate(send) == "kept"
        place.context.close()
        assert mock.ledger()["submissions"] == []
