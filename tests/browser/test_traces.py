"""What is recorded: work that is no part of other work, never a sign-in; and what becomes of it."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any, cast

import pytest
from playwright.sync_api import BrowserContext
from playwright.sync_api import Error as PlaywrightError

from automation.browser.traces import Tracing


class Recorder:
    """Stands for Playwright's own tracing of a context, and for the context."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.archive: bytes | None = None
        self.gone = False

    @property
    def tracing(self) -> Recorder:
        return self

    def start(self, **_: Any) -> None:
        self._tell("start")

    def stop(self, path: Path | None = None) -> None:
        self._tell("take" if path else "stop")
        if path and self.archive is None:
            with zipfile.ZipFile(path, "w") as archive:
                archive.writestr("trace.trace", "{}\n")
        elif path:
            path.write_bytes(self.archive or b"")

    def _tell(self, event: str) -> None:
        if self.gone:
            raise PlaywrightError("Target page, context or browser has been closed")
        self.told.append(event)


def nothing() -> None:
    """There is nothing to learn."""


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def tracing(recorder: Recorder) -> Tracing:
    return Tracing(cast(BrowserContext, recorder))


def test_work_that_goes_well_leaves_nothing(tracing: Tracing, recorder: Recorder) -> None:
    with tracing.work(), tracing.work():
        assert not tracing.outermost
    assert recorder.told == ["start", "stop"]


def test_work_that_fails_is_taken_with_all_that_was_part_of_it(tracing: Tracing, recorder: Recorder) -> None:
    with tracing.work():
        with tracing.work():
            pass
        assert tracing.outermost
        assert tracing.take(nothing) is not None
        assert tracing.take(nothing) is None
    assert recorder.told == ["start", "take"]


def test_secrets_are_asked_for_when_the_record_has_ended(tracing: Tracing, recorder: Recorder) -> None:
    with tracing.work():
        tracing.take(lambda: recorder.told.append("learn"))
    assert recorder.told == ["start", "take", "learn"]


def test_nothing_is_recorded_while_credentials_are_typed(tracing: Tracing, recorder: Recorder) -> None:
    with tracing.work():
        with tracing.suspended(), tracing.work():
            assert recorder.told == ["start", "stop"]
            assert not tracing.outermost
            assert tracing.take(nothing) is None
        assert recorder.told == ["start", "stop", "start"]
    assert recorder.told == ["start", "stop", "start", "stop"]


def test_a_first_sign_in_is_not_recorded_either(tracing: Tracing, recorder: Recorder) -> None:
    with tracing.suspended(), tracing.work():
        pass
    assert recorder.told == []


@pytest.mark.parametrize("archive", [b"no archive", b"PK\x05\x06"])
def test_a_record_that_cannot_be_read_is_not_kept_and_stops_nothing(
    tracing: Tracing, recorder: Recorder, archive: bytes
) -> None:
    recorder.archive = archive
    with tracing.work():
        assert tracing.take(nothing) is None


def test_a_browser_that_is_gone_stops_nothing(tracing: Tracing, recorder: Recorder) -> None:
    with tracing.work():
        recorder.gone = True
        assert tracing.take(nothing) is None
    with tracing.work():
        assert tracing.take(nothing) is None
