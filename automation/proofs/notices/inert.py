"""Names from elsewhere made inert: one line of visible text, which cannot pass for a line of the letter itself."""

from __future__ import annotations

import unicodedata


def inert(text: str) -> str:
    """The text on one line: controls and line breaks become spaces; what is invisible or turns text around goes."""
    return " ".join("".join(map(_visible, text)).split())


def _visible(character: str) -> str:
    match unicodedata.category(character):
        case "Cc":
            return " "
        case "Cf":  # bidi controls, zero-width characters, soft hyphens, tags
            return ""
        case "Cs":  # half of a surrogate pair: no file in UTF-8 can hold it
            return "\N{REPLACEMENT CHARACTER}"
        case _:
            return character
