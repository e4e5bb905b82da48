"""Recognises what a text on the screen is: an amount, a date, a KvK number, a duration, a scope."""

from __future__ import annotations

import re

from automation.domain import kvk_numbers_in, only_kvk_number_in

_DATE = re.compile(r"(\d{1,2}[-/. ](\d{1,2}|[a-z]{3,9}\.?)[-/. ]\d{4}|\d{4}-\d{2}-\d{2})", re.IGNORECASE)
_DATE_FORM = re.compile(r"\bd{1,2}[-/. ]m{1,4}[-/. ][jy]{2,4}\b", re.IGNORECASE)
_AMOUNT = re.compile(r"(€|EUR)\s*\d[\d.]*([,.]\d{2}|,-)?|\b\d[\d.]*,\d{2}\b", re.IGNORECASE)
_YEARS = re.compile(r"\b[1-9]\s*(jaar|jaren|jr|years?)\b\.?", re.IGNORECASE)
_NOT_WHOLE = re.compile(r"\b(excl|exclusief|per|p\.?\s?[jm]\b|zonder btw|ex btw|maandelijks|jaarlijks)", re.IGNORECASE)
_LEGAL_FORM = re.compile(
    r"\b(b\.?v\.?|n\.?v\.?|v\.?o\.?f\.?|stichting|vereniging|holding|maatschap|u\.a\.)(?!\w)", re.I
)
_SCOPE = re.compile(r"alle diensten|algemene|all services|[^:]+: \S|alles|general", re.IGNORECASE)
_STATUS = re.compile(
    r"actief|geldig|verlopen|ingetrokken|be[eë]indigd|in behandeling|van kracht|active|expired|revoked|pending",
    re.IGNORECASE,
)
_REFERENCE = re.compile(r"(?=.*\d)[A-Z]{0,6}[-/ ]?[\w-]*\d[\w-]*", re.IGNORECASE)


def is_date(text: str) -> bool:
    """Whether it is a calendar date and nothing else."""
    return bool(_DATE.fullmatch(text.strip()))


def asks_for_date(text: str) -> bool:
    """Whether it says how a date is to be written, as `dd-mm-jjjj`."""
    return bool(_DATE_FORM.search(text))


def is_amount(text: str) -> bool:
    """Whether it is an amount with at most a note beside it."""
    found = _AMOUNT.search(text)
    return found is not None and len(text) - len(found[0]) <= 24


def number(text: str) -> float:
    """Return the amount in the text, in euros; 0 if there is none."""
    found = _AMOUNT.search(text)
    figures = re.sub(r"[^0-9,]", "", found[0].replace(",-", "")).replace(",", ".") if found else ""
    return float(figures or 0)


def is_not_whole(text: str) -> bool:
    """Whether it says that an amount is a rate, or excludes VAT."""
    return bool(_NOT_WHOLE.search(text))


def has_kvk(text: str) -> bool:
    """Whether it contains a number of eight digits."""
    return bool(kvk_numbers_in(text) or only_kvk_number_in(text))


def are_durations(texts: tuple[str, ...]) -> bool:
    """Whether at least two of these are numbers of years."""
    return sum(bool(_YEARS.search(text)) for text in texts) >= 2


def is_duration(text: str) -> bool:
    """Whether it is a number of years and nothing else."""
    return bool(_YEARS.fullmatch(text.strip()))


def is_organisation(text: str) -> bool:
    """Whether it contains a legal form, as names of organisations do."""
    return bool(_LEGAL_FORM.search(text)) and len(text) <= 120


def is_scope(text: str) -> bool:
    """Whether it is a scope."""
    rest = text.rpartition(":")[2].strip()
    return bool(_SCOPE.match(text)) and not (is_date(rest) or is_amount(rest) or has_kvk(rest) or is_organisation(rest))


def is_status(text: str) -> bool:
    """Whether it is a status of a grant."""
    return bool(_STATUS.match(text)) and len(text) <= 24


def is_reference(text: str) -> bool:
    """Whether it is a reference of a grant."""
    return bool(_REFERENCE.fullmatch(text.strip())) and not has_kvk(text) and not is_date(text)


def is_name(text: str) -> bool:
    """Whether it may be a name: it has letters, and is none of the other kinds."""
    words = bool(re.search(r"[A-Za-z]{2}", text)) and len(text) <= 80 and not text.endswith((":", "…"))
    return words and not (is_date(text) or is_amount(text) or is_status(text) or has_kvk(text))
