"""Step 6 of the instruction: the letter that tells the receiver of a grant what was recorded, and where."""

from automation.proofs.notices.facts import as_data, of_data
from automation.proofs.notices.letter import Notice, NoticeFacts, compose

__all__ = ["Notice", "NoticeFacts", "as_data", "compose", "of_data"]
