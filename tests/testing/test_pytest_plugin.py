"""The fixtures in a QA person's own repository: what they do there, what they keep to themselves, what they refuse."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import textwrap
import time
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyotp
import pytest

from automation.mock_portal.data.accounts import PASSWORD, TOTP_SECRET
from automation.mock_portal.server import MockPortal
from docs.pytest_page import examples
from tests.faults.killing import mark
from tests.planted_secrets import PASSWORD as PLANTED_PASSWORD
from tests.planted_secrets import TOTP_SECRET as PLANTED_TOTP_SECRET
from tests.planted_secrets import Portal, planted
from tests.secrets_search import Search

GUIDE = Path(__file__).parents[2] / "docs/how-to/test-a-portal.md"
FIRST_TEST = re.search(r"```python\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)[1]  # type: ignore[index]
OF_OTHERS = ("hypothesispytest", "allure_pytest", "html", "metadata")
"""Plugins that are installed here, take longer to be imported than a small test to run, and are no subject of most."""
ANY_CODE = """
    import pytest
    from automation.session.codes import Totp

    @pytest.fixture(autouse=True)
    def _do_not_wait_for_the_next_code(monkeypatch):
        monkeypatch.setattr(Totp, "next_code", lambda self, *_: self._totp.now())
"""


@dataclass(frozen=True)
class Ran:
    """How a pytest run ended, and all that it printed."""

    code: int
    output: str


@dataclass(frozen=True)
class Repository:
    """A QA person's own repository."""

    folder: Path

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), "utf-8")

    def pytest(self, *options: str, without: Sequence[str] = OF_OTHERS, **environment: str) -> Ran:
        mine = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
        left_out = (f"-pno:{plugin}" for plugin in ("cacheprovider", *without))
        done = subprocess.run(
            [sys.executable, "-P", "-m", "pytest", *left_out, *options],
            cwd=self.folder,
            env=mine | environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
        )
        return Ran(done.returncode, done.stdout + done.stderr)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    (tmp_path / "repository").mkdir()
    return Repository(tmp_path / "repository")


@pytest.fixture
def far_portal() -> Iterator[MockPortal]:
    """A portal that runs elsewhere, as one of We-ID does; it takes a code twice, so that nobody need wait."""
    with MockPortal(allow_used_codes=True, tls=True) as portal:
        yield portal


def credentials(portal: MockPortal, password: str = PASSWORD) -> dict[str, str]:
    return {
        "KETEN_PORTAL_URL": portal.url,
        "KETEN_USERNAME": "beheerder",
        "KETEN_PASSWORD": password,
        "KETEN_TOTP_SECRET": TOTP_SECRET,
    } | ({"KETEN_CA_FILE": str(portal.ca_file)} if portal.ca_file else {})


def far_away(setup: str = "") -> str:
    """A `conftest.py` by which the portal is not on loopback."""
    return textwrap.dedent(ANY_CODE) + textwrap.dedent("""
        import re
        from automation.domain import addresses
        from automation.testing import every_context

        @pytest.fixture(autouse=True)
        def _not_on_loopback(monkeypatch):
            for module in (addresses, every_context):
                monkeypatch.setattr(module, "is_loopback", lambda address: False)
            monkeypatch.setattr(every_context, "ELSEWHERE", re.compile(""))
    """)


def test_ten_lines_grant_and_their_trace_and_picture_hold_no_secret(repository: Repository) -> None:
    repository.write("test_first.py", FIRST_TEST)
    begun = int(time.time())

    ran = repository.pytest("--portal", "mock", "--tracing", "on", "--screenshot", "on")

    assert ran.code == 0, ran.output
    assert len(list(repository.folder.glob("test-results/*/*.png"))) == 1
    [trace] = repository.folder.glob("test-results/*/trace.zip")
    with zipfile.ZipFile(trace) as opened:
        traced = b"\n".join(opened.read(name) for name in opened.namelist())
    assert b"Accountantskantoor Jansen B.V." in traced
    codes = {pyotp.TOTP(TOTP_SECRET).at(moment) for moment in range(begun - 30, int(time.time()) + 30, 30)}
    assert not [secret for secret in (PASSWORD, TOTP_SECRET) if secret.encode() in traced]
    assert not [code for code in codes if re.search(rf"(?<![0-9.]){code}(?![0-9.])".encode(), traced)]


