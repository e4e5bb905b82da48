"""What an answer says of the portal's clock, and what says nothing of it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from automation.session.clocks import seconds_ahead


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"date": "Thu, 01 Jan 1970 00:00:00 GMT", "age": "5"},
        {"date": "gisteren"},
        {"date": "Thu, 1 Jan 1970 00:00:00 -0000"},
    ],
    ids=["no date", "of an answer that is kept", "no date that can be read", "no zone"],
)
def test_what_does_not_tell_the_time_is_passed_over(headers: dict[str, str]) -> None:
    response: Any = SimpleNamespace(headers=headers)

    assert seconds_ahead(response) is None


def test_a_date_tells_how_far_ahead_the_portal_is() -> None:
    response: Any = SimpleNamespace(headers={"date": "Fri, 01 Jan 2100 00:00:00 GMT"})

    assert (seconds_ahead(response) or 0) > 0
