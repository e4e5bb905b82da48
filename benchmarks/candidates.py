"""How well controls are guessed on saved pages: first right, among the first three, abstained, confidently wrong.

Run it as `uv run benchmarks/candidates.py`; `--misses` lists what is not right.
"""

from __future__ import annotations

import sys

from tests.doctor.corpus import measuring
from tests.doctor.corpus.mock_pages import saved_mock_pages


def main() -> None:
    """Print the figures of each part of the corpus."""
    with measuring.page() as page:
        mock_pages = saved_mock_pages(page)
        for part in measuring.PARTS:
            figures = measuring.measure(measuring.cases(page, part, mock_pages))
            print(f"{part:28} {figures}")  # noqa: T201
            if "--misses" in sys.argv:
                print("\n".join(f"    {miss}" for miss in figures.misses))  # noqa: T201


if __name__ == "__main__":
    main()
