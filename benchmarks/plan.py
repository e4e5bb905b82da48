"""Time and memory of a plan: 1,000 grants, a list of 5,000 rows, a journal of 1,000 intents, no browser.

Run it as `uv run benchmarks/plan.py`; it prints each as a ratio of reading the scenario, in one run.
"""

from __future__ import annotations

import time
import tracemalloc
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from automation.domain import GrantedRow, KvkNumber, RowStatus, Scope
from automation.inputs.scenario import load
from automation.law.history import History, Past, PastState
from automation.law.outcome import Intent
from automation.law.plan import PlanInput
from automation.law.planning import plan

GRANTS, ROWS = 1_000, 5_000
NOW = datetime.now(UTC)
HEAD = """version: 1
organisation: {kvk: "90000102", name: Voorbeeld Holding B.V.}
defaults: {costs: {agree: true, at_most: EUR 40.00}, renew: within 60 days}
grants:
"""
ENTRY = '  - {{id: g{0}, intermediary: {{kvk: "9001{0:04}", name: X}}, scope: {{providers: [UWV, Belastingdienst]}}}}\n'


def row(number: int) -> GrantedRow:
    """A row of one of the receivers, or of one that the scenario does not know."""
    until = date.today() + timedelta(days=number % 1500)
    elements = Scope.providers(["UWV" if number % 2 else "Belastingdienst"]).elements
    kvk = KvkNumber(f"9001{number % 3000:04}")
    return GrantedRow(kvk, "X", elements, date(2024, 1, 1), until, RowStatus.PRESENT, f"KM-{number}")


def past(number: int) -> Past:
    """A grant of the journal that is older than any lag."""
    elements = Scope.providers(["RVO"]).elements
    intent = Intent(KvkNumber("90000102"), KvkNumber(f"9001{number:04}"), elements, date(2030, 1, 1), None, ())
    return Past(f"G-{number}", "run", f"g{number}", NOW - timedelta(days=9), intent, PastState.GRANTED)


with TemporaryDirectory() as folder:
    file = Path(folder) / "scenario.yaml"
    file.write_text(HEAD + "".join(ENTRY.format(number) for number in range(GRANTS)), "utf-8")
    start = time.perf_counter()
    scenario = load(file)
    reading = time.perf_counter() - start

known = PlanInput(tuple(map(row, range(ROWS))), NOW, History(tuple(map(past, range(GRANTS)))), timedelta(hours=24))
tracemalloc.start()
start = time.perf_counter()
made = plan(scenario.grants, known)
planning = time.perf_counter() - start
peak = tracemalloc.get_traced_memory()[1] / 2**20

print(made.summary())  # noqa: T201
print(f"reading the scenario  {reading:.2f} s")  # noqa: T201
print(f"planning              {planning:.2f} s, {planning / reading:.1f}× the reading, {peak:.0f} MiB at most")  # noqa: T201
