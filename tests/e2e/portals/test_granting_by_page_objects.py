"""A beheerder grants a ketenmachtiging of each kind, screen by screen, and the portal has it on record."""

from __future__ import annotations

import pytest

from automation.domain import Duration, KvkNumber, Scope, today
from automation.mock_portal.server import MockPortal
from pages.beheermodule import Beheermodule
from pages.receiver import ReceiverStep

ACCOUNTANT = KvkNumber("68750110")


@pytest.mark.parametrize(
    "scope",
    [
        pytest.param(Scope.general(), id="algemene-bevoegdheid"),
        # The demo grants all three kinds, by the same page objects.
        pytest.param(
            Scope.providers(["UWV", "Belastingdienst"]), id="dienstverlenersmachtiging", marks=pytest.mark.slow
        ),
        pytest.param(
            Scope.services(["UWV: Verzuimmelder", "Belastingdienst: Loonheffingen"]),
            id="per-dienst",
            marks=pytest.mark.slow,
        ),
    ],
)
def test_a_beheerder_grants_each_kind_of_scope(
    beheermodule: Beheermodule, wizard: ReceiverStep, mock_portal: MockPortal, scope: Scope
) -> None:
    assert wizard.look_up(ACCOUNTANT) == "Accountantskantoor Jansen B.V."
    services = wizard.proceed()
    services.link(scope)
    costs = services.proceed()
    costs.choose_term(Duration(2))
    asked = costs.costs()
    costs.agree()
    review = costs.proceed()
    assert review.facts().costs == asked
    confirmation = review.record().facts()

    [grant] = mock_portal.ledger()["grants"]
    assert (grant["kvk"], grant["scope"]) == (ACCOUNTANT, scope.as_data())
    assert grant["valid_until"] == Duration(2).end(today()).isoformat()
    assert grant["costs"] == asked.as_data()
    assert grant["reference"] == confirmation.reference
    [row] = beheermodule.open_granted_list().read_for(ACCOUNTANT)
    assert row.elements == scope.elements
