"""KETEN_PROXY: what it may say, and that no mistake in it is ever shown."""

from __future__ import annotations

import base64

import pytest

from automation.inputs.proxy import CompanyProxy


@pytest.mark.parametrize(
    ("address", "host", "port", "tls", "credentials"),
    [
        ("http://proxy.example:3128", "proxy.example", 3128, False, None),
        ("http://proxy.example:3128/", "proxy.example", 3128, False, None),
        ("http://proxy.example", "proxy.example", 80, False, None),
        ("https://proxy.example", "proxy.example", 443, True, None),
        ("http://[::1]:3128", "::1", 3128, False, None),
        ("http://piet:geheim@proxy.example:3128", "proxy.example", 3128, False, "piet:geheim"),
        ("http://BEDRIJF%5Cpiet:g%40%3Ah%C3%A9im%25@proxy:3128", "proxy", 3128, False, "BEDRIJF\\piet:g@:héim%"),
        ("http://piet@proxy.example:3128", "proxy.example", 3128, False, "piet:"),
    ],
)
def test_a_proxy_is_read_with_its_credentials(
    address: str, host: str, port: int, tls: bool, credentials: str | None
) -> None:
    proxy = CompanyProxy.parse(address)

    assert (proxy.host, proxy.port, proxy.tls) == (host, port, tls)
    expected = None if credentials is None else b"Basic " + base64.b64encode(credentials.encode())
    assert proxy.authorization == expected


@pytest.mark.parametrize(
    "address",
    [
        "geheim",
        "proxy.example:3128",
        "socks5://piet:geheim@proxy.example:1080",
        "http://piet:geheim@proxy.example:none",
        "http://piet:geheim@proxy.example:0",
        "http://piet:geheim@proxy.example:3128/path",
        "http://piet:geheim@proxy.example:3128?query",
        "http://piet:gehe@im@proxy.example:3128",
        "http://piet:geheim\\@proxy.example",
        "http://piet:ge heim@proxy.example",
        "http://piet:geheim%ff@proxy.example",
        "http://piet%3A:geheim@proxy.example",
        "http://piet:geheim@",
        "http://[::1:geheim",
        "",
    ],
)
def test_what_is_no_proxy_is_refused_without_being_shown(address: str) -> None:
    with pytest.raises(ValueError, match="write a proxy as http://host:port or ") as raised:
        CompanyProxy.parse(address)

    assert "geheim" not in str(raised.value)
    assert raised.value.__suppress_context__ or raised.value.__context__ is None


def test_the_credentials_do_not_show_in_what_is_printed() -> None:
    proxy = CompanyProxy.parse("http://piet:geheim@proxy.example:3128")

    assert str(proxy) == "proxy.example:3128"
    assert base64.b64encode(b"piet:geheim").decode() not in repr(proxy)
