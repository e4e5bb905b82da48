"""The browser of most tests, where it is installed: a context costs it a third of the work of a whole one's."""

from __future__ import annotations

import shutil

LIGHT = shutil.which("chromium-headless-shell")
"""What Playwright's own headless browser is, as Debian has it."""
