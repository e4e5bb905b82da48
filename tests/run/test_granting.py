"""What counts as a witness right after the click, and what only the list can tell (law 4), without a browser."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Error

from automation.domain import GrantedRow, Money
from automation.errors import InDoubt, StorageError
from automation.inputs.profile import load
from automation.inputs.settings import Waiting
from automation.law.gate import ScreenReading
from automation.law.history import Attempt, AttemptState, History
from automation.law.outcome import Answer, Confirmed, Sent, Shown
from automation.law.plan import Action
from automation.proofs.notices import NoticeFacts
from automation.run.granting import Granting
from automation.run.result import Doubt, Recorded
from automation.run.verdict import Intended, Seen, judge
from pages import facts as pages_facts
from tests.grants import JANSEN, OWN, TODAY, UWV, grant, intent, row

INTENDED = Intended(
    ref="G-1",
    intent=intent(),
    facts=NoticeFacts(
        organisation=OWN,
        intermediary=JANSEN,
        scope=UWV,
        valid_from=TODAY,
        valid_until=intent().until,
        reference=None,
        recorded_on=TODAY,
        language="nl",
        rehearsal=True,
    ),
    reading=ScreenReading(),
    look=History(),
    ceiling=Money.parse("EUR 40.00"),
)


def session(rows: Sequence[GrantedRow] = ()) -> Any:
    return SimpleNamespace(organisation=OWN, profile=load(), read_list=lambda _: list(rows))


def journal() -> Any:
    attempt = Attempt(
        ref="G-1", run_id="run", entry="uwv", at=datetime.now(UTC), intent=intent(), state=AttemptState.RELEASED
    )
    return SimpleNamespace(history=lambda: History((attempt,)))


def granting(known: Sequence[str] = ()) -> Granting:
    evidence: Any = SimpleNamespace(write=lambda *_: None)
    return Granting(session(), journal(), evidence, Waiting(1, 0, timedelta(0)), known, lambda: None)


def clicked(answer: Answer | None, *, complete: bool = True) -> Any:
    """A click that is over: what it sent, and what came back."""
    return SimpleNamespace(answer=answer, sent=lambda: Sent(answer, complete=complete))


def seen(facts: pages_facts.Facts, *, known: Sequence[str] = ()) -> Confirmed:
    """What the click's screen is taken for when it shows this."""
    confirmation = SimpleNamespace(there=True, facts=lambda: facts)
    view = SimpleNamespace(picture=lambda: b"")
    review: Any = SimpleNamespace(confirmation=lambda: confirmation, error=lambda: None, view=view)
    found = granting(known)._look(review, clicked(Answer(200)), INTENDED, "uwv", "")
    assert found.confirmed is not None
    return found.confirmed


def judged(*, complete: bool = True, rows: Sequence[GrantedRow] = (), **confirmed: Any) -> Recorded:
    shown = Confirmed(**{"kvk": JANSEN.kvk} | confirmed)
    verdict = judge(Seen(INTENDED, clicked(Answer(200), complete=complete), shown), session(rows), journal(), 0)
    assert isinstance(verdict, Recorded)
    return verdict


def test_another_organisation_in_the_confirmation_is_an_error() -> None:
    shown = pages_facts.Facts(organisation="Voorbeeld Vastgoed B.V. (90000201)", receiver_kvk=JANSEN.kvk)

    other = seen(shown).other_organisation

    assert other == "Voorbeeld Vastgoed B.V. (90000201)"
    assert other in str(judged(other_organisation=other).error)
    assert seen(pages_facts.Facts(organisation="Voorbeeld Holding B.V. (90000102)")).other_organisation is None
    assert judged().error is None


def test_what_the_confirmation_shows_is_what_is_kept_of_the_grant() -> None:
    facts = pages_facts.Facts(
        receiver_kvk=JANSEN.kvk,
        receiver_name="JANSEN ACCOUNTANTS",
        valid_until=date(2031, 11, 24),
        valid_from=date(2026, 11, 25),
        costs=Money.parse("EUR 22.45"),
        reference="KM-2",
    )

    shown = seen(facts).shown

    assert shown == Shown(
        "KM-2", "JANSEN ACCOUNTANTS", None, date(2026, 11, 25), date(2031, 11, 24), Money.parse("EUR 22.45")
    )
    assert judged(name="JANSEN ACCOUNTANTS", reference="KM-2").shown == Shown("KM-2", "JANSEN ACCOUNTANTS")


@pytest.mark.parametrize("settled", [False, True])
def test_a_price_that_changed_after_the_gate_is_recorded_as_it_is_and_its_ceiling_named(settled: bool) -> None:
    recorded = judged(complete=not settled, rows=[row()], costs=Money.parse("EUR 42.45"))

    assert recorded.reconciled is settled
    assert recorded.shown.costs == Money.parse("EUR 42.45")
    assert recorded.error == (
        "costs: EUR 22.45 was intended, the confirmation shows EUR 42.45, which is above the ceiling of EUR 40.00"
    )


