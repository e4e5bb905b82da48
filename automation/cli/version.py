"""Which version of keten this is."""

from __future__ import annotations

from importlib.metadata import version


def version_text() -> str:
    """`keten 0.1.0`."""
    return f"keten {version('keten')}"
