"""What is kept of work on the portal that failed: the picture, the page as text, and a trace, all without secrets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import TYPE_CHECKING

from playwright.sync_api import Error as PlaywrightError

from automation.browser.traces import Tracing
from automation.errors import GrantError, KetenError, PortalError, SignInError
from automation.machine.masking import SECRETS
from automation.proofs.evidence import Evidence
from pages.beheermodule import Beheermodule
from pages.plain_words import in_words

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

_STORED = "() => [localStorage, sessionStorage].flatMap(storage => Object.values(storage))"
_STORED_PATIENCE = 2000  # milliseconds


class Failures:
    """Keeps in a run's folder what the pages of a browser context showed when work on them failed."""

    def __init__(self, context: BrowserContext, evidence: Evidence) -> None:
        self._context, self._evidence = context, evidence
        self._tracing = Tracing(context)

    @contextmanager
    def kept(self, portal: Beheermodule, name: str) -> Iterator[None]:
        """Trace this work, and keep what the page shows under `failures/<name>/` when it fails.

        No secret stands in a field by then: `SignIn` empties them whatever happens.
        """
        with self._tracing.work():
            try:
                yield
            except (GrantError, SignInError, PortalError):
                self._keep(portal, f"failures/{name}")
                raise

    def unseen(self) -> AbstractContextManager[None]:
        """Trace nothing meanwhile, because credentials are typed."""
        return self._tracing.suspended()

    def trace(self, page: Page) -> bytes | None:
        """The trace of the work so far, an archive; None where a new sign-in cut it short, say."""
        return self._tracing.take(lambda: self.learn_secrets(page))

    def learn_secrets(self, page: Page) -> None:
        """Learn the session's cookies and tokens, which are secrets; the portal may have changed them meanwhile."""
        with suppress(PlaywrightError):  # the browser is gone, and what it held with it
            for cookie in self._context.cookies():
                SECRETS.add_cookie(cookie.get("value", ""), http_only=cookie.get("httpOnly", False))
            # Unlike `evaluate`, this ends in time on a page whose scripts never do.
            for value in page.wait_for_function(_STORED, timeout=_STORED_PATIENCE).json_value():
                SECRETS.add_tokens(value)

    def keep_picture(self, name: str, take: Callable[[], bytes]) -> None:
        """Keep a picture under this name; where none can be taken, that is remembered, and nothing ends."""
        try:
            picture = take()
        except (KetenError, PlaywrightError) as error:
            self._evidence.lose(name, f"no picture could be taken: {in_words(error)}")
        else:
            self._evidence.keep(name, picture)

    def _keep(self, portal: Beheermodule, folder: str) -> None:
        if not self._tracing.recording:  # else this itself would stand in the trace
            self.learn_secrets(portal.page)
        with suppress(PlaywrightError):
            snapshot = portal.page.locator("body").aria_snapshot()
            self._evidence.keep(f"{folder}/aria.yaml", snapshot + "\n")
            self._evidence.keep(f"{folder}/screen.png", portal.view.picture())
        if self._tracing.outermost and (trace := self.trace(portal.page)):
            self._evidence.keep(f"{folder}/trace.zip", trace)
