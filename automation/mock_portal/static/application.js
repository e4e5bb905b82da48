// The application behind the sign-in: its frame, and which screen an address shows.

import { ask, startSession } from "./api.js";
import { askForCookies } from "./cookies.js";
import { alertBox, button, facts, h, t } from "./dom.js";
import { showGranted } from "./granted.js";
import { showWizard } from "./steps/wizard.js";
import { showOverview, showReceived, showSettings, showUsers } from "./plain_screens.js";

const SCREENS = {
  "#/overzicht": ["Overzicht", showOverview],
  "#/ketenmachtigingen/verleende-machtigingen": ["Verleende machtigingen", showGranted],
  "#/ketenmachtigingen/ontvangen-machtigingen": ["Ontvangen machtigingen", showReceived],
  "#/gebruikers": ["Gebruikers", showUsers],
  "#/instellingen": ["Instellingen", showSettings],
};

async function signOut() {
  await ask("uitloggen", {});
  location.assign("/beheer");
}

function open(session) {
  const main = h("main");
  const links = Object.entries(SCREENS).map(([address, [name]]) => h("a", { href: address }, t(name)));

  function show() {
    const address = location.hash.split("?")[0];
    const screen = address === "#/ketenmachtigingen/nieuw" ? showWizard : SCREENS[address]?.[1] ?? showOverview;
    for (const link of links) {
      if (link.getAttribute("href") === address) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    const place = h("div");
    main.replaceChildren(place);
    scrollTo(0, 0);
    screen(place, session);
  }

  addEventListener("hashchange", show);
  show();
  return [
    h("header", { class: "banner" },
      h("span", { class: "wordmark" }, t("Beheermodule")),
      h("span", { class: "badge" }, t("Oefenomgeving")),
      h("div", { class: "who" },
        facts([["Organisatie", session.organisatie.label]]),
        h("span", { class: "user" }, session.gebruiker),
        button("Uitloggen", signOut))),
    h("nav", { "aria-label": t("Hoofdmenu"), class: "menu" }, links),
    main,
  ];
}

const session = await startSession();
document.querySelector(".application").replaceWith(...(session.fout ? [alertBox(session.fout)] : open(session)));
askForCookies();
