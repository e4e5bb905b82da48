"""The glossary names the controls that page objects use, no more and no less."""

from __future__ import annotations

import ast
from pathlib import Path

import pages
from automation.inputs.profile import load
from pages.costs import CostsStep
from pages.granted_list import GrantedList, Row
from pages.profile.glossary import CONTROLS, MAY_LACK, SCREENS, WIZARD
from pages.receiver import ReceiverStep
from pages.review import Confirmation, ReviewStep
from pages.scope import ScopeStep
from pages.screen import Screen
from pages.shell import Shell
from pages.sign_in import SignIn

PAGE_OBJECTS: list[type[Screen]] = [
    SignIn,
    Shell,
    GrantedList,
    Row,
    ReceiverStep,
    ScopeStep,
    CostsStep,
    ReviewStep,
    Confirmation,
]


def test_what_a_page_object_declares_is_in_the_glossary() -> None:
    for screen in PAGE_OBJECTS:
        assert {*screen.kinds, screen.ready} <= CONTROLS[screen.name].keys(), screen


def test_what_the_glossary_says_is_used_by_name_or_by_kind_of_name() -> None:
    texts = {
        node.value
        for file in Path(pages.__file__).parent.rglob("*.py")
        if file.name not in {"glossary.py"}
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    declared = {name for screen in PAGE_OBJECTS for name in screen.kinds}
    for controls in CONTROLS.values():
        for name in controls:
            plain = name.removesuffix("_column").removeprefix("details_")
            assert {name, plain} & (texts | declared), name


def test_the_built_in_profile_knows_no_other_screen_or_control() -> None:
    profile = load()

    assert profile.screens.keys() <= CONTROLS.keys() == SCREENS.keys()
    assert set(WIZARD) <= CONTROLS.keys()
    for screen, controls in profile.screens.items():
        assert controls.keys() <= CONTROLS[screen].keys()


def test_what_a_portal_may_lack_is_known() -> None:
    assert {tuple(one.split(".")) for one in MAY_LACK} <= {(s, c) for s, controls in CONTROLS.items() for c in controls}
