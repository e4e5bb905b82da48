"""What the browser, its driver and TLS say, in words that a person can act on; their own words go to the log."""

from __future__ import annotations

import re

from loguru import logger

from automation.errors import KetenError

UNKNOWN = "for a reason that keten does not know (the log has the words of the browser)"
NAVIGATED = "the page navigated away"
_RULES: tuple[tuple[str, str], ...] = (
    (r"strict mode violation.*resolved to (\d+) elements", "{0} elements fit, where one is meant"),
    (r"(<[^>\n]+>).*intercepts pointer events", "something else covers it: {0}"),
    (r"element is not visible", "it is not visible"),
    (r"element is not enabled", "it is disabled"),
    (r"element is not editable|not an <input>", "it cannot be typed into"),
    (r"element is not stable", "it keeps moving"),
    (r"outside of the viewport", "it is outside of the screen"),
    (r"[Ee]lement is not attached|element was detached|the element went away|went away again", "it went away"),
    (r"[Dd]id not find some options", "it has no such option"),
    (r"[Pp]age crashed|Target crashed", "the page crashed (is there enough memory?)"),
    (r"Target (page, context or browser has been )?closed|[Bb]rowser (has been closed|has disconnected)"
     r"|Connection closed|Event loop is closed|Page closed", "the browser, or its page, was closed"),
    (r"Execution context was destroyed|frame (was|got) detached|navigat\w+ .*interrupted", NAVIGATED),
    (r"(?i)certificate has expired|CERT_HAS_EXPIRED|ERR_CERT_DATE_INVALID",
     "its certificate is not valid: it has expired, or is not valid yet"),
    (r"(?i)hostname/ip does not match|hostname mismatch|ip address mismatch|CERT_COMMON_NAME_INVALID|ALTNAME_INVALID",
     "its certificate is not valid: it is for another host"),
    (r"(?i)self[- ]signed certificate|unable to (verify|get)\b.*(certificate|issuer)|UNABLE_TO_(VERIFY|GET)"
     r"|CERT_AUTHORITY_INVALID|unknown ca\b", "its certificate is not valid: its CA is not trusted here"),
    (r"(?i)certificate (was )?revoked|ERR_CERT_REVOKED", "its certificate is not valid: it was revoked"),
    (r"(?i)EPROTO|wrong.version.number|tls_validate_record_header|ERR_SSL_\w+|packet length too long|http.request",
     "there is no TLS connection: something else answers there, or it speaks an old version"),
    (r"ECONNREFUSED|ERR_CONNECTION_REFUSED|Errno 111\b|Errno 61\b|WinError 1225\b", "connection refused"),
    (r"(?i)socket hang up|ECONNRESET|EPIPE|other side closed|ERR_(CONNECTION_(RESET|CLOSED|ABORTED)|EMPTY_RESPONSE)"
     r"|Errno 104\b", "the connection was closed before there was an answer"),
    (r"ENOTFOUND|EAI_AGAIN|ERR_NAME_NOT_RESOLVED|Name or service not known|nodename nor servname|getaddrinfo failed"
     r"|Temporary failure in name resolution", "the host name is unknown"),
    (r"ETIMEDOUT|ERR_(CONNECTION_)?TIMED_OUT|Request timed out|Errno 110\b", "no answer in time"),
    (r"EHOSTUNREACH|ENETUNREACH|ERR_(ADDRESS_UNREACHABLE|NETWORK_CHANGED)|Errno 11[34]\b|Errno 101\b",
     "the network has no route to it"),
    (r"ERR_INTERNET_DISCONNECTED", "this machine is not connected to a network"),
    (r"ERR_(PROXY|TUNNEL)_\w+", "the proxy does not connect"),
    (r"ERR_TOO_MANY_REDIRECTS|Max redirect", "it redirects endlessly"),
    (r"ERR_BLOCKED_BY_CLIENT|ERR_ABORTED|ERR_FAILED", "the request was blocked or aborted"),
    (r"[Tt]imeout (\d+)(?:\.\d+)? ?ms exceeded", "no response within {seconds}"),
)  # fmt: skip
"""The first that fits: what is in the way says more than that time was up, which comes last."""
_AT_LEAST = 1000  # milliseconds; a shorter time-out is keten's own, and says nothing


def in_words(error: BaseException | str) -> str:
    """Why something failed, to stand after what failed and where; never the raw words, which the log then has."""
    if isinstance(error, KetenError):
        return error.message
    raw = str(error)
    logger.bind(event="raw").debug(raw)
    for pattern, words in _RULES:
        if found := re.search(pattern, raw):
            return words.format(*found.groups(), seconds=_seconds(found))
    return UNKNOWN


def _seconds(found: re.Match[str]) -> str:
    number = found[1] if found.re.groups and found[1] and found[1].isdigit() else "0"
    return f"{int(number) / 1000:g} s" if int(number) >= _AT_LEAST else "the time that it has"
