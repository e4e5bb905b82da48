"""Everything that the stand-in portal knows while it runs."""

from __future__ import annotations

import time
from pathlib import Path

from automation.mock_portal.faults import Faults
from automation.mock_portal.ledger import Ledger
from automation.mock_portal.sign_in import SignIn


class State:
    """Ledger, faults, and who is signed in."""

    def __init__(self, state_file: Path | None, *, allow_used_codes: bool) -> None:
        self.ledger = Ledger(state_file)
        self.faults = Faults()
        self.sign_in = SignIn(allow_used_codes=allow_used_codes, now=self.now)
        self.origin = self.second_origin = ""
        """Where it is served, and where one signs in while that is elsewhere; known once it is served."""

    def now(self) -> float:
        """What time the portal takes it to be, in seconds since 1970."""
        wrong = self.faults.holding("clock_offset")
        return time.time() + (float(wrong["seconds"]) if wrong else 0)

    def set_faults(self, entries: object) -> None:
        """Put these faults in place of the ones before; ValueError says what is wrong with them."""
        self.faults.replace(entries)
        if not self.faults.holding("pending_rows"):
            self.ledger.settle_pending()

    def reset(self) -> None:
        """Clear all but the accounts."""
        self.ledger.clear()
        self.faults.replace([])
        self.sign_in.clear()
