"""What a person may say of a reference, and what it means. Pure: the rules of `keten resolve` (law 1, 5)."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from automation.errors import UsageError
from automation.law.history import Attempt, AttemptState, History, Question, QuestionKind, Ruling

_IF_REVOKED = (
    "If it was revoked since, `keten plan` says so; after that --grant-again lets keten grant it again, at its costs."
)


def find(asked: str, histories: Iterable[History]) -> Attempt | Question:
    """What a reference, or an entry's id where that is unique, stands for; UsageError for nothing, or several.

    Of an entry's intents those that wait for a person go before the others.
    """
    known = list(histories)
    attempts = [attempt for history in known for attempt in history.attempts]
    about: dict[str, Attempt | Question] = {attempt.ref: attempt for attempt in attempts}
    about |= {question.ref: question for history in known for question in history.questions if question.ref}
    if (found := about.get(asked.upper())) is not None:
        return found
    named = [attempt for attempt in attempts if attempt.entry == asked]
    named = [attempt for attempt in named if waits(attempt)] or named
    if len(named) == 1:
        return named[0]
    if named:
        refs = ", ".join(sorted(attempt.ref for attempt in named))
        raise UsageError(f"'{asked}' was tried more than once: {refs}", "Say which by its reference.")
    names = {name.casefold(): name for name in (*about, *(attempt.entry for attempt in attempts))}
    near = difflib.get_close_matches(asked.casefold(), names, cutoff=0.5)
    hint = f"Did you mean {' or '.join(names[name] for name in near)}?" if near else "`keten status` lists them."
    raise UsageError(f"the journal has no '{asked}'", hint)


def waits(attempt: Attempt) -> bool:
    """Whether it is for a person to say what became of it, unless the list tells first."""
    differs = attempt.state is AttemptState.GRANTED and attempt.error is not None
    return attempt.is_unsettled() or (differs and attempt.ruling is None)


def check(about: Attempt | Question, ruling: Ruling) -> None:
    """UsageError when that ruling makes no sense of it."""
    refusal = _of_question(about, ruling) if isinstance(about, Question) else _of_attempt(about, ruling)
    if refusal is not None:
        raise UsageError(f"{about.ref} {refusal[0]}", refusal[1])


def _of_question(question: Question, ruling: Ruling) -> tuple[str, str] | None:
    if question.kind is QuestionKind.TAKEN_AWAY and ruling is not Ruling.GRANT_AGAIN:
        return (
            "was granted, and taken away since",
            "--grant-again lets keten grant it again; without it, keten does not.",
        )
    if question.kind is QuestionKind.NARROWER and ruling is Ruling.NOT_GRANTED:
        return (
            "asks whether the narrower rows on the list are one wider grant",
            "--granted: they are, and it is there. --grant-again: they are not, and it may be granted.",
        )
    return None


def _of_attempt(attempt: Attempt, ruling: Ruling) -> tuple[str, str] | None:
    if attempt.state is AttemptState.FAILED:
        return "failed, and certainly recorded nothing", "There is nothing to decide: the next run grants it."
    if attempt.state is not AttemptState.GRANTED:
        again = ruling is Ruling.GRANT_AGAIN
        return ("is in doubt", "Say first whether it was granted: --granted or --not-granted.") if again else None
    if ruling is Ruling.NOT_GRANTED and attempt.error is None and not attempt.on_say_so:
        return "was granted: keten saw it", _IF_REVOKED
    if ruling is Ruling.GRANT_AGAIN and attempt.error is None and attempt.stands() and not attempt.missed:
        return "is granted, and no plan has missed it on the portal's list", _IF_REVOKED
    if ruling is Ruling.GRANTED and attempt.error is None and attempt.ruling is None:
        return "was granted: keten saw it", "There is nothing to decide."
    return None


def meaning(about: Attempt | Question, ruling: Ruling) -> str:
    """What the ruling means, and from when."""
    if isinstance(about, Question) and about.kind is QuestionKind.NARROWER:
        return (
            "the narrower rows are the wider grant, which counts as there from now on, as long as they are listed"
            if ruling is Ruling.GRANTED
            else "the narrower rows are grants of their own: the next run may grant the wider one, at its costs"
        )
    owed = isinstance(about, Attempt) and not about.noticed
    letter = (
        f"; its notice is owed: the next `keten apply` of this organisation makes it, in settled/{about.ref}/ of its "
        "run, and says where"
    )
    return {
        Ruling.GRANTED: f"it counts as granted from now on{letter if owed else ''}",
        Ruling.NOT_GRANTED: "it counts as not granted once the list has had time to show it, counted from the click "
        "(KETEN_LIST_LAG: 24 hours unless set, for a portal on this machine as long as KETEN_LIST_PATIENCE); if a row "
        "appears before then, the row counts",
        Ruling.GRANT_AGAIN: "the next run whose scenario asks for it may grant it again, at its costs",
    }[ruling]
