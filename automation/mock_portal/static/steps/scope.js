// Step 2: what the receiver may do: everything, all of some providers, or some services.

import { ask, askQuietly } from "../api.js";
import { combobox } from "../combobox.js";
import { button, h, newId, showAlert, t } from "../dom.js";
import { draftAsBody } from "./draft.js";
import { chooseServices } from "./services_dialog.js";

const KINDS = [
  ["algemeen", "Algemene bevoegdheid", "Alles namens uw organisatie, nu en in de toekomst."],
  ["dienstverleners", "Dienstverlenersmachtiging", "Alle diensten van een of meer dienstverleners, ook die er later bijkomen."],
  ["diensten", "Per dienst", "Alleen de diensten die u zelf kiest."],
];

export function showScope(place, draft, { back, forward }) {
  const details = h("div");
  const alert = h("div");
  const group = newId();

  const kinds = KINDS.map(([kind, name, explanation]) => {
    const [id, explained] = [newId(), newId()];
    return h("div", { class: "choice" },
      h("input", { type: "radio", name: group, id, "aria-describedby": explained, checked: draft.kind === kind,
        change: () => { draft.kind = kind; show(); } }),
      h("div", {}, h("label", { for: id }, t(name)), h("p", { id: explained, class: "note" }, t(explanation))));
  });

  function show() {
    showAlert(alert, "");
    details.replaceChildren(...({ dienstverleners: providers, diensten: services }[draft.kind]?.() ?? []));
  }

  function chosen(name, items, label, remove) {
    if (!items.length) return h("p", { class: "note" }, t("Nog niets gekozen."));
    return h("ul", { "aria-label": t(name), class: "chosen" }, items.map((item) => h("li", {}, h("span", {}, label(item)),
      button("✕", () => { remove(item); show(); }, { "aria-label": t(`Verwijder ${label(item)}`), class: "remove" }))));
  }

  const providers = () => [
    combobox({
      label: "Dienstverlener toevoegen",
      find: async (text) => (await askQuietly(`dienstverleners?zoek=${encodeURIComponent(text)}`)).dienstverleners ?? [],
      pick: (provider) => {
        if (!draft.providers.some((p) => p.oin === provider.oin)) draft.providers.push(provider);
        show();
      },
    }),
    chosen("Gekozen dienstverleners", draft.providers, (p) => p.naam,
      (provider) => { draft.providers = draft.providers.filter((p) => p !== provider); }),
  ];

  const services = () => [
    button("Diensten zoeken", () => chooseServices(draft.services, (found) => { draft.services = found; show(); })),
    chosen("Gekozen diensten", draft.services, (s) => `${s.dienstverlener}: ${s.naam}`,
      (service) => { draft.services = draft.services.filter((s) => s !== service); }),
  ];

  async function next() {
    const missing = {
      "": "Kies een soort machtiging.",
      dienstverleners: !draft.providers.length && "Kies ten minste één dienstverlener.",
      diensten: !draft.services.length && "Kies ten minste één dienst.",
    }[draft.kind];
    if (missing) return showAlert(alert, t(missing));
    const answer = await ask("bevoegdheid", draftAsBody(draft));
    if (answer.fout) return showAlert(alert, answer.fout);
    forward();
  }

  place.append(
    h("fieldset", { role: "radiogroup", class: "choices" }, h("legend", {}, t("Soort machtiging")), kinds),
    details, alert,
    h("div", { class: "buttons" }, button("Vorige", back), button("Volgende", next, { class: "primary" })));
  show();
}
