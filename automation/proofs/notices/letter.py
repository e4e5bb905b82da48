"""The notice itself, as plain text and as a page to print; both from one wording per language."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from automation.domain import Intermediary, Language, Organisation, Scope
from automation.proofs.notices.inert import inert

_WIDTH = 78


@dataclass(frozen=True, kw_only=True)
class NoticeFacts:
    """What a notice tells. `rehearsal`: recorded in a practice portal, so that nobody may rely on it."""

    organisation: Organisation
    intermediary: Intermediary
    scope: Scope
    valid_from: date | None
    valid_until: date
    reference: str | None
    recorded_on: date
    language: Language
    rehearsal: bool


@dataclass(frozen=True)
class Notice:
    """A letter to the receiver: `text` in lines of at most 78 columns, `html` one page without outside resources."""

    subject: str
    text: str
    html: str


def compose(facts: NoticeFacts) -> Notice:
    """The letter with the four facts of step 6 of the instruction, in the language of the facts.

    Names are shown as they are, made inert: they bring no markup, line break or invisible character into the letter.
    """
    content = _content(facts)
    wording = _TEXT.get_template(f"wording.{facts.language}.jinja").make_module(content)
    return Notice(
        subject=str(wording.subject),  # type: ignore[attr-defined]
        text=_TEXT.get_template("notice.txt.jinja").render(content),
        html=_HTML.get_template("notice.html.jinja").render(content),
    )


def _content(facts: NoticeFacts) -> dict[str, object]:
    organisation, intermediary = facts.organisation, facts.intermediary
    contact = (organisation.contact_name, organisation.contact_email)
    return {
        "language": facts.language,
        "rehearsal": facts.rehearsal,
        "organisation": inert(organisation.name),
        "organisation_kvk": organisation.kvk,
        "contact": ", ".join(inert(part) for part in contact if part),
        "intermediary": inert(intermediary.name),
        "email": inert(intermediary.email or ""),
        "intermediary_kvk": intermediary.kvk,
        "uses_we_id": intermediary.uses_we_id,
        "scope_kind": facts.scope.kind,
        "names": [inert(name) for name in facts.scope.names()] if facts.scope.kind != "general" else [],
        "reference": inert(facts.reference or ""),
        "recorded_on": _date(facts.recorded_on, facts.language),
        "valid_from": facts.valid_from and _date(facts.valid_from, facts.language),
        "valid_until": _date(facts.valid_until, facts.language),
    }


def _date(day: date, language: Language) -> str:
    return format_date(day, "d MMMM y", locale=language)


def _wrapped(text: str, indent: int = 0) -> str:
    """The text in lines of at most 78 columns, its later lines indented.

    An indent is what keeps a very long name from passing for a line of its own in the letter.
    """
    return textwrap.fill(text, _WIDTH, subsequent_indent=" " * indent, break_on_hyphens=False)


def _environment(*, html: bool) -> Environment:
    environment = Environment(
        loader=PackageLoader("automation.proofs.notices"),
        autoescape=html,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["wrapped"] = _wrapped
    environment.filters["dutch"] = Markup('<i lang="nl">{}</i>').format if html else str
    return environment


_TEXT = _environment(html=False)
_HTML = _environment(html=True)
