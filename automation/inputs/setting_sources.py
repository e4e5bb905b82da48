"""Reads what a user set: the environment, a `.env` file and a folder of secrets, and where each setting stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from dotenv import dotenv_values
from dotenv.parser import Binding, parse_stream
from rapidfuzz import fuzz, process

from automation.inputs.written import CURLY_QUOTES, DOUBLE_QUOTES, NotText, decoded, is_hidden, named

SECRETS_DIR = "KETEN_SECRETS_DIR"
_USUAL_SECRETS_DIR = "/run/secrets"
_MAYBE_OURS = "KE"  # what a misspelt name begins with too
_MOST_BYTES = 65_536  # of a secret
_TYPED = {"USERNAME", "PASSWORD", "TOTP_SECRET"}
_REPLACED = re.compile(r"\$\{([^}:]*)\}")


@dataclass(frozen=True)
class Given:
    """A setting as it stands somewhere: `source` is one word for it, `place` tells a person where exactly."""

    text: str
    source: str
    place: str


class Sources:
    """All that is set, by the upper-case name of its variable; the environment before `.env` before the folder.

    `problems` holds what cannot be read or cannot be meant, `remarks` what may not be meant; neither shows a value.
    """

    def __init__(self, environment: Mapping[str, str], env_file: Path = Path(".env")) -> None:
        self.problems: list[str] = []
        self.remarks: list[str] = []
        self.misspelt: dict[str, str] = {}
        self.given: dict[str, Given] = {}
        self._take((name, Given(text, "environment", "in the environment")) for name, text in environment.items())
        self._take(self._of_file(env_file, environment))
        self._take(self._of_folder())
        self.given = {name: held for name, held in self.given.items() if held.text}  # an empty one says: not set
        for name, held in self.given.items():
            self.check(name, held.text, held.place)

    def point_out(self, fields: Iterable[str], of_accounts: Iterable[str]) -> None:
        """Note each name that is close to that of a setting but is not one; other names belong to other programs."""
        known = {f"KETEN_{field.upper()}" for field in fields} | {SECRETS_DIR, "KETEN_ACCOUNTS"}
        last = [field.upper() for field in of_accounts]
        for name, held in self.given.items():
            of_account = re.fullmatch(r"KETEN_ACCOUNTS__(.+)__(\w+)", name)
            ours = name in known or (of_account and of_account[2] in last)
            if not ours and (meant := _nearest(name, known, last)):
                self.misspelt[name] = f"{name} ({held.place}) is not a keten setting: did you mean {meant}?"
        self.remarks += self.misspelt.values()

    def check(self, name: str, text: str, place: str) -> None:
        """Note what nobody can have meant in the value of a variable."""
        if name.startswith("KETEN_") and (wrong := unmeant(name, text)):
            self.problems.append(f"{name} ({place}) {wrong}")
        elif name.endswith("PASSWORD") and _in_straight_quotes(text):
            self.remarks.append(
                f"{name} ({place}) is in quotes, and keten types those too: remove them if the password has none."
            )

    def _take(self, found: Iterator[tuple[str, Given]]) -> None:
        for name, held in found:
            if name.upper().startswith(_MAYBE_OURS):
                text = held.text.strip("\r\n") if name.upper().endswith("PASSWORD") else held.text.strip(" \t\r\n")
                self.given.setdefault(name.upper(), Given(text, held.source, held.place))

    def _of_file(self, file: Path, environment: Mapping[str, str]) -> Iterator[tuple[str, Given]]:
        text = self._read(file) if file.is_file() else None
        if text is None:
            return
        bindings = {binding.key: binding for binding in self._lines(file, text)}
        values = dotenv_values(stream=StringIO(text))
        for name, value in values.items():
            binding = bindings.get(name)
            if value is None or binding is None or not name.upper().startswith(_MAYBE_OURS):
                continue
            place = f"{file}:{_line(binding)}"
            for variable in _REPLACED.findall(binding.value or ""):
                if variable not in environment and variable not in values:
                    self.problems.append(
                        f"{name} ({place}) contains `${{…}}`, which `.env` replaces by a variable, and that is not "
                        "set; put a value that really contains it into the environment or the secrets folder"
                    )
            if name.upper().endswith(tuple(_TYPED)) and _is_cut(binding):
                self.remarks.append(
                    f"{name} ({place}) ends before ` #`, because ` #` starts a comment in `.env`; if it belongs to "
                    "the value, put the value in quotes."
                )
            yield name, Given(value, ".env", place)

    def _lines(self, file: Path, text: str) -> Iterator[Binding]:
        for binding in parse_stream(StringIO(text)):
            if binding.error and "KETEN_" in binding.original.string.upper():
                self.problems.append(
                    f"{file}:{_line(binding)} cannot be read: write NAME=value, and close each quote that you open"
                )
            elif binding.key is not None:
                yield binding

    def _of_folder(self) -> Iterator[tuple[str, Given]]:
        told = self.given.get(SECRETS_DIR)
        folder = Path(told.text if told else _USUAL_SECRETS_DIR).expanduser()
        try:
            inside = folder.resolve()
            files = sorted(file for file in folder.iterdir() if file.name.upper().startswith(_MAYBE_OURS))
        except OSError as error:
            if told and told.text:
                self.problems.append(f"{SECRETS_DIR} ({told.place}) is not a readable folder: {error.strerror}")
            return
        for file in files:
            if not file.is_file():
                continue
            if inside not in file.resolve().parents:
                self.remarks.append(
                    f"{file} is a link to a file outside the secrets folder, so keten does not read it."
                )
            elif (text := self._read(file)) is not None:
                yield file.name, Given(text.strip(" \t\r\n"), "secrets folder", str(file))

    def _read(self, file: Path) -> str | None:
        try:
            with file.open("rb") as opened:
                content = opened.read(_MOST_BYTES + 1)
            if len(content) <= _MOST_BYTES:
                return decoded(content)
            self.problems.append(f"{file} is larger than {_MOST_BYTES // 1024} kB")
        except OSError as error:
            self.problems.append(f"{file} cannot be read: {error.strerror}")
        except NotText as error:
            line = content[: error.start].count(b"\n") + 1
            self.problems.append(f"{file}{f':{line}' if error.start else ''} {error.what}. {error.hint}")
        return None


def is_otpauth(secret: str) -> bool:
    """Whether a TOTP secret is the whole address that a QR code holds."""
    return secret.strip().lower().startswith("otpauth")


def unmeant(name: str, text: str) -> str | None:
    """What stands in the value of a variable that nobody can have meant, in words that do not show the value."""
    if any("\ud800" <= one <= "\udfff" for one in text):
        return "is not UTF-8 text: save it as UTF-8"
    field = name.rpartition("__")[2].removeprefix("KETEN_")
    ends = text[: len(text) - len(text.lstrip())] + text[len(text.rstrip()) :]
    suspect = text if field in ("USERNAME", "TOTP_SECRET") else ends + "".join(text.split())
    if hidden := next((one for one in suspect if is_hidden(one)), None):
        where = "begins with" if text.startswith(hidden) else "ends with" if text.endswith(hidden) else "contains"
        return f"{where} an invisible character, {named(hidden)}: remove it, or type the value again"
    if any(one in "\r\n" for one in text):
        return "has more than one line: it must be a single line"
    opened, closed = text[:1] in tuple(CURLY_QUOTES), text[-1:] in tuple(CURLY_QUOTES)
    inside = [one for one in text if one in DOUBLE_QUOTES] if field == "SECOND_FACTOR_COMMAND" else []
    if inside or (opened and closed if field == "PASSWORD" else opened or closed):
        quote = inside[0] if inside else text[0] if opened else text[-1]
        return f"contains {quote}, a curly quote as Word and Outlook write it: remove it, or write a straight quote"
    if field == "USERNAME" and _in_straight_quotes(text):
        return "is in quotes, and keten would type the quotes too: remove them"
    return None


def _in_straight_quotes(text: str) -> bool:
    return len(text) > 2 and text[0] == text[-1] and text[0] in "\"'"


def _nearest(name: str, known: Iterable[str], of_accounts: Sequence[str]) -> str | None:
    """The variable that may be meant by a name, as a file of it may be called too (`keten_password.txt`)."""
    plain = re.sub("[^A-Z0-9_]", "_", name.removesuffix(".TXT"))
    candidates = [*known]
    if account := re.fullmatch(r"KETEN_*ACCOUNTS?_+(.+)", plain):
        for field in of_accounts:
            named = re.fullmatch(rf"(.+?)_+(?:{field}|[^_]+(?:_[^_]+){{{field.count('_')}}})", account[1])
            candidates += [f"KETEN_ACCOUNTS__{named[1].strip('_')}__{field}"] if named else []
        candidates = [one for one in candidates if "__" in one]
    if plain in candidates:
        return plain
    start = "KETEN_" if plain.startswith("KETEN_") else ""
    short = {one.removeprefix(start): one for one in candidates}
    word = plain.removeprefix(start)
    if start and len(word) >= 4 and (begun := [one for text, one in short.items() if text.startswith(word)]):
        return min(begun, key=len)
    found = process.extractOne(word, list(short), scorer=fuzz.ratio, score_cutoff=75 if start else 90)
    return short[found[0]] if found else None


def _line(binding: Binding) -> int:
    """The line of the name itself: a binding begins with the empty lines before it."""
    before = binding.original.string[: len(binding.original.string) - len(binding.original.string.lstrip())]
    return binding.original.line + len(re.findall(r"\r\n|\r|\n", before))


def _is_cut(binding: Binding) -> bool:
    value = binding.original.string.partition("=")[2].strip()
    return value[:1] not in ("'", '"') and re.search(r"\s#", value) is not None
