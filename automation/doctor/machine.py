"""Checks that this machine can run keten: Python, browser, fonts, folders, disk and settings."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from automation.browser import launcher as browsers
from automation.doctor.findings import Check
from automation.errors import BrowserError, SettingsError
from automation.inputs.accounts import Account, variable
from automation.inputs.settings import Settings
from automation.session.codes import Totp

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_ROOM = 200 * 1024 * 1024  # bytes that some hundreds of runs need
_GLYPHS = """() => {
    const drawn = text => {
        const canvas = document.createElement('canvas')
        const context = canvas.getContext('2d')
        context.font = '20px sans-serif'
        context.fillText(text, 5, 25)
        return canvas.toDataURL()
    }
    return ['k', '€', 'ë', '–'].filter(letter => drawn(letter) === drawn('\\uFFFF') || drawn(letter) === drawn(' '))
}"""


def check_machine(output: Path) -> Iterator[Check]:
    """Check Python, the folders that keten writes to, and the free space on the disk."""
    version = platform.python_version()
    yield Check("python", sys.version_info >= (3, 11), f"Python {version} on {platform.platform(terse=True)}",
                "" if sys.version_info >= (3, 11) else "Use Python 3.11 or later.")  # fmt: skip
    folders = {
        "output folder": output.absolute(),
        "state folder": platformdirs.user_state_path("keten"),
        "data folder": platformdirs.user_data_path("keten"),
    }
    for name, folder in folders.items():
        yield _writable(name, folder)
    free = shutil.disk_usage(_nearest(output.absolute())).free
    yield Check("disk", free >= _ROOM, f"{free // 1024**2} MB free for {output}",
                "" if free >= _ROOM else "Make room, or choose a folder on another disk with --output.")  # fmt: skip


def check_browser(settings: Settings, say: Callable[[str], None]) -> Iterator[Check]:
    """Check that a browser is found, starts and has fonts; nothing is installed."""
    try:
        with browsers.launched(settings.browser, headless=settings.headless, proxy=None, say=say) as browser:
            yield Check("browser", True, f"{browser.browser_type.name} {browser.version} starts")
            yield _fonts(browser)
    except BrowserError as error:
        yield Check("browser", False, error.message, error.hint)


def _fonts(browser: Browser) -> Check:
    page = browser.new_page()
    lacking = page.evaluate(_GLYPHS)
    page.close()
    if not lacking:
        return Check("fonts", True, "letters, € and accents are drawn")
    return Check(
        "fonts",
        False,
        f"the browser cannot draw: {' '.join(lacking)}",
        "Install a font, for example fonts-dejavu-core.",
    )


def check_settings(settings: Settings) -> Iterator[Check]:
    """List which settings are set, and where; never their values."""
    told = [f"{name} ({source})" for name, source in sorted(settings.sources.items()) if source != "default"]
    yield Check("settings", True, ", ".join(told) or "no setting is set")
    yield from (Check("settings", False, remark, "Correct the name, or remove it.") for remark in settings.remarks)
    for name in (None, *settings.accounts):
        account = settings.given_account(name)
        if account.second_factor == "totp" and account.totp_secret is not None:
            yield from _totp_secret(name, account)
        if missing := account.missing:
            yield Check(
                f"account {name}" if name else "account", True,
                "not set: " + ", ".join(variable(name, field) for field in missing),
                "Needed to sign in: set it in the environment, in `.env`, or by `keten login --store`.",
            )  # fmt: skip


def _totp_secret(name: str | None, account: Account) -> Iterator[Check]:
    """Check the TOTP secret here, before the portal would refuse it."""
    try:
        Totp(account.totp_secret.get_secret_value() if account.totp_secret else "", "", account.username or "")
    except SettingsError as error:
        yield Check(f"account {name}" if name else "account", False, error.message, error.hint)


def _writable(name: str, folder: Path) -> Check:
    there = _nearest(folder)
    try:
        with tempfile.TemporaryFile(dir=there):
            pass
    except OSError as error:
        return Check(name, False, f"{folder}: {error.strerror}", "Make the folder writable, or choose another.")
    if not os.access(there, os.W_OK | os.X_OK):
        return Check(name, False, f"{folder}: not writable", "Make the folder writable, or choose another.")
    return Check(name, True, str(folder))


def _nearest(folder: Path) -> Path:
    """The folder, or the nearest one above it that exists."""
    return next(place for place in (folder, *folder.parents) if place.is_dir())
