"""Judges a history by what was really recorded: `ok` has exactly one row, `fail` none, `info` none or one.

It knows the register's truth and keten's clicks, and shares none of the program's rules.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Literal

from automation.domain import Duration, Element, GrantedRow, RowStatus
from automation.law.history import Attempt, AttemptState, Ruling
from automation.law.outcome import Intent
from tests.simulation.history import Click, History
from tests.simulation.portal import Truth, shown_as

Verdict = Literal["ok", "fail", "info"]


def verdict(attempt: Attempt) -> Verdict:
    """What the journal says of a click, in the three words of the checker."""
    if attempt.state is AttemptState.GRANTED:
        return "ok"
    return "fail" if attempt.state is AttemptState.FAILED else "info"


def violations(history: History) -> list[str]:
    """Every breach of the law in a history; empty when there is none. Its figures are counted along."""
    return [
        *(
            found
            for journal in history.journals
            for attempt in journal.known().attempts
            for found in _state(history, attempt)
        ),
        *(found for click, made in _made(history) for found in _click(history, click, made)),
        *_lost(history),
        *_doubles(history),
        *_unsettled_in_the_end(history),
        *history.mistold,
        *(f"the program itself failed: {line}" for line in history.world.log if "internal error" in line),
    ]


def _recorded(history: History, ref: str) -> list[Truth]:
    return [grant for grant in history.portal.grants if grant.click == ref]


def _made(history: History) -> list[tuple[Click, Truth]]:
    """Keten's clicks that recorded something."""
    return [(history.clicks[g.click], g) for g in history.portal.grants if g.click in history.clicks]


def _state(history: History, attempt: Attempt) -> Iterable[str]:
    rows, said = len(_recorded(history, attempt.ref)), verdict(attempt)
    history.world.figures[said] += 1
    if rows > 1:
        yield f"{attempt.ref}: one click recorded {rows} grants"
    if said == "ok" and rows == 1 and attempt.error is None and attempt.ruling is None:
        [made] = _recorded(history, attempt.ref)
        if _end_at(made, made.committed) != attempt.intent.until and not _made_by_hand(
            history, history.clicks[attempt.ref]
        ):
            yield f"{attempt.ref} is `ok` without an error, and what it recorded differs: {made}"
    if said == "fail" and rows:
        if _came_and_went(history, attempt):
            history.world.figures["changed by hand or gone from the list before it was judged"] += 1
            return
        yield f"{attempt.ref} is `fail`, and it recorded"
    if said == "ok" and not rows:
        if history.clicks[attempt.ref].journal.is_reconciled(attempt.ref) and _made_by_hand(
            history, history.clicks[attempt.ref]
        ):
            history.world.figures["a colleague's very twin taken for our own"] += 1
        else:
            yield f"{attempt.ref} is `ok`, and it recorded nothing"


def _came_and_went(history: History, attempt: Attempt) -> bool:
    """The other documented case: when it was judged, its row had been changed by hand, or was over and not shown."""
    [grant] = _recorded(history, attempt.ref)
    judged = history.clicks[attempt.ref].journal.last_at(attempt.ref)
    revoked = grant.revocation_shown is not None and grant.revocation_shown <= judged
    if attempt.ruling is Ruling.NOT_GRANTED and any(at <= judged for at, _ in grant.changed):
        return True  # a person says that it is another's, and it no longer looks like this click's
    return not history.world.climate.revoked_shown and (revoked or grant.until < judged.date())


def _made_by_hand(history: History, click: Click) -> bool:
    """The one documented case: while the click was unsure, colleagues made, or changed into, its very scope and end."""
    twins = [
        grant
        for grant in history.portal.grants
        if grant.click != click.ref
        and grant.kvk == click.intent.kvk
        and (grant.shown_from > click.baseline_at or any(at > click.baseline_at for at, _ in grant.changed))
        and _same_end(click.intent, grant)
        and all(any(mine.overlaps(e) for mine in click.intent.elements) for e in grant.elements)
    ]
    held = {element for grant in twins for element in grant.elements}
    return all(any(e.covers(element) for e in held) for element in click.intent.elements)


def _same_end(intent: Intent, grant: Truth) -> bool:
    return intent.until in {grant.until, *(until for _, until in grant.changed)}


def _click(history: History, click: Click, made: Truth) -> Iterable[str]:
    grant, ref = click.grant, click.ref
    if made.kvk != grant.intermediary.kvk or not made.elements <= grant.scope.elements or click.intent.costs is None:
        yield f"{ref} recorded something else than its entry: {made}"
    if grant.at_most is not None and click.intent.costs is not None and click.intent.costs > grant.at_most:
        yield f"{ref} cost {click.intent.costs}"
    if not made.elements <= click.planned:
        yield f"{ref} recorded more than was approved: {made}"
    if abs((click.intent.until - grant.term.end(made.since)).days) > 1:
        yield f"{ref} ends on {click.intent.until}, and the entry says {grant.term}"
    for element in made.elements:
        if grant.renew_within is None and isinstance(grant.term, Duration) and _ran_out(history, click, element):
            yield f"{ref} recorded {element} again, which ran out, and nothing says how to renew it"
        listed = [row for row in click.baseline if _in_force(row, click) and _covers(row, element)]
        if listed and not _due(click, max(row.valid_until for row in listed if row.valid_until)):
            yield f"{ref} recorded {element} although it was listed"
        taken = _taken_away(history, click, element)
        if taken is not None:
            yield f"{ref} recorded {element} again, which a person had taken away: {taken}"


