"""How long a journal of 300 intents takes to write and to read; run it as `uv run benchmarks/journal.py`.

Prints seconds, and each as a ratio of writing one intent, which waits for the disk.
"""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from automation.domain import GrantedRow, KvkNumber, RowStatus, Scope
from automation.journal.journal import Journal
from automation.journal.queries import Book
from automation.journal.run_journal import RunJournal
from automation.law.outcome import Intent

INTENTS, BASELINE = 300, 20
BOOK = Book("https://portal.example", KvkNumber("90000102"))
ROWS = tuple(
    GrantedRow(
        KvkNumber("68750110"),
        "X",
        Scope.providers(["UWV"]).elements,
        date(2025, 1, 1),
        date(2027, 1, 1),
        RowStatus.PRESENT,
        f"KM-{number}",
    )
    for number in range(BASELINE)
)
INTENT = Intent(
    BOOK.organisation, KvkNumber("68750110"), Scope.providers(["RVO"]).elements, date(2030, 1, 1), None, ROWS
)

with TemporaryDirectory() as folder:
    journal = Journal.open(f"sqlite:///{Path(folder) / 'journal.db'}")
    writing = 0.0
    with journal.leased(BOOK.portal, BOOK.organisation, "a benchmark", holder="benchmark") as lease:
        mine = RunJournal(journal, BOOK, "run", (lease,))
        for _ in range(INTENTS):
            look, start = mine.history(), time.perf_counter()
            ref = mine.intend("entry", INTENT, look=look, notice={}, socket_open=False)
            mine.append(ref, "granted")
            writing += (time.perf_counter() - start) / INTENTS
    start = time.perf_counter()
    count = len(journal.history(BOOK).pasts)
    reading = time.perf_counter() - start
    journal.close()

print(f"an intent and its outcome  {writing * 1000:.1f} ms to write")  # noqa: T201
print(f"{count} of them              {reading:.2f} s to read, {reading / writing:.0f}× writing one")  # noqa: T201
