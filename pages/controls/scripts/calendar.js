// What a calendar shows, whoever drew it; stands after elements.js. `months` are [name, number] pairs, `field` is the
// element whose calendar it is, and `known` are the elements that the profile describes as other controls.

const number = (e) => (/^\d{1,2}$/.test(fold(e.textContent)) ? Number(fold(e.textContent)) : 0);
const DAYS = "td, [role=gridcell], button, [role=button], [role=option]";
const DRAWN_DAYS = "span, div, li, a"; // count only where no markup tells the days
const CALLED_DAY = "[class*=day i], [tabindex], [data-date], [data-day]";
const WEEKS = "[role=rowheader], [class*=weekwrapper i], [class*=weeknumber i], [class*=week-number i], [class*=week-col i], "
  + ".cw, td[class*=week i]:not([class*=weekend i], [class*=weekday i])";

/** The days of a grid in their order, once it holds a month of them; numbers of weeks left out. */
function days(grid) {
  for (const kind of [DAYS, DRAWN_DAYS]) {
    const found = all(grid, kind).filter((e) => number(e) && visible(e) && !e.closest(WEEKS)
      && (kind === DAYS || e.matches(CALLED_DAY) || getComputedStyle(e).cursor === "pointer"));
    const outer = found.filter((e) => !found.some((other) => other !== e && other.contains(e)));
    if (new Set(outer.map(number)).size >= 28) return outer;
  }
  return [];
}

const isGrid = (e) => days(e).length > 0;

/** The innermost box that holds all days of a month; the last one drawn where there are several. */
function grid(root) {
  const boxes = all(root, "table, [role=grid], [role=listbox], [role=dialog], div").filter((e) => visible(e) && isGrid(e));
  const inner = boxes.filter((e) => !boxes.some((other) => other !== e && e.contains(other)));
  return inner.at(-1) ?? (isGrid(root) ? root : null);
}

/** Whether a click on it may send a form: a button without a type does that in a form. */
const submits = (e) => e.matches("[type=submit i], [type=reset i], [type=image i]")
  || (e.localName === "button" && e.type !== "button" && Boolean(e.form));

