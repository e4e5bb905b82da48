"""Addresses of portals: one portal is one, however it is spelled, and credentials go nowhere unencrypted."""

from __future__ import annotations

import pytest

from automation.domain.addresses import PortalAddress, checked_origin, is_loopback, origin_of
from automation.errors import UsageError


@pytest.mark.parametrize(
    ("spelled", "origin"),
    [
        ("https://Portal.Example/beheer", "https://portal.example"),
        ("https://portal.example:443/beheer", "https://portal.example"),
        ("https://portal.example./", "https://portal.example"),
        ("http://127.0.0.1:8080/beheer?a=b", "http://127.0.0.1:8080"),
        ("http://[::1]:80/", "http://[::1]"),
        ("https://bücher.example/", "https://xn--bcher-kva.example"),
        ("https://portal.example:8443", "https://portal.example:8443"),
    ],
)
def test_one_portal_has_one_origin_however_it_is_spelled(spelled: str, origin: str) -> None:
    assert origin_of(spelled) == origin


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "LOCALHOST", "[::1]", "127.0.0.2"])
def test_all_names_of_this_machine_are_one_portal(name: str) -> None:
    assert PortalAddress(f"http://{name}:8080/beheer").key == "http://127.0.0.1:8080"
    assert PortalAddress(f"https://{name}/beheer").key == "https://127.0.0.1"
    assert PortalAddress("https://Portal.Example/beheer").key == "https://portal.example"


@pytest.mark.parametrize(
    ("address", "here"),
    [
        ("http://127.0.0.1:1/beheer", True),
        ("http://localhost/", True),
        ("http://[::1]/", True),
        ("https://portal.example/", False),
        ("https://127.0.0.1.example/", False),
    ],
)
def test_loopback_is_this_machine_alone(address: str, here: bool) -> None:
    assert is_loopback(address) is here


@pytest.mark.parametrize(
    "address", ["portal.example", "ftp://portal.example/", "https://me@portal.example/", "https://"]
)
def test_what_is_no_address_of_a_portal_is_refused(address: str) -> None:
    with pytest.raises(UsageError, match="not the address of a portal"):
        PortalAddress(address)


def test_credentials_go_nowhere_unencrypted_but_to_this_machine() -> None:
    assert PortalAddress("http://127.0.0.1:1/beheer") == "http://127.0.0.1:1/beheer"
    with pytest.raises(UsageError, match="not encrypted"):
        PortalAddress("http://portal.example/")


@pytest.mark.parametrize(
    "address",
    [
        "https://portal.example@evil.example/",
        "https://portal.example:443@evil.example/",
        "https://portal.example\\@evil.example/",
        "https://evil.example\\.portal.example/",
        "https://portal.example%2eevil.example/",
        "https://portal.example /",
        "https://portal\t.example/",
        "https://*.portal.example/",
        "https://portal.example:none/",
        "https://[::1/",
    ],
)
def test_an_address_that_could_be_read_in_two_ways_is_refused(address: str) -> None:
    with pytest.raises(UsageError, match="not the address of a portal"):
        PortalAddress(address)
    with pytest.raises(ValueError, match="write an origin as https://host"):
        checked_origin(address)


def test_letters_that_look_like_others_are_named_by_what_they_are() -> None:
    with pytest.raises(UsageError, match=r"it is https://xn--") as raised:
        PortalAddress("https://pоrtal.example/beheer")  # the o is Cyrillic
    assert "write the address with that host name" in raised.value.hint
    with pytest.raises(ValueError, match="in ASCII letters"):
        checked_origin("https://pоrtal.example")


@pytest.mark.parametrize("before", ["https://beheerder:", "beheerder:", "beheerder@x:"])
def test_a_password_in_an_address_is_not_shown(before: str) -> None:
    with pytest.raises(UsageError) as raised:
        PortalAddress(f"{before}geheim@portal.example/")
    assert "geheim" not in str(raised.value)


@pytest.mark.parametrize(
    ("written", "origin"),
    [
        ("https://Portal.Example", "https://portal.example"),
        ("https://portal.example:443/", "https://portal.example"),
        ("https://portal.example.evil", "https://portal.example.evil"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
    ],
)
def test_an_origin_is_held_to_its_one_spelling(written: str, origin: str) -> None:
    assert checked_origin(written) == origin


@pytest.mark.parametrize(
    "written",
    ["portal.example", "https://portal.example/a", "https://portal.example?a", "https://a#", "http://portal.example"],
)
def test_what_is_more_or_less_than_an_origin_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="write an origin as https://host"):
        checked_origin(written)
