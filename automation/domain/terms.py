"""How long a grant lasts, and which day it is in the Netherlands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def today() -> date:
    """The calendar date in the Netherlands."""
    return datetime.now(AMSTERDAM).date()


@dataclass(frozen=True, order=True)
class Duration:
    """A term in whole years, 1 to 5: an authorisation lasts at most 5 (We-ID's notification pages)."""

    years: int

    def __post_init__(self) -> None:
        if not 1 <= self.years <= 5:
            raise ValueError(f"a grant lasts 1 to 5 years, not {self.years}")

    @classmethod
    def parse(cls, text: str) -> Duration:
        """`1 year` … `5 years`; ValueError for anything else."""
        match = re.fullmatch(r"\s*([0-9]{1,4})\s+years?\s*", text)
        if not match:
            raise ValueError(f'duration \'{text}\' is not written as "1 year" … "5 years"')
        return cls(int(match[1]))

    def end(self, start: date) -> date:
        """The same day that many years later; 28 February where there is no 29."""
        try:
            return start.replace(year=start.year + self.years)
        except ValueError:
            return start.replace(year=start.year + self.years, day=28)

    def __str__(self) -> str:
        return f"{self.years} year{'s' if self.years != 1 else ''}"


@dataclass(frozen=True, order=True)
class Until:
    """A term that ends on a given calendar date."""

    day: date

    def end(self, start: date) -> date:  # noqa: ARG002 - the same question as of a Duration
        """The end date, whatever the start."""
        return self.day

    def __str__(self) -> str:
        return f"until {self.day.isoformat()}"


Term = Duration | Until
