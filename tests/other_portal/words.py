"""The profile of the other portal, built from how it differs: what a user would write for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.other_portal.manner import Manner

Described = dict[str, Any]

NEXT = {"role": "button", "name": "Ga verder"}
VAT = "met btw"


def profile(manner: Manner) -> Described:
    """Everything that differs from the built-in profile."""
    found = {
        "paths": {"granted": "/beheer/loket/machtigingen"},
        "screens": {
            "shell": {"organisation": {"css": "header strong"}, "busy": None},
            "granted": _granted(manner),
            "receiver": {
                "kvk": {"label": "Handelsregisternummer"},
                "look_up": None,
                "found": {"css": ".gevonden"},
                "found_name": {"css": ".gevonden strong"},
                "found_kvk": {"css": ".gevonden strong"},
                "continue": NEXT if manner.stepper else None,
            },
            "scope": _scope(manner),
            "costs": _costs(manner),
            "review": _review(manner),
            "confirm": {"amount": {"css": "dialog .bedrag"}},
            "confirmation": _confirmation(manner),
        },
        "formats": {
            "dates": ["dd/MM/yyyy", "'Geldig t/m' dd/MM/yyyy"],
            "amount_notes": [VAT],
            "duration": "{years} jaren",
            "durations": {"1": "een jaar"},
            "reference": "/(?P<reference>KM-[0-9]{4}-[0-9]{6})/",
            "scope": {
                "general": "Alles",
                "provider": "/Heel (?P<provider>.+)/",
                "service": "/(?P<service>.+) bij (?P<provider>.+)/",
            },
        },
        "statuses": {"present": "Geldig", "pending": "Wacht", "revoked": "Stopgezet", "ended": "Afgelopen"},
        "recording": {"buttons": ["record", "confirm"] if manner.asks_again else ["record"]},
    }
    if manner.fields:
        found["preset"] = {"costs": {"reason": "Nieuwe opdracht", "own_reference": "{ref}", "allowed": True}}
    return found


def _column(text: str) -> Described:
    return {"css": f"th:text-is('{text}')", "within": "table"}


def _granted(manner: Manner) -> Described:
    in_row = manner.details == "row"
    described: Described = {
        "table": {"css": "table.lijst"},
        "row": {"css": "table.lijst > tbody > tr:not(.uitgeklapt)"},
        "name_column": _column("Gemachtigde"),
        "kvk_column": _column("Handelsregister"),
        "scope_column": _column("Mag") if in_row else None,
        "reference_column": _column("Nummer") if in_row else None,
        "valid_from_column": None,
        "valid_until_column": _column("Geldig t/m"),
        "status_column": _column("Stand"),
        "count": None,
        "empty": {"css": "p.leeg"},
        "page_size": None,
        "next_page": None,
        "search": None,
        "filtered_by": None,
        "new": [{"role": "button", "name": "Iemand machtigen"}, {"role": "link", "name": "Iemand machtigen"}],
        "row_details": None,
        "details": None,
        "details_scope": None,
        "details_close": None,
    }
    if in_row and manner.fields:
        described["own_reference_column"] = _column("Uw kenmerk")
    if manner.details == "expander":
        described |= {"row_details": {"role": "button", "name": "Toon meer"}, "details": {"css": "tr.uitgeklapt"}}
    if manner.details == "dialog":
        described |= {
            "row_menu": {"css": "button[aria-haspopup=menu]"},
            "row_details": {"role": "menuitem", "name": "Bekijken"},
            "details": {"role": "dialog"},
            "details_close": {"role": "button", "name": "Dicht", "within": "details"},
        }
    if not in_row:
        described |= {
            "details_scope": {"css": ".mag", "within": "details"},
            "details_reference": {"css": ".nummer", "within": "details"},
        }
        if manner.fields:
            described["details_own_reference"] = {"css": ".eigen", "within": "details"}
    return described


def _scope(manner: Manner) -> Described:
    text = "{service} bij {provider}"
    result = {
        "options": {"role": "option", "name": text},
        "checkboxes": {"role": "checkbox", "name": text},
        "items": {"css": 'li.treffer:text-is("{service} bij {provider}")'},
        "rows": {"css": '.treffer:has(:text-is("{service} bij {provider}"))'},
    }
    return {
        "general": {"role": "radio", "name": "Alles, ook later"},
        "providers": {"role": "radio", "name": "Hele organisaties"},
        "services": {"role": "radio", "name": "Een keuze uit diensten"},
        "provider": {"role": "group", "name": "Organisaties"},
        "chosen_providers": {"css": ".organisaties .gekozen"},
        "open_search": {"role": "button", "name": "Dienst kiezen"} if manner.services_in == "dialog" else None,
        "service_search": {"role": "searchbox", "name": "Zoek naar een dienst"},
        "service_results": {"css": ".treffer"},
        "service": result[manner.results],
        "service_of_any_provider": None,
        "more_services": None,
        "add_services": {"role": "button", "name": "Neem over"} if manner.services_in == "dialog" else None,
        "chosen_services": {"css": ".waarvoor .gekozen"},
        "continue": NEXT if manner.stepper else None,
    }


def _costs(manner: Manner) -> Described:
    described: Described = {
        "duration": {"label": "Looptijd"},
        "amount": {"css": ".prijskaart .alles"},
        "agree": {"role": "checkbox", "name": "Ik betaal deze prijs"},
        "continue": NEXT if manner.stepper else None,
    }
    if manner.fields:
        described |= {
            "reason": {"label": "Aanleiding"},
            "own_reference": {"label": "Uw kenmerk"},
            "allowed": {"label": "Ik mag dit namens mijn organisatie doen"},
        }
    return described


def _review(manner: Manner) -> Described:
    def shown(name: str) -> Described | None:
        return {"css": f".overzicht .{name}"} if manner.overview else None

    described: Described = {
        "organisation": None,
        "receiver_name": shown("wie"),
        "receiver_kvk": shown("wie"),
        "scope": shown("wat"),
        "valid_until": shown("tot") if manner.overview else {"css": ".prijskaart .tot"},
        "amount": shown("prijs"),
        "record": {"role": "button", "name": "Verstrekken"},
    }
    if manner.fields:
        described |= {"reason": shown("aanleiding"), "own_reference": shown("eigen")} if manner.overview else {}
    if manner.asks_again:
        described["confirm"] = {"role": "button", "name": "Ja, verstrekken"}
    return described


def _confirmation(manner: Manner) -> Described:
    if manner.confirmation == "message":
        message = {"css": ".snackbar"}
        told: Described = {"heading": message, "reference": message, "receiver_kvk": message}
        return told | dict.fromkeys(("organisation", "receiver_name", "scope", "valid_until", "amount"))
    return {
        "heading": {"role": "heading", "name": "Verstrekt"},
        "organisation": None,
        "reference": {"css": ".verstrekt .nummer"},
        "receiver_name": {"css": ".verstrekt .wie"},
        "receiver_kvk": {"css": ".verstrekt .wie"},
        "scope": {"css": ".verstrekt .wat"},
        "valid_until": {"css": ".verstrekt .tot"},
        "amount": {"css": ".verstrekt .prijs"},
    }
