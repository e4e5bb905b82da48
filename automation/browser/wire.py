"""The one way out (law 3): a forward proxy inside keten's own process, for allowed hosts only, that dies with it."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import re
import secrets
import threading
from collections import Counter
from collections.abc import Awaitable, Coroutine, Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from http import HTTPStatus
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final, Self

import h11

from automation.browser.certificates import Certificates
from automation.browser.upstream import CHUNK, HEAD_LIMIT, Address, NoConnection, Streams, Upstream, written
from automation.errors import PortalUnreachable
from automation.inputs.proxy import CompanyProxy
from automation.machine.masking import SECRETS

if TYPE_CHECKING:
    from playwright.sync_api import ProxySettings

_LINGER: Final = 2.0  # seconds that a client gets to read its answer
_COUNTED_HOSTS: Final = 1000
_HOP_BY_HOP: Final = frozenset(
    b"connection proxy-connection proxy-authorization proxy-authenticate keep-alive te trailer upgrade host".split()
)
_AUTHORITY: Final = r"(\[[0-9a-fA-F:.]+\]|[^\s:/?#@\\\[\]]{1,253})(?::([0-9]{1,5}))?"
_TUNNEL: Final = re.compile(_AUTHORITY.removesuffix("?"))
_ORIGIN: Final = re.compile(rf"(https?)://{_AUTHORITY}/?", re.IGNORECASE)
_TARGET: Final = re.compile(rf"http://{_AUTHORITY}([/?][^#]*)?", re.IGNORECASE)
# Chromium sends a POST again when its connection closes without a byte and had been opened ahead of need (seen: up to
# 6 times). A head with two lengths is no answer to it, and nothing that it would try again.
_NO_ANSWER: Final = b"HTTP/1.1 502 No answer\r\nConnection: close\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"


@dataclass(frozen=True)
class Blocked:
    """How often something was kept from leaving for this host and port."""

    host: str
    port: int
    count: int


class _Refusal(Exception):
    """What the wire itself answers, instead of passing the request on."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


@dataclass
class _Side:
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
        if data := self.http.send(event):
            self.writer.write(data)
            await self.writer.drain()


