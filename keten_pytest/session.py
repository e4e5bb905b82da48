"""The pytest session under way: its options, whether it is about a portal, and what watches over it from then on."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from keten_pytest.packages import are_ours, check_whose_packages

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from automation.testing.pytest_session import PytestSession
    from pages.profile import Profile

SESSION = pytest.StashKey["PytestSession"]()
configs: list[pytest.Config] = []
"""That of the session under way; if a session runs within another, the innermost is last."""


def begun(config: pytest.Config) -> PytestSession:
    """What watches over this session's browser contexts, recordings and reports, from its first use on.

    It fails the test where another package has the name of one of ours.
    """
    if SESSION not in config.stash:
        check_whose_packages()
        from automation.testing.pytest_session import PytestSession

        config.stash[SESSION] = PytestSession(captured=config.getoption("capture") != "no")
    return config.stash[SESSION]


def end(config: pytest.Config) -> None:
    """Watch over nothing any more, until the next use."""
    if session := config.stash.get(SESSION, None):
        session.end()
        del config.stash[SESSION]


def oversee(page: Page, profile: Profile, address: str) -> None:
    """Asked by each page object before it works on a page: see to it that nothing is recorded by accident."""
    if configs:
        begun(configs[-1]).oversee(page, profile, address)


def typed(secret: str) -> None:
    """Told by page objects of each secret that they type."""
    if configs:
        begun(configs[-1]).typed(secret)


def portal_named(config: pytest.Config) -> str | None:
    """The portal that the command line or the configuration file names."""
    return config.getoption("keten_portal") or config.getini("keten_portal") or None


def profile_named(config: pytest.Config) -> Path | None:
    """The profile that the command line or the configuration file names."""
    given: Path | None = config.getoption("keten_profile")
    written = config.getini("keten_profile")
    beside = config.inipath.parent if config.inipath else config.rootpath
    return given or (beside / written if written else None)


def is_in_use(session: pytest.Session) -> bool:
    """Whether this session is about a portal: it names one, or a test asks for a fixture or a module of ours."""
    return (
        SESSION in session.config.stash
        or portal_named(session.config) is not None
        or "KETEN_PORTAL_URL" in os.environ
        or any(map(_asks_for_ours, session.items))
        or are_ours(sys.modules)
    )


def _asks_for_ours(item: pytest.Item) -> bool:
    """Whether a test names one of our fixtures; one of the project's own may have the same name."""
    known = getattr(getattr(item, "_fixtureinfo", None), "name2fixturedefs", {})
    return any(found and found[-1].func.__module__ == "keten_pytest.fixtures" for found in known.values())
