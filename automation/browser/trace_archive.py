"""Playwright's trace archives without what must not be kept: every member masked, cookies and storage left out."""

from __future__ import annotations

import json
import re
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

from automation.machine.files import write_whole
from automation.machine.masking import SECRETS

_HEADERS = frozenset({"cookie", "set-cookie", "authorization", "proxy-authorization"})
_TOKEN_HEADER = re.compile("csrf|xsrf|token|api-?key", re.IGNORECASE)
_SHORTEST_TOKEN = 8
_EMPTIED = frozenset(
    {"cookies", "localStorage", "sessionStorage", "indexedDB", "storageState", "httpCredentials", "clientCertificates"}
)
_RECORDS = (".trace", ".network", ".har")
_BESIDE = re.compile(rb'"_file"\s*:\s*"([\w.-]+)"')  # a name alone, which leads to no other folder


def clean(path: Path) -> None:
    """Put the archive, or a HAR with the files beside it, at this place again, as it may be kept.

    What cannot be cleaned is gone then; OSError, ValueError or BadZipFile say why it could not be.
    """
    content = path.read_bytes()
    path.unlink()
    if zipfile.is_zipfile(BytesIO(content)):
        write_whole(path, cleaned(content))
        return
    places = [path.parent / name.decode() for name in dict.fromkeys(_BESIDE.findall(content))]
    beside = {place: place.read_bytes() for place in places if place.is_file()}
    for place in beside:
        place.unlink()
    write_whole(path, _Record("har", content).written())
    for place, body in beside.items():
        write_whole(place, SECRETS.content(body))


def cleaned(archive: bytes) -> bytes:
    """The archive as it may be kept; ValueError or BadZipFile when it is not an archive.

    Playwright writes what a page said to its server as JSON lines (as one document in a HAR), and the bodies of answers
    as files of their own. So what it wrote is read first, for tokens that nobody else knows of, and those are masked in
    the bodies too.
    """
    kept = BytesIO()
    with zipfile.ZipFile(BytesIO(archive)) as raw, zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as clean:
        records = {name: _Record(name, raw.read(name)) for name in raw.namelist() if name.endswith(_RECORDS)}
        for name in raw.namelist():
            clean.writestr(name, records[name].written() if name in records else SECRETS.content(raw.read(name)))
    return kept.getvalue()


class _Record:
    """What Playwright wrote of the traffic, without cookies and credentials."""

    def __init__(self, name: str, content: bytes) -> None:
        documents = [content] if name.endswith("har") else [line for line in content.splitlines() if line]
        self._documents = [_emptied(json.loads(document)) for document in documents]

    def written(self) -> bytes:
        """It, without what is known as a secret by now."""
        lines = (json.dumps(SECRETS.data(one), separators=(",", ":")) for one in self._documents)
        return "".join(f"{line}\n" for line in lines).encode()


def _emptied(data: Any, key: str = "") -> Any:
    """The data without cookies, storage and credentials; the values are known as secrets from then on."""
    if key in _EMPTIED:
        _know(data)
        return [] if isinstance(data, list) else None
    if isinstance(data, list):
        return [_emptied(one) for one in data if not _is_secret_header(one)]
    if isinstance(data, dict):
        return {name: _emptied(value, name) for name, value in data.items() if not _is_secret(name, value)}
    return data


def _is_secret_header(data: Any) -> bool:
    """Whether this is a header, as HAR writes it, that holds a secret; its value is known as one from then on."""
    if not isinstance(data, dict) or not isinstance(data.get("name"), str):
        return False
    name, value = data["name"], data.get("value", "")
    if _TOKEN_HEADER.search(name) and isinstance(value, str) and len(value) >= _SHORTEST_TOKEN:
        SECRETS.add(value)
        return True
    return _is_secret(name, value)


def _is_secret(name: str, value: Any) -> bool:
    if name.lower() not in _HEADERS:
        return False
    if isinstance(value, str):
        for cookie in value.split(";"):
            SECRETS.add_cookie(cookie.partition("=")[2].strip(), http_only="httponly" in value.lower())
        if name.lower().endswith("authorization"):
            SECRETS.add(value.rpartition(" ")[2])
    return True


def _know(data: Any) -> None:
    if isinstance(data, str):
        SECRETS.add_tokens(data)
    for inner in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        _know(inner)
