"""Exceptions and reports of tests hold no secret, whatever carries it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Error as PlaywrightError

from automation.machine.masking import Masking
from automation.testing.clean_reports import clean_exception, clean_report

SECRET = "Zeer-geheim-4711"


@pytest.fixture
def masking() -> Masking:
    masking = Masking()
    masking.add(SECRET)
    return masking


def test_an_exception_is_cleaned_with_its_causes_its_notes_and_those_in_a_group(masking: Masking) -> None:
    cause = PlaywrightError(f'fill("{SECRET}") failed')
    inner = ValueError(SECRET, 4711)
    inner.__cause__ = cause
    inner.add_note(f"typed {SECRET}")
    group = ExceptionGroup("several", [inner])

    clean_exception(group, masking)

    assert (str(cause), cause.message) == ('fill("***") failed', 'fill("***") failed')
    assert inner.args == ("***", 4711)
    assert inner.__notes__ == ["typed ***"]


def test_a_report_is_cleaned_in_traceback_output_and_properties(masking: Masking) -> None:
    def failing(password: str) -> None:
        raise ValueError(f"no entry with {password}")

    with pytest.raises(ValueError, match="no entry") as caught:
        failing(SECRET)
    report = pytest.TestReport(
        nodeid="test_x.py::test_x",
        location=("test_x.py", 1, "test_x"),
        keywords={},
        outcome="failed",
        longrepr=caught.getrepr(showlocals=True),
        when="call",
        sections=[("Captured stdout call", SECRET)],
        user_properties=[("typed", SECRET)],
    )
    assert SECRET in report.longreprtext

    clean_report(report, masking)

    assert SECRET not in report.longreprtext
    assert "no entry with ***" in report.longreprtext
    assert report.sections == [("Captured stdout call", "***")]
    assert report.user_properties == [("typed", "***")]


@pytest.mark.parametrize(
    ("shown", "cleaned"),
    [
        (f"'what was typ...{SECRET[6:]}' == ''", "'what was typ...***' == ''"),
        (f"'{SECRET[:-3]}...of the rest'", "'***...of the rest'"),
        (f"a list of {SECRET[:2]}...", f"a list of {SECRET[:2]}..."),
    ],
)
def test_what_pytest_shortened_holds_no_part_of_a_secret(masking: Masking, shown: str, cleaned: str) -> None:
    report = pytest.TestReport("test_x", ("test_x.py", 1, "test_x"), {}, "failed", shown, "call")

    clean_report(report, masking)

    assert report.longrepr == cleaned
