"""What options say, and the error of one that is not there."""

from __future__ import annotations

from collections.abc import Iterable

from playwright.sync_api import Locator
from rapidfuzz import process

from automation.errors import GrantError


def not_one(where: str, wanted: str, count: int, offered: Iterable[str]) -> GrantError:
    """The error of a choice that is not there, or there more than once, with what comes near."""
    if count:
        return GrantError(f"{where}: “{wanted}” is there {count} times; which one is meant cannot be told")
    near = [str(match[0]) for match in process.extract(wanted, list(offered), limit=3, score_cutoff=50)]
    return GrantError(
        f"{where}: “{wanted}” is not there",
        f"What comes near: {', '.join(f'“{n}”' for n in near)}." if near else "Is it spelled as the portal spells it?",
    )


def texts(found: Locator) -> list[str]:
    """The visible texts, white space folded."""
    return [" ".join(text.split()) for text in found.all_inner_texts()]


def labels(found: Locator) -> list[str]:
    """What each says of itself: its text, or for an input that of its label."""
    return [
        " ".join(str(text).split())
        for text in found.evaluate_all(
            "es => es.map(e => e.getAttribute('aria-label') || e.labels?.[0]?.innerText || e.innerText || '')"
        )
    ]
