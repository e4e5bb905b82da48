"""What the application asks the stand-in portal, as JSON under `/beheer/api/`; all but the recording itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from automation.mock_portal import clock, request_body
from automation.mock_portal.data import catalogue, register
from automation.mock_portal.granted_list import granted_list
from automation.mock_portal.pages import EXPIRED, SESSION_COOKIE
from automation.mock_portal.recording import RECORDING_ADDRESS, Recording
from automation.mock_portal.sign_in import Session
from automation.mock_portal.state import State

SERVICES_PER_PAGE = 10

Endpoint = Callable[[Request, Session], Awaitable[Response]]


class Api:
    """One method an address; each needs a session, and a POST the session's token as well."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._recording = Recording(state)

    def routes(self) -> list[Route]:
        """The addresses of the API."""
        return [
            self._route("sessie", self.session),
            self._route("uitloggen", self.sign_out, method="POST"),
            self._route("organisaties/{kvk}", self.receiver, step="receiver"),
            self._route("dienstverleners", self.providers, step="scope"),
            self._route("diensten", self.services, step="scope"),
            self._route("bevoegdheid", self.scope, step="scope", method="POST"),
            self._route("kosten", self.costs, step="costs", method="POST"),
            self._route("ketenmachtigingen", self.grants, step="list"),
            self._route("ketenmachtigingen/{reference}", self.confirmation),
            Route(RECORDING_ADDRESS, self._recording.endpoint, methods=["POST"]),
        ]

    def _route(self, path: str, endpoint: Endpoint, *, step: str = "", method: str = "GET") -> Route:
        async def guarded(request: Request) -> Response:
            token = request.cookies.get(SESSION_COOKIE)
            session = self._state.sign_in.session(token)
            if session and step and "expire_session" in self._state.faults.hits(step):
                self._state.sign_in.sessions.pop(token or "", None)
                session = None
            if session is None:
                return self._error(401, EXPIRED)
            if method == "POST" and request.headers.get("x-csrf-token") != session.csrf:
                return self._error(403, "Uw verzoek kon niet worden gecontroleerd. Herlaad de pagina.")
            return await endpoint(request, session)

        return Route(f"/beheer/api/{path}", guarded, methods=[method])

    def _error(self, status: int, text: str) -> Response:
        return JSONResponse({"fout": self._state.faults.label(text)}, status)

    async def session(self, _request: Request, session: Session) -> Response:
        """Who is signed in and for whom, and the token for POSTs."""
        own = register.organisation(session.organisation)
        return JSONResponse(
            {
                "gebruiker": session.account.username,
                "organisatie": {"kvk": own.kvk, "naam": own.name, "label": own.label},
                "csrf": session.csrf,
            }
        )

    async def sign_out(self, request: Request, _session: Session) -> Response:
        """End the session."""
        self._state.sign_in.sessions.pop(request.cookies.get(SESSION_COOKIE, ""), None)
        return Response(status_code=204)

    async def receiver(self, request: Request, session: Session) -> Response:
        """Look up the organisation that is to receive a grant."""
        kvk = request.path_params["kvk"]
        try:
            found = request_body.receiver(kvk, session.organisation)
        except request_body.Refused as refused:
            return self._error(404 if register.find(kvk) is None else 422, str(refused))
        other = self._state.faults.holding("other_name_at_lookup")
        name = str(other["name"]) if other else found.name
        return JSONResponse({"kvk": found.kvk, "naam": self._state.faults.shown_name(name), "plaats": found.place})

    async def providers(self, request: Request, _session: Session) -> Response:
        """The providers whose name holds a text."""
        found = catalogue.find_providers(request.query_params.get("zoek", ""))
        return JSONResponse({"dienstverleners": [{"oin": p.oin, "naam": p.name} for p in found]})

    async def services(self, request: Request, _session: Session) -> Response:
        """A page of the services whose name or provider holds the words of a text."""
        found = catalogue.find_services(request.query_params.get("zoek", ""))
        page = _whole_number(request.query_params.get("pagina"), 1)
        rows = [
            {"id": s.id, "naam": s.name, "dienstverlener": s.provider, "overdraagbaar": s.delegable}
            for s in found[(page - 1) * SERVICES_PER_PAGE : page * SERVICES_PER_PAGE]
        ]
        return JSONResponse({"diensten": rows, "totaal": len(found)})

    async def scope(self, request: Request, _session: Session) -> Response:
        """Whether what was chosen may be granted."""
        try:
            request_body.scope(await _json(request))
        except request_body.Refused as refused:
            return self._error(422, str(refused))
        return JSONResponse({"akkoord": True})

    async def costs(self, request: Request, _session: Session) -> Response:
        """What the grant would cost, and from when to when it would last."""
        try:
            body = await _json(request)
            term = request_body.term(body)
            quote = request_body.quote(request_body.scope(body), clock.today(), term)
        except request_body.Refused as refused:
            return self._error(422, str(refused))
        return JSONResponse(
            {
                "regels": [{"omschrijving": text, "bedrag": f"{amount:.2f}"} for text, amount in quote.lines],
                "totaal": f"{quote.total:.2f}",
                "ingangsdatum": clock.today().isoformat(),
                "einddatum": term.isoformat(),
            }
        )

    async def grants(self, request: Request, session: Session) -> Response:
        """A page of the granted list, searched and sorted."""
        query = request.query_params
        return JSONResponse(
            granted_list(
                self._state,
                session.organisation,
                search=query.get("zoek", ""),
                sort=query.get("sorteer", ""),
                page=_whole_number(query.get("pagina"), 1),
                per_page=_whole_number(query.get("per_pagina"), 10),
            )
        )

    async def confirmation(self, request: Request, session: Session) -> Response:
        """The confirmation of a recorded grant."""
        for grant in self._state.ledger.grants:
            if grant.reference == request.path_params["reference"] and grant.organisation == session.organisation:
                return JSONResponse({"bevestiging": self._recording.confirmation(grant)})
        return self._error(404, "Deze machtiging bestaat niet.")


async def _json(request: Request) -> dict[str, Any]:
    return request_body.parse(await request.body())


def _whole_number(text: str | None, default: int) -> int:
    return max(1, int(text)) if text and text.isascii() and text.isdigit() and len(text) < 6 else default
