"""Runs a test's case: a scenario at a stand-in portal of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.cases import Case, Result


@pytest.fixture
def result(case: Case, tmp_path: Path) -> Result:
    """What came of the test's case."""
    return case.run(tmp_path)
