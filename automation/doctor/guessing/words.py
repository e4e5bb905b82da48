"""Compares two names on a screen: by synonyms, inflections, compounds and abbreviations."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from rapidfuzz import fuzz

SAME = (
    "intermediair gemachtigde gevolmachtigde ketenpartij ontvanger receiver intermediary",
    "organisatie bedrijf onderneming company organisation partij",
    "dienstverlener instantie overheidsinstantie overheidsorganisatie agency provider",
    "dienst service onderdeel",
    "machtiging volmacht ketenmachtiging mandaat mandate bevoegdheid authorisation",
    "kvk handelsregister coc",
    "nummer number no nr cijfer",
    "zoeken opzoeken vinden search find look trefwoord filter filteren",
    "controleren nakijken check verifieren verificatie controle",
    "volgende verder doorgaan door vervolgen next continue vooruit proceed",
    "vorige terug back previous",
    "annuleren stoppen cancel afbreken sluiten close",
    "vastleggen registreren indienen definitief afgeven verlenen record submit bekrachtigen ondertekenen",
    "bevestigen confirm versturen verzenden insturen",
    "akkoord accepteren instemmen agree accept toestemming",
    "duur looptijd geldigheidsduur termijn duration periode period term",
    "kosten bedrag prijs tarief price amount costs betalen verschuldigd",
    "totaal samen total totaalbedrag",
    "einddatum vervaldatum einde vervallen eindigen aflopen ends expiry",
    "ingangsdatum begindatum vanaf sinds start ingaan",
    "toevoegen add overnemen selecteren kiezen kies select gebruiken",
    "gekozen geselecteerd toegevoegd selected chosen keuze selectie aangevinkt",
    "resultaat gevonden result found",
    "nieuw nieuwe new",
    "kenmerk referentie reference ref dossiernummer registratienummer",
    "status toestand stand geldigheid situatie fase state",
    "gebruiker inlog login user account loginnaam",
    "wachtwoord wachtzin pincode password passphrase geheim toegangswoord pin",
    "inloggen aanmelden login log signin sign",
    "naam name benaming heten",
    "code token otp",
    "algemeen volledig onbeperkt alles general everything full",
    "los afzonderlijk enkel specifiek apart selected",
    "regel rij rijen row rows items",
    "meer more overige laden",
    "overzicht samenvatting summary review",
    "namens behalf handelt werkt acting",
    "pagina bladzijde scherm page bladeren",
)
"""Synonyms on the screens of such portals, a group a line; inflections need not be listed."""

_STOP_WORDS = frozenset({
    "de", "het", "een", "en", "of", "van", "voor", "met", "te", "tot", "in", "op", "aan", "uw", "u", "mijn",
    "ik", "ga", "is", "dit", "dat", "deze", "die", "er", "wordt", "the", "a", "for", "to", "your", "i",
    "my", "and", "be", "om", "bij", "naar", "wie", "hoe",
})  # fmt: skip
_GENERIC = frozenset({
    "nummer", "naam", "datum", "organisatie", "dienst", "machtiging", "gekozen", "toevoegen", "code",
})  # fmt: skip
_ABBREVIATIONS = {"nr": "nummer", "knr": "kvknummer", "org": "organisatie", "dvl": "dienstverlener", "tm": "einddatum"}
_SIGNS = {
    "›": "volgende", "»": "volgende", ">": "volgende", "→": "volgende", "chevron_right": "volgende", "‹": "vorige",
    "«": "vorige", "<": "vorige", "←": "vorige", "×": "sluiten", "✕": "sluiten", "+": "nieuw", "＋": "nieuw",
    "🔍": "zoeken",
}  # fmt: skip
"""The meaning of buttons that show a sign instead of a word."""
_SUFFIXES = ("ingen", "ing", "ende", "en", "es", "de", "te", "e", "s", "t", "d")


@cache
def stem(word: str) -> str:
    """Return the word without its inflection, roughly: `kiezen`, `kies` and `kiest` have one stem."""
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            word = word.removesuffix(suffix)
            break
    word = re.sub(r"(.)\1+", r"\1", word)
    return word[:-1] + {"z": "s", "v": "f"}[word[-1]] if word[-1:] in ("z", "v") else word


_CONCEPTS = {stem(word): words.split()[0] for words in reversed(SAME) for word in words.split()}


@cache
def _compound(word: str) -> tuple[str, ...]:
    """Split a compound into known words; returns the word itself if it is not a compound."""
    if stem(word) in _CONCEPTS or len(word) < 7:
        return (word,)
    for cut in range(len(word) - 3, 2, -1):
        right = word[cut:]
        for left in (word[:cut], word[:cut].removesuffix("s"), word[:cut].removesuffix("en")):
            if stem(left) in _CONCEPTS and stem(right) in _CONCEPTS:
                return (left, right)
    return (word,)


@cache
def concepts(text: str) -> tuple[str, ...]:
    """Return the meaning of each word of a text, in order: one name for synonyms, stems for the other words."""
    text = _SIGNS.get(text.strip(), text)
    plain = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    plain = re.sub(r"\bk\.?\s?v\.?\s?k\b\.?", "kvk", plain).replace("log in", "login").replace("sign in", "signin")
    words = [_ABBREVIATIONS.get(word, word) for word in re.findall(r"[a-z0-9]+", plain)]
    telling = [word for word in words if word not in _STOP_WORDS]
    parts = [part for word in telling or words for part in _compound(word)]
    return tuple(_CONCEPTS.get(stem(part), stem(part)) for part in parts)


@cache
def likeness(one: str, other: str) -> float:
    """Return how alike two names are, from 0 to 1; generic words count for half."""
    mine, theirs = concepts(one), concepts(other)
    if not mine or not theirs:
        return 0.0
    if mine == theirs:
        return 1.0
    shared = sum(_weight(word) * max(_same(word, its) for its in theirs) for word in mine)
    back = sum(_weight(word) * max(_same(word, its) for its in mine) for word in theirs)
    whole, shorter = _whole(mine) + _whole(theirs), min(_whole(mine), _whole(theirs))
    both = (shared + back) / whole
    covered = min(shared, back) / shorter if shorter >= 1 else 0.0
    return min(0.95, max(both, 0.75 * covered))


def likest(text: str, names: Iterable[str]) -> float:
    """Return the likeness to the most similar name; 0 for an empty text."""
    return max((likeness(text, name) for name in names), default=0.0) if text else 0.0


def _whole(words: tuple[str, ...]) -> float:
    return sum(map(_weight, words))


def _weight(word: str) -> float:
    return 0.5 if word in _GENERIC else 1.0


def _same(one: str, other: str) -> float:
    if one == other:
        return 1.0
    return 0.9 if min(len(one), len(other)) > 4 and fuzz.ratio(one, other) >= 85 else 0.0
