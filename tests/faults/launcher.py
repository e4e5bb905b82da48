"""Runs keten, and does something to it at a moment: `python -m tests.faults.launcher ACT MOMENT FILE -- apply …`.

ACT is a victim to be killed, or a damage. Every moment is written to FILE where MOMENT is `-`, else the one that came.
"""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

from automation.cli import main
from automation.machine import locks
from tests.e2e.keten import LOCKS
from tests.faults.damage import Damage, prepare
from tests.faults.moments import Moments
from tests.faults.processes import Victim


def launch(act: Victim | Damage, moment: str, file: Path) -> None:
    happen = prepare(act)
    lock = threading.Lock()  # the wire's moments are those of another thread

    def reached(name: str) -> None:
        with lock:
            if moment in (name, "-"):
                with file.open("a", encoding="utf-8") as lines:
                    lines.write(f"{name}\n")
            if moment == name:
                happen()

    locks.folder_of_locks = lambda: Path(os.environ[LOCKS])
    Moments(reached).install()


if __name__ == "__main__":
    given = sys.argv[1]
    launch(Victim(given) if given in list(Victim) else Damage(given), sys.argv[2], Path(sys.argv[3]))
    del sys.argv[1:5]
    main()
