"""The recording of a grant: the one request that counts, and all that may go wrong around it."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import replace
from decimal import Decimal
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from automation.mock_portal import clock, request_body
from automation.mock_portal.data import register
from automation.mock_portal.faults import Fault
from automation.mock_portal.granted_list import elements
from automation.mock_portal.ledger import Grant, amount
from automation.mock_portal.pages import EXPIRED, SESSION_COOKIE
from automation.mock_portal.request_body import Refused
from automation.mock_portal.sign_in import Session
from automation.mock_portal.state import State

RECORDING_ADDRESS = "/beheer/api/ketenmachtigingen"
TROUBLE = "Er is iets misgegaan. Probeer het later opnieuw."


class Dropped(Response):
    """No answer at all: the connection is closed before its first byte."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - never sends
        """Close the connection and wait until it is gone, so that the server adds no answer of its own."""
        scope["state"]["transport"].abort()
        while (await receive())["type"] != "http.disconnect":
            pass


class Recording:
    """Answers the recording address. Duplicates are recorded like any other, unless `refuse_duplicates` holds."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def endpoint(self, request: Request) -> Response:
        """Record a grant, or not; every request that arrives here is a submission in the ledger."""
        raw = await request.body()
        try:
            body: Any = request_body.parse(raw)
        except Refused:
            body = raw.decode("utf-8", "replace")
        token = request.cookies.get(SESSION_COOKIE)
        session = self._state.sign_in.session(token)
        hits = self._state.faults.hits("submit") if session else {}
        if "slow_submit" in hits:
            await asyncio.sleep(hits["slow_submit"]["seconds"])
        if session is None or "expire_session" in hits:
            self._state.sign_in.sessions.pop(token or "", None)
            return self._without(body, "failed", 401, EXPIRED)
        if request.headers.get("x-csrf-token") != session.csrf:
            return self._without(body, "refused", 403, "Uw verzoek kon niet worden gecontroleerd. Herlaad de pagina.")
        try:
            grant = self._grant(body, session, hits.get("price_change_at_submit"))
        except Refused as refused:
            return self._without(body, "refused", 422, str(refused))
        if self._state.faults.holding("refuse_duplicates") and self._is_there(grant):
            return self._without(body, "refused", 409, "Deze machtiging bestaat al.")
        return self._answer(body, grant, hits)

    def confirmation(self, grant: Grant) -> dict[str, Any]:
        """What the confirmation screen shows of a grant."""
        return {
            "kenmerk": grant.reference,
            "organisatie": register.organisation(grant.organisation).label,
            "naam": self._state.faults.shown_name(grant.name),
            "kvk": grant.kvk,
            "bevoegdheid": elements(grant),
            "ingangsdatum": grant.valid_from,
            "einddatum": grant.valid_until,
            "kosten": grant.costs and grant.costs["amount"],
        }

    def _grant(self, body: Any, session: Session, price_change: Fault | None) -> Grant:
        if not isinstance(body, dict) or body.get("akkoord") is not True:
            raise Refused("U moet akkoord gaan met de kosten.")
        receiver = request_body.receiver(body.get("intermediair"), session.organisation)
        scope, until = request_body.scope(body), request_body.term(body)
        total = request_body.quote(scope, clock.today(), until).total
        return Grant(
            reference=self._state.ledger.new_reference(),
            organisation=session.organisation,
            kvk=receiver.kvk,
            name=receiver.name,
            scope=scope,
            valid_from=clock.today().isoformat(),
            valid_until=until.isoformat(),
            costs=amount(total + Decimal(price_change["by"]) if price_change else total),
            status="pending" if self._state.faults.holding("pending_rows") else "present",
        )

    def _is_there(self, grant: Grant) -> bool:
        return any(
            (other.organisation, other.kvk) == (grant.organisation, grant.kvk)
            and set(other.elements) == set(grant.elements)
            and other.current_status in ("present", "pending")
            for other in self._state.ledger.grants
        )

    def _answer(self, body: Any, grant: Grant, hits: dict[str, Fault]) -> Response:
        commit = self._state.ledger.submitted
        confirmed = {"bevestiging": self.confirmation(grant)}
        if "error_before_commit" in hits:
            return self._without(body, "failed", 500, TROUBLE)
        if "refuse_at_submit" in hits:
            fault = hits["refuse_at_submit"]
            return self._without(body, "refused", fault["status"], fault["message"])
        if "confirm_though_failed" in hits:
            commit(body, "failed")
            made_up = replace(grant, reference=f"KM-{clock.today().year}-{secrets.randbelow(10**6):06d}")
            return JSONResponse({"bevestiging": self.confirmation(made_up)}, 500)
        if "redirect_at_submit" in hits:
            fault = hits["redirect_at_submit"]
            commit(body, *(("granted", grant) if fault["commit"] else ("failed", None)))
            return RedirectResponse(fault["to"].replace("{reference}", grant.reference), fault["status"])
        if "drop_after_commit" in hits:
            commit(body, "dropped", grant)
            return Dropped()
        commit(body, "granted", grant)
        if "error_after_commit" in hits:
            return JSONResponse({"fout": self._state.faults.label(TROUBLE)}, 500)
        if "error_though_committed" in hits:
            return JSONResponse({"fout": self._state.faults.label(TROUBLE)})
        return JSONResponse(confirmed, 201)

    def _without(self, body: Any, outcome: str, status: int, text: str) -> Response:
        self._state.ledger.submitted(body, outcome)
        return JSONResponse({"fout": self._state.faults.label(text)}, status)
