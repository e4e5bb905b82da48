"""Text for a terminal: what a portal says must not move the cursor there, nor turn words round."""

from __future__ import annotations

import unicodedata
from typing import Any

from rich import text


def visible(told: str) -> str:
    """The text with its control and formatting characters written out, as `\\x1b`; line ends and tabs stay."""
    return "".join(
        one if one in "\n\t" or unicodedata.category(one) not in {"Cc", "Cf"} else ascii(one)[1:-1] for one in told
    )


class Text(text.Text):
    """A text of rich's, all of it visible."""

    def __init__(self, told: str = "", style: Any = "", **options: Any) -> None:
        super().__init__(visible(told), style, **options)

    def append(self, text: Any, style: Any = None) -> Text:
        """Add to it."""
        super().append(visible(text) if isinstance(text, str) else text, style)
        return self
