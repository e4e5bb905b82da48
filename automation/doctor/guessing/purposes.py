"""Describes each control of the profile: its kind, its usual names, its content and its place on the screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "field", "secret", "code", "button", "record", "toggle", "radio", "choice", "value", "list", "region", "table",
    "column", "heading",
]  # fmt: skip
Holds = Literal["kvk", "amount", "date", "duration", "scope", "organisation", "name", "status", "reference"]

_BACK = "vorige | terug | annuleren | stoppen | wissen | sluiten | afmelden | uitloggen | wachtwoord vergeten | concept"
RECORDS = (
    "vastleggen", "definitief maken", "registreren", "indienen", "afgeven", "machtiging verlenen", "ondertekenen",
    "bevestigen", "bevestigen en betalen", "betalen", "akkoord en afronden", "afronden", "versturen", "zet in register",
    "opslaan", "uitvoeren", "activeren", "machtigen", "record", "confirm", "submit", "create mandate", "pay", "finish",
)  # fmt: skip
"""Names of buttons that record a grant."""
GOES_ON = (
    "volgende", "verder", "doorgaan", "ga verder", "door", "volgende stap", "naar overzicht", "naar samenvatting",
    "naar controle", "next", "continue", "vooruit",
)  # fmt: skip
"""Names of buttons that lead to the next step."""


@dataclass(frozen=True, kw_only=True)
class Purpose:
    """What a control is for. `says`: usual names; `unlike`: names of other controls that look like it; `near`: the
    control beside it; `known`: the fact that it shows; `end`: whether it is the last of its form; `transient`: whether
    it appears only at times, so that its absence means nothing.
    """

    kind: Kind
    says: tuple[str, ...] = ()
    unlike: tuple[str, ...] = ()
    holds: Holds | None = None
    near: str | None = None
    known: str | None = None
    end: bool = False
    transient: bool = False


def _p(
    kind: Kind,
    says: str = "",
    unlike: str = "",
    *,
    holds: Holds | None = None,
    near: str | None = None,
    known: str | None = None,
    end: bool = False,
    transient: bool = False,
) -> Purpose:
    return Purpose(
        kind=kind, says=_split(says), unlike=_split(unlike), holds=holds, near=near, known=known, end=end,
        transient=transient,
    )  # fmt: skip


def _split(names: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in names.split("|") if name.strip())


_CONTINUE = Purpose(kind="button", says=GOES_ON, unlike=_split(_BACK), end=True)
_ERROR = _p("region", transient=True)

PURPOSES: dict[str, dict[str, Purpose]] = {
    "sign_in": {
        "username": _p("field", "gebruikersnaam | inlognaam | e-mailadres | account | klantcode", "zoeken"),
        "password": _p("secret", "wachtwoord | wachtzin | pincode"),
        "submit": _p("button", "inloggen | aanmelden | log in | verder | ga verder | naar binnen",
                     f"{_BACK} | account aanvragen | toon wachtwoord | zoeken | hulp", end=True),
        "code": _p("code", "code | eenmalige code | verificatiecode | controlegetal | cijfers | token | pincode"),
        "submit_code": _p("button", "bevestigen | controleren | verder | versturen | inloggen | klaar",
                          f"{_BACK} | stuur opnieuw | andere methode | nieuwe code", end=True),
        "continue": _p("button", transient=True),
        "organisation": _p("radio", transient=True),
        "organisations": _p("radio", transient=True),
        "choose_organisation": _p("button", transient=True),
        "error": _ERROR,
        "no_access": _p("heading", transient=True),
    },
    "shell": {
        "organisation": _p("value", "organisatie | u handelt voor | ingelogd namens | namens | bedrijf | acting for",
                           holds="organisation", known="organisation"),
        "busy": _p("region", transient=True),
        "maintenance": _p("heading", transient=True),
    },
    "granted": {
        "new": _p("button", "nieuwe ketenmachtiging | machtiging toevoegen | ketenmachtiging afgeven "
                  "| iemand machtigen | volmacht verlenen | machtiging verstrekken | nieuw | toevoegen | new mandate",
                  "ontvangen | exporteren | afdrukken | vernieuwen | excel | details | intrekken | account"),
        "search": _p("field", "zoek op naam of kvk-nummer | zoeken | filter | zoek in lijst"),
        "page_size": _p("choice", "rijen per pagina | aantal per bladzijde | regels per pagina | toon "
                        "| items per page"),
        "table": _p("table", "verleende machtigingen | afgegeven machtigingen | mijn volmachten | mandates given"),
        "row": _p("region", transient=True),
        "name_column": _p("column", "intermediair | gemachtigde | organisatie | bedrijf | naam | wie", holds="name"),
        "kvk_column": _p("column", "kvk-nummer | kvk-nr. | handelsregisternummer | nummer", holds="kvk"),
        "scope_column": _p("column", "bevoegdheid | reikwijdte | diensten | machtiging voor | waarvoor | omvang | wat",
                           holds="scope"),
        "valid_from_column": _p("column", "ingangsdatum | begindatum | geldig vanaf | vanaf | start", holds="date"),
        "valid_until_column": _p("column", "einddatum | geldig tot en met | vervaldatum | loopt tot | geldig tot "
                                 "| loopt af | eindigt op | einde", holds="date"),
        "status_column": _p("column", "status | toestand | stand van zaken | geldigheid", holds="status"),
        "reference_column": _p("column", "kenmerk | referentie | registratienummer | nr.", holds="reference"),
        "count": _p("value", transient=True),
        "empty": _p("value", transient=True),
        "filtered_by": _p("value", transient=True),
        "next_page": _p("button", "volgende pagina | volgende | verder bladeren | meer | next page",
                        "vorige pagina | vorige | previous page", near="page_size"),
        "row_details": _p("button", transient=True),
        "details": _p("region", transient=True),
        "details_scope": _p("value", transient=True),
        "details_close": _p("button", transient=True),
    },
    "receiver": {
        "kvk": _p("field", "kvk-nummer van intermediair | kvk-nr. gemachtigde | nummer in handelsregister | kvk-nummer "
                  "| wie wilt u machtigen", "vestigingsnummer | rsin | eigen kenmerk | naam | zoeken",
                  holds="kvk", known="kvk"),
        "look_up": _p("button", "opzoeken | zoeken | controleren | gegevens ophalen | zoek op | look up",
                      f"{_BACK} | volgende | verder", near="kvk"),
        "found": _p("region", "gevonden organisatie | zoekresultaat | organisatiegegevens | resultaat van controle",
                    known="kvk"),
        "found_name": _p("value", "naam | handelsnaam | statutaire naam | bedrijfsnaam", "plaats | straat | vestiging",
                         holds="name", known="receiver_name"),
        "found_kvk": _p("value", "kvk-nummer | kvk | handelsregister", holds="kvk", known="kvk"),
        "error": _ERROR,
        "continue": _CONTINUE,
    },
    "scope": {
        "general": _p("radio", "algemene bevoegdheid | volledige bevoegdheid | alle diensten | onbeperkt | alles "
                      "| voor alles | everything"),
        "providers": _p("radio", "dienstverlenersmachtiging | per dienstverlener | per organisatie | hele instanties "
                        "| alle diensten van een dienstverlener"),
        "services": _p("radio", "per dienst | losse diensten | afzonderlijke diensten | dienst voor dienst "
                       "| selected services | losse onderdelen"),
        "provider": _p("choice", "dienstverlener toevoegen | kies dienstverlener | instantie zoeken | agency"),
        "chosen_providers": _p("list", "gekozen dienstverleners | geselecteerde dienstverleners | uw keuze "
                               "| toegevoegde instanties", known="provider"),
        "open_search": _p("button", "diensten zoeken | kies diensten | diensten toevoegen | selecteren "
                          "| blader door diensten", _BACK + " | volgende | verder"),
        "service_search": _p("field", "zoek een dienst | zoekterm | dienst | trefwoord | naam van dienst"),
        "service_results": _p("toggle", transient=True),
        "service": _p("toggle", known="service"),
        "service_of_any_provider": _p("toggle", transient=True),
        "more_services": _p("button", transient=True),
        "add_services": _p("button", "toevoegen | overnemen | kiezen | selectie overnemen | selectie toevoegen | klaar",
                           f"{_BACK} | volgende | verder | meer resultaten | zoeken", near="service_search", end=True),
        "chosen_services": _p("list", "gekozen diensten | geselecteerde diensten | uw selectie | aangevinkt | uw keuze",
                              "gevonden diensten | resultaten", holds="scope", known="service"),
        "error": _ERROR,
        "continue": _CONTINUE,
    },
    "costs": {
        "duration": _p("choice", "duur | looptijd | geldigheidsduur | termijn | geldig voor | hoe lang "
                       "| validity period",
                       holds="duration"),
        "end_date": _p("field", "einddatum | tot en met | geldig tot | datum", holds="date", near="duration"),
        "amount": _p("value", "totaal | te betalen | totaalbedrag | kosten | u betaalt | samen | price to pay",
                     "subtotaal | btw | per jaar | starttarief | korting | administratiekosten | vaste kosten",
                     holds="amount"),
        "agree": _p("toggle", "ik ga akkoord met kosten | akkoord | ik accepteer de kosten | ik stem in met bedrag "
                    "| i accept the price", "nieuwsbrief | privacyverklaring | onthouden | herinnering", near="amount"),
        "error": _ERROR,
        "continue": _CONTINUE,
    },
    "review": {
        "heading": _p("heading", "controleren en vastleggen | overzicht | controleer uw machtiging | samenvatting "
                      "| nakijken | laatste controle | afronden"),
        "organisation": _p("value", "vertegenwoordigde organisatie | machtiginggever | uw organisatie | namens",
                           holds="organisation", known="organisation"),
        "receiver_name": _p("value", "intermediair | gemachtigde | aan | ketenpartij | bedrijf | organisatie",
                            holds="name", known="receiver_name"),
        "receiver_kvk": _p("value", "kvk-nummer intermediair | kvk-nummer | kvk", holds="kvk", known="kvk"),
        "scope": _p("value", "bevoegdheid | reikwijdte | diensten | machtiging voor | waarvoor | wat | covers",
                    holds="scope"),
        "valid_until": _p("value", "einddatum | geldig tot en met | vervaldatum | eindigt op | loopt af | tot",
                          "ingangsdatum | geldig vanaf | vanaf | start", holds="date"),
        "amount": _p("value", "kosten | totaal | te betalen | prijs | u betaalt | samen", "subtotaal | btw | per jaar",
                     holds="amount"),
        "record": Purpose(kind="record", says=RECORDS, unlike=_split(_BACK), end=True),
        "error": _ERROR,
    },
}  # fmt: skip
"""By screen and control, in the order in which they stand on a screen as a rule."""

PHASES: dict[str, tuple[tuple[str, ...], ...]] = {
    "sign_in": (("username", "password", "submit"), ("code", "submit_code")),
}
"""Where a screen is really several: which controls come together."""
