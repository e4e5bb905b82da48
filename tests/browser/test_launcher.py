"""Finding, launching and closing a browser, and keeping it from the terminal's signals."""

from __future__ import annotations

import base64
import hashlib
import os
import signal
import ssl
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import Error

from automation.browser import choice, launcher
from automation.browser.choice import find
from automation.browser.launcher import CONTEXT_OPTIONS, certificate_sha256, launched
from automation.errors import BrowserError
from automation.mock_portal.server import MockPortal
from tests.own_thread import in_own_thread
from tests.recording_server import serving

NOWHERE = Path("/nowhere/chromium")

posix = pytest.mark.skipif(sys.platform == "win32", reason="programs are shell scripts here, and signals POSIX's")
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a browser on the path is looked for on Linux")

Program = Callable[..., Path]


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """Makes programs that do as a shell script says, in the one folder of the path."""

    def make(name: str, script: str = "exit 0") -> Path:
        path = tmp_path / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o700)
        return path

    return make


@pytest.fixture(autouse=True)
def _only_these_programs(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if "program" in request.fixturenames:
        monkeypatch.setenv("PATH", str(tmp_path))


def silent(_: str) -> None:
    pass


@linux
def test_playwrights_own_browser_comes_before_those_of_the_system(program: Program) -> None:
    own = program("own")
    program("google-chrome")

    assert find(None, own, silent).executable == own


@linux
def test_without_a_name_edge_comes_before_chrome_and_chrome_before_chromium(program: Program) -> None:
    found = []
    for name in ("chromium", "google-chrome", "microsoft-edge"):
        program(name)
        found.append(find(None, NOWHERE, silent).executable.name)

    assert found == ["chromium", "google-chrome", "microsoft-edge"]


@linux
def test_a_stub_that_does_not_start_is_passed_over(program: Program) -> None:
    program("google-chrome", "echo 'requires the chromium snap' >&2; exit 1")
    program("chromium")

    assert find(None, NOWHERE, silent).executable.name == "chromium"


@linux
def test_a_browser_of_playwright_without_its_libraries_is_passed_over(program: Program) -> None:
    program("chromium")

    assert find(None, program("own", "exit 127"), silent).executable.name == "chromium"


@linux
@pytest.mark.parametrize(("name", "file"), [("chrome", "google-chrome"), ("msedge", "microsoft-edge-stable")])
def test_a_named_family_is_found_under_the_names_of_its_programs(program: Program, name: str, file: str) -> None:
    program("chromium")
    path = program(file)

    assert find(name, NOWHERE, silent).executable == path


@posix
def test_a_path_is_taken_as_it_is(program: Program) -> None:
    path = program("brave")

    assert find(str(path), NOWHERE, silent).executable == path
    assert find("brave", NOWHERE, silent).executable == path


@linux
@pytest.mark.parametrize("named", ["chrome", "/no/such/browser", "vivaldi"])
def test_a_named_browser_that_is_missing_is_named_with_what_is_there_instead(program: Program, named: str) -> None:
    there = program("chromium")

    with pytest.raises(BrowserError) as raised:
        find(named, NOWHERE, silent)

    assert f"'{named}'" in raised.value.message
    assert str(there) in raised.value.hint


@pytest.mark.parametrize("named", ["firefox", "webkit", "Safari"])
def test_a_browser_of_another_family_is_refused(named: str) -> None:
    with pytest.raises(BrowserError, match=f"'{named}' is not based on Chromium"):
        find(named, NOWHERE, silent)


@posix
def test_without_any_browser_playwrights_own_is_downloaded(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own"
    monkeypatch.setattr(sys, "executable", str(program("python", f'/bin/echo "$@" > {own}; /bin/chmod 700 {own}')))
    monkeypatch.setattr(choice, "_distribution", lambda: "elsewhere")
    monkeypatch.setattr(choice, "_starts", lambda path: path == own and own.exists())
    said: list[str] = []

    assert find(None, own, said.append).executable == own
    assert own.read_text() == "-m playwright install chromium\n"
    assert "downloading Playwright's own Chromium" in said[0]


@linux
def test_on_debian_as_root_the_package_follows_a_download_that_failed(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = f"echo '#!/bin/sh' > {tmp_path}/chromium; /bin/chmod 700 {tmp_path}/chromium"
    program("apt-get", f'echo "$@" >> {tmp_path}/log; if [ "$1" = install ]; then {package}; fi')
    monkeypatch.setattr(sys, "executable", str(program("python", "echo 'no network' >&2; exit 1")))
    monkeypatch.setattr(choice, "_distribution", lambda: "debian")
    monkeypatch.setattr(choice, "is_root", lambda: True)
    said: list[str] = []

    assert find(None, NOWHERE, said.append).executable == tmp_path / "chromium"
    assert (tmp_path / "log").read_text() == "update\ninstall -y --no-install-recommends chromium\n"
    assert said[1] == "Playwright's download: no network\nInstalling Debian's package chromium with apt-get."


@linux
@pytest.mark.parametrize(("distribution", "root"), [("ubuntu", True), ("debian", False)])
def test_when_none_can_be_had_the_error_says_what_was_tried(
    program: Program, monkeypatch: pytest.MonkeyPatch, distribution: str, root: bool
) -> None:
    monkeypatch.setattr(sys, "executable", str(program("python", "echo 'no network' >&2; exit 1")))
    monkeypatch.setattr(choice, "_distribution", lambda: distribution)
    monkeypatch.setattr(choice, "is_root", lambda: root)

    with pytest.raises(BrowserError, match="keten found no browser and cannot install one") as raised:
        find(None, NOWHERE, silent)
    assert raised.value.message == "keten found no browser and cannot install one: Playwright's download: no network"
    assert "KETEN_BROWSER" in raised.value.hint


@in_own_thread
def test_a_launched_browser_shows_a_page_as_to_a_dutch_administrator() -> None:
    with serving() as portal, launched(None, headless=True, proxy=None, say=silent) as chromium:
        page = chromium.new_page(**CONTEXT_OPTIONS)
        page.goto(portal.origin)

        assert page.inner_text("body") == "hello"
        assert page.evaluate("[navigator.language, Intl.DateTimeFormat().resolvedOptions().timeZone, innerWidth]") == [
            "nl-NL",
            "Europe/Amsterdam",
            1280,
        ]


@in_own_thread
def test_the_fingerprint_is_of_the_certificate_that_the_browser_was_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    with MockPortal(tls=True) as portal:
        shown = ssl.get_server_certificate(("127.0.0.1", int(portal.base.rpartition(":")[2])))
        certificate = x509.load_pem_x509_certificate(shown.encode())
        spki = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        known = base64.b64encode(hashlib.sha256(spki).digest()).decode()
        monkeypatch.setattr(launcher, "_QUIET", (f"--ignore-certificate-errors-spki-list={known}",))
        with launched(None, headless=True, proxy=None, say=silent) as chromium:
            page = chromium.new_page(**CONTEXT_OPTIONS)
            page.goto(portal.url)

            assert certificate_sha256(page, portal.base) == certificate.fingerprint(SHA256()).hex()
            assert certificate_sha256(page, "https://elsewhere.example") is None


@in_own_thread
def test_a_service_worker_is_not_let_in() -> None:
    with serving() as portal, launched(None, headless=True, proxy=None, say=silent) as chromium:
        page = chromium.new_page(**CONTEXT_OPTIONS)
        page.goto(portal.origin)
        page.evaluate("navigator.serviceWorker.register('/worker.js').catch(() => {})")

        assert all(one.target != "/worker.js" for one in portal.received)


@in_own_thread
def test_the_environment_is_left_as_it_was() -> None:
    before = dict(os.environ)
    with launched(None, headless=True, proxy=None, say=silent):
        assert dict(os.environ) == before


@posix
@in_own_thread
def test_closing_a_browser_that_went_away_is_no_error(tmp_path: Path) -> None:
    path = tmp_path / "found"
    path.write_text(f'#!/bin/sh\necho $$ > {tmp_path}/pid\nexec {find(None, NOWHERE, silent).executable} "$@"\n')
    path.chmod(0o700)

    with launched(str(path), headless=True, proxy=None, say=silent) as chromium:
        page = chromium.new_page()
        os.kill(int((tmp_path / "pid").read_text()), signal.SIGKILL)
        with pytest.raises(Error):
            page.wait_for_event("popup")  # it never comes, and the page is gone

    assert not chromium.is_connected()


@posix
@in_own_thread
def test_a_program_that_is_no_browser_is_named_with_the_reason(tmp_path: Path) -> None:
    path = tmp_path / "no-browser"
    path.write_text("#!/bin/sh\necho broken >&2; exit 3\n")
    path.chmod(0o700)

    launching = launched(str(path), headless=True, proxy=None, say=silent)
    with pytest.raises(BrowserError, match="no-browser cannot be started: ") as raised, launching:
        pass
    assert "\n" not in raised.value.message


@linux
@in_own_thread
def test_where_the_system_forbids_the_sandbox_it_is_left_out_and_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chromium = find(None, NOWHERE, silent).executable
    path = tmp_path / "confined"
    path.write_text(
        f'#!/bin/sh\ncase "$*" in *--no-sandbox*) exec {chromium} "$@";; esac\necho "No usable sandbox!" >&2; exit 1\n'
    )
    path.chmod(0o700)
    monkeypatch.setattr(launcher, "is_root", lambda: False)
    said: list[str] = []

    with launched(str(path), headless=True, proxy=None, say=said.append) as confined:
        assert confined.is_connected()
    assert said == ["This system does not allow the browser's sandbox: the browser is started without it."]


SIGNALLED = """
import signal, sys
from automation.browser.launcher import launched

def interrupt(*_):
    raise KeyboardInterrupt

for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(each, interrupt)
with launched(None, headless=True, proxy=None, say=lambda _: None) as browser:
    page = browser.new_page()
    try:
        print("ready", flush=True)
        sys.stdin.read()
    except KeyboardInterrupt:
        page.goto(sys.argv[1])
        print("signalled, and read", page.inner_text("body"), flush=True)
print("closed", flush=True)
"""


@posix
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_for_the_whole_terminal_reaches_keten_alone(name: str) -> None:
    with serving() as portal:
        keten = subprocess.Popen(
            [sys.executable, "-c", SIGNALLED, portal.origin],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        with keten:
            assert keten.stdout
            assert keten.stdout.readline() == "ready\n"
            os.killpg(keten.pid, signal.Signals[name])

            assert keten.stdout.readlines() == ["signalled, and read hello\n", "closed\n"]
        assert keten.returncode == 0


def test_importing_it_does_not_import_playwright() -> None:
    code = "import sys, automation.browser.launcher, automation.browser.wire; print('playwright' in sys.modules)"

    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "False"
