// Step 3: how long the grant lasts, and what that costs by the server's reckoning.

import { ask } from "../api.js";
import { button, debounced, facts, field, h, newId, showAlert, t } from "../dom.js";
import { draftAsBody } from "./draft.js";
import { euros, eurosWithVat } from "../format.js";

const OPTIONS = [["1", "1 jaar"], ["2", "2 jaar"], ["3", "3 jaar"], ["4", "4 jaar"], ["5", "5 jaar"],
  ["", "Tot en met een datum"]];

export function showCosts(place, draft, { back, forward }) {
  const duration = h("select", { change: () => { draft.duration = duration.value; changed(); } },
    OPTIONS.map(([value, text]) => h("option", { value, selected: draft.duration === value }, t(text))));
  const until = h("input", { class: "short", autocomplete: "off", placeholder: t("dd-mm-jjjj"),
    input: () => { draft.until = until.value; forget(); typed(); } });
  const untilField = field("Einddatum (dd-mm-jjjj)", until);
  const title = newId();
  const costs = h("div");
  const alert = h("div");
  const agree = h("input", { type: "checkbox", id: newId(), change: () => { draft.agreed = agree.checked; } });
  const typed = debounced(250, load);
  let latest = 0;

  function forget() {
    latest += 1;
    draft.agreed = agree.checked = false;
    draft.quote = null;
    costs.replaceChildren();
    showAlert(alert, "");
  }

  function changed() {
    forget();
    untilField.hidden = draft.duration !== "";
    load();
  }

  async function load() {
    const mine = (latest += 1);
    if (draft.duration === "" && !/^\d{2}-\d{2}-\d{4}$/.test(draft.until.trim())) return;
    const answer = await ask("kosten", draftAsBody(draft));
    if (mine !== latest) return;
    if (answer.fout) return showAlert(alert, answer.fout);
    if (draft.quote?.totaal !== answer.totaal) draft.agreed = agree.checked = false;
    draft.quote = answer;
    costs.replaceChildren(
      h("ul", { class: "lines" }, answer.regels.map((line) =>
        h("li", {}, h("span", {}, t(line.omschrijving)), h("span", {}, euros(line.bedrag))))),
      facts([["Totaal", eurosWithVat(answer.totaal)]]));
  }

  function next() {
    if (!draft.quote) return showAlert(alert, t("Vul een geldige einddatum in (dd-mm-jjjj)."));
    if (!draft.agreed) return showAlert(alert, t("U moet akkoord gaan met de kosten."));
    forward();
  }

  until.value = draft.until;
  untilField.hidden = draft.duration !== "";
  agree.checked = draft.agreed;
  place.append(
    h("div", { class: "line" }, field("Duur", duration), untilField),
    h("div", { role: "group", "aria-labelledby": title, class: "costs" }, h("h3", { id: title }, t("Kosten")), costs),
    h("div", { class: "agree" }, agree, h("label", { for: agree.id }, t("Ik ga akkoord met de kosten"))),
    alert,
    h("div", { class: "buttons" }, button("Vorige", back), button("Volgende", next, { class: "primary" })));
  load();
}
