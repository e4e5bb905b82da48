"""Unique secrets are planted, runs succeed and fail in many ways, and every byte that they leave is searched."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyotp
import pytest

from automation.mock_portal.data import register
from tests.e2e.cases import grant, write_scenario
from tests.e2e.keten import LONGEST, environment
from tests.e2e.secrets_launcher import Act
from tests.faults.killing import ROOT, mark
from tests.faults.processes import await_none, of_run
from tests.planted_secrets import PASSWORD, TOTP_SECRET, Portal, planted
from tests.secrets_search import Found, Search

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="processes are found in /proc")

WRONG_PASSWORD = "Qf3-(h'u)=ö;Ln8wRb6"
WRONG_TOTP_SECRET = pyotp.random_base32()
TELLTALES = {
    "DEBUG": "pw:*",
    "NODE_DEBUG": "net",
    "LOGURU_LEVEL": "TRACE",
    "PYTHONFAULTHANDLER": "1",
}


@dataclass(frozen=True)
class Left:
    """What a run left and showed, and the secrets that it knew."""

    exit_code: int
    folder: Path
    temporary: list[str]
    shown: dict[str, bytes]
    found: list[Found]
    places: list[str]
    known: dict[str, str]

    @property
    def said(self) -> str:
        """On stderr, by every command."""
        return "\n".join(content.decode() for place, content in self.shown.items() if place.endswith("stderr"))


@dataclass(frozen=True)
class Case:
    """A run, what happens in it, the exit code that it must have then, and what must be so besides."""

    exit_code: int
    acts: Sequence[Act] = (Act.NOTHING,)
    settings: Mapping[str, str] = field(default_factory=dict)
    echoed: bool = False
    """Whether the portal's refusal of a sign-in repeats what was typed."""
    besides: Callable[[Left], None] = lambda _: None
    known: int = 3
    """How many secrets there are at least: password, TOTP secret, and what the portal was given and gave."""
    saved: bool = False
    """Whether `keten login` goes before, so that the run has a saved session."""
    last: str = "apply"
    """The command that is searched; `logout` ends a saved session."""


def trace_opens(left: Left) -> None:
    [trace] = left.folder.glob(f"runs/*/failures/to-{OTHER}/trace.zip")
    with zipfile.ZipFile(trace) as opened:
        records = [json.loads(line) for line in opened.read("trace.trace").splitlines()]
        entries = [json.loads(line)["snapshot"] for line in opened.read("trace.network").splitlines()]
    assert {"context-options", "before", "after", "frame-snapshot"} <= {record["type"] for record in records}
    assert register.find(OTHER).name in json.dumps(records)  # type: ignore[union-attr]
    assert [entry for entry in entries if OTHER in entry["request"]["url"]]
    assert not [entry for entry in entries if entry["request"]["cookies"] or entry["response"]["cookies"]]
    nothing_temporary(left)


def session_is_kept(left: Left) -> None:
    assert list(left.folder.rglob("*.session"))
    trace_opens(left)


def packed(left: Left) -> None:
    assert list(left.folder.glob("runs/*.zip"))
    nothing_temporary(left)


def only_pictured(left: Left) -> None:
    kept = sorted(path.name for path in left.folder.glob("runs/*/failures/_sign-in/*"))
    assert kept == ["aria.yaml", "screen.png"]


def nothing_temporary(left: Left) -> None:
    assert left.temporary == []


def scratch_for_the_next_to_remove(left: Left) -> None:
    assert {path[:6] for path in left.temporary} == {"keten-"}


ONE, OTHER = "90003001", "90003002"
WRONG = {"KETEN_PASSWORD": WRONG_PASSWORD}
WALK = ("--kvk", ONE, "--provider", "UWV", "--service", "UWV: Verzuimmelder")
TOLD_ALL = "keten has a bug that tells all it knows"
REPEATED = "the password is wrong, and the portal repeats it"
MASKED = {
    "one is granted, and the gate stops another": Case(1, besides=trace_opens),
    REPEATED: Case(5, settings=WRONG, echoed=True, besides=only_pictured),
    "a field does not take the password": Case(
        6, [Act.FIELD_REFUSES], settings={"KETEN_TIMEOUT": "3"}, besides=only_pictured, known=2
    ),
    TOLD_ALL: Case(8, [Act.BUG]),
}
MASKED_TOO = {
    "doctor walks the portal, and packs what it saw": Case(0, last="doctor", besides=packed),
    "a session is ended": Case(0, saved=True, last="logout", besides=nothing_temporary),
    "a session is saved": Case(1, saved=True, besides=session_is_kept),
    "the code is wrong": Case(5, settings={"KETEN_TOTP_SECRET": WRONG_TOTP_SECRET}, besides=only_pictured),
    "the browser crashes": Case(8, [Act.BROWSER_DIES], besides=nothing_temporary),
    "keten crashes": Case(-signal.SIGABRT, [Act.ABORT]),
    "keten is killed": Case(-signal.SIGKILL, [Act.KILLED], besides=scratch_for_the_next_to_remove),
}
UNMASKED = {
    "one is granted, and the gate stops another": Case(1, [Act.UNMASKED]),
    REPEATED: Case(5, [Act.UNMASKED], settings=WRONG, echoed=True),
    TOLD_ALL: Case(8, [Act.UNMASKED, Act.BUG]),
}


