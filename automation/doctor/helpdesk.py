"""Saves a picture and an accessibility snapshot of each screen for a helpdesk, with personal data masked on request."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import Error as PlaywrightError

from automation.machine.files import write_whole
from automation.proofs.evidence import Evidence

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

MASKED = "▒▒▒"
_MAIL = r"[\w.+-]+@[\w-]+(\.[\w-]+)+"
_KVK = r"\b\d{2}[ .]?\d{3}[ .]?\d{3}\b"
_CELL = re.compile(r'^(\s*- (?:row|cell|gridcell|rowheader)\b) ?"(?:[^"\\]|\\.)*"', re.MULTILINE)
_CELL_TEXT = re.compile(r"^(\s*- (?:row|cell|gridcell|rowheader|listitem)(?: \[[^\]]*\])*:) .+$", re.MULTILINE)
_SECRETS = "input[type=password], input[autocomplete=one-time-code]"


class HelpdeskFiles:
    """Saves each screen once, in the order of the walk; `names` are masked besides e-mail addresses and KvK numbers."""

    def __init__(self, evidence: Evidence, *, masked: bool, names: Mapping[str, str]) -> None:
        self._evidence, self._masked, self._names = evidence, masked, names
        self._kept: dict[str, int] = {}

    def keep(self, page: Page, screen: str) -> None:
        """Save a picture and a snapshot of the page, unless a field holds a secret."""
        if screen in self._kept or self._holds_secret(page):
            return
        number = self._kept[screen] = len(self._kept) + 1
        with suppress(PlaywrightError):
            snapshot = page.locator("body").aria_snapshot()
            self._evidence.write(f"{number:02}-{screen}.aria.yaml", self.masked(snapshot) + "\n")
            picture = page.screenshot(
                full_page=True, animations="disabled", scale="css", mask=self._hidden(page), mask_color="#333333"
            )
            self._evidence.write(f"{number:02}-{screen}.png", picture)

    def masked(self, text: str) -> str:
        """Return the text, with personal data masked if that was asked for."""
        if not self._masked:
            return text
        text = _CELL_TEXT.sub(rf"\1 {MASKED}", _CELL.sub(rf'\1 "{MASKED}"', text))
        for personal in self._personal():
            text = re.sub(personal, MASKED, text, flags=re.IGNORECASE)
        return text

    def _personal(self) -> list[str]:
        """Regular expressions for personal data: names first, because a name may contain a number."""
        kept = {"organisation", "receiver_name", "username", "kvk"}
        names = {name.strip() for key, value in self._names.items() if key in kept for name in re.split(r"[()]", value)}
        return [*map(re.escape, sorted((n for n in names if len(n) > 2), key=len, reverse=True)), _MAIL, _KVK]

    def _hidden(self, page: Page) -> list[Locator]:
        if not self._masked:
            return []
        texts = [re.compile(personal, re.IGNORECASE) for personal in self._personal()]
        fields = page.locator(
            "input:not([type=checkbox]):not([type=radio]), textarea, td, [role=cell], [role=gridcell]"
        )
        return [fields, *(page.get_by_text(text) for text in texts)]

    @staticmethod
    def _holds_secret(page: Page) -> bool:
        try:
            return bool(page.evaluate("css => [...document.querySelectorAll(css)].some(e => e.value)", _SECRETS))
        except PlaywrightError:
            return True

    def pack(self) -> Path:
        """Pack the folder into a zip file beside it; returns its path."""
        folder = self._evidence.folder
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(p for p in folder.rglob("*") if p.is_file()):
                archive.write(path, f"{folder.name}/{path.relative_to(folder)}")
        target = folder.with_name(f"{folder.name}.zip")
        write_whole(target, packed.getvalue())
        return target
