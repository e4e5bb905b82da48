// Ketenmachtiging afgeven: four steps, each drawn anew from the draft, so that choices survive going back and forth.

import { h, t } from "../dom.js";
import { newDraft } from "./draft.js";
import { showCosts } from "./costs.js";
import { showReceiver } from "./receiver.js";
import { showReview } from "./review.js";
import { showScope } from "./scope.js";

const STEPS = [["Intermediair", showReceiver], ["Diensten koppelen", showScope],
  ["Duur en kosten", showCosts], ["Controleren en vastleggen", showReview]];

export function showWizard(place, session) {
  const draft = newDraft();
  const stepper = h("ol", { class: "stepper" });
  const card = h("div", { class: "card" });

  function show(number) {
    stepper.replaceChildren(...STEPS.map(([name], i) =>
      h("li", { "aria-current": i === number ? "step" : null, class: i < number ? "done" : null }, t(name))));
    const [title, step] = STEPS[number];
    const content = h("div");
    card.replaceChildren(h("h2", {}, t(title)), content);
    step(content, draft, {
      session,
      back: () => show(number - 1),
      forward: () => show(number + 1),
      finish: (confirmation) => {
        stepper.remove();
        card.replaceChildren(confirmation);
      },
    });
  }

  place.append(h("h1", {}, t("Ketenmachtiging afgeven")), stepper, card);
  show(0);
}
