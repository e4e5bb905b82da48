"""What keeps this project's tests from a developer's own settings and state."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from playwright.sync_api import BrowserType

from automation.browser.choice import find
from automation.journal.journal import Journal
from automation.machine import locks
from automation.machine.masking import SECRETS
from tests import postgres as postgres_server
from tests.journals import address
from tests.light_browser import LIGHT

FAR = "keten.example"
"""The browser of the tests finds servers of this machine by names under it too, as if they were elsewhere."""

LONG = {"e2e", "testing", "simulation"}
"""Folders of tests that start keten, or a pytest, as a process of its own, or live through many histories."""

# How long one example takes says how busy the machine is: speed is measured in benchmarks, and in no test.
settings.register_profile("keten", deadline=None)
settings.load_profile("keten")


def pytest_xdist_auto_num_workers() -> int:
    """Two for each core: tests in a browser wait more than they work."""
    return 2 * (os.cpu_count() or 1)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deal the longest tests out, first of all: xdist gives each worker one piece of the list, and what is left of it
    to who has nothing to do. In the order of files one would have all of them, and be the last.
    """
    workers = getattr(config, "workerinput", {}).get("workercount", 1)
    long = [item for item in items if not LONG.isdisjoint(item.path.parts)]
    short = [item for item in items if LONG.isdisjoint(item.path.parts)]
    pieces = [[long[place::workers], _piece(short, place, workers)] for place in range(workers)]
    items[:] = [item for piece in pieces for part in piece for item in part]


def _piece(items: list[pytest.Item], place: int, of: int) -> list[pytest.Item]:
    return items[len(items) * place // of : len(items) * (place + 1) // of]


@pytest.fixture(scope="session", autouse=True)
def _nothing_of_the_developer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No setting of the environment, no keyring, and passing folders for used codes, sessions, keys and locks."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("KETEN_")]:
            patch.delenv(name)
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data")))
        patch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
        folder = tmp_path_factory.mktemp("locks")
        patch.setattr(locks, "folder_of_locks", lambda: folder)
        yield


@pytest.fixture(autouse=True)
def _no_secret_of_the_test_before() -> Iterator[None]:
    with SECRETS.of_a_run():
        yield


@pytest.fixture(scope="session")
def postgres() -> Iterator[postgres_server.Server]:
    """A PostgreSQL server of this test process's own."""
    where = postgres_server.binaries()
    if where is None:
        if "CI" in os.environ:
            pytest.fail("PostgreSQL is not installed: .ci/run installs it")
        pytest.skip("PostgreSQL is not installed")
    with postgres_server.running(where) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a new, empty database, of either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'journal.db'}"
    server: postgres_server.Server = request.getfixturevalue("postgres")
    return server.database()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where `journal` is."""
    return tmp_path / "journal.db"


@pytest.fixture
def journal(file: Path) -> Iterator[Journal]:
    """A new journal in a file."""
    journal = Journal.open(address(file))
    yield journal
    journal.close()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any], browser_type: BrowserType) -> dict[str, Any]:
    """A browser for the tests of single pages too, where Playwright's own is not installed.

    A process of tests has one browser for all of them: what one module needs of it, stands here.
    """
    own, args = Path(browser_type.executable_path), browser_type_launch_args.get("args", ())
    here = {**browser_type_launch_args, "args": [*args, f"--host-resolver-rules=MAP *.{FAR} 127.0.0.1"]}
    if own.exists() or "channel" in browser_type_launch_args:
        return here
    return {**here, "executable_path": LIGHT or find(None, own, print).executable}
