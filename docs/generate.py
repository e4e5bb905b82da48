"""Writes the generated pages of docs/reference/ from the code: `uv run python -m docs.generate`."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

import typer
from pydantic import BaseModel, TypeAdapter
from pydantic.fields import FieldInfo

from automation import errors
from automation.cli.application import app
from automation.inputs import accounts as credentials
from automation.inputs import profile, scenario, settings
from automation.journal import tables
from automation.law import events
from automation.mock_portal import control, faults
from automation.mock_portal.data import accounts
from automation.mock_portal.state import State
from automation.proofs import documents, status_document
from docs.pytest_page import pytest_page
from pages.profile.glossary import CONTROLS, SCREENS

FOLDER = Path(__file__).parent / "reference"
_MADE = "<!-- made by `uv run python -m docs.generate`; a change here is lost -->\n"
_SCREEN = r"### `{}`: .*\n\n\| control \| is \|\n\| --- \| --- \|\n(?:\|.*\n)+"
_KEYS = "## Every key\n"
_CONTROL = {
    "/__mock__/ledger": "what was granted, every submission, and how often somebody signed in",
    "/__mock__/sms": 'the codes sent by SMS, as `{"codes": [..]}`',
    "/__mock__/sign-in": "how many are signed in, how often a sign-in was refused, and which accounts are blocked",
    "/__mock__/end-sessions": "ends every session",
    "/__mock__/reset": "clears everything but the accounts",
    "/__mock__/seed": "takes a JSON list of grants in the form of the ledger; only `kvk` and `scope` are needed",
    "/__mock__/faults": "takes a JSON list of faults, which replaces the one before; an empty list clears it",
}


def table(headings: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A Markdown table."""
    heads = list(headings)
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines) + "\n"


def code(value: object) -> str:
    """The value as code, nothing where there is none."""
    return f"`{value}`" if value not in (None, "", (), {}) else ""


def remarks(module: ModuleType) -> dict[str, str]:
    """The docstrings under the assignments of a module and its classes, by name or `Class.name`."""
    found: dict[str, str] = {}

    def look(body: list[ast.stmt], prefix: str) -> None:
        for one, after in zip(body, [*body[1:], None], strict=True):
            if isinstance(one, ast.ClassDef):
                look(one.body, f"{one.name}.")
            target = (
                one.target
                if isinstance(one, ast.AnnAssign)
                else one.targets[0]
                if isinstance(one, ast.Assign)
                else None
            )
            text = after.value if isinstance(after, ast.Expr) else None
            if isinstance(target, ast.Name) and isinstance(text, ast.Constant) and isinstance(text.value, str):
                found[prefix + target.id] = " ".join(text.value.split())

    look(ast.parse(inspect.getsource(module)).body, "")
    return found


def settings_page() -> str:
    """Every setting: its name, meaning, default and an example."""
    said = remarks(settings) | remarks(credentials)

    def rows(model: type[BaseModel], prefix: str) -> Iterable[list[str]]:
        for name, field in model.model_fields.items():
            if name not in ("accounts", "sources", "remarks") and (
                prefix == "KETEN_" or name in credentials.Account.model_fields
            ):
                default = field.get_default(call_default_factory=True)
                told = str(default).lower() if isinstance(default, bool) else default
                yield [code(prefix + name.upper()), said[f"{model.__name__}.{name}"], code(told), code(_example(field))]

    heads = ("setting", "meaning", "default", "example")
    return (
        "# Settings\n\nketen reads a setting from the command line, the environment, a file `.env`, and a folder of "
        "secrets (`KETEN_SECRETS_DIR`, by default `/run/secrets`), in that order. User name, password and TOTP secret "
        "may stand in the keyring of the system too.\n\n"
        + table(heads, rows(settings.Settings, "KETEN_"))
        + "\n## Several accounts\n\nA scenario names one by `organisation.account`.\n\n"
        + table(heads, rows(credentials.Account, "KETEN_ACCOUNTS__<NAME>__"))
    )


def _example(field: FieldInfo) -> object:
    return field.examples[0] if field.examples else ""


