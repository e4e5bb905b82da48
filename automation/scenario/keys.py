"""The keys of a scenario: what each holds and means, and which must be there."""

from __future__ import annotations

from automation.scenario.shape import Anything, Entries, Key, Keys, ListOf
from automation.scenario.values import (
    ACCOUNT,
    AGREED,
    AMOUNT,
    AT_MOST,
    COUNT,
    DURATION,
    EMAIL,
    GENERAL,
    ID,
    JOURNAL,
    KVK,
    LANGUAGE,
    NAME,
    PROVIDER,
    RENEW,
    SERVICE,
    UNTIL,
    VERSION,
    YES_OR_NO,
)

_COSTS = Keys(
    {
        "agree": Key(AGREED, "that you agree to the costs"),
        "at_most": Key(AT_MOST, "the ceiling, VAT included; above it nothing is recorded"),
    }
)
_NOTICE = Keys({"language": Key(LANGUAGE, "the language of the notice, nl if nothing is said")})
_DEFAULTS = {
    "duration": Key(DURATION, "how long the grant lasts, 5 years if nothing is said"),
    "until": Key(UNTIL, "the day on which the grant ends, instead of `duration` and `renew`"),
    "costs": Key(_COSTS, "what the grant may cost"),
    "renew": Key(RENEW, "how near its end it is granted anew; never if nothing is said"),
    "notice": Key(_NOTICE, "how the receiver is informed"),
    "expect": Key(Anything(), "the outcome that a test of a portal expects; `keten apply` ignores it"),
}
_UNTIL_STANDS_ALONE = {
    "not": {"anyOf": [{"required": ["until", "duration"]}, {"required": ["until", "renew"]}]},
}
_SCOPE = Keys(
    {
        "general": Key(GENERAL, "algemene bevoegdheid: everything, also what comes later"),
        "providers": Key(
            ListOf(PROVIDER), "dienstverlenersmachtiging: all services of these providers, also those that come later"
        ),
        "services": Key(ListOf(SERVICE), 'per dienst: these services, each as "provider: service"'),
    },
    {"minProperties": 1, "maxProperties": 1},
)
_INTERMEDIARY = Keys(
    {
        "kvk": Key(KVK, "the receiver's KvK number", required=True),
        "name": Key(NAME, "the receiver's name, which must agree with what the portal shows", required=True),
        "email": Key(EMAIL, "where the notice goes"),
        "uses_we_id": Key(YES_OR_NO, "true when it is sure that the receiver uses We-ID too"),
    }
)
_GRANT = Keys(
    {
        "id": Key(ID, "a name for this entry in plans, folders and reports, unique in the file", required=True),
        "intermediary": Key(_INTERMEDIARY, "who receives the grant", required=True),
        "scope": Key(_SCOPE, "what it covers: one of general, providers and services", required=True),
        **_DEFAULTS,
    },
    _UNTIL_STANDS_ALONE,
)
_CONTACT = Keys({"name": Key(NAME, "the contact's name"), "email": Key(EMAIL, "the contact's address")})
_ORGANISATION = Keys(
    {
        "kvk": Key(KVK, "the own KvK number", required=True),
        "name": Key(NAME, "the own name", required=True),
        "contact": Key(_CONTACT, "whom the receiver can ask"),
        "account": Key(ACCOUNT, "which set of credentials to sign in with"),
        "journal": Key(JOURNAL, "the journal of this organisation's grants; `keten journal init` writes it here"),
    }
)
_LIMITS = Keys(
    {
        "grants": Key(COUNT, "how many grants one run may record"),
        "costs": Key(AMOUNT, "what one run may cost in all"),
    }
)
SCENARIO = Keys(
    {
        "version": Key(VERSION, "the version of this format: 1", required=True),
        "organisation": Key(_ORGANISATION, "who grants", required=True),
        "limits": Key(_LIMITS, "the most that one run may do"),
        "defaults": Key(Keys(_DEFAULTS, _UNTIL_STANDS_ALONE), "what holds for every grant that says nothing else"),
        "grants": Key(Entries(_GRANT), "what should be granted", required=True),
    }
)
