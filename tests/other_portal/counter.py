"""A portal in English whose every screen the server renders, and whose every step is a form that is posted."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import uvicorn
from jinja2 import Environment, FileSystemLoader
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from automation.mock_portal import clock, request_body
from automation.mock_portal.data import catalogue, register
from automation.mock_portal.ledger import Grant, amount
from automation.mock_portal.request_body import Refused
from automation.mock_portal.server import MockPortal
from automation.mock_portal.sign_in import Attempt, Session
from automation.mock_portal.state import State

STATES = {"present": "In force", "pending": "Processing", "revoked": "Withdrawn", "ended": "Expired"}
NEW = "/portal/authorisations/new"
PROFILE: dict[str, Any] = {
    "paths": {"granted": "/portal/authorisations"},
    "screens": {
        "sign_in": {
            "username": {"label": "Login"},
            "password": {"label": "Password"},
            "submit": {"role": "button", "name": "Log in"},
            "code": {"label": "Security code"},
            "submit_code": {"role": "button", "name": "Verify"},
        },
        "shell": {"organisation": {"css": "header em"}, "busy": None},
        "granted": {
            "table": {"role": "table"},
            "name_column": {"css": "th >> text=Authorised party"},
            "kvk_column": {"css": "th >> text=Authorised party"},
            "scope_column": {"css": "th >> text=Covers"},
            "valid_from_column": None,
            "valid_until_column": {"css": "th >> text=Expires"},
            "status_column": {"css": "th >> text=State"},
            "reference_column": {"css": "th >> text=Ref."},
            "empty": {"text": "No authorisations."},
            "next_page": None,
            "count": None,
            "new": {"role": "link", "name": "New authorisation"},
        },
        "receiver": {
            "kvk": {"label": "Chamber of Commerce number"},
            "look_up": {"role": "button", "name": "Find"},
            "found": {"css": ".party"},
            "found_name": {"css": ".party tr:first-child td"},
            "found_kvk": {"css": ".party tr:last-child td"},
            "continue": {"role": "button", "name": "Next"},
        },
        "scope": {
            "general": {"label": "Everything"},
            "providers": {"label": "By provider"},
            "services": {"label": "By service"},
            "provider": {"role": "group", "name": "Providers"},
            "chosen_providers": None,
            "open_search": None,
            "service_search": {"label": "Service name"},
            "search_services": {"role": "button", "name": "Search"},
            "service_results": {"css": ".hits tr"},
            "service": {"css": '.hits tr:has(td:text-is("{provider} - {service}"))'},
            "service_of_any_provider": None,
            "more_services": None,
            "add_services": None,
            "chosen_services": {"css": ".selected"},
            "continue": {"role": "button", "name": "Next"},
        },
        "costs": {
            "duration": {"label": "Term"},
            "amount": {"css": "output"},
            "agree": {"label": "I accept the price"},
            "continue": {"role": "button", "name": "Next"},
        },
        "review": {
            "organisation": None,
            "receiver_name": {"css": "#party"},
            "receiver_kvk": {"css": "#party"},
            "scope": {"css": "#covers"},
            "valid_until": {"css": "#expires"},
            "amount": {"css": "#price"},
            "record": {"role": "button", "name": "Authorise"},
        },
        "confirmation": {
            "heading": {"role": "heading", "name": "/ is in force$/"},
            "reference": {"role": "heading", "name": "/ is in force$/"},
            "organisation": None,
            "receiver_name": {"css": "#party"},
            "receiver_kvk": {"css": "#party"},
            "scope": {"css": "#covers"},
            "valid_until": {"css": "#expires"},
            "amount": None,
        },
    },
    "formats": {
        "dates": ["yyyy-MM-dd", "d MMMM yyyy"],
        "decimal_mark": ".",
        "amount_notes": ["incl. VAT"],
        "duration": "{years} years",
        "durations": {"1": "1 year"},
        "reference": "/(?P<reference>KM-[0-9-]+)/",
        "scope": {
            "general": "Everything",
            "provider": "/(?P<provider>.+) \\(all services\\)/",
            "service": "/(?P<provider>.+?) - (?P<service>.+)/",
            "separator": " + ",
        },
    },
    "statuses": {kind: [word] for kind, word in STATES.items()},
    "recording": {"request": {"address": "/\\/new\\/review$/"}},
}
_templates = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True)


@dataclass
class Draft:
    """An authorisation that is being filled in, on the server."""

    kvk: str = ""
    kind: str = ""
    providers: list[str] = field(default_factory=list)
    services: list[str] = field(default_factory=list)
    years: int | None = None

    def body(self) -> dict[str, Any]:
        return {
            "soort": self.kind,
            "dienstverleners": self.providers,
            "diensten": self.services,
            "jaren": self.years,
        }


class CounterPortal(MockPortal):
    """The stand-in portal's register and ledger behind this front."""

    @property
    def url(self) -> str:
        return f"{self.base}/portal/login"

    def _config(self) -> uvicorn.Config:
        config = super()._config()
        config.loaded_app = _Front(config.loaded_app, self._state)
        return config


