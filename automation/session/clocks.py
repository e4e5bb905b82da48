"""How far the portal's clock is from this machine's: one-time codes depend on it."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Response


def seconds_ahead(response: Response) -> float | None:
    """Seconds that the portal's clock is ahead, by an answer that it gives now; None where that does not tell.

    An answer with an age (RFC 9111, 5.1) tells of when it was first given.
    """
    said = response.headers.get("date")
    if not said or "age" in response.headers:
        return None
    try:
        return (parsedate_to_datetime(said) - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError):  # no date, or one that does not say of which zone
        return None
