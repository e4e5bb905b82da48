"""What a pytest session that uses keten is watched by: its browser contexts, its recordings, its reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from automation.machine.masking import SECRETS
from automation.testing.clean_allure import CleanAllure
from automation.testing.clean_output import CleanOutput
from automation.testing.clean_recordings import CleanRecordings, learn
from automation.testing.clean_reports import clean_exception, clean_report
from automation.testing.every_context import EveryContext
from pages.profile import Profile

if TYPE_CHECKING:
    import pytest
    from playwright.sync_api import Page


class PytestSession:
    """From when it is made on, no test records by accident off loopback, and none leaves a secret (law 3)."""

    def __init__(self, *, captured: bool = True) -> None:
        """`captured`: whether pytest captures what tests print, and so tells it in its reports."""
        self._notes: list[str] = []
        self._contexts = EveryContext(self._notes.append)
        self._recordings = CleanRecordings(self._notes.append)
        self._allure = CleanAllure(SECRETS)
        self._output = CleanOutput(SECRETS, streams=not captured)

    def end(self) -> None:
        """Leave Playwright's classes, and what is written, as they were."""
        self._output.end()
        self._allure.end()
        self._recordings.end()
        self._contexts.end()

    def know(self, profile: Profile, address: str) -> None:
        """A portal that tests of this session use."""
        self._contexts.know(profile, address)

    def oversee(self, page: Page, profile: Profile, address: str) -> None:
        """A page that a page object of such a portal works on."""
        self.know(profile, address)
        self._contexts.take(page.context)

    def typed(self, secret: str) -> None:
        """A secret that a page object types."""
        SECRETS.add(secret)

    def clean(self, report: pytest.TestReport, failure: pytest.ExceptionInfo[BaseException] | None) -> None:
        """Take the secrets out of a report and the exception behind it, and add what was kept from leaving."""
        if self._notes:
            report.sections.append(("keten", "\n".join(self._notes)))
            self._notes.clear()
        if report.when == "call" or report.failed:
            learn(self._contexts.open)
        if failure is not None:
            clean_exception(failure.value, SECRETS)
        clean_report(report, SECRETS)

    def clean_warning(self, warning: Warning | str) -> None:
        """Take the secrets out of what a warning says."""
        if isinstance(warning, Warning):
            clean_exception(warning, SECRETS)

    def clean_again(self, report: pytest.TestReport) -> None:
        """Take the secrets out of what other plugins have added to a report."""
        clean_report(report, SECRETS)
