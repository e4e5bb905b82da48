// What is chosen in the wizard so far, and how the server is told of it.

export const newDraft = () => ({
  kvk: "", receiver: null, // the organisation found
  kind: "", providers: [], services: [], // all that was chosen, of whichever kind
  duration: "5", until: "", agreed: false, quote: null,
});

/** What the server is to be told of a draft: only what belongs to the chosen kind and term. */
export function draftAsBody(draft) {
  const scope = { algemeen: {},
    dienstverleners: { dienstverleners: draft.providers.map((p) => p.oin) },
    diensten: { diensten: draft.services.map((s) => s.id) } }[draft.kind];
  const [day, month, year] = draft.until.trim().split("-");
  const term = draft.duration ? { jaren: Number(draft.duration) } : { einddatum: `${year}-${month}-${day}` };
  return { intermediair: draft.receiver.kvk, soort: draft.kind, ...scope, ...term };
}

/** What a draft would grant, in the form in which the server tells what a grant holds. */
export function draftElements(draft) {
  if (draft.kind === "algemeen") return [{ dienstverlener: null, dienst: null }];
  if (draft.kind === "dienstverleners") return draft.providers.map((p) => ({ dienstverlener: p.naam, dienst: null }));
  return draft.services.map((s) => ({ dienstverlener: s.dienstverlener, dienst: s.naam }));
}
