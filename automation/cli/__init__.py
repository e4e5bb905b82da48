"""The command line: one file a command; each imports what it needs when it runs, so that it answers quickly."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from automation.machine.signals import INTERRUPTED, heard, stop_at_once  # nothing else: signals first

if TYPE_CHECKING:
    from automation.errors import KetenError

_RUN: dict[str, Any] = {"run_id": None, "outcomes": [], "actions": []}
"""What the document of a run holds that could not begin. That of other commands leaves out what it does not know."""


def main() -> None:
    """Run the command line; end the process with the exit code of the contract."""
    code = INTERRUPTED
    with heard():
        from automation.cli.console import streams
        from automation.errors import Interrupted
        from automation.machine.masking import SECRETS

        with suppress(Interrupted), SECRETS.of_a_run():
            code = _run()
    streams.leave()
    raise SystemExit(code)


def _run() -> int:
    from automation.cli.console import streams
    from automation.errors import KetenError

    try:
        streams.prepare()
        stop_at_once()
        code = _command()
        sys.stdout.flush()
    except KetenError as error:
        _tell(str(error))
        return _told_machines(error)
    except Exception as error:
        if hasattr(error, "format_message"):  # typer's own, of a wrong option or argument
            return _told_of_usage(error)
        what = f"internal error: {type(error).__name__}: {error} (a bug in keten; please report it)"
        _tell(f"{what}\n  Run again with --debug.")
        return _told_machines(KetenError(what, "Run again with --debug."))
    return code


def _command() -> int:
    if sys.argv[1:] == ["--version"]:  # without the time that the command line takes to come up
        from automation.cli.version import version_text

        print(version_text())  # noqa: T201
        return 0
    _keep_silent()
    from automation.cli.application import app

    return app(standalone_mode=False) or 0


def _told_of_usage(error: Exception) -> int:
    """Of a command line that cannot be understood; without any command, the help, as everywhere."""
    from automation.errors import UsageError

    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":
        print(error.format_message(), file=sys.stderr)  # type: ignore[attr-defined]  # noqa: T201
        return UsageError.exit_code
    message = str(error.format_message()).rstrip(".")  # type: ignore[attr-defined]
    hint = f"See `{context.command_path} --help`." if context is not None else ""
    wrong = UsageError(message, hint)
    _tell(str(wrong))
    return _told_machines(wrong)


def _told_machines(error: KetenError) -> int:
    """The one document on stdout, where one was asked for and none was printed yet; the exit code."""
    from automation.cli.console import streams

    with suppress(streams.NotTold):  # the error is told to people, and says enough
        if "--json" in sys.argv and not getattr(sys.stdout, "used", False):
            print(_document(error))  # noqa: T201
        sys.stdout.flush()
    return error.exit_code


def _document(error: KetenError) -> str:
    import json
    from dataclasses import asdict

    from automation.errors import ScenarioError
    from automation.proofs.documents import of_error

    problems = [
        problem
        for part in error.parts
        for problem in (map(asdict, part.problems) if isinstance(part, ScenarioError) else [of_error(part)])
    ]
    told = {"problems": problems, "errors": [of_error(part) for part in error.parts], "exit_code": error.exit_code}
    command = next((word for word in sys.argv[1:] if not word.startswith("-")), "")
    return json.dumps((_RUN if command in ("apply", "plan", "demo") else {}) | told, indent=2, ensure_ascii=False)


def _tell(message: str) -> None:
    from automation.cli.console.text import visible

    if "--debug" in sys.argv:
        import traceback

        traceback.print_exc()
    print(f"keten: {visible(message)}", file=sys.stderr)  # noqa: T201


def _keep_silent() -> None:
    """See to it that no secret is told: not to a terminal, not in a core dump, not by Playwright's own debugging."""
    import os

    from automation.machine.masking import TELLTALES, masked

    for name in ("stdout", "stderr"):
        setattr(sys, name, masked(getattr(sys, name)))
    for name in TELLTALES:
        os.environ.pop(name, None)
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
