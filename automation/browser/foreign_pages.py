"""Notices pages that go, or want to go, where nothing may be talked to; it is the wire that keeps them from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import Error as PlaywrightError

from automation.domain.addresses import Allowed, origin_of
from automation.errors import ForeignOrigin, KetenError

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Request


class ForeignPages:
    """Watches a context: by link, form, script or redirect, in a page or in one that it opens."""

    def __init__(self, context: BrowserContext, allowed: Allowed) -> None:
        self._allowed = allowed
        self._seen: list[str] = []
        context.on("request", self._look)

    @property
    def count(self) -> int:
        """How many there were until now."""
        return len(self._seen)

    def explaining(self, error: KetenError, count: int) -> KetenError:
        """The error itself, or where one came after so many, that which is behind it."""
        if len(self._seen) <= count or isinstance(error, ForeignOrigin):
            return error
        origin = self._seen[count]
        return ForeignOrigin(
            f"a page of the portal leads to {origin}, which is not an address that keten talks to ({error.message})",
            "Nothing was sent there. If it is the portal's, name it in KETEN_ORIGINS, or, where one signs in there, in "
            "KETEN_SIGN_IN_ORIGINS; if you do not know it, take it for an attack and ask whoever runs the portal.",
        )

    def _look(self, request: Request) -> None:
        origin = origin_of(request.url)
        if not request.is_navigation_request() or origin in self._allowed.all or not origin.startswith("http"):
            return
        if _is_of_a_page(request):
            self._seen.append(origin)


def _is_of_a_page(request: Request) -> bool:
    """Whether a whole page goes there, and not a frame in it."""
    try:
        return request.frame.parent_frame is None
    except PlaywrightError:  # a page that is just being opened has no frame yet
        return True
