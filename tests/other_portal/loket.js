// Another portal's front end: own words, own markup, no test ids. How it differs stands in `manner`.

const manner = JSON.parse(document.querySelector("script[type='application/json']").textContent);
const main = document.querySelector("main");
const WORDS = { Actief: "Geldig", "In behandeling": "Wacht", Ingetrokken: "Stopgezet", Verlopen: "Afgelopen" };

const h = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child != null));
  return element;
};
const press = (text, click, attributes = {}) => h("button", { type: "button", click, ...attributes }, text);
const labelled = (text, control) => h("p", {}, h("label", {}, h("span", {}, text), control));
const day = (iso) => iso.split("-").reverse().join("/");
const euros = (amount) => `€ ${Number(amount).toFixed(2).replace(".", ",")}`;
const covers = (e) => (e.dienst ? `${e.dienst} bij ${e.dienstverlener}` : e.dienstverlener ? `Heel ${e.dienstverlener}` : "Alles");
const written = (elements) => h("ul", {}, elements.map((e) => h("li", {}, covers(e))));

let csrf = "";
async function ask(path, body) {
  const options = body === undefined ? {} : {
    method: "POST", headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf }, body: JSON.stringify(body),
  };
  const answer = await fetch(`/beheer/${path}`, options);
  if (answer.status === 401) return location.assign("/beheer");
  return answer.json();
}

