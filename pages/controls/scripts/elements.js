// What elements say, hold and hide, as a person takes it. These functions stand before each question asked of a page.

const UNSAID = "script, style, template, svg, [aria-hidden=true]";
const POPUP = "[role=listbox], [role=menu], [role=tree], [role=grid], [role=dialog]";
const FIELD = "input:not([type=hidden]), select, textarea";
const TURNED = "input[type=checkbox], input[type=radio], [role=checkbox], [role=radio], [role=switch]";
const REMOVES = "button, [role=button], [class*=remove i], [class*=delete i], [class*=close i]";
const OPTIONS = ["[role=option]", "[role=menuitemradio], [role=menuitemcheckbox], [role=menuitem]", "[role=treeitem]",
  "input[type=radio], [role=radio]", "input[type=checkbox], [role=checkbox], [role=switch]", "[aria-pressed]",
  "[role=row]", "li"];

const fold = (text) => text.replace(/[\u200b\u00ad]/g, "").replace(/\s+/g, " ").trim();

const visible = (e) => {
  const { width, height } = e.getBoundingClientRect();
  return width > 0 && height > 0 && e.checkVisibility({ visibilityProperty: true });
};

/** All that match under a root, in shadow trees too. */
function all(root, selector) {
  const found = [...root.querySelectorAll(selector)];
  for (const host of root.querySelectorAll("*")) if (host.shadowRoot) found.push(...all(host.shadowRoot, selector));
  return found;
}

const ids = (e, name) => (e.getAttribute(name) ?? "").split(/\s+/).filter(Boolean)
  .map((id) => e.getRootNode().getElementById?.(id) ?? document.getElementById(id)).filter(Boolean);

/** The blocks of text in an element, each with where it stands; icons, what is hidden and what is skipped left out. */
function blocks(element, skip) {
  const found = [{ text: "" }];
  const skips = typeof skip === "function" ? skip : (node) => Boolean(skip) && node.matches(skip);
  const parts = (node) => node.shadowRoot?.childNodes ?? (node.localName === "slot" && node.assignedNodes().length
    ? node.assignedNodes() : node.childNodes);
  const walk = (node) => {
    if (node.nodeType === Node.TEXT_NODE) {
      const block = found.at(-1);
      block.text += node.data;
      if (!node.data.trim()) return;
      const range = document.createRange();
      range.selectNode(node);
      const { top, bottom } = range.getBoundingClientRect();
      block.top = Math.min(top, block.top ?? top);
      block.bottom = Math.max(bottom, block.bottom ?? bottom);
    } else if (node.nodeType === Node.ELEMENT_NODE && !node.matches(UNSAID) && !skips(node)) {
      const { display, visibility } = getComputedStyle(node);
      if (display === "none" || visibility === "hidden") return;
      if (node.localName === "br") found.at(-1).text += " ";
      const inline = display.startsWith("inline") || display === "contents";
      if (!inline) found.push({ text: "" });
      for (const part of parts(node)) walk(part);
      if (!inline) found.push({ text: "" });
    }
  };
  for (const part of parts(element)) walk(part);
  return found.map((block) => ({ ...block, text: fold(block.text) })).filter((block) => block.text);
}

const words = (element, skip) => fold(blocks(element, skip).map((block) => block.text).join(" "));

