// How dates, amounts and what a grant holds are written.

import { h, t } from "./dom.js";

const MONTHS = ["januari", "februari", "maart", "april", "mei", "juni",
  "juli", "augustus", "september", "oktober", "november", "december"];

/** 2026-11-24 as 24-11-2026. */
export const shortDate = (iso) => iso.split("-").reverse().join("-");

/** 2026-11-24 as 24 november 2026. */
export function longDate(iso) {
  const [year, month, day] = iso.split("-").map(Number);
  return `${day} ${t(MONTHS[month - 1])} ${year}`;
}

/** "1234.50" as € 1.234,50. */
export function euros(amount) {
  const [whole, cents] = amount.split(".");
  return `${t("€")} ${whole.replace(/\B(?=(\d{3})+$)/g, ".")},${cents}`;
}

/** An amount with its note about VAT. */
export const eurosWithVat = (amount) => (amount == null ? "–" : `${euros(amount)} ${t("incl. btw")}`);

export function elementText({ dienstverlener, dienst }) {
  if (dienstverlener == null) return t("Algemene bevoegdheid");
  return dienst == null ? t(`Alle diensten van ${dienstverlener}`) : `${dienstverlener}: ${dienst}`;
}

/** What a grant holds, as a list; with `most`, a longer list shows two and says how many more there are. */
export function scopeList(elements, most = Infinity) {
  const texts = elements.map(elementText);
  const shown = texts.length > most ? [...texts.slice(0, 2), t(`en nog ${texts.length - 2}`)] : texts;
  return h("ul", { class: "scope" }, shown.map((text) => h("li", {}, text)));
}
