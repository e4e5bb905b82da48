"""The wire behind a company's proxy, and where it verifies servers itself, as a plain client sees it."""

from __future__ import annotations

import datetime
import hashlib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import trustme

from automation.browser.certificates import Certificates
from automation.browser.wire import Wire
from automation.errors import PortalUnreachable, SettingsError
from automation.inputs.proxy import CompanyProxy
from tests.browser.test_wire import all_of, asked, connected, send, tunnel
from tests.company_proxy import AUTHORIZATION, company_proxy
from tests.company_proxy import CompanyProxy as Recorded
from tests.recording_server import serving

ANSWER_502 = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 12\r\n\r\n<h1>Oeps</h1>"
CAPTIVE = b"HTTP/1.1 302 Found\r\nLocation: http://login.example/\r\nContent-Length: 0\r\n\r\n"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> Path:
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    return tmp_path / "ca.pem"


@contextmanager
def tls_server(leaf: trustme.LeafCert) -> Iterator[int]:
    """Says what it is told; its port."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    leaf.configure_cert(context)
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:

        def serve() -> None:
            while True:
                try:
                    client, _ = listening.accept()
                except OSError:
                    return
                try:
                    with context.wrap_socket(client, server_side=True) as inside:
                        inside.sendall(b"heard " + inside.recv(65536))
                except OSError:
                    pass  # who does not trust it breaks off

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)


def through(proxy: Recorded, origin: str, certificates: Certificates | None = None) -> Wire:
    return Wire([origin], CompanyProxy.parse(proxy.setting), certificates)


def test_a_request_in_the_open_goes_through_the_proxy_once_to_loopback_too() -> None:
    with serving() as portal, company_proxy() as proxy, through(proxy, portal.origin) as wire:
        said = asked(wire, f"POST {portal.origin}/a?b=c", "Host: x", "Content-Length: 4", body=b"body")

    assert said.endswith(b"\r\n\r\nhello")
    assert proxy.asked == [(f"POST {portal.origin}/a?b=c HTTP/1.1", AUTHORIZATION)]
    assert [(one.target, one.body) for one in portal.received] == [("/a?b=c", b"body")]
    assert "proxy-authorization" not in portal.received[0].headers


def test_a_tunnel_goes_through_the_proxy() -> None:
    with (
        serving() as portal,
        company_proxy() as proxy,
        through(proxy, portal.origin) as wire,
        tunnel(wire, portal) as client,
    ):
        client.sendall(b"GET /through HTTP/1.1\r\nHost: x\r\n\r\n")
        assert client.recv(65536).startswith(b"HTTP/1.1 200 OK\r\n")

    assert proxy.asked == [(f"CONNECT 127.0.0.1:{portal.port} HTTP/1.1", AUTHORIZATION)]


def test_what_is_not_allowed_does_not_reach_the_proxy() -> None:
    with company_proxy() as proxy, through(proxy, "http://127.0.0.1:9") as wire:
        assert asked(wire, "GET http://elsewhere.example/").startswith(b"HTTP/1.1 403 ")

    assert proxy.asked == []


@pytest.mark.parametrize("line", ["POST {origin}/", "CONNECT {address}"])
def test_a_proxy_that_refuses_the_password_is_asked_once_and_named(line: str) -> None:
    with serving() as portal, company_proxy() as proxy:
        wrong = CompanyProxy.parse(f"http://piet:verkeerd@{proxy.address}")
        address = f"127.0.0.1:{portal.port}"
        with Wire([portal.origin], wrong) as wire:
            said = [
                asked(wire, line.format(origin=portal.origin, address=address), "Host: x", "Content-Length: 0")
                for _ in range(2)
            ]
            told = wire.explained(PortalUnreachable("it is not there"), portal.origin)

    assert b"407" not in said[0] + said[1], "the browser would take it for the wire's own, and ask again"
    assert len(proxy.asked) == 1
    assert portal.connections == 0
    said_by_proxy = f"the proxy {proxy.address} answers 407 Proxy Authentication Required"
    assert told.message == f"the portal cannot be reached at {address}: {said_by_proxy}"
    assert "KETEN_PROXY" in told.hint
    assert "verkeerd" not in str(told)


def test_many_at_once_do_not_try_a_refused_password_many_times() -> None:
    with company_proxy() as proxy:
        wrong = CompanyProxy.parse(f"http://piet:verkeerd@{proxy.address}")
        with Wire(["http://127.0.0.1:9"], wrong) as wire:
            clients = [connected(wire) for _ in range(8)]
            for client in clients:
                send(client, wire, "CONNECT 127.0.0.1:9", "Host: x")
            for client in clients:
                with client:
                    assert all_of(client) == b""

    assert len(proxy.asked) == 1


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (ANSWER_502, "answers 502 Bad Gateway"),
        (CAPTIVE, "answers 302 Found"),
        (b"<html>Welkom</html>\r\n\r\n", "closes the connection, or is not a proxy"),
        (b"", "closes the connection, or is not a proxy"),
        (b"HTTP/1.1 200 OK\r\n\r\n<h1>Welkom</h1>", "closes the connection, or is not a proxy"),
    ],
    ids=["502", "captive portal", "no HTTP", "drops", "speaks first"],
)
def test_a_proxy_that_makes_no_tunnel_is_named_with_what_it_said(answer: bytes, why: str) -> None:
    with company_proxy(answer) as proxy, Wire(["https://127.0.0.1:9"], CompanyProxy.parse(proxy.setting)) as wire:
        assert asked(wire, "CONNECT 127.0.0.1:9") == b""
        assert wire.failures == {"127.0.0.1:9": f"the proxy {proxy.address} {why}"}

    assert len(proxy.asked) == 1


def test_a_request_that_the_proxy_drops_is_not_sent_again() -> None:
    with company_proxy(b"") as proxy, through(proxy, "http://127.0.0.1:9") as wire:
        said = asked(wire, "POST http://127.0.0.1:9/", "Host: x", "Content-Length: 0")

    assert said.count(b"Content-Length: ") == 2, "two lengths make it unusable as an answer"
    assert len(proxy.asked) == 1


def test_a_proxy_that_is_not_there_is_named() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        port = listening.getsockname()[1]
    with Wire(["https://a.example"], CompanyProxy("127.0.0.1", port)) as wire:
        asked(wire, "CONNECT a.example:443")

        assert wire.failures == {
            "a.example:443": f"the proxy 127.0.0.1:{port} cannot be reached: connection refused",
        }


def told_inside_tls(wire: Wire, port: int, trust: ssl.SSLContext) -> bytes:
    """What a client that trusts the wire is answered by a server that speaks TLS."""
    with connected(wire) as client:
        send(client, wire, f"CONNECT 127.0.0.1:{port}", "Host: x")
        if not client.recv(65536).startswith(b"HTTP/1.1 200 "):
            return b""
        with trust.wrap_socket(client, server_hostname="127.0.0.1") as inside:
            inside.sendall(b"question")
            return b"".join(iter(lambda: inside.recv(65536), b""))


def trusting(certificates: Certificates) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certificates.driver_environment["NODE_EXTRA_CA_CERTS"])


@pytest.mark.parametrize("behind_proxy", [False, True])
def test_a_server_of_the_companys_ca_is_verified_and_its_fingerprint_known(
    authority: trustme.CA, ca_file: Path, behind_proxy: bool
) -> None:
    leaf = authority.issue_cert("127.0.0.1")
    der = ssl.PEM_cert_to_DER_cert(leaf.cert_chain_pems[0].bytes().decode())
    with tls_server(leaf) as port, company_proxy() as proxy, Certificates(ca_file) as certificates:
        origin = f"https://127.0.0.1:{port}"
        way = through(proxy, origin, certificates) if behind_proxy else Wire([origin], None, certificates)
        with way as wire:
            assert told_inside_tls(wire, port, trusting(certificates)) == b"heard question"
            assert wire.fingerprint(origin) == hashlib.sha256(der).hexdigest()
    assert len(proxy.asked) == behind_proxy


def refused_certificates(authority: trustme.CA) -> dict[str, tuple[trustme.LeafCert, str]]:
    long_ago = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    return {
        "expired": (authority.issue_cert("127.0.0.1", not_after=long_ago), "it has expired"),
        "of another host": (authority.issue_cert("portal.example"), "it is for another host"),
        "of another CA": (trustme.CA().issue_cert("127.0.0.1"), "its CA is not trusted here"),
    }


@pytest.mark.parametrize("name", ["expired", "of another host", "of another CA"])
def test_a_certificate_that_does_not_fit_is_refused_with_the_reason(
    authority: trustme.CA, ca_file: Path, name: str
) -> None:
    leaf, why = refused_certificates(authority)[name]
    with tls_server(leaf) as port, Certificates(ca_file) as certificates:
        origin = f"https://127.0.0.1:{port}"
        with Wire([origin], None, certificates) as wire:
            assert told_inside_tls(wire, port, trusting(certificates)) == b""
            assert why in wire.failures[f"127.0.0.1:{port}"]
            assert "KETEN_CA_FILE" in wire.explained(PortalUnreachable("it is not there"), origin).hint
            assert wire.fingerprint(origin) is None


def test_a_proxy_that_listens_over_tls_is_verified_too(authority: trustme.CA, ca_file: Path) -> None:
    inside = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(inside)
    with (
        tls_server(authority.issue_cert("127.0.0.1")) as port,
        company_proxy(tls=inside) as proxy,
        Certificates(ca_file) as certificates,
    ):
        origin = f"https://127.0.0.1:{port}"
        with through(proxy, origin) as wire:
            assert told_inside_tls(wire, port, trusting(certificates)) == b""
            assert "certificate is not valid" in wire.failures[f"127.0.0.1:{port}"]
        with through(proxy, origin, certificates) as wire:
            assert told_inside_tls(wire, port, trusting(certificates)) == b"heard question"

    assert proxy.asked == [(f"CONNECT 127.0.0.1:{port} HTTP/1.1", AUTHORIZATION)]


@pytest.mark.parametrize("content", [None, "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n"])
def test_a_file_without_a_certificate_is_a_mistake_in_the_settings(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_text(content)
    with pytest.raises(SettingsError, match="KETEN_CA_FILE: cannot read a certificate from this file"):
        Certificates(file)
