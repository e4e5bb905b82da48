"""Addresses of portals: whether they are of this machine, and whether credentials may go there."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from automation.errors import UsageError

_HOST: Final = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]*:[0-9a-f:.]*")
_PLAIN: Final = re.compile(r"[!-\[\]-~]+")


@dataclass(frozen=True)
class Allowed:
    """Where the pages of a portal may go, as canonical origins; credentials are typed on those of `sign_in` alone."""

    sign_in: tuple[str, ...]
    others: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """Every origin that may be talked to."""
        return (*self.sign_in, *self.others)


class PortalAddress(str):
    """The sign-in address of a portal.

    UsageError when it is not an address, or one to which credentials would go unencrypted. One that people and browsers
    could read differently is refused too: with a user before the host, with a backslash, or with letters that only
    look like others.
    """

    def __new__(cls, address: str) -> PortalAddress:
        """Check the address, and leave it as it is spelled."""
        return super().__new__(cls, _checked(address))

    @property
    def origin(self) -> str:
        """Scheme, host and port, in their canonical form."""
        return origin_of(self)

    @property
    def key(self) -> str:
        """What journal and lock know the portal by: its origin, all names of this machine taken for one."""
        if not self.is_loopback:
            return self.origin
        origin = urlsplit(self.origin)
        return f"{origin.scheme}://127.0.0.1" + (f":{origin.port}" if origin.port else "")

    @property
    def is_loopback(self) -> bool:
        """Whether it is on this machine, where nothing has legal effect."""
        return is_loopback(self)


def is_loopback(address: str) -> bool:
    """Whether a portal's address is one of this machine, where nothing has legal effect."""
    host = urlsplit(address).hostname or ""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _checked(address: str) -> str:
    try:
        parts = urlsplit(address)
        host, plain = parts.hostname or "", parts.username is None and parts.port != 0
    except ValueError:  # what stands for the port is no number, or brackets do not match
        host, plain = "", False
    if not host.isascii():
        raise UsageError(
            f"the host name of '{address}' has letters that may imitate others: it is {origin_of(address)}",
            "If that is the portal, write the address with that host name.",
        )
    if not plain or parts.scheme not in ("http", "https") or not _HOST.fullmatch(host) or not _PLAIN.fullmatch(address):
        told = re.sub("^([^@]*//)?.*@", r"\1…@", address)  # there may be a password in it
        raise UsageError(f"'{told}' is not the address of a portal", "Write it as https://host/path.")
    if parts.scheme == "http" and not is_loopback(address):
        raise UsageError(
            f"'{address}' is not encrypted", "Write an https address: keten sends credentials over https only."
        )
    return address


def checked_origin(origin: str) -> str:
    """The origin in its canonical form; ValueError, which does not hold it, when `PortalAddress` would refuse it."""
    try:
        parts = urlsplit(_checked(origin))
    except UsageError:
        parts = urlsplit("")
    if not parts.hostname or parts.path not in ("", "/") or parts.query or parts.fragment or "#" in origin:
        raise ValueError("write an origin as https://host or https://host:port, in ASCII letters, without a path")
    return origin_of(origin)


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
