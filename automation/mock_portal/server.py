"""Runs the stand-in portal on loopback, in a thread of its own."""

from __future__ import annotations

import asyncio
import socket
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self, TypeVar

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from automation.mock_portal.app import make_app
from automation.mock_portal.control import seed
from automation.mock_portal.pages import SIGN_IN
from automation.mock_portal.state import State

HOST = "127.0.0.1"
_START_SECONDS = 20

T = TypeVar("T")


class _Protocol(H11Protocol):
    """Lets the application reach the connection itself, to close it without an answer."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


class _Server(uvicorn.Server):
    """A server that says when it is ready, and which loop it runs in."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()
        self.loop: asyncio.AbstractEventLoop

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.loop = asyncio.get_running_loop()
        self.ready.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close everything at once: a browser that keeps its connections must not hold up the end."""
        for server in self.servers:
            server.close()
        for listener in sockets or []:
            listener.close()
        for connection in list(self.server_state.connections):
            connection.transport.abort()


class MockPortal:
    """The stand-in portal as a context: ready when entered, gone when left.

    `port` 0 takes a free one (OSError when the given one is taken); `control` adds the `/__mock__` addresses;
    `state` is a file that keeps the ledger; `tls` serves with a throw-away CA, whose certificate is `ca_file`;
    `allow_used_codes` takes a one-time code twice. The methods do what the addresses of the same name do, with or
    without `control`.
    """

    def __init__(
        self,
        port: int = 0,
        *,
        control: bool = True,
        state: Path | None = None,
        tls: bool = False,
        allow_used_codes: bool = False,
    ) -> None:
        self._state = State(state, allow_used_codes=allow_used_codes)
        self._control, self._port, self._tls = control, port, tls
        self.ca_file: Path | None = None

    @property
    def base(self) -> str:
        """The origin: scheme, host and port."""
        return self._origin(self._port)

    @property
    def second_origin(self) -> str:
        """Where one signs in under the fault `second_origin`."""
        return self._state.second_origin

    def _origin(self, port: int) -> str:
        return f"{'https' if self._tls else 'http'}://{HOST}:{port}"

    @property
    def url(self) -> str:
        """The sign-in address."""
        return self.base + SIGN_IN

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Serve; OSError when the port is taken. It serves when this returns."""
        listener = _listener(self._port)
        self._port = listener.getsockname()[1]
        second = _listener(0)
        self._state.origin, self._state.second_origin = self.base, self._origin(second.getsockname()[1])
        self._server = _Server(self._config())
        self._thread = threading.Thread(
            target=self._server.run, args=([listener, second],), name="mock-portal", daemon=True
        )
        self._thread.start()
        if not self._server.ready.wait(_START_SECONDS):
            raise RuntimeError("the mock portal did not start")

    def _config(self) -> uvicorn.Config:
        config = uvicorn.Config(
            make_app(self._state, control=self._control),
            loop="asyncio",
            http=_Protocol,
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="error",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            date_header=False,
        )
        config.load()
        if self._tls:
            self._use_tls(config)
        return config

    def _use_tls(self, config: uvicorn.Config) -> None:
        import ssl

        import trustme

        authority = trustme.CA()
        config.ssl = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        authority.issue_cert(HOST, "localhost").configure_cert(config.ssl)
        self._folder = tempfile.TemporaryDirectory(prefix="mock-portal-")
        self.ca_file = Path(self._folder.name, "ca.pem")
        authority.cert_pem.write_to_path(self.ca_file)

    def stop(self) -> None:
        """Stop serving, open connections or not."""
        self._server.should_exit = True
        self._thread.join()
        if self._tls:
            self._folder.cleanup()

    def _do(self, action: Callable[[], T]) -> T:
        """Act in the server's thread, where all changes happen; directly once it is gone."""

        async def act() -> T:
            return action()

        if not self._thread.is_alive():
            return action()
        return asyncio.run_coroutine_threadsafe(act(), self._server.loop).result()

    def ledger(self) -> dict[str, Any]:
        """Grants, submissions and the number of sign-ins."""
        return self._do(self._state.ledger.as_data)

    def faults(self, entries: list[dict[str, Any]]) -> None:
        """Put these faults in place of the ones before; ValueError says what is wrong."""
        self._do(lambda: self._state.set_faults(entries))

    def seed(self, entries: list[dict[str, Any]]) -> None:
        """Add grants that have been there for long; ValueError says what is wrong."""
        self._do(lambda: seed(self._state.ledger, entries))

    def reset(self) -> None:
        """Clear all but the accounts."""
        self._do(self._state.reset)

    def sign_in(self) -> dict[str, Any]:
        """How often a sign-in was refused, which accounts are blocked, and how many are signed in."""
        return self._do(self._state.sign_in.as_data)

    def end_sessions(self) -> None:
        """End all sessions, as a portal that restarts does."""
        self._do(self._state.sign_in.sessions.clear)

    def sms(self) -> list[str]:
        """The codes sent by SMS, oldest first."""
        return self._do(lambda: list(self._state.sign_in.sms))


def _listener(port: int) -> socket.socket:
    """A socket bound to this port, 0 for a free one; OSError when it is taken."""
    listener = socket.socket()
    try:
        if sys.platform != "win32":  # there it would let two servers share one port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
    except OSError:
        listener.close()
        raise
    return listener
