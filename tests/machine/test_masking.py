"""Secrets are taken out however a text writes them; what merely looks like one is left alone."""

from __future__ import annotations

import base64
import html
import io
import json
import re
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.machine.masking import MASK, Masking, masked

AWKWARD = "Zo\"n & <wachtwoord>/é+€😀\\ '100%=\tja"
WRITTEN: dict[str, Callable[[str], str]] = {
    "plain": str,
    "in a URL": quote,
    "in a URL, slashes too": lambda text: quote(text, safe=""),
    "in a URL in a URL": lambda text: quote(quote(text), safe=""),
    "in lower-case hexadecimals": lambda text: quote(text).replace("%C3%A9", "%c3%a9"),
    "in a form": quote_plus,
    "in JSON": json.dumps,
    "in JSON that is not ASCII": lambda text: json.dumps(text, ensure_ascii=False),
    "in JSON in JSON": lambda text: json.dumps(json.dumps({"a": text})),
    "in HTML": html.escape,
    "in HTML in HTML": lambda text: html.escape(html.escape(text)),
    "in Python": repr,
}


def knowing(*secrets: str) -> Masking:
    masking = Masking()
    masking.add(*secrets)
    return masking


@pytest.mark.parametrize("write", WRITTEN.values(), ids=WRITTEN)
@pytest.mark.parametrize("secret", [AWKWARD, "Welkom-bij-de-mock-1", "plain1234"])
def test_a_secret_is_taken_out_however_it_is_written(write: Callable[[str], str], secret: str) -> None:
    kept = knowing(secret).text(f"before {write(secret)} after")

    assert re.sub(r"[\\\"']", "", kept) in (f"before {MASK} after", f"before {{a: {MASK}}} after")


@given(before=st.binary(max_size=7), after=st.binary(max_size=7), secret=st.text(min_size=6, max_size=40))
def test_base64_is_found_at_every_alignment(before: bytes, after: bytes, secret: str) -> None:
    masking = knowing(secret)
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        assert MASK in masking.text(encode(before + secret.encode() + after).decode())


def test_the_longest_secret_goes_first() -> None:
    assert knowing("geheim", "geheim-en-meer").text("geheim-en-meer en geheim") == f"{MASK} en {MASK}"


def test_what_is_too_short_is_left_alone() -> None:
    assert knowing("nl", "a1b", "").text("nl a1b") == "nl a1b"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("code 123456.", "code ***."),
        ('{"code": "123456"}', '{"code": "***"}'),
        ("code%20123456", "code%20***"),
        ("1234567 and 0123456", "1234567 and 0123456"),
        ("after 0.123456 s", "after 0.123456 s"),
        ("KM-2026-123456 and EUR 123456.00", "KM-2026-123456 and EUR 123456.00"),
        ("123456-2026", "123456-2026"),
        ("the code is 123456, 2 tries are left", "the code is ***, 2 tries are left"),
    ],
)
def test_a_code_is_taken_out_as_a_whole_number_only(text: str, kept: str) -> None:
    assert knowing("123456").text(text) == kept


def test_a_code_is_a_secret_until_it_is_forgotten() -> None:
    masking = Masking()
    masking.add_code("123456")
    assert masking.text("code 123456") == f"code {MASK}"

    masking.forget_code("123456")

    assert masking.text("reference 123456") == "reference 123456"


def test_a_secret_that_is_a_code_too_is_not_forgotten_with_it() -> None:
    masking = knowing("123456")
    masking.add_code("123456")
    masking.add_code("654321")
    masking.add("654321")
    for code in ("123456", "654321"):
        masking.forget_code(code)

    assert masking.text("123456 654321") == f"{MASK} {MASK}"


def test_what_a_run_came_to_know_ends_with_it() -> None:
    masking = knowing("geheim-1")
    with masking.of_a_run():
        masking.add("geheim-2")
        assert masking.text("geheim-1 geheim-2") == f"{MASK} {MASK}"

    assert masking.text("geheim-1 geheim-2") == f"{MASK} geheim-2"


def test_bytes_that_are_no_text_stay_as_they_are_around_a_secret() -> None:
    assert knowing("geheim-1").content(b"\xff\xfe geheim-1 \x80") == b"\xff\xfe *** \x80"


def test_json_stays_json() -> None:
    text = json.dumps({"a": AWKWARD, "b": [AWKWARD, 1]})
    assert json.loads(knowing(AWKWARD).text(text)) == {"a": MASK, "b": [MASK, 1]}


def test_data_keeps_its_numbers() -> None:
    assert knowing("123456").data({"at": 123456, "told": ["123456"]}) == {"at": 123456, "told": [MASK]}


@pytest.mark.parametrize(
    "value",
    ["eyJhbGciOiJIUzI1NiJ9.eyJzdWIi.abc123", '{"token": "0f8fad5bd9cb469fa165"}', '"b3BhcXVlLXRva2VuLTE"'],
)
def test_what_looks_like_a_token_is_known_from_a_pages_storage(value: str) -> None:
    masking = Masking()
    masking.add_tokens(value)
    assert MASK in masking.text(f"stored: {value}")


@pytest.mark.parametrize(
    "value", ["nl", "true", "Voorbeeld Holding B.V.", "2026-11-24T16:15:00.000Z", "https://portal.example/beheer/1"]
)
def test_a_setting_in_a_pages_storage_is_no_secret(value: str) -> None:
    masking = Masking()
    masking.add_tokens(value)
    masking.add_cookie("dark", http_only=False)
    assert masking.text(f"{value} dark") == f"{value} dark"


def test_a_cookie_that_scripts_cannot_read_is_a_secret() -> None:
    masking = Masking()
    masking.add_cookie("onlyletters", http_only=True)
    assert masking.text("sid=onlyletters") == f"sid={MASK}"


def test_a_masked_stream_has_no_way_round() -> None:
    beneath = io.StringIO()
    stream = masked(beneath, knowing("geheim-1"))

    print("it is geheim-1", file=stream)
    stream.writelines(["geheim-1\n"])

    assert beneath.getvalue() == f"it is {MASK}\n{MASK}\n"
    assert not hasattr(stream, "buffer")
