"""Projects that have packages, options and ways of their own, with keten installed beside them."""

from __future__ import annotations

import pytest

from automation.mock_portal.accounts import PASSWORD
from tests.secrets_search import Search
from tests.test_pytest_plugin import Repository, repository

__all__ = ["repository"]
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
    assert f"the package `{package}` is {repository.folder / package}, and not keten's" in ran.output
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


def test_a_sign_in_test_of_ones_own_leaves_no_secret_in_trace_report_or_terminal(repository: Repository) -> None:
    repository.write(
        "test_sign_in.py",
        """
        from pages.beheermodule import Beheermodule

        def test_sign_in(portal, page):
            password = portal.account(None).password.get_secret_value()
            screen = Beheermodule(page, portal.profile, portal.url).open_sign_in()
            asked = screen.enter_password("beheerder", password)
            cookies = page.context.cookies()
            print(password)
            raise ValueError(f"asked for {asked} after {password}")
        """,
    )

    options = ("--showlocals", "--full-trace", "--tracing", "on", "--junitxml", "test-results/junit.xml", "-rA")
    ran = repository.pytest("--keten-portal", "mock", *options)

    assert "asked for Asked.CODE after ***" in ran.output, ran.output
    assert {path.name for path in repository.folder.glob("test-results/**/*.*")} >= {"junit.xml", "trace.zip"}
    search = Search({"password": PASSWORD})
    assert search.content(ran.output.encode(), "output") + search.folders(repository.folder / "test-results") == []
