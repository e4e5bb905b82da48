"""What this process knows of secrets, and takes out of all that it writes: files, log, journal, terminal."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html.entities import codepoint2name
from typing import TYPE_CHECKING, Any, Final, TextIO, cast

if TYPE_CHECKING:
    from playwright.sync_api import StorageState

MASK: Final = "***"
SHORTEST: Final = 4
"""Shorter secrets are left alone: `a1` or `nl` stands in half of all words, and nothing readable would remain."""
TELLTALES: Final = frozenset({"DEBUG", "DEBUG_FILE", "NODE_DEBUG", "SSLKEYLOGFILE"})
"""Variables that make Playwright or the browser write down all that passes, tokens not known yet and keys included."""
_CUT: Final = "..."  # as Python and pytest shorten a long value
_SHORTEST_ENCODED: Final = 6  # figures of base64 that no picture, hash or other token is likely to hold by chance
_SHORTEST_COOKIE: Final = 8
_BACKSLASHED: Final = "\"'/"
_NO_TOKEN: Final = r"(?!https?:|/|[0-9]{4}-[0-9]{2}-)"  # an address, a path, a date
_MIXED: Final = r"(?=.*[0-9]|.*[a-z].*[A-Z]|.*[A-Z].*[a-z])"
_TOKEN: Final = re.compile(rf"{_NO_TOKEN}{_MIXED}[\w.~+/=%:-]{{16,}}")


@dataclass(frozen=True)
class _Secret:
    """One secret: the texts, and where it has other characters than letters and figures the pattern, it shows as."""

    texts: tuple[str, ...]
    pattern: re.Pattern[str] | None

    def taken_out(self, text: str) -> str:
        if self.pattern is not None:
            text = self.pattern.sub(MASK, text)
        for shown in self.texts:
            text = text.replace(shown, MASK)
        return text


class Masking:
    """Takes secrets out of texts: plain, or as URL, JSON, HTML and base64 write them, the longest first.

    A secret of figures alone, as a one-time code, is taken out only where it is not part of a longer number: an amount,
    a moment or a reference may hold it by chance.
    """

    def __init__(self) -> None:
        self._secrets: dict[str, _Secret] = {}
        self._codes: frozenset[str] = frozenset()

    def add(self, *secrets: str | None) -> None:
        """Know these from now on; None and what is shorter than `SHORTEST` is passed over."""
        self._codes -= set(secrets)
        new = {one: _as_shown(one) for one in secrets if one and len(one) >= SHORTEST and one not in self._secrets}
        if new:  # put in place at once: other threads read it meanwhile
            self._secrets = dict(sorted({**self._secrets, **new}.items(), key=lambda item: -len(item[0])))

    def add_code(self, code: str) -> None:
        """Know a one-time code, until `forget_code` says that the portal has taken or refused it."""
        if code not in self._secrets:
            self.add(code)
            self._codes |= {code}

    def forget_code(self, code: str) -> None:
        """A one-time code that lets nobody in any more is no secret: it may stand in the portal's next reference."""
        if code in self._codes:
            self._codes -= {code}
            self._secrets = {known: shown for known, shown in self._secrets.items() if known != code}

    @contextmanager
    def of_a_run(self) -> Iterator[None]:
        """Know more while this lasts; afterwards, what was known before."""
        before = self._secrets, self._codes
        try:
            yield
        finally:
            self._secrets, self._codes = before

    def add_cookie(self, value: str, *, http_only: bool = False) -> None:
        """Know the value of a cookie: one that scripts cannot read, or that looks like a token."""
        if http_only and len(value) >= _SHORTEST_COOKIE:
            self.add(value)
        self.add_tokens(value)

    def add_session(self, state: StorageState) -> None:
        """Know the cookies and tokens of a session, as Playwright hands it out."""
        for cookie in state.get("cookies", []):
            self.add_cookie(cookie.get("value", ""), http_only=cookie.get("httpOnly", False))
        for text in _texts(state.get("origins")):
            self.add_tokens(text)

    def add_tokens(self, value: str) -> None:
        """Know what looks like a token in a value of a page's storage, which may be JSON and no secret at all."""
        try:
            held = json.loads(value)
        except ValueError:
            held = value
        self.add(*(text for text in (value, *_texts(held)) if _TOKEN.fullmatch(text)))

    def text(self, text: str) -> str:
        """The text without any secret."""
        for secret in self._secrets.values():
            text = secret.taken_out(text)
        return text

    def shortened(self, text: str) -> str:
        """The text without any secret, or what is left of one where `...` took the middle out of a long value."""
        parts = self.text(text).split(_CUT)
        if len(parts) > 1:
            for form in {form for secret in self._secrets for form in (secret, repr(secret)[1:-1])}:
                before = [_without_begun(part, form) for part in parts[:-1]] + parts[-1:]
                parts = before[:1] + [_without_begun(part[::-1], form[::-1])[::-1] for part in before[1:]]
        return _CUT.join(parts)

    def content(self, content: bytes) -> bytes:
        """The same of what may be text in UTF-8; all other bytes stay as they are."""
        return self.text(content.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")

    def data(self, data: Any) -> Any:
        """The same of every text in plain data; numbers stay."""
        if isinstance(data, str):
            return self.text(data)
        if isinstance(data, dict):
            return {self.text(key): self.data(value) for key, value in data.items()}
        return [self.data(one) for one in data] if isinstance(data, list) else data


SECRETS: Final = Masking()
"""Of the run that goes on in this process: its terminal and log are the process's too. Who learns a secret adds it."""


class _MaskedStream:
    """A text stream that takes the secrets out of what is written; its `buffer` is out of reach, as a way round."""

    def __init__(self, stream: TextIO, masking: Masking) -> None:
        self._stream, self._masking = stream, masking
        self.used = False

    def write(self, text: str) -> int:
        self.used = True
        self._stream.write(self._masking.text(text))
        return len(text)

    def writelines(self, lines: list[str]) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        if name == "buffer":
            raise AttributeError(name)
        return getattr(self._stream, name)


def masked(stream: TextIO, masking: Masking = SECRETS) -> TextIO:
    """The stream, without secrets in what is written to it from now on."""
    return cast(TextIO, _MaskedStream(stream, masking))


def _without_begun(text: str, secret: str) -> str:
    """The text without what of the secret's beginning it ends with."""
    at = text.find(secret[:SHORTEST], max(0, len(text) - len(secret)))
    while at >= 0:
        if secret.startswith(text[at:]):
            return text[:at] + MASK
        at = text.find(secret[:SHORTEST], at + 1)
    return text


def _texts(data: object) -> list[str]:
    if isinstance(data, str):
        return [data]
    inner = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    return [text for one in inner for text in _texts(one)]


def _as_shown(secret: str) -> _Secret:
    texts = _in_base64(secret.encode("utf-8", "surrogateescape"))
    if secret.isascii() and secret.isdigit():
        # `%20123456` is the code after a space; `0.123456` is a moment, and `2026-123456` a reference.
        before = r"(?:(?<![0-9])(?<![0-9][.,-])|(?<=%[0-9A-Fa-f]{2}))"
        return _Secret(texts, re.compile(rf"{before}{secret}(?![.,-]?[0-9])"))
    if secret.isascii() and secret.isalnum():
        return _Secret((secret, *texts), None)
    return _Secret(texts, re.compile("".join(map(_character, secret))))


def _in_base64(secret: bytes) -> tuple[str, ...]:
    """What stands in base64 whatever surrounds the secret: it may begin at the first, second or third byte of three."""
    found: list[str] = []
    for before, unsure in ((0, 0), (1, 2), (2, 3)):
        whole = (before + len(secret)) * 8 // 6
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            found.append(encode(b"\0" * before + secret).decode()[unsure:whole])
    return tuple(dict.fromkeys(text for text in found if len(text) >= _SHORTEST_ENCODED))


def _character(character: str) -> str:
    """A pattern of all that a character may be written as, also twice over, as a URL in a URL is."""
    if character.isascii() and character.isalnum():
        return character
    utf_8, utf_16 = character.encode("utf-8", "surrogateescape"), character.encode("utf-16-be", "surrogatepass")
    ways = [
        re.escape(character) if character != "\\" else r"\\+",
        "".join(rf"%(?:25)*(?i:{byte:02x})" for byte in utf_8),
        "".join(rf"\\+u(?i:{utf_16[i : i + 2].hex()})" for i in range(0, len(utf_16), 2)),
        rf"&(?:amp;)*#(?:0*{ord(character)}|(?i:x0*{ord(character):x}));",
    ]
    if name := codepoint2name.get(ord(character)):
        ways.append(rf"&(?:amp;)*{name};")
    if character in _BACKSLASHED:
        ways.append(rf"\\+{character}")
    if short := {"\n": "n", "\t": "t", "\r": "r", " ": r"\+"}.get(character):
        ways.append(short if character == " " else rf"\\+{short}")
    return f"(?:{'|'.join(ways)})"
