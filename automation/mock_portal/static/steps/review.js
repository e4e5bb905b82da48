// Step 4: the overview, the click that records, and the confirmation.

import { ask, TROUBLE } from "../api.js";
import { button, facts, h, newId, showAlert, t } from "../dom.js";
import { draftAsBody, draftElements } from "./draft.js";
import { eurosWithVat, longDate, scopeList } from "../format.js";

const grantFacts = (grant, ...first) => facts([
  ...first,
  ["Vertegenwoordigde organisatie", grant.organisatie],
  ["Intermediair", grant.naam],
  ["KvK-nummer intermediair", grant.kvk],
  ["Bevoegdheid", scopeList(grant.bevoegdheid)],
  ["Ingangsdatum", longDate(grant.ingangsdatum)],
  ["Einddatum", longDate(grant.einddatum)],
  ["Kosten", eurosWithVat(grant.kosten)],
]);

export function showReview(place, draft, { session, back, finish }) {
  const alert = h("div");
  const record = button("Vastleggen", send, { class: "primary" });

  async function send() {
    record.disabled = true;
    showAlert(alert, "");
    const answer = await ask("ketenmachtigingen", { ...draftAsBody(draft), akkoord: draft.agreed, kosten: draft.quote.totaal });
    // the screen goes by the answer's content, whatever its status says
    if (answer.bevestiging) return finish(confirmation(answer.bevestiging));
    record.disabled = false;
    showAlert(alert, answer.fout ?? t(TROUBLE));
  }

  place.append(
    grantFacts({
      organisatie: session.organisatie.label,
      naam: draft.receiver.naam,
      kvk: draft.receiver.kvk,
      bevoegdheid: draftElements(draft),
      ingangsdatum: draft.quote.ingangsdatum,
      einddatum: draft.quote.einddatum,
      kosten: draft.quote.totaal,
    }),
    alert,
    h("div", { class: "buttons" }, button("Vorige", back), record));
}

function confirmation(grant) {
  const title = newId();
  return h("div", { role: "status", "aria-labelledby": title, class: "confirmation" },
    h("h2", { id: title }, t("De ketenmachtiging is vastgelegd")),
    grantFacts(grant, ["Kenmerk", grant.kenmerk]),
    h("p", { class: "note" }, t("Informeer uw intermediair zelf: dat gebeurt niet automatisch.")),
    h("p", {}, h("a", { href: "#/ketenmachtigingen/verleende-machtigingen" }, t("Naar verleende machtigingen"))));
}
