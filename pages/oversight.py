"""Who sees to it that nothing is recorded by accident, while a page object works on a page.

`keten apply` and `keten doctor` do by themselves what stands between a browser context and the network, and say so.
In a pytest session our plugin does: each page object tells it of its page before it works on it.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from weakref import WeakSet

from automation.errors import BrowserError

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

    from pages.profile import Profile

_PLUGIN = "keten_pytest"  # by its name, since nothing here knows what uses it
_overseen: WeakSet[BrowserContext] = WeakSet()


def leave_to_caller(context: BrowserContext) -> None:
    """Say that the caller decides on every request of this context."""
    _overseen.add(context)


def is_left_to_caller(context: BrowserContext) -> bool:
    """Whether somebody said so."""
    return context in _overseen


def begin(page: Page, profile: Profile, address: str) -> None:
    """See to it that this page is overseen; BrowserError in a test where nobody would."""
    plugin = sys.modules.get(_PLUGIN)
    if plugin is not None:
        plugin.oversee(page, profile, address)
    elif "_pytest.runner" in sys.modules and "PYTEST_CURRENT_TEST" in os.environ and not _is_here(address):
        raise BrowserError(
            f"nothing keeps a test from recording at {address}: pytest runs without keten's plugin",
            "Run pytest with `-p keten_pytest`.",
        )


def typed(secret: str) -> None:
    """Say that this is a secret, so that no recording and no report of a test holds it."""
    if plugin := sys.modules.get(_PLUGIN):
        plugin.typed(secret)


def _is_here(address: str) -> bool:
    host = urlsplit(address).hostname or ""
    return host in ("localhost", "::1") or host.startswith("127.")
