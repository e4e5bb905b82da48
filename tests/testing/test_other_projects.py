"""Projects that have packages, options and ways of their own, with keten installed beside them."""

from __future__ import annotations

import pytest

from automation.mock_portal.data.accounts import PASSWORD, TOTP_SECRET
from tests.secrets_search import Search
from tests.testing.test_pytest_plugin import Repository, repository

__all__ = ["repository"]
REPORT = "reports"
REPORTS = (
    *("--showlocals", "--full-trace", "-rA", "-v", f"--junitxml={REPORT}/junit.xml", f"--alluredir={REPORT}/allure"),
    *(f"--html={REPORT}/report.html", "--self-contained-html", "-W", "ignore::pytest.PytestWarning"),
)
OTHER = """
    def pytest_addoption(parser):
        parser.addoption("--portal", default="theirs")
        parser.getgroup("other").addoption("--profile", choices=["fast", "slow"], default="fast")
"""


@pytest.mark.parametrize("package", ["automation", "pages"])
def test_a_package_of_the_projects_own_serves_its_tests_and_is_named_when_ours_is_asked_for(
    package: str, repository: Repository
) -> None:
    repository.write(f"{package}/__init__.py", "NAME = 'theirs'\n")
    repository.write(
        "test_both.py",
        f"""
        import {package}

        def test_theirs():
            assert {package}.NAME == "theirs"

        def test_ours(portal):
            pass
        """,
    )

    ran = repository.pytest("-p", "no:playwright", "--keten-portal", "mock", PYTHONPATH=str(repository.folder))

    assert "1 passed, 1 error" in ran.output
    assert (
        f"the package `{package}` is {repository.folder / package}, and keten's fixtures need keten's own" in ran.output
    )
    assert f"`e2e/{package}`" in ran.output
    assert "Traceback" not in ran.output


@pytest.mark.parametrize("how", ["conftest.py", "other.py"])
def test_options_of_another_plugin_keep_their_meaning(how: str, repository: Repository) -> None:
    repository.write(how, OTHER)
    repository.write(
        "test_options.py",
        """
        def test_options(pytestconfig):
            assert pytestconfig.getoption("--portal") == "here"
            assert pytestconfig.getoption("--profile") == "slow"
            assert pytestconfig.getoption("--keten-portal") == "mock"
        """,
    )
    plugin = () if how == "conftest.py" else ("-p", "other")
    options = ("--portal", "here", "--profile", "slow", "--keten-portal", "mock")

    ran = repository.pytest(*plugin, *options, PYTHONPATH=str(repository.folder))

    assert ran.code == 0, ran.output


def test_the_portal_may_stand_in_the_configuration_file_and_a_fixture_be_asked_for_by_name(
    repository: Repository,
) -> None:
    repository.write("pytest.ini", "[pytest]\nketen_portal = mock\n")
    repository.write(
        "test_by_name.py",
        """
        def test_by_name(request):
            request.getfixturevalue("page")
            assert "Voorbeeld Holding" in request.getfixturevalue("beheermodule").organisation()
        """,
    )

    ran = repository.pytest()

    assert ran.code == 0, ran.output


@pytest.mark.parametrize("name", ["automation", "pages"])
def test_a_fixture_of_ours_says_which_package_of_the_project_is_in_the_way(repository: Repository, name: str) -> None:
    (repository.folder / name).mkdir()
    repository.write(f"{name}/__init__.py", "")
    repository.write("pytest.ini", "[pytest]\npythonpath = .\n")
    repository.write("test_ours.py", "def test_ours(wizard): pass\n")

    ran = repository.pytest("--portal", "mock")

    assert ran.code == 1
    assert f"the package `{name}` is" in ran.output
    assert "playwright install" not in ran.output


