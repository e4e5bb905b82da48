"""Find, launch and close a browser of the Chromium family, which no signal for keten reaches."""

from __future__ import annotations

import base64
import hashlib
import os
import shlex
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from automation.browser.certificates import Certificates
from automation.errors import BrowserError
from automation.machine.scratch import scratch
from pages.plain_words import in_words

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Playwright, ProxySettings
from automation.browser.choice import HOW_TO_GET_ONE, BrowserChoice, find, is_root, silent_environment

CONTEXT_OPTIONS: Final[Mapping[str, Any]] = {
    "locale": "nl-NL",
    "timezone_id": "Europe/Amsterdam",
    "viewport": {"width": 1280, "height": 900},
    "service_workers": "block",
    "accept_downloads": False,
}
"""How every context is opened: as a Dutch administrator's, and with nothing that sends requests unseen (law 3)."""


KEPT_IN: Final = (
    # WebRTC would go round a proxy by UDP: Chrome knows the first spelling, Playwright's headless shell the second, and
    # neither the other's (tried with Chromium 156).
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    # What these send passes no route, so that the hold would not know of it (tried with Chromium 156).
    "--disable-blink-features=SharedWorker,FetchLaterAPI",
)
"""With what any browser is launched that shall send nothing past the wire and the hold (law 3)."""


_LOOKS_NOTHING_UP: Final = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
"""The wire looks names up: the browser would do so itself for a relay of WebRTC, and tell a name server of it."""


_QUIET: Final = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
    # Else it asks its maker about every form; `--disable-features` would set aside those that Playwright disables.
    "--autofill-server-url=about:blank",
    *KEPT_IN,
)


_LOOKS, _LOOK = 40, 25  # times, milliseconds


@contextmanager
def launched(
    named: str | None,
    *,
    headless: bool,
    proxy: ProxySettings | None,
    certificates: Certificates | None = None,
    say: Callable[[str], None],
) -> Iterator[Browser]:
    """A running browser, closed at the end; all its traffic, to loopback too, goes through `proxy`.

    It trusts the wire of these `certificates`. Ctrl-C and other signals reach keten alone. Raises BrowserError when
    none can be found, installed or launched.
    """
    from playwright.sync_api import Error

    # Without a CA of the user's own, the driver takes those of the system, as the browser does.
    with _driver(certificates.driver_environment if certificates else {"NODE_USE_SYSTEM_CA": "1"}) as playwright:
        choice = find(named, Path(playwright.chromium.executable_path), say)
        arguments = [*_QUIET, *(certificates.launch_arguments if certificates else ())]
        if proxy:
            arguments.append(_LOOKS_NOTHING_UP)
        browser = _launch(playwright, choice, headless, proxy, arguments, say)
        try:
            yield browser
        finally:
            with suppress(Error):  # it is gone already
                browser.close()


def _launch(
    playwright: Playwright,
    choice: BrowserChoice,
    headless: bool,
    proxy: ProxySettings | None,
    arguments: Sequence[str],
    say: Callable[[str], None],
) -> Browser:
    from playwright.sync_api import Error

    through: ProxySettings | None = {**proxy, "bypass": "<-loopback>"} if proxy else None

    def launch(sandbox: bool) -> Browser:
        return playwright.chromium.launch(
            executable_path=choice.executable,
            headless=headless,
            chromium_sandbox=sandbox,
            args=arguments,
            proxy=through,
            handle_sigint=False,
            handle_sigterm=False,
            handle_sighup=False,
        )

    try:
        if is_root():
            say("Running as root: the browser is started without its sandbox.")
            return launch(sandbox=False)
        try:
            return launch(sandbox=True)
        except Error as error:
            if "sandboxing failed" not in str(error):
                raise
            say("This system does not allow the browser's sandbox: the browser is started without it.")
            return launch(sandbox=False)
    except Error as error:
        no_screen = "XServer" in str(error) or "$DISPLAY" in str(error)
        hint = "There is no screen here: run without --headed." if no_screen else HOW_TO_GET_ONE
        raise BrowserError(f"the browser {choice.description} cannot be started: {in_words(error)}", hint) from error


def certificate_sha256(page: Page, origin: str) -> str | None:
    """SHA-256 (hex digits) of the certificate that the browser was shown for the page; None when it knows of none."""
    from playwright.sync_api import Error

    told: list[dict[str, Any]] = []
    with suppress(Error):  # the page is gone
        if not page.url.startswith(f"{origin}/"):
            return None
        tools = page.context.new_cdp_session(page)
        tools.on("Security.visibleSecurityStateChanged", lambda event: told.append(event))  # it takes no built-in
        tools.send("Security.enable")  # `Network.getCertificate` knows of none, mostly (tried with Chromium 156)
        for _ in range(_LOOKS):
            if told:
                break
            page.wait_for_timeout(_LOOK)
        tools.detach()
    state = told[-1]["visibleSecurityState"] if told else {}
    shown = state.get("certificateSecurityState", {}).get("certificate", [])
    return hashlib.sha256(base64.b64decode(shown[0])).hexdigest() if shown else None


@contextmanager
def _driver(environment: Mapping[str, str]) -> Iterator[Playwright]:
    """Playwright's driver, started where no signal of keten's terminal reaches it."""
    from playwright.sync_api import Error, sync_playwright

    manager = sync_playwright()
    with scratch() as folder:
        try:
            with _started_from(folder), _apart(), surroundings(environment):
                playwright = manager.start()
        except Error as error:
            hint = "Set TMPDIR to a folder from which programs may be run."
            raise BrowserError(f"Playwright cannot be started: {in_words(error)}", hint) from error
        try:
            yield playwright
        finally:
            playwright.stop()


@contextmanager
def _started_from(folder: Path) -> Iterator[None]:
    """While this lasts, what is started keeps its temporary files in this folder, and has a silent environment."""
    before, silent = dict(os.environ), silent_environment()
    os.environ.clear()
    os.environ |= silent | dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(folder))
    try:
        yield
    finally:
        os.environ.clear()
        os.environ |= before


@contextmanager
def _apart() -> Iterator[None]:
    """While this lasts, Playwright's driver starts in a session of its own; on Windows, deaf to Ctrl-C.

    Playwright offers no such option, but asks PLAYWRIGHT_NODEJS_PATH which node to run.
    """
    if sys.platform == "win32":
        import ctypes

        # Children inherit this (Win32, SetConsoleCtrlHandler).
        ctypes.windll.kernel32.SetConsoleCtrlHandler(None, True)
        try:
            yield
        finally:
            ctypes.windll.kernel32.SetConsoleCtrlHandler(None, False)
        return
    import playwright

    variable = "PLAYWRIGHT_NODEJS_PATH"
    node = os.environ.get(variable) or str(Path(playwright.__file__).parent / "driver" / "node")
    code = "import os, sys; os.setsid(); os.execv(sys.argv[1], sys.argv[1:])"
    with scratch() as folder:
        launcher = folder / "node"
        launcher.write_text(f'#!/bin/sh\nexec {shlex.join([sys.executable, "-ISc", code, node])} "$@"\n')
        launcher.chmod(0o700)
        with surroundings({variable: str(launcher)}):
            yield


@contextmanager
def surroundings(environment: Mapping[str, str]) -> Iterator[None]:
    """Set these variables in the environment while this lasts; afterwards it is as it was."""
    before = {name: os.environ.get(name) for name in environment}
    os.environ.update(environment)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value
