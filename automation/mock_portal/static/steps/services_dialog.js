// The dialog in which services are searched and chosen.

import { ask } from "../api.js";
import { button, debounced, field, h, newId, showAlert, t } from "../dom.js";

/** Lets a person choose; `take` gets all that is chosen then, or is not called when the dialog is left. */
export function chooseServices(chosen, take) {
  const selected = new Map(chosen.map((service) => [service.id, service]));
  const results = h("ul", { class: "results" });
  const count = h("p", { class: "note" });
  const alert = h("div");
  const more = button("Meer resultaten", () => load(page + 1));
  const search = h("input", { type: "search", autocomplete: "off", input: debounced(250, () => load(1)) });
  const title = newId();
  let page = 1;
  let latest = 0;

  async function load(number) {
    const mine = (latest += 1);
    const answer = await ask(`diensten?${new URLSearchParams({ zoek: search.value.trim(), pagina: number })}`);
    if (mine !== latest) return;
    showAlert(alert, answer.fout);
    if (answer.fout) return;
    page = number;
    if (page === 1) results.replaceChildren();
    results.append(...answer.diensten.map(result));
    count.textContent = t(answer.totaal === 1 ? "1 dienst gevonden" : `${answer.totaal} diensten gevonden`);
    more.hidden = results.children.length >= answer.totaal;
  }

  function result(service) {
    const [id, why] = [newId(), newId()];
    const box = h("input", { type: "checkbox", id, checked: selected.has(service.id), disabled: !service.overdraagbaar,
      "aria-describedby": service.overdraagbaar ? null : why,
      change: () => (box.checked ? selected.set(service.id, service) : selected.delete(service.id)) });
    return h("li", {}, box, h("label", { for: id }, `${service.naam} (${service.dienstverlener})`),
      service.overdraagbaar ? null : h("span", { id: why, class: "note" }, t("Niet beschikbaar voor ketenmachtiging")));
  }

  function add() {
    dialog.close();
    take([...selected.values()]);
  }

  const dialog = h("dialog", { "aria-labelledby": title, class: "wide", close: () => dialog.remove() },
    h("h2", { id: title }, t("Diensten zoeken")),
    field("Zoek een dienst", search), count, alert,
    h("div", { class: "scroll" }, results, more),
    h("div", { class: "buttons" },
      button("Annuleren", () => dialog.close()), button("Toevoegen", add, { class: "primary" })));
  document.body.append(dialog);
  dialog.showModal();
  load(1);
}
