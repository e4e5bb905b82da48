"""Runs keten with something gone wrong in it, or its masking taken out: `python -m tests.e2e.secrets_launcher ACTS …`.

ACTS are names of `Act`, with commas between them; the rest is the command line of keten. What is patched is imported
only once keten is under way, as it would import it itself: Playwright reads its settings when it is imported.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from automation import cli
from automation.cli import application
from tests.faults.processes import Victim, strike

if TYPE_CHECKING:
    from pages.costs import CostsStep
    from pages.sign_in import SignIn


class Act(StrEnum):
    """What happens."""

    NOTHING = "nothing"
    UNMASKED = "unmasked"
    FIELD_REFUSES = "field-refuses"
    BUG = "bug"
    ABORT = "abort"
    BROWSER_DIES = "browser-dies"
    KILLED = "killed"


def unmask() -> None:
    from automation.browser import trace_archive
    from automation.machine.masking import Masking

    setattr(Masking, "text", lambda self, text: text)  # noqa: B010 - a patch, which no type check is to follow
    setattr(trace_archive, "_emptied", lambda data: data)  # noqa: B010


def refuse_what_is_typed() -> None:
    """Let every masked field be read-only, so that Playwright waits, gives up, and tells what it could not type."""
    from playwright.sync_api import ElementHandle

    fill = ElementHandle.fill

    def refused(field: ElementHandle, value: str, **given: Any) -> None:
        field.evaluate("e => { if (e.type === 'password') e.readOnly = true }")
        fill(field, value, **given)

    setattr(ElementHandle, "fill", refused)  # noqa: B010


def stumble() -> None:
    """Let a bug of keten's own tell all that it knows."""
    from pages.sign_in import SignIn

    def failing(_: SignIn, code: str) -> None:
        secrets = {name: value for name, value in os.environ.items() if name.startswith("KETEN_")}
        raise RuntimeError(f"typing {code!r} failed, with {secrets}")

    setattr(SignIn, "enter_code", failing)  # noqa: B010


def at_the_costs(happen: Callable[[], None]) -> None:
    from pages.costs import CostsStep

    agree = CostsStep.agree

    def agreed(screen: CostsStep) -> None:
        happen()
        agree(screen)

    setattr(CostsStep, "agree", agreed)  # noqa: B010


ACTS: dict[Act, Callable[[], None]] = {
    Act.NOTHING: lambda: None,
    Act.UNMASKED: unmask,
    Act.FIELD_REFUSES: refuse_what_is_typed,
    Act.BUG: stumble,
    Act.ABORT: lambda: at_the_costs(os.abort),
    Act.BROWSER_DIES: lambda: at_the_costs(lambda: strike(Victim.BROWSER)),
    Act.KILLED: lambda: at_the_costs(lambda: os.kill(os.getpid(), signal.SIGKILL)),
}


def act_in_keten(acts: list[Act]) -> None:
    app = application.app

    def acting(**how: bool) -> object:
        for act in acts:
            ACTS[act]()
        return app(**how)

    setattr(application, "app", acting)  # noqa: B010


if __name__ == "__main__":
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
    act_in_keten([Act(name) for name in sys.argv.pop(1).split(",")])
    cli.main()
