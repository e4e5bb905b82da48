// The cookie banner: late, in the way, and gone for good once answered.

import { button, h, t } from "./dom.js";

function answer(banner, choice) {
  document.cookie = `cookies=${choice}; path=/beheer; max-age=31536000; samesite=lax`;
  banner.remove();
}

export function askForCookies() {
  if (/(^|; )cookies=/.test(document.cookie)) return;
  setTimeout(() => {
    const banner = h("div", { role: "dialog", "aria-label": t("Cookies"), class: "cookies" },
      h("p", {}, t("Wij gebruiken cookies om de Beheermodule goed te laten werken.")),
      button("Alleen noodzakelijke cookies", () => answer(banner, "noodzakelijk")),
      button("Alle cookies toestaan", () => answer(banner, "alle"), { class: "primary" }));
    document.body.append(banner);
  }, 600);
}
