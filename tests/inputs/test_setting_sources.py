"""What users' files and machines hold of settings: read as programs write it, and named where nobody can mean it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from automation.errors import SettingsError
from automation.inputs.settings import Settings, load
from automation.machine.masking import SECRETS
from tests.keyrings import working


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("KETEN_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def from_environment(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> str:
    monkeypatch.setenv(name, value)
    return "in the environment"


def from_dot_env(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> str:
    Path(".env").write_text(f'# ours\n\n{name}="{value}"\n', encoding="utf-8")
    return ".env:3"


def from_secrets_folder(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> str:
    folder = Path("secrets")
    folder.mkdir()
    (folder / name.lower()).write_text(value, encoding="utf-8")
    monkeypatch.setenv("KETEN_SECRETS_DIR", "secrets")
    return f"secrets/{name.lower()}"


SOURCES = [from_environment, from_dot_env, from_secrets_folder]


def secret(settings: Settings) -> str:
    assert settings.password is not None
    return settings.password.get_secret_value()


@pytest.mark.parametrize("put", SOURCES)
@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("KETEN_USERNAME", "“beheerder”", "contains “, a curly quote"),
        ("KETEN_USERNAME", "beheerder’", "contains ’, a curly quote"),
        ("KETEN_USERNAME", "\u00a0beheerder", "begins with an invisible character, no-break space (U+00A0)"),
        ("KETEN_USERNAME", "be\u200bheerder", "contains an invisible character, zero-width space (U+200B)"),
        ("KETEN_USERNAME", "'beheerder'", "is in quotes"),
        ("KETEN_PASSWORD", "“geheim-1”", "contains “, a curly quote"),
        ("KETEN_PASSWORD", "geheim-1\u00a0", "ends with an invisible character, no-break space (U+00A0)"),
        ("KETEN_PASSWORD", "geheim-1\ufeff", "ends with an invisible character, byte order mark (U+FEFF)"),
        ("KETEN_PASSWORD", "geheim\n-1", "has more than one line"),
        ("KETEN_TOTP_SECRET", "„GEHEIM”", "contains „, a curly quote"),
        ("KETEN_TOTP_SECRET", "GEHEIM\u200b", "ends with an invisible character, zero-width space (U+200B)"),
        ("KETEN_SECOND_FACTOR_COMMAND", "op item get “We-ID” --otp", "contains “, a curly quote"),
        ("KETEN_ACCOUNTS__HOLDING__PASSWORD", "‘geheim-1’", "contains ‘, a curly quote"),
        ("KETEN_PORTAL_URL", "“https://portal.example/”", "contains “, a curly quote"),
    ],
)
def test_what_nobody_can_mean_is_named_with_its_variable_and_its_place(
    monkeypatch: pytest.MonkeyPatch, put: object, name: str, value: str, told: str
) -> None:
    place = put(monkeypatch, name, value)  # type: ignore[operator]

    with pytest.raises(SettingsError) as caught:
        load()

    assert f"{name} ({place}) {told}" in caught.value.message
    assert "geheim" not in str(caught.value).lower()
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("password", ["vera’s", "een twee", "«x", "pa#ss", "‘t-w4s", '"quoted'])
@pytest.mark.parametrize("put", [from_environment, from_secrets_folder])
def test_a_password_may_hold_what_a_person_can_type(
    monkeypatch: pytest.MonkeyPatch, put: object, password: str
) -> None:
    put(monkeypatch, "KETEN_PASSWORD", password)  # type: ignore[operator]

    assert secret(load()) == password


def test_every_value_that_nobody_can_mean_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KETEN_USERNAME", "“x”")
    from_dot_env(monkeypatch, "KETEN_PASSWORD", "“y”")

    with pytest.raises(SettingsError, match=r"(?s)KETEN_USERNAME.*KETEN_PASSWORD"):
        load()


def test_a_value_that_another_source_replaces_is_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    from_dot_env(monkeypatch, "KETEN_USERNAME", "“x”")
    monkeypatch.setenv("KETEN_USERNAME", "beheerder")

    assert load().username == "beheerder"


@pytest.mark.parametrize("ends", ["", "\n", "\r\n", "\r\n\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_secret_is_read_as_editors_write_it(monkeypatch: pytest.MonkeyPatch, mark: bytes, ends: str) -> None:
    from_secrets_folder(monkeypatch, "KETEN_PASSWORD", "")
    Path("secrets/keten_password").write_bytes(mark + f"géheim-1{ends}".encode())

    assert secret(load()) == "géheim-1"


def test_an_env_file_is_read_as_notepad_writes_it() -> None:
    Path(".env").write_bytes(b"\xef\xbb\xbfKETEN_USERNAME=beheerder\r\nKETEN_PASSWORD=geheim-1\r\n")

    settings = load()

    assert (settings.username, secret(settings)) == ("beheerder", "geheim-1")


def test_a_carriage_return_that_a_container_hands_on_is_no_part_of_a_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KETEN_USERNAME", "beheerder\r")
    monkeypatch.setenv("KETEN_PASSWORD", "geheim-1\r")

    settings = load()

    assert (settings.username, secret(settings)) == ("beheerder", "geheim-1")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_file_in_utf_16_is_named_with_how_to_save_it(monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:
    Path(".env").write_bytes("KETEN_USERNAME=beheerder\r\n".encode(encoding))
    from_secrets_folder(monkeypatch, "KETEN_PASSWORD", "")
    Path("secrets/keten_password").write_bytes("geheim-1\r\n".encode(encoding))

    with pytest.raises(SettingsError) as caught:
        load()

    for file in (".env", "secrets/keten_password"):
        assert f"{file} is UTF-16 text" in caught.value.message
    assert "Save it as UTF-8" in caught.value.message


def test_a_byte_of_another_encoding_is_named_by_its_line() -> None:
    Path(".env").write_bytes("KETEN_USERNAME=beheerder\nKETEN_PASSWORD=géheim\n".encode("cp1252"))

    with pytest.raises(SettingsError, match=r"\.env:2 is not UTF-8 text"):
        load()


def test_bytes_in_the_environment_that_are_no_text_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KETEN_PASSWORD", "g\udce9heim")

    with pytest.raises(SettingsError, match=r"KETEN_PASSWORD .* is not UTF-8 text"):
        load()


@pytest.mark.parametrize("line", ['KETEN_PASSWORD="geheim-1', "KETEN_PASSWORD='geheim-1", 'KETEN_PASSWORD="geheim"-1'])
def test_a_line_of_an_env_file_that_cannot_be_read_is_named(line: str) -> None:
    Path(".env").write_text(f"KETEN_USERNAME=x\n{line}\n", encoding="utf-8")

    with pytest.raises(SettingsError, match=r"\.env:2 cannot be read") as caught:
        load()
    assert "geheim" not in str(caught.value)


def test_a_value_in_an_env_file_of_which_a_part_would_be_replaced_by_nothing_is_named() -> None:
    Path(".env").write_text("KETEN_PASSWORD=ge${heim}\n", encoding="utf-8")

    with pytest.raises(SettingsError, match=r"KETEN_PASSWORD \(\.env:1\) contains `\$\{…\}`") as caught:
        load()
    assert "heim" not in str(caught.value)


def test_a_password_in_an_env_file_that_ends_before_a_comment_is_pointed_out() -> None:
    Path(".env").write_text("KETEN_PASSWORD=geheim #1\nKETEN_BROWSER=chrome # ours\n", encoding="utf-8")

    (remark,) = load().remarks

    assert remark.startswith("KETEN_PASSWORD (.env:1) ends before ` #`")


def test_a_password_in_straight_quotes_is_pointed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KETEN_PASSWORD", '"geheim-1"')

    (remark,) = load().remarks

    assert (
        remark == "KETEN_PASSWORD (in the environment) is in quotes, and keten types those too: "
        "remove them if the password has none."
    )


def test_an_account_given_as_json_is_looked_at_value_by_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KETEN_ACCOUNTS", '{"holding": {"username": "beheerder\u00a0"}}')

    with pytest.raises(
        SettingsError, match=r"KETEN_ACCOUNTS__HOLDING__USERNAME .* ends with an invisible character, no-break"
    ):
        load()


def test_a_value_in_the_keyring_that_nobody_can_mean_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with working(tmp_path) as keyring:
        keyring.set_password("keten", "KETEN_ACCOUNTS__HOLDING__USERNAME", "“beheerder”")
        settings = load()
        with pytest.raises(SettingsError) as caught:
            settings.given_account("holding")

    assert "KETEN_ACCOUNTS__HOLDING__USERNAME (in the system's keyring) contains “" in caught.value.message
    assert "keten login --store --account holding" in caught.value.hint


def test_a_named_accounts_secret_may_come_from_a_file_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    from_secrets_folder(monkeypatch, "KETEN_ACCOUNTS__HOLDING__PASSWORD", "geheim-1")

    settings = load()

    assert settings.sources["KETEN_ACCOUNTS__HOLDING__PASSWORD"] == "secrets folder"
    password = settings.given_account("holding").password
    assert password is not None
    assert password.get_secret_value() == "geheim-1"


def test_an_empty_variable_is_one_that_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    from_dot_env(monkeypatch, "KETEN_PROXY", "http://proxy.example:3128")
    for name in ("KETEN_PROXY", "KETEN_PASSWORD", "KETEN_HEADLESS"):
        monkeypatch.setenv(name, "")

    settings = load()

    assert (settings.proxy, settings.password, settings.headless) == (None, None, True)


def test_a_secrets_folder_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KETEN_SECRETS_DIR", "secrts")

    with pytest.raises(SettingsError, match=r"KETEN_SECRETS_DIR \(in the environment\) is not a readable folder"):
        load()


def test_an_env_file_may_name_the_secrets_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    from_secrets_folder(monkeypatch, "KETEN_PASSWORD", "geheim-1")
    monkeypatch.delenv("KETEN_SECRETS_DIR")
    from_dot_env(monkeypatch, "KETEN_SECRETS_DIR", "secrets")

    assert secret(load()) == "geheim-1"


def test_a_secret_that_is_a_link_to_elsewhere_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    from_secrets_folder(monkeypatch, "KETEN_USERNAME", "beheerder")
    Path("elsewhere").write_text("geheim-1")
    Path("secrets/keten_password").symlink_to(Path("elsewhere").absolute())

    settings = load()

    assert settings.password is None
    assert "secrets/keten_password is a link" in settings.remarks[0]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("KETEN_PASWORD", "KETEN_PASSWORD"),
        ("KETTEN_PASSWORD", "KETEN_PASSWORD"),
        ("KETEN_USER", "KETEN_USERNAME"),
        ("KETEN_PASS", "KETEN_PASSWORD"),
        ("KETEN_TOTP", "KETEN_TOTP_SECRET"),
        ("KETEN_SECRET_DIR", "KETEN_SECRETS_DIR"),
        ("KETEN_LIST_LAGG", "KETEN_LIST_LAG"),
        ("KETEN_ACCOUNTS__HOLDING__PASWORD", "KETEN_ACCOUNTS__HOLDING__PASSWORD"),
        ("KETEN_ACCOUNT__HOLDING__PASSWORD", "KETEN_ACCOUNTS__HOLDING__PASSWORD"),
        ("KETEN_ACCOUNTS_HOLDING_PASSWORD", "KETEN_ACCOUNTS__HOLDING__PASSWORD"),
        ("KETEN_ACCOUNTS__HOLDING_TOTP_SECRET", "KETEN_ACCOUNTS__HOLDING__TOTP_SECRET"),
    ],
)
@pytest.mark.parametrize("put", SOURCES)
def test_a_misspelt_variable_is_pointed_out(
    monkeypatch: pytest.MonkeyPatch, put: object, name: str, meant: str
) -> None:
    place = put(monkeypatch, name, "x")  # type: ignore[operator]

    assert load().remarks == (f"{name} ({place}) is not a keten setting: did you mean {meant}?",)


def test_a_secret_in_a_file_with_an_ending_is_pointed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    from_secrets_folder(monkeypatch, "keten_password.txt", "geheim-1")

    (remark,) = load().remarks
    assert remark.endswith("did you mean KETEN_PASSWORD?")


@pytest.mark.parametrize(
    "name", ["KETEN_LOG_LEVEL", "KETEN_ENVIRONMENT_NAME", "KEYCLOAK_PASSWORD", "KEY", "KETEN_SMTP_URL", "KETEN_PROFILE"]
)
def test_a_variable_of_something_else_is_not_pointed_out(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "x")

    assert load().remarks == ()


def test_what_is_missing_is_named_with_the_misspelt_variable_that_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KETEN_USERNAME", "beheerder")
    monkeypatch.setenv("KETEN_PASWORD", "geheim-1")

    with pytest.raises(SettingsError, match="KETEN_PASSWORD and KETEN_TOTP_SECRET are not set") as caught:
        load().account(None)
    assert caught.value.hint.startswith("KETEN_PASWORD (in the environment) is not a keten setting")


def test_the_secret_in_an_otpauth_address_is_known_to_masking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KETEN_TOTP_SECRET", "otpauth://totp/We-ID:beheer?secret=GEHEIMGEHEIM&issuer=We-ID")

    load()

    assert SECRETS.text("it is GEHEIMGEHEIM") == "it is ***"
