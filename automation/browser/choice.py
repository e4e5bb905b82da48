"""Which browser of the Chromium family is used: the one that is named, one of the system, or one that is installed."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from automation.errors import BrowserError
from automation.machine.masking import TELLTALES

if TYPE_CHECKING:
    pass

_ON_PATH: Final = {
    "msedge": ("microsoft-edge", "microsoft-edge-stable"),
    "chrome": ("google-chrome", "google-chrome-stable"),
    "chromium": ("chromium", "chromium-browser"),
}


_ON_MACOS: Final = {
    "msedge": "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "chrome": "Google Chrome.app/Contents/MacOS/Google Chrome",
    "chromium": "Chromium.app/Contents/MacOS/Chromium",
}


_ON_WINDOWS: Final = {
    "msedge": "Microsoft/Edge/Application/msedge.exe",
    "chrome": "Google/Chrome/Application/chrome.exe",
    "chromium": "Chromium/Application/chrome.exe",
}


_OTHER_FAMILIES: Final = frozenset({"firefox", "webkit", "safari"})


HOW_TO_GET_ONE: Final = "Install Chrome, Edge or Chromium, or choose a browser with --browser or KETEN_BROWSER."


_INSTALL_PATIENCE: Final = 900  # seconds


@dataclass(frozen=True)
class BrowserChoice:
    """The browser to launch: its executable, and what to call it to people."""

    executable: Path
    description: str


def find(named: str | None, own: Path, say: Callable[[str], None]) -> BrowserChoice:
    """The browser named, else Playwright's own, else one on the system, else one that is installed now.

    `named` is `chromium`, `chrome`, `msedge`, a program on the path or a file; `own` is where Playwright keeps its
    own Chromium. What takes long is told through `say`. Raises BrowserError, with what was tried.
    """
    if named:
        return _named(named, own)
    return _present(own) or _installed(own, say)


def _present(own: Path) -> BrowserChoice | None:
    if _starts(own):
        return BrowserChoice(own, "Playwright's own Chromium")
    return next(filter(None, map(_on_system, _ON_PATH)), None)


def _named(named: str, own: Path) -> BrowserChoice:
    if named.lower() in _OTHER_FAMILIES:
        raise BrowserError(
            f"the browser '{named}' is not based on Chromium, and keten needs one that is", HOW_TO_GET_ONE
        )
    if named == "chromium" and _starts(own):
        return BrowserChoice(own, "Playwright's own Chromium")
    if choice := _on_system(named):
        return choice
    if (path := shutil.which(str(Path(named).expanduser()))) and named not in _ON_PATH:
        return BrowserChoice(Path(path), path)
    instead = _present(own)
    hint = f"To use {instead.description}, leave out --browser and KETEN_BROWSER." if instead else HOW_TO_GET_ONE
    raise BrowserError(f"the browser '{named}' is not installed, or does not start", hint)


def _on_system(name: str) -> BrowserChoice | None:
    if name not in _ON_PATH:
        return None
    on_path = (shutil.which(program) for program in _ON_PATH[name])
    usual = [Path(path) for path in on_path if path]
    if sys.platform == "darwin":
        usual += [root / "Applications" / _ON_MACOS[name] for root in (Path("/"), Path.home())]
    if sys.platform == "win32":
        roots = (os.environ.get(root) for root in ("ProgramFiles", "ProgramFiles(x86)", "LocalAppData"))
        usual += [Path(root) / _ON_WINDOWS[name] for root in roots if root]
    return next((BrowserChoice(path, str(path)) for path in usual if _starts(path)), None)


def _starts(executable: Path) -> bool:
    """Whether it is there and, on Linux, runs: Ubuntu's chromium is a stub, and libraries may be missing."""
    if not executable.is_file() or not sys.platform.startswith("linux"):
        return executable.is_file()
    return _run([str(executable), "--version"], patience=20) is None


def _run(command: list[str], patience: float, **environment: str) -> str | None:
    """None when the command ends well, else in one line why not."""
    try:
        done = subprocess.run(
            command,
            env=silent_environment() | environment,
            capture_output=True,
            text=True,
            timeout=patience,
            errors="replace",
        )
    except subprocess.TimeoutExpired:
        return f"it did not end within {patience:g} s"
    except OSError as error:
        return error.strerror or "it cannot be started"
    if done.returncode == 0:
        return None
    return next((line.strip() for line in done.stderr.splitlines() if line.strip()), f"exit code {done.returncode}")


def _installed(own: Path, say: Callable[[str], None]) -> BrowserChoice:
    say("No browser found: downloading Playwright's own Chromium (once, some 200 MB).")
    download = [sys.executable, "-m", "playwright", "install", "chromium"]
    tried = [
        f"Playwright's download: {_run(download, _INSTALL_PATIENCE) or 'it does not start: libraries are missing'}"
    ]
    if not _starts(own) and is_root() and _distribution() == "debian":
        say(f"{tried[0]}\nInstalling Debian's package chromium with apt-get.")
        for command in (["apt-get", "update"], ["apt-get", "install", "-y", "--no-install-recommends", "chromium"]):
            if problem := _run(command, _INSTALL_PATIENCE, DEBIAN_FRONTEND="noninteractive"):
                tried.append(f"{' '.join(command)}: {problem}")
    if choice := _present(own):
        return choice
    raise BrowserError("keten found no browser and cannot install one: " + "; ".join(tried), HOW_TO_GET_ONE)


def is_root() -> bool:
    """Whether this is root on Linux, for whom Chromium starts only without its sandbox."""
    return sys.platform.startswith("linux") and os.geteuid() == 0


def _distribution() -> str:
    with suppress(OSError):
        return platform.freedesktop_os_release()["ID"]
    return ""


def silent_environment() -> dict[str, str]:
    """The environment without keten's settings, and without what makes other programs tell secrets.

    Other programs have no use for it, hand it on, and leave it in their dumps when they crash.
    """
    return {k: v for k, v in os.environ.items() if not k.startswith("KETEN_") and k not in TELLTALES}
