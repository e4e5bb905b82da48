"""A company's proxy, as KETEN_PROXY names it."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote, urlsplit

_HOST: Final = re.compile(r"[A-Za-z0-9._-]{1,253}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")
_USUAL_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True)
class CompanyProxy:
    """Where it listens, whether over TLS, and the `Proxy-Authorization` that it is given, where it wants one."""

    host: str
    port: int
    tls: bool = False
    authorization: bytes | None = field(default=None, repr=False)

    @classmethod
    def parse(cls, address: str) -> CompanyProxy:
        """The proxy of `http://user:password@host:port`; ValueError, which never holds the address, for anything else.

        Reserved characters in user and password are percent-encoded (RFC 3986, 3.2.1); they are sent as UTF-8.
        """
        mistake = ValueError(
            "write a proxy as http://host:port or http://user:password@host:port "
            "(https:// if it listens over TLS), with @ : / % in a password as %40 %3A %2F %25"
        )
        try:
            parts = urlsplit(address)
            host, port = parts.hostname or "", parts.port
            user, password = (unquote(part or "", errors="strict") for part in (parts.username, parts.password))
        except ValueError:
            raise mistake from None
        plain = address.isascii() and address.isprintable() and not set(address) & set(" \\")
        if not plain or parts.scheme not in _USUAL_PORTS or not _HOST.fullmatch(host) or port == 0:
            raise mistake
        if parts.path not in ("", "/") or parts.query or parts.fragment or ":" in user or parts.netloc.count("@") > 1:
            raise mistake
        authorization = None
        if parts.username is not None:
            authorization = b"Basic " + base64.b64encode(f"{user}:{password}".encode())
        return cls(host, port or _USUAL_PORTS[parts.scheme], parts.scheme == "https", authorization)

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"
