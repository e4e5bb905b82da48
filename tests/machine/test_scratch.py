"""Folders for what passes through: gone in the end, and what a killed process left is removed by the next."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from automation.machine.scratch import scratch


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def aged(folder: Path) -> None:
    os.utime(folder, (0, 0))


def test_it_is_the_owners_alone_and_gone_in_the_end(temporary: Path) -> None:
    with scratch() as folder:
        (folder / "raw.zip").write_bytes(b"secret")
        if os.name != "nt":
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert list(temporary.iterdir()) == []


def test_one_in_use_is_left_alone_however_old() -> None:
    with scratch() as old:
        aged(old)
        with scratch():
            assert old.is_dir()


def test_one_of_a_killed_process_is_removed_by_the_next(temporary: Path) -> None:
    program = "from automation.machine.scratch import scratch\nwith scratch() as f: print(f, flush=True); input()"
    killed = subprocess.Popen(
        [sys.executable, "-c", program],
        env=os.environ | {"TMPDIR": str(temporary), "TEMP": str(temporary)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert killed.stdout is not None
    left = Path(killed.stdout.readline().strip())
    killed.send_signal(signal.SIGTERM if os.name == "nt" else signal.SIGKILL)
    killed.communicate()
    assert left.is_dir()
    aged(left)

    with scratch():
        assert not left.exists()


def test_what_others_named_alike_is_left_alone(temporary: Path) -> None:
    (temporary / "keten-theirs").mkdir()
    aged(temporary / "keten-theirs")
    (temporary / "keten-link").symlink_to(temporary / "keten-theirs")

    with scratch():
        assert (temporary / "keten-theirs").is_dir()
        assert (temporary / "keten-link").is_symlink()
