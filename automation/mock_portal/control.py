"""The control of the stand-in portal, for tests: what was recorded, what to begin with, what shall go wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from automation.mock_portal import clock, request_body
from automation.mock_portal.data import register
from automation.mock_portal.ledger import Grant, Ledger, amount
from automation.mock_portal.state import State

_STATUSES = ("present", "pending", "revoked", "ended")
_FIELDS = ("reference", "organisation", "kvk", "name", "scope", "valid_from", "valid_until", "costs", "status")


def may_control(headers: Headers) -> bool:
    """Whether a request comes from this machine itself.

    Another name in Host means DNS rebinding; another name in Origin, a page from elsewhere that posts here.
    """
    return _is_loopback(f"//{headers.get('host', '')}") and _is_loopback(headers.get("origin", "//localhost"))


def _is_loopback(address: str) -> bool:
    try:
        return urlsplit(address).hostname in ("127.0.0.1", "localhost", "::1")
    except ValueError:
        return False


def control_routes(state: State) -> list[Route]:
    """The addresses under `/__mock__`."""

    async def ledger(_request: Request) -> Response:
        return JSONResponse(state.ledger.as_data())

    async def sms(_request: Request) -> Response:
        return JSONResponse({"codes": state.sign_in.sms})

    async def sign_in(_request: Request) -> Response:
        return JSONResponse(state.sign_in.as_data() | {"second_origin": state.second_origin})

    async def end_sessions(_request: Request) -> Response:
        state.sign_in.sessions.clear()
        return Response(status_code=204)

    async def reset(_request: Request) -> Response:
        state.reset()
        return Response(status_code=204)

    def taking(act: Callable[[Any], None]) -> Callable[[Request], Any]:
        async def endpoint(request: Request) -> Response:
            try:
                act(json.loads(await request.body()))
            except ValueError as error:
                return JSONResponse({"error": str(error)}, 400)
            return Response(status_code=204)

        return endpoint

    return [
        Route("/__mock__/ledger", ledger),
        Route("/__mock__/sms", sms),
        Route("/__mock__/sign-in", sign_in),
        Route("/__mock__/end-sessions", end_sessions, methods=["POST"]),
        Route("/__mock__/reset", reset, methods=["POST"]),
        Route("/__mock__/seed", taking(lambda entries: seed(state.ledger, entries)), methods=["POST"]),
        Route("/__mock__/faults", taking(state.set_faults), methods=["POST"]),
    ]


def seed(ledger: Ledger, entries: Any) -> None:
    """Add grants in the ledger's form to it; ValueError says what is wrong, and then none is added.

    Only `kvk` and `scope` are needed. The rest is by default: a made reference, organisation 90000102, the name in
    the register, from today on for 5 years, the costs that the portal asks for that, status present.
    """
    if not isinstance(entries, list):
        raise ValueError("a seed is a list of grants")  # noqa: TRY004 - data from outside, not a caller's type
    ledger.seed([_grant(ledger, entry) for entry in entries])


def _grant(ledger: Ledger, entry: Any) -> Grant:
    if not isinstance(entry, dict):
        raise ValueError(f"a grant is an object, not {entry!r}")  # noqa: TRY004 - as above
    unknown = set(entry) - set(_FIELDS)
    if unknown:
        raise ValueError(f"a grant has no {', '.join(sorted(unknown))}; it has {', '.join(_FIELDS)}")
    kvk = _kvk(entry.get("kvk"), "kvk")
    scope = _scope(entry.get("scope"))
    start = _date(entry.get("valid_from") or clock.today().isoformat(), "valid_from")
    end = _date(entry.get("valid_until") or clock.years_later(start, clock.MAX_YEARS).isoformat(), "valid_until")
    status = entry.get("status") or "present"
    if status not in _STATUSES:
        raise ValueError(f"status must be one of {', '.join(_STATUSES)}, not {status!r}")
    known = register.find(kvk)
    return Grant(
        reference=str(entry.get("reference") or ledger.new_reference()),
        organisation=_kvk(entry.get("organisation") or "90000102", "organisation"),
        kvk=kvk,
        name=str(entry.get("name") or (known.name if known else "Onbekende organisatie")),
        scope=scope,
        valid_from=start.isoformat(),
        valid_until=end.isoformat(),
        costs=_costs(entry["costs"]) if "costs" in entry else amount(request_body.quote(scope, start, end).total),
        status=status,
    )


def _kvk(value: Any, field: str) -> str:
    if not isinstance(value, str) or not re.fullmatch("[0-9]{8}", value):
        raise ValueError(f"{field} must be a text of 8 digits, not {value!r}")
    return value


def _scope(value: Any) -> dict[str, Any]:
    if isinstance(value, dict) and len(value) == 1:
        [(kind, held)] = value.items()
        if kind == "general" and isinstance(held, str):
            return value
        is_element = {"providers": _is_text, "services": _is_service}.get(kind)
        if is_element and isinstance(held, list) and held and all(map(is_element, held)):
            return value
    raise ValueError(f'scope must be written as in a scenario, such as {{"providers": ["UWV"]}}, not {value!r}')


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def _is_service(value: Any) -> bool:
    return isinstance(value, str) and all(value.partition(": "))


def _date(value: Any, field: str) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError(f"{field} must be a date such as 2031-11-24, not {value!r}") from None


def _costs(value: Any) -> dict[str, str] | None:
    if value is None:
        return None
    try:
        return amount(Decimal(value["amount"]))
    except (TypeError, KeyError, InvalidOperation):
        raise ValueError(f'costs must be {{"amount": "24.95", "currency": "EUR"}} or null, not {value!r}') from None
