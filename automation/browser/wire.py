"""The one way out (law 3): a forward proxy inside keten's own process, for allowed hosts only, that dies with it."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import secrets
import threading
from collections import Counter
from collections.abc import Awaitable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

import h11

from automation.browser.certificates import Certificates
from automation.browser.exchange import (
    NO_ANSWER,
    Refusal,
    Side,
    address_of_origin,
    copy,
    destination,
    end_to_end,
    linger,
    pass_on_request,
    refuse,
    until_one_ends,
)
from automation.browser.upstream import HEAD_LIMIT, Address, NoConnection, Streams, Upstream, written
from automation.errors import PortalUnreachable
from automation.inputs.proxy import CompanyProxy
from automation.machine.masking import SECRETS

if TYPE_CHECKING:
    from playwright.sync_api import ProxySettings

_COUNTED_HOSTS: Final = 1000


@dataclass(frozen=True)
class Blocked:
    """How often something was kept from leaving for this host and port."""

    host: str
    port: int
    count: int


class Wire:
    """A forward proxy on 127.0.0.1 that lets through only what goes to one of the allowed origins.

    It never sends anything twice, and ends a client's connection without a byte when the other side drops before its
    answer: nothing that the wire says can be taken for an answer of the portal. It runs in a daemon thread, so that a
    browser that outlives keten can send nothing more. Only who knows `username` and `password`, new for each
    wire, may use it. With a `proxy`, everything goes through that, to loopback too. It opens no TLS, unless there are
    `certificates` to verify servers by.
    """

    username: Final = "keten"

    def __init__(
        self, allowed: Iterable[str], proxy: CompanyProxy | None = None, certificates: Certificates | None = None
    ) -> None:
        """`allowed` holds origins such as `https://ehlogin.we-id.nl`; ValueError for one that is not an origin."""
        origins = list(allowed)
        self._allowed = frozenset(map(address_of_origin, origins))
        self._encrypted = frozenset(address_of_origin(one) for one in origins if one.lower().startswith("https:"))
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
        """End every connection at once, and stop listening."""
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
        address = address_of_origin(origin)
        with self._lock:
            failure = self._failures.get(address)
        if failure is None:
            return error
        return PortalUnreachable(f"the portal cannot be reached at {written(address)}: {failure.why}", failure.hint)

    def fingerprint(self, origin: str) -> str | None:
        """SHA-256 of the certificate by which an origin was verified here, as hex digits; None when none was."""
        with self._lock:
            return self._fingerprints.get(address_of_origin(origin))

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
        client = Side(h11.Connection(h11.SERVER, HEAD_LIMIT), reader, writer)
        exchange = self._loop.create_task(self._serve(client))
        self._exchanges.add(exchange)
        exchange.add_done_callback(self._exchanges.discard)

    async def _serve(self, client: Side) -> None:
        """One request or one tunnel, never a second: what drops on a used connection, a browser sends again."""
        try:
            request = await client.receive()
            if not isinstance(request, h11.Request):
                return
            try:
                self._check_authorization(request)
                address, path = destination(request)
                self._check_allowed(address)
                if request.method == b"CONNECT":
                    await self._tunnel(client, address)
                else:
                    await self._forward(client, request, address, path)
            except Refusal as refusal:
                await refuse(client, refusal)
        except* (OSError, h11.ProtocolError):
            pass  # either side broke off, or does not speak HTTP: both are closed below
        finally:
            client.writer.transport.abort()

    def _check_authorization(self, request: h11.Request) -> None:
        given = dict(request.headers).get(b"proxy-authorization", b"")
        if not hmac.compare_digest(given, self._authorization):
            raise Refusal(407, "keten: this proxy is for keten's own browser only.")

    def _check_allowed(self, address: Address) -> None:
        if address in self._allowed:
            return
        with self._lock:
            known = address in self._blocked or len(self._blocked) < _COUNTED_HOSTS
            self._blocked[address if known else ("other hosts", 0)] += 1
        raise Refusal(403, f"keten: {written(address)} is blocked: it is not an allowed address.")

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

    async def _tunnel(self, client: Side, address: Address) -> None:
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
                both_ways.create_task(copy(client.reader, writer))
                both_ways.create_task(copy(reader, client.writer))
        finally:
            writer.transport.abort()

    def _remember_certificate(self, address: Address, writer: asyncio.StreamWriter) -> None:
        shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
        with self._lock:
            self._fingerprints[address] = hashlib.sha256(shown).hexdigest()

    async def _forward(self, client: Side, request: h11.Request, address: Address, path: str) -> None:
        proxy = self._upstream.proxy
        server = Side(
            h11.Connection(h11.CLIENT, HEAD_LIMIT), *await self._reached(address, self._upstream.plain(address))
        )
        host = written(address).removesuffix(":80")
        target = f"http://{host}{path}" if proxy else path
        headers = [(b"Host", host.encode()), *end_to_end(request.headers)]
        if proxy and proxy.authorization:
            headers.append((b"Proxy-Authorization", proxy.authorization))
        try:
            await server.send(h11.Request(method=request.method, target=target, headers=headers))
            await until_one_ends(pass_on_request(client, server), self._pass_on_answer(server, client, address))
        except (OSError, h11.ProtocolError):
            if client.http.our_state is not h11.SEND_RESPONSE:
                raise
            client.writer.write(NO_ANSWER)
        finally:
            server.writer.transport.abort()
        await linger(client)

    async def _pass_on_answer(self, server: Side, client: Side, address: Address) -> None:
        while not isinstance(event := await server.receive(), h11.EndOfMessage):
            if isinstance(event, h11.Response):
                if self._upstream.proxy and event.status_code == 407:
                    raise self._refused(address, event)
                headers = end_to_end(event.headers)
                event = h11.Response(status_code=event.status_code, reason=event.reason, headers=headers)
            await client.send(event)
        await client.send(h11.EndOfMessage())

    def _refused(self, address: Address, answer: h11.Response) -> NoConnection:
        failure = self._upstream.refused(answer)
        with self._lock:
            self._failures[address] = failure
        return failure
