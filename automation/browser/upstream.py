"""Opens the wire's connections to the outside: directly, or through a company's proxy."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass, field
from typing import Final

import h11

from automation.inputs.proxy import CompanyProxy
from pages.plain_words import in_words

CHUNK: Final = 65536
HEAD_LIMIT: Final = 65536
_PATIENCE: Final = 20.0  # seconds, for each of connecting, the proxy's answer, and TLS

Address = tuple[str, int]
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class NoConnection(OSError):
    """There is no connection: why, in words that go after the address, and a hint what to do."""

    def __init__(self, why: str, hint: str = "") -> None:
        super().__init__(why)
        self.why, self.hint = why, hint


@dataclass
class Upstream:
    """The ways out. `verifying` is how TLS is spoken with servers and with the proxy; None for the system's own way.

    A proxy that refused keten's credentials is not asked again: accounts lock.
    """

    proxy: CompanyProxy | None = None
    verifying: ssl.SSLContext | None = None
    _refusal: NoConnection | None = field(default=None, init=False)
    _known: bool = field(default=False, init=False)
    _first: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    async def plain(self, address: Address) -> Streams:
        """A connection for requests in the open: to the server, or to the proxy, which takes them in absolute form."""
        if self.proxy is None:
            return await _open(address, None)
        self._check_refused()
        return await self._reach(self.proxy)

    async def tunnel(self, address: Address) -> Streams:
        """A connection of which every byte is the server's. NoConnection, here and below, when there is none."""
        if self.proxy is None:
            return await _open(address, None)
        if self._known:
            return await self._ask(self.proxy, address)
        async with self._first:  # one at a time until the proxy is known to take the credentials
            return await self._ask(self.proxy, address)

    async def encrypted(self, address: Address) -> Streams:
        """A tunnel with TLS in it, the server's chain and host name verified."""
        reader, writer = await self.tunnel(address)
        try:
            await writer.start_tls(self._verifying(), server_hostname=address[0], ssl_handshake_timeout=_PATIENCE)
        except (OSError, ssl.SSLError) as error:
            writer.transport.abort()
            raise _tls_failure(error) from None
        return reader, writer

    def refused(self, answer: h11.Response) -> NoConnection:
        """The proxy answered 407: remember it, and say what to do."""
        mend = "Set its user name and password: KETEN_PROXY=http://user:password@host:port."
        if self.proxy and self.proxy.authorization:
            mend = "Correct the user name and password in KETEN_PROXY. keten does not try them again: accounts lock."
        self._refusal = NoConnection(f"the proxy {self.proxy} answers {_status(answer)}", mend)
        return self._refusal

    def _check_refused(self) -> None:
        if self._refusal:
            raise self._refusal

    async def _reach(self, proxy: CompanyProxy) -> Streams:
        try:
            return await _open((proxy.host, proxy.port), self._verifying() if proxy.tls else None)
        except NoConnection as error:
            raise NoConnection(
                f"the proxy {proxy} cannot be reached: {error.why}", error.hint or "Check KETEN_PROXY."
            ) from None

    async def _ask(self, proxy: CompanyProxy, address: Address) -> Streams:
        self._check_refused()
        reader, writer = await self._reach(proxy)
        try:
            async with asyncio.timeout(_PATIENCE):
                answer = await _answer_to_connect(reader, writer, address, proxy.authorization)
        except TimeoutError:
            writer.transport.abort()
            raise NoConnection(f"the proxy {proxy} does not answer") from None
        except (OSError, h11.ProtocolError):
            writer.transport.abort()
            raise NoConnection(f"the proxy {proxy} closes the connection, or is not a proxy") from None
        if 200 <= answer.status_code < 300:
            self._known = True
            return reader, writer
        writer.transport.abort()
        if answer.status_code == 407:
            raise self.refused(answer)
        hint = "Check that the proxy lets this machine reach the portal, and that the portal is up."
        raise NoConnection(f"the proxy {proxy} answers {_status(answer)}", hint)

    def _verifying(self) -> ssl.SSLContext:
        if self.verifying is None:
            self.verifying = ssl.create_default_context()
        return self.verifying


async def _answer_to_connect(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, address: Address, authorization: bytes | None
) -> h11.Response:
    http = h11.Connection(h11.CLIENT, HEAD_LIMIT)
    target = written(address).encode()
    credential = [(b"Proxy-Authorization", authorization)] if authorization else []
    asked = h11.Request(method=b"CONNECT", target=target, headers=[(b"Host", target), *credential])
    writer.write((http.send(asked) or b"") + (http.send(h11.EndOfMessage()) or b""))
    while not isinstance(event := http.next_event(), h11.Response):
        if event is h11.NEED_DATA:
            http.receive_data(await reader.read(CHUNK))
    if http.trailing_data[0] and 200 <= event.status_code < 300:
        raise h11.RemoteProtocolError("the proxy sends data before it is asked")
    return event


def _status(answer: h11.Response) -> str:
    return f"{answer.status_code} {answer.reason.decode('ascii', 'replace')}".strip()


async def _open(address: Address, tls: ssl.SSLContext | None) -> Streams:
    try:
        async with asyncio.timeout(_PATIENCE):
            return await asyncio.open_connection(*address, ssl=tls, server_hostname=address[0] if tls else None)
    except ConnectionRefusedError:
        raise NoConnection("connection refused") from None
    except TimeoutError:
        raise NoConnection("no answer") from None
    except ssl.SSLError as error:
        raise _tls_failure(error) from None
    except OSError as error:
        raise NoConnection(in_words(str(error))) from None


def _tls_failure(error: OSError) -> NoConnection:
    if isinstance(error, ssl.SSLCertVerificationError):
        return NoConnection(
            in_words(error.verify_message),
            "Check the host name, and that KETEN_CA_FILE has the certificate of the CA that signed it.",
        )
    in_words(str(error))  # for the log: one sentence fits all of these
    return NoConnection("no TLS connection", "Check the address: something else may answer there.")


def written(address: Address) -> str:
    """`host:port`, as a request has it."""
    host, port = address
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
