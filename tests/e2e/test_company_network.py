"""keten where a company's network is: behind a proxy that wants a password, with a CA of the company's own."""

from __future__ import annotations

import base64
import hashlib
import ssl
from pathlib import Path

import pytest
import trustme

from automation.mock_portal.server import MockPortal
from tests.company_proxy import AUTHORIZATION, PASSWORD, company_proxy
from tests.e2e.cases import grant, write_scenario
from tests.e2e.keten import Ran, apply

HTML = b"<html><title>Welkom op de gast-wifi</title></html>"


def every_byte_left(ran: Ran, folder: Path) -> bytes:
    files = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    return b"\n".join([*files, ran.stderr.encode(), str(ran.document).encode()])


@pytest.mark.slow
def test_a_grant_goes_through_a_proxy_with_a_password_over_tls_of_an_own_ca(tmp_path: Path) -> None:
    with MockPortal(allow_used_codes=True, tls=True) as portal, company_proxy() as proxy:
        settings = {"KETEN_PROXY": proxy.setting, "KETEN_CA_FILE": str(portal.ca_file)}
        ran = apply(portal, write_scenario(tmp_path, [grant()]), settings=settings)
        ledger = portal.ledger()
        port = int(portal.base.rpartition(":")[2])
        shown = ssl.PEM_cert_to_DER_cert(ssl.get_server_certificate(("127.0.0.1", port)))

    assert (ran.exit_code, ran.statuses) == (0, ["granted"]), ran.told + ran.stderr
    assert [one["outcome"] for one in ledger["submissions"]] == ["granted"]
    assert len(ledger["grants"]) == 1
    assert set(proxy.asked) == {(f"CONNECT 127.0.0.1:{port} HTTP/1.1", AUTHORIZATION)}
    assert ran.document["certificate_sha256"] == hashlib.sha256(shown).hexdigest()
    assert ran.document["blocked"] == []
    left = every_byte_left(ran, tmp_path)
    for secret in (PASSWORD, "p%40ss%3Aw%C3%B6rd%2F%25", AUTHORIZATION.removeprefix("Basic ")):
        assert secret.encode() not in left
        assert base64.b64encode(secret.encode()) not in left


@pytest.mark.slow
def test_a_portal_on_loopback_is_reached_through_the_proxy_too(tmp_path: Path) -> None:
    with MockPortal(allow_used_codes=True) as portal, company_proxy() as proxy:
        ran = apply(portal, write_scenario(tmp_path, [grant()]), settings={"KETEN_PROXY": proxy.setting})
        ledger = portal.ledger()

    assert (ran.exit_code, ran.statuses) == (0, ["granted"]), ran.told + ran.stderr
    assert len(ledger["submissions"]) == 1
    asked = {line for line, _ in proxy.asked}
    assert f"GET {portal.url} HTTP/1.1" in asked
    assert f"CONNECT {portal.base.removeprefix('http://')} HTTP/1.1" in asked, "the driver, which sends what records"
    assert {given for _, given in proxy.asked} == {AUTHORIZATION}
    assert ran.document["certificate_sha256"] is None


PROXIES = {
    "asks for another password": (
        None,
        "answers 407 Proxy Authentication Required",
        "user name and password in KETEN_PROXY",
    ),
    "cannot reach the portal": (
        b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n",
        "answers 502 Bad Gateway",
        "lets this machine reach the portal",
    ),
    "wants one to log in on a page": (
        b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n" + HTML,
        "closes the connection, or is not a proxy",
        "",
    ),
    "drops": (b"", "closes the connection", ""),
}


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow if place else ()) for place, name in enumerate(PROXIES)]
)
def test_a_proxy_in_the_way_is_named_with_what_it_said_and_nothing_is_recorded(tmp_path: Path, name: str) -> None:
    answer, why, hint = PROXIES[name]
    with MockPortal(tls=True) as portal, company_proxy(answer) as proxy:
        setting = f"http://piet:verkeerd-geheim@{proxy.address}" if answer is None else proxy.setting
        settings = {"KETEN_PROXY": setting, "KETEN_CA_FILE": str(portal.ca_file)}
        ran = apply(portal, write_scenario(tmp_path, [grant()]), settings=settings)
        ledger = portal.ledger()

    assert (ran.exit_code, ran.statuses) == (6, ["skipped"]), ran.told + ran.stderr
    assert f"the proxy {proxy.address} " in ran.told
    assert why in ran.told
    assert hint in ran.told
    assert "verkeerd-geheim" not in ran.told + ran.stderr
    assert ledger == {"grants": [], "submissions": [], "sign_ins": 0}
    if answer is None:
        assert len(proxy.asked) == 1, "a password that was refused is not tried again: accounts lock"


@pytest.mark.parametrize(
    "of_another", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["no CA set", "another CA"]
)
def test_a_certificate_that_is_not_trusted_ends_the_run_and_names_the_remedy(tmp_path: Path, of_another: bool) -> None:
    trustme.CA().cert_pem.write_to_path(tmp_path / "another.pem")
    settings = {"KETEN_CA_FILE": str(tmp_path / "another.pem")} if of_another else {}
    with MockPortal(tls=True) as portal:
        ran = apply(portal, write_scenario(tmp_path, [grant()]), settings=settings)
        ledger = portal.ledger()

    assert (ran.exit_code, ran.statuses) == (6, ["skipped"]), ran.told + ran.stderr
    assert "its certificate is not valid: its CA is not trusted here" in ran.told
    assert "KETEN_CA_FILE" in ran.told
    assert ledger == {"grants": [], "submissions": [], "sign_ins": 0}


@pytest.mark.slow
def test_a_slow_link_only_takes_longer(tmp_path: Path) -> None:
    with MockPortal(allow_used_codes=True) as portal:
        portal.faults([{"kind": "latency", "ms": 1500}])
        settings = {"KETEN_TIMEOUT": "60", "KETEN_LIST_PATIENCE": "5"}
        ran = apply(portal, write_scenario(tmp_path, [grant()]), settings=settings)
        ledger = portal.ledger()

    assert (ran.exit_code, ran.statuses) == (0, ["granted"]), ran.told + ran.stderr
    assert [one["outcome"] for one in ledger["submissions"]] == ["granted"]
