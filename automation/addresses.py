"""Addresses of portals: whether they are of this machine, and whether credentials may go there."""

from __future__ import annotations

from contextlib import suppress
from ipaddress import ip_address
from urllib.parse import urlsplit

from automation.errors import UsageError


def is_loopback(address: str) -> bool:
    """Whether a portal's address is one of this machine, where nothing has legal effect."""
    host = urlsplit(address).hostname or ""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def checked_address(address: str) -> str:
    """The address itself; UsageError when it is none, or one to which credentials would go unencrypted."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
        raise UsageError(f"'{address}' is not the address of a portal", "It looks like https://host/path.")
    if parts.scheme == "http" and not is_loopback(address):
        raise UsageError(f"'{address}' is not encrypted", "Credentials only go to https addresses.")
    return address


def origin_of(address: str) -> str:
    """Scheme, host and port of an address in their one canonical form, however it was spelled.

    The same portal is then the same in the journal, the lock and the hold.
    """
    parts = urlsplit(address)
    host = (parts.hostname or "").rstrip(".")
    with suppress(UnicodeError):  # what has no such form is kept as it is, and cannot be reached
        host = host.encode("idna").decode("ascii") if not host.isascii() else host
    host = f"[{host}]" if ":" in host else host
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port not in (None, usual) else "")
