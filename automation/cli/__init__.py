"""The command line: one file a command; each imports what it needs when it runs, so that it answers quickly."""

from __future__ import annotations

import os
import sys
import traceback


def main() -> None:
    """Run the command line; end the process with the exit code of the contract."""
    if sys.argv[1:] == ["--version"]:  # without the time that the command line takes to come up
        print(version_text())  # noqa: T201
        return
    from automation.cli.application import app
    from automation.errors import KetenError

    _keep_silent()
    try:
        app()
    except KetenError as error:
        _tell(str(error))
        raise SystemExit(error.exit_code) from None
    except Exception as error:
        _tell(f"failed by itself: {type(error).__name__}: {error}\n  Run again with --debug.")
        raise SystemExit(8) from None


def _tell(message: str) -> None:
    if "--debug" in sys.argv:
        traceback.print_exc()
    print(f"keten: {message}", file=sys.stderr)  # noqa: T201


def _keep_silent() -> None:
    """See to it that no secret is told: not to a terminal, not in a core dump, not by Playwright's own debugging."""
    from automation.masking import TELLTALES, masked

    sys.stdout, sys.stderr = masked(sys.stdout), masked(sys.stderr)
    for name in TELLTALES:
        os.environ.pop(name, None)
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def version_text() -> str:
    """`keten 0.1.0`."""
    from importlib.metadata import version

    return f"keten {version('keten')}"
