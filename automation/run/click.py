"""The costly click: made once, confirmed where the portal asks again, and awaited until the screen tells (law 3, 4)."""

from __future__ import annotations

import time
from collections.abc import Callable

from automation.browser.click import Click
from automation.errors import Mismatch
from automation.law.gate import ScreenReading
from automation.run.wizard import asked_again
from pages.review import ReviewStep

_GRACE = 10.0  # seconds that the screen may take to show what an answer meant


def confirm(
    review: ReviewStep,
    click: Click,
    before: ScreenReading,
    differences: Callable[[ScreenReading], list[str]],
    timeout: float,
) -> tuple[str, str | None]:
    """Wait for the dialog that asks once more, compare what it shows, and click its button once.

    `before` is what the gate read, `differences` holds a reading against what is to be recorded; `timeout` is in
    seconds. Returns why the button was not clicked, empty where it was or where the first click recorded already; and
    what Playwright says of the click.
    """
    deadline = time.monotonic() + timeout
    while not review.confirm.present:
        if click.released or click.failure is not None:
            return "", None
        if review.error() is not None:
            return "the portal shows an error instead of asking once more", None
        if time.monotonic() > deadline:
            return "the dialog that asks once more did not come", None
        review.wait_a_moment()
    if found := _changed(review, before, differences):
        click.stop()
        return f"the dialog that asks once more differs: {'; '.join(found)}", None
    button = review.confirm.find()
    return "", None if click.released else review.click(button)


def await_outcome(review: ReviewStep, click: Click, timeout: float) -> None:
    """Wait until the released request is answered and the screen shows what that meant, or time is up.

    `timeout` is in seconds; a request that is under way is awaited however long it takes.
    """
    confirmation = review.confirmation()
    deadline, released = time.monotonic() + timeout, 0
    while click.under_way or (click.failure is None and time.monotonic() < deadline):
        if click.answered:
            expired = click.answer is not None and click.answer.status == 401
            if expired or (confirmation.there and click.all_released) or review.error() is not None:
                break
            if click.released != released:
                released, deadline = click.released, time.monotonic() + _GRACE
        review.wait_a_moment()


def _changed(review: ReviewStep, before: ScreenReading, differences: Callable[[ScreenReading], list[str]]) -> list[str]:
    """In what the dialog differs from what is to be recorded, and from what was shown before."""
    try:
        now = asked_again(review, before)
    except Mismatch as error:
        return [error.message]
    found = differences(now)
    if before.costs not in (None, now.costs):
        found.append(f"costs: {before.costs} was shown before, {now.costs} in the dialog")
    if before.valid_until not in (None, now.valid_until):
        found.append(f"end date: {before.valid_until} was shown before, {now.valid_until} in the dialog")
    return found
