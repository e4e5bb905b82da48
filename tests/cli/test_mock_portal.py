"""`keten mock-portal`: its first line of stdout, how it ends, and what it says when it cannot begin."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-c", "from automation.cli import main; main()", "mock-portal"]


@contextmanager
def running(*options: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    with subprocess.Popen([*COMMAND, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process, json.loads(process.stdout.readline())
        finally:
            process.kill()


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_tells_its_address_first_and_ends_well_when_stopped(number: signal.Signals) -> None:
    with running("--port", "0", "--control") as (process, told):
        base = told["url"].removesuffix("/beheer")
        with urllib.request.urlopen(f"{base}/__mock__/ledger") as answer:
            assert json.load(answer)["grants"] == []
        process.send_signal(number)
        rest, hint = process.communicate(timeout=20)

    assert (process.returncode, rest) == (0, "")
    assert "Welkom-bij-de-mock-1" in hint


def test_with_tls_it_tells_its_authority_as_well() -> None:
    with running("--tls") as (_, told):
        assert told["url"].startswith("https://127.0.0.1:")
        assert "BEGIN CERTIFICATE" in Path(told["ca_file"]).read_text()


def test_a_port_that_is_taken_is_said_clearly() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = subprocess.run([*COMMAND, "--port", str(port)], capture_output=True, text=True, timeout=60)

    assert ended.returncode == 2
    assert f"cannot listen on 127.0.0.1:{port}" in ended.stderr


def test_a_state_file_that_cannot_be_used_is_said_clearly(tmp_path: Path) -> None:
    ended = subprocess.run([*COMMAND, "--state", str(tmp_path)], capture_output=True, text=True, timeout=60)

    assert ended.returncode == 2
    assert "--state" in ended.stderr
