"""A browser context as the program's own `Hold` and `Session` see one, with the model portal behind its requests."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Error as PlaywrightError

from automation.domain import GrantedRow, KvkNumber
from automation.law.outcome import Confirmed
from pages.profile import Profile
from tests.simulation.portal import Form, Portal
from tests.simulation.world import PATIENCE, TIMEOUT, World

LOOPBACK, PORTAL, ALIAS = (
    f"{origin}/beheer" for origin in ("http://127.0.0.1:8000", "https://portal.example", "https://www.portal.example")
)

FATES = (
    "drop before", "drop after", "late", "never answered", "500, a row", "500, no row", "500, no row, confirmed",
    "error shown, a row", "error shown, no row", "nothing shown, a row", "nothing shown, no row", "refused",
    "refused, a row", "409", "429, a row", "401", "401, a row", "to sign-in", "to sign-in, a row", "other confirmed",
    "other confirmed, a row", "recorded otherwise", "confirmed, then dropped",
)  # fmt: skip


@dataclass
class Request:
    """The request that records; its answer is made by the portal when it arrives."""

    form: Form
    url: str
    method: str = "POST"
    post_data_buffer: bytes = b"{}"


@dataclass
class Response:
    """What a fetch gives back."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Shown:
    """What the last screen shows since the answer."""

    confirmation: Confirmed | None = None
    error: str | None = None


class Route:
    """One held request, and the ways out of it."""

    def __init__(self, context: Context, page: Page, request: Request) -> None:
        self._context, self._page, self.request = context, page, request

    def continue_(self) -> None:
        """It leaves unheld, and nobody hears the answer."""
        self._context.arrive(self._page, self.request)

    def fetch(self, **_: Any) -> Response:
        """Sent once; its answer, or PlaywrightError."""
        self._context.world.step("just before the request leaves", 0.2)
        response = self._context.arrive(self._page, self.request)
        self._context.world.step("the answer is there", 0.5)
        return response

    def fulfill(self, response: Response) -> None:
        """The page gets the answer; the screen has been set when it arrived."""

    def abort(self, _: str) -> None:
        """It never leaves."""
        self._context.world.figures["aborted"] += 1


class Page:
    """One page, which may post late, twice, or by a socket."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.profile: Profile | None = None
        self.shown = Shown()
        self.unsent: list[tuple[datetime.datetime, Request]] = []
        self.frames, self.main_frame = [self], self
        self.scripts_run = True
        self._listeners: list[Callable[[Any], None]] = []
        self._closed: list[Callable[[Any], None]] = []

    def once(self, *_: object) -> None:
        """No page of a simulated browser crashes alone."""

    def on(self, event: str, listener: Callable[[Any], None]) -> None:
        """A web socket of the page, or the end of one."""
        (self._closed if event == "close" else self._listeners).append(listener)

    def open_socket(self) -> None:
        """Where the portal uses one."""
        if self.context.world.climate.sockets:
            for listener in self._listeners:
                listener(self)

    def stop_if_session_ended(self) -> None:
        """The portal shows the sign-in instead."""

    def locator(self, _: str) -> Page:
        """For the snapshot of a failure."""
        return self

    def aria_snapshot(self) -> str:
        """Of no interest here."""
        return ""

    def picture(self) -> bytes:
        """Taking one takes time."""
        self.go_on()
        return b""

    @property
    def page(self) -> Page:
        """For a view of it."""
        return self

    def wait_for_function(self, _: str, **__: Any) -> Page:
        """For what it stores."""
        return self

    def json_value(self) -> list[str]:
        """It stores nothing."""
        return []

    def post_later(self, request: Request, seconds: float) -> None:
        """A timer of the page."""
        self.unsent.append((self.context.world.now + datetime.timedelta(seconds=seconds), request))

    def go_on(self, seconds: float = 2.0) -> None:
        """Time passes in the page, and its timers run."""
        self.context.world.step("the page goes on", seconds)
        for timer in [timer for timer in self.unsent if timer[0] <= self.context.world.now]:
            self.unsent.remove(timer)
            self.context.send(self, timer[1])

    def send(self, method: str, _what: object = None) -> None:
        """Its scripts are stopped, when the browser is told so."""
        if method == "Emulation.setScriptExecutionDisabled":
            self.scripts_run = False

    def close(self) -> None:
        """What its scripts send as they go passes no route; a browser whose keten is gone sends nothing more."""
        if self.scripts_run and not self.context.world.dead:
            for _, request in self.unsent:
                with suppress(PlaywrightError):
                    self.context.arrive(self, request)
        self.unsent = []
        if self in self.context.pages:
            self.context.pages.remove(self)
        for closed in self._closed:
            closed(self)


class Tracing:
    """Stands in for Playwright's: there is nothing to see, but keeping it takes time."""

    def __init__(self, world: World) -> None:
        self._world = world

    def start(self, **_: Any) -> None:
        """From now on."""

    def stop(self, path: Path | None = None) -> None:
        """Until now."""
        if path is not None:
            self._world.step("keeping a trace", 1)
            raise PlaywrightError("no trace of a simulation")


