"""Looks for secrets in every byte of folders and texts, archives opened; it shares no code with what masks them."""

from __future__ import annotations

import base64
import gzip
import html
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, quote_plus

_SHORTEST_PART = 6  # of a half, and of what stands in base64: shorter ones are found by chance


@dataclass(frozen=True)
class Found:
    """A secret, by its name, in one of its forms, at a place."""

    secret: str
    form: str
    place: str


class Search:
    """A search for secrets, given by name; those of figures alone are codes, found as whole numbers only."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        self._patterns = [
            (name, form, pattern) for name, secret in secrets.items() for form, pattern in _forms(secret).items()
        ]
        self.places: list[str] = []
        """All that was searched, archives' members by their own names."""

    def content(self, content: bytes, place: str) -> list[Found]:
        """What is found in some bytes, and in what they hold when they are an archive."""
        self.places.append(place)
        found = [Found(name, form, place) for name, form, pattern in self._patterns if pattern.search(content)]
        for inner, member in _unpacked(content):
            found += self.content(inner, f"{place}!{member}")
        return found

    def folders(self, *folders: Path) -> list[Found]:
        """What is found in the files below, in their names, and in the targets of their links."""
        return [one for folder in folders for path in sorted(folder.rglob("*")) for one in self._path(path)]

    def _path(self, path: Path) -> Iterable[Found]:
        yield from self.content(str(path).encode(), f"the name of {path}")
        if path.is_symlink():
            yield from self.content(str(path.readlink()).encode(), f"the target of {path}")
        elif path.is_file():
            yield from self.content(path.read_bytes(), str(path))


def _forms(secret: str) -> dict[str, re.Pattern[bytes]]:
    if secret.isdigit():
        return {"whole number": re.compile(rb"(?<![0-9])(?<![0-9][.])" + secret.encode() + rb"(?![0-9])")}
    middle = len(secret) // 2
    parts = {"": secret, "first half, ": secret[:middle], "second half, ": secret[middle:]}
    return {
        f"{part}{form}": re.compile(re.escape(written))
        for part, text in parts.items()
        for form, written in _written(text)
        if len(written) >= _SHORTEST_PART
    }


def _written(text: str) -> Iterator[tuple[str, bytes]]:
    yield "plain", text.encode()
    yield "UTF-16", text.encode("utf-16-le")
    yield "in a URL", quote(text, safe="").encode()
    yield "in a form", quote_plus(text).encode()
    yield "in JSON", json.dumps(text)[1:-1].encode()
    yield "in JSON, not ASCII", json.dumps(text, ensure_ascii=False)[1:-1].encode()
    yield "in HTML", html.escape(text).encode()
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + text.encode() + bytes(3))
        certain = encoded[-(-before * 8 // 6) : (before + len(text.encode())) * 8 // 6]
        yield f"base64, {before} before", certain
        yield f"URL-safe base64, {before} before", certain.translate(bytes.maketrans(b"+/", b"-_"))


def _unpacked(content: bytes) -> Iterator[tuple[bytes, str]]:
    if content.startswith(b"\x1f\x8b"):
        yield gzip.decompress(content), "gz"
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                yield archive.read(name), name
    if content.startswith(b"\x89PNG"):
        for number, chunk in enumerate(_compressed_text(content)):
            yield chunk, f"text {number}"


def _compressed_text(picture: bytes) -> Iterator[bytes]:
    """The texts that a PNG keeps deflated; those that it keeps as they are, are found anyhow."""
    at = 8
    while at < len(picture):
        length, kind = int.from_bytes(picture[at : at + 4], "big"), picture[at + 4 : at + 8]
        if kind in (b"zTXt", b"iTXt"):
            body = picture[at + 8 : at + 8 + length]
            start = body.find(b"\x78")  # how a deflated stream begins
            if start >= 0:
                yield zlib.decompressobj().decompress(body[start:])
        at += length + 12
