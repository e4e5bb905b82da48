"""The stand-in portal as an ASGI application: its addresses, and what stands before all of them."""

from __future__ import annotations

import asyncio
from email.utils import formatdate
from itertools import count
from mimetypes import guess_type
from pathlib import Path

from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from automation.mock_portal.api import Api
from automation.mock_portal.control import control_routes, may_control
from automation.mock_portal.pages import SignInPages, is_second, on_second_origin, page
from automation.mock_portal.recording import RECORDING_ADDRESS
from automation.mock_portal.state import State

_STATIC = Path(__file__).with_name("static")


def make_app(state: State, *, control: bool) -> ASGIApp:
    """The application over this state; with `control`, the `/__mock__` addresses as well."""
    routes = [
        *SignInPages(state).routes(),
        *Api(state).routes(),
        Route("/beheer/static/{name:path}", _static),
        *(control_routes(state) if control else []),
    ]
    return _FrontDoor(Starlette(routes=routes), state)


async def _static(request: Request) -> Response:
    """A file of the front end, whole: one that is streamed stays open when the portal stops in the midst of it."""
    file = _STATIC / request.path_params["name"]
    if file not in _STATIC.rglob("*.*"):
        return PlainTextResponse("Not here.", 404)
    return Response(file.read_bytes(), media_type=guess_type(file.name)[0])


class _FrontDoor:
    """Stops the maintenance that holds, keeps strangers from the control, and makes every API answer take its time."""

    def __init__(self, app: ASGIApp, state: State) -> None:
        self._app, self._state, self._answers = app, state, count()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        path, send = scope["path"], self._dated(send)
        if is_second(self._state, scope) and not (
            self._state.faults.holding("second_origin") and on_second_origin(path)
        ):
            return await PlainTextResponse("Not here.", 404)(scope, receive, send)
        if path.startswith("/__mock__"):
            if not may_control(Headers(scope=scope)):
                return await PlainTextResponse("Only for loopback.", 403)(scope, receive, send)
            return await self._app(scope, receive, send)
        api = path.startswith("/beheer/api/")
        if self._state.faults.holding("maintenance") and not path.startswith("/beheer/static/"):
            if scope["method"] == "POST" and path == RECORDING_ADDRESS:
                body = (await Request(scope, receive).body()).decode("utf-8", "replace")
                self._state.ledger.submitted(body, "failed")
            text = self._state.faults.label("De Beheermodule is tijdelijk niet beschikbaar wegens onderhoud.")
            answer = JSONResponse({"fout": text}, 503) if api else page(self._state, "maintenance.html", 503, text=text)
            return await answer(scope, receive, send)
        return await self._app(scope, receive, self._slowly(send) if api else send)

    def _dated(self, send: Send) -> Send:
        """With the time as the portal has it."""

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                date = formatdate(self._state.now(), usegmt=True)
                message["headers"] = [*message["headers"], (b"date", date.encode())]
            await send(message)

        return sending

    def _slowly(self, send: Send) -> Send:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                latency = self._state.faults.holding("latency")
                # real portals answer unevenly; counting keeps it the same from run to run
                natural = 80 + next(self._answers) * 37 % 71
                await asyncio.sleep((natural + (latency["ms"] if latency else 0)) / 1000)
            await send(message)

        return sending
