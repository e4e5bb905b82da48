"""What a portal's requests are, by its profile: which one records a grant, and which may pass beside it (law 3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin, urlsplit

from automation.domain.addresses import origin_of
from pages.profile import Recording, RecordingRequest

if TYPE_CHECKING:
    from playwright.sync_api import Request

SAFE: Final = frozenset({"GET", "HEAD"})
"""Methods that change nothing at a portal, unless its profile says that such a request records."""


@dataclass(frozen=True)
class PortalRequests:
    """Tells the requests of one portal apart. `address` is that of its sign-in."""

    address: str
    recording: Recording

    def is_written(self, request: Request) -> bool:
        """Whether the profile says that this request records a grant."""
        written = self.recording.request
        return written is not None and _matches(written, request)

    def may_record(self, request: Request) -> bool:
        """Whether it is the request that records; where the profile names none, any that goes to the portal may be."""
        if self.recording.request is None:
            return origin_of(request.url) == origin_of(self.address)
        return self.is_written(request)

    def may_pass(self, request: Request) -> bool:
        """Whether the profile lets it pass beside the one that records, which itself is never let pass."""
        passes = any(_matches(passing, request) for passing in self.recording.lets_pass)
        return passes and not self.is_written(request)

    def leads_to_sign_in(self, url: str, location: str, status: int) -> bool:
        """Whether the answer to a request to `url` redirects to the sign-in: it is no witness of a grant then."""
        if not 300 <= status < 400:
            return False
        try:
            target, sign_in = urlsplit(urljoin(url, location)), urlsplit(self.address)
        except ValueError:
            return True  # an invalid address may lead anywhere
        return target.path.rstrip("/") == sign_in.path.rstrip("/")


def bare(address: str) -> str:
    """An address without its query, which may hold personal data."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}{parts.path}"


def _matches(written: RecordingRequest, request: Request) -> bool:
    body = (request.post_data_buffer or b"").decode("utf-8", "replace")
    return written.is_sent_by(request.method, request.url, body)
