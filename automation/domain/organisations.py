"""Organisations: their KvK numbers and names, who grants and who receives."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass


class KvkNumber(str):
    """Eight digits that identify an organisation in the Handelsregister; there is no check digit."""

    __slots__ = ()

    def __new__(cls, text: str) -> KvkNumber:
        """Raise ValueError with what the text looks like instead, and what to do."""
        if not re.fullmatch(r"[0-9]{8}", text):
            raise ValueError(_not_a_kvk_number(text))
        return super().__new__(cls, text)


def _not_a_kvk_number(text: str) -> str:
    start = f"KvK number '{text}'"
    if of_a_spreadsheet := re.fullmatch(r"([0-9]{7,8})\.0+", text):
        return f'{start} is written as a spreadsheet writes numbers: write it in quotes, "{of_a_spreadsheet[1]:0>8}"'
    digits = re.sub(r"[\s.\-]", "", text)
    count = f"{len(digits)} digit{'s' if len(digits) != 1 else ''}"
    if not re.fullmatch(r"[0-9]+", digits):
        return f"{start} is not a number of 8 digits"
    if digits != text:
        correction = f': write "{digits}"' if len(digits) == 8 else f", and has {count} where 8 are needed"
        return f"{start} has dots, dashes or spaces{correction}"
    if len(digits) == 7:
        return (
            f"{start} has 7 digits, 8 are needed; a leading zero may have been lost in a spreadsheet: "
            f'write it in quotes, "0{digits}"'
        )
    looks_like = {
        9: "; 9 digits is an RSIN: look the organisation up at the KvK",
        12: "; 12 digits is a vestigingsnummer (branch): look up the number of the organisation itself",
        20: "; 20 digits is an OIN (service provider): the KvK number is needed",
    }.get(len(digits), "")
    return f"{start} has {count}, 8 are needed{looks_like}"


KVK_NUMBER = r"(?:(?<![\w-])|(?<=[Kk][Vv][Kk])|(?<=[Kk][Vv][Kk]-))[0-9]{8}(?!\w)"
"""A KvK number among other words: no part of a longer number or of a reference such as `KM-12345678`."""


def kvk_numbers_in(text: str) -> set[str]:
    """The KvK numbers that a text shows, each once."""
    return set(re.findall(KVK_NUMBER, text))


def only_kvk_number_in(text: str) -> str | None:
    """The KvK number of a text that shows just one, spaces and dots between its digits set aside; else None."""
    found = kvk_numbers_in(re.sub(r"(?<=[0-9])[ .](?=[0-9])", "", text))
    return found.pop() if len(found) == 1 else None


_LEGAL_FORM = re.compile(
    r"\b(b ?v|n ?v|v ?o ?f|c ?v|u ?a|w ?a|b ?a|s ?e|besloten vennootschap|naamloze vennootschap"
    r"|vennootschap onder firma|commanditaire vennootschap|eenmanszaak|maatschap|stichting|vereniging"
    r"|cooperatie|cooperatieve)\b"
)


def same_name(one: str, other: str, *, legal_form_counts: bool) -> bool:
    """Whether two names of an organisation agree, case, accents, punctuation and spacing set aside.

    The legal form is set aside too where a KvK number stands beside the name, as for a receiver (law 2.6).
    """
    return _plain_name(one, legal_form_counts) == _plain_name(other, legal_form_counts) != ""


def _plain_name(name: str, legal_form_counts: bool) -> str:
    letters = unicodedata.normalize("NFKD", name).casefold()
    letters = "".join(c for c in letters if not unicodedata.combining(c)).replace("&", " en ")
    words = " ".join(re.sub(r"[^\w]+", " ", letters).split())
    if legal_form_counts:
        return re.sub(r"\b([a-z]) (?=[a-z]\b)", r"\1", words)  # "b v" is "bv"
    return " ".join(_LEGAL_FORM.sub(" ", words).split()) or words


@dataclass(frozen=True)
class Intermediary:
    """Who receives a grant; `uses_we_id` when it is sure that it is a customer of We-ID too."""

    kvk: KvkNumber
    name: str
    email: str | None = None
    uses_we_id: bool = False


@dataclass(frozen=True)
class Organisation:
    """Who grants (vertegenwoordigde)."""

    kvk: KvkNumber
    name: str
    contact_name: str | None = None
    contact_email: str | None = None
    account: str | None = None
    journal: str | None = None