def test_another_receiver_by_name_alone_is_an_error_and_by_a_number_that_agrees_is_none() -> None:
    other = pages_facts.Facts(receiver_name="Andere Naam B.V.", reference="KM-2")
    known = pages_facts.Facts(receiver_name="Andere Naam B.V.", receiver_kvk=JANSEN.kvk)
    spelt = pages_facts.Facts(receiver_name="ACCOUNTANTSKANTOOR JANSEN BV", reference="KM-2")

    assert [seen(facts).other_receiver for facts in (other, known, spelt)] == ["Andere Naam B.V.", None, None]
    assert "receiver: the confirmation shows “Andere Naam B.V.”" in str(judged(other_receiver="Andere Naam B.V.").error)


def test_a_picture_that_cannot_be_taken_changes_no_outcome_and_one_is_written_after_the_journals_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    happened: list[str] = []
    files = SimpleNamespace(
        keep=lambda name, _: happened.append(f"kept {name}"), lose=lambda name, _: happened.append(f"lost {name}")
    )
    journal = SimpleNamespace(append=lambda _, event, **__: happened.append(event), draw_ref=lambda: "G-1")
    one = granting()
    one._evidence, one._journal = files, journal  # type: ignore[assignment]
    click = Seen(INTENDED, clicked(Answer(200)), Confirmed(kvk=JANSEN.kvk), pictures={"grants/a/c.png": b""})
    monkeypatch.setattr(one, "_fill_and_click", lambda _: click)

    def gone() -> bytes:
        raise Error("Page.screenshot: Target closed")

    assert isinstance(one.record(Action(grant=grant(), verb="grant", reason="")), Recorded)
    review: Any = SimpleNamespace(view=SimpleNamespace(picture=gone))
    assert one._pictures(review, "a", confirmed=True) == {}
    assert happened == ["granted", "kept grants/a/c.png", "lost grants/a/confirmation.png"]


def test_a_signal_once_the_journal_has_the_outcome_makes_no_doubt_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def signalled(*_: object) -> None:
        raise KeyboardInterrupt

    one = granting()
    one._evidence = SimpleNamespace(keep=signalled)  # type: ignore[assignment]
    one._journal = SimpleNamespace(append=lambda *_, **__: None, draw_ref=lambda: "G-1")  # type: ignore[assignment]

    def click(_: Action) -> Seen:
        one._clicked = INTENDED, clicked(Answer(200))
        return Seen(*one._clicked, Confirmed(kvk=JANSEN.kvk), pictures={"grants/a/c.png": b""})

    monkeypatch.setattr(one, "_fill_and_click", click)

    assert isinstance(one.record(Action(grant=grant(), verb="grant", reason="")), Recorded)


def test_a_reference_that_was_seen_before_is_no_witness() -> None:
    shown = pages_facts.Facts(reference="KM-7")

    assert seen(shown).names(intent())
    assert not seen(shown, known=["KM-7"]).names(intent())
    assert seen(pages_facts.Facts(reference="KM-7", receiver_kvk=JANSEN.kvk), known=["KM-7"]).names(intent())


def test_a_browser_that_is_gone_while_the_list_is_read_leaves_a_doubt() -> None:
    def gone(_: object) -> list[GrantedRow]:
        raise Error("Target page, context or browser has been closed")

    portal = session()
    portal.read_list = gone

    doubt = judge(Seen(INTENDED, clicked(Answer(500))), portal, journal(), 0)

    assert isinstance(doubt, Doubt)
    assert "the list cannot be read: the browser, or its page, was closed" in str(doubt.error)


def test_what_left_and_is_not_surely_what_records_is_settled_by_the_list() -> None:
    assert judged().reconciled is False
    assert judged(complete=False, rows=[row()]).reconciled is True


@pytest.mark.parametrize("error", [StorageError("the disk is full"), KeyboardInterrupt(), Error("Target closed")])
def test_whatever_goes_wrong_after_the_click_leaves_a_doubt_and_before_it_is_raised(
    monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    one = granting()

    def broken(_: Action) -> None:
        raise error

    def broken_after_the_click(_: Action) -> None:
        one._clicked = INTENDED, clicked(None)
        raise error

    monkeypatch.setattr(one, "_fill_and_click", broken)
    with pytest.raises(type(error)):
        one.record(Action(grant=grant(), verb="grant", reason=""))

    monkeypatch.setattr(one, "_fill_and_click", broken_after_the_click)
    result = one.record(Action(grant=grant(), verb="grant", reason=""))

    assert isinstance(result, Doubt)
    assert result.ref == "G-1"
    assert isinstance(result.error, StorageError if isinstance(error, StorageError) else InDoubt)
