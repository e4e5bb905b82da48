"""A company's proxy of a test: asks for a password, remembers what it was asked, and passes it on, or not."""

from __future__ import annotations

import base64
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

USER, PASSWORD = "bedrijf\\piet", "p@ss:wörd/%"
AUTHORIZATION = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()


@dataclass
class CompanyProxy:
    """Listens on 127.0.0.1. `answer`: what it says to everything instead of passing it on; `b""` drops."""

    answer: bytes | None = None
    tls: ssl.SSLContext | None = None
    asked: list[tuple[str, str]] = field(default_factory=list)
    """The first line of each request, and the credentials that came with it."""

    def __post_init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=100)
        self.port: int = self._listening.getsockname()[1]
        self.address = f"127.0.0.1:{self.port}"
        scheme = "https" if self.tls else "http"
        self.setting = f"{scheme}://bedrijf%5Cpiet:p%40ss%3Aw%C3%B6rd%2F%25@{self.address}"
        self._accepting = threading.Thread(target=self._accept)
        self._accepting.start()

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._accepting.join()
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with suppress(OSError):
            client = self.tls.wrap_socket(client, server_side=True) if self.tls else client
            with client:
                head = b""
                while b"\r\n\r\n" not in head:
                    data = client.recv(65536)
                    if not data:
                        return
                    head += data
                head, _, rest = head.partition(b"\r\n\r\n")
                line, *fields = head.decode().split("\r\n")
                headers = {name.lower(): value.strip() for name, _, value in (one.partition(":") for one in fields)}
                given = headers.get("proxy-authorization", "")
                self.asked.append((line, given))
                if self.answer is not None:
                    client.sendall(self.answer)
                elif given != AUTHORIZATION:
                    client.sendall(
                        b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n"
                        b"Content-Length: 0\r\nConnection: close\r\n\r\n"
                    )
                else:
                    self._pass_on(client, line, fields, rest)

    def _pass_on(self, client: socket.socket, line: str, fields: list[str], rest: bytes) -> None:
        method, target, _ = line.split()
        parts = urlsplit(f"//{target}" if method == "CONNECT" else target)
        with socket.create_connection((parts.hostname or "", parts.port or 80), timeout=20) as server:
            server.settimeout(None)
            if method == "CONNECT":
                client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            else:
                kept = [one for one in fields if not one.lower().startswith("proxy-")]
                path = target.partition(parts.netloc)[2] or "/"
                server.sendall("\r\n".join((f"{method} {path} HTTP/1.1", *kept, "", "")).encode() + rest)
            back = threading.Thread(target=_copy, args=(server, client), daemon=True)
            back.start()
            _copy(client, server)
            back.join()


def _copy(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)


@contextmanager
def company_proxy(answer: bytes | None = None, tls: ssl.SSLContext | None = None) -> Iterator[CompanyProxy]:
    proxy = CompanyProxy(answer, tls)
    try:
        yield proxy
    finally:
        proxy.close()
