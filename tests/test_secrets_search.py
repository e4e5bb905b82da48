"""The search finds a secret wherever it is put: else that it finds none would mean nothing."""

from __future__ import annotations

import base64
import gzip
import io
import json
import zipfile
from pathlib import Path
from urllib.parse import quote_plus

import pytest

from tests.secrets_search import Search

SECRET = 'Zo"n geheim/+wachtwoord-é'


def zipped(content: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner.gz", gzip.compress(content))
    return made.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        SECRET.encode(),
        SECRET[:12].encode(),
        SECRET[12:].encode(),
        quote_plus(SECRET).encode(),
        json.dumps(SECRET).encode(),
        base64.b64encode(b"a:" + SECRET.encode()),
        base64.urlsafe_b64encode(b"ab:" + SECRET.encode() + b"c"),
        base64.b64encode(SECRET[12:].encode()),
        zipped(SECRET.encode()),
        SECRET.encode("utf-16-le"),
    ],
)
def test_a_secret_is_found(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"before " + content if not content.startswith(b"PK") else content)
    assert {found.secret for found in Search({"password": SECRET}).folders(tmp_path)} == {"password"}


def test_a_secret_is_found_in_names_and_links(tmp_path: Path) -> None:
    (tmp_path / "wachtwoord-1").touch()
    (tmp_path / "link").symlink_to("wachtwoord-1")
    assert len({found.place for found in Search({"password": "wachtwoord-1"}).folders(tmp_path)}) == 2


def test_what_is_no_secret_is_not_found() -> None:
    search = Search({"password": SECRET, "code": "123456"})
    assert search.content(b"geheim, 1234567 and 0.123456 seconds", "text") == []
    assert [found.secret for found in search.content(b"the code is 123456.", "text")] == ["code"]