def test_a_sign_in_test_of_ones_own_leaves_no_secret_in_recordings_reports_or_terminal(repository: Repository) -> None:
    repository.write(
        "test_sign_in.py",
        """
        from pathlib import Path

        import pyotp
        from pages.beheermodule import Beheermodule

        def test_sign_in(portal, browser, new_context):
            account = portal.account(None)
            password, seed = account.password.get_secret_value(), account.totp_secret.get_secret_value()
            context = new_context(record_har_path="test-results/own/a.har", record_har_content="attach")
            screen = Beheermodule(context.new_page(), portal.profile, portal.url).open_sign_in()
            asked = screen.enter_password("beheerder", password)
            code = pyotp.TOTP(seed).now()
            screen.enter_code(code)
            [cookie] = [one["value"] for one in context.cookies() if one["httpOnly"]]
            Path("given.txt").write_text(f"{code} {cookie}")
            context.close()
            print(password, cookie)
            assert f"{asked} with a long text before what is {cookie}" == password, f"{seed} and {code}"
        """,
    )

    ran = repository.pytest("--keten-portal", "mock", "--tracing", "on", "--screenshot", "on", *REPORTS, without=())

    assert "AssertionError: *** and ***" in ran.output, ran.output
    places = [repository.folder / name for name in ("test-results", REPORT)]
    written = {path.suffix for place in places for path in place.rglob("*.*")}
    assert written >= {".har", ".dat", ".html", ".json", ".png", ".xml", ".zip"}
    code, cookie = (repository.folder / "given.txt").read_text().split()
    search = Search({"password": PASSWORD, "seed": TOTP_SECRET, "code": code, "cookie": cookie, "its end": cookie[-8:]})
    assert search.content(ran.output.encode(), "output") + search.folders(*places) == []


@pytest.mark.parametrize("capture", [pytest.param("fd", marks=pytest.mark.slow), "no"])
def test_what_other_plugins_write_of_a_test_holds_no_secret(repository: Repository, capture: str) -> None:
    repository.write(
        "test_told.py",
        """
        import logging
        import sys
        import warnings

        import allure
        import pytest

        @pytest.fixture
        def password(portal):
            secret = portal.account(None).password.get_secret_value()
            yield secret
            raise RuntimeError(f"ended after {secret}")

        @allure.step("sign in with {password}")
        def sign_in(password):
            raise ValueError(f"refused {password}")

        def test_told(portal, password, record_property, tmp_path, extras):
            print("printed", password)
            print("printed", password, file=sys.stderr)
            logging.getLogger("own").error("logged %s", password)
            try:
                raise KeyError(f"raised {password}")
            except KeyError:
                logging.getLogger("own").exception("caught", stack_info=True)
            warnings.warn(f"warned of {password}")
            record_property("typed", password)
            allure.dynamic.title(f"titled {password}")
            allure.dynamic.parameter("password", password)
            allure.attach(f"attached {password}", name="a text")
            (tmp_path / "own.txt").write_text(password)
            allure.attach.file(tmp_path / "own.txt")
            extras.append({"name": "own", "format_type": "text", "content": password, "mime_type": "", "extension": ""})
            sign_in(password)
        """,
    )

    ran = repository.pytest(
        *("-p", "no:playwright", "--keten-portal", "mock", f"--capture={capture}", "--log-cli-level=INFO"),
        *("--log-file=reports/log.txt", *REPORTS),
        without=(),
    )

    assert "1 failed, 1 warning, 1 error" in ran.output, ran.output
    for told in ("printed ***", "logged ***", "raised ***", "warned of ***", "refused ***", "ended after ***"):
        assert told in ran.output
    reports = repository.folder / REPORT
    allure = "".join(path.read_text("utf-8") for path in (reports / "allure").iterdir())
    for told in ("titled ***", "attached ***", "refused ***", "ended after ***", "sign in with '***'"):
        assert told in allure
    search = Search({"password": PASSWORD})
    assert search.content(ran.output.encode(), "output") + search.folders(reports) == []
