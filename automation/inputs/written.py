"""Text as people's programs write it: what bytes are when they are no UTF-8 text, and what nobody can have meant."""

from __future__ import annotations

import unicodedata
from io import BytesIO
from zipfile import BadZipFile, ZipFile

DOUBLE_QUOTES = "“”„‟«»"
SINGLE_QUOTES = "‘’‚‛"
CURLY_QUOTES = DOUBLE_QUOTES + SINGLE_QUOTES
"""The quotes that Word and Outlook write instead of straight ones."""

_NAMES = {
    "\u00a0": "no-break space",
    "\u00ad": "soft hyphen",
    "\u200b": "zero-width space",
    "\u202f": "narrow no-break space",
    "\u2060": "word joiner",
    "\ufeff": "byte order mark",
}
_SAVE_AS_UTF_8 = "Save it as UTF-8: in Notepad by Save as, Encoding: UTF-8; in PowerShell by `Out-File -Encoding utf8`."
_STARTS = {
    b"\xd0\xcf\x11\xe0": "a workbook or document of an old Office program (.xls, .doc)",
    b"%PDF": "a PDF document",
    b"{\\rtf": "a document in Rich Text Format (.rtf)",
    b"\x1f\x8b": "an archive (gzip)",
}
_IN_A_ZIP = {
    "xl/": "an Excel workbook (.xlsx)",
    "word/": "a Word document (.docx)",
    "content.xml": "a workbook or document of OpenOffice or LibreOffice (.ods, .odt)",
}


class NotText(ValueError):
    """Bytes that are no UTF-8 text: `what` they are, `hint` what to do, `start` the first byte that is wrong."""

    def __init__(self, what: str, hint: str, start: int = 0) -> None:
        super().__init__(what)
        self.what, self.hint, self.start = what, hint, start


def decoded(content: bytes) -> str:
    """The text in UTF-8, with or without a byte order mark; NotText when it is not that."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or _in_two_bytes(content):
        raise NotText("is UTF-16 text, as PowerShell's `>` and “Unicode” in Notepad write it", _SAVE_AS_UTF_8)
    if kind := _other_kind(content):
        raise NotText(f"is {kind}, not a text file", "Save it as plain text, in UTF-8.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotText("is not UTF-8 text from this point on", _SAVE_AS_UTF_8, error.start) from None


def _in_two_bytes(content: bytes) -> bool:
    """UTF-16 without a byte order mark: every second byte of the beginning is zero."""
    start = content[:64]
    return len(start) >= 4 and any(set(start[first::2]) == {0} and 0 not in start[1 - first :: 2] for first in (0, 1))


def _other_kind(content: bytes) -> str | None:
    if content.startswith(b"PK\x03\x04"):
        try:
            names = ZipFile(BytesIO(content)).namelist()
        except BadZipFile:
            names = []
        found = (kind for start, kind in _IN_A_ZIP.items() if any(name.startswith(start) for name in names))
        return next(found, "an archive (zip)")
    return next((kind for start, kind in _STARTS.items() if content.startswith(start)), None)


def is_hidden(character: str) -> bool:
    """Whether it cannot be told from an ordinary space, or from nothing at all."""
    return character not in " \t\r\n" and unicodedata.category(character) in {"Cc", "Cf", "Zs", "Zl", "Zp"}


def named(character: str) -> str:
    """A character that cannot be seen, in words: `no-break space (U+00A0)`."""
    name = _NAMES.get(character) or unicodedata.name(character, "control character").lower()
    return f"{name} (U+{ord(character):04X})"
