"""The log of a run: what happens while it goes on, an event and its detail a line."""

from __future__ import annotations

from loguru import logger


def note(event: str, detail: str) -> None:
    """Write a line into the log; `event` tells what kind it is."""
    logger.bind(event=event).info(detail)