@pytest.mark.slow
def test_every_example_of_the_reference_works(repository: Repository) -> None:
    shown = list(examples())
    overridden = [example for example in shown if "def test_" not in example]
    acts_for = 'def test_acts_for(beheermodule):\n    assert "90000201" in beheermodule.organisation()\n'
    for number, example in enumerate(example for example in shown if "def test_" in example):
        repository.write(f"test_example_{number}.py", example)
    repository.write("test_overridden.py", "\n".join([*overridden, acts_for]))

    ran = repository.pytest("--portal", "mock")

    assert ran.code == 0, ran.output
    assert f"{len(shown) - len(overridden) + 1} passed" in ran.output


@pytest.mark.slow
def test_on_a_portal_that_is_not_on_loopback_a_click_on_vastleggen_records_nothing(
    repository: Repository, far_portal: MockPortal
) -> None:
    repository.write("conftest.py", far_away())
    repository.write(
        "test_click.py",
        """
        from automation.domain import KvkNumber, Scope

        QUOTE = {"regels": [], "totaal": "24.95", "ingangsdatum": "2026-11-24", "einddatum": "2031-11-24"}

        def test_click(wizard):
            wizard.view.page.route("**/api/kosten", lambda route: route.fulfill(json=QUOTE))
            wizard.look_up(KvkNumber("68750110"))
            services = wizard.proceed()
            services.link(Scope.general())
            costs = services.proceed()
            costs.agree()
            review = costs.proceed()
            review.button.press()
            wizard.view.page.get_by_role("alert").wait_for()
        """,
    )

    ran = repository.pytest("-rA", **credentials(far_portal))

    assert ran.code == 0, ran.output
    assert f"POST {far_portal.base}/beheer/api/ketenmachtigingen was kept from leaving" in ran.output
    ledger = far_portal.ledger()
    assert (ledger["sign_ins"], ledger["submissions"]) == (1, [])


@pytest.mark.slow
def test_a_page_under_test_cannot_go_round_the_wire_by_udp(repository: Repository) -> None:
    repository.write(
        "test_peers.py",
        """
        import socket
        import pytest

        ASKS = '''async port => {
            const peer = new RTCPeerConnection({iceServers: [{urls: `stun:127.0.0.1:${port}`}]})
            peer.createDataChannel("secret")
            await peer.setLocalDescription(await peer.createOffer())
            await new Promise(done => peer.onicegatheringstatechange = () =>
                peer.iceGatheringState == "complete" && done())
        }'''

        def test_of_somebodys_own(beheermodule):
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
                stranger.bind(("127.0.0.1", 0))
                stranger.setblocking(False)
                beheermodule.page.evaluate(ASKS, stranger.getsockname()[1])
                with pytest.raises(BlockingIOError):
                    stranger.recv(65536)
        """,
    )

    ran = repository.pytest("--portal", "mock")

    assert ran.code == 0, ran.output


@pytest.mark.slow
def test_a_session_serves_all_tests_and_is_renewed_when_it_ran_out(repository: Repository) -> None:
    repository.write("conftest.py", ANY_CODE)
    repository.write(
        "test_session.py",
        """
        import json
        from urllib.request import Request, urlopen

        def sign_ins(portal):
            return json.load(urlopen(portal.url.replace("/beheer", "/__mock__/ledger")))["sign_ins"]

        def test_first(beheermodule, portal):
            assert sign_ins(portal) == 1

        def test_second(beheermodule, portal):
            assert sign_ins(portal) == 1
            urlopen(Request(portal.url.replace("/beheer", "/__mock__/reset"), method="POST")).close()
            assert sign_ins(portal) == 0

        def test_third(beheermodule, portal):
            assert sign_ins(portal) == 1
            assert "Voorbeeld Holding" in beheermodule.organisation()
        """,
    )
    with MockPortal(allow_used_codes=True) as portal:
        ran = repository.pytest(**credentials(portal))

    assert ran.code == 0, ran.output


