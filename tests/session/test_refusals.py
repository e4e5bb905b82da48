"""Refused sign-ins: remembered over runs, for just these credentials, until a person or the portal says otherwise."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from automation.errors import SignInError, SignInRefused
from automation.inputs.accounts import Account
from automation.journal.journal import Journal
from automation.machine.person import Nobody, Person
from automation.session.refusals import RefusedSignIns
from tests.journals import address, lines

PORTAL = "https://portal.example"
OWN = {"username": "beheerder", "password": "s3cret-word", "totp_secret": "KETENMACHTIGINGMOCKKETENMACHTIGI"}
REFUSED = SignInRefused("refused", "", "“Gebruikersnaam of wachtwoord is onjuist.”")


class Typist:
    """A person who gives one answer to every question."""

    there = True

    def __init__(self, answer: str) -> None:
        self.answer = answer
        self.asked: list[str] = []

    def ask(self, question: str, *, hidden: bool, check: Callable[[], None]) -> str:
        self.asked.append(question)
        return self.answer


def sign_ins(
    journal: Journal, *, portal: str = PORTAL, named: str | None = None, person: Person | None = None, **changed: Any
) -> RefusedSignIns:
    account = Account.model_validate(OWN | changed)
    return RefusedSignIns(journal, portal, named, account, person or Nobody())


def test_nothing_was_refused_at_first(journal: Journal) -> None:
    sign_ins(journal).check()


def test_the_same_credentials_are_not_tried_again_and_the_portals_words_are_told(journal: Journal) -> None:
    sign_ins(journal).remember(REFUSED)

    with pytest.raises(SignInError, match="Gebruikersnaam of wachtwoord is onjuist") as caught:
        sign_ins(journal).check()
    assert caught.value.exit_code == 5
    assert "keten login" in caught.value.hint


@pytest.mark.parametrize(
    "changed",
    [
        {"password": "another"},
        {"totp_secret": "A" * 32},
        {"username": "ander"},
        {"second_factor": "prompt"},
        {"second_factor": "command", "second_factor_command": "code"},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_changed_credentials_are_tried(journal: Journal, changed: dict[str, Any]) -> None:
    sign_ins(journal).remember(REFUSED)

    sign_ins(journal, **changed).check()


@pytest.mark.parametrize(
    "other", [{"portal": "https://other.example"}, {"named": "holding"}], ids=["portal", "account"]
)
def test_another_account_or_portal_is_tried(journal: Journal, other: dict[str, Any]) -> None:
    sign_ins(journal).remember(REFUSED)

    sign_ins(journal, **other).check()


def test_once_the_portal_let_the_account_in_it_is_tried_again(journal: Journal, file: Path) -> None:
    sign_ins(journal).remember(REFUSED)
    sign_ins(journal, password="another").forget()

    sign_ins(journal).check()
    assert len(lines(file)["sign_ins"]) == 2


def test_a_sign_in_that_succeeds_writes_nothing_where_none_was_refused(journal: Journal, file: Path) -> None:
    sign_ins(journal).forget()

    assert lines(file)["sign_ins"] == set()


def test_a_person_may_have_them_tried_once_more(journal: Journal) -> None:
    sign_ins(journal).remember(REFUSED)
    person = Typist("y")
    attended = sign_ins(journal, person=person)

    attended.check()
    attended.check()  # a session that ran out is renewed without a second question
    assert len(person.asked) == 1
    assert REFUSED.words in person.asked[0]

    attended.remember(REFUSED)
    attended.check()
    assert len(person.asked) == 2


@pytest.mark.parametrize("answer", ["", "n", "nee"])
def test_a_person_who_says_no_has_them_left_alone(journal: Journal, answer: str) -> None:
    sign_ins(journal).remember(REFUSED)

    with pytest.raises(SignInError):
        sign_ins(journal, person=Typist(answer)).check()


def test_the_journal_holds_no_credential_and_no_fingerprint_that_another_journal_would_make(
    journal: Journal, file: Path, tmp_path: Path
) -> None:
    other_file = tmp_path / "other.db"
    other = Journal.open(address(other_file))
    for one in (journal, other):
        sign_ins(one).remember(REFUSED)
    other.close()

    held, held_elsewhere = lines(file)["sign_ins"], lines(other_file)["sign_ins"]
    assert not any(secret in repr((held, lines(file)["keys"])) for secret in OWN.values())
    assert {line[5] for line in held} != {line[5] for line in held_elsewhere}
