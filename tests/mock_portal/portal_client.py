"""A client of the mock portal's own addresses, as a browser would use them, over one connection that is kept."""

from __future__ import annotations

import http.client
import json
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import urlencode, urlsplit

import pyotp

from automation.mock_portal.data.accounts import PASSWORD, TOTP_SECRET
from automation.mock_portal.server import MockPortal

RECORDING = "/beheer/api/ketenmachtigingen"
UWV, BELASTINGDIENST = "00000001890001001000", "00000001890001002000"
UWV_VERZUIMMELDER = "01001"


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    text: str

    @property
    def data(self) -> Any:
        return json.loads(self.text)

    @property
    def alert(self) -> str:
        found = re.search(r'role="alert"[^>]*>(.*?)</p>', self.text)
        return unescape(found[1]) if found else ""

    @property
    def heading(self) -> str:
        found = re.search(r"<h1[^>]*>(.*?)</h1>", self.text)
        return unescape(found[1]) if found else ""


@dataclass
class PortalClient:
    connection: http.client.HTTPConnection
    cookies: dict[str, str] = field(default_factory=dict)
    csrf: str = ""

    def send(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.connection.request(method, path, body, {"cookie": cookies, "x-csrf-token": self.csrf} | named)
        response = self.connection.getresponse()
        for set_cookie in response.headers.get_all("set-cookie") or []:
            name, _, value = set_cookie.partition(";")[0].partition("=")
            self.cookies[name] = value.strip('"')
        return Answer(response.status, response.headers, response.read().decode())

    def get(self, path: str) -> Answer:
        return self.send("GET", path)

    def post(self, path: str, body: Any) -> Answer:
        return self.send("POST", path, json.dumps(body).encode(), content_type="application/json")

    def fill_in(self, path: str, **fields: str) -> Answer:
        """Post a form and follow where it leads."""
        answer = self.send("POST", path, urlencode(fields).encode(), content_type="application/x-www-form-urlencoded")
        return self.get(urlsplit(answer.headers["location"]).path) if answer.status == 303 else answer

    def give_password(self, username: str = "beheerder", password: str = PASSWORD) -> Answer:
        return self.fill_in("/beheer", gebruikersnaam=username, wachtwoord=password)

    def give_code(self, code: str | None = None) -> Answer:
        return self.fill_in("/beheer/code", code=code or pyotp.TOTP(TOTP_SECRET).now())

    def sign_in(self) -> None:
        self.give_password()
        self.give_code()
        self.csrf = self.get("/beheer/api/sessie").data["csrf"]


def grant(**changes: Any) -> dict[str, Any]:
    """What the application posts to record a grant."""
    return {
        "intermediair": "68750110",
        "soort": "dienstverleners",
        "dienstverleners": [UWV, BELASTINGDIENST],
        "jaren": 5,
        "akkoord": True,
    } | changes


@contextmanager
def connected_to(origin: str) -> Iterator[PortalClient]:
    connection = http.client.HTTPConnection(urlsplit(origin).netloc, timeout=20)
    try:
        yield PortalClient(connection)
    finally:
        connection.close()


@contextmanager
def connected(portal: MockPortal) -> Iterator[PortalClient]:
    place = urlsplit(portal.url).netloc
    connection = (
        http.client.HTTPSConnection(place, timeout=20, context=ssl.create_default_context(cafile=str(portal.ca_file)))
        if portal.ca_file
        else http.client.HTTPConnection(place, timeout=20)
    )
    try:
        yield PortalClient(connection)
    finally:
        connection.close()
