"""A trace is kept without cookies, credentials, storage and known secrets, and stays one that opens."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from automation.browser.trace_archive import clean, cleaned
from automation.machine.masking import SECRETS

ENTRY: dict[str, Any] = {
    "request": {
        "url": "https://portal.example/beheer",
        "cookies": [{"name": "sid", "value": "cookie-0000000000001"}],
        "headers": [
            {"name": "Cookie", "value": "sid=cookie-0000000000001"},
            {"name": "Authorization", "value": "Bearer bearer0001"},
            {"name": "X-CSRF-Token", "value": "request-forgery-1"},
            {"name": "Accept", "value": "text/html"},
        ],
    },
    "response": {
        "cookies": [],
        "headers": [{"name": "set-cookie", "value": "sid=renewed-cookie; Path=/; HttpOnly"}],
        "content": {"_file": "resources/1.json"},
    },
}
RECORDS: dict[str, list[Any]] = {
    "trace.network": [{"type": "resource-snapshot", "snapshot": ENTRY}],
    "trace.trace": [
        {
            "type": "before",
            "method": "fill",
            "startTime": 1.123456,
            "wallTime": 123456,
            "params": {"value": "geheim-1"},
        },
        {"type": "after", "result": {"cookies": [{"value": "x"}], "origins": [{"localStorage": [{"value": "y"}]}]}},
        {"type": "frame-snapshot", "html": ["INPUT", {"__playwright_value_": "geheim-1"}], "said": "code 123456"},
    ],
}
BODY = b'{"access_token": "bearer0001", "renewed": "renewed-cookie", "csrf": "request-forgery-1", "name": "Jansen"}'


def archive() -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as raw:
        for name, lines in RECORDS.items():
            raw.writestr(name, "".join(json.dumps(line) + "\n" for line in lines))
        raw.writestr("trace.stacks", json.dumps({"files": ["/home/geheim-1.py"]}))
        raw.writestr("resources/1.json", BODY)
        raw.writestr("resources/2.bin", b"\x89PNG\xff\x00")
    return made.getvalue()


def members(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(content)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def test_no_cookie_header_storage_or_secret_is_left_in_any_member() -> None:
    SECRETS.add("geheim-1", "123456")

    kept = members(cleaned(archive()))

    everything = b"\n".join(kept.values())
    for secret in (b"geheim-1", b"cookie-0000000000001", b"renewed-cookie", b"bearer0001", b"code 123456"):
        assert secret not in everything
    assert kept["resources/1.json"] == b'{"access_token": "***", "renewed": "***", "csrf": "***", "name": "Jansen"}'


def test_it_stays_a_trace_with_its_moments_and_members() -> None:
    SECRETS.add("geheim-1", "123456")

    kept = members(cleaned(archive()))

    assert kept.keys() == members(archive()).keys()
    before, after, _ = (json.loads(line) for line in kept["trace.trace"].splitlines())
    assert (before["startTime"], before["wallTime"]) == (1.123456, 123456)
    assert after["result"] == {"cookies": [], "origins": [{"localStorage": []}]}
    [entry] = (json.loads(line)["snapshot"] for line in kept["trace.network"].splitlines())
    assert entry["request"]["headers"] == [{"name": "Accept", "value": "text/html"}]
    assert entry["request"]["cookies"] == entry["response"]["headers"] == []
    assert kept["resources/2.bin"] == b"\x89PNG\xff\x00"


def test_a_har_is_cleaned_in_the_same_way(tmp_path: Path) -> None:
    (tmp_path / "a.har").write_text(json.dumps({"log": {"entries": [ENTRY]}}, indent=2))

    clean(tmp_path / "a.har")

    kept = json.loads((tmp_path / "a.har").read_bytes())
    [entry] = kept["log"]["entries"]
    assert entry["request"]["headers"] == [{"name": "Accept", "value": "text/html"}]
    assert "cookie-0000000000001" not in json.dumps(kept)


def test_the_files_beside_a_har_that_it_refers_to_are_cleaned_and_no_others(tmp_path: Path) -> None:
    SECRETS.add("geheim-1")
    entry = {"request": {"postData": {"_file": "1.dat"}}, "response": {"content": {"_file": "2.json"}}}
    outside = {"response": {"content": {"_file": "../3.txt"}}}
    folder = tmp_path / "hars"
    folder.mkdir()
    (folder / "a.har").write_text(json.dumps({"log": {"entries": [ENTRY, entry, outside]}}))
    for path in (folder / "1.dat", folder / "2.json", folder / "4.txt", tmp_path / "3.txt"):
        path.write_text("geheim-1 and cookie-0000000000001")

    clean(folder / "a.har")

    assert (folder / "1.dat").read_text() == (folder / "2.json").read_text() == "*** and ***"
    assert (folder / "4.txt").read_text() == (tmp_path / "3.txt").read_text() == "geheim-1 and cookie-0000000000001"


@pytest.mark.parametrize("content", [b"no archive", archive()[:-40], b'{"log": '])
def test_what_cannot_be_cleaned_is_not_kept(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "trace.zip").write_bytes(content)

    with pytest.raises((ValueError, zipfile.BadZipFile)):
        clean(tmp_path / "trace.zip")

    assert list(tmp_path.iterdir()) == []