def run(case: Case, folder: Path) -> Left:
    scenario = write_scenario(folder, [grant(ONE), grant(OTHER, name="Iemand Anders B.V.")])
    home = folder / "home"
    home.mkdir()
    with planted(), Portal(echoed=case.echoed) as portal, mark() as temporary:
        given = {"KETEN_PASSWORD": PASSWORD, "KETEN_TOTP_SECRET": TOTP_SECRET, **case.settings}
        own = {
            "TMPDIR": temporary,
            "KETEN_HEADLESS": "true",
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
            "XDG_STATE_HOME": str(home / "state"),
            "XDG_DATA_HOME": str(home / "data"),
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home),
            "XDG_CACHE_HOME": str(home),
            "SSLKEYLOGFILE": str(folder / "tls-keys"),
            **TELLTALES,
        }
        keten = [sys.executable, "-m", "tests.e2e.secrets_launcher", ",".join(case.acts)]
        last = {
            "apply": ["apply", str(scenario), "--yes", "--json", "--verbose", "--output", str(folder / "runs")],
            "doctor": ["doctor", "--portal", portal.url, "--json", "--output", str(folder / "runs"), *WALK],
            "logout": ["logout"],
        }[case.last]
        shown: dict[str, bytes] = {}
        for arguments in [*([["login"]] if case.saved else []), last]:
            process = subprocess.Popen(
                [*keten, *arguments, "--debug"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=folder,
                env=environment(portal, folder, given) | own | {"PYTHONPATH": str(ROOT)},
            )
            with _watched(process.pid, temporary) as seen:
                stdout, stderr = process.communicate(timeout=LONGEST)
            await_none(temporary)
            shown |= {f"{arguments[0]}, stdout": stdout, f"{arguments[0]}, stderr": stderr}
            shown[f"{arguments[0]}, arguments, and the environment of children"] = b"\n".join(seen)
        known = {
            **{name: given[f"KETEN_{name}"] for name in ("PASSWORD", "TOTP_SECRET")},
            **portal.secrets,
        }
        search = Search(known)
        found = search.folders(folder, Path(temporary))
        found += [one for place, content in shown.items() for one in search.content(content, place)]
        left = [str(path.relative_to(temporary)) for path in Path(temporary).rglob("*")]
        return Left(process.returncode, folder, left, shown, found, search.places, known)


class _watched:  # noqa: N801 - read as `with`
    """The arguments of a run's processes, and what all but the first have in their environment, as often as can be."""

    def __init__(self, first: int, word: str) -> None:
        self._first, self._word, self._over = first, word, threading.Event()
        self._seen: set[bytes] = set()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> set[bytes]:
        self._thread.start()
        return self._seen

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        own = _of_process(self._first, "environ")
        while not self._over.wait(0.1):
            for pid in of_run(self._word):
                self._seen.add(_of_process(pid, "cmdline"))
                environ = _of_process(pid, "environ")
                if not own.startswith(environ):  # a fork shares it, and may become another program as it is being read
                    self._seen.add(environ)


def _of_process(pid: int, what: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/{what}").read_bytes()
    except OSError:  # it ended meanwhile
        return b""


@pytest.mark.parametrize(
    "case",
    [
        *(
            pytest.param(case, id=name, marks=pytest.mark.slow if place else ())
            for place, (name, case) in enumerate(MASKED.items())
        ),
        *(pytest.param(case, id=name, marks=pytest.mark.slow) for name, case in MASKED_TOO.items()),
    ],
)
def test_nothing_that_is_left_or_shown_holds_a_secret(case: Case, tmp_path: Path) -> None:
    left = run(case, tmp_path)

    assert left.exit_code == case.exit_code, left.said
    assert left.found == []
    assert len(left.known) >= case.known
    assert len(left.places) > 20
    case.besides(left)


@pytest.mark.slow
@pytest.mark.parametrize("case", UNMASKED.values(), ids=UNMASKED)
def test_the_same_search_finds_them_without_masking(case: Case, tmp_path: Path) -> None:
    left = run(case, tmp_path)

    assert left.exit_code == case.exit_code, left.said
    assert left.found != []
