"""A browser for one portal, and the wire that is its only way out, as the settings have them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from automation.browser import launcher as browsers
from automation.browser.certificates import Certificates
from automation.browser.wire import Wire
from automation.domain.addresses import PortalAddress
from automation.errors import PortalUnreachable
from automation.inputs.settings import Settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@dataclass(frozen=True)
class Connection:
    """The browser, and what it goes through."""

    browser: Browser
    wire: Wire


@contextmanager
def connected(
    settings: Settings, address: PortalAddress, *, headless: bool, say: Callable[[str], None]
) -> Iterator[Connection]:
    """A browser that reaches the portal of this address, and the origins of the settings, and nothing else.

    A portal that cannot be reached in it is told of with what the wire knows: which proxy refused, or why a certificate
    did. Raises BrowserError when no browser can be had, SettingsError when KETEN_CA_FILE will not do.
    """
    origin = address.origin
    with ExitStack() as stack:
        certificates = stack.enter_context(Certificates(settings.ca_file)) if settings.ca_file else None
        wire = stack.enter_context(Wire(settings.allowed(address).all, settings.company_proxy, certificates))
        browser = stack.enter_context(
            browsers.launched(settings.browser, headless=headless, proxy=wire.proxy, certificates=certificates, say=say)
        )
        try:
            yield Connection(browser, wire)
        except PortalUnreachable as error:
            raise wire.explained(error, origin) from None
