// What a calendar shows, whoever drew it; stands after elements.js. `months` are [name, number] pairs.

const number = (e) => (/^\d{1,2}$/.test(fold(e.textContent)) ? Number(fold(e.textContent)) : 0);
const DAYS = "td, [role=gridcell], button, [role=button], [role=option]";

/** The days of a grid in their order; numbers of weeks left out. */
function days(grid) {
  const found = all(grid, DAYS).filter((e) => number(e) && visible(e) && !e.matches("[role=rowheader], [class*=week i]"));
  return found.filter((e) => !found.some((other) => other !== e && other.contains(e)));
}

const isGrid = (e) => new Set(days(e).map(number)).size >= 28;

/** The innermost box that holds all days of a month; the last one drawn where there are several. */
function grid(root) {
  const boxes = all(root, "table, [role=grid], [role=listbox], [role=dialog], div").filter((e) => visible(e) && isGrid(e));
  const inner = boxes.filter((e) => !boxes.some((other) => other !== e && e.contains(other)));
  return inner.at(-1) ?? (isGrid(root) ? root : null);
}

/** The calendar around a grid: up to where the buttons stand that turn its months. */
function around(inner) {
  let box = inner;
  while (box.parentElement && box.parentElement !== document.body) {
    if (turners(box, inner).length >= 2 || all(box, "select").length) break;
    box = box.parentElement;
  }
  return box;
}

const turners = (box, inner) => all(box, "button, [role=button]").filter((e) => visible(e) && !inner.contains(e));

const rawText = (box, but) => [...box.childNodes].map((node) => (node === but ? " "
  : node.nodeType === Node.TEXT_NODE ? node.data
    : node.nodeType === Node.ELEMENT_NODE && visible(node) ? (node.localName === "select" ? ` ${shownValue(node)} `
      : node.localName === "input" ? ` ${node.value} ` : ` ${rawText(node, but)} `) : "")).join("");

/** The month and year that are shown, as [year, month]; null when they cannot be told. */
function monthShown(inner, months) {
  const box = around(inner);
  const said = [inner.getAttribute("aria-label") ?? "", ...ids(inner, "aria-labelledby").map((e) => e.textContent),
    inner.querySelector("caption")?.textContent ?? "", rawText(box, inner)].join(" ");
  const year = said.match(/\b(?:19|20|21)\d\d\b/);
  const named = said.toLowerCase().match(/\p{L}+/gu) ?? [];
  const month = months.find(([name]) => named.includes(name))
    ?? months.find(([name]) => named.some((word) => word.length >= 3 && name.startsWith(word)));
  return year && month ? [Number(year[0]), month[1]] : null;
}

/** The button that turns to the next or previous month, or year; null when there is none. */
function turner(inner, { ahead, years }) {
  const found = turners(around(inner), inner);
  const name = (e) => `${called(e).text} ${e.getAttribute("aria-label") ?? ""} ${e.title} ${e.textContent}`.toLowerCase();
  const way = ahead ? /volgend|next|verder|vooruit|right|forward|[›»>→▶]/ : /vorig|prev|terug|left|back|[‹«<←◀]/;
  const fits = found.filter((e) => way.test(name(e)) && /jaar|year|[»«]/.test(name(e)) === years);
  if (fits.length || years) return fits[0] ?? null;
  const silent = found.filter((e) => !/[\p{L}\p{N}]/u.test(name(e)));
  return silent.length === 2 ? silent[ahead ? 1 : 0] : null;
}

/** The day of the month that is shown, told from those of the months beside it by the order of the days. */
function dayOf(inner, day) {
  const found = days(inner);
  const first = found.findIndex((e) => number(e) === 1);
  let expected = 1;
  for (const e of found.slice(first)) {
    if (number(e) !== expected) continue;
    if (expected === day) return e.matches("button") ? e : e.querySelector("button, [role=button]") ?? e;
    expected += 1;
  }
  return null;
}

const picked = (inner) => {
  const marked = days(inner).filter((e) => e.matches("[aria-selected=true], [aria-pressed=true]")
    || e.querySelector("[aria-selected=true], [aria-pressed=true]") || e.closest("[aria-selected=true]"));
  return marked.length === 1 ? number(marked[0]) : 0;
};

/** The button beside a field that opens its calendar. */
function opener(element) {
  let box = element.parentElement;
  for (let up = 0; up < 3 && box && box !== document.body; up += 1, box = box.parentElement) {
    const found = all(box, "button, [role=button]").filter((e) => visible(e) && e !== element);
    const telling = found.filter((e) => e.hasAttribute("aria-haspopup")
      || /kalender|calend|datum|date/i.test(`${called(e).text} ${e.getAttribute("aria-label") ?? ""} ${e.title}`));
    if (telling.length === 1 || found.length === 1) return telling[0] ?? found[0];
  }
  return null;
}

/** The button by which a calendar that stays open takes what was picked; it stands apart from the field itself. */
function taker(inner, field) {
  const takes = /^(ok|oké|gereed|klaar|kies|kiezen|toepassen|bevestig(en)?|accept|apply|done|set|select)$/i;
  for (let box = around(inner); box && box !== document.body && !box.contains(field); box = box.parentElement) {
    const found = turners(box, inner).find((e) => takes.test(called(e).text));
    if (found) return found;
  }
  return null;
}

/** The fields of a date in parts, as [day, month, year]. */
function dateParts(group) {
  const found = all(group, "input:not([type=hidden]), select, [role=spinbutton]").filter((e) => visible(e));
  const name = (e) => `${called(e).text} ${e.getAttribute("aria-label") ?? ""} ${e.placeholder ?? ""} ${e.name ?? ""}`;
  const named = [/\b(dag|day|dd)\b/i, /\b(maand|month|mm)\b/i, /\b(jaar|year|jjjj|yyyy)\b/i]
    .map((wanted) => found.filter((e) => wanted.test(name(e))));
  if (named.every((one) => one.length === 1)) return named.map(([one]) => one);
  return found.length === 3 ? found : [];
}
