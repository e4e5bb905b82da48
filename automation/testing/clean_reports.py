"""Exceptions and reports of tests without secrets, so that nothing that any plugin makes of them holds one."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from automation.machine.masking import Masking

if TYPE_CHECKING:
    import pytest

_OF_PYTHON = ("args", "__notes__")
_OF_REPORTS = ("_pytest.", "allure_commons.")


def clean_exception(error: BaseException, masking: Masking) -> None:
    """Take the secrets out of what an exception says, and those that it came from or holds."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        waiting += [one.__cause__, one.__context__, *getattr(one, "exceptions", ())]
        for name in (*_OF_PYTHON, *vars(one)):
            held = getattr(one, name, None)
            if (masked := clean_value(held, masking)) is not held:
                try:
                    setattr(one, name, masked)
                except (AttributeError, TypeError):  # it cannot be set, so that its message was made of something else
                    continue


def clean_report(report: pytest.TestReport, masking: Masking) -> None:
    """Take the secrets out of all that a report says: traceback, captured output, properties, attachments."""
    for name, held in list(vars(report).items()):
        if name not in {"nodeid", "location", "keywords"}:
            setattr(report, name, clean_value(held, masking))


def clean_value(held: Any, masking: Masking, depth: int = 0) -> Any:
    """The same without secrets, itself where it holds none; objects of pytest and Allure are changed in place."""
    if isinstance(held, str):
        text = masking.shortened(held)
        return held if text == held else text
    if depth > 20 or held is None or isinstance(held, bytes | int | float | bool):
        return held
    if isinstance(held, list | tuple):
        inner = [clean_value(one, masking, depth + 1) for one in held]
        if all(new is old for new, old in zip(inner, held, strict=True)):
            return held
        return inner if isinstance(held, list) else tuple(inner) if type(held) is tuple else type(held)(*inner)
    if isinstance(held, dict):
        entries = {key: clean_value(value, masking, depth + 1) for key, value in held.items()}
        return held if all(entries[key] is held[key] for key in held) else entries
    if type(held).__module__.startswith(_OF_REPORTS) or dataclasses.is_dataclass(held):
        for name, value in list(getattr(held, "__dict__", {}).items()):
            if (new := clean_value(value, masking, depth + 1)) is not value:
                object.__setattr__(held, name, new)
    return held
