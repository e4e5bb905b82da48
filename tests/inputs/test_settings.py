"""Settings: where they come from, what is missing by name, and no value ever shown."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from automation.errors import SettingsError
from automation.inputs.settings import load
from automation.machine.masking import SECRETS
from tests.keyrings import working

OWN = {"KETEN_USERNAME": "beheerder", "KETEN_PASSWORD": "s3cret-word", "KETEN_TOTP_SECRET": "A" * 32}


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import os

    for name in [name for name in os.environ if name.startswith("KETEN_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def set_all(monkeypatch: pytest.MonkeyPatch, values: dict[str, str]) -> None:
    for name, value in values.items():
        monkeypatch.setenv(name, value)


def test_an_account_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, OWN)

    account = load().account(None)

    assert account.username == "beheerder"
    assert account.password is not None
    assert account.password.get_secret_value() == "s3cret-word"


@pytest.mark.parametrize("missing", sorted(OWN))
def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    set_all(monkeypatch, {name: value for name, value in OWN.items() if name != missing})

    with pytest.raises(SettingsError, match=missing):
        load().account(None)


def test_an_account_is_chosen_by_name_whatever_the_case(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, {name.replace("KETEN_", "KETEN_ACCOUNTS__HOLDING__"): value for name, value in OWN.items()})

    assert load().account("holding").username == "beheerder"
    with pytest.raises(SettingsError, match="KETEN_ACCOUNTS__OTHER__USERNAME"):
        load().account("other")


def test_what_a_named_account_lacks_is_named_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, {"KETEN_ACCOUNTS__HOLDING__USERNAME": "beheerder"})

    with pytest.raises(SettingsError, match="KETEN_ACCOUNTS__HOLDING__PASSWORD"):
        load().account("holding")


def test_a_secret_may_come_from_a_file_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    set_all(monkeypatch, {"KETEN_USERNAME": "beheerder", "KETEN_SECRETS_DIR": str(tmp_path)})
    for name in ("keten_password", "keten_totp_secret"):
        (tmp_path / name).write_text("from a file")

    account = load().account(None)

    assert account.password is not None
    assert account.password.get_secret_value() == "from a file"


def test_the_environment_goes_before_dot_env_and_what_is_given_before_both(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("KETEN_BROWSER=chrome\nKETEN_PORTAL_URL=https://a.example\nKETEN_USERNAME=c\n")
    set_all(monkeypatch, {"KETEN_BROWSER": "msedge", "KETEN_PORTAL_URL": "https://b.example"})

    settings = load(portal_url="https://c.example")

    assert (settings.browser, settings.portal_url, settings.username) == ("msedge", "https://c.example", "c")


def test_no_message_and_no_representation_shows_a_value(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, {**OWN, "KETEN_TIMEOUT": "s3cret-in-the-wrong-place"})

    with pytest.raises(SettingsError, match="KETEN_TIMEOUT") as caught:
        load()
    assert "s3cret" not in str(caught.value)

    monkeypatch.delenv("KETEN_TIMEOUT")
    assert "s3cret" not in repr(load())


def test_only_names_of_settings_are_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, OWN)

    assert load().names == sorted(OWN)


@pytest.mark.parametrize(
    ("factor", "needed"),
    [
        ("totp", {"KETEN_USERNAME", "KETEN_PASSWORD", "KETEN_TOTP_SECRET"}),
        ("prompt", {"KETEN_USERNAME", "KETEN_PASSWORD"}),
        ("command", {"KETEN_USERNAME", "KETEN_PASSWORD", "KETEN_SECOND_FACTOR_COMMAND"}),
        ("by-hand", set()),
    ],
)
def test_only_what_the_second_factor_needs_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, factor: str, needed: set[str]
) -> None:
    given = {"KETEN_SECOND_FACTOR": factor}
    if needed:
        set_all(monkeypatch, given)
        with pytest.raises(SettingsError) as caught:
            load().account(None)
        assert set(re.findall(r"KETEN_\w+", caught.value.message)) == needed
    set_all(monkeypatch, given | dict.fromkeys(needed, "x" * 32))

    assert load().account(None).second_factor == factor


def test_what_is_missing_and_needed_comes_from_the_keyring(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    set_all(monkeypatch, {"KETEN_USERNAME": "from-the-environment", "KETEN_ACCOUNTS__HOLDING__USERNAME": "h"})
    with working(tmp_path) as keyring:
        for name in (*OWN, "KETEN_ACCOUNTS__HOLDING__PASSWORD", "KETEN_ACCOUNTS__HOLDING__TOTP_SECRET"):
            keyring.set_password("keten", name, f"{name} in the keyring")
        settings = load()
        account, holding = settings.account(None), settings.account("Holding")

    assert account.username == "from-the-environment"
    assert account.password is not None
    assert account.password.get_secret_value() == "KETEN_PASSWORD in the keyring"
    assert holding.totp_secret is not None
    assert holding.totp_secret.get_secret_value() == "KETEN_ACCOUNTS__HOLDING__TOTP_SECRET in the keyring"
    assert settings.sources["KETEN_USERNAME"] == "environment"
    assert settings.sources["KETEN_PASSWORD"] == "keyring"
    assert "keyring" not in repr(account)


def test_where_each_setting_comes_from_is_known_and_no_value_with_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("KETEN_BROWSER=chrome\nKETEN_USERNAME=c\nUNKNOWN=1\n")
    (tmp_path / "keten_password").write_text("from a file")
    set_all(
        monkeypatch,
        {
            "KETEN_BROWSER": "msedge",
            "KETEN_ACCOUNTS__HOLDING__PASSWORD": "s3cret",
            "KETEN_SECRETS_DIR": str(tmp_path),
            "KETEN_SOURCES": '{"KETEN_BROWSER": "s3cret"}',
        },
    )

    sources = load(portal_url="https://c.example").sources

    assert {name: source for name, source in sources.items() if source != "default"} == {
        "KETEN_PORTAL_URL": "command line",
        "KETEN_BROWSER": "environment",
        "KETEN_ACCOUNTS__HOLDING__PASSWORD": "environment",
        "KETEN_USERNAME": ".env",
        "KETEN_PASSWORD": "secrets folder",
    }
    assert sources["KETEN_TIMEOUT"] == "default"


@pytest.mark.parametrize(
    "written",
    [
        "https://a.example https://b.example",
        "https://A.example,https://b.example:443/",
        '["https://a.example", "https://b.example"]',
    ],
)
def test_origins_are_written_one_after_the_other(monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    monkeypatch.setenv("KETEN_ORIGINS", written)

    assert load().origins == ("https://a.example", "https://b.example")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KETEN_PROXY", "socks5://piet:geheim@proxy.example"),
        ("KETEN_ORIGINS", "https://piet:geheim@portal.example"),
        ("KETEN_SIGN_IN_ORIGINS", "http://geheim.example"),
    ],
)
def test_an_address_that_will_not_do_is_named_by_its_variable_and_not_shown(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError, match=name) as raised:
        load()
    assert "geheim" not in str(raised.value)


def test_the_proxys_password_is_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KETEN_PROXY", "http://piet:geheim@proxy.example:3128")

    settings = load()
    assert settings.company_proxy is not None
    assert settings.company_proxy.port == 3128
    assert "geheim" not in repr(settings) + str(settings)


def test_every_secret_in_the_settings_is_known_to_masking(monkeypatch: pytest.MonkeyPatch) -> None:
    of_account = {name.replace("KETEN_", "KETEN_ACCOUNTS__HOLDING__"): f"{value}2" for name, value in OWN.items()}
    database = "postgresql://keten:p%40ss-word@db.example/keten"
    grouped = {"KETEN_TOTP_SECRET": "ABCD EFGH IJKL MNOP"}
    set_all(monkeypatch, {**OWN, **grouped, **of_account, "KETEN_DATABASE_URL": database})

    load()

    told = "beheerder s3cret-word s3cret-word2 ABCDEFGHIJKLMNOP p%40ss-word p@ss-word db.example"
    assert SECRETS.text(told) == "beheerder *** *** *** *** *** db.example"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KETEN_ACCOUNTS", "{geheim"),
        ("KETEN_LIST_PATIENCE", "inf"),
        ("KETEN_LIST_PATIENCE", "0"),
        ("KETEN_LIST_LAG", "99999999999999h"),
        ("KETEN_TIMEOUT", "inf"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError, match=name.removeprefix("KETEN_").lower() + "|" + name) as raised:
        load()
    assert "geheim" not in str(raised.value)


@pytest.mark.parametrize("address", ["http://u:geheim-1@[x/beheer", "u:geheim-1@portal.example"])
def test_a_password_in_what_is_no_address_is_known_to_masking(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("KETEN_PORTAL_URL", address)
    load()

    assert SECRETS.text("it is geheim-1") == "it is ***"
