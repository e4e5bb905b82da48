"""The page on fixtures and page objects, made from their docstrings, and the examples in these as tests."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator

import keten_pytest.fixtures
from pages.beheermodule import Beheermodule
from pages.costs import CostsStep
from pages.facts import FactsScreen
from pages.granted_list import GrantedList
from pages.receiver import ReceiverStep
from pages.review import Confirmation, ReviewStep
from pages.scope import ScopeStep
from pages.sign_in import SignIn

_SCREENS = (Beheermodule, SignIn, GrantedList, ReceiverStep, ScopeStep, CostsStep, ReviewStep, Confirmation)
_IMPORTS = """import pytest

from automation.domain import Duration, KvkNumber, Money, Scope
from automation.errors import PortalRefused
from pages.beheermodule import Beheermodule
"""


def pytest_page() -> str:
    """Every fixture and every page object that a test works with, each with an example."""
    text = (
        "# Fixtures and page objects\n\nWhat tests of a portal work with; [Test a portal](../how-to/test-a-portal.md) "
    )
    text += f"begins with them. The examples need these imports:\n\n```python\n{_IMPORTS}```\n\n## Fixtures\n"
    for name, told in _fixtures():
        text += f"\n### `{name}`\n\n{_with_example(told)}"
    text += "\n## Page objects\n"
    for screen in _SCREENS:
        text += f"\n### `{screen.__module__}.{screen.__name__}`\n\n{_with_example(inspect.getdoc(screen) or '')}\n"
        text += "".join(f"- `{name}`: {' '.join(told.split())}\n" for name, told in _members(screen))
    return text


def examples() -> Iterator[str]:
    """Each example as a test file of its own."""
    for told in (*(told for _, told in _fixtures()), *(inspect.getdoc(screen) or "" for screen in _SCREENS)):
        yield f"{_IMPORTS}\n\n{_example(told)}"


def _fixtures() -> Iterator[tuple[str, str]]:
    for one in ast.parse(inspect.getsource(keten_pytest.fixtures)).body:
        if isinstance(one, ast.FunctionDef) and not one.name.startswith("_"):
            yield one.name, ast.get_docstring(one) or ""


def _members(screen: type) -> Iterator[tuple[str, str]]:
    for name, one in ((vars(FactsScreen) if issubclass(screen, FactsScreen) else {}) | dict(vars(screen))).items():
        one = one.__func__ if isinstance(one, staticmethod) else one
        if name.startswith("_") or not (inspect.isfunction(one) or isinstance(one, property)):
            continue
        signature = str(inspect.signature(one)).replace("(self, ", "(").replace("(self)", "()") if callable(one) else ""
        yield f"{name}{signature}".replace("'", ""), inspect.getdoc(one) or ""


def _with_example(told: str) -> str:
    return f"{told.partition('For example:')[0].strip()}\n\n```python\n{_example(told)}```\n"


def _example(told: str) -> str:
    return textwrap.dedent(told.partition("For example:")[2].strip("\n")) + "\n"
