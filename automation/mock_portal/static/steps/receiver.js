// Step 1: who receives the grant, looked up by KvK number.

import { ask } from "../api.js";
import { button, facts, field, h, showAlert, t } from "../dom.js";

export function showReceiver(place, draft, { forward }) {
  const input = h("input", { class: "short", inputmode: "numeric", autocomplete: "off", maxlength: 20, input: changed });
  const alert = h("div");
  const found = h("div");
  const next = button("Volgende", forward, { class: "primary" });

  function changed() {
    draft.kvk = input.value;
    draft.receiver = null;
    show();
  }

  function show() {
    showAlert(alert, "");
    next.disabled = !draft.receiver;
    found.replaceChildren(...(draft.receiver ? [
      h("section", { role: "region", "aria-label": t("Gevonden organisatie"), class: "found" }, facts([
        ["Naam", draft.receiver.naam], ["KvK-nummer", draft.receiver.kvk], ["Vestigingsplaats", draft.receiver.plaats],
      ]))] : []));
  }

  async function lookUp(event) {
    event.preventDefault();
    changed();
    const kvk = draft.kvk.trim();
    if (!/^\d{8}$/.test(kvk)) return showAlert(alert, t("Vul een KvK-nummer van 8 cijfers in."));
    const answer = await ask(`organisaties/${kvk}`);
    if (answer.fout) return showAlert(alert, answer.fout);
    draft.receiver = answer;
    show();
  }

  input.value = draft.kvk;
  place.append(
    h("p", {}, t("Aan welke organisatie wilt u een ketenmachtiging afgeven?")),
    h("form", { class: "line", submit: lookUp },
      field("KvK-nummer van de intermediair", input), h("button", {}, t("Opzoeken"))),
    alert, found,
    h("div", { class: "buttons" }, next));
  show();
}
