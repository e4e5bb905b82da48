"""What differs between portals on single screens: further fields, named options, added rows, lines for items."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from playwright.sync_api import Page

from automation.domain import Duration, Element, KvkNumber, Scope
from automation.errors import ControlError, GrantError, Mismatch, PortalRefused, SessionExpired
from pages import preset
from pages.controls import search
from pages.controls.search import Search
from pages.costs import CostsStep
from pages.facts import FactsScreen
from pages.granted_list import GrantedList
from pages.profile import Profile
from pages.receiver import ReceiverStep
from pages.review import ReviewStep
from pages.scope import _SERVICES as SEARCH_NAMES
from pages.scope import ScopeStep
from pages.view import View
from tests.pages.conftest import screen_of, with_screens

REF = "G-7F3A21"
FIELDS = """
<label>Reden <select name=reason><option></option><option>Ketenmachtiging</option><option>Anders</option></select>
</label>
<label>Uw kenmerk <input name=own></label>
<label><input type=checkbox name=sure> Ik ben bevoegd</label>
<label><input type=checkbox name=news checked> Stuur mij nieuws</label>
<fieldset><legend>Soort</legend><label><input type=radio name=kind>Zakelijk</label>
<label><input type=radio name=kind>Anders</label></fieldset>
"""
PRESET: dict[str, dict[str, Any]] = {
    "costs": {"reason": "Ketenmachtiging", "own": "{ref}", "sure": True, "news": False, "kind": "Zakelijk"}
}


def view_of(page: Page, html: str, profile: Profile) -> View:
    page.set_default_timeout(1500)
    whole = f"<!doctype html><html lang=nl><meta charset=utf-8><body>{html}</body></html>"
    page.route("http://127.0.0.1/**", lambda route: route.fulfill(body=whole, content_type="text/html"))
    page.goto("http://127.0.0.1/beheer")
    return View(page, profile, "http://127.0.0.1/beheer", ref=REF)


def with_fields(**changed: Any) -> Profile:
    described = {
        "reason": [{"label": "Reden"}],
        "own": [{"label": "Uw kenmerk"}],
        "sure": [{"role": "checkbox", "name": "Ik ben bevoegd"}],
        "news": [{"label": "Stuur mij nieuws"}],
        "kind": [{"role": "group", "name": "Soort"}],
    }
    profile = with_screens(costs=described, review={"own": [{"css": "#shown"}]})
    return profile.model_copy(update={"preset": PRESET | changed})


def test_further_fields_are_filled_by_what_they_are_and_read_back(page: Page) -> None:
    view = view_of(page, FIELDS, with_fields())

    preset.fill_in(CostsStep(view))

    assert page.locator("select").input_value() == "Ketenmachtiging"
    assert page.locator("[name=own]").input_value() == REF
    assert [page.locator(f"[name={name}]").is_checked() for name in ("sure", "news")] == [True, False]
    assert page.get_by_label("Zakelijk").is_checked()
    assert preset.differences(view) == []


def test_a_field_that_changed_and_an_overview_that_differs_are_told_at_the_gate(page: Page) -> None:
    view = view_of(page, f"{FIELDS}<p id=shown>G-000001</p>", with_fields())
    preset.fill_in(CostsStep(view))
    page.get_by_label("Anders", exact=True).check()
    page.locator("[name=sure]").uncheck()

    assert preset.differences(view) == [
        f"own: “{REF}” was filled in, the screen shows “G-000001”",
        "costs.sure: “True” was filled in, but the field holds something else now",
        "costs.kind: “Zakelijk” was filled in, but the field holds something else now",
    ]


@pytest.mark.parametrize(
    ("value", "error", "said"),
    [
        ({"reason": True}, ControlError, "costs.reason must be a checkbox"),
        ({"sure": "ja"}, ControlError, "costs.sure must be a text field, select"),
        ({"reason": "Zomaar"}, Exception, "“Zomaar” is not there"),
        ({"gone": "x"}, ControlError, "costs.gone is not there"),
    ],
)
def test_a_value_that_does_not_go_into_a_field_stops(
    page: Page, value: dict[str, Any], error: type[Exception], said: str
) -> None:
    view = view_of(page, FIELDS, with_fields(costs=value))

    with pytest.raises(error, match=said):
        preset.fill_in(CostsStep(view))


def test_a_field_that_does_not_keep_its_value_stops(page: Page) -> None:
    cut = FIELDS.replace("<input name=own>", "<input name=own onblur='this.value = this.value.slice(0, 4)'>")

    with pytest.raises(Mismatch, match="does not hold it"):
        preset.fill_in(CostsStep(view_of(page, cut, with_fields(costs={"own": "{ref}"}))))


DURATIONS = "".join(f"<label><input type=radio name=d> {n} jaar</label>" for n in (1, 2, 5)) + "<p>Looptijd</p>"


def test_a_duration_may_be_an_option_each_that_the_profile_names(page: Page) -> None:
    profile = with_screens(costs={"duration": [{"role": "radio", "name": "{duration}"}]})
    costs = CostsStep(view_of(page, DURATIONS, profile)).wait_until_ready()

    costs.choose_term(Duration(2))

    assert costs.term() == "2 jaar"
    assert (costs.agrees_with(Duration(2)), costs.agrees_with(Duration(5))) == (True, False)
    assert costs.duration.still_there
    with pytest.raises(ControlError, match=r"costs\.duration is not there"):
        costs.choose_term(Duration(3))


LIST = """
<p>Voorbeeld</p>
<table aria-label="Verleende machtigingen">
<thead><tr><th>Intermediair<th>KvK-nummer<th>Bevoegdheid<th>Einddatum<th>Status</tr></thead>
<tbody></tbody></table>
<button id=more hidden>Volgende pagina</button>
<script>
  const rows = [1, 2, 3, 4, 5].map(n => `<tr><td>Jansen B.V.<br>Utrecht<td>KvK 6875011${n}
    <td>UWV: Verzuimmelder<br>UWV: Ziek ${n}
    <td>24-11-2031<td>Actief</tr>`)
  let shown = 0
  const body = document.querySelector('tbody')
  function show() { shown += 2; body.innerHTML = rows.slice(0, shown).join(''); more.hidden = shown >= rows.length }
  more.onclick = () => setTimeout(show, 50)
  show()
