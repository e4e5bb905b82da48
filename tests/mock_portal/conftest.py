"""A mock portal that runs, and a client of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from automation.mock_portal.server import MockPortal
from tests.mock_portal.portal_client import PortalClient, connected


@pytest.fixture(scope="package")
def running_portal() -> Iterator[MockPortal]:
    with MockPortal(allow_used_codes=True) as running:
        yield running


@pytest.fixture
def portal(running_portal: MockPortal) -> MockPortal:
    running_portal.reset()
    return running_portal


@pytest.fixture
def client(portal: MockPortal) -> Iterator[PortalClient]:
    with connected(portal) as one:
        yield one


@pytest.fixture
def signed_in(client: PortalClient) -> PortalClient:
    client.sign_in()
    return client
