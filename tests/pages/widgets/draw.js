// What the fixture pages have in common: elements, ids that differ at every load, and the manner named in the address.

/** An element; functions among the attributes are listeners, children are elements or text. */
function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== false && value != null) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child != null));
  return element;
}

const newId = () => "e" + Math.random().toString(36).slice(2, 9);
const NAME = "Dienstverlener";
const OPTIONS = [["UWV"], ["UWV (oud)"], ["Kamer\u00a0van Koophandel"], ["Belastingdienst"], ["SVB", "disabled"], ["RVO"], ["RVO"]];
const isOff = (state) => state === "disabled";

/** An overlay at the end of the page; its backdrop takes every click meant for what lies below. */
function overlay(content, leave) {
  const whole = el("div", { class: "overlay" }, el("div", { class: "backdrop", click: leave }), el("div", { class: "pane" }, content));
  document.body.append(whole);
  return whole;
}

const debounced = (milliseconds, act) => {
  let timer;
  return () => { clearTimeout(timer); timer = setTimeout(act, milliseconds); };
};

const root = el("main", { id: "root" });
const params = new URLSearchParams(location.search);
document.head.append(el("style", {}, `
  .backdrop { position: fixed; inset: 0 } .overlay { position: relative; z-index: 9 } .pane { position: absolute; top: 4rem; left: 1rem; background: #fff }
  .hidden-input { position: absolute; width: 1px; height: 1px; overflow: hidden; clip: rect(0 0 0 0) }
  .seethrough { position: absolute; opacity: 0; width: 40px; height: 40px } .spinner { position: fixed; inset: 0; background: #fff8; z-index: 99 }
  [role=option], li { min-height: 1.2rem } .box { border: 1px solid; min-height: 1.2rem; display: inline-block; min-width: 12rem }`));
document.documentElement.lang = "nl";

/** Draws the page in the manner that the address asks for. */
function draw(manners) {
  document.body.append(root);
  root.append(...[manners[params.get("manner")]()].flat(Infinity));
}
