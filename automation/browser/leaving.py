"""Pages that go without sending anything: what a page sends as it goes, no route sees (law 3).

No script of theirs hears that they go, wherever to; and before one is closed, its scripts stop.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary, WeakSet

from playwright.sync_api import Error as PlaywrightError

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession, Page

_LEAVES_QUIETLY = """(() => {
    if (!new RegExp(WHERE, 'i').test(location.href)) return;
    const stop = (e) => (e.target === window || e.target === document) && e.stopImmediatePropagation();
    const names = ['pagehide', 'unload', 'visibilitychange', 'freeze', 'pageswap'];
    const stand = () => names.forEach((name) => addEventListener(name, stop, true));
    stand();
    for (const name of ['open', 'write', 'writeln']) {  // a document that is opened anew forgets all who listen
        const own = Document.prototype[name];
        Document.prototype[name] = function (...said) {
            if (name !== 'open' && this.readyState === 'complete') this.open();  // as it does by itself
            const told = own.apply(this, said);
            if (this === document) stand();
            return told;
        };
    }
})()"""
SILENCING: Final[dict[str, dict[str, bool]]] = {
    "Emulation.setScriptExecutionDisabled": {"value": True},
    "Runtime.terminateExecution": {},
}
"""The commands to a browser after which no script of a page runs any more, with what they say."""
_reached: WeakKeyDictionary[Page, CDPSession] = WeakKeyDictionary()
_crashed: WeakSet[Page] = WeakSet()


def leaves_quietly(where: str = "") -> str:
    """A script for pages at addresses that this expression finds, to run before their own: none of those hears that the
    page goes, wherever to. What a page sends then, no route sees.
    """
    return _LEAVES_QUIETLY.replace("WHERE", json.dumps(where))


def close_silently(pages: Iterable[Page]) -> None:
    """Close pages so that nothing leaves that they would send as they go: their scripts stop before."""
    for page in pages:
        silence(page)
        _close(page)


def reach(page: Page) -> None:
    """Be able to silence this page whatever it does: while its scripts never end, it hears none who come then."""
    page.once("crash", _crashed.add)
    with suppress(PlaywrightError):  # it is gone already
        _reached[page] = page.context.new_cdp_session(page)


def silence(page: Page) -> None:
    """Let no script of this page run any more, frames of other sites aside; it is to be closed next.

    For ever in vain on a page that hangs or crashed and was not reached before.
    """
    if page in _crashed:  # no script of it runs, and it answers nothing
        return
    page.once("crash", _close)  # what is asked of it now would be waited for
    with suppress(PlaywrightError):  # it is gone
        session = _reached.get(page) or page.context.new_cdp_session(page)
        for command, said in SILENCING.items():
            session.send(command, said)


def _close(page: Page) -> None:
    with suppress(PlaywrightError):  # the browser is gone, and the page with it
        page.close()
