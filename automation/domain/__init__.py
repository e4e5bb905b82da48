"""The values that everything else uses: organisations, scopes, terms, amounts, grants and addresses."""

from automation.domain.grants import Grant, GrantedRow, Language, Limits, RowStatus
from automation.domain.money import Money
from automation.domain.organisations import (
    KVK_NUMBER,
    Intermediary,
    KvkNumber,
    Organisation,
    kvk_numbers_in,
    only_kvk_number_in,
    same_name,
)
from automation.domain.scope import EVERYTHING, GENERAL_TEXT, Element, Scope, ScopeKind, elements_as_data, same_words
from automation.domain.terms import AMSTERDAM, Duration, Term, Until, today

__all__ = [
    "AMSTERDAM",
    "EVERYTHING",
    "GENERAL_TEXT",
    "KVK_NUMBER",
    "Duration",
    "Element",
    "Grant",
    "GrantedRow",
    "Intermediary",
    "KvkNumber",
    "Language",
    "Limits",
    "Money",
    "Organisation",
    "RowStatus",
    "Scope",
    "ScopeKind",
    "Term",
    "Until",
    "elements_as_data",
    "kvk_numbers_in",
    "only_kvk_number_in",
    "same_name",
    "same_words",
    "today",
]
