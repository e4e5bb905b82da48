"""The wire as a plain client sees it, over real sockets; with Chromium before it: test_one_way_out.py."""

from __future__ import annotations

import base64
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, suppress

import pytest

from automation.browser.wire import Blocked, Wire
from tests.recording_server import Received, RecordingServer, serving


@pytest.fixture
def portal() -> Iterator[RecordingServer]:
    with serving() as server:
        yield server


@pytest.fixture
def elsewhere() -> Iterator[RecordingServer]:
    with serving() as server:
        yield server


@pytest.fixture
def wire(portal: RecordingServer) -> Iterator[Wire]:
    with Wire([portal.origin]) as wire:
        yield wire


def connected(wire: Wire) -> socket.socket:
    return socket.create_connection(("127.0.0.1", int(wire.url.rpartition(":")[2])), timeout=20)


def credential(wire: Wire) -> str:
    return "Basic " + base64.b64encode(f"{wire.username}:{wire.password}".encode()).decode()


def send(client: socket.socket, wire: Wire, line: str, *headers: str, body: bytes = b"") -> None:
    lines = (f"{line} HTTP/1.1", f"Proxy-Authorization: {credential(wire)}", *headers)
    client.sendall("\r\n".join((*lines, "", "")).encode() + body)


def all_of(client: socket.socket) -> bytes:
    return b"".join(iter(lambda: client.recv(65536), b""))


def asked(wire: Wire, line: str, *headers: str, body: bytes = b"") -> bytes:
    """Everything that the wire answers to one request on a connection of its own."""
    with connected(wire) as client:
        send(client, wire, line, *(headers or ("Host: ignored.example",)), body=body)
        return all_of(client)


def tunnel(wire: Wire, server: RecordingServer) -> socket.socket:
    client = connected(wire)
    send(client, wire, f"CONNECT 127.0.0.1:{server.port}", "Host: x")
    assert client.recv(65536).startswith(b"HTTP/1.1 200 ")
    return client


def test_an_allowed_host_is_reached_and_answers(wire: Wire, portal: RecordingServer) -> None:
    said = asked(wire, f"POST {portal.origin}/a?b=c", "Host: x", "Content-Length: 4", body=b"body")

    assert said.startswith(b"HTTP/1.1 200 OK\r\n")
    assert said.endswith(b"\r\n\r\nhello")
    assert [(one.method, one.target, one.body) for one in portal.received] == [("POST", "/a?b=c", b"body")]


def test_an_allowed_host_is_reached_through_a_tunnel(wire: Wire, portal: RecordingServer) -> None:
    with tunnel(wire, portal) as client:
        client.sendall(b"GET /through HTTP/1.1\r\nHost: x\r\n\r\n")
        assert client.recv(65536).startswith(b"HTTP/1.1 200 OK\r\n")

    assert portal.received[0].target == "/through"


def test_another_port_is_blocked_and_counted(wire: Wire, elsewhere: RecordingServer) -> None:
    said = [asked(wire, f"GET {elsewhere.origin}/"), asked(wire, f"CONNECT 127.0.0.1:{elsewhere.port}")]

    assert all(one.startswith(b"HTTP/1.1 403 Forbidden\r\n") for one in said)
    assert f"keten: 127.0.0.1:{elsewhere.port} is blocked".encode() in said[0]
    assert wire.blocked == [Blocked("127.0.0.1", elsewhere.port, 2)]
    assert elsewhere.connections == 0


def test_another_name_of_the_same_machine_is_blocked(wire: Wire, portal: RecordingServer) -> None:
    assert asked(wire, f"GET http://localhost:{portal.port}/").startswith(b"HTTP/1.1 403 ")
    assert portal.connections == 0


@pytest.mark.parametrize(
    "line",
    [
        "GET http://user@127.0.0.1:{port}/",
        "GET http://user:word@127.0.0.1:{port}/",
        "GET http://127.0.0.1:{port}\\@elsewhere.example/",
        "GET https://127.0.0.1:{port}/",
        "GET //127.0.0.1:{port}/",
        "GET /",
        "GET http://127.0.0.1:{port}/#part",
        "GET http://127.0.0.1:99999/",
        "CONNECT 127.0.0.1",
        "CONNECT user@127.0.0.1:{port}",
        "CONNECT http://127.0.0.1:{port}",
    ],
)
def test_a_target_that_is_no_plain_address_is_refused(wire: Wire, portal: RecordingServer, line: str) -> None:
    assert asked(wire, line.format(port=portal.port)).startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert portal.connections == 0


