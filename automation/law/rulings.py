"""What a person may say of a reference, and what it means. Pure: the rules of `keten resolve` (law 1, 5)."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from automation.errors import UsageError
from automation.law.history import History, Matter, Past, PastState, Question, Ruling

_IF_REVOKED = (
    "If it was revoked since, `keten plan` says so; after that --grant-again lets keten grant it anew, at its costs."
)


def find(asked: str, histories: Iterable[History]) -> Past | Question:
    """What a reference, or an entry's id where that is unique, stands for; UsageError when it is none or several.

    Of an entry's intents those that wait for a person go before the others.
    """
    known = list(histories)
    pasts = [past for history in known for past in history.pasts]
    about: dict[str, Past | Question] = {past.ref: past for past in pasts}
    about |= {question.ref: question for history in known for question in history.questions if question.ref}
    if (found := about.get(asked.upper())) is not None:
        return found
    named = [past for past in pasts if past.entry == asked]
    named = [past for past in named if waits(past)] or named
    if len(named) == 1:
        return named[0]
    if named:
        refs = ", ".join(sorted(past.ref for past in named))
        raise UsageError(f"'{asked}' was tried more than once: {refs}", "Say which by its reference.")
    names = {name.casefold(): name for name in (*about, *(past.entry for past in pasts))}
    near = difflib.get_close_matches(asked.casefold(), names, cutoff=0.5)
    hint = f"Near it: {', '.join(names[name] for name in near)}." if near else "`keten status` shows what it knows."
    raise UsageError(f"the journal knows no '{asked}'", hint)


def waits(past: Past) -> bool:
    """Whether it is for a person to say what became of it, unless the list tells first."""
    differs = past.state is PastState.GRANTED and past.error is not None
    return past.is_unsettled() or (differs and past.ruling is None)


def check(about: Past | Question, ruling: Ruling) -> None:
    """UsageError when that ruling makes no sense of it."""
    refusal = _of_question(about, ruling) if isinstance(about, Question) else _of_past(about, ruling)
    if refusal is not None:
        raise UsageError(f"{about.ref} {refusal[0]}", refusal[1])


def _of_question(question: Question, ruling: Ruling) -> tuple[str, str] | None:
    if question.matter is Matter.TAKEN_AWAY and ruling is not Ruling.GRANT_AGAIN:
        return "was granted, and taken away since", "--grant-again lets keten grant it anew; without it, it stays away."
    if question.matter is Matter.NARROWER and ruling is Ruling.NOT_GRANTED:
        return (
            "asks whether the narrower rows on the list are one wider grant",
            "--granted: they are, and it is there. --grant-again: they are not, and it may be granted.",
        )
    return None


def _of_past(past: Past, ruling: Ruling) -> tuple[str, str] | None:
    if past.state is PastState.FAILED:
        return "failed, and surely recorded nothing", "There is nothing to say of it: the next run grants it."
    if past.state is not PastState.GRANTED:
        again = ruling is Ruling.GRANT_AGAIN
        return ("is in doubt", "Say first whether it was granted: --granted or --not-granted.") if again else None
    if ruling is Ruling.NOT_GRANTED and past.error is None and not past.on_say_so:
        return "was granted, as keten saw", _IF_REVOKED
    if ruling is Ruling.GRANT_AGAIN and past.error is None and past.stands() and not past.missed:
        return "is granted, and no plan has missed it on the portal's list", _IF_REVOKED
    if ruling is Ruling.GRANTED and past.error is None and past.ruling is None:
        return "was granted, as keten saw", "There is nothing to say of it."
    return None


def meaning(about: Past | Question, ruling: Ruling) -> str:
    """What the ruling means, and from when."""
    if isinstance(about, Question) and about.matter is Matter.NARROWER:
        return (
            "the narrower rows are the wider grant, which counts as there from now on, as long as they are listed"
            if ruling is Ruling.GRANTED
            else "the narrower rows are grants of their own: the next run may grant the wider one, at its costs"
        )
    owed = isinstance(about, Past) and not about.noticed
    letter = (
        f"; its notice is owed: the next `keten apply` of this organisation makes it, in settled/{about.ref}/ of its "
        "run, and says where"
    )
    return {
        Ruling.GRANTED: f"it counts as granted from now on{letter if owed else ''}",
        Ruling.NOT_GRANTED: "it counts as not granted once the list had its time to show it, counted from the click "
        "(KETEN_LIST_LAG: 24 hours unless set, for a portal on this machine as long as KETEN_LIST_PATIENCE); if a row "
        "turns up before, that counts",
        Ruling.GRANT_AGAIN: "the next run whose scenario asks for it may grant it anew, at its costs",
    }[ruling]
