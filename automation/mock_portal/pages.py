"""The pages that the server renders: signing in step by step, maintenance, and the shell of the application."""

from __future__ import annotations

import secrets
from importlib.resources import files
from typing import Any
from urllib.parse import parse_qs

from jinja2 import Environment, FunctionLoader
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Scope

from automation.mock_portal.data import register
from automation.mock_portal.sign_in import Attempt
from automation.mock_portal.state import State

SIGN_IN = "/beheer"
APPLICATION = "/beheer/beheer/"
_PLACES = {
    "password": SIGN_IN,
    "code": f"{SIGN_IN}/code",
    "organisation": f"{SIGN_IN}/organisatie",
    "denied": f"{SIGN_IN}/geen-toegang",
}
_TICKET = f"{SIGN_IN}/binnen"
_ATTEMPT_COOKIE, SESSION_COOKIE = "inlogpoging", "sessie"
EXPIRED = "Uw sessie is verlopen. Log opnieuw in."


def is_second(state: State, scope: Scope) -> bool:
    """Whether a request came to the second origin, where one only signs in."""
    return state.second_origin.endswith(f":{scope['server'][1]}")


def on_second_origin(path: str) -> bool:
    """Whether the second origin has this address."""
    return path in _PLACES.values() or path.startswith("/beheer/static/")


def _template(name: str) -> str:
    return files(__package__).joinpath("templates", name).read_text("utf-8")


_templates = Environment(loader=FunctionLoader(_template), autoescape=True)


def page(state: State, name: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A rendered page; element ids differ at every load, and every text goes through the changed labels."""
    ids = {key: f"i{secrets.token_hex(5)}" for key in ("username", "password", "code", "title")}
    html = _templates.get_template(name).render(t=state.faults.label, labels=state.faults.labels, ids=ids, **values)
    return HTMLResponse(html, status, {"cache-control": "no-store"})


async def _fields(request: Request) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs((await request.body()).decode("utf-8", "replace")).items()}


class SignInPages:
    """Signing in, one address a step. `/beheer` starts again; each form posts to its own address and is led on."""

    def __init__(self, state: State) -> None:
        self._state = state

    def routes(self) -> list[Route]:
        """The addresses of signing in and of the application's shell."""
        return [
            Route(_PLACES["password"], self.password, methods=["GET", "POST"]),
            Route(_PLACES["code"], self.code, methods=["GET", "POST"]),
            Route(_PLACES["organisation"], self.organisation, methods=["GET", "POST"]),
            Route(_PLACES["denied"], self.denied),
            Route(_TICKET, self.ticket),
            Route(APPLICATION, self.application),
            Route(APPLICATION.rstrip("/"), lambda _: RedirectResponse(APPLICATION)),
            Route("/", lambda _: RedirectResponse(SIGN_IN)),
        ]

    async def password(self, request: Request) -> Response:
        """User name and password; with a session it goes on to the application."""
        sign_in = self._state.sign_in
        if sign_in.session(request.cookies.get(SESSION_COOKIE)):
            origin = self._state.origin if is_second(self._state, request.scope) else ""
            return RedirectResponse(f"{origin}{APPLICATION}#/overzicht")
        token = request.cookies.get(_ATTEMPT_COOKIE, "")
        attempt = sign_in.attempts.get(token)
        if request.method == "GET":
            if self._state.faults.holding("second_origin") and not is_second(self._state, request.scope):
                return RedirectResponse(f"{self._state.second_origin}{SIGN_IN}?{request.url.query}")
            error = attempt.error if attempt else ""
            if attempt:
                del sign_in.attempts[token]
            expired = EXPIRED if request.query_params.get("sessie") == "verlopen" else ""
            return page(self._state, "sign_in.html", stage="password", error=error or expired)
        token, attempt = sign_in.begin()
        fields = await _fields(request)
        sign_in.password(attempt, fields.get("gebruikersnaam", "").strip(), fields.get("wachtwoord", ""))
        response = self._lead_on(request, attempt)
        response.set_cookie(_ATTEMPT_COOKIE, token, path=SIGN_IN, httponly=True, samesite="lax")
        return response

    async def code(self, request: Request) -> Response:
        """The one-time code."""
        attempt = self._attempt(request, "code")
        if attempt is None:
            return RedirectResponse(SIGN_IN, 303)
        if request.method == "GET":
            return self._show(attempt, means=attempt.account.means)
        attempt.error = ""
        expired = "expire_code" in self._state.faults.hits("code")
        self._state.sign_in.code(attempt, (await _fields(request)).get("code", ""), expired=expired)
        return self._lead_on(request, attempt)

    async def organisation(self, request: Request) -> Response:
        """Which organisation to act for, when there are several."""
        attempt = self._attempt(request, "organisation")
        if attempt is None:
            return RedirectResponse(SIGN_IN, 303)
        choices = attempt.account.organisations
        if request.method == "GET":
            return self._show(attempt, choices=[register.organisation(kvk) for kvk in choices])
        chosen = (await _fields(request)).get("organisatie", "")
        if chosen in choices:
            attempt.stage = "done"
            return self._lead_on(request, attempt, chosen)
        attempt.error = "Kies een organisatie."
        return self._lead_on(request, attempt)

    async def denied(self, request: Request) -> Response:
        """The end for a means of too low a level."""
        attempt = self._attempt(request, "denied")
        return (
            page(self._state, "sign_in.html", 403, stage="denied", error=attempt.error)
            if attempt
            else (RedirectResponse(SIGN_IN, 303))
        )

    async def application(self, request: Request) -> Response:
        """The shell of the single-page application."""
        if self._state.sign_in.session(request.cookies.get(SESSION_COOKIE)) is None:
            return RedirectResponse(SIGN_IN)
        return page(self._state, "application.html")

    def _attempt(self, request: Request, stage: str) -> Attempt | None:
        attempt = self._state.sign_in.attempts.get(request.cookies.get(_ATTEMPT_COOKIE, ""))
        return attempt if attempt and attempt.stage == stage else None

    def _show(self, attempt: Attempt, **values: Any) -> Response:
        error, attempt.error = attempt.error, ""
        return page(self._state, "sign_in.html", stage=attempt.stage, error=error, **values)

    def _lead_on(self, request: Request, attempt: Attempt, organisation: str = "") -> Response:
        if attempt.stage != "done":
            return RedirectResponse(_PLACES[attempt.stage], 303)
        attempt.organisation = organisation or attempt.account.organisations[0]
        if is_second(self._state, request.scope):
            ticket = self._state.sign_in.give_ticket(attempt)
            return RedirectResponse(f"{self._state.origin}{_TICKET}?ticket={ticket}", 303)
        return self._let_in(attempt)

    async def ticket(self, request: Request) -> Response:
        """In by the ticket of a sign-in on the second origin, which counts once."""
        attempt = self._state.sign_in.tickets.pop(request.query_params.get("ticket", ""), None)
        return self._let_in(attempt) if attempt else RedirectResponse(SIGN_IN, 303)

    def _let_in(self, attempt: Attempt) -> Response:
        token = self._state.sign_in.open_session(attempt, attempt.organisation)
        self._state.ledger.signed_in()
        response = RedirectResponse(APPLICATION + "#/overzicht", 303)
        response.set_cookie(SESSION_COOKIE, token, path=SIGN_IN, httponly=True, samesite="lax")
        response.delete_cookie(_ATTEMPT_COOKIE, path=SIGN_IN)
        return response
