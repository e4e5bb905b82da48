// The screens around the ketenmachtigingen, which only show something.

import { facts, h, t } from "./dom.js";

function card(title, ...content) {
  return h("section", { class: "card" }, h("h2", {}, t(title)), ...content);
}

function screen(place, title, ...cards) {
  place.append(h("h1", {}, t(title)), h("div", { class: "cards" }, cards));
}

export function showOverview(place, session) {
  screen(place, "Overzicht",
    card("Uw organisatie", facts([["Naam", session.organisatie.naam], ["KvK-nummer", session.organisatie.kvk]])),
    card("Ketenmachtigingen",
      h("p", {}, t("Laat een andere organisatie namens de uwe handelen bij overheidsdiensten.")),
      h("p", {}, h("a", { href: "#/ketenmachtigingen/verleende-machtigingen" }, t("Bekijk wat u heeft verleend")))));
}

export function showReceived(place) {
  screen(place, "Ontvangen machtigingen",
    card("Machtigingen van anderen", h("p", {}, t("Er zijn geen machtigingen aan uw organisatie verleend."))));
}

export function showUsers(place, session) {
  screen(place, "Gebruikers", card("Beheerders", facts([["Gebruiker", session.gebruiker], ["Betrouwbaarheidsniveau", "EH3"]])));
}

export function showSettings(place) {
  screen(place, "Instellingen",
    card("Meldingen", h("p", {}, t("U ontvangt een bericht wanneer een machtiging bijna verloopt."))));
}
