"""Many histories, each from its own seed, and what came of them in figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from tests.simulation.checker import violations
from tests.simulation.history import History

SAFETY = ("doubles", "wrong", "lost")
"""What must never be; that all comes right in the end is another matter."""


@dataclass
class Failure:
    """A history in which the law was broken: how, and all that happened, to be read and replayed by its seed."""

    seed: int
    broken: list[str]
    log: list[str]

    def __str__(self) -> str:
        replay = f"python -m tests.simulation --seed {self.seed} --histories 1"
        return "\n".join([*self.log, "", *(f"BROKEN: {what}" for what in self.broken), f"seed {self.seed}: {replay}"])


@dataclass
class Sweep:
    """What came of some histories."""

    figures: Counter[str] = field(default_factory=Counter)
    failures: list[Failure] = field(default_factory=list)

    def __str__(self) -> str:
        told = Counter(self.figures)
        broken = [what for failure in self.failures for what in failure.broken]
        for name in (*SAFETY, "left undone", "internal errors"):
            told[name] = sum(kind(what) == name for what in broken)
        return "\n".join(f"{count:>9,}  {name}" for name, count in sorted(told.items()))


def kind(broken: str) -> str:
    """Under which word of the law a breach falls."""
    if "the program itself failed" in broken:
        return "internal errors"
    if "in the end" in broken or "came to nothing" in broken:
        return "left undone"
    if any(word in broken for word in ("`fail`", "recorded nothing", "no journal knows")):
        return "lost"
    return "doubles" if any(word in broken for word in ("second time", "was listed", "one click")) else "wrong"


def sweep(seeds: Iterable[int], *, until: Collection[str] = ()) -> Sweep:
    """Let these histories happen; with `until` to the first with a breach of one of these kinds."""
    found = Sweep()
    for seed in seeds:
        history = History(seed)
        with history.stage():
            history.happen()
        broken = violations(history)
        found.figures["histories"] += 1
        found.figures.update(history.world.figures)
        if broken:
            found.failures.append(Failure(seed, broken, history.world.log))
        if any(kind(what) in until for what in broken):
            break
    return found
