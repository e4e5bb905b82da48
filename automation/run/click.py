"""The last of two clicks, where a portal asks once more in a dialog before it records (law 3)."""

from __future__ import annotations

import time
from collections.abc import Callable

from automation.browser.hold import Hold
from automation.errors import Mismatch
from automation.law.gate import Reading
from automation.run.wizard import asked_again
from pages.review import ReviewStep


def confirm(
    review: ReviewStep, hold: Hold, before: Reading, differences: Callable[[Reading], list[str]], timeout: float
) -> tuple[str, str | None]:
    """Wait for the dialog, compare what it shows, and click its button once.

    `before` is what the gate read, `differences` holds a reading against what is to be recorded; `timeout` is in
    seconds. Why the button was not clicked, empty where it was or where the first click recorded already; and what
    Playwright says of the click.
    """
    deadline = time.monotonic() + timeout
    while not review.confirm.present:
        if hold.released or hold.failure is not None:
            return "", None
        if review.error() is not None:
            return "the portal shows an error instead of asking once more", None
        if time.monotonic() > deadline:
            return "the dialog that asks once more did not come", None
        review.wait_a_moment()
    if found := _changed(review, before, differences):
        hold.shut()
        return f"the dialog that asks once more differs: {'; '.join(found)}", None
    button = review.confirm.find()
    return "", None if hold.released else review.click(button)


def _changed(review: ReviewStep, before: Reading, differences: Callable[[Reading], list[str]]) -> list[str]:
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