class _Front:
    def __init__(self, behind: ASGIApp, state: State) -> None:
        self._behind, self._state = behind, state
        self._attempts: dict[str, Attempt] = {}
        self._drafts: dict[str, Draft] = {}
        both = ["GET", "POST"]
        self._own = Starlette(
            routes=[
                Route("/portal/login", self._login, methods=both),
                Route("/portal/authorisations", self._list),
                Route(f"{NEW}/{{screen}}", self._step, methods=both),
                Route("/portal/authorisations/{reference}", self._done),
            ]
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        mine = scope["type"] == "http" and scope["path"].startswith("/portal/")
        await (self._own if mine else self._behind)(scope, receive, send)

    def _page(self, screen: str, session: Session | None = None, **values: Any) -> Response:
        own = register.find(session.organisation) if session else None
        html = _templates.get_template("counter.html").render(
            screen=screen, own=own, id=f"x{secrets.token_hex(3)}", **values
        )
        return HTMLResponse(html, headers={"cache-control": "no-store"})

    def _session(self, request: Request) -> Session | None:
        return self._state.sign_in.session(request.cookies.get("sid"))

    async def _login(self, request: Request) -> Response:
        token = request.cookies.get("try", "")
        attempt = self._attempts.get(token)
        if request.method == "GET":
            return self._page("login")
        sent = await _fields(request)
        if attempt is None or "username" in sent:
            token, attempt = self._state.sign_in.begin()
            self._attempts[token] = attempt
            self._state.sign_in.password(attempt, sent.get("username", ""), sent.get("password", ""))
        else:
            self._state.sign_in.code(attempt, sent.get("code", ""))
        if attempt.stage == "done":
            self._state.ledger.signed_in()
            answer: Response = RedirectResponse("/portal/authorisations", 303)
            session = self._state.sign_in.open_session(attempt, attempt.account.organisations[0])
            answer.set_cookie("sid", session, httponly=True)
            return answer
        answer = self._page("login", asks_code=attempt.stage == "code", problem=attempt.error)
        answer.set_cookie("try", token, httponly=True)
        return answer

    async def _list(self, request: Request) -> Response:
        session = self._session(request)
        if session is None:
            return RedirectResponse("/portal/login", 303)
        mine = [grant for grant in self._state.ledger.grants if grant.organisation == session.organisation]
        return self._page("list", session, rows=[_row(grant) for grant in reversed(mine)])

    async def _done(self, request: Request) -> Response:
        session = self._session(request)
        if session is None:
            return RedirectResponse("/portal/login", 303)
        found = next(g for g in self._state.ledger.grants if g.reference == request.path_params["reference"])
        return self._page("done", session, row=_row(found))

    async def _step(self, request: Request) -> Response:
        session = self._session(request)
        if session is None:
            return RedirectResponse("/portal/login", 303)
        screen, key = request.path_params["screen"], request.cookies["sid"]
        if request.method == "GET" and screen == "receiver" and "found" not in request.query_params:
            self._drafts[key] = Draft()
        draft, sent = self._drafts[key], await _fields(request) if request.method == "POST" else {}
        values: dict[str, Any] = {"draft": draft, "problem": ""}
        try:
            if sent or request.method == "POST":
                onwards = getattr(self, f"_take_{screen}")(draft, sent, session)
                if onwards:
                    return RedirectResponse(onwards, 303)
            values |= self._shown(screen, draft, sent, session)
        except Refused as refused:
            values["problem"] = str(refused)
        return self._page(screen, session, **values)

    def _take_receiver(self, draft: Draft, sent: dict[str, str], session: Session) -> str | None:
        draft.kvk = sent["kvk"]
        request_body.receiver(draft.kvk, session.organisation)
        return f"{NEW}/scope" if sent.get("do") == "next" else f"{NEW}/receiver?found"

    def _take_scope(self, draft: Draft, sent: dict[str, str], session: Session) -> str | None:
        draft.kind, draft.providers = sent.get("kind", ""), sent.get("provider", "").split()
        if "add" in sent:
            draft.services.append(sent["add"])
        if sent.get("do") != "next":
            return None
        request_body.scope(draft.body())
        return f"{NEW}/costs"

    def _take_costs(self, draft: Draft, sent: dict[str, str], session: Session) -> str | None:
        draft.years = int(sent["years"]) if sent.get("years") else None
        return f"{NEW}/review" if sent.get("do") == "next" and sent.get("agree") and draft.years else None

    def _take_review(self, draft: Draft, sent: dict[str, str], session: Session) -> str:
        """The one request that records."""
        ledger, found = self._state.ledger, request_body.receiver(draft.kvk, session.organisation)
        scope, until = request_body.scope(draft.body()), request_body.term(draft.body())
        costs = amount(request_body.quote(scope, clock.today(), until).total)
        made = Grant(
            reference=ledger.new_reference(),
            organisation=session.organisation,
            kvk=found.kvk,
            name=found.name,
            scope=scope,
            valid_from=clock.today().isoformat(),
            valid_until=until.isoformat(),
            costs=costs,
        )
        ledger.submitted(draft.body(), "granted", made)
        return f"/portal/authorisations/{made.reference}"

    def _shown(self, screen: str, draft: Draft, sent: dict[str, str], session: Session) -> dict[str, Any]:
        values: dict[str, Any] = {"found": register.find(draft.kvk)}
        if screen == "scope":
            query = sent.get("query", "")
            values |= {
                "providers": catalogue.find_providers(""),
                "query": query,
                "hits": catalogue.find_services(query) if query and "add" not in sent else [],
                "chosen": [catalogue.SERVICES[id] for id in draft.services],
            }
        if screen in ("costs", "review") and draft.years:
            scope, until = request_body.scope(draft.body()), request_body.term(draft.body())
            values |= {
                "price": f"{request_body.quote(scope, clock.today(), until).total:,.2f}",
                "until": _day(until.isoformat()),
                "covers": _covers(scope),
            }
        return values


async def _fields(request: Request) -> dict[str, str]:
    """What was posted; of several values of one name, all of them with spaces between."""
    return {name: " ".join(values) for name, values in parse_qs((await request.body()).decode()).items()}


def _covers(scope: dict[str, Any]) -> list[str]:
    if "providers" in scope:
        return [f"{name} (all services)" for name in scope["providers"]]
    return [text.replace(": ", " - ", 1) for text in scope.get("services", [])] or ["Everything"]


def _day(iso: str) -> str:
    day = date.fromisoformat(iso)
    return f"{day.day} {day:%B} {day.year}"


def _row(grant: Grant) -> dict[str, Any]:
    return {
        "reference": grant.reference,
        "name": grant.name,
        "kvk": grant.kvk,
        "covers": _covers(grant.scope),
        "until": _day(grant.valid_until),
        "state": STATES[grant.current_status],
    }