</script>
"""


def test_rows_that_are_added_below_count_once_and_lines_are_items(page: Page) -> None:
    listing = GrantedList(view_of(page, LIST, with_screens()))

    rows = listing.read()

    assert [row.kvk for row in rows] == [KvkNumber(f"6875011{n}") for n in range(1, 6)]
    assert rows[2].elements == {Element("UWV", "Verzuimmelder"), Element("UWV", "Ziek 3")}
    assert [row.unreadable for row in rows] == [None] * 5


class Overview(FactsScreen):
    name = "review"
    ready = "record"


def test_facts_are_read_out_of_the_words_around_them(page: Page) -> None:
    profile = with_screens(
        review={
            "receiver_name": [{"css": "#who"}],
            "receiver_kvk": [{"css": "#who"}],
            "scope": [{"css": "#what"}],
        }
    )
    html = "<p id=who>Jansen B.V. (KvK 68750110)</p><div id=what>UWV: Verzuimmelder<br>UWV: Ziekmelding</div>"

    facts = Overview(view_of(page, html, profile)).facts()

    assert (facts.receiver_kvk, facts.receiver_name) == ("68750110", "Jansen B.V.")
    assert facts.elements == frozenset({Element("UWV", "Verzuimmelder"), Element("UWV", "Ziekmelding")})


COSTS = "<label>Duur <select><option>2 jaar</select></label><p aria-label=Totaal>€ 12,00</p>"
AGREE = {"role": "checkbox", "name": "Ik ga akkoord met de kosten", "optional": True}
LATE = """<div id=late></div><script>
let at = 0
const timer = setInterval(() => {
  at += 1
  if (at < 8) late.innerHTML = `<p>${"bezig ".repeat(at)}</p>`
  else { late.innerHTML = `%s`; clearInterval(timer) }
}, 150)</script>"""


def test_an_optional_control_that_a_portal_lacks_is_skipped(page: Page) -> None:
    costs = CostsStep(view_of(page, COSTS, with_screens(costs={"agree": [AGREE]})))

    costs.agree()

    assert not costs.agreement.present


def test_an_optional_control_that_comes_late_is_not_skipped(page: Page) -> None:
    consent = LATE % "<label><input type=checkbox>Ik ga akkoord met de kosten</label>"
    costs = CostsStep(view_of(page, COSTS + consent, with_screens(costs={"agree": [AGREE]})))

    costs.agree()

    assert costs.agreement.on


def test_a_page_is_not_taken_to_be_at_rest_because_a_busy_machine_looked_at_it_seldom(page: Page) -> None:
    view = view_of(page, COSTS, with_screens())
    looks = itertools.count()

    def comes_at_the_fifth_look() -> bool:
        page.wait_for_timeout(300)  # what a look takes when others have the processor
        return next(looks) >= 4

    assert view.comes_before_rest(comes_at_the_fifth_look, lambda: True)


def test_an_optional_control_is_not_skipped_before_its_screen_stands(page: Page) -> None:
    consent = f"{COSTS}<label><input type=checkbox>Ik ga akkoord met de kosten</label>"
    later = f"<div id=late></div><script>setTimeout(() => {{ late.innerHTML = `{consent}` }}, 1200)</script>"
    costs = CostsStep(view_of(page, later, with_screens(costs={"agree": [AGREE]})))

    costs.agree()

    assert costs.agreement.on


def test_a_required_control_that_a_portal_lacks_stops(page: Page) -> None:
    with pytest.raises(ControlError, match=r"costs\.agree is not there"):
        CostsStep(view_of(page, COSTS, with_screens())).agree()


def test_an_amount_that_a_portal_may_lack_is_not_waited_for(page: Page) -> None:
    amount = [{"label": "Bedrag", "optional": True}]

    assert not CostsStep(view_of(page, COSTS, with_screens(costs={"amount": amount}))).shows_amount
    assert CostsStep(view_of(page, COSTS, with_screens())).shows_amount


def test_a_receiver_that_a_portal_may_not_show_is_not_waited_for(page: Page) -> None:
    lacking = {
        name: [{"css": f"#{name}", "optional": True}] for name in ("found", "found_name", "found_kvk", "look_up")
    }
    receiver = ReceiverStep(
        view_of(page, "<label>KvK-nummer van de intermediair <input></label>", with_screens(receiver=lacking))
    )

    assert receiver.look_up(KvkNumber("68750110")) == ""


def test_a_choice_of_scope_that_a_portal_may_lack_is_skipped(page: Page) -> None:
    html = "<label>Dienstverlener toevoegen <select><option><option>UWV</select></label>"
    profile = with_screens(
        scope={
            "providers": [{"role": "radio", "name": "Dienstverlenersmachtiging", "optional": True}],
            "services": [{"role": "radio", "name": "Per dienst", "optional": True}],
            "provider": [{"label": "Dienstverlener toevoegen"}],
            "chosen_providers": [],
        }
    )
    scope = Scope.providers(["UWV"])

    step = ScopeStep(view_of(page, html, profile)).wait_until_ready()
    step.link(scope)

    assert step.chosen(scope) == scope.elements


def test_a_preset_field_that_a_portal_may_lack_is_skipped(page: Page) -> None:
    profile = with_screens(costs={"own": [{"label": "Uw kenmerk", "optional": True}]})
    view = view_of(page, COSTS, profile.model_copy(update={"preset": {"costs": {"own": "{ref}"}}}))

    preset.fill_in(CostsStep(view))

    assert preset.differences(view) == []


def test_an_overview_that_is_drawn_late_is_read_as_a_whole(page: Page) -> None:
    amount = LATE % "<p aria-label=Kosten>€ 99,00</p>"
    review = ReviewStep(view_of(page, f"<button>Vastleggen</button>{amount}", with_screens()))

    review.wait_until_whole()

    assert str(review.facts().costs) == "EUR 99.00"


WIZARD = """
<div role=alert>Let op: vanavond onderhoud.</div><div role=alert id=said></div>
<label>KvK-nummer van de intermediair <input></label> <button>Opzoeken</button>
<section aria-label="Gevonden organisatie" hidden>
<p aria-label=Naam>Jansen B.V.</p></section>
<script>document.querySelector('button').onclick = () => setTimeout(() => { %s }, 100)</script>
"""


def test_an_alert_that_was_there_before_is_no_answer(page: Page) -> None:
    found = view_of(page, WIZARD % "document.querySelector('section').hidden = false", with_screens())
    assert ReceiverStep(found).look_up(KvkNumber("68750110")) == "Jansen B.V."

    refused = view_of(page, WIZARD % "said.textContent = 'Onbekend nummer'", with_screens())
    with pytest.raises(PortalRefused, match="Onbekend nummer"):
        ReceiverStep(refused).look_up(KvkNumber("68750110"))


SERVICES = ["Verzuimmelder (UWV)", "Verzekeringsbericht (UWV)", "Loonheffingen (Belastingdienst)", "WBSO (RVO)"]
SEARCH = """
<label>Zoek een dienst <input id=q></label> <ul id=found></ul>
<script>
q.oninput = () => {
  const typed = q.value.toLowerCase(), holds = one => one.toLowerCase().includes(typed)
  found.innerHTML = (typed ? %s.filter(holds) : []).map(s => `<li><label><input type=checkbox>${s}</label>`).join("")
}
</script>
"""


@pytest.mark.parametrize(
    ("asked", "near"),
    [("UWV: Verzuimmeldr", "Verzuimmelder (UWV)"), ("UWV: Ferzuimmelder", "Verzuimmelder (UWV)"),
     ("Belastingdienst: Looonheffingen", "Loonheffingen (Belastingdienst)")],
)  # fmt: skip
def test_a_misspelt_service_gets_the_names_that_are_near(
    page: Page, monkeypatch: pytest.MonkeyPatch, asked: str, near: str
) -> None:
    monkeypatch.setattr(search, "_PATIENCE", 0.3)
    step = searched(page, SERVICES)
    wanted = Element.of_service(asked)

    with pytest.raises(GrantError, match="is not there") as caught:
        Search(step.place, SEARCH_NAMES).take([{"provider": str(wanted.provider), "service": str(wanted.service)}])
    assert f"The portal has something similar: “{near}”" in caught.value.hint


@pytest.mark.parametrize(("held", "service"), [("", "Verzuim"), ("loon", "Verzuimmelder")])
def test_a_search_that_is_refused_leaves_its_field_and_the_results_as_they_were(
    page: Page, monkeypatch: pytest.MonkeyPatch, held: str, service: str
) -> None:
    monkeypatch.setattr(search, "_PATIENCE", 0.3)
    step = searched(page, [*SERVICES, *SERVICES])
    step.service_search.fill(held)
    before = screen_of(page)

    with pytest.raises(GrantError, match=r"is (not there|there 2 times)"):
        Search(step.place, SEARCH_NAMES).take([{"provider": "UWV", "service": service}])

    assert screen_of(page) == before


def searched(page: Page, services: list[str]) -> ScopeStep:
    """A step on which services are searched for."""
    controls: dict[str, Any] = dict.fromkeys(("open_search", "search_services", "more_services", "add_services")) | {
        "services": {"css": "body"},
        "service_search": {"label": "Zoek een dienst"},
        "service_results": {"role": "checkbox"},
        "service": {"role": "checkbox", "name": "{service} ({provider})"},
        "service_of_any_provider": {"role": "checkbox", "name": "/^{service} [(]/", "optional": True},
    }
    profile = with_screens(scope={name: [found] if found else None for name, found in controls.items()})
    return ScopeStep(view_of(page, SEARCH % json.dumps(services), profile))


REVIEW = """
<div role=alert>Let op: vanavond onderhoud.</div><button id=record>Vastleggen</button> <button id=yes hidden>Ja</button>
<label id=user hidden>Gebruikersnaam <input></label>
<div role=alert id=said></div><h1 id=done hidden>De ketenmachtiging is vastgelegd</h1>
<script>
  const show = (e) => setTimeout(() => { e.hidden = false }, 100)
  const say = (words) => setTimeout(() => { said.textContent = words }, 100)
  record.onclick = () => { %s }
  yes.onclick = () => { %s }