class Context:
    """Stands in for Playwright's context, browser included."""

    version = "simulated"

    def __init__(self, world: World, portal: Portal) -> None:
        self.world, self.portal = world, portal
        self.click: str | None = None
        self.cut_off = False
        """The way out was closed: what leaves reaches nobody."""
        self.pages: list[Page] = []
        self.readings: dict[KvkNumber | None, tuple[list[GrantedRow], datetime.datetime]] = {}
        """What was read last, of a receiver or of all, and when."""
        self.tracing = Tracing(world)
        self._on_page: list[Callable[[Any], None]] = []
        self._handler: Callable[[Any, Any], None] = lambda *_: None

    def new_context(self, **_: Any) -> Context:
        """One browser, one context."""
        return self

    def cookies(self) -> list[dict[str, str]]:
        """None are needed."""
        return []

    def new_cdp_session(self, page: Page) -> Page:
        """The browser's own protocol, of one page."""
        return page

    def set_default_timeout(self, _: float) -> None:
        """Time is simulated."""

    def on(self, event: str, listener: Callable[[Any], None]) -> None:
        """Told of each new page."""
        if event == "page":
            self._on_page.append(listener)

    @property
    def request(self) -> Context:
        """The driver as a client of its own."""
        return self

    def get(self, *_: Any, **__: Any) -> Context:
        """The driver finds the portal there."""
        return self

    def dispose(self) -> None:
        """Nothing is kept of the answer."""

    def once(self, *_: Any) -> None:
        """The comparison of clocks is of no interest here."""

    def add_init_script(self, _: str) -> None:
        """Simulated pages have no scripts that hear of anything."""

    def route(self, _: str, handler: Callable[[Any, Any], None]) -> None:
        """Who holds the requests."""
        self._handler = handler

    def new_page(self) -> Page:
        """A page of its own for each piece of work."""
        self.world.step("a new page")
        page = Page(self)
        self.pages.append(page)
        for listener in self._on_page:
            listener(page)
        page.open_socket()
        return page

    def send(self, page: Page, request: Request) -> None:
        """A page posts: whoever holds the requests decides."""
        self._handler(Route(self, page, request), request)

    def arrive(self, page: Page, request: Request) -> Response:
        """The portal gets it, and one of its fates happens; PlaywrightError when no answer comes."""
        if self.cut_off:
            raise PlaywrightError("no way out")
        fate = self.world.luck.choice(FATES) if self.world.happens(self.world.climate.faults) else "recorded"
        self.world.note(f"the request of {self.click} arrives: {fate}")
        self.world.figures[f"fate: {fate}"] += 1
        return getattr(self, "_" + fate.split(",")[0].replace(" ", "_").replace("-", "_"))(  # type: ignore[no-any-return]
            page, request.form, fate
        )

    def by_socket(self, page: Page, form: Form) -> None:
        """The page records without any request that could be held."""
        self.world.note(f"{self.click} goes by the web socket")
        if self.world.luck.random() < 0.5:
            self._commit(form)
        if self.world.luck.random() < 0.3:
            page.shown.confirmation = self._confirmation(form, None)

    def _commit(self, form: Form, **how: Any) -> Any:
        return self.portal.commit(form, self.click, **how)

    def _confirmation(self, form: Form, reference: str | None) -> Confirmed:
        if reference is not None and self.world.luck.random() < 0.3:
            return Confirmed(reference=reference)
        return Confirmed(kvk=form.kvk, reference=reference, elements=form.elements, until=form.until, costs=form.costs)

    def _if_a_row(self, form: Form, fate: str, **how: Any) -> None:
        if "a row" in fate:
            self._commit(form, **how)

    def _recorded(self, page: Page, form: Form, _: str) -> Response:
        made = self._commit(form)
        page.shown.confirmation = self._confirmation(form, made.reference)
        return Response(201)

    def _recorded_otherwise(self, page: Page, form: Form, _: str) -> Response:
        made = self._commit(form, years_more=1)
        page.shown.confirmation = Confirmed(
            kvk=form.kvk, reference=made.reference, elements=form.elements, until=made.until, costs=form.costs
        )
        return Response(201)

    def _drop_before(self, *_: Any) -> Response:
        raise PlaywrightError("socket hang up")

    def _drop_after(self, _page: Page, form: Form, _fate: str) -> Response:
        self._commit(form)
        raise PlaywrightError("socket hang up")

    def _confirmed(self, page: Page, form: Form, _: str) -> Response:
        made = self._commit(form)
        page.shown.confirmation = self._confirmation(form, made.reference)
        raise PlaywrightError("socket hang up")

    def _late(self, _page: Page, form: Form, _fate: str) -> Response:
        """Recorded after its answer was given up, and shown by the lag at the latest."""
        most = self.world.climate.lag.total_seconds() - TIMEOUT - 5
        self._commit(form, later=TIMEOUT + self.world.luck.uniform(0, most if self.world.climate.lagging else 1))
        self.world.step("waiting for an answer", TIMEOUT)
        raise PlaywrightError("timed out")

    def _never_answered(self, *_: Any) -> Response:
        self.world.step("waiting for an answer", TIMEOUT)
        raise PlaywrightError("timed out")

    def _500(self, page: Page, form: Form, fate: str) -> Response:
        self._if_a_row(form, fate)
        page.shown.error = "er ging iets mis"
        if "confirmed" in fate:
            page.shown.confirmation = self._confirmation(form, "KM-999")
        return Response(500)

    def _429(self, page: Page, form: Form, fate: str) -> Response:
        self._if_a_row(form, fate)
        page.shown.error = "te veel verzoeken"
        return Response(429)

    def _409(self, page: Page, _form: Form, _fate: str) -> Response:
        page.shown.error = "bestaat al"
        return Response(409)

    def _error_shown(self, page: Page, form: Form, fate: str) -> Response:
        self._if_a_row(form, fate)
        page.shown.error = "vastleggen mislukt"
        return Response(200)

    def _nothing_shown(self, _page: Page, form: Form, fate: str) -> Response:
        self._if_a_row(form, fate)
        return Response(200)

    def _refused(self, page: Page, form: Form, fate: str) -> Response:
        """A refusal that lies shows its row at once: law 4 reads the list once."""
        self._if_a_row(form, fate, shown_within=0)
        page.shown.error = "niet toegestaan"
        return Response(422)

    def _401(self, _page: Page, form: Form, fate: str) -> Response:
        """One that lies shows its row within the patience: law 4 reads as long."""
        self._if_a_row(form, fate, shown_within=PATIENCE / 2)
        self.portal.signed_in = False
        return Response(401)

    def _to_sign_in(self, _page: Page, form: Form, fate: str) -> Response:
        self._if_a_row(form, fate)
        return Response(302, {"location": "/beheer"})

    def _other_confirmed(self, page: Page, form: Form, fate: str) -> Response:
        self._if_a_row(form, fate)
        page.shown.confirmation = Confirmed(kvk="69599085", reference=None)
        return Response(201)
