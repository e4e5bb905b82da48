"""Candidates for a control that a page lacks: what of that which is there could be it, and how it would be found."""