</script>
"""
ASKING = [{"role": "button", "name": "Ja"}]


def review_of(page: Page, first: str, second: str = "", *, asks: bool = False) -> ReviewStep:
    profile = with_screens(review={"confirm": ASKING} if asks else {})
    if asks:
        buttons = profile.recording.model_copy(update={"buttons": ("record", "confirm")})
        profile = profile.model_copy(update={"recording": buttons})
    return ReviewStep(view_of(page, REVIEW % (first, second), profile))


@pytest.mark.parametrize(
    ("first", "second"),
    [("say('Uw rechten zijn ingetrokken')", None), ("say('Uw rechten zijn ingetrokken')", ""),
     ("show(yes)", "say('Uw rechten zijn ingetrokken')")],
)  # fmt: skip
def test_an_error_at_the_last_click_is_raised_in_the_portals_words(page: Page, first: str, second: str | None) -> None:
    review = review_of(page, first, second or "", asks=second is not None)
    page.set_default_timeout(20_000)

    with pytest.raises(PortalRefused, match="the portal says at review: “Uw rechten zijn ingetrokken”"):
        review.record()


@pytest.mark.parametrize("asks", [False, True])
def test_the_confirmation_that_comes_is_returned(page: Page, asks: bool) -> None:
    review = review_of(page, "show(yes)" if asks else "show(done)", "show(done)", asks=asks)

    assert review.record().there


def test_a_sign_in_that_comes_at_the_last_click_is_told_as_such(page: Page) -> None:
    with pytest.raises(SessionExpired):
        review_of(page, "show(user)").record()


def test_a_last_click_that_nothing_answers_names_the_confirmation(page: Page) -> None:
    review = review_of(page, "document.querySelector('[role=alert]').remove()")

    with pytest.raises(ControlError, match=r"confirmation\.heading is not there"):
        review.record()
