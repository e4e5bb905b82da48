// What a control holds, told from what only invites to choose, and which control is drawn over which native select.
// Stands after elements.js.

const CROSSES = /^[\s×✕✖✗⨯]+|[\s×✕✖✗⨯]+$/gu;
const BESIDES = `label, legend, ${POPUP}, [aria-live], button, [role=button]`;
const OPENS = "[role=combobox], [role=listbox], [aria-haspopup], input:not([type=hidden])";

/** A text without the cross, before or after it, that removes what it names. */
const bare = (text) => fold(text.replace(CROSSES, ""));

/** Whether an element only invites to choose, as libraries mark it. A class that styles placeholders is no such mark. */
function isPrompt(e) {
  if (e.matches("option")) return e.hidden || (e.index === 0 && (e.value === "" || e.disabled)) || (e.value === "" && e.disabled);
  if (e.matches("input[type=radio]")) return e.getAttribute("value") === "" && [...e.labels].every(saysNothing);
  if (e.matches("[role=option][data-value='']")) return !e.closest("[aria-multiselectable=true]")
    && e === e.parentElement?.querySelector("[role=option]") && !e.parentElement.querySelector("[role=option][aria-selected=true] ~ [aria-selected=true]");
  const said = e.getAttribute("data-placeholder");
  if (said !== null && (said === "" || said === "true" || said === fold(e.textContent))) return true;
  return [...e.classList].some((name) => /(^|[-_])placeholder$/i.test(name) && !/^(has|with|no|show|is-not)[-_]/i.test(name));
}

/** Whether what a label says is clipped to nothing. */
const saysNothing = (label) => [label, ...all(label, "*")].every((e) => e.getBoundingClientRect().width <= 2
  || ![...e.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim()));

/** The texts of what is chosen in a native select. */
const selectedIn = (select) => [...select.selectedOptions].filter((o) => !isPrompt(o)).map((o) => fold(o.label));

/** What stands in a list, native or not. */
const listed = (list) => (list.localName === "select" ? [...list.options] : all(list, "[role=option]").filter(visible));

/** Whether this is the second of two lists between which buttons move things: what stands in it is chosen. */
function isSecondOfTwo(element) {
  const lists = (box) => all(box, "[role=listbox], select").filter((e) => visible(e)
    && (e.localName !== "select" || e.multiple || e.size > 1));
  if (!element.matches("[role=listbox], select[multiple], select[size]")) return false;
  let box = element.parentElement;
  while (box && !box.matches("body, main, form, section, dialog") && lists(box).length < 2) box = box.parentElement;
  if (!box || box.matches("body, main, form, section, dialog")) return false;
  const [first, second, third] = lists(box);
  if (second !== element || third || first.contains(second)) return false;
  const others = new Set(listed(first).map((e) => words(e)));
  const moves = all(box, "button, [role=button]").some((e) => e.type !== "submit" && !first.contains(e) && !second.contains(e));
  return moves && !listed(second).some((e) => others.has(words(e)));
}

/** Whether a list inside a control is where it shows what is chosen: it does not float, and all of it is selected. */
function holds(list, element) {
  const shown = list.matches("[role=listbox]") && element.contains(list) ? listed(list) : [];
  for (let e = list; shown.length && e !== element; e = e.parentElement) {
    if (/absolute|fixed/.test(getComputedStyle(e).position)) return false;
  }
  return shown.length > 0 && shown.every(on);
}

/** What a control holds, to be compared later: its field, what it shows, its tokens, the native select under it. */
function held(element) {
  const field = element.matches("input, textarea") ? element : all(element, "input:not([type=hidden])")[0];
  const native = nativeOf(element);
  return { typed: field?.value ?? "", shown: shownValue(element), tokens: tokensAround(element),
    native: native && native.options.length > 1 ? selectedIn(native) : null };
}

/** Whether a native select is there for the form alone: not drawn, or clipped to nothing. */
function undrawn(select) {
  const { width, height } = select.getBoundingClientRect();
  const style = getComputedStyle(select);
  const clipped = (e) => e && e.localName !== "body" && (e.getBoundingClientRect().width <= 2 || getComputedStyle(e).opacity === "0");
  return !visible(select) || width <= 2 || height <= 2 || style.opacity === "0" || clipped(select.parentElement);
}

