"""Every screen and control that a profile can describe, and what each is: by this a misspelt name is told."""

from __future__ import annotations

WIZARD = ("receiver", "scope", "costs", "review")
"""The screens that are filled in for a grant, in their order; there a portal may have further fields (`preset`)."""

SCREENS = {
    "sign_in": "step 1, signing in",
    "shell": "what is around every screen",
    "granted": "step 2, the list of verleende machtigingen",
    "receiver": "step 3, the intermediary",
    "scope": "step 4, what to link",
    "costs": "step 5, duration and costs",
    "review": "the overview before the last click, or no more than its button",
    "confirm": "what a dialog shows that asks once more, before its button `review.confirm`",
    "confirmation": "the page, dialog or message that says that a grant is recorded",
}

_FACTS = {
    "organisation": "who grants",
    "receiver_name": "the receiver's name",
    "receiver_kvk": "the receiver's KvK number",
    "scope": "what the grant covers, a list or one text",
    "valid_until": "the day on which it ends",
    "amount": "what it costs, VAT included",
    "reference": "the portal's reference of it",
}
_STEP = {
    "error": "the portal's error on this screen",
    "continue": "the button to the next step; none where the next step is on the same page",
}

CONTROLS: dict[str, dict[str, str]] = {
    "sign_in": {
        "username": "the field for the user name",
        "password": "the masked field for the password",
        "submit": "the button that sends both",
        "code": "the field for the one-time code",
        "submit_code": "the button that sends it",
        "organisation": "the choice of the own organisation, by {kvk}",
        "organisations": "any of the choices of an organisation",
        "choose_organisation": "the button that takes the choice",
        "error": "the portal's error while signing in",
        "no_access": "what says that the means of identification will not do",
    },
    "shell": {
        "organisation": "for whom one acts",
        "busy": "a sign that something is loading",
        "maintenance": "what says that the portal is in maintenance",
    },
    "granted": {
        "table": "the table or list of rows",
        "row": "a row of it; its heading may be one too",
        "name_column": "the heading of the receivers' names",
        "kvk_column": "the heading of their KvK numbers",
        "scope_column": "the heading of what a grant covers",
        "valid_from_column": "the heading of the first day",
        "valid_until_column": "the heading of the last day",
        "status_column": "the heading of the status",
        "reference_column": "the heading of the portal's reference",
        "own_reference_column": "the heading of keten's own reference, given by `preset`",
        "count": "how many rows there are, as “1–10 van 57”",
        "empty": "what says that there are no rows",
        "page_size": "the choice of rows per page",
        "next_page": "the button to the next page",
        "search": "the field that filters the list",
        "filtered_by": "what says that the list is filtered, by {kvk}",
        "new": "the button that begins a new grant",
        "row_menu": "the button in a row that opens its menu, where `row_details` stands in one",
        "row_details": "the button, in a row or its menu, that shows more of it",
        "details": "the dialog or panel with more of a row",
        "details_kvk": "the receiver's KvK number there",
        "details_scope": "what the grant covers there",
        "details_valid_from": "the first day there",
        "details_valid_until": "the last day there",
        "details_status": "the status there",
        "details_reference": "the portal's reference there",
        "details_own_reference": "keten's own reference there",
        "details_close": "the button that closes it",
    },
    "receiver": {
        "kvk": "the field for the KvK number",
        "look_up": "the button that looks it up",
        "found": "what shows that an organisation was found",
        "found_name": "the name of the organisation found",
        "found_kvk": "its KvK number",
        **_STEP,
    },
    "scope": {
        "general": "the choice of the general authority",
        "providers": "the choice of whole providers",
        "services": "the choice of single services",
        "provider": "the choice of a provider",
        "chosen_providers": "the list of chosen providers",
        "open_search": "the button that opens the search of services",
        "service_search": "the field that searches services",
        "service_results": "every result of the search, whatever its name",
        "service": "the one result of {provider} and {service}",
        "service_of_any_provider": "results of that {service}, whosever it is",
        "more_services": "the button that shows more results",
        "add_services": "the button that takes over what is chosen",
        "chosen_services": "the list of chosen services",
        **_STEP,
    },
    "costs": {
        "duration": "the choice of a duration",
        "end_date": "the field for an end date, where `formats.until` is chosen",
        "amount": "what the grant costs, VAT included",
        "agree": "the consent to the costs",
        **_STEP,
    },
    "review": {
        "heading": "the heading of the overview",
        **_FACTS,
        "record": "the button that records the grant, or opens the dialog that asks once more",
        "confirm": "the button in that dialog that records the grant, where `recording.buttons` has it",
        "error": "the portal's error on this screen",
    },
    "confirm": _FACTS,
    "confirmation": {"heading": "what says that the grant is recorded", **_FACTS},
}

MAY_LACK = {
    "shell.organisation",
    "granted.kvk_column",
    "granted.scope_column",
    "granted.valid_until_column",
    "granted.status_column",
    "receiver.found",
    "receiver.found_name",
    "scope.general",
    "scope.providers",
    "scope.provider",
    "scope.chosen_providers",
    "scope.services",
    "scope.service_search",
    "scope.chosen_services",
    "costs.amount",
    "costs.agree",
    "review.heading",
}
"""What We-ID has and another portal may lack: it shows the same elsewhere, or does not have it at all."""