class Wire:
    """A forward proxy on 127.0.0.1 that lets through only what goes to one of the allowed origins.

    It never sends anything twice, and ends a client's connection without a byte when the other side drops before its
    answer: nothing that the wire says can be taken for an answer of the portal. It runs in a daemon thread, so that a
    browser that outlives keten can send nothing more. Only who knows `username` and `password`, drawn anew for each
    wire, may use it. With a `proxy`, everything goes through that, to loopback too. It opens no TLS, unless there are
    `certificates` to verify servers by.
    """

    username: Final = "keten"

    def __init__(
        self, allowed: Iterable[str], proxy: CompanyProxy | None = None, certificates: Certificates | None = None
    ) -> None:
        """`allowed` holds origins such as `https://ehlogin.we-id.nl`; ValueError for one that is none."""
        origins = list(allowed)
        self._allowed = frozenset(map(_address_of_origin, origins))
        self._encrypted = frozenset(_address_of_origin(one) for one in origins if one.lower().startswith("https:"))
        self._certificates = certificates
        self._upstream = Upstream(proxy, certificates.outside if certificates else None)
        self.password = secrets.token_urlsafe(24)
        SECRETS.add(self.password)
        token = base64.b64encode(f"{self.username}:{self.password}".encode())
        self._authorization = b"Basic " + token
        self._lock = threading.Lock()
        self._blocked: Counter[Address] = Counter()
        self._failures: dict[Address, NoConnection] = {}
        self._fingerprints: dict[Address, str] = {}
        self._exchanges: set[asyncio.Task[None]] = set()
        self._port: Future[int] = Future()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), name="keten-wire", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._port.result()}"
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def proxy(self) -> ProxySettings:
        """What Playwright needs to know to send everything through here."""
        return {"server": self.url, "username": self.username, "password": self.password}

    def close(self) -> None:
        """End every connection at once, and listen no more."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._closing.set)
            self._thread.join()

    @property
    def blocked(self) -> list[Blocked]:
        """What was kept from leaving, by host and port; the last is `other hosts` where there were too many."""
        with self._lock:
            return [Blocked(host, port, count) for (host, port), count in self._blocked.items()]

    @property
    def failures(self) -> dict[str, str]:
        """Why the last try to connect failed, by `host:port`, of allowed hosts that could not be reached."""
        with self._lock:
            return {written(address): failure.why for address, failure in self._failures.items()}

    def explained(self, error: PortalUnreachable, origin: str) -> PortalUnreachable:
        """The error with what the wire knows of that origin, and the browser cannot know, in its place."""
        address = _address_of_origin(origin)
        with self._lock:
            failure = self._failures.get(address)
        if failure is None:
            return error
        return PortalUnreachable(f"the portal cannot be reached at {written(address)}: {failure.why}", failure.hint)

    def fingerprint(self, origin: str) -> str | None:
        """SHA-256 of the certificate by which an origin was verified here, as hex digits; None when none was."""
        with self._lock:
            return self._fingerprints.get(_address_of_origin(origin))

    async def _run(self) -> None:
        self._loop, self._closing = asyncio.get_running_loop(), asyncio.Event()
        try:
            server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        except OSError as error:
            self._port.set_exception(error)
            return
        self._port.set_result(server.sockets[0].getsockname()[1])
        await self._closing.wait()
        server.close()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        client = _Side(h11.Connection(h11.SERVER, HEAD_LIMIT), reader, writer)
        exchange = self._loop.create_task(self._serve(client))
        self._exchanges.add(exchange)
        exchange.add_done_callback(self._exchanges.discard)

    async def _serve(self, client: _Side) -> None:
        """One request or one tunnel, never a second: what drops on a used connection, a browser sends again."""
        try:
            request = await client.receive()
            if not isinstance(request, h11.Request):
                return
            try:
                self._check_authorization(request)
                address, path = _destination(request)
                self._check_allowed(address)
                if request.method == b"CONNECT":
                    await self._tunnel(client, address)
                else:
                    await self._forward(client, request, address, path)
            except _Refusal as refusal:
                await _refuse(client, refusal)
        except* (OSError, h11.ProtocolError):
            pass  # either side broke off, or does not speak HTTP: both are closed below
        finally:
            client.writer.transport.abort()

    def _check_authorization(self, request: h11.Request) -> None:
        given = dict(request.headers).get(b"proxy-authorization", b"")
        if not hmac.compare_digest(given, self._authorization):
            raise _Refusal(407, "keten: this way out is for keten's own browser.")

    def _check_allowed(self, address: Address) -> None:
        if address in self._allowed:
            return
        with self._lock:
            known = address in self._blocked or len(self._blocked) < _COUNTED_HOSTS
            self._blocked[address if known else ("other hosts", 0)] += 1
        raise _Refusal(403, f"keten: {written(address)} is blocked, it is not one of the addresses to talk to.")

    async def _reached(self, address: Address, way: Awaitable[Streams]) -> Streams:
        """The connection; what is known of this address is what its last try has shown."""
        try:
            streams = await way
        except NoConnection as failure:
            with self._lock:
                self._failures[address] = failure
            raise
        with self._lock:
            self._failures.pop(address, None)
        return streams

    async def _tunnel(self, client: _Side, address: Address) -> None:
        inside = self._certificates.inside(address[0]) if self._certificates and address in self._encrypted else None
        way = self._upstream.encrypted(address) if inside else self._upstream.tunnel(address)
        reader, writer = await self._reached(address, way)
        try:
            client.writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            if inside:
                self._remember_certificate(address, writer)
                await client.writer.start_tls(inside)
            else:
                writer.write(client.http.trailing_data[0])
            async with asyncio.TaskGroup() as both_ways:
                both_ways.create_task(_copy(client.reader, writer))
                both_ways.create_task(_copy(reader, client.writer))
        finally:
            writer.transport.abort()

    def _remember_certificate(self, address: Address, writer: asyncio.StreamWriter) -> None:
        shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
        with self._lock:
            self._fingerprints[address] = hashlib.sha256(shown).hexdigest()

    async def _forward(self, client: _Side, request: h11.Request, address: Address, path: str) -> None:
        proxy = self._upstream.proxy
        server = _Side(
            h11.Connection(h11.CLIENT, HEAD_LIMIT), *await self._reached(address, self._upstream.plain(address))
        )
        host = written(address).removesuffix(":80")
        target = f"http://{host}{path}" if proxy else path
        headers = [(b"Host", host.encode()), *_end_to_end(request.headers)]
        if proxy and proxy.authorization:
            headers.append((b"Proxy-Authorization", proxy.authorization))
        try:
            await server.send(h11.Request(method=request.method, target=target, headers=headers))
            await _until_one_ends(_pass_on_request(client, server), self._pass_on_answer(server, client, address))
        except (OSError, h11.ProtocolError):
            if client.http.our_state is not h11.SEND_RESPONSE:
                raise
            client.writer.write(_NO_ANSWER)
        finally:
            server.writer.transport.abort()
        await _linger(client)

    async def _pass_on_answer(self, server: _Side, client: _Side, address: Address) -> None:
        while not isinstance(event := await server.receive(), h11.EndOfMessage):
            if isinstance(event, h11.Response):
                if self._upstream.proxy and event.status_code == 407:
                    raise self._refused(address, event)
                headers = _end_to_end(event.headers)
                event = h11.Response(status_code=event.status_code, reason=event.reason, headers=headers)
            await client.send(event)
        await client.send(h11.EndOfMessage())

    def _refused(self, address: Address, answer: h11.Response) -> NoConnection:
        failure = self._upstream.refused(answer)
        with self._lock:
            self._failures[address] = failure
        return failure


async def _pass_on_request(client: _Side, server: _Side) -> None:
    """Pass the body on, then wait until the client is gone."""
    while not isinstance(event := await client.receive(), h11.EndOfMessage):
        await server.send(event)
    await server.send(h11.EndOfMessage())
    while await client.reader.read(CHUNK):
        pass
    raise ConnectionAbortedError


def _end_to_end(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """The headers without those of one connection (RFC 9110, 7.6.1), and with the word that it serves once."""
    headers = list(headers)
    named = {name.strip().lower() for key, value in headers if key == b"connection" for name in value.split(b",")}
    kept = [(key, value) for key, value in headers if key not in _HOP_BY_HOP | named]
    return [*kept, (b"Connection", b"close")]


async def _refuse(client: _Side, refusal: _Refusal) -> None:
    text = f"{refusal}\n".encode()
    challenge = 'Proxy-Authenticate: Basic realm="keten"\r\n' if refusal.status == 407 else ""
    head = (
        f"HTTP/1.1 {refusal.status} {HTTPStatus(refusal.status).phrase}\r\n{challenge}Connection: close\r\n"
        f"Content-Type: text/plain; charset=utf-8\r\nContent-Length: {len(text)}\r\n\r\n"
    )
    client.writer.write(head.encode() + text)
    await _linger(client)


async def _linger(client: _Side) -> None:
    """Let the client read its answer: closing with something unread would throw the answer away."""
    client.writer.write_eof()
    async with asyncio.timeout(_LINGER):
        while await client.reader.read(CHUNK):
            pass


async def _copy(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    while data := await source.read(CHUNK):
        sink.write(data)
        await sink.drain()
    if sink.can_write_eof():
        sink.write_eof()
    else:  # TLS ends both ways at once
        sink.close()


async def _until_one_ends(*work: Coroutine[Any, Any, None]) -> None:
    tasks = [asyncio.create_task(each) for each in work]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()


def _address_of_origin(origin: str) -> Address:
    match = _ORIGIN.fullmatch(origin)
    if not match:
        raise ValueError(f"'{origin}' is not an origin such as https://ehlogin.we-id.nl")
    return _address(match[2], match[3] or {"http": "80", "https": "443"}[match[1].lower()])


def _destination(request: h11.Request) -> tuple[Address, str]:
    """Where a request is to go, by its target alone, and the path to ask for there (`/` for a tunnel)."""
    tunnel = request.method == b"CONNECT"
    match = (_TUNNEL if tunnel else _TARGET).fullmatch(request.target.decode("ascii"))
    try:
        if match:
            path = "/" if tunnel else match[3] or "/"
            return _address(match[1], match[2] or "80"), path if path.startswith("/") else f"/{path}"
    except ValueError:
        pass
    raise _Refusal(400, "keten: this is not an address that a proxy can be asked for.")


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
