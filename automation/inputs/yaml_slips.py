"""What people who do not know YAML write in it: explains, at its own place, what its parser only stumbles over."""

from __future__ import annotations

import re
from dataclasses import dataclass

from automation.inputs.written import CURLY_QUOTES, DOUBLE_QUOTES, is_hidden, named

DASHES = "–—−"
_LINE_END = re.compile(r"\r\n|\r|\n")
_OPENS = re.compile(rf"(?:^|[:\[{{,-])\s*([{CURLY_QUOTES}])")
_QUOTED = re.compile(r"'(?:[^']|'')*'(?!')|\"(?:[^\"\\]|\\.)*\"")
_SEPARATORS = ";,\t|"
_ANY = "Look here and one line up for a missing quote or bracket, a tab, or wrong indentation."
CURLY = "these are curly quotes, as Word and Outlook write them"
ALL_OF_IT = "Put the whole value in straight quotes."
_BY_PROBLEM = [
    (r"mapping values are not allowed",
     "Put a value that contains a colon in quotes; or look one line up for a missing quote or wrong indentation."),
    (r"found unexpected ':'", "Write a space after the colon."),
    (r"(did not find )?expected .*comment or .*line break", "A value that begins with > or | needs quotes."),
    (r"(block )?sequence entries are not allowed|mapping keys are not allowed",
     "A value that begins with - or ? needs quotes; in a list, each `-` stands on a line of its own."),
    (r"(did not find )?expected ',' or",
     "Is a comma missing before this, or a bracket after it? Put a value that contains a colon in quotes."),
]  # fmt: skip


@dataclass(frozen=True)
class Slip:
    """What is wrong on which line and column, from 1, and what to write instead."""

    line: int
    column: int
    message: str
    hint: str


def lines_of(text: str) -> list[str]:
    """The lines as YAML and editors count them."""
    return _LINE_END.split(text)


def is_table(text: str) -> bool:
    """Whether this is a CSV file, as spreadsheets save it: two lines or more, of as many fields each."""
    lines = [line for line in lines_of(text) if line.strip()][:2]
    if lines and lines[0].lower().startswith("sep="):
        return True
    if len(lines) < 2 or re.match(r"\s*(#|---|%|\{|\[|-\s)", lines[0]) or re.search(r":(\s|$)", lines[0]):
        return False
    return any(0 < lines[0].count(separator) == lines[1].count(separator) for separator in _SEPARATORS)


def hidden_in(lines: list[str], line: int, column: int, last: int) -> Slip | None:
    """The first character from here up to a last line that cannot be seen; a tab does not count."""
    for number in range(line, min(last, len(lines)) + 1):
        start = column - 1 if number == line else 0
        for at, one in enumerate(lines[number - 1][start:], start + 1):
            if is_hidden(one):
                hint = "Write an ordinary space." if one.isspace() else "Remove it."
                return Slip(number, at, f"there is an invisible character here: {named(one)}", hint)
    return None


def without_hidden(text: str) -> str:
    """The text as it looks."""
    return "".join(
        " " if is_hidden(one) and one.isspace() else one for one in text if one.isspace() or not is_hidden(one)
    )


def in_curly_quotes(text: str) -> str | None:
    """What stands between curly quotes, where all of a text does."""
    whole = len(text) > 1 and text[0] in CURLY_QUOTES and text[-1] in CURLY_QUOTES + "\"'"
    return text[1:-1] if whole and not any(one in DOUBLE_QUOTES for one in text[1:-1]) else None


def opens_only(text: str) -> bool:
    """Whether a text begins with a curly quote that nothing closes, as when a comma divided it."""
    return text[:1] in tuple(DOUBLE_QUOTES) and not any(one in CURLY_QUOTES for one in text[1:])