def _covers(row: GrantedRow, element: Element) -> bool:
    return any(held.covers(element) for held in row.elements)


def _in_force(row: GrantedRow, click: Click) -> bool:
    alive = row.status in (RowStatus.PRESENT, RowStatus.PENDING)
    return alive and row.valid_until is not None and row.valid_until >= click.at.date()


def _due(click: Click, end: datetime.date) -> bool:
    """Whether what ends then may be renewed at the click; a run that goes over midnight decides on either day."""
    renew = click.grant.renew_within
    return renew is not None and (end - click.at.date() - datetime.timedelta(days=1)) < renew


def _ran_out(history: History, click: Click, element: Element) -> bool:
    """Whether keten had recorded it, by the journal in use, and it ran its whole time."""
    for before, made in _made(history):
        if made.kvk != click.intent.kvk:
            continue
        whole = (
            before.journal is click.journal
            and before.address == click.address
            and made.revoked is None
            and not made.changed
            and not _permitted(history, click, element, since=before.at)
        )
        attempt = next((p for p in click.journal.known().attempts if p.ref == before.ref), None)
        known = attempt is not None and attempt.is_granted() and attempt.ruling is None
        if whole and known and before.at < click.at and made.covers(element) and made.until < click.at.date():
            return True
    return False


def _permitted(history: History, click: Click, element: Element, since: datetime.datetime) -> bool:
    said = [p for p in history.person.permissions if since <= p.at <= click.at and p.kvk == click.intent.kvk]
    return any(e.overlaps(element) for p in said for e in p.elements)


def _taken_away(history: History, click: Click, element: Element) -> Truth | None:
    """The last cover of the element that was known, where a person revoked it and none said that it may come again."""
    known = [
        g
        for g in history.portal.grants
        if g.kvk == click.intent.kvk and g.covers(element) and _known(history, click, g)
    ]
    last = max((g.since for g in known), default=None)
    for grant in known:
        if grant.since != last or grant.revoked is None or grant.revoked >= click.baseline_at:
            continue
        if not history.world.climate.revoked_shown and any(g.since == last and g.revoked is None for g in known):
            continue  # of the same day, and nobody can see which came last
        if _end_known(history, grant) < click.at.date() or not _seen_revoked(history, click, grant, element):
            continue
        if not _permitted(history, click, element, since=grant.revoked):
            return grant
    return None


def _end_known(history: History, grant: Truth) -> datetime.date:
    """Of a grant of its own that the list shows no longer, keten knows the end date that it recorded itself."""
    if grant.click is None or history.world.climate.revoked_shown:
        return grant.until
    return min(grant.until, history.clicks[grant.click].intent.until)


def _own(history: History, click: Click, grant: Truth) -> bool:
    """Whether the journal that the click was written in knows it as granted, at the very address of the click."""
    if grant.click is None or history.clicks[grant.click].address != click.address:
        return False
    return any(attempt.ref == grant.click and attempt.is_granted() for attempt in click.journal.known().attempts)


def _known(history: History, click: Click, grant: Truth) -> bool:
    """Whether keten could know of it at the click: from the list, or as its own."""
    return grant.committed < click.baseline_at and (
        _own(history, click, grant) or grant.shown_from <= click.baseline_at
    )


def _seen_revoked(history: History, click: Click, grant: Truth, element: Element) -> bool:
    """Whether the list showed that it was taken away, or showed it no longer though keten had recorded it."""
    climate = history.world.climate
    shown = grant.revocation_shown is not None and grant.revocation_shown <= click.baseline_at
    whole = any(e.covers(element) for part in shown_as(grant.elements, climate.display) for e in part)
    return shown and (_own(history, click, grant) or (whole and climate.revoked_shown))


def _lost(history: History) -> Iterable[str]:
    known = {attempt.ref for journal in history.journals for attempt in journal.known().attempts}
    for grant in history.portal.grants:
        if grant.click is not None and grant.click not in known:
            yield f"{grant} was recorded, and no journal knows of it"


def _doubles(history: History) -> Iterable[str]:
    """An element that keten recorded twice, though the first was in force and not to be renewed yet."""
    made = sorted(_made(history), key=lambda pair: pair[0].at)
    for number, (click, second) in enumerate(made):
        for before, first in made[:number]:
            if first.kvk != second.kvk or before.ref == click.ref:
                continue
            forgotten = before.journal is not click.journal
            if forgotten and first.shown_from > click.baseline_at:
                continue  # a lost journal doubles nothing that is listed, and promises no more
            if (first.revoked is not None and first.revoked < click.at) or _end_at(first, click.at) < click.at.date():
                continue
            for element in second.elements:
                if first.covers(element) and not _due(click, _end_at(first, click.at)):
                    yield f"{click.ref} recorded {element} a second time, after {first}"


def _end_at(grant: Truth, at: datetime.datetime) -> datetime.date:
    """Its end date at that moment, whatever it was changed to later."""
    return next((before for changed, before in grant.changed if changed > at), grant.until)


def _unsettled_in_the_end(history: History) -> Iterable[str]:
    """In the calm, with a person who answers, all comes right: kept, or refused for a reason that stands."""
    for outcome in history.outcomes:
        reason = outcome.error or ""
        if outcome.status == "refused" and ("ran out" in reason or "one grant or many" in reason):
            history.world.figures[f"refused in the end: {'ran out' if 'ran out' in reason else 'one or many'}"] += 1
        elif outcome.status != "kept":
            yield f"in the end {outcome.grant.id} is {outcome.status}: {reason}"
    if not history.outcomes:
        yield "the last run came to nothing"
