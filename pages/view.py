"""One browser page on the portal: going to an address, waiting, interruptions, pictures."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Locator, Page, Request
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from automation.errors import (
    BrowserError,
    ControlError,
    ForeignOrigin,
    PortalInMaintenance,
    PortalUnreachable,
    SessionExpired,
)
from pages import oversight
from pages.locating import any_of, any_shown, locate, moments, visible
from pages.plain_words import in_words
from pages.profile import Profile

_BUILDING = frozenset({"document", "script", "xhr", "fetch"})
"""The kinds of requests that a page is made of, and so is not whole without."""
_LONG_POLL = 15.0  # seconds after which a request is one that waits for news, and not for what the page is made of
_REST = 0.5  # seconds without any change after which a page is at rest
_REST_LOOKS = 5  # and so many looks, since a busy machine makes few in that time
_MOST_UNREST = 10.0  # seconds that a page which never comes to rest, as one with a clock, is waited for
TRUST_HINT = (
    "Nothing was typed or recorded. Where your company has a CA of its own, name its certificate in KETEN_CA_FILE; "
    "otherwise something stands between you and the portal."
)


@dataclass(eq=False)
class View:
    """One browser page on the portal, with the profile to read it by; `address` is the sign-in address."""

    page: Page
    profile: Profile
    address: str
    ref: str = "G-000000"
    """Keten's own reference of the grant that is filled in here."""
    fallbacks_used: list[tuple[str, str, int]] = field(default_factory=list, init=False)
    """Screen, control and place in the profile's list, from 0, of each locator used that was not the first."""
    sign_in_origins: tuple[str, ...] = ()
    """Where credentials may be typed besides the portal's own origin."""
    _under_way: dict[Request, float] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        """BrowserError in a test where nothing would keep it from recording."""
        oversight.begin(self.page, self.profile, self.address)

    @property
    def origin(self) -> str:
        """Scheme, host and port of the portal."""
        return _origin_of(self.address)

    def open(self, path: str) -> None:
        """Go to an address of the portal; PortalUnreachable or PortalInMaintenance when it cannot be opened."""
        address = urljoin(self.origin, path)
        try:
            response = self.page.goto(address, wait_until="domcontentloaded")
            if response is None:  # the same document, as an address with a hash is: what it shows may be old
                response = self.page.reload(wait_until="domcontentloaded")
        except PlaywrightError as error:
            raise _unreachable(address, error) from None
        self.stop_if_in_maintenance()
        if response is not None and response.status >= 500:
            raise PortalUnreachable(
                f"the portal answers {response.status} at {address}", "Try again later; nothing was recorded."
            )

    def check_credentials_may_go(self, address: str, control: str) -> None:
        """ForeignOrigin when a page or frame of this address is not one where credentials are typed."""
        origin = _origin_of(address)
        if origin not in (self.origin, *self.sign_in_origins):
            raise ForeignOrigin(
                f"{control} is on {origin}, where keten types no credentials",
                "If your organisation signs in there, name it in KETEN_SIGN_IN_ORIGINS; if you do not know it, treat "
                "it as an attack and ask whoever runs the portal.",
            )

    def wait_for_any(self, *wanted: Locator, signing_in: bool = False) -> int:
        """Wait until one of these is visible; its index.

        SessionExpired when the sign-in appears instead, or that the session ended (unless one is `signing_in`),
        PortalInMaintenance when that does, PlaywrightTimeout when nothing does within the page's time-out.
        """
        sign_in = [] if signing_in else [*self._all("sign_in", "username"), *self._signs_of_the_end()]
        maintenance = self._all("shell", "maintenance")
        visible(any_of([*wanted, *sign_in, *maintenance])).first.wait_for(state="visible")
        if self.is_interrupted:
            self.stop_if_in_maintenance()
            if not signing_in:
                self.stop_if_session_ended()  # what was waited for may still stand behind the dialog that says so
        for index, locator in enumerate(wanted):
            if visible(locator).count():
                return index
        if not signing_in:
            self.stop_if_signed_out()
        raise PlaywrightTimeout("what was waited for was there, and went away again")

    @property
    def is_interrupted(self) -> bool:
        """Whether it is in maintenance, the session ended, or an interruption of the profile stands there."""
        interrupting = [locate(self.page, one.dialog) for one in self.profile.interruptions]
        return any_shown([*self._all("shell", "maintenance"), *self._signs_of_the_end(), *interrupting])

    def stop_if_signed_out(self) -> None:
        """SessionExpired when the sign-in is shown, or that the session ended; an error beside it is its own."""
        self.stop_if_session_ended()
        if any_shown(self._all("sign_in", "username")):
            raise SessionExpired(
                f"the portal asks for a new sign-in (at {self.page.url})",
                "The session expired, or a sign-in elsewhere ended it.",
            )

    def stop_if_sent_away(self) -> None:
        """The same of a page that went elsewhere by itself, and PortalInMaintenance; once it has come there."""
        self.page.wait_for_load_state("domcontentloaded")
        signs = [*self._all("sign_in", "username"), *self._signs_of_the_end(), *self._all("shell", "maintenance")]
        self.comes_before_rest(lambda: any_shown(signs), lambda: True)
        self.stop_if_in_maintenance()
        self.stop_if_signed_out()

    def stop_if_session_ended(self) -> None:
        """SessionExpired when the portal says that the session ended, by what the profile says of it."""
        if any_shown(self._signs_of_the_end()):
            raise SessionExpired(
                f"the portal says that the session ended (at {self.page.url})",
                "It expired, or a sign-in elsewhere ended it.",
            )

    def _signs_of_the_end(self) -> list[Locator]:
        return [locate(self.page, one) for one in self.profile.session_ended]

    def wait_until_signed_out(self) -> None:
        """Wait until the sign-in is shown; another page may be shown as well, so that its absence proves nothing."""
        with suppress(PlaywrightTimeout, SessionExpired):
            self.wait_for_any(*self._all("sign_in", "username"))

    def stop_if_in_maintenance(self) -> None:
        """PortalInMaintenance when the portal says so."""
        if any_shown(self._all("shell", "maintenance")):
            raise PortalInMaintenance("the portal is in maintenance", "Try again later; nothing was recorded.")

    def wait_until_idle(self) -> None:
        """Wait until no sign of loading is left; ControlError when it stays."""
        for busy in self._all("shell", "busy") if self._loads else ():
            try:
                busy.filter(visible=True).first.wait_for(state="hidden")
            except PlaywrightTimeout:
                raise ControlError(f"the portal kept loading at {self.page.url}", "Raise KETEN_TIMEOUT.") from None

    def comes_before_rest(self, condition: Callable[[], bool], stands: Callable[[], bool]) -> bool:
        """Whether this comes true before the page has come to rest: for what a portal may lack, and may show late.

        At rest is a page whose screen stands, that loads nothing, waits for no answer and has not changed for a moment.
        """
        last, since, looks = -1, time.monotonic(), 0
        for _ in moments(self.page, _MOST_UNREST):
            if condition():
                return True
            now = int(self.page.evaluate("document.documentElement.innerHTML.length"))
            looks += 1
            if now != last or self.waits_for_answers or self._loads or not stands():
                last, since, looks = now, time.monotonic(), 0
            elif time.monotonic() > since + _REST and looks >= _REST_LOOKS:
                break
        return condition()

    @property
    def _loads(self) -> bool:
        return any_shown(self._all("shell", "busy"))

    def watch_requests(self) -> None:
        """From now on, know whether the page waits for code or data."""

        def asked(request: Request) -> None:
            if request.resource_type in _BUILDING:
                self._under_way[request] = time.monotonic()

        def gone(request: Request) -> None:
            self._under_way.pop(request, None)

        self.page.on("request", asked)
        self.page.on("requestfinished", gone)
        self.page.on("requestfailed", gone)

    @property
    def waits_for_answers(self) -> bool:
        """Whether code or data that the page asked for just now is under way, as far as that is watched."""
        return any(time.monotonic() - since < _LONG_POLL for since in self._under_way.values())

    def watch_interruptions(self) -> None:
        """From now on, dismiss the profile's interruptions wherever they get in the way of an action.

        Never by a button that records: no profile makes keten click that but in its turn (law 3).
        """
        for interruption in self.profile.interruptions:
            dialog = locate(self.page, interruption.dialog)
            dismiss = locate(dialog, interruption.dismiss)
            self.page.add_locator_handler(dialog, partial(self._press, dismiss))

    def clear_interruptions(self) -> None:
        """Dismiss what stands there now, so that a picture shows what is under it.

        ControlError where a button that records would dismiss it.
        """
        for number, interruption in enumerate(self.profile.interruptions, 1):
            dialog = locate(self.page, interruption.dialog)
            if visible(dialog).count():
                dismiss = locate(dialog, interruption.dismiss)
                if self._records(dismiss):
                    raise ControlError(
                        f"interruption {number} would be dismissed by the button that records (at {self.page.url})",
                        "Say in the profile's `interruptions` which dialog is meant, and what closes it.",
                    )
                dismiss.click()
                dialog.wait_for(state="hidden")

    def _press(self, button: Locator, _dialog: Locator) -> None:
        with suppress(PlaywrightError):  # else the next call on another page raises it, when this one was closed
            if not self._records(button):
                button.click()

    def _records(self, button: Locator) -> bool:
        """Whether this is, or is in or around, one of the buttons of the last click."""
        recording = (one for name in self.profile.recording.buttons for one in self._all("review", name))
        handles = [handle for one in recording for handle in visible(one).element_handles()]
        return any(
            pressed.evaluate("(e, other) => e.contains(other) || other.contains(e)", handle)
            for pressed in button.element_handles()  # which, unlike `evaluate` of a locator, waits for no interruption
            for handle in handles
        )

    def picture(self) -> bytes:
        """The whole page as PNG, at 100%."""
        self.clear_interruptions()
        return self.page.screenshot(full_page=True, animations="disabled", scale="css")

    def _all(self, screen: str, control: str) -> list[Locator]:
        """The locators of something that may stand on any screen."""
        return [locate(self.page, one) for one in self.profile.screens.get(screen, {}).get(control, ())]


def _origin_of(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else address


def _unreachable(address: str, error: PlaywrightError) -> Exception:
    reason, why = re.search(r"net::ERR_(\w+)", error.message), in_words(error)
    if not reason and not isinstance(error, PlaywrightTimeout):
        return BrowserError(f"the browser failed at {address}: {why}", "Run it again.")
    trusted = reason is None or not reason[1].startswith(("CERT_", "SSL_"))
    return PortalUnreachable(
        f"the portal cannot be reached at {address}: {why}", "Is the address right?" if trusted else TRUST_HINT
    )