/** Whether a click on it does nothing but what belongs to a calendar, as far as can be told beforehand. */
const harmless = (e) => !submits(e) && !known.some((other) => other === e || e.contains(other))
  && !(e.localName === "a" && /^[^#]/.test(e.getAttribute("href") ?? "#"));

/** The calendar around a grid: up to where the buttons stand that turn its months, and never the whole form or screen. */
function around(inner) {
  let box = inner;
  while (turners(box, inner).length < 2 && !all(box, "select").length) {
    const outer = box.parentElement;
    if (!outer || outer.matches("body, form, main, [role=main]") || (outer.contains(field) && !box.contains(field))) break;
    box = outer;
  }
  return box;
}

/** What can be pressed in a calendar besides its days. */
function turners(box, inner) {
  const [picked, real] = [days(inner), "button, [role=button], a"];
  const beside = (e) => visible(e) && harmless(e) && !e.contains(inner) && !picked.some((day) => day.contains(e) || e.contains(day));
  const drawn = all(box, "[class*=prev i], [class*=next i]").filter((e) => !e.closest(real) && !all(e, real).length
    && !all(e, "[class*=prev i], [class*=next i]").length);
  return [...all(box, real), ...drawn].filter(beside);
}

const rawText = (box, but) => [...box.childNodes].map((node) => (node === but ? " "
  : node.nodeType === Node.TEXT_NODE ? node.data
    : node.nodeType === Node.ELEMENT_NODE && visible(node) ? (node.localName === "select" ? ` ${shownValue(node)} `
      : node.localName === "input" ? ` ${node.value} ` : ` ${rawText(node, but)} `) : "")).join("");

/** The month and year that are shown, as [year, month]; null when they cannot be told. */
function monthShown(inner, months) {
  const box = around(inner);
  const said = [inner.getAttribute("aria-label") ?? "", ...ids(inner, "aria-labelledby").map((e) => e.textContent),
    ...all(inner, "caption, thead").map((e) => rawText(e)), rawText(box, inner)].join(" ");
  const year = said.match(/\b(?:19|20|21)\d\d\b/);
  const named = said.toLowerCase().match(/\p{L}+/gu) ?? [];
  const month = months.find(([name]) => named.includes(name))
    ?? months.find(([name]) => named.some((word) => word.length >= 3 && name.startsWith(word)));
  return year && month ? [Number(year[0]), month[1]] : null;
}

/** The button that turns to the next or previous month, or year; null when there is none. */
function turner(inner, { ahead, years }) {
  const found = turners(around(inner), inner);
  const said = (e) => `${called(e).text} ${e.getAttribute("aria-label") ?? ""} ${e.title} ${e.textContent}`.toLowerCase();
  const name = (e) => (/[\p{L}›»>→▶‹«<←◀]/u.test(said(e)) ? said(e) : `${e.getAttribute("class")}`.toLowerCase());
  const way = ahead ? /volgend|next|verder|vooruit|right|forward|[›»>→▶]/ : /vorig|prev|terug|left|back|[‹«<←◀]/;
  const fits = found.filter((e) => way.test(name(e)));
  const byYear = fits.filter((e) => /jaar|year|[»«]/.test(name(e)));
  const byMonth = fits.filter((e) => !byYear.includes(e));
  if (years) return byYear[0] ?? null;
  const silent = found.filter((e) => !/[\p{L}\p{N}]/u.test(said(e)));
  return byMonth[0] ?? byYear.find((e) => !/jaar|year/.test(name(e))) // some calendars turn months by « and »
    ?? (silent.length === 2 ? silent[ahead ? 1 : 0] : null);
}

const moving = (inner) => around(inner).getAnimations({ subtree: true })
  .some((one) => one.playState === "running" && !one.effect.target?.closest("button, [role=button]")
    && one.effect.getComputedTiming().endTime < 2000);

/** The field in which a calendar takes the year that it shows; null when it has none. */
const yearField = (inner, year) => all(around(inner), "input").find((e) => e !== field && visible(e) && !e.readOnly
  && e.value === String(year)) ?? null;

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

/** Whether a day cannot be picked; many calendars say so by a class alone. */
const barred = (e) => [e, e.closest("td, [role=gridcell]") ?? e, ...e.children].some((x) => disabled(x)
  || /(^|[-_\s])disabled($|\s)/i.test(x.getAttribute("class") ?? "") || getComputedStyle(x).pointerEvents === "none");

const OTHERWISE = new RegExp("wis|leeg|clear|verwijder|remove|delete|reset|herstel|sluit|close|annul|cancel|bevestig|confirm"
  + "|opslaan|save|bewaar|verstuur|verzend|send|submit|volgende|next|verder|doorgaan|continue|vastleg|record|verleen", "i");

/** Whether a button says that it opens a calendar: by its name, by its icon, or by what it says that it opens. */
function opensCalendar(e) {
  const icons = all(e, "svg title, img[alt], [aria-label], [title]")
    .map((x) => `${x.localName === "title" ? x.textContent : ""} ${x.getAttribute("alt") ?? ""} ${x.getAttribute("aria-label") ?? ""}`);
  const said = fold(`${called(e).text} ${e.getAttribute("aria-label") ?? ""} ${e.title} ${icons.join(" ")}`);
  if (OTHERWISE.test(said)) return false;
  if (/kalender|calend[ae]r|agenda|date ?picker|datumkiezer/i.test(said)) return true;
  const [date, verb] = [/datum\b|\bdate\b/i.test(said), /\b(kies|kiezen|selecteer|open|toon|wijzig|choose|select|pick|show|change)/i.test(said)];
  if (date && verb) return true;
  const drawn = [e, ...all(e, "*")].map((x) => `${x.getAttribute("class") ?? ""} ${x.getAttribute("href") ?? ""} ${x.getAttribute("data-testid") ?? ""}`);
  const silent = !/\p{L}/u.test(said);
  if (silent && /calendar|kalender|date-?picker/i.test(`${drawn.join(" ")} ${e.textContent}`)) return true;
  const opens = /^(dialog|grid|true)$/.test(e.getAttribute("aria-haspopup") ?? "")
    || ["aria-controls", "popovertarget", "commandfor"].some((name) => e.hasAttribute(name));
  return opens && (silent || date || (verb && !/\s/.test(said)));
}

/** The button that opens a field's calendar and says so; null when there is none, or more than one. */
function opener(element) {
  const after = (a, b) => Boolean(a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING);
  for (let [up, box] = [0, element]; up < 4 && box; up += 1, box = box.parentElement) {
    const others = all(box, FIELD).filter((e) => visible(e) && e !== element && !element.contains(e));
    const its = (e) => element.contains(e) || (after(element, e)
      ? !others.some((other) => after(element, other) && after(other, e)) : !others.length);
    const found = all(box, "button, [role=button]").filter((e) => e !== element && visible(e) && harmless(e) && its(e)
      && opensCalendar(e));
    if (found.length) return found.length === 1 ? found[0] : null;
  }
  return null;
}

/** The button by which a calendar that stays open takes what was picked; it stands apart from the field itself. */
function taker(inner) {
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
