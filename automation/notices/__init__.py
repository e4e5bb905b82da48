"""Step 6 of the instruction: the letter that tells the receiver of a grant what was recorded, and where."""

from automation.notices.letter import Facts, Notice, compose

__all__ = ["Facts", "Notice", "compose"]
