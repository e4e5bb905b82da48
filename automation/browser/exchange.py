"""One exchange on the wire: what is read from and written to its two ends, and where a request is to go."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Coroutine, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from ipaddress import ip_address
from typing import Any, Final

import h11

from automation.browser.upstream import CHUNK, Address

_LINGER: Final = 2.0  # seconds that a client gets to read its answer
_HOP_BY_HOP: Final = frozenset(
    b"connection proxy-connection proxy-authorization proxy-authenticate keep-alive te trailer upgrade host".split()
)
_AUTHORITY: Final = r"(\[[0-9a-fA-F:.]+\]|[^\s:/?#@\\\[\]]{1,253})(?::([0-9]{1,5}))?"
_TUNNEL: Final = re.compile(_AUTHORITY.removesuffix("?"))
_ORIGIN: Final = re.compile(rf"(https?)://{_AUTHORITY}/?", re.IGNORECASE)
_TARGET: Final = re.compile(rf"http://{_AUTHORITY}([/?][^#]*)?", re.IGNORECASE)
# Chromium sends a POST again when its connection closes without a byte and had been opened ahead of need (seen: up to
# 6 times). A head with two lengths is no answer to it, and nothing that it would try again.
NO_ANSWER: Final = b"HTTP/1.1 502 No answer\r\nConnection: close\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"


class Refusal(Exception):
    """What the wire itself answers, instead of passing the request on."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


@dataclass
class Side:
    """One end of an exchange: its sockets, and what h11 knows of it."""

    http: h11.Connection
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def receive(self) -> Any:
        """The next event of h11, as soon as there is one."""
        while (event := self.http.next_event()) is h11.NEED_DATA:
            self.http.receive_data(await self.reader.read(CHUNK))
        return event

    async def send(self, event: h11.Event) -> None:
        """Write an event of h11 to this end."""
        if data := self.http.send(event):
            self.writer.write(data)
            await self.writer.drain()


async def pass_on_request(client: Side, server: Side) -> None:
    """Pass the body on, then wait until the client is gone."""
    while not isinstance(event := await client.receive(), h11.EndOfMessage):
        await server.send(event)
    await server.send(h11.EndOfMessage())
    while await client.reader.read(CHUNK):
        pass
    raise ConnectionAbortedError


def end_to_end(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """The headers without those of one connection (RFC 9110, 7.6.1), and with the word that it serves once."""
    headers = list(headers)
    named = {name.strip().lower() for key, value in headers if key == b"connection" for name in value.split(b",")}
    kept = [(key, value) for key, value in headers if key not in _HOP_BY_HOP | named]
    return [*kept, (b"Connection", b"close")]


async def refuse(client: Side, refusal: Refusal) -> None:
    """Answer the client in keten's own name."""
    text = f"{refusal}\n".encode()
    challenge = 'Proxy-Authenticate: Basic realm="keten"\r\n' if refusal.status == 407 else ""
    head = (
        f"HTTP/1.1 {refusal.status} {HTTPStatus(refusal.status).phrase}\r\n{challenge}Connection: close\r\n"
        f"Content-Type: text/plain; charset=utf-8\r\nContent-Length: {len(text)}\r\n\r\n"
    )
    client.writer.write(head.encode() + text)
    await linger(client)


async def linger(client: Side) -> None:
    """Let the client read its answer: closing with something unread would throw the answer away."""
    client.writer.write_eof()
    async with asyncio.timeout(_LINGER):
        while await client.reader.read(CHUNK):
            pass


async def copy(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    """Pass bytes on as they come, the end included."""
    while data := await source.read(CHUNK):
        sink.write(data)
        await sink.drain()
    if sink.can_write_eof():
        sink.write_eof()
    else:  # TLS ends both ways at once
        sink.close()


async def until_one_ends(*work: Coroutine[Any, Any, None]) -> None:
    """Run these side by side until one ends, and cancel the others; raises what that one raised."""
    tasks = [asyncio.create_task(each) for each in work]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()


def address_of_origin(origin: str) -> Address:
    """Host and port of an origin; ValueError when it is not an origin."""
    match = _ORIGIN.fullmatch(origin)
    if not match:
        raise ValueError(f"'{origin}' is not an origin such as https://ehlogin.we-id.nl")
    return _address(match[2], match[3] or {"http": "80", "https": "443"}[match[1].lower()])


def destination(request: h11.Request) -> tuple[Address, str]:
    """Where a request is to go, by its target alone, and the path to ask for there (`/` for a tunnel)."""
    tunnel = request.method == b"CONNECT"
    match = (_TUNNEL if tunnel else _TARGET).fullmatch(request.target.decode("ascii"))
    try:
        if match:
            path = "/" if tunnel else match[3] or "/"
            return _address(match[1], match[2] or "80"), path if path.startswith("/") else f"/{path}"
    except ValueError:
        pass
    raise Refusal(400, "keten: this is not a valid address for a proxy.")


def _address(host: str, port: str) -> Address:
    """Host and port in their one canonical form; ValueError when they have none."""
    number = int(port)
    if host.startswith("["):
        name = str(ip_address(host[1:-1]))
    else:
        name = host.encode("idna").decode("ascii").lower().removesuffix(".")
    if not name or not 0 < number < 65536:
        raise ValueError(f"'{host}:{port}' is not a host and port")
    return name, number