/** What an element is called, and its first line alone where those below it only explain. */
function called(element) {
  const labels = [...(element.labels ?? [])];
  const named = ids(element, "aria-labelledby");
  const sources = element.localName === "input" ? [labels, named]
    : element.matches(TURNED) ? [labels, [element], named] : [[element], labels, named];
  for (const source of sources) {
    const said = source.flatMap((one) => blocks(one, one === element ? FIELD : `${FIELD}, ${TURNED}`));
    if (!said.length) continue;
    const [first, ...others] = said;
    const explained = others.length && others.every((o) => o.top >= first.bottom - 1) && !/^[([–-]/.test(others[0].text);
    const text = fold(said.map((block) => block.text).join(" "));
    return { text, title: explained ? first.text : text };
  }
  const text = fold(element.getAttribute("aria-label") ?? element.title ?? "");
  return { text, title: text };
}

const disabled = (e) => e.matches(":disabled") || Boolean(e.closest("[aria-disabled=true]"));

function on(e) {
  if (e.localName === "input") return e.checked;
  const state = ["aria-checked", "aria-selected", "aria-pressed"].map((name) => e.getAttribute(name))
    .find((value) => value !== null);
  return state === undefined ? Boolean(e.querySelector("input")?.checked) : state === "true";
}

const labelled = (e) => [...(e.labels ?? [])].filter(visible);
/** Whether a native input only tells the form what a drawn button beside it holds. */
const mirrors = (e) => e.matches("input[aria-hidden=true]") && Boolean(e.previousElementSibling?.matches(TURNED));
const seen = (e) => !mirrors(e) && (visible(e) || labelled(e).length > 0);

/** Where a person would click an element: on itself or its label; for an input or what opens a list, else on what it is
 * drawn in. An option that cannot be hit has no other place: around it lie other options. Null when covered. */
function face(element) {
  element.scrollIntoView({ block: "nearest", inline: "nearest", behavior: "instant" });
  const drawnIn = element.matches(`${FIELD}, [role=combobox], [aria-haspopup]`);
  const around = [element.parentElement, element.parentElement?.parentElement].filter((box) => drawnIn && box
    && !box.matches("body, form, fieldset, main, section, li, tr") && all(box, `${FIELD}, button, ${TURNED}`).every((x) => x === element));
  for (const part of [element, ...labelled(element), ...around]) {
    const box = part.getBoundingClientRect();
    if (!box.width || !box.height) continue;
    for (const x of [box.width / 2, Math.min(8, box.width / 4), box.width / 4, box.width * 0.75]) {
      const hit = (part.getRootNode().elementFromPoint ? part.getRootNode() : document)
        .elementFromPoint(box.left + x, box.top + box.height / 2);
      if (!hit || !part.contains(hit)) continue;
      const inner = hit.closest("a, button");
      if (inner && inner !== part && part.contains(inner) && !inner.contains(element)) continue;
      return { part, x: x - part.clientLeft, y: box.height / 2 - part.clientTop };
    }
  }
  return null;
}

/** The whole of which an element found by its text or label is a part. */
function whole(element, selector) {
  if (!selector || (element.matches(selector) && !element.parentElement?.closest("[role=combobox]"))) return element;
  const label = element.closest("label");
  const labels = label && (label.control ?? (label.htmlFor && document.getElementById(label.htmlFor)));
  return element.closest(selector) ?? (labels?.matches(selector) ? labels : element);
}

const nature = (element, selector) => {
  const e = whole(element, selector);
  const attribute = (name) => (e.getAttribute(name) ?? "").toLowerCase();
  return { tag: e.localName, type: attribute("type"), role: attribute("role"), editable: e.isContentEditable,
    multiple: e.multiple === true || attribute("aria-multiselectable") === "true",
    locked: e.readOnly === true || e.matches(":disabled") || attribute("aria-readonly") === "true",
    popup: attribute("aria-haspopup"), pressed: e.hasAttribute("aria-pressed"), listed: Boolean(e.list) };
};

const popups = () => all(document, POPUP).filter(visible);

/** The popups that are open before an element's own is. */
const popupsBefore = (element) => (widget(element).getAttribute("aria-expanded") === "true" ? [] : popups());

const widget = (e) => e.closest("[role=combobox]") ?? e;

/** The popup that belongs to an element, wherever on the page it is drawn; `before` were open already. */
function popupOf(element, before) {
  const owners = [element, widget(element), ...all(element, "[role=combobox], input")];
  const owned = owners.flatMap((e) => [...ids(e, "aria-controls"), ...ids(e, "aria-owns")])
    .find((e) => visible(e) && (e.matches(POPUP) || options(e).length));
  if (owned) return owned;
  const fresh = popups().filter((e) => !before.includes(e) && !e.contains(element) && e.getAttribute("role") !== "dialog" && !holds(e, element));
  const active = ids(element, "aria-activedescendant")[0];
  return fresh.find((e) => active && e.contains(active)) ?? fresh.at(-1) ?? listUnder(element);
}

/** The field by which a popup is searched, where it has one of its own. */
function searchIn(popup, element) {
  for (let box = popup; box && box !== document.body && !box.contains(element); box = box.parentElement) {
    const found = all(box, "input").find((e) => visible(e) && !e.readOnly && /^(text|search|)$/.test(e.type));
    if (found) return found;
  }
  return null;
}

/** What a combobox shows as chosen: what stands in its field, else in the box around it. */
function shownValue(element) {
  if (element.localName === "select") return fold(selectedIn(element).join(", "));
  if (isPrompt(element)) return "";
  const field = element.matches("input, textarea") ? element : all(element, "input:not([type=hidden])")[0];
  if (field && visible(field) && field.value.trim()) return fold(field.value);
  const own = new Set([element, field, widget(element), nativeOf(element)]);
  let box = element;
  for (let up = 0; up < 5 && box && !box.matches("form, fieldset, body, main, section, dialog"); up += 1) {
    if (all(box, FIELD).some((e) => !own.has(e) && visible(e))) break;
    const text = bare(words(box, (e) => (e.matches(BESIDES) && !holds(e, element)) || isPrompt(e) || (e.localName === "select" && own.has(e))));
    if (text) return text;
    if (all(box, "*").some((e) => isPrompt(e) && visible(e))) return "";
    box = box.parentElement;
  }
  return "";
}

/** A token's own text, without the button or cross that removes it. */
const token = (e) => bare(words(e, "button, [role=button]") || words(e));

/** What a list holds: its items; where it has none in its markup, what has a button of its own, or else each line. */
function items(element) {
  const listed = all(element, "li, [role=listitem], [role=option], [role=row]").filter(visible);
  if (listed.length) {
    const outer = listed.filter((e) => !listed.some((other) => other !== e && other.contains(e)));
    const besides = words(element, "li, [role=listitem], [role=option], [role=row], button, [role=button]");
    return [...outer.map(token), besides].filter(Boolean);
  }
  const held = tokens(element);
  if (held.length) return held;
  const lines = (element.innerText ?? "").split("\n").map(fold).filter(Boolean);
  return lines.length > 1 && !element.querySelector("button, [role=button]") ? lines
    : [words(element, "button, [role=button]")].filter(Boolean);
}

/** What has a button of its own, or is one, in a box without the markup of a list. */
function tokens(box) {
  const buttons = all(box, "button, [role=button]").filter(visible);
  return buttons.map((button) => {
    if (bare(words(button))) return token(button);
    let e = button;
    while (e.parentElement !== box && box.contains(e.parentElement) && !e.parentElement.querySelector(FIELD)
      && buttons.every((other) => other === button || !e.parentElement.contains(other))) e = e.parentElement;
    return token(e);
  }).filter(Boolean);
}

/** The tokens in the box that a combobox is drawn in. */
function tokensAround(element) {
  let [box, native] = [element, nativeOf(element)];
  for (let up = 0; up < 5 && box && !box.matches("form, fieldset, body, main, section, dialog"); up += 1) {
    if (all(box, FIELD).some((e) => e !== element && e !== native && !element.contains(e) && visible(e))) break;
    const listed = all(box, "li, [role=listitem], [role=option], [role=row]").filter(visible);
    const held = listed.length ? listed.map(token).filter(Boolean) : tokens(box).filter((text) => text !== token(element));
    if (held.length) return held;
    box = box.parentElement;
  }
  return [];
}

/** What is chosen, read from tokens, or from the control that one chooses with; null when that must be opened first. */
function chosenOf(element) {
  if (isSecondOfTwo(element)) return listed(element).map(token);
  if (element.localName === "select") return selectedIn(element);
  const turned = all(element, TURNED).filter(seen);
  if (turned.length) return turned.filter(on).map((e) => called(e).title);
  const offers = element.matches("[role=combobox], input") ? [] : all(element, "[role=option]").filter(visible);
  if (offers.length) {
    const selected = offers.filter(on);
    const tokens = offers.every((e) => !e.hasAttribute("aria-selected") || e.querySelector(REMOVES));
    return (selected.length || !tokens ? selected : offers).map(token);
  }
  const pressed = all(element, "[aria-pressed]");
  if (pressed.length) return pressed.filter(on).map((e) => called(e).title);
  if (!element.matches("[role=combobox], [aria-haspopup], input")) return items(element);
  const held = tokensAround(element);
  return held.length ? held : null;
}

/** What a person clicks to take a result: itself, or the one thing in its row that is there for that. */
function takes(element) {
  if (element.matches(`${TURNED}, button, [role=button], [role=option], a`)) return element;
  const turned = all(element, TURNED).filter(seen);
  if (turned.length === 1) return turned[0];
  const buttons = all(element, "button, [role=button]").filter(visible);
  const telling = buttons.filter((e) => /toevoeg|voeg|kies|selecteer|add|select|choose/i.test(called(e).text));
  return buttons.length === 1 ? buttons[0] : telling.length === 1 ? telling[0] : buttons.length ? null : element;
}

/** Scrolls the list that an element lies in one screen on, or to its start; where it stood and whether it moved. */
function scrolled(element, toStart) {
  let box = element.parentElement;
  while (box && !(box.scrollHeight > box.clientHeight + 2 && /auto|scroll/.test(getComputedStyle(box).overflowY))) {
    box = box.parentElement;
  }
  if (!box || box === document.body || box === document.documentElement) return false;
  const before = box.scrollTop;
  box.scrollTop = toStart ? 0 : before + box.clientHeight * 0.7;
  return box.scrollTop !== before;
}
