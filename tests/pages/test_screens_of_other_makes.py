"""The screens of the wizard and the granted list, made of widgets in the manner of other libraries."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from automation.domain import Element, RowStatus, Scope
from automation.errors import GrantError, Mismatch
from pages.controls import Button
from pages.granted_list import GrantedList
from pages.scope import ScopeStep
from tests.pages.conftest import Open, with_screens

NONE: list[Any] = []
ALONE = {"open_search": NONE, "more_services": NONE, "add_services": NONE}
SCOPES: dict[str, dict[str, Any]] = {
    "dialog of pages": {"more_services": [{"role": "button", "name": "Volgende pagina"}]},
    "rows with a button": {
        **ALONE,
        "service_results": [{"css": "tbody tr"}],
        "service": [{"role": "row", "name": "/^{service} {provider} /"}],
    },
    "ticked boxes": {**ALONE, "service_choice": [{"role": "group", "name": "Diensten"}], "chosen_services": NONE},
    "combobox": {**ALONE, "service_choice": [{"role": "combobox", "name": "Diensten"}]},
}
WANTED = Scope.services(["UWV: Verzuimmelder", "RVO: Loonheffingen", "RVO: Regeling 2"])


@pytest.fixture
def scope_step(opened: Open, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr("pages.controls.search._PATIENCE", 0.5)
    monkeypatch.setattr("pages.scope._SHOWING", 0.1)

    def show(manner: str, **options: str) -> ScopeStep:
        return ScopeStep(opened("scope", manner, with_screens(scope=SCOPES[manner]), **options))

    return show


@pytest.mark.parametrize("manner", SCOPES)
def test_services_are_chosen_and_read_back(scope_step: Any, page: Page, manner: str) -> None:
    step = scope_step(manner)

    step.link(WANTED)

    assert step.chosen(WANTED) == WANTED.elements
    Button(step.place("continue")).press()
    assert page.title() == "verder"


@pytest.mark.parametrize("manner", SCOPES)
def test_a_service_that_is_absent_or_disabled_is_refused(scope_step: Any, manner: str) -> None:
    for service, why in {"UWV: Verzuim": "is not there", "UWV: Loonheffingen": "is not there"}.items():
        with pytest.raises(GrantError, match=f"“.*” {why}"):
            scope_step(manner).link(Scope.services([service]))

    with pytest.raises(GrantError, match="disabled"):
        scope_step(manner).link(Scope.services(["SVB: AOW"]))


@pytest.mark.parametrize("manner", SCOPES)
def test_what_was_chosen_before_is_not_taken_away_in_silence(scope_step: Any, manner: str) -> None:
    with pytest.raises(Mismatch, match=r"the portal shows .*Regeling 1"):
        scope_step(manner, before="").link(Scope.services(["UWV: Verzuimmelder"]))


STEPPERS = ("angular", "react", "design-system")
STEPPER = with_screens(costs={"duration": [{"label": "Duur"}]})


@pytest.mark.parametrize("manner", STEPPERS)
def test_a_step_that_is_made_late_is_waited_for_and_the_one_before_let_go(
    opened: Open, page: Page, manner: str
) -> None:
    costs = ScopeStep(opened("stepper", manner, STEPPER)).proceed()

    Button(costs.place("continue")).press()

    assert page.title() == "verder"


DETAILS = {"details_scope": [{"label": "Bevoegdheid in details"}], "next_page": None, "count": None}
TABLES: dict[str, dict[str, Any]] = {
    "native": {
        **DETAILS,
        "row_menu": [{"role": "button", "name": "Acties", "optional": True}],
        "row_details": [{"role": "menuitem", "name": "Details"}],
        "details_close": [{"role": "button", "name": "Sluiten", "within": "details"}],
    },
    "expander": {**DETAILS, "table": [{"role": "treegrid"}], "details": NONE, "details_close": NONE},
    "virtual": {**DETAILS, "table": [{"role": "grid", "name": "Verleende machtigingen"}]},
}
SERVICES = Scope.services(["UWV: Verzuimmelder", "UWV: WIA", "Belastingdienst: Loonheffingen"]).elements


@pytest.mark.parametrize(("manner", "count"), [("native", 4), ("expander", 4), ("virtual", 40)])
def test_every_row_is_read_with_what_stands_behind_it(opened: Open, manner: str, count: int) -> None:
    granted = GrantedList(opened("table", manner, with_screens(granted=TABLES[manner]), rows=str(count)))

    rows = granted.read()

    assert [row.kvk for row in rows] == [str(90005000 + n) for n in range(count)]
    assert [n for n, row in enumerate(rows) if row.elements == SERVICES] == list(range(1, count, 25))
    assert {element for row in rows for element in row.elements - SERVICES} <= {Element("UWV", "WIA")}
    assert {(row.status, row.unreadable) for row in rows} == {(RowStatus.PRESENT, None)}
