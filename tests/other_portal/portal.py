"""Serves the other portal's front ends over the state of the stand-in portal, whose ledger is the judge."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from automation.mock_portal.pages import SESSION_COOKIE
from automation.mock_portal.server import MockPortal
from automation.mock_portal.state import State
from tests.other_portal.manner import Manner

LIST = "/beheer/loket/machtigingen"
FRONT_END = Path(__file__).with_name("loket.js")
SHELL = """<!doctype html>
<html lang="nl"><meta charset="utf-8"><title>Machtigingenloket</title>
<style>
  body {{ font: 1rem sans-serif; margin: 2rem }} table {{ border-collapse: collapse }} td, th {{ padding: .4rem 1rem }}
  .snackbar {{ position: fixed; bottom: 1rem; left: 1rem; background: #222; color: #fff; padding: 1rem }}
  .menu {{ position: absolute; top: 6rem; right: 1rem; background: #fff; border: 1px solid }}
  .kaart {{ display: block }}
</style>
<header hidden>U werkt namens <strong></strong></header>
<main></main>
<script type="application/json">{manner}</script>
<script type="module" src="/beheer/loket/loket.js"></script>
"""


class OtherPortal(MockPortal):
    """The stand-in portal, whose application looks and goes otherwise."""

    def __init__(self, manner: Manner) -> None:
        super().__init__()
        self._manner = manner

    def _config(self) -> uvicorn.Config:
        config = super()._config()
        config.loaded_app = _Front(config.loaded_app, self._state, self._manner)
        return config


class _Front:
    """The other front end's addresses; all others are the stand-in portal's own."""

    def __init__(self, behind: ASGIApp, state: State, manner: Manner) -> None:
        self._behind, self._state, self._manner = behind, state, manner
        self._own = Starlette(
            routes=[
                Route("/beheer/beheer/", lambda _: RedirectResponse(LIST)),
                Route(
                    "/beheer/loket/loket.js", lambda _: Response(FRONT_END.read_bytes(), media_type="text/javascript")
                ),
                Route("/beheer/loket/kenmerken", self._own_references),
                Route("/beheer/loket/{screen}", self._shell),
            ]
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        mine = scope["type"] == "http" and scope["path"].startswith(("/beheer/loket/", "/beheer/beheer/"))
        await (self._own if mine else self._behind)(scope, receive, send)

    async def _shell(self, request: Request) -> Response:
        if self._state.sign_in.session(request.cookies.get(SESSION_COOKIE)) is None:
            return RedirectResponse("/beheer")
        return HTMLResponse(SHELL.format(manner=json.dumps(asdict(self._manner))))

    async def _own_references(self, _: Request) -> Response:
        """What was given as an own reference with each grant, by the portal's reference."""
        ledger = self._state.ledger
        made = [grant for grant in ledger.grants if grant.recorded_at is not None]
        bodies = [one.body for one in ledger.submissions if one.outcome in ("granted", "dropped")]
        pairs = zip(made, bodies, strict=True)
        return JSONResponse({grant.reference: body.get("eigen_kenmerk") for grant, body in pairs})