@pytest.mark.parametrize(
    ("allowed", "target"),
    [
        ("http://LocalHost:{port}/", "http://localhost:{port}/"),
        ("http://localhost:{port}", "http://LOCALHOST.:{port}/"),
        ("http://localhost.:{port}", "http://localhost:{port}"),
    ],
)
def test_hosts_are_compared_by_their_canonical_names(portal: RecordingServer, allowed: str, target: str) -> None:
    with Wire([allowed.format(port=portal.port)]) as wire:
        assert asked(wire, f"GET {target.format(port=portal.port)}").startswith(b"HTTP/1.1 200 ")


def test_an_ipv6_address_is_compared_by_its_canonical_form() -> None:
    with Wire(["http://[0:0::1]:9"]) as wire:
        asked(wire, "GET http://[::1]:9/")
        assert asked(wire, "GET http://[::2]:9/").startswith(b"HTTP/1.1 403 ")

        assert wire.blocked == [Blocked("::2", 9, 1)]


def test_a_name_outside_ascii_is_allowed_as_the_browser_asks_for_it() -> None:
    with Wire(["https://bücher.invalid"]) as wire:
        asked(wire, "CONNECT xn--bcher-kva.invalid:443")

        assert wire.blocked == []
        assert list(wire.failures) == ["xn--bcher-kva.invalid:443"]


@pytest.mark.parametrize("origin", ["portal.example", "ftp://portal.example", "https://a@b.example", "https://b/path"])
def test_what_is_no_origin_cannot_be_allowed(origin: str) -> None:
    with pytest.raises(ValueError, match="is not an origin such as"):
        Wire([origin])


def test_the_host_header_is_made_from_the_target(wire: Wire, portal: RecordingServer) -> None:
    asked(wire, f"GET {portal.origin}/", "Host: elsewhere.example")

    assert portal.received[0].headers["host"] == f"127.0.0.1:{portal.port}"


def test_headers_of_one_connection_are_not_passed_on(wire: Wire, portal: RecordingServer) -> None:
    asked(wire, f"GET {portal.origin}/", "Host: x", "Connection: keep-alive, Own", "Own: 1", "Cookie: c=1", "TE: gzip")

    assert portal.received[0].headers == {
        "host": f"127.0.0.1:{portal.port}",
        "cookie": "c=1",
        "connection": "close",
    }


def test_who_does_not_know_the_password_is_not_served(wire: Wire, portal: RecordingServer) -> None:
    with connected(wire) as client:
        client.sendall(f"POST {portal.origin}/ HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody".encode())
        said = all_of(client)

    assert said.startswith(b"HTTP/1.1 407 ")
    assert b"Proxy-Authenticate: Basic " in said
    assert portal.connections == 0


def test_each_wire_has_a_password_of_its_own() -> None:
    assert Wire([]).password != Wire([]).password


def test_it_serves_this_machine_alone(wire: Wire) -> None:
    with socket.socket() as client:
        client.bind(("127.0.0.1", 0))
        assert client.connect_ex(("127.0.0.2", int(wire.url.rpartition(":")[2]))) != 0


def test_a_body_in_chunks_arrives_whole() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        origin = f"http://127.0.0.1:{listening.getsockname()[1]}"
        with Wire([origin]) as wire, connected(wire) as client:
            send(client, wire, f"POST {origin}/", "Host: x", "Transfer-Encoding: chunked")
            server, _ = listening.accept()
            with server, server.makefile("rb") as incoming:
                client.sendall(b"5\r\nfirst\r\n")
                while b"first" not in incoming.readline():
                    pass
                client.sendall(b"6\r\nsecond\r\n0\r\n\r\n")
                while b"second" not in incoming.readline():
                    pass
                server.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n")
                said = b""
                while b"one" not in said:
                    said += client.recv(65536)
                server.sendall(b"3\r\ntwo\r\n0\r\n\r\n")

                assert all_of(client).endswith(b"3\r\ntwo\r\n0\r\n\r\n")


