// The list of verleende machtigingen: searched, sorted and paged by the server.

import { ask } from "./api.js";
import { alertBox, button, debounced, facts, field, h, newId, t } from "./dom.js";
import { eurosWithVat, scopeList, shortDate } from "./format.js";

const COLUMNS = [["naam", "Intermediair"], ["kvk", "KvK-nummer"], ["bevoegdheid", "Bevoegdheid"],
  ["ingangsdatum", "Ingangsdatum"], ["einddatum", "Einddatum"], ["status", "Status"], ["kenmerk", "Kenmerk"]];
const MOST_IN_CELL = 3;

export function showGranted(place) {
  const asked = { zoek: "", sorteer: "", pagina: 1, per_pagina: 10 };
  const body = h("tbody");
  const headers = COLUMNS.map(([key, name]) => h("th", { scope: "col" }, button(name, () => sortBy(key), { class: "sort" })));
  const table = h("table", { "aria-label": t("Verleende machtigingen"), "aria-busy": "true" },
    h("thead", {}, h("tr", {}, headers, h("td"))), body);
  const filter = h("p", { class: "filter" });
  const range = h("span");
  const previous = button("Vorige pagina", () => load({ pagina: asked.pagina - 1 }));
  const next = button("Volgende pagina", () => load({ pagina: asked.pagina + 1 }));
  const search = h("input", { type: "search", input: debounced(250, () => load({ zoek: search.value.trim(), pagina: 1 })) });
  const size = h("select", { change: () => load({ per_pagina: Number(size.value), pagina: 1 }) },
    [10, 25, 50].map((n) => h("option", {}, String(n))));
  let latest = 0;

  function sortBy(key) {
    load({ sorteer: asked.sorteer === key ? `-${key}` : key, pagina: 1 });
  }

  async function load(change) {
    Object.assign(asked, change);
    const mine = (latest += 1);
    table.setAttribute("aria-busy", "true");
    const answer = await ask(`ketenmachtigingen?${new URLSearchParams(asked)}`);
    if (mine !== latest) return;
    if (answer.fout) {
      place.replaceChildren(h("h1", {}, t("Verleende machtigingen")), alertBox(answer.fout));
      return;
    }
    show(answer);
    table.setAttribute("aria-busy", "false");
  }

  function show({ rijen, totaal, pagina, paginas, eerste }) {
    asked.pagina = pagina;
    const empty = asked.zoek ? "Geen machtigingen gevonden." : "U heeft nog geen machtigingen verleend.";
    body.replaceChildren(...(rijen.length ? rijen.map(row) : [h("tr", {}, h("td", { colspan: 8, class: "empty" }, t(empty)))]));
    filter.textContent = asked.zoek ? t(`Gefilterd op: ${asked.zoek}`) : "";
    range.textContent = t(totaal ? `${eerste + 1}–${eerste + rijen.length} van ${totaal}` : "0 van 0");
    previous.disabled = pagina <= 1;
    next.disabled = pagina >= paginas;
    COLUMNS.forEach(([key], i) => {
      const direction = { [key]: "ascending", [`-${key}`]: "descending" }[asked.sorteer] ?? "none";
      headers[i].setAttribute("aria-sort", direction);
    });
  }

  const row = (grant) => h("tr", {},
    h("td", { class: "name" }, grant.naam),
    h("td", {}, grant.kvk),
    h("td", {}, scopeList(grant.bevoegdheid, MOST_IN_CELL)),
    h("td", {}, shortDate(grant.ingangsdatum)),
    h("td", {}, shortDate(grant.einddatum)),
    h("td", {}, h("span", { class: `state state-${grant.status.replace(/\W/g, "").toLowerCase()}` }, t(grant.status))),
    h("td", {}, grant.kenmerk),
    h("td", {}, button("Details", () => showDetails(grant))));

  place.append(
    h("div", { class: "title" }, h("h1", {}, t("Verleende machtigingen")),
      button("Nieuwe ketenmachtiging", () => location.assign("#/ketenmachtigingen/nieuw"), { class: "primary" })),
    h("section", { class: "card" },
      h("div", { class: "tools" }, field("Zoek op naam of KvK-nummer", search), field("Rijen per pagina", size)),
      filter,
      h("div", { class: "scroll" }, table),
      h("nav", { "aria-label": t("Paginering"), class: "paging" }, previous, range, next)));
  load({});
}

function showDetails(grant) {
  const title = newId();
  const dialog = h("dialog", { "aria-labelledby": title, close: () => dialog.remove() },
    h("h2", { id: title }, t("Details van de machtiging")),
    facts([
      ["Intermediair", grant.naam],
      ["KvK-nummer", grant.kvk],
      ["Bevoegdheid", scopeList(grant.bevoegdheid)],
      ["Ingangsdatum", shortDate(grant.ingangsdatum)],
      ["Einddatum", shortDate(grant.einddatum)],
      ["Status", t(grant.status)],
      ["Kenmerk", grant.kenmerk],
      ["Kosten", eurosWithVat(grant.kosten)],
    ]),
    h("div", { class: "buttons" }, button("Sluiten", () => dialog.close(), { class: "primary" })));
  document.body.append(dialog);
  dialog.showModal();
}
