"""What doctor says of the settings before a portal is asked."""

from __future__ import annotations

from pydantic import SecretStr

from automation.doctor.machine import check_settings
from automation.inputs.settings import Settings


def test_a_totp_secret_of_no_use_is_told_before_anything_is_typed_at_a_portal() -> None:
    settings = Settings(username="beheerder", password=SecretStr("geheim-1"), totp_secret=SecretStr("1018"))

    wrong = [check for check in check_settings(settings) if not check.ok]

    assert [check.name for check in wrong] == ["account"]
    assert "TOTP secret of 'beheerder'" in wrong[0].detail
    assert "1018" not in wrong[0].detail


def test_what_a_person_should_know_of_the_settings_is_told() -> None:
    settings = Settings(remarks=("KETEN_PASWORD is not a keten setting",))

    assert "KETEN_PASWORD is not a keten setting" in [check.detail for check in check_settings(settings)]
