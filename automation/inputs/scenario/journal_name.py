"""Writes the name of a journal into a scenario, and leaves all else in the file as it stands, to the byte."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from automation.errors import ScenarioError, StorageError, UsageError
from automation.inputs.scenario import Scenario, load
from automation.inputs.yaml_file import parse, read
from automation.inputs.yaml_node import Problems
from automation.machine.files import sync_folder


def name_journal(path: Path, name: str) -> None:
    """Write `journal: NAME` into the `organisation` of a valid scenario that names none yet.

    The file is replaced whole or not at all. StorageError when it cannot be written, UsageError when the place cannot
    be found (a mapping that is an alias, for example): the message says what to write by hand.
    """
    before = load(path)
    file = path.resolve()  # a link stays one
    partial = file.with_name(f".{file.name}.partial")
    by_hand = f"Write `journal: {name}` under `organisation` by hand."
    try:
        for content in _versions(read(path), name):
            _write(partial, content, like=file)
            if _is_so(partial, before, name):
                partial.replace(file)
                sync_folder(file.parent)
                return
    except OSError as error:
        raise StorageError(f"{path} cannot be written: {error.strerror}", by_hand) from error
    finally:
        partial.unlink(missing_ok=True)
    raise UsageError(f"keten cannot write the name of the journal into {path}", by_hand)


def _versions(content: bytes, name: str) -> Iterator[bytes]:
    """The file with the name before the first key of the organisation: on a line of its own, or within braces."""
    keys = parse(content, Problems("")).mapping()["organisation"].keys.values()
    first = min(keys, key=lambda key: (key.line, key.column))
    text = content.decode("utf-8-sig")
    bom = content[: len(content) - len(text.encode())]
    ends = [0, *(end.end() for end in re.finditer(r"\r\n|\r|\n", text))]
    start = ends[first.line - 1]
    at = start + first.column - 1
    indent = text[start:at]
    line_end = re.findall(r"\r\n|\r|\n", text)[:1] or ["\n"]
    between = [f"{line_end[0]}{indent}"] if indent.isspace() else []
    for separator in (*between, ", "):
        yield bom + f"{text[:at]}journal: {name}{separator}{text[at:]}".encode()


def _is_so(path: Path, before: Scenario, name: str) -> bool:
    """Whether the file says what it said before, and names the journal."""
    try:
        after = load(path)
    except ScenarioError:
        return False
    named = replace(before.organisation, journal=name)
    return replace(after, path=before.path, sha256=before.sha256) == replace(before, organisation=named)


def _write(path: Path, content: bytes, *, like: Path) -> None:
    with path.open("wb") as file:
        shutil.copymode(like, path)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
