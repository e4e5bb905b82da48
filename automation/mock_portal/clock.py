"""Calendar dates in the Netherlands, and terms of whole years."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

MAX_YEARS = 5


def today() -> date:
    """The calendar date in the Netherlands."""
    return datetime.now(ZoneInfo("Europe/Amsterdam")).date()


def now() -> str:
    """This moment in UTC, ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def years_later(start: date, years: int) -> date:
    """The same day that many years later; 28 February where there is no 29."""
    try:
        return start.replace(year=start.year + years)
    except ValueError:
        return start.replace(year=start.year + years, day=28)


def years_begun(start: date, end: date) -> int:
    """How many years, begun ones counted whole, lie between two dates."""
    years = 1
    while years_later(start, years) < end:
        years += 1
    return years