def swallows(lines: list[str], first: int, last: int) -> bool:
    """Whether a quoted value of several lines has taken keys with it, since its quote was not meant to open one."""
    return any(re.match(r"\s*(-\s+)?[\w]+:(\s|$)", line) for line in lines[first:last])


def comment_after(line: str, column: int) -> int | None:
    """The column of a `#` right after a value that ends before this column; none further off, as a comment stands."""
    match = re.match(r"(?:[ \t]|[ \t]+(?=#\S))#", line[column - 1 :])
    return column + match.end() - 1 if match else None


def why(lines: list[str], since: int, line: int, column: int, problem: str) -> Slip:
    """What is behind an error of the parser at a place; all before the line `since` was read well."""
    last = min(line, len(lines))
    for number in range(since, last + 1):
        if slip := _on_a_line(number, lines[number - 1], on_the_spot=number == last):
            return slip
    here = lines[line - 1] if line <= len(lines) else ""
    at, before = here[column - 1 : column], here[: column - 1]
    hint = next((hint for pattern, hint in _BY_PROBLEM if re.match(pattern, problem)), _ANY)
    if at and at in "@`%":
        hint = f"A value that begins with {at} needs quotes."
    elif re.search(r"[\"'\])}]\s*$", before) and at not in ("", ",", ":", "#", "]", "}"):
        hint = "Put the whole value in quotes; or is a comma or colon missing here?"
    return Slip(line, column, f"this is not YAML: {problem}", hint)


def _on_a_line(number: int, line: str, *, on_the_spot: bool) -> Slip | None:
    """What is wrong with a line, whatever the parser says."""
    indent = line[: len(line) - len(line.lstrip(" \t"))]
    bare, unclosed, comment = _without_quoted(line)
    if "\t" in indent:
        return Slip(
            number, indent.index("\t") + 1, "there is a tab here", "Indent with spaces; YAML does not allow tabs."
        )
    if hidden := hidden_in([bare], 1, 1, 1):
        return Slip(number, hidden.column, hidden.message, hidden.hint)
    if line.lstrip()[:2] in {f"{dash} " for dash in DASHES}:
        return dash_at(number, len(indent) + 1, line.lstrip()[0])
    if opening := _OPENS.search(bare):
        return Slip(number, opening.start(1) + 1, CURLY, ALL_OF_IT)
    if unclosed is not None:
        return quote_at(number, unclosed + 1, line[unclosed])
    if comment is not None and not on_the_spot and sum((one in "[{") - (one in "]}") for one in bare) > 0:
        return Slip(
            number,
            comment + 1,
            "` #` starts a comment that runs to the end of the line",
            "Put a value that contains ` #` in quotes.",
        )
    return None


def dash_at(line: int, column: int, dash: str) -> Slip:
    """What to say of a dash that Word made of a hyphen."""
    return Slip(line, column, f"{dash} is a dash as Word writes it, not a hyphen", "Write `-`.")


def quote_at(line: int, column: int, quote: str) -> Slip:
    """What to say of a straight quote that is not closed where a person would."""
    around = '"' if quote == "'" else "'"
    return Slip(
        line,
        column,
        f"the quote {quote} opens here and is not closed on this line",
        f"Close it; or, if it is part of the value, put the whole value in quotes: {around}{quote}…{around}.",
    )


def _without_quoted(line: str) -> tuple[str, int | None, int | None]:
    """A line by itself without what stands in quotes and comments; where a quote opens that does not close; where a
    comment begins."""
    bare, at, starts = "", 0, True
    while at < len(line):
        one = line[at]
        if one == "#" and (at == 0 or line[at - 1] in " \t"):
            return bare, None, at
        if one in "\"'" and starts:
            ended = _QUOTED.match(line, at)
            if ended is None:
                return bare, at, None
            bare += "_" * len(ended[0])
            at, starts = ended.end(), False
            continue
        bare += one
        if one not in " \t":
            starts = one in "[{,:" or (one in "-?" and starts)
        at += 1
    return bare, None, None
