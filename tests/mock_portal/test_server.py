"""The mock portal as a server: where it listens, its TLS, its state file, and how it stops."""

from __future__ import annotations

import socket
import ssl
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from automation.mock_portal.server import MockPortal
from tests.mock_portal.portal_client import RECORDING, connected, grant


def test_it_serves_over_tls_by_a_certificate_of_its_own_authority() -> None:
    with MockPortal(tls=True) as portal:
        assert portal.url.startswith("https://127.0.0.1:")
        trusting = ssl.create_default_context(cafile=str(portal.ca_file))
        with urllib.request.urlopen(portal.url, context=trusting) as answer:
            assert "Oefenomgeving" in answer.read().decode()
        with pytest.raises(urllib.error.URLError, match="CERTIFICATE_VERIFY_FAILED"):
            urllib.request.urlopen(portal.url)

    assert portal.ca_file is not None
    assert not portal.ca_file.exists()


def test_a_dropped_connection_ends_over_tls_as_well() -> None:
    with MockPortal(tls=True) as portal, connected(portal) as client:
        client.sign_in()
        portal.faults([{"kind": "drop_after_commit"}])

        with pytest.raises((ConnectionError, ssl.SSLError)):
            client.post(RECORDING, grant())

        assert [submission["outcome"] for submission in portal.ledger()["submissions"]] == ["dropped"]


def test_what_was_recorded_is_there_again_after_a_restart(tmp_path: Path) -> None:
    state = tmp_path / "mock.json"
    with MockPortal(state=state) as portal, connected(portal) as client:
        client.sign_in()
        client.post(RECORDING, grant())
        before = portal.ledger()

    with MockPortal(state=state) as portal:
        assert portal.ledger() == before
    assert before["grants"]


def test_a_file_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    state = tmp_path / "notes.json"
    state.write_text('{"shopping": []}')

    with pytest.raises(ValueError, match=r"notes\.json is not a state file"):
        MockPortal(state=state)

    assert state.read_text() == '{"shopping": []}'


def test_it_stops_at_once_with_connections_open_and_a_submission_under_way() -> None:
    with MockPortal() as portal, connected(portal) as client, connected(portal) as idle:
        idle.get("/beheer")
        client.sign_in()
        portal.faults([{"kind": "slow_submit", "seconds": 600}])
        client.connection.putrequest("POST", RECORDING)
        client.connection.endheaders()
        start = time.monotonic()

    assert time.monotonic() - start < 2


def test_a_port_that_is_taken_is_an_os_error() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()

        with pytest.raises(OSError, match="in use"):
            MockPortal(taken.getsockname()[1]).start()
