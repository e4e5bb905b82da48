// Builds the screens: elements with text (never markup), ids that differ at every load, and texts that may be renamed.

const labels = JSON.parse(document.querySelector("script.labels").textContent);

/** A static text of the screens as it is called now. */
export const t = (text) => (Object.hasOwn(labels, text) ? labels[text] : text);

/** An id that no other element has, at no other load either. */
export const newId = () => "i" + [...crypto.getRandomValues(new Uint8Array(5))].map((n) => n.toString(16)).join("");

/** An element; children are elements or plain text, functions among the attributes are listeners. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child != null));
  return element;
}

export const button = (text, click, attributes = {}) => h("button", { type: "button", click, ...attributes }, t(text));

/** A labelled control; `control` gets an id of its own. */
export function field(label, control) {
  control.id = newId();
  return h("div", { class: "field" }, h("label", { for: control.id }, t(label)), control);
}

/** Names and values, each value named by its term. */
export function facts(entries) {
  return h("dl", { class: "facts" }, entries.map(([term, ...value]) => {
    const id = newId();
    return h("div", {}, h("dt", { id }, t(term)), h("dd", { "aria-labelledby": id }, value));
  }));
}

export const alertBox = (text) => h("p", { role: "alert", class: "alert" }, text);

/** Puts an alert in its place, or takes it away when there is no text. */
export function showAlert(place, text) {
  place.replaceChildren(...(text ? [alertBox(text)] : []));
}

/** Calls at most once per pause in typing. */
export function debounced(milliseconds, act) {
  let timer;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(act, milliseconds, ...values);
  };
}

let loading = 0;
let overlay = null;

/** Waits for work under a spinner that swallows clicks; over an open dialog it lies inside it. */
export async function busy(work) {
  loading += 1;
  if (!overlay) {
    overlay = h("div", { role: "status", class: "overlay" }, h("span", { class: "spinner" }), t("Bezig met laden…"));
    (document.querySelector("dialog[open]") ?? document.body).append(overlay);
  }
  try {
    return await work;
  } finally {
    loading -= 1;
    if (loading === 0) {
      overlay.remove();
      overlay = null;
    }
  }
}
