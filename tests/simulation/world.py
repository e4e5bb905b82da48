"""What a history happens in: its seed, its clock, its luck, and the log that tells of it."""

from __future__ import annotations

import datetime
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from automation.domain import AMSTERDAM
from automation.errors import StorageError

Display = str
"""How the list shows a grant: `grant` as one row, `element` one for each provider or service, `service` narrower."""

START = datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.UTC)
PATIENCE = 60.0
TIMEOUT = 30.0


class Killed(BaseException):
    """The process is gone: nothing catches this, and nothing works after it."""


@dataclass(frozen=True)
class Climate:
    """What is so all through a history; chances are those of one step."""

    loopback: bool
    display: Display
    references_shown: bool
    revoked_shown: bool
    sockets: bool
    lagging: bool
    crashes: float
    colleagues: float
    faults: float
    signals: float
    journal_lost: float
    own_references_shown: bool
    """Whether the portal has a field for keten's own reference, and lists it."""
    aliases: bool
    """Whether runs know the portal now by this name, now by that."""
    partial: float
    """The list shows its first page alone, with or without a word on how many there are, and no pager is understood."""
    others: float
    """Another user of the same journal, who has a lock folder of their own, runs keten in the middle of a run."""

    @property
    def lag(self) -> datetime.timedelta:
        """The setting of that name."""
        return datetime.timedelta(seconds=PATIENCE) if self.loopback else datetime.timedelta(hours=24)


def climate(luck: random.Random) -> Climate:
    """Some worlds are calm in this or that, so that what goes wrong is not always everything at once."""
    loopback = luck.random() < 0.3
    return Climate(
        loopback=loopback,
        display=luck.choices(["grant", "element", "service"], [5, 3, 2])[0],
        references_shown=luck.random() < 0.6,
        revoked_shown=luck.random() < 0.5,
        sockets=luck.random() < 0.15,
        lagging=luck.random() < 0.7,
        crashes=luck.choice([0, 0.01, 0.03]),
        colleagues=luck.choice([0, 0.01, 0.04]),
        faults=luck.choice([0, 0.3, 0.6, 0.9]),
        signals=luck.choice([0, 0, 0.005]),
        journal_lost=luck.choice([0, 0.2]) if loopback else 0,
        own_references_shown=luck.random() < 0.2,
        aliases=not loopback and luck.random() < 0.3,
        partial=luck.choice([0, 0, 0.2]),
        others=luck.choice([0, 0, 0.01, 0.03]),
    )


@dataclass
class World:
    """One history's luck and time. `step` is called at every point where something else may happen."""

    seed: int
    luck: random.Random = field(init=False)
    climate: Climate = field(init=False)
    now: datetime.datetime = START
    calm: bool = False
    """At the end nothing goes wrong any more, so that it can be seen whether all comes right."""
    running: bool = False
    dead: bool = False
    log: list[str] = field(default_factory=list)
    figures: Counter[str] = field(default_factory=Counter)
    colleague: Callable[[], None] = lambda: None
    other_run: Callable[[], None] = lambda: None

    def __post_init__(self) -> None:
        self.luck = random.Random(self.seed)
        self.climate = climate(self.luck)

    @property
    def today(self) -> datetime.date:
        """The calendar date in the Netherlands."""
        return self.now.astimezone(AMSTERDAM).date()

    def note(self, what: str) -> None:
        """A line of the log."""
        self.log.append(f"{self.now:%Y-%m-%d %H:%M:%S} {what}")

    def happens(self, chance: float) -> bool:
        """Whether something of this chance goes wrong now; never in the calm."""
        return not self.calm and self.luck.random() < chance

    def begin(self) -> None:
        """A process starts."""
        self.running, self.dead = True, False

    def end(self) -> None:
        """The process is over."""
        self.running = self.dead = False

    def step(self, what: str, seconds: float = 1.0) -> None:
        """Time passes, a colleague may act, and the process may be killed or stopped here."""
        if self.dead:
            raise Killed
        self.now += datetime.timedelta(seconds=self.luck.uniform(0.01, seconds))
        if self.happens(self.climate.colleagues):
            self.colleague()
        if not self.running:
            return
        if self.happens(self.climate.others):
            self.other_run()
        if self.happens(self.climate.crashes):
            self.note(f"killed at: {what}")
            self.figures["crashes"] += 1
            self.dead = True
            raise Killed
        if self.happens(self.climate.signals):
            self.note(f"second signal at: {what}")
            self.figures["signals"] += 1
            raise KeyboardInterrupt

    def storage(self, what: str) -> None:
        """A step at the journal, which may fail too."""
        self.step(what, 0.1)
        if self.happens(self.climate.faults / 100):
            self.note(f"disk full at: {what}")
            raise StorageError(f"the disk is full at: {what}")

    def wait(self, seconds: float) -> None:
        """Waiting as the program does it, and on a busy machine longer."""
        self.step("waiting", max(seconds, self.luck.choice([seconds, 20.0])) * 2)

    def pass_time(self) -> None:
        """Between runs: minutes to months, in which colleagues do their work."""
        span = self.luck.choice(["minutes", "minutes", "hours", "hours", "days", "days", "months", "year"])
        seconds = {"minutes": 600.0, "hours": 4 * 3600.0, "days": 5 * 86400.0, "months": 90 * 86400.0, "year": 4e7}
        for _ in range(4):
            self.step("between runs", seconds[span] / 2)
            if self.happens(self.climate.colleagues * 4):
                self.colleague()
