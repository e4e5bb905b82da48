"""An HTTP server of a test that remembers what reached it, in the order in which the connections came in."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import trustme


@dataclass(frozen=True)
class Received:
    """One request, and which connection it came over (from 0, in the order of accepting)."""

    connection: int
    method: str
    target: str
    headers: dict[str, str]
    body: bytes


Answer = Callable[[Received], bytes | None]
"""What to send for a request, head and all; None to drop the connection."""


def answer(body: str = "", status: str = "200 OK", **headers: str) -> bytes:
    fields = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    head = f"HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {len(body.encode())}\r\n{fields}\r\n"
    return (head + body).encode()


@dataclass
class RecordingServer:
    """Listens on 127.0.0.1; keeps connections alive as long as its clients do. With `tls`, by a throw-away CA."""

    reply: Answer
    tls: bool = False
    received: list[Received] = field(default_factory=list)
    connections: int = 0

    def __post_init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=100)
        self.port: int = self._listening.getsockname()[1]
        self.origin = f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"
        self._encryption = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH) if self.tls else None
        if self._encryption:
            trustme.CA().issue_cert("127.0.0.1").configure_cert(self._encryption)
        self._open: set[socket.socket] = set()
        self._accepting = threading.Thread(target=self._accept)
        self._accepting.start()

    def count(self, method: str) -> int:
        return sum(one.method == method for one in self.received)

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._accepting.join()
        self._listening.close()
        self.close_connections()

    def close_connections(self) -> None:
        for connection in list(self._open):
            _drop(connection)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            number, self.connections = self.connections, self.connections + 1
            self._open.add(connection)
            threading.Thread(target=self._serve, args=(connection, number), daemon=True).start()

    def _serve(self, connection: socket.socket, number: int) -> None:
        try:
            if self._encryption:
                self._open.discard(connection)
                connection = self._encryption.wrap_socket(connection, server_side=True)
                self._open.add(connection)
            with connection, connection.makefile("rb") as incoming:
                while line := incoming.readline():
                    method, target, _ = line.decode().split()
                    headers = {}
                    while (header := incoming.readline()).strip():
                        name, _, value = header.decode().partition(":")
                        headers[name.lower()] = value.strip()
                    body = incoming.read(int(headers.get("content-length", 0)))
                    received = Received(number, method, target, headers, body)
                    self.received.append(received)
                    sent = self.reply(received)
                    if sent is None:
                        _drop(connection)
                        return
                    connection.sendall(sent)
        except (OSError, ValueError):
            pass  # the client is gone, or does not speak HTTP
        finally:
            self._open.discard(connection)


def _drop(connection: socket.socket) -> None:
    with suppress(OSError):  # it is closed already
        connection.shutdown(socket.SHUT_RDWR)


@contextmanager
def serving(reply: Answer = lambda _: answer("hello"), *, tls: bool = False) -> Iterator[RecordingServer]:
    server = RecordingServer(reply, tls)
    try:
        yield server
    finally:
        server.close()
