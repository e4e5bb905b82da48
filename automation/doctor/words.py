"""Learns the portal's own wording of durations, amounts, statuses and scopes, and proposes it for the profile."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from automation.doctor.findings import Findings
from automation.doctor.guessing import values
from automation.domain import RowStatus
from pages.profile import Profile

_WITH_VAT = re.compile(r"\(?incl(\.|usief)?\s+(\d+\s*%\s*)?btw\.?\)?", re.IGNORECASE)
_LIST_SAYS = re.compile(r"\d+")


def learn_durations(findings: Findings, profile: Profile, options: Sequence[str]) -> str | None:
    """Learn how the options of a duration are written; returns the longest one, or the profile's own wording of it."""
    years = {int(found[0]): text for text in options if values.is_duration(text) and (found := _LIST_SAYS.search(text))}
    if not years:
        return profile.formats.duration.format(years=5)
    forms = {text.replace(str(number), "{years}", 1) for number, text in years.items() if number > 1}
    form = forms.pop() if len(forms) == 1 else None
    if form and form.casefold() != profile.formats.duration.casefold():
        findings.formats["duration"] = form
    return years[max(years)]


def until_option(options: Iterable[str]) -> str | None:
    """Return the option that lets a person give an end date, if there is one."""
    return next((o for o in options if re.search(r"datum|tot en met|until|date", o, re.IGNORECASE)), None)


def learn_costs(findings: Findings, profile: Profile, text: str) -> None:
    """Check that the amount can be read; propose a note that says no more than that VAT is included."""
    try:
        profile.formats.amount(text)
    except ValueError as error:
        note = re.sub(r"^.*?\d[\d.]*([,.]\d{2}|,-)?\s*", "", text).strip()
        if _WITH_VAT.fullmatch(note):
            findings.formats["amount_notes"] = [*profile.formats.amount_notes, note]
        else:
            findings.unsure_formats[f"costs.amount could not be read: {error}"] = None


def learn_statuses(findings: Findings, profile: Profile, words: Iterable[str]) -> None:
    """Report the statuses that the profile does not know; only a person can say what they mean."""
    for word in words:
        if word and profile.status(word) is RowStatus.UNKNOWN:
            findings.unsure_formats[f"the profile does not know the status “{word}” on the list of grants"] = None


def learn_scope(
    findings: Findings,
    profile: Profile,
    provider: str | None,
    service: str | None,
    texts: Iterable[str],
    *,
    general: bool = False,
) -> None:
    """Learn how the portal writes what a grant covers, from the names that the walk chose."""
    for text in texts:
        try:
            profile.formats.element(text)
            continue
        except ValueError:
            form = _form(text, provider, service, general=general)
        if form is None:
            findings.unsure_formats[f"the profile does not know this wording of a scope: “{text}”"] = None
        else:
            findings.formats.setdefault("scope", {})[form[0]] = form[1]


def _form(text: str, provider: str | None, service: str | None, *, general: bool) -> tuple[str, str] | None:
    if general:
        return "general", text
    if provider and service and provider in text and service in text:
        pattern = re.escape(text).replace(re.escape(service), "(?P<service>.+)", 1)
        return "service", f"/{pattern.replace(re.escape(provider), '(?P<provider>[^:]+)', 1)}/"
    if provider and provider in text:
        return "provider", f"/{re.escape(text).replace(re.escape(provider), '(?P<provider>.+)', 1)}/"
    return None
