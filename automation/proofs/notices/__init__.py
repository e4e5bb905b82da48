"""Step 6 of the instruction: the letter that tells the receiver of a grant what was recorded, and where."""

from automation.proofs.notices.facts import as_data, of_data
from automation.proofs.notices.letter import Facts, Notice, compose

__all__ = ["Facts", "Notice", "as_data", "compose", "of_data"]
