"""A PostgreSQL server to test with: made anew in a passing folder, run as an ordinary user, on a free port."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

_DEBIAN = Path("/usr/lib/postgresql")


@dataclass(frozen=True)
class Server:
    """A running server; `database()` makes an empty one."""

    port: int
    user: str

    def database(self) -> str:
        """The address of a new, empty database."""
        name = f"keten_{secrets.token_hex(6)}"
        spoken = {"client_encoding": "UTF8"}
        engine = sa.create_engine(self._address("postgres"), isolation_level="AUTOCOMMIT", connect_args=spoken)
        with engine.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
        engine.dispose()
        return self._address(name).replace("+psycopg", "")

    def _address(self, database: str) -> str:
        return f"postgresql+psycopg://{self.user}@127.0.0.1:{self.port}/{database}"


def binaries() -> Path | None:
    """Where `initdb` and `pg_ctl` are; None where PostgreSQL is not installed."""
    newest = sorted(_DEBIAN.glob("*/bin/initdb"), key=lambda file: int(file.parts[-3]))
    found = newest[-1] if newest else shutil.which("initdb")
    return Path(found).parent if found else None


@contextmanager
def running(where: Path) -> Iterator[Server]:
    """A server for as long as this lasts."""
    as_root = os.name == "posix" and os.geteuid() == 0
    user = "postgres" if as_root else "keten"
    ordinary: dict[str, Any] = {"user": user, "group": user, "extra_groups": []} if as_root else {}
    folder = Path(tempfile.mkdtemp(prefix="keten-postgres-"))
    try:
        if as_root:
            shutil.chown(folder, user, user)
        data = folder / "data"
        _run([where / "initdb", "--no-sync", "--auth=trust", f"--username={user}", "-D", data], folder, ordinary)
        port = _free_port()
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=500"
        started = [where / "pg_ctl", "-D", data, "-l", folder / "log", "-w", "-o", options, "start"]
        _run(started, folder, ordinary)
        try:
            yield Server(port, user)
        finally:
            _run([where / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"], folder, ordinary)
    finally:
        shutil.rmtree(folder)


def _run(command: list[Any], folder: Path, ordinary: dict[str, Any]) -> None:
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C"}
    ran = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False, **ordinary)
    if ran.returncode:
        raise RuntimeError(f"{command[0]}: {ran.stderr.decode()}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
