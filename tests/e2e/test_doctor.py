"""`keten doctor` names what a portal calls otherwise, mends the profile, and never records; the ledger is the judge."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from automation.inputs.scenario import example
from automation.mock_portal import app
from automation.mock_portal.faults import HITTING, HOLDING
from automation.mock_portal.server import MockPortal
from tests.e2e.keten import apply, doctor

WALK = ("--kvk", "68750110", "--provider", "UWV", "--service", "UWV: Verzuimmelder")
LABELS = {  # a third of the texts by which the profile finds its controls
    "Gebruikersnaam": "Inlognaam",
    "Inloggen": "Aanmelden",
    "Organisatie": "U handelt voor",
    "Verleende machtigingen": "Afgegeven machtigingen",
    "Nieuwe ketenmachtiging": "Machtiging toevoegen",
    "KvK-nummer van de intermediair": "Nummer in het Handelsregister",
    "Opzoeken": "Zoek op",
    "Volgende": "Verder",
    "Per dienst": "Losse diensten",
    "Diensten zoeken": "Kies diensten",
    "Toevoegen": "Overnemen",
    "Duur": "Looptijd",
    "Totaal": "Te betalen",
    "incl. btw": "inclusief btw",
    "Vertegenwoordigde organisatie": "Machtiginggever",
    "Vastleggen": "Definitief maken",
}
RENAMED = {
    "sign_in.username", "sign_in.submit", "shell.organisation", "granted.table", "granted.new", "receiver.kvk",
    "receiver.look_up", "receiver.continue", "scope.services", "scope.open_search", "scope.add_services",
    "scope.continue", "costs.duration", "costs.amount", "costs.continue", "review.organisation", "review.record",
}  # fmt: skip
REPLACED = {"scope.provider": "listbox", "costs.agree": "switch"}
_LISTBOX = """export function combobox({ label, find, pick }) {
  const list = h("div", { role: "listbox", "aria-label": t(label) });
  find("").then((items) => list.append(...items.map((item) =>
    h("div", { role: "option", tabindex: "0", "aria-selected": "false", click: () => pick(item) }, item.naam))));
  return h("div", { class: "field" }, h("span", {}, t(label)), list);
}
"""


@contextmanager
def front_end(folder: Path, monkeypatch: pytest.MonkeyPatch, texts: Mapping[str, tuple[str, str]]) -> Iterator[None]:
    """While this lasts, mock portals that start serve a front end that differs in these files: old text, new text."""
    shutil.copytree(app._STATIC, folder)
    for name, (old, new) in texts.items():
        script = (folder / name).read_text("utf-8")
        assert old in script
        (folder / name).write_text(script.replace(old, new), "utf-8")
    with monkeypatch.context() as patch:
        patch.setattr(app, "_STATIC", folder)
        yield


def lacking(document: dict[str, Any]) -> set[str]:
    return {f"{c['screen']}.{c['control']}" for c in document["controls"] if c["status"] in ("missing", "ambiguous")}


@pytest.mark.slow
def test_its_fragment_pasted_unread_makes_the_demo_pass_on_a_portal_with_other_words_and_widgets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = (app._STATIC / "combobox.js").read_text("utf-8")
    widgets = {
        "combobox.js": (script[script.index("export function combobox") :], _LISTBOX),
        "steps/costs.js": ('{ type: "checkbox", id', '{ type: "checkbox", role: "switch", id'),
    }
    profile = tmp_path / "profile.yaml"
    profile.write_text("# Ours, and it stays.\nown_organisation: shown   # as ever\n", "utf-8")
    with front_end(tmp_path / "static", monkeypatch, widgets), MockPortal(allow_used_codes=True) as portal:
        portal.faults([{"kind": "changed_labels", "labels": LABELS}])
        found = doctor(portal, tmp_path, *WALK, "--write", str(profile))
        assert portal.ledger()["submissions"] == []
        scenario = tmp_path / "demo.yaml"
        scenario.write_bytes(Path(example("demo.yaml")).read_bytes())
        ran = apply(portal, scenario, "--profile", str(profile))
        granted = portal.ledger()["grants"]
        again = doctor(portal, tmp_path, *WALK, "--profile", str(profile))
    assert found.exit_code == 6, found.stderr
    assert lacking(found.document) == RENAMED | REPLACED.keys()
    assert all(c["confident"] and c["candidates"] for c in found.document["controls"] if c["status"] == "missing")
    locators = {f"{c['screen']}.{c['control']}": c["candidates"][0]["locator"] for c in found.document["controls"]
                if c["candidates"]}  # fmt: skip
    assert {control: locators[control]["role"] for control in REPLACED} == REPLACED
    assert "# Ours, and it stays." in profile.read_text("utf-8")
    assert "# as ever" in profile.read_text("utf-8")
    assert (ran.exit_code, ran.statuses) == (0, ["granted"] * 3), ran.told
    assert [row["kvk"] for row in granted] == ["68750110", "69599084", "90004760"]
    assert (again.exit_code, lacking(again.document)) == (0, set()), again.document


def test_a_portal_as_the_profile_says_is_fit_and_what_is_kept_for_a_helpdesk_holds_no_personal_data(
    tmp_path: Path,
) -> None:
    with MockPortal(allow_used_codes=True) as portal:
        found = doctor(portal, tmp_path, *WALK, "--mask")
        assert portal.ledger()["submissions"] == []
    controls = {f"{c['screen']}.{c['control']}": c for c in found.document["controls"]}
    assert found.exit_code == 0, found.stderr
    assert lacking(found.document) == set()
    assert controls["sign_in.password"]["operated_as"] == "input password: typed into, then emptied"
    assert {c["status"] for name, c in controls.items() if name.startswith("confirmation.")} == {"not-reached"}
    unreached = [n for n, c in controls.items() if c["required"] and c["status"] == "not-reached"]
    assert all(name.startswith(("confirmation.", "confirm.")) or "service_" in name for name in unreached), unreached
    assert {check["name"]: check["ok"] for check in found.document["checks"]}.items() >= {
        "python": True, "browser": True, "fonts": True, "clock": True, "disk": True,
    }.items()  # fmt: skip
    kept = zipfile.ZipFile(found.document["archive"])
    names = [name.partition("/")[2] for name in kept.namelist()]
    screens = {name.split("-", 1)[1] for name in names if name.endswith(".png")}
    assert screens >= {"sign_in.png", "granted.png", "receiver.png", "scope-general.png", "scope-providers.png",
                       "scope-services.png", "costs-general.png", "review-services.png"}  # fmt: skip
    texts = "".join(kept.read(name).decode() for name in kept.namelist() if name.endswith((".yaml",)))
    assert "▒▒▒" in texts
    for personal in ("Voorbeeld Holding", "Accountantskantoor Jansen", "68750110", "90000102", "beheerder"):
        assert personal not in texts
    assert {sent["address"].rpartition("/")[2] for sent in found.document["requests"]} >= {"bevoegdheid", "kosten"}


_ONE_BY_ONE = """askForCookies();
const [username, password] = document.querySelectorAll("form input");
if (password) {
  const later = [password.previousElementSibling, password, document.querySelector("form button")];
  const next = Object.assign(document.createElement("button"), { type: "button", textContent: "Volgende" });
  const show = (element, shown) => { element.style.display = shown ? "" : "none"; };
  later.forEach((element) => show(element, false));
  next.addEventListener("click", () => { later.forEach((element) => show(element, true)); next.remove(); });
  username.form.append(next);
}
"""


@pytest.mark.slow
@pytest.mark.parametrize(("label", "status", "passes"), [("Wachtwoord", "found", 1), ("Wachtzin", "missing", 2)])
def test_a_password_with_a_screen_of_its_own_is_looked_at_before_it_is_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, label: str, status: str, passes: int
) -> None:
    profile = tmp_path / "profile.yaml"
    profile.write_text("screens: {sign_in: {continue: {role: button, name: Volgende, optional: true}}}\n", "utf-8")
    scripts = {"sign_in.js": ("askForCookies();\n", _ONE_BY_ONE)}
    with front_end(tmp_path / "static", monkeypatch, scripts), MockPortal(allow_used_codes=True) as portal:
        portal.faults([{"kind": "changed_labels", "labels": {"Wachtwoord": label}}])
        found = doctor(portal, tmp_path, "--profile", str(profile))
    controls = {f"{c['screen']}.{c['control']}": c["status"] for c in found.document["controls"]}
    assert (controls["sign_in.password"], found.document["passes"]) == (status, passes), found.stderr
    reached = {name: controls[name] for name in ("sign_in.submit", "sign_in.code", "granted.table")}
    assert set(reached.values()) == {"found"}, (reached, found.stderr)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("organisation", "told"),
    [((), "several organisations"), (("--organisation", "90000300"), ""), (("--organisation", "90000201"), None)],
    ids=["none is named", "one that is not offered", "one that is offered"],
)
def test_the_organisation_named_is_chosen_and_no_other(
    tmp_path: Path, organisation: tuple[str, ...], told: str | None
) -> None:
    with MockPortal(allow_used_codes=True) as portal:
        found = doctor(portal, tmp_path, *organisation, settings={"KETEN_USERNAME": "twee"})
    errors = [error["message"] for error in found.document["errors"]]
    reached = {c["status"] for c in found.document["controls"] if f"{c['screen']}.{c['control']}" == "granted.table"}
    if told is None:
        assert (found.exit_code, errors, reached) == (0, [], {"found"}), found.stderr
    else:
        assert found.exit_code in (5, 6)
        assert told in " ".join(errors)
        assert reached == {"not-reached"}


FAULTS: dict[str, dict[str, Any]] = {
    "slow_submit": {"seconds": 1},
    "expire_session": {"at": "scope"},
    "redirect_at_submit": {"to": "/beheer"},
    "refuse_at_submit": {"status": 422, "message": "Nee"},
    "other_name_at_lookup": {"name": "Iemand anders B.V."},
    "lagging_list": {"seconds": 5},
    "changed_labels": {"labels": {"Vastleggen": "Volgende", "Volgende": "Vastleggen"}},
    "latency": {"ms": 150},
    "clock_offset": {"seconds": 45},
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", sorted(HITTING | HOLDING))
def test_no_walk_with_any_fault_on_leaves_a_row_or_a_submission(tmp_path: Path, kind: str) -> None:
    with MockPortal(allow_used_codes=True) as portal:
        portal.faults([{"kind": kind, **FAULTS.get(kind, {})}])
        found = doctor(portal, tmp_path, *WALK)
        ledger = portal.ledger()
    assert found.exit_code in (0, 5, 6), found.stderr
    assert ledger["submissions"] == []
    assert ledger["grants"] == []


@pytest.mark.slow
def test_a_button_that_could_record_is_not_clicked_though_the_profile_says_that_it_leads_on(tmp_path: Path) -> None:
    with MockPortal(allow_used_codes=True) as portal:
        labels = {"Vastleggen": "Volgende", "Volgende": "Vastleggen"}
        portal.faults([{"kind": "changed_labels", "labels": labels}])
        profile = tmp_path / "profile.yaml"
        profile.write_text(
            "screens:\n  review:\n    record: {role: button, name: Volgende}\n"
            + "".join(
                f"  {screen}:\n    continue: {{role: button, name: Vastleggen, optional: true}}\n"
                for screen in ("receiver", "scope", "costs")
            ),
            "utf-8",
        )
        found = doctor(portal, tmp_path, *WALK, "--profile", str(profile))
        assert portal.ledger()["submissions"] == []
    reached = {c["control"]: c for c in found.document["controls"] if c["screen"] == "review"}
    assert reached["record"]["status"] == "not-reached"
    assert "may be the button that records" in reached["record"]["why"]
