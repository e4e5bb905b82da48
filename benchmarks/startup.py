"""How long `keten --version` and `keten --help` take over bare Python; run it as `uv run benchmarks/startup.py`.

Prints the best of several runs each, in seconds and as a ratio of bare Python. The goal: at most 0.15 s over it.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

RUNS = 15
KETEN = str(Path(sys.executable).with_name("keten"))


def best(*command: str) -> float:
    """Seconds of the quickest of several runs: what the machine does besides only ever adds."""
    taken = []
    for _ in range(RUNS):
        start = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        taken.append(time.perf_counter() - start)
    return min(taken)


bare = best(sys.executable, "-c", "pass")
print(f"{'python -c pass':<16} {bare:.3f} s")  # noqa: T201
for option in ("--version", "--help"):
    taken = best(KETEN, option)
    print(f"keten {option:<10} {taken:.3f} s  {taken - bare:+.3f} s over bare Python, {taken / bare:.1f}×")  # noqa: T201