/** The box that is drawn instead of a native select: around it, or beside it with nothing else that a person fills in. */
function drawnBoxOf(select) {
  if (!undrawn(select)) return null;
  const has = (e, kind) => e.matches(kind) || all(e, kind).some(visible);
  const says = (e) => [...select.options].some((o) => fold(o.label) && words(e).includes(fold(o.label)));
  const shows = (e) => e && visible(e) && (has(e, OPENS) || (has(e, "[tabindex='0'], a") && says(e)));
  const labels = [...select.labels];
  const namedBy = (e) => [...(e.labels ?? []), ...ids(e, "aria-labelledby")];
  const alone = (box) => all(box, "select").every((other) => other === select) && [box, ...all(box, OPENS)].every((e) =>
    namedBy(e).every((name) => box.contains(name) || !labels.length || labels.some((l) => l === name || l.contains(name))));
  for (let [box, up] = [select.parentElement, 0]; box && up < 3; [box, up] = [box.parentElement, up + 1]) {
    if (box.matches("form, fieldset, body, main, section, dialog, label")) break;
    if (box.matches("[role=combobox], [role=listbox]")) return box;
  }
  for (let [e, up] = [select, 0]; e && up < 3; [e, up] = [e.parentElement, up + 1]) {
    for (const beside of [e.nextElementSibling, e.previousElementSibling]) {
      if (shows(beside) && alone(beside) && !beside.matches("label, select, input, textarea, button[type=submit]")) return beside;
    }
    if (e.parentElement?.matches("form, fieldset, body, main, section, dialog")) break;
  }
  return null;
}

/** The control that is drawn instead of a native select; null where the select itself is drawn, or nothing is. */
function drawnOf(select) {
  if (select.localName !== "select") return null;
  const box = drawnBoxOf(select);
  if (!box || box.matches("[role=combobox], [role=listbox]")) return box;
  for (const kind of ["[role=combobox]", "[aria-haspopup=listbox]", "input:not([type=hidden])", "[role=listbox]", "[aria-haspopup]", "[tabindex='0']", "a"]) {
    const found = all(box, kind).filter(visible);
    if (found.length === 1) return found[0];
  }
  return box;
}

/** The native select that a control is drawn instead of; null where there is none. */
function nativeOf(element) {
  let box = element.localName === "select" ? null : element;
  for (let up = 0; up < 5 && box && !box.matches("form, fieldset, body, main, section, dialog"); up += 1) {
    const beside = [box.previousElementSibling, box.nextElementSibling].filter((e) => e?.localName === "select");
    for (const select of [...all(box, "select"), ...beside]) {
      const drawn = drawnBoxOf(select);
      if (drawn && (drawn.contains(element) || element.contains(drawn))) return select;
    }
    box = box.parentElement;
  }
  return null;
}

/** The button beside a field that says that it opens the field's list; never one that sends a form. */
function openerOf(element) {
  let box = element.parentElement;
  for (let up = 0; up < 3 && box && !box.matches("form, fieldset, body, main, section, dialog"); up += 1) {
    if (all(box, FIELD).some((e) => e !== element && visible(e))) return null;
    const says = (e) => /^(listbox|true|menu)$/.test(e.getAttribute("aria-haspopup") ?? "")
      || (e.hasAttribute("aria-controls") && e.getAttribute("aria-controls") === element.getAttribute("aria-controls"))
      || /^(open|toon|show|kies|choose|toggle)\b/i.test(called(e).text);
    const found = all(box, "button[type=button], [role=button]").filter((e) => visible(e) && !disabled(e) && says(e));
    if (found.length) return found.length === 1 ? found[0] : null;
    box = box.parentElement;
  }
  return null;
}

/** What a person operates of an element that was found: of a native select under something drawn, or of the box that is
 * drawn, the control in it. */
function operated(element, selector) {
  const native = element.localName === "select" ? element : element.matches(selector) ? null : nativeOf(element);
  return native && drawnOf(native);
}

/** Whether a text is what the native select under a control says while nothing is chosen in it. */
const invitesToChoose = (element, text) => [...(nativeOf(element)?.options ?? [])].some((o) => isPrompt(o) && fold(o.label) === text);

/** Whether the native select under a control holds one of these texts; null where there is none. */
function holdsText(element, texts) {
  const { native } = held(element);
  return native && native.some((one) => texts.includes(one));
}

/** What the native select under a control holds; null where there is none, or it alone knows what is chosen. */
function formHolds(element, several) {
  const native = nativeOf(element);
  return native && native.options.length > 1 && (several || !native.multiple) ? selectedIn(native) : null;
}

/** The list without a role that a control without one draws over the page, instead of its native select's. */
function listUnder(element) {
  const native = nativeOf(element);
  const box = native && drawnBoxOf(native);
  const floats = (e) => e !== box && (/absolute|fixed/.test(getComputedStyle(e).position) || (box.contains(e.parentElement) && floats(e.parentElement)));
  return box ? all(box, "ul, ol").find((e) => visible(e) && floats(e) && all(e, "li").some(visible)) ?? null : null;
}
