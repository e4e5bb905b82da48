"""`python -m tests.simulation --seed N --histories M`: replays histories, and shows the log of each that fails."""

from __future__ import annotations

import argparse
import sys

from tests.simulation.history import History
from tests.simulation.sweep import sweep


def main() -> int:
    """The exit code: 1 when the law was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seed", type=int, default=0, help="the seed of the first history")
    parser.add_argument("--histories", type=int, default=1000, help="how many, each from the next seed")
    parser.add_argument("--log", action="store_true", help="the log of every history, also of those that pass")
    asked = parser.parse_args()
    seeds = range(asked.seed, asked.seed + asked.histories)
    if asked.log:
        for seed in seeds:
            history = History(seed)
            with history.stage():
                history.happen()
            sys.stdout.write("\n".join([*history.world.log, ""]))
    found = sweep(seeds)
    for failure in found.failures:
        sys.stdout.write(f"{failure}\n\n")
    sys.stdout.write(f"{found}\nseeds {asked.seed} to {seeds[-1]}\n")
    return 1 if found.failures else 0


if __name__ == "__main__":
    sys.exit(main())
