"""The moments of a run at which it can be killed, counted as they pass: the product is patched from outside.

Every journal write of the run is a moment before, one uncommitted and one after; so is, from arming to outcome, every
event between page, hold, driver, wire and portal, and every file. What lies outside that window is named `outside …`.
"""

from __future__ import annotations

import functools
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import h11
import sqlalchemy as sa
from playwright.sync_api import BrowserContext, Request, Response, Route

from automation.browser import exchange, wire
from automation.browser.click import Click
from automation.browser.hold import Hold
from automation.journal.database import Database
from automation.journal.journal import Journal
from automation.proofs.evidence import Evidence
from pages.review import ReviewStep

OUTSIDE = "outside "
_OUTCOMES = {"granted", "failed", "in-doubt"}

At = Callable[[str], None]


class Moments:
    """Numbers the moments of each name; `reached` is told of each, as `name #n`."""

    def __init__(self, reached: At) -> None:
        self._reached, self._counts = reached, Counter[str]()
        self.in_window = False
        """From just before the click until its outcome is in the journal."""

    def at(self, name: str, *, always: bool = False) -> None:
        """This moment is now; `always`: it belongs to those that are enumerated, in the window or not."""
        name = name if always or self.in_window else f"{OUTSIDE}{name}"
        self._counts[name] += 1
        self._reached(f"{name} #{self._counts[name]}")

    def install(self) -> None:
        """Patch the product, in this process."""
        self._journal()
        self._hold()
        self._routes()
        self._wire()
        self._around(Evidence, "write", lambda _, name, *__: f"file {name}")

    def _journal(self) -> None:
        original = Database.writing

        @contextmanager
        def writing(database: Database) -> Iterator[sa.Connection]:
            what = _written()
            self.at(f"before journal {what}", always=True)
            with original(database) as connection:
                yield connection
                self.at(f"uncommitted journal {what}", always=True)
            self.at(f"after journal {what}", always=True)
            if what in _OUTCOMES:
                self.in_window = False

        setattr(Database, "writing", writing)  # noqa: B010 - a patch, which no type check is to follow

    def _hold(self) -> None:
        arm, made, click = Hold.click, Hold.__init__, ReviewStep.click

        @contextmanager
        def armed(hold: Hold, *args: Any, **named: Any) -> Iterator[Click]:
            self.in_window = True
            self.at("before arm")
            with arm(hold, *args, **named) as one:
                self.at("after arm")
                yield one

        def with_ears(hold: Hold, context: BrowserContext, *args: Any) -> None:
            made(hold, context, *args)
            context.on("request", lambda request: self.at(f"page asks {_of(request)}"))
            context.on("response", lambda response: self.at(f"page is answered {response.status} {_of(response)}"))
            context.on("requestfinished", lambda request: self.at(f"page has all of {_of(request)}"))
            context.on("requestfailed", lambda request: self.at(f"page has none of {_of(request)}"))

        def clicked(button: Any) -> str | None:
            self.at("before click")
            trouble = click(button)
            self.at("after click")
            return trouble

        patches = ((Hold, "click", armed), (Hold, "__init__", with_ears), (ReviewStep, "click", staticmethod(clicked)))
        for owner, name, patch in patches:
            setattr(owner, name, patch)
        self._around(Hold, "shut", lambda *_: "shut")
        self._around(Hold, "close", lambda *_: "close")

    def _routes(self) -> None:
        for name in ("fetch", "fulfill", "abort", "continue_"):
            self._around(Route, name, lambda route, *_, name=name: f"{name} {_of(route)}")

    def _wire(self) -> None:
        """What browser and driver send in the open, and, byte for byte as it comes, what passes through a tunnel."""
        send, copy = exchange.Side.send, exchange.copy

        async def sent(side: exchange.Side, event: h11.Event) -> None:
            what = f"wire {'to portal' if side.http.our_role is h11.CLIENT else 'to browser'} {_of_event(event)}"
            self.at(f"before {what}")
            await send(side, event)
            self.at(f"after {what}")

        async def copied(source: Any, sink: Any) -> None:
            told: Any = _Sink(sink, self.at)
            await copy(source, told)

        exchange.Side.send = sent  # type: ignore[method-assign, assignment]
        wire.copy = copied  # type: ignore[attr-defined]

    def _around(self, owner: type, method: str, name: Callable[..., str]) -> None:
        original = getattr(owner, method)

        @functools.wraps(original)
        def wrapped(*args: Any, **named: Any) -> Any:
            what = name(*args)
            self.at(f"before {what}")
            result = original(*args, **named)
            self.at(f"after {what}")
            return result

        setattr(owner, method, wrapped)


class _Sink:
    """The far end of a tunnel: what is about to leave for it, and has left, is a moment."""

    def __init__(self, writer: Any, at: At) -> None:
        self._writer, self._at, self._now = writer, at, ""

    def write(self, data: bytes) -> None:
        self._now = f"tunnel {_first_line(data)}"
        self._at(f"before {self._now}")
        self._writer.write(data)

    async def drain(self) -> None:
        await self._writer.drain()
        self._at(f"after {self._now}")

    def can_write_eof(self) -> bool:
        return bool(self._writer.can_write_eof())

    def close(self) -> None:
        self._at("before tunnel's end")
        self._writer.close()
        self._at("after tunnel's end")

    def write_eof(self) -> None:
        self._at("before tunnel's end")
        self._writer.write_eof()
        self._at("after tunnel's end")


def _first_line(data: bytes) -> str:
    line = data.split(b"\r\n", 1)[0].decode("ascii", "replace")
    return line.split("?")[0].removesuffix(" HTTP/1.1") if "HTTP/1.1" in line else "more"


def _written() -> str:
    """What the journal is about to write: the event of a line, or the name of the method."""
    frame = sys._getframe(2)
    while frame is not None and not isinstance(frame.f_locals.get("self"), Journal):
        frame = frame.f_back  # type: ignore[assignment]
    if frame is None:
        return "open"
    while frame.f_back is not None and isinstance(frame.f_back.f_locals.get("self"), Journal):
        frame = frame.f_back
    return str(frame.f_locals.get("event", frame.f_code.co_name))


def _of(one: Request | Response | Route) -> str:
    request = one if isinstance(one, Request) else one.request
    return f"{request.method} {urlsplit(request.url).path}"


def _of_event(event: h11.Event) -> str:
    if isinstance(event, h11.Request):
        return f"{event.method.decode()} {urlsplit(event.target.decode()).path}"
    return str(event.status_code) if isinstance(event, h11.Response) else type(event).__name__
