"""`python -m tests.faults.campaign`: kills a run at every moment that counts, and at a sample of the others.

Prints the figures: how many moments were tried, what was doubled, wrong or lost, what is in doubt and why, and what
so many tries without a breach say at most (3/n, 95%).
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path

import typer

from tests.faults.killing import Kill, Verdict, moments, tried
from tests.faults.moments import OUTSIDE
from tests.faults.processes import Victim

SEED = 20261124


@dataclass
class Figures:
    """What a campaign has shown up to now."""

    verdicts: list[Verdict] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def told(self) -> str:
        struck = [verdict for verdict in self.verdicts if verdict.struck]
        kinds = Counter(breach.split(":")[0] for verdict in struck for breach in verdict.breaches)
        doubts = [f"{verdict.kill}: {doubt}" for verdict in struck for doubt in verdict.doubts]
        missed = [str(verdict.kill) for verdict in self.verdicts if not verdict.struck]
        by_victim = Counter(verdict.kill.victim.name.lower() for verdict in struck)
        lines = [
            f"moments tried: {len(struck)} ({', '.join(f'{n} {victim}' for victim, n in by_victim.items())})",
            *(f"{kind}: {kinds[kind]}" for kind in ("double", "wrong", "lost", "notice")),
            f"in doubt: {len(doubts)}",
            *(f"  {doubt}" for doubt in doubts),
            f"moments that did not come: {len(missed)}",
            *(f"  {kill}" for kill in missed),
            f"runs of the harness that failed: {len(self.errors)}",
            *(f"  {error}" for error in self.errors),
        ]
        if struck and not kinds:
            lines.append(f"no breach in {len(struck)}: at most {3 / len(struck):.1%} (95%)")
        return "\n".join(lines)


def kills(enumerated: Iterable[str], victims: Iterable[Victim], sample: int, *, both_ways: bool) -> list[Kill]:
    """Every moment that counts, for every victim, and a sample of the others; each also with the next run at once."""
    known = list(enumerated)
    outside = [moment for moment in known if moment.startswith(OUTSIDE)]
    sampled = random.Random(SEED).sample(outside, min(sample, len(outside)))
    counting = [moment for moment in known if not moment.startswith(OUTSIDE)]
    ways = (False, True) if both_ways else (False,)
    return [Kill(v, moment, way) for v in victims for way in ways for moment in [*counting, *sampled]]


def carry_out(
    todo: Iterable[Kill], folder: Path, at_a_time: int = 2, told: Callable[[Verdict], None] = lambda _: None
) -> Figures:
    """Try each of these kills, `told` of each as it is judged; the folder holds what the runs leave behind."""
    figures = Figures()
    with ThreadPoolExecutor(at_a_time) as pool:
        running = {pool.submit(tried, kill, _made(folder / f"kill-{n}")): kill for n, kill in enumerate(todo)}
        for done in as_completed(running):
            if error := done.exception():
                figures.errors.append(f"{running[done]}: {error!r}")
            else:
                figures.verdicts.append(done.result())
                told(done.result())
    return figures


def main() -> int:
    """Do what the command line asks; 1 when anything was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--victims", nargs="*", default=[v.name for v in Victim], choices=[v.name for v in Victim])
    parser.add_argument("--sample", type=int, default=40, help="how many of the moments outside the window")
    parser.add_argument("--waiting-only", action="store_true", help="leave out the next runs that start at once")
    parser.add_argument("--part", default="0/1", help="K/N: only every Nth kill, from the Kth on")
    parser.add_argument("--matching", default="", help="only moments with this text")
    parser.add_argument("--at-a-time", type=int, default=2)
    parser.add_argument("--out", type=Path, help="a line of JSON for each verdict")
    asked = parser.parse_args()
    part, parts = map(int, asked.part.split("/"))

    def told(verdict: Verdict) -> None:
        state = "; ".join(verdict.breaches) or ("ok" if verdict.struck else "did not come")
        typer.echo(f"{verdict.kill}: {state} {verdict.exit_codes}", err=True)
        if asked.out:
            _note(asked.out, verdict)

    with tempfile.TemporaryDirectory(prefix="keten-faults-") as folder:
        known = moments(_made(Path(folder, "counting")))
        todo = kills(known, [Victim[name] for name in asked.victims], asked.sample, both_ways=not asked.waiting_only)
        todo = [kill for kill in todo if asked.matching in kill.moment][part::parts]
        typer.echo(f"{len(known)} moments in a run, {len(todo)} kills to try", err=True)
        figures = carry_out(todo, Path(folder), asked.at_a_time, told)
    typer.echo(figures.told())
    return 1 if figures.errors or any(verdict.breaches for verdict in figures.verdicts) else 0


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _note(out: Path, verdict: Verdict) -> None:
    kill = verdict.kill
    line = {
        "victim": kill.victim.name,
        "moment": kill.moment,
        "at_once": kill.at_once,
        "struck": verdict.struck,
        "exit_codes": verdict.exit_codes,
        "breaches": verdict.breaches,
        "doubts": verdict.doubts,
    }
    with out.open("a", encoding="utf-8") as lines:
        lines.write(json.dumps(line, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    sys.exit(main())