def test_a_head_without_end_is_not_passed_on(wire: Wire, portal: RecordingServer) -> None:
    with connected(wire) as client, suppress(ConnectionError):
        client.sendall(f"GET {portal.origin}/ HTTP/1.1\r\nX: ".encode() + b"x" * 200_000)
        assert all_of(client) == b""
    assert portal.connections == 0


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_request_without_an_answer_is_sent_once_and_gets_none(method: str) -> None:
    with serving(lambda _: None) as portal, Wire([portal.origin]) as wire, connected(wire) as client:
        send(client, wire, f"{method} {portal.origin}/", "Host: x", "Connection: keep-alive", "Content-Length: 0")
        said = all_of(client)

        assert said.count(b"Content-Length: ") == 2, "two lengths make it unusable as an answer"
        assert portal.count(method) == portal.connections == 1


def test_a_connection_serves_one_request(wire: Wire, portal: RecordingServer) -> None:
    with connected(wire) as client:
        for path in ("/first", "/second"):
            send(client, wire, f"GET {portal.origin}{path}", "Host: x", "Connection: keep-alive")
        said = all_of(client)

    assert b"Connection: close\r\n" in said
    assert [one.target for one in portal.received] == ["/first"]


def test_an_answer_that_breaks_off_is_seen_to_break_off() -> None:
    def half(_: Received) -> bytes:
        return b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\nConnection: close\r\n\r\nhalf"

    with serving(half) as portal, Wire([portal.origin]) as wire, connected(wire) as client:
        send(client, wire, f"GET {portal.origin}/", "Host: x")
        said = client.recv(65536)
        portal.close_connections()

        said += all_of(client)
        assert b"content-length: 100\r\n" in said.lower()
        assert said.endswith(b"\r\n\r\nhalf")


def test_a_host_that_cannot_be_reached_is_named_with_the_reason() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        port = listening.getsockname()[1]
    with Wire([f"http://127.0.0.1:{port}"]) as wire, connected(wire) as client:
        send(client, wire, f"GET http://127.0.0.1:{port}/", "Host: x")

        assert all_of(client) == b""
        assert "refused" in wire.failures[f"127.0.0.1:{port}"]


def test_a_tunnel_that_is_half_closed_still_brings_the_answer() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        port = listening.getsockname()[1]
        with Wire([f"http://127.0.0.1:{port}"]) as wire, connected(wire) as client:
            send(client, wire, f"CONNECT 127.0.0.1:{port}", "Host: x")
            server, _ = listening.accept()
            client.recv(65536)
            client.sendall(b"question")
            client.shutdown(socket.SHUT_WR)
            with server:
                assert all_of(server) == b"question"
                server.sendall(b"answer")
            assert all_of(client) == b"answer"


def test_closing_ends_an_open_tunnel_at_once(portal: RecordingServer) -> None:
    wire = Wire([portal.origin])
    with wire:
        client = tunnel(wire, portal)
    with client:
        assert all_of(client) == b""
    with pytest.raises(ConnectionRefusedError):
        connected(wire)


def test_the_thread_does_not_outlive_the_process(wire: Wire) -> None:
    assert [thread.daemon for thread in threading.enumerate() if thread.name == "keten-wire"] == [True]


def test_so_many_blocked_hosts_are_counted_together_at_last(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("automation.browser.wire._COUNTED_HOSTS", 2)
    for host in ("a", "b", "c", "d", "a"):
        asked(wire, f"GET http://{host}.example/")

    assert wire.blocked == [
        Blocked("a.example", 80, 2),
        Blocked("b.example", 80, 1),
        Blocked("other hosts", 0, 2),
    ]


def test_an_answer_of_no_length_ends_with_the_connection() -> None:
    def endless(_: Received) -> bytes:
        return b"HTTP/1.0 200 OK\r\n\r\nhello"

    with serving(endless) as portal, Wire([portal.origin]) as wire, connected(wire) as client:
        send(client, wire, f"GET {portal.origin}/", "Host: x")
        said = b""
        while b"hello" not in said:
            said += client.recv(65536)
        portal.close_connections()

        assert b"hello" in said + all_of(client)