@pytest.mark.slow
def test_a_refused_sign_in_is_not_tried_again_and_no_output_shows_a_secret(repository: Repository) -> None:
    repository.write("test_refused.py", "def test_one(beheermodule): pass\ndef test_two(granted_list): pass\n")
    with MockPortal() as portal:
        ran = repository.pytest("-vv", "--showlocals", "--full-trace", **credentials(portal, password="Verkeerd-1"))

    assert "U heeft nog 2 pogingen" in ran.output
    assert "U heeft nog 1 poging" not in ran.output
    assert "does not try it again in this pytest session" in ran.output
    assert not [secret for secret in ("Verkeerd-1", TOTP_SECRET) if secret in ran.output]


@pytest.mark.slow
def test_a_refused_sign_in_is_tried_once_by_all_workers_and_not_by_the_next_session(repository: Repository) -> None:
    repository.write("test_refused.py", "\n".join(f"def test_{n}(beheermodule): pass" for n in range(3)))
    with MockPortal() as portal:
        wrong = credentials(portal, password="Verkeerd-1")
        for options in (("-n", "3"), ("-n", "0")):
            ran = repository.pytest(*options, **wrong)
            assert ran.code == 1, ran.output
            assert "keten does not try the same credentials again" in ran.output

        assert portal.sign_in() == {"sessions": 0, "refused": 1, "blocked": []}


@pytest.mark.slow
def test_a_failing_test_shows_no_secret_in_its_locals(repository: Repository) -> None:
    repository.write(
        "test_failing.py",
        """
        def test_one(portal, beheermodule, request):
            everything = request.node.funcargs
            beheermodule.page.context.new_page().close()
            assert beheermodule.organisation() == "another"
        """,
    )
    with MockPortal() as portal:
        ran = repository.pytest("-vv", "--showlocals", "--full-trace", **credentials(portal))

    assert "Voorbeeld Holding" in ran.output, ran.output
    assert f"Portal(url='{portal.url}')" in ran.output
    assert not [secret for secret in (PASSWORD, TOTP_SECRET) if secret in ran.output]


TOKEN = "eyJvcGFhayI6IjEifQ.Zm9v-4711"
FAILING = f"""
    from automation.domain import KvkNumber

    def test_one(wizard, portal, request):
        everything = request.node.funcargs
        page = wizard.view.page
        page.evaluate("localStorage.setItem('token', '{TOKEN}')")
        page.evaluate("fetch('/beheer', {{headers: {{Authorization: `Bearer ${{localStorage.token}}`}}}})")
        assert wizard.look_up(KvkNumber("68750110")) == "another"
"""


@pytest.mark.parametrize(
    "cleaned", [True, pytest.param(False, marks=pytest.mark.slow)], ids=["", "the cleaning taken out"]
)
def test_nothing_that_a_failing_test_leaves_or_prints_holds_a_secret(repository: Repository, cleaned: bool) -> None:
    repository.write(
        "conftest.py",
        f"""
        import pytest
        from automation.testing import clean_recordings

        if not {cleaned}:
            clean_recordings.clean = lambda path: None

        @pytest.fixture(scope="session")
        def browser_context_args(browser_context_args):
            return {{**browser_context_args, "record_har_path": "test-results/all.har"}}
        """,
    )
    repository.write("test_failing.py", FAILING)
    options = ("-vv", "--showlocals", "--full-trace", "--tracing", "on", "--screenshot", "on", "--video", "off", "-rA")
    with planted(), Portal() as portal, mark() as temporary:
        given = credentials(portal, PLANTED_PASSWORD) | {"KETEN_TOTP_SECRET": PLANTED_TOTP_SECRET}
        ran = repository.pytest(*options, **given, TMPDIR=temporary)

        secrets = {"password": PLANTED_PASSWORD, "TOTP secret": PLANTED_TOTP_SECRET, **portal.secrets}
        found = Search(secrets).content(ran.output.encode(), "output")
        found += Search({**secrets, "token": TOKEN}).folders(repository.folder / "test-results", Path(temporary))

    assert "Accountantskantoor Jansen B.V." in ran.output, ran.output
    assert [path.name for path in sorted(repository.folder.glob("test-results/*/*"))] == [
        "test-failed-1.png",
        "trace.zip",
    ]
    if cleaned:
        assert found == []
    else:
        assert {Path(one.place).name for one in found} >= {
            "all.har",
            "trace.zip!trace.network",
            "trace.zip!trace.trace",
        }