function popup(title, ...content) {
  const dialog = h("dialog", { class: "venster" }, h("h2", {}, title), ...content);
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

// ---- the list -------------------------------------------------------------------------------------------------------

async function showList() {
  const { rijen } = await ask("api/ketenmachtigingen?per_pagina=50");
  const own = await ask("loket/kenmerken");
  const inRow = manner.details === "row";
  const heads = ["Gemachtigde", "Handelsregister", ...(inRow ? ["Mag", "Nummer"] : []), "Geldig t/m", "Stand",
    ...(inRow && manner.fields ? ["Uw kenmerk"] : []), ""];
  const body = h("tbody");
  for (const rij of rijen) {
    const details = () => [
      h("h3", {}, "Meer over deze machtiging"), h("div", { class: "mag" }, written(rij.bevoegdheid)),
      h("div", { class: "nummer" }, rij.kenmerk),
      manner.fields ? h("div", { class: "eigen" }, own[rij.kenmerk] ?? "") : null];
    const row = h("tr", {}, h("td", {}, rij.naam), h("td", {}, `KvK ${rij.kvk}`),
      inRow ? [h("td", {}, written(rij.bevoegdheid)), h("td", {}, rij.kenmerk)] : null,
      h("td", {}, day(rij.einddatum)), h("td", {}, h("span", { class: "stand" }, WORDS[rij.status])),
      inRow && manner.fields ? h("td", {}, own[rij.kenmerk] ?? "") : null,
      h("td", {}, manner.details === "expander" ? expander() : manner.details === "dialog" ? menu() : null));
    body.append(row);

    function expander() {
      let below;
      const button = press("Toon meer", () => {
        const open = button.getAttribute("aria-expanded") === "true";
        button.setAttribute("aria-expanded", String(!open));
        if (open) below.remove();
        else row.after(below = h("tr", { class: "uitgeklapt" }, h("td", { colspan: heads.length }, details())));
      }, { "aria-expanded": "false" });
      return button;
    }
    function menu() {
      return press("⋮", () => {
        const list = h("ul", { role: "menu", class: "menu" }, ["Wijzigen", "Bekijken", "Stopzetten"].map((text) =>
          h("li", { role: "menuitem", tabindex: 0, click: () => {
            list.remove();
            if (text !== "Bekijken") return;
            const dialog = popup("Machtiging", ...details(), press("Dicht", () => dialog.remove()));
          } }, text)));
        document.body.append(list);
      }, { "aria-label": `Acties voor ${rij.naam}`, "aria-haspopup": "menu" });
    }
  }
  main.replaceChildren(h("div", {}, h("h1", {}, "Afgegeven machtigingen"),
    h("a", { href: "/beheer/loket/nieuw", class: "knop" }, "Iemand machtigen"),
    rijen.length === 0 ? h("p", { class: "leeg" }, "U heeft niemand gemachtigd.") : null,
    h("table", { class: "lijst" }, h("thead", {}, h("tr", {}, heads.map((text) => h("th", {}, text)))), body)));
}

// ---- a new grant ----------------------------------------------------------------------------------------------------

function showWizard(session) {
  const draft = { kvk: "", naam: "", soort: "", dienstverleners: [], diensten: [], jaren: 0, akkoord: false, prijs: null };
  const problem = h("p", { role: "alert", hidden: true });
  const steps = [receiver(), scope(), costs(), last()];
  main.replaceChildren(h("h1", {}, "Iemand machtigen"), ...steps, problem);
  if (manner.stepper) steps.slice(1).forEach((step) => step.hidden = true);

  function complain(text) {
    problem.textContent = text ?? "";
    problem.hidden = !text;
  }
  function toNext(step) {
    const at = steps.indexOf(step);
    if (manner.stepper) step.hidden = true;
    steps[at + 1].hidden = false;
    steps[at + 1].dispatchEvent(new Event("arrived"));
  }
  /** A button to the next step, or none: then all steps stand on the page from the beginning. */
  function onwards(step, check) {
    return manner.stepper ? press("Ga verder", async () => {
      const wrong = await check();
      complain(wrong);
      if (!wrong) toNext(step());
    }) : null;
  }

  function receiver() {
    const field = h("input", { inputmode: "numeric", autocomplete: "off" });
    const found = h("div", { class: "gevonden", hidden: true });
    async function search() {
      if (field.value.length !== 8) return;
      const answer = await ask(`api/organisaties/${field.value}`);
      complain(answer.fout);
      found.hidden = Boolean(answer.fout);
      if (answer.fout) return;
      [draft.kvk, draft.naam] = [answer.kvk, answer.naam];
      found.replaceChildren(h("strong", {}, `${answer.naam} (KvK ${answer.kvk})`));
    }
    field.addEventListener("change", search);
    const section = h("section", { class: "wie" }, h("h2", {}, "Wie"), labelled("Handelsregisternummer", field), found,
      onwards(() => section, () => (draft.kvk ? "" : "Kies eerst een organisatie.")));
    return section;
  }

  function scope() {
    const parts = h("div");
    const kinds = [["algemeen", "Alles, ook later"], ["dienstverleners", "Hele organisaties"], ["diensten", "Een keuze uit diensten"]];
    const radios = kinds.map(([value, text]) => h("label", { class: "kaart" }, h("input", { type: "radio", name: "omvang", value,
      change: async () => {
        draft.soort = value;
        parts.replaceChildren(value === "algemeen" ? h("p", {}, "Alles wat er is en komt.")
          : value === "dienstverleners" ? await providers() : services());
        changed();
      } }), text));
    const section = h("section", { class: "waarvoor" }, h("h2", {}, "Waarvoor"), h("fieldset", {}, h("legend", {}, "Omvang"), radios), parts,
      onwards(() => section, async () => (await ask("api/bevoegdheid", body())).fout));
    return section;
  }

  async function providers() {
    const { dienstverleners } = await ask("api/dienstverleners?zoek=");
    const chosen = h("ul", { class: "gekozen" });
    return h("div", { class: "organisaties" }, h("div", { class: "keuze", role: "group", "aria-label": "Organisaties" }, dienstverleners.map((one) => h("label", {}, h("input", {
      type: "checkbox", change: (event) => {
        draft.dienstverleners = draft.dienstverleners.filter((oin) => oin !== one.oin);
        if (event.target.checked) draft.dienstverleners.push(one.oin);
        chosen.replaceChildren(...dienstverleners.filter((d) => draft.dienstverleners.includes(d.oin)).map((d) => h("li", {}, d.naam)));
        changed();
      } }), one.naam))), h("h3", {}, "Gekozen organisaties"), chosen);
  }

  function services() {
    const chosen = h("ul", { class: "gekozen" });
    function add(service) {
      if (!draft.diensten.some((one) => one.id === service.id)) draft.diensten.push(service);
      chosen.replaceChildren(...draft.diensten.map((one) => h("li", {}, `${one.naam} bij ${one.dienstverlener}`,
        press("✕", (event) => { draft.diensten = draft.diensten.filter((d) => d !== one); event.target.parentNode.remove(); changed(); }, { "aria-label": "Haal weg" }))));
      changed();
    }
    function search(take) {
      const results = h("div", { class: "treffers", role: manner.results === "options" ? "listbox" : null, "aria-label": "Treffers" });
      let timer;
      const field = h("input", { type: "search", input: () => {
        clearTimeout(timer);
        timer = setTimeout(async () => {
          const { diensten } = await ask(`api/diensten?zoek=${encodeURIComponent(field.value)}`);
          results.replaceChildren(...diensten.map((one) => result(one, take)));
        }, 150);
      } });
      return [labelled("Zoek naar een dienst", field), results];
    }
    if (manner.services_in === "page") return h("div", {}, search((one, on) => on && add(one)), h("h3", {}, "Gekozen diensten"), chosen);
    const open = press("Dienst kiezen", () => {
      const picked = new Set();
      const dialog = popup("Diensten", ...search((one, on) => (on ? picked.add(one) : picked.delete(one))), press("Neem over", () => {
        picked.forEach(add);
        dialog.remove();
      }));
    });
    return h("div", {}, open, h("h3", {}, "Gekozen diensten"), chosen);
  }

  function result(one, take) {
    const text = `${one.naam} bij ${one.dienstverlener}`;
    const off = !one.overdraagbaar;
    if (manner.results === "checkboxes") {
      return h("label", { class: "treffer" }, h("input", { type: "checkbox", disabled: off, change: (event) => take(one, event.target.checked) }), text);
    }
    if (manner.results === "rows") {
      return h("div", { class: "treffer", role: "row" }, h("span", { role: "cell" }, text),
        h("span", { role: "cell" }, press("Kies", () => take(one, true), { disabled: off })));
    }
    const item = h(manner.results === "items" ? "li" : "div", { class: "treffer", role: manner.results === "items" ? null : "option",
      "aria-selected": "false", "aria-disabled": String(off), click: () => {
        if (off) return;
        item.setAttribute("aria-selected", "true");
        take(one, true);
      } }, text);
    return item;
  }

  function costs() {
    const price = h("div", { class: "prijs" });
    const until = h("p", { class: "tot" });
    const length = h("select", { change: () => { draft.jaren = Number(length.value); changed(); } },
      h("option", { value: "0" }, "Maak een keuze"), [1, 2, 3, 4, 5].map((n) => h("option", { value: n }, n === 1 ? "een jaar" : `${n} jaren`)));
    const agree = h("input", { type: "checkbox", change: () => { draft.akkoord = agree.checked; } });
    const section = h("section", { class: "prijskaart" }, h("h2", {}, "Hoe lang en wat kost het"), labelled("Looptijd", length), price, until,
      manner.fields ? [
        labelled("Aanleiding", h("select", { class: "aanleiding", change: (e) => { draft.aanleiding = e.target.value; } }, ["", "Nieuwe opdracht", "Verlenging"].map((t) => h("option", {}, t)))),
        labelled("Uw kenmerk", h("input", { class: "kenmerk", change: (e) => { draft.kenmerk = e.target.value; } })),
        h("label", {}, h("input", { type: "checkbox", change: (e) => { draft.bevoegd = e.target.checked; } }), "Ik mag dit namens mijn organisatie doen")] : null,
      h("label", {}, agree, "Ik betaal deze prijs"),
      onwards(() => section, () => (!draft.akkoord ? "U betaalt niet." : !draft.jaren ? "Kies een looptijd."
        : manner.fields && !(draft.aanleiding && draft.kenmerk && draft.bevoegd) ? "Vul alles in." : "")));
    section.showPrice = () => {
      const total = Number(draft.prijs.totaal);
      price.replaceChildren(...(manner.amounts === 2
        ? [h("span", { class: "kaal" }, `${euros(total / 1.21)} zonder btw`), h("span", { class: "alles" }, `${euros(total)} met btw`)]
        : [h("span", { class: "alles" }, `${euros(total)} met btw`)]));
      until.textContent = `Geldig t/m ${day(draft.prijs.einddatum)}`;
    };
    return section;
  }

  async function changed() {
    if (!draft.soort || !draft.jaren || (draft.soort !== "algemeen" && !draft[draft.soort].length)) return;
    const answer = await ask("api/kosten", body());
    if (answer.fout) return;
    draft.prijs = answer;
    steps[2].showPrice();
  }

  const body = () => ({
    intermediair: draft.kvk, soort: draft.soort, dienstverleners: draft.dienstverleners, diensten: draft.diensten.map((one) => one.id),
    jaren: draft.jaren || null,
  });
  const elements = () => (draft.soort === "algemeen" ? [{}] : draft.soort === "diensten" ? draft.diensten
    .map((one) => ({ dienst: one.naam, dienstverlener: one.dienstverlener }))
    : [...document.querySelectorAll(".organisaties .gekozen li")].map((li) => ({ dienstverlener: li.textContent })));

  function last() {
    const overview = h("dl", { class: "overzicht" });
    const record = press("Verstrekken", () => (manner.asks_again ? question() : send()), { class: "groot" });
    const section = h("section", { class: "slot" }, manner.overview ? [h("h2", {}, "Klopt dit"), overview] : null, record);
    section.addEventListener("arrived", () => overview.replaceChildren(...(manner.overview ? [
      ["Gemachtigde", "wie", `${draft.naam} (KvK ${draft.kvk})`], ["Mag", "wat", written(elements())],
      ["Geldig t/m", "tot", day(draft.prijs.einddatum)], ["Prijs", "prijs", `${euros(draft.prijs.totaal)} met btw`],
      ...(manner.fields ? [["Uw kenmerk", "eigen", draft.kenmerk], ["Aanleiding", "aanleiding", draft.aanleiding]] : []),
    ].flatMap(([term, name, value]) => [h("dt", {}, term), h("dd", { class: name }, value)]) : [])));
    return section;

    function question() {
      const amount = Number(draft.prijs.totaal) + (manner.dearer_when_asked ? 10 : 0);
      if (manner.records_at_first) send();
      const dialog = popup("Weet u het zeker?", h("p", {}, "U betaalt ", h("b", { class: "bedrag" }, `${euros(amount)} met btw`), "."),
        press("Nee", () => dialog.remove()), press("Ja, verstrekken", () => { dialog.remove(); send(); }));
    }
    async function send() {
      const answer = await ask("api/ketenmachtigingen", { ...body(), akkoord: draft.akkoord, kosten: draft.prijs.totaal,
        eigen_kenmerk: draft.kenmerk, aanleiding: draft.aanleiding });
      complain(answer.fout);
      if (answer.bevestiging) told(answer.bevestiging);
    }
  }

  function told(grant) {
    if (manner.confirmation === "message") {
      const message = h("div", { role: "status", class: "snackbar" }, `Verstrekt aan ${grant.naam} (KvK ${grant.kvk}) onder ${grant.kenmerk}`);
      document.body.append(message);
      setTimeout(() => message.remove(), 3000);
      return;
    }
    const facts = [h("p", {}, "Nummer: ", h("b", { class: "nummer" }, grant.kenmerk)), h("p", { class: "wie" }, `${grant.naam} (KvK ${grant.kvk})`),
      h("div", { class: "wat" }, written(grant.bevoegdheid)), h("p", { class: "tot" }, day(grant.einddatum)), h("p", { class: "prijs" }, `${euros(grant.kosten)} met btw`)];
    if (manner.confirmation === "dialog") popup("Verstrekt", h("div", { class: "verstrekt" }, facts));
    else main.replaceChildren(h("h1", {}, "Verstrekt"), h("div", { class: "verstrekt" }, facts));
  }
}

const session = await ask("api/sessie");
csrf = session.csrf;
document.querySelector("header strong").textContent = session.organisatie.label;
document.querySelector("header").hidden = false;
if (location.pathname.endsWith("/nieuw")) showWizard(session);
else showList();
