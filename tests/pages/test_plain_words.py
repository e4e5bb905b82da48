"""What Playwright, Node, Chromium, OpenSSL and Python say is told in keten's words, and kept in the log."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from loguru import logger

from automation.errors import Mismatch
from pages.plain_words import UNKNOWN, in_words

ROOT = Path(__file__).parents[2]
RAW = re.compile(
    r"strict mode|E[A-Z]{4,}|tls_|Timeout|hang up|net::|Errno|Locator\.|Page\.|Error\b|exceeded|_[A-Z]{2}|\[SSL"
)
INVALID = "its certificate is not valid: "
SAID = [
    (
        'Locator.click: Error: strict mode violation: get_by_role("button") resolved to 3 elements:\n    1) <button>',
        "3 elements fit, where one is meant",
    ),
    ("Locator.click: Timeout 30000ms exceeded.\nCall log:\n  - waiting for locator", "no response within 30 s"),
    ("ElementHandle.click: Timeout 1ms exceeded.", "no response within the time that it has"),
    (
        'Locator.click: Timeout 20000ms exceeded.\nCall log:\n  - <div class="veil"></div> intercepts pointer events',
        'something else covers it: <div class="veil">',
    ),
    ("Locator.fill: Timeout 20000ms exceeded.\nCall log:\n  -   - element is not enabled", "it is disabled"),
    ("ElementHandle.click: Element is not attached to the DOM", "it went away"),
    ("Page.goto: Target page, context or browser has been closed", "the browser, or its page, was closed"),
    ("Page.evaluate: Execution context was destroyed, most likely because of a navigation", "the page navigated away"),
    ("Page.goto: net::ERR_CONNECTION_REFUSED at http://h:1/", "connection refused"),
    ("Page.goto: net::ERR_NAME_NOT_RESOLVED at http://h/", "the host name is unknown"),
    ("Page.goto: net::ERR_CERT_COMMON_NAME_INVALID at https://h/", f"{INVALID}it is for another host"),
    ("Page.goto: net::ERR_SSL_PROTOCOL_ERROR at https://h/", "there is no TLS connection: something else answers"),
    (
        "APIRequestContext.get: write EPROTO 40A7:error:0A00010B:SSL routines:tls_validate_record_header:wrong version "
        "number:../deps/openssl/ssl/record/methods/tlsany_meth.c:84:",
        "there is no TLS connection: something else answers",
    ),
    ("Route.fetch: socket hang up", "the connection was closed before there was an answer"),
    ("Route.fetch: read ECONNRESET", "the connection was closed before there was an answer"),
    ("Route.fetch: connect ECONNREFUSED 127.0.0.1:1", "connection refused"),
    ("APIRequestContext.get: self-signed certificate; if the root CA is installed", f"{INVALID}its CA is not trusted"),
    ("unable to get local issuer certificate", f"{INVALID}its CA is not trusted here"),
    ("certificate has expired", f"{INVALID}it has expired, or is not valid yet"),
    ("Hostname mismatch, certificate is not valid for 'localhost'.", f"{INVALID}it is for another host"),
    (
        "Multiple exceptions: [Errno 111] Connect call failed ('::1', 1), [Errno 111] Connect",
        "connection refused",
    ),
    ("[Errno -2] Name or service not known", "the host name is unknown"),
    ("Page.frobnicate: E_SOMETHING nobody has ever seen", UNKNOWN),
]


@pytest.mark.parametrize(("raw", "words"), SAID, ids=[words for _, words in SAID])
def test_raw_words_are_told_in_words_that_a_person_can_act_on(raw: str, words: str) -> None:
    logged: list[str] = []
    sink = logger.add(lambda message: logged.append(message.record["message"]), level="DEBUG")
    try:
        told = in_words(raw)
    finally:
        logger.remove(sink)

    assert told.startswith(words)
    assert not RAW.search(told)
    assert logged == [raw]


def test_an_error_of_keten_is_told_as_it_is() -> None:
    assert in_words(Mismatch("costs: EUR 1.00 is above the ceiling", "Nothing was recorded.")) == (
        "costs: EUR 1.00 is above the ceiling"
    )


def test_no_module_tells_the_first_line_of_a_raw_error() -> None:
    raw = re.compile(r"splitlines\(\)\[0\]|str\(error\)\.partition|error\.message\.split")
    modules = {
        str(file.relative_to(ROOT)): file.read_text("utf-8")
        for folder in ("automation", "pages")
        for file in (ROOT / folder).rglob("*.py")
    }

    assert modules.keys() >= {"automation/errors.py", "pages/plain_words.py"}
    assert [name for name, text in modules.items() if raw.search(text)] == []
