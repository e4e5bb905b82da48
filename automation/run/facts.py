"""What an auditor asks of a run besides its outcomes: which browser it was, and what was blocked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from automation.browser.connection import Connection
from automation.proofs.documents import FactsDocument
from automation.session.session import Session


@contextmanager
def facts_of_session(session: Session, facts: FactsDocument) -> Iterator[None]:
    """Add to `facts`, at the end, what happened in this session."""
    try:
        yield
    finally:
        facts["clock_offset_seconds"] = session.clock_offset
        facts["certificate_sha256"] = session.certificate_sha256
        facts["aborted"] = [f"{a.method} {a.address}: {a.why}" for a in session.hold.aborted]
        facts["fallbacks_used"] = [
            {"screen": screen, "control": control, "locator": number + 1}
            for screen, control, number in sorted(session.fallbacks_used)
        ]


@contextmanager
def facts_of_connection(connection: Connection, origin: str, facts: FactsDocument) -> Iterator[None]:
    """Add to `facts`, at the end, which browser this was, and what the wire let it see of the portal at `origin`."""
    try:
        yield
    finally:
        if verified := connection.wire.fingerprint(origin):
            facts["certificate_sha256"] = verified  # the browser was shown the wire's own
        facts["browser"] = connection.browser.version
        facts["blocked"] = [f"{b.host}:{b.port} ({b.count}×)" for b in connection.wire.blocked]