@pytest.mark.slow
def test_another_organisation_is_chosen_and_a_test_sees_nothing_of_the_one_before(repository: Repository) -> None:
    repository.write(
        "test_two.py",
        """
        import pytest

        @pytest.fixture
        def keten_account():
            return "twee"

        @pytest.fixture
        def keten_organisation():
            return "90000201"

        def test_one(beheermodule, mock_portal):
            assert "90000201" in beheermodule.organisation()
            grant = {"kvk": "68750110", "organisation": "90000201", "scope": {"providers": ["UWV"]}}
            mock_portal.seed([grant])
            assert len(beheermodule.open_granted_list().read()) == 1

        def test_two(granted_list):
            assert granted_list.read() == []
        """,
    )

    ran = repository.pytest("--portal", "mock")

    assert ran.code == 0, ran.output


def test_somebody_elses_pages_are_named_with_a_way_out_and_serve_their_own_tests(repository: Repository) -> None:
    repository.write("conftest.py", "")
    repository.write("pages/__init__.py", "")
    repository.write("pages/login.py", "NAME = 'theirs'\n")
    repository.write(
        "test_both.py",
        """
        from pages.login import NAME

        def test_theirs():
            assert NAME == "theirs"

        def test_ours(portal):
            pass
        """,
    )

    ran = repository.pytest("--portal", "mock")

    assert "1 passed, 1 error" in ran.output
    assert f"the package `pages` is {repository.folder / 'pages'}, and keten's fixtures need keten's own" in ran.output
    assert "`e2e/pages`" in ran.output
    assert "Traceback" not in ran.output


def test_a_project_that_uses_no_fixture_of_ours_imports_nothing_of_ours(repository: Repository) -> None:
    repository.write(
        "test_theirs.py",
        """
        import sys

        def test_theirs():
            loaded = {name.partition(".")[0] for name in sys.modules}
            ours = {"automation", "pages"}
            assert not loaded & (ours | {"playwright", "pydantic", "babel", "ruamel", "uvicorn", "loguru"})
        """,
    )

    ran = repository.pytest("-p", "no:playwright")

    assert ran.code == 0, ran.output


def test_a_project_that_uses_no_fixture_of_ours_keeps_playwrights_own_choice_of_browser(
    repository: Repository,
) -> None:
    repository.write("test_theirs.py", "def test_theirs(page): pass\n")

    ran = repository.pytest(PLAYWRIGHT_BROWSERS_PATH=str(repository.folder / "none"))

    assert "Executable doesn't exist" in ran.output


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "Run pytest with --keten-portal URL or --keten-portal mock"),
        (("--portal", "https://portal.example/beheer"), "is not the mock portal"),
    ],
)
def test_what_is_missing_is_said_without_a_traceback(
    repository: Repository, options: tuple[str, ...], said: str
) -> None:
    repository.write("test_one.py", "def test_one(mock_portal): pass\n")

    ran = repository.pytest(*options)

    assert ran.code == 1
    assert said in ran.output
    assert "Traceback" not in ran.output
    assert not re.search(r"\.py:[0-9]", ran.output)


@pytest.mark.parametrize(
    ("output", "mark"), [("runs", "manifest-sha256.txt"), ("runs/2026-11-23T101500Z-3f2a", "run.json")]
)
def test_an_output_folder_that_holds_a_dossier_is_refused_and_left_alone(
    repository: Repository, output: str, mark: str
) -> None:
    repository.write(f"runs/2026-11-23T101500Z-3f2a/{mark}", "{}")
    repository.write("test_one.py", "def test_one(): pass\n")

    ran = repository.pytest("--output", output)

    assert ran.code == pytest.ExitCode.USAGE_ERROR
    assert "give another folder" in ran.output
    assert (repository.folder / "runs/2026-11-23T101500Z-3f2a" / mark).exists()
