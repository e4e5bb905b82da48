"""What is kept of a letter in a journal can be read by every later keten, and by earlier ones of the same schema."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest

from automation.domain import Intermediary, Organisation, Scope
from automation.proofs.notices import NoticeFacts, as_data, of_data
from tests.grants import JANSEN, OWN, TODAY, UWV, UWV_AND_TAX

KEPT = NoticeFacts(
    organisation=replace(OWN, contact_name="Afdeling Beheer"),
    intermediary=replace(JANSEN, email="machtigingen@jansen.example", uses_we_id=True),
    scope=UWV,
    valid_from=TODAY,
    valid_until=date(2031, 11, 24),
    reference="KM-1",
    recorded_on=TODAY,
    language="en",
    rehearsal=True,
)
OTHERWISE = NoticeFacts(
    organisation=replace(OWN, name="Otherwise"),
    intermediary=replace(JANSEN, name="Otherwise"),
    scope=UWV_AND_TAX,
    valid_from=date(2020, 1, 1),
    valid_until=date(2021, 1, 1),
    reference=None,
    recorded_on=date(2020, 1, 1),
    language="nl",
    rehearsal=False,
)


@pytest.mark.parametrize("scope", [UWV, Scope.general(), Scope.services(["UWV: Verzuimmelder"])])
def test_what_was_kept_comes_back(scope: Scope) -> None:
    kept = replace(KEPT, scope=scope)

    assert of_data(as_data(kept), OTHERWISE) == kept


@pytest.mark.parametrize("lacking", [field.name for field in fields(NoticeFacts)])
def test_a_field_that_was_not_kept_is_told_otherwise(lacking: str) -> None:
    data = as_data(KEPT)
    del data[lacking]

    assert of_data(data, OTHERWISE) == replace(KEPT, **{lacking: getattr(OTHERWISE, lacking)})


@pytest.mark.parametrize(
    ("party", "lacking"),
    [
        *(("organisation", field.name) for field in fields(Organisation)),
        *(("intermediary", field.name) for field in fields(Intermediary)),
    ],
)
def test_a_field_of_a_party_that_was_not_kept_is_told_otherwise(party: str, lacking: str) -> None:
    data = as_data(KEPT)
    del data[party][lacking]

    found = getattr(of_data(data, OTHERWISE), party)

    assert found == replace(getattr(KEPT, party), **{lacking: getattr(getattr(OTHERWISE, party), lacking)})


def test_a_field_that_a_later_keten_keeps_besides_is_passed_over() -> None:
    data = as_data(KEPT) | {"form": 99, "stamp": "a trusted time"}
    data["organisation"]["sector"] = data["intermediary"]["language"] = "nl"

    assert of_data(data, OTHERWISE) == KEPT


@pytest.mark.parametrize(
    "wrong", [{"scope": {"other": []}}, {"valid_until": "soon"}, {"organisation": 7}, {"recorded_on": 7}]
)
def test_what_makes_no_sense_says_so_as_a_value_error(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        of_data(as_data(KEPT) | wrong, OTHERWISE)