def commands_page() -> str:
    """Every command with its arguments and options, and the exit codes."""
    tree = inspect.getdoc(errors) or ""
    [drawn] = re.findall(r"^    KetenError.*?(?=\n\n)", tree, re.DOTALL | re.MULTILINE)
    root: Any = typer.main.get_command(app)
    text = "# Commands\n\n" + "\n".join(_commands(root.commands, "keten"))
    text += "\n## Exit codes\n\n`0`: all is done. `3`: `keten plan --detailed-exit-code` found something to record. "
    text += "All others come from errors; where several fit, the first of 4, 8, 130, 5, 6, 7, 2, 1, 3 wins.\n\n"
    return text + "```text\n" + inspect.cleandoc(drawn) + "\n```\n"


def _commands(commands: dict[str, Any], prefix: str) -> Iterable[str]:
    for name, command in commands.items():
        called = f"{prefix} {name}"
        if hasattr(command, "commands"):
            yield from _commands(command.commands, called)
            continue
        params = [param for param in command.params if not getattr(param, "hidden", False)]
        arguments = " ".join(
            (p.metavar or p.name.upper()) + ("…" if p.nargs == -1 else "")
            for p in params
            if p.param_type_name == "argument"
        )
        yield f"## `{called}{' ' + arguments if arguments else ''}`\n\n{_help(command.help)}\n"
        yield table(("argument or option", "meaning", "default"), (_parameter(param) for param in params))


def _help(text: str) -> str:
    before, example, after = inspect.cleandoc(text).partition("For example:")
    return before.strip() + (f"\n\n```text\n{after.strip()}\n```" if example else "")


def _parameter(param: Any) -> list[str]:
    argument = param.param_type_name == "argument"
    metavar = "" if argument or getattr(param, "is_flag", False) else f" {_metavar(param)}"
    name = (param.metavar or param.name.upper()) if argument else ", ".join(param.opts) + metavar
    default = "" if callable(param.default) or param.default in (False, None) or argument else param.default
    return [code(name), param.help or "", code(default)]


def _metavar(param: Any) -> str:
    return str(param.metavar or ("NUMBER" if isinstance(param.default, int) else "TEXT"))


def scenario_page() -> str:
    """Every key of a scenario, by the mapping that it stands in."""
    text = "# The scenario\n\nA YAML file that says which ketenmachtigingen an organisation grants. "
    text += "`keten check FILE` tells every mistake in it. `keten schema` prints its JSON Schema.\n"
    return text + "".join(_keys(scenario.json_schema(), "##"))


def _keys(schema: dict[str, Any], level: str) -> Iterable[str]:
    """A table of keys for the whole file, and for each mapping in it."""
    parts: dict[str, Any] = {"": schema} | schema["$defs"]
    for name, part in parts.items():
        needed = part.get("required", ())
        rows = [
            [code(key), "yes" if key in needed else "no", held.get("description", ""), _written(held)]
            for key, held in part["properties"].items()
        ]
        told = f"\n{level} {name or 'The whole file'}\n\n{part.get('description', '')}\n\n"
        yield told.replace("\n\n\n\n", "\n\n") + table(("key", "needed", "meaning", "how it is written"), rows)


def _written(held: dict[str, Any]) -> str:
    items = held.get("items", {})
    for one in (held, *held.get("allOf", ()), items):
        if "$ref" in one:
            name = one["$ref"].rpartition("/")[2]
            return f"{'a list, each as' if one is items else 'as'} [{name}](#{name.lower()})"
    examples = [code(example) for example in held.get("examples", items.get("examples", ()))]
    hint = held.get("errorMessage", "")
    return " ".join(filter(None, [hint, *(example for example in examples if example.strip("`") not in hint)]))


def mock_portal_page() -> str:
    """Accounts, faults and control endpoints of the mock portal."""
    people = [
        [code(one.username), ", ".join(map(code, one.organisations)), one.level, one.means]
        for one in accounts.ACCOUNTS.values()
    ]
    paths: list[Any] = list(control.control_routes(State(None, allow_used_codes=False)))
    routes = [[code("/".join(sorted(r.methods - {"HEAD"}))), code(r.path), _CONTROL[r.path]] for r in paths]
    counts = "`times` (how many requests it hits, by default 1) and `after` (how many pass before, by default 0)"
    return (
        "# The mock portal\n\n`keten mock-portal` serves a portal to practise and test with.\n\n## Accounts\n\n"
        f"They exist in the mock portal alone. The password of each is `{accounts.PASSWORD}`, its TOTP secret "
        f"`{accounts.TOTP_SECRET}`.\n\n"
        + table(("user name", "organisations", "level", "second factor"), people)
        + "\n## Control\n\nWith `--control`, for requests from this machine alone.\n\n"
        + table(("method", "address", "what it does"), routes)
        + '\n## Faults\n\nEach is an object with its `"kind"` and its parameters. These hit a request; each takes '
        f"{counts} besides.\n\n"
        + table(("kind", "what happens", "parameters"), _faults(faults.HITTING))
        + "\nThese hold until they are cleared.\n\n"
        + table(("kind", "what happens", "parameters"), _faults(faults.HOLDING))
    )


