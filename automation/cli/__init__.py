"""The command line: one file a command; each imports what it needs when it runs, so that it answers quickly."""

from __future__ import annotations

import io
import json
import os
import sys
import traceback
from contextlib import suppress


def main() -> None:
    """Run the command line; end the process with the exit code of the contract."""
    if sys.argv[1:] == ["--version"]:  # without the time that the command line takes to come up
        print(version_text())  # noqa: T201
        return
    from automation.masking import SECRETS

    with SECRETS.of_a_run():
        _run()


def _run() -> None:
    from automation.cli.application import app
    from automation.errors import KetenError

    _keep_silent()
    try:
        app()
    except KetenError as error:
        _tell(str(error))
        _tell_machines(error.as_data(), error.exit_code)
        raise SystemExit(error.exit_code) from None
    except Exception as error:
        what = f"failed by itself: {type(error).__name__}: {error}"
        _tell(f"{what}\n  Run again with --debug.")
        _tell_machines({"message": what, "hint": "Run again with --debug."}, 8)
        raise SystemExit(8) from None


def _tell_machines(error: dict[str, str], exit_code: int) -> None:
    """The one document on stdout, where one was asked for and none was printed yet."""
    if "--json" in sys.argv and not getattr(sys.stdout, "used", True):
        with suppress(OSError):
            print(json.dumps({"errors": [error], "exit_code": exit_code}, indent=2, ensure_ascii=False))  # noqa: T201


def _tell(message: str) -> None:
    from automation.cli.text import visible

    if "--debug" in sys.argv:
        traceback.print_exc()
    print(f"keten: {visible(message)}", file=sys.stderr)  # noqa: T201


def _keep_silent() -> None:
    """See to it that no secret is told: not to a terminal, not in a core dump, not by Playwright's own debugging."""
    from automation.masking import TELLTALES, masked

    for name in ("stdout", "stderr"):
        stream = getattr(sys, name) or io.StringIO()  # closed by whoever started this
        setattr(sys, name, masked(stream))
    for name in TELLTALES:
        os.environ.pop(name, None)
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def version_text() -> str:
    """`keten 0.1.0`."""
    from importlib.metadata import version

    return f"keten {version('keten')}"
