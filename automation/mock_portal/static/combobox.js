// An editable combobox with list autocomplete, as the ARIA practices describe it; its list lies at the end of the page.

import { debounced, field, h, newId, t } from "./dom.js";

/** `find(text)` gives the items that match, `pick(item)` takes the chosen one; an item has a `naam`. */
export function combobox({ label, find, pick }) {
  const input = h("input", { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", autocomplete: "off" });
  let list = null;
  let items = [];
  let active = -1;
  let asked = 0;

  function close() {
    asked += 1;
    list?.remove();
    list = null;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-controls");
    input.removeAttribute("aria-activedescendant");
  }

  async function open() {
    const mine = (asked += 1);
    const found = await find(input.value);
    if (mine !== asked || document.activeElement !== input) return;
    close();
    items = found;
    const { left, bottom, width } = input.getBoundingClientRect();
    list = h("ul", { role: "listbox", id: newId(), "aria-label": t(label), class: "listbox",
      style: `left:${left + scrollX}px;top:${bottom + scrollY}px;width:${width}px` },
    items.map((item) => h("li", { role: "option", id: newId(), "aria-selected": "false",
      mousedown: (event) => event.preventDefault(), click: () => choose(item) }, item.naam)));
    document.body.append(list);
    input.setAttribute("aria-expanded", "true");
    input.setAttribute("aria-controls", list.id);
  }

  function choose(item) {
    close();
    pick(item);
  }

  function move(step) {
    if (!list || !items.length) return;
    list.children[active]?.setAttribute("aria-selected", "false");
    active = (active + step + items.length) % items.length;
    list.children[active].setAttribute("aria-selected", "true");
    list.children[active].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", list.children[active].id);
  }

  const keys = {
    ArrowDown: () => (list ? move(1) : open()),
    ArrowUp: () => move(active < 0 ? 0 : -1),
    Enter: () => active >= 0 && choose(items[active]),
    Escape: close,
  };
  const typed = debounced(200, open);
  input.addEventListener("input", () => { close(); typed(); });
  input.addEventListener("click", () => list || open());
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (!keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
  return field(label, input);
}