def _faults(kinds: dict[str, dict[str, faults.Parameter]]) -> Iterable[list[str]]:
    for kind, parameters in kinds.items():
        told = [
            f"`{name}`: {one.must_be}"
            + (f", {code(one.default)} if nothing is said" if one.default is not None else "")
            for name, one in parameters.items()
        ]
        yield [code(kind), faults.MEANING[kind], "; ".join(told)]


def journal_page() -> str:
    """The journal's tables and events."""
    said = remarks(tables)
    text = "# The journal\n\nA database in which nothing is updated away: each change is a new line. "
    text += f"The version of its tables is {tables.SCHEMA}; an older journal is brought up to it when it is opened.\n\n"
    drawn = (inspect.getdoc(events) or "").partition("\n\n")[2]
    text += f"## Events\n\nAn event says what happened to an intent.\n\n{drawn}\n\n## Tables\n"
    for one in tables.TABLES.tables.values():
        columns = [[code(c.name), str(c.type), "yes" if c.primary_key else ""] for c in one.columns]
        text += f"\n### `{one.name}`\n\n{said[one.name]}\n\n" + table(("column", "type", "key"), columns)
    return text


def documents_page() -> str:
    """What machines read."""
    text = "# JSON documents\n\nWhat `run.json`, `grant.json` and `--json` hold. "
    text += "`keten schema --run` prints the JSON Schema of `run.json`. "
    text += "Dates are ISO 8601; a value that is not there is `null`.\n"
    for document in (
        documents.RunDocument,
        documents.FactsDocument,
        documents.OutcomeDocument,
        documents.EarlierDocument,
        documents.ErrorDocument,
        documents.FallbackDocument,
        documents.OrganisationDocument,
        documents.PlanDocument,
        documents.ActionDocument,
        documents.RowDocument,
        status_document.StatusDocument,
        status_document.GrantDocument,
        status_document.QuestionDocument,
    ):
        schema = TypeAdapter(document).json_schema()
        own = {key: held["description"] for key, held in schema["properties"].items() if "description" in held}
        rows = ([code(key), told] for key, told in own.items())
        title = document.__name__.removesuffix("Document")
        text += f"\n## {title}\n\n{inspect.getdoc(document)}\n\n" + table(("key", "meaning"), rows)
    return text


def profile_page() -> str:
    """The page on profiles, its tables of controls and of keys generated; the rest is written by hand."""
    text = (FOLDER / "profile.md").read_text("utf-8")
    for screen, told in SCREENS.items():
        made = f"### `{screen}`: {told}\n\n" + table(
            ("control", "is"), ([code(name), what] for name, what in CONTROLS[screen].items())
        )
        text = re.sub(_SCREEN.format(screen), lambda _, made=made: made, text)  # type: ignore[misc]
    by_hand = text.partition(_KEYS)[0]
    return by_hand + _KEYS + "".join(_keys(profile.json_schema(), "###"))


def _generated(page: Callable[[], str]) -> Callable[[], str]:
    return lambda: _MADE + page()


PAGES: dict[str, Callable[[], str]] = {
    "settings.md": _generated(settings_page),
    "commands.md": _generated(commands_page),
    "scenario.md": _generated(scenario_page),
    "mock-portal.md": _generated(mock_portal_page),
    "journal.md": _generated(journal_page),
    "documents.md": _generated(documents_page),
    "pytest.md": _generated(pytest_page),
    "profile.md": profile_page,
}


def main() -> None:
    """Write every page."""
    for name, page in PAGES.items():
        (FOLDER / name).write_text(page(), "utf-8", newline="\n")


if __name__ == "__main__":
    main()
