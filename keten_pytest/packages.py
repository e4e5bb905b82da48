"""Whose the packages `automation` and `pages` are: keten's, or somebody else's of the same name."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

import pytest

_NAMES = ("automation", "pages")
_ROOT = Path(__file__).resolve().parent.parent


def check_whose_packages() -> None:
    """Fail when another package is in the way of ours: two of one name cannot be had in one process."""
    for name in _NAMES:
        if (place := _place(name)) != _ROOT / name:
            pytest.fail(
                f"the package `{name}` is {place or 'not found'}, and keten's fixtures need keten's own "
                f"({_ROOT / name}).\n"
                f"Move it into a package of your project (as `e2e/{name}`, imported as `e2e.{name}`) or give it "
                "another name. If it is only in the directory that pytest is started from, run `pytest` "
                "instead of `python -m pytest`, which puts that directory before everything installed.",
                pytrace=False,
            )


def are_ours(loaded: Mapping[str, ModuleType]) -> bool:
    """Whether a package of ours is among the modules that were imported."""
    return any(name in loaded and _place(name) == _ROOT / name for name in _NAMES)


def are_importable() -> bool:
    """Whether both packages of these names are ours, or would be."""
    return all(_place(name) == _ROOT / name for name in _NAMES)


def _place(name: str) -> Path | None:
    try:
        found = importlib.util.find_spec(name)
    except ValueError:  # somebody has put a module there that was not imported
        return None
    if found is None:
        return None
    if found.origin is None or not found.origin.endswith(".py"):
        return next((Path(one).resolve() for one in found.submodule_search_locations or ()), None)
    place = Path(found.origin).resolve()
    return place.parent if place.name == "__init__.py" else place
