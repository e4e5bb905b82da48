"""Runs the cases of the tests that were asked for a few at a time, since a run waits more than it works."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.e2e.cases import Case, Result

AT_A_TIME = 3

Results = Callable[[Case], Result]


@pytest.fixture(scope="session")
def result_of(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Results]:
    given = [item.callspec.params.get("case") for item in request.session.items if hasattr(item, "callspec")]
    cases = dict.fromkeys(case for case in given if isinstance(case, Case))
    pool = ThreadPoolExecutor(AT_A_TIME)
    running = {case: pool.submit(case.run, tmp_path_factory.mktemp("case")) for case in cases}
    yield lambda case: running[case].result()
    pool.shutdown(cancel_futures=True)


@pytest.fixture
def result(case: Case, result_of: Results) -> Result:
    """What came of the test's case."""
    return result_of(case)
