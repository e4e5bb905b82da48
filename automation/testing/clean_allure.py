"""What allure-pytest writes, without secrets: it keeps more of a test than pytest's reports do.

Titles, the arguments of steps, what a fixture fails with as it ends, and attachments come straight from the tests.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from automation.machine.masking import Masking
from automation.testing.clean_reports import clean_value


class CleanAllure:
    """Cleans all that Allure writes in this process, if it is there at all."""

    def __init__(self, masking: Masking) -> None:
        self._masking = masking
        self._end: Callable[[], None] | None = None
        self._copies = tempfile.TemporaryDirectory(prefix="keten-")
        if allure := sys.modules.get("allure_commons"):
            self._end = allure.plugin_manager.add_hookcall_monitoring(self._written, lambda *_: None)

    def end(self) -> None:
        """Leave what is written from now on as it is."""
        if self._end is not None:
            self._end()
        self._copies.cleanup()

    def _written(self, hook: str, _: object, given: dict[str, Any]) -> None:
        """Whoever writes it is given what this leaves in `given`."""
        if not hook.startswith("report_"):
            return
        for name, value in given.items():
            if name == "source":
                given[name] = self._copied(Path(value))
            elif isinstance(value, bytes | bytearray):
                given[name] = self._masking.content(bytes(value))
            else:
                given[name] = clean_value(value, self._masking)

    def _copied(self, source: Path) -> Path:
        """A file that is to be attached, or a copy of it without secrets; the file itself is the test's own."""
        content = source.read_bytes()
        if (cleaned := self._masking.content(content)) == content:
            return source
        copy = Path(self._copies.name, source.name)
        copy.write_bytes(cleaned)
        return copy
