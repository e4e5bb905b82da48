"""What leaves a guarded browser context, and what does not: the portal's own record is the judge."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from automation.browser.guard import Guard
from automation.domain import KvkNumber, Scope
from automation.mock_portal.server import MockPortal
from automation.testing.portal import Portal
from pages.profile.parts import Recording, RecordingRequest
from pages.receiver import ReceiverStep

POST = "path => fetch(`/beheer/api/${path}`, {method: 'POST', body: '{}'}).then(() => 'left', () => 'kept')"

Post = Callable[[str], str]


@pytest.fixture
def aborted() -> list[str]:
    return []


@pytest.fixture
def post(wizard: ReceiverStep, portal: Portal, aborted: list[str]) -> Post:
    """Sends a POST from the guarded page, and says what became of it."""
    page = wizard.view.page
    Guard(page.context, portal.profile, portal.url, aborted.append)
    return lambda path: str(page.evaluate(POST, path))


def go_to_scope(wizard: ReceiverStep) -> Page:
    wizard.look_up(KvkNumber("68750110"))
    wizard.proceed().link(Scope.general())
    return wizard.view.page


def press_next(page: Page) -> None:
    """By a test's own locator, of which no page object knows."""
    page.get_by_role("button", name="Volgende").click()


def test_posts_leave_until_the_costs_screen_and_never_after(
    wizard: ReceiverStep, post: Post, mock_portal: MockPortal, aborted: list[str]
) -> None:
    page = go_to_scope(wizard)
    before = post("ketenmachtigingen")
    press_next(page)
    page.get_by_label("Duur").wait_for()
    at_costs = post("ketenmachtigingen")
    page.get_by_role("button", name="Vorige").click()
    page.get_by_role("radio", name="Per dienst").wait_for()
    back_again = post("ketenmachtigingen")

    assert (before, at_costs, back_again) == ("left", "kept", "kept")
    assert len(mock_portal.ledger()["submissions"]) == 1
    assert any(said.startswith(f"POST {mock_portal.base}/beheer/api/ketenmachtigingen was kept") for said in aborted)


def test_a_costs_screen_that_the_profile_does_not_know_is_taken_for_one(
    wizard: ReceiverStep, post: Post, mock_portal: MockPortal
) -> None:
    mock_portal.faults([{"kind": "changed_labels", "labels": {"Duur": "Looptijd", "Vastleggen": "Opslaan"}}])
    wizard.view.page.reload()
    page = go_to_scope(wizard)
    press_next(page)
    page.get_by_label("Looptijd").wait_for()

    assert post("ketenmachtigingen") == "kept"
    assert mock_portal.ledger()["submissions"] == []


@pytest.mark.parametrize("method", ["POST", "GET"])
def test_the_recording_request_of_the_profile_never_leaves(
    method: str, wizard: ReceiverStep, portal: Portal, mock_portal: MockPortal
) -> None:
    request = RecordingRequest(method=method, address="/ketenmachtigingen$/")
    written = portal.profile.model_copy(update={"recording": Recording(request=request)})
    page = wizard.view.page
    Guard(page.context, written, portal.url, lambda _: None)
    send = POST if method == "POST" else POST.replace("{method: 'POST', body: '{}'}", "{}")

    assert page.evaluate(send, "kosten") == "left"
    assert page.evaluate(send, "ketenmachtigingen") == "kept"
    assert mock_portal.ledger()["submissions"] == []


def test_a_page_that_waits_for_its_own_request_is_not_waited_for(wizard: ReceiverStep, post: Post) -> None:
    page = wizard.view.page
    assert post("kosten") == "left"

    sent = page.evaluate("""() => {
        const request = new XMLHttpRequest();
        request.open('POST', '/beheer/api/kosten', false);
        try { request.send('{}'); return 'left'; } catch { return 'kept'; }
    }""")

    assert sent == "kept"


def test_no_web_socket_reaches_the_portal(wizard: ReceiverStep, post: Post) -> None:
    page = wizard.view.page
    page.reload()

    closed = page.evaluate("""() => new Promise(done => {
        const socket = new WebSocket(`ws://${location.host}/`);
        socket.onclose = event => done(event.wasClean);
    })""")

    assert closed is True
