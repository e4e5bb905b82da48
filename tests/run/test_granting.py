"""What counts as a witness right after the click, and what only the list can tell (law 4), without a browser."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Error

from automation.domain import GrantedRow, Money
from automation.errors import InDoubt
from automation.inputs.profile import load
from automation.law.gate import Reading
from automation.law.history import History, Past, PastState
from automation.law.outcome import Answer, Confirmed, Shown
from automation.law.planning import Action
from automation.proofs.notices import Facts
from automation.run.granting import Granting, Recorded, _Click, _Intended
from pages import facts as pages_facts
from tests.grants import JANSEN, OWN, TODAY, UWV, grant, intent, row

INTENDED = _Intended(
    intent(),
    Facts(OWN, JANSEN, UWV, TODAY, intent().until, None, TODAY, "nl", rehearsal=True),
    Reading(),
    "G-1",
    History(),
    Money.parse("EUR 40.00"),
)


def granting(hold: Any, rows: Sequence[GrantedRow] = (), known: Sequence[str] = ()) -> Granting:
    past = Past("G-1", "run", "uwv", datetime.now(UTC), intent(), PastState.RELEASED)
    session: Any = SimpleNamespace(hold=hold, organisation=OWN, profile=load(), read_list=lambda _: list(rows))
    journal: Any = SimpleNamespace(history=lambda: History((past,)))
    return Granting(
        session,
        journal,
        SimpleNamespace(write=lambda *_: None),  # type: ignore[arg-type]
        timeout=1,
        patience=0,
        lag=timedelta(0),
        rehearsal=True,
        known_references=known,
        check_interrupted=lambda: None,
        note=lambda *_: None,
    )


def seen(facts: pages_facts.Facts, *, known: Sequence[str] = ()) -> Confirmed:
    """What the click's screen is taken for when it shows this."""
    hold = SimpleNamespace(
        failure=None, may_have_sent=False, under_way=False, answered=True, all_released=True, released=1
    )
    hold.answer, hold.sockets_open, hold.shut = Answer(200), False, lambda: None
    confirmation = SimpleNamespace(there=True, facts=lambda: facts)
    view = SimpleNamespace(picture=lambda: b"")
    review: Any = SimpleNamespace(confirmation=lambda: confirmation, error=lambda: None, view=view)
    click = granting(hold, known=known)._await_outcome(review, INTENDED, "uwv", "")
    assert click.confirmed is not None
    return click.confirmed


def judged(
    *, ambiguous: bool = False, all_released: bool = True, rows: Sequence[GrantedRow] = (), **confirmed: Any
) -> Recorded:
    hold = SimpleNamespace(ambiguous=ambiguous, all_released=all_released, failure=None, may_have_sent=False)
    shown = Confirmed(**{"kvk": JANSEN.kvk} | confirmed)
    recorded = granting(hold, rows)._judge(_Click(INTENDED, Answer(200), shown, None, socket_open=False))
    assert recorded is not None
    return recorded


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
    recorded = judged(all_released=not settled, rows=[row()], costs=Money.parse("EUR 42.45"))

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
    hold = SimpleNamespace(ambiguous=False, all_released=True, failure=None, may_have_sent=False)
    one = granting(hold)
    one._evidence, one._journal = files, journal  # type: ignore[assignment]
    click = _Click(
        INTENDED, Answer(200), Confirmed(kvk=JANSEN.kvk), None, socket_open=False, pictures={"grants/a/c.png": b""}
    )
    monkeypatch.setattr(one, "_fill_and_click", lambda _: click)

    def gone() -> bytes:
        raise Error("Page.screenshot: Target closed")

    assert one.record(Action(grant(), "grant", "")) is not None
    review: Any = SimpleNamespace(view=SimpleNamespace(picture=gone))
    assert one._pictures(review, "a", confirmed=True) == {}
    assert happened == ["granted", "kept grants/a/c.png", "lost grants/a/confirmation.png"]


def test_a_reference_that_was_seen_before_is_no_witness() -> None:
    shown = pages_facts.Facts(reference="KM-7")

    assert seen(shown).names(intent())
    assert not seen(shown, known=["KM-7"]).names(intent())
    assert seen(pages_facts.Facts(reference="KM-7", receiver_kvk=JANSEN.kvk), known=["KM-7"]).names(intent())


def test_a_browser_that_is_gone_while_the_list_is_read_leaves_a_doubt() -> None:
    def gone(_: object) -> list[GrantedRow]:
        raise Error("Target page, context or browser has been closed")

    granting_ = granting(SimpleNamespace(ambiguous=False, all_released=True, failure=None, may_have_sent=False))
    granting_._session.read_list = gone  # type: ignore[assignment]

    with pytest.raises(InDoubt, match="the list cannot be read: the browser, or its page, was closed"):
        granting_._judge(_Click(INTENDED, Answer(500), None, None, socket_open=False))


@pytest.mark.parametrize("unclear", [{"ambiguous": True}, {"all_released": False}])
def test_what_left_and_is_not_surely_what_records_is_settled_by_the_list(unclear: dict[str, bool]) -> None:
    assert judged().reconciled is False
    assert judged(**unclear, rows=[row()]).reconciled is True
