"""Second factors: codes that are typed or printed, each used once, and nothing of them ever shown."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from automation.errors import Interrupted, SettingsError, SignInError
from automation.inputs.accounts import Account
from automation.machine.person import Nobody, Person
from automation.session import second_factors
from automation.session.codes import Totp
from automation.session.second_factors import ByHand, SecondFactor, second_factor

PORTAL = "https://portal.example"


class Typist:
    """A person who types these answers, and none after them."""

    there = True

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []
        self.hidden: list[bool] = []

    def ask(self, question: str, *, hidden: bool, check: Callable[[], None]) -> str:
        check()
        self.asked.append(question)
        self.hidden.append(hidden)
        if not self.answers:
            raise TimeoutError
        return self.answers.pop(0)


def no_wait(seconds: float) -> None:
    pass


def factor(
    folder: Path, kind: str, person: Person | None = None, *, command: str = "", user: str = "u"
) -> SecondFactor:
    account = Account.model_validate({"username": user, "second_factor": kind, "second_factor_command": command})
    return second_factor(account, PORTAL, person or Nobody(), folder)


def python(code: str, *arguments: str) -> str:
    return shlex.join([sys.executable, "-c", code, *arguments])


def test_totp_is_the_one_that_is_meant_when_nothing_is_said(tmp_path: Path) -> None:
    account = Account.model_validate({"username": "u", "totp_secret": "A" * 32})

    assert isinstance(second_factor(account, PORTAL, Nobody(), tmp_path), Totp)


def test_a_code_is_typed_unseen_and_its_spaces_do_not_matter(tmp_path: Path) -> None:
    person = Typist(" 123 456 ")

    assert factor(tmp_path, "prompt", person).next_code(no_wait) == "123456"
    assert person.hidden == [True]


def test_a_typed_code_that_was_used_before_is_refused_with_a_word(tmp_path: Path) -> None:
    factor(tmp_path, "prompt", Typist("123456")).next_code(no_wait)
    person = Typist("123456", "", "654321")

    assert factor(tmp_path, "prompt", person).next_code(no_wait) == "654321"
    assert ["used before" in question for question in person.asked] == [False, True, False]


def test_a_code_of_another_account_may_be_the_same(tmp_path: Path) -> None:
    for user in ("a", "b"):
        assert factor(tmp_path, "prompt", Typist("123456"), user=user).next_code(no_wait) == "123456"


def test_without_a_terminal_no_code_can_be_typed_and_that_shows_at_once(tmp_path: Path) -> None:
    with pytest.raises(SignInError, match="no terminal"):
        factor(tmp_path, "prompt").check()


def test_a_person_who_does_not_answer_is_not_waited_for_for_ever(tmp_path: Path) -> None:
    with pytest.raises(SignInError, match="typed in time"):
        factor(tmp_path, "prompt", Typist()).next_code(no_wait)


def test_a_signal_ends_the_waiting_for_a_code(tmp_path: Path) -> None:
    def interrupted(seconds: float) -> None:
        raise Interrupted("stopped")

    for waiting in (factor(tmp_path, "prompt", Typist("1")), factor(tmp_path, "command", command="sleep 100")):
        with pytest.raises(Interrupted):
            waiting.next_code(interrupted)


def test_a_command_prints_the_code_on_its_first_line(tmp_path: Path) -> None:
    command = python("import sys; print(sys.argv[1]); print('rest')", "12 34 56")

    assert factor(tmp_path, "command", command=command).next_code(no_wait) == "123456"


def test_a_command_is_run_without_a_shell_and_without_ketens_variables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KETEN_PASSWORD", "s3cret")
    code = "import os, sys; print(sys.argv[1].count('$'), 'KETEN_PASSWORD' in os.environ)"

    assert factor(tmp_path, "command", command=python(code, "$(id);$HOME")).next_code(no_wait) == "2False"


def test_a_command_is_asked_again_until_it_gives_a_new_code(tmp_path: Path) -> None:
    file = tmp_path / "codes"
    code = (
        "import sys, pathlib; f = pathlib.Path(sys.argv[1]); codes = f.read_text().split();"
        "print(codes[0]); f.write_text(' '.join(codes[1:]))"
    )
    file.write_text("111111 111111 111111 222222")
    giving = factor(tmp_path, "command", command=python(code, str(file)))
    waited: list[float] = []

    assert [giving.next_code(waited.append), giving.next_code(waited.append)] == ["111111", "222222"]
    assert [seconds for seconds in waited if seconds] == [5.0, 5.0]


def test_a_command_that_keeps_giving_a_used_code_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second_factors, "_SAME_CODE_SECONDS", 0.0)
    giving = factor(tmp_path, "command", command=python("print('111111')"))
    giving.next_code(no_wait)

    with pytest.raises(SignInError, match="code that was used before"):
        giving.next_code(no_wait)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("import sys; print('s3cret'); print('s3cret', file=sys.stderr); sys.exit(3)", "exit code 3"),
        ("import sys; print(); print('s3cret', file=sys.stderr)", "no code on its first line"),
    ],
)
def test_a_command_that_fails_is_named_and_nothing_that_it_says(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], code: str, told: str
) -> None:
    with pytest.raises(SignInError, match=told) as caught:
        factor(tmp_path, "command", command=python(code, "s3cret-argument")).next_code(no_wait)

    assert Path(sys.executable).name in str(caught.value)
    assert "s3cret" not in str(caught.value) + "".join(capfd.readouterr())


def test_a_command_that_hangs_is_ended_with_all_that_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(second_factors, "_COMMAND_SECONDS", 1.0)
    # Its child holds the pipe, and would keep it waiting.
    code = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(1000)'])"

    with pytest.raises(SignInError, match="did not end"):
        factor(tmp_path, "command", command=python(code)).next_code(no_wait)


def test_a_command_that_is_not_there_shows_before_anything_is_typed(tmp_path: Path) -> None:
    with pytest.raises(SignInError, match="no-such-program, is not found"):
        factor(tmp_path, "command", command="no-such-program --item s3cret").check()


@pytest.mark.parametrize("command", ["", "  ", "code 'unfinished"])
def test_a_command_that_is_none_is_a_mistake_in_the_settings(tmp_path: Path, command: str) -> None:
    with pytest.raises(SettingsError, match="KETEN_SECOND_FACTOR_COMMAND"):
        factor(tmp_path, "command", command=command)


def test_what_is_kept_of_a_code_is_a_fingerprint(tmp_path: Path) -> None:
    factor(tmp_path, "prompt", Typist("123456"), user="beheerder").next_code(no_wait)
    kept = "".join(file.read_text() for file in tmp_path.rglob("*.json"))

    assert kept != ""
    assert "123456" not in kept
    assert "beheerder" not in kept


def test_by_hand_there_is_no_code_but_a_word_what_to_do() -> None:
    with pytest.raises(SignInError, match="no saved session") as caught:
        ByHand().check()
    assert "keten login" in caught.value.hint


@pytest.mark.parametrize(
    ("printed", "told"),
    [
        ("b'\\xff\\xfe1\\x002\\x003\\x00'", "is UTF-16 text"),
        ("'“123456”'.encode()", "more than a code"),
        ("b'\"123456\"'", "more than a code"),
        ("'\\u200b123456'.encode()", "more than a code"),
    ],
)
def test_what_a_command_prints_around_a_code_is_never_typed(tmp_path: Path, printed: str, told: str) -> None:
    command = python(f"import sys; sys.stdout.buffer.write({printed})")

    with pytest.raises(SignInError, match=told) as caught:
        factor(tmp_path, "command", command=command).next_code(no_wait)
    assert "12" not in caught.value.message


def test_a_command_may_print_as_programs_of_windows_do(tmp_path: Path) -> None:
    command = python("import sys; sys.stdout.buffer.write(b'\\xef\\xbb\\xbf123\\xc2\\xa0456\\r\\n')")

    assert factor(tmp_path, "command", command=command).next_code(no_wait) == "123456"


def test_a_typed_code_that_holds_more_is_asked_for_again(tmp_path: Path) -> None:
    person = Typist("“123456”", "123456")

    assert factor(tmp_path, "prompt", person).next_code(no_wait) == "123456"
    assert "That is not a code" in person.asked[1]
