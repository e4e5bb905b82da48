// What is shown around a list that may say how many rows it has, or turn its pages. `known` holds the elements that the
// profile names: {next: [], size: [], count: []}. Stands behind table.js.

const LONGEST = 100; // characters of a name, or of a text that may be a count
const BUTTONS = 'a, button, summary, input[type=button], input[type=submit], input[type=image], [role=button], '
  + '[role=link], [role=menuitem], [role=tab]';
const CHOICES = 'select, [role=combobox], [aria-haspopup=listbox]';
const TABLES = 'table, [role=table], [role=grid], [role=treegrid]';
const UNSEEN = 'script, style, template, noscript, option, datalist, iframe, frame, textarea';

/** The element around another one as it is drawn, shadow roots and slots included. */
const around = (e) => e.assignedSlot ?? e.parentElement ?? e.getRootNode().host ?? null;
const pathOf = (e) => { const path = []; for (; e; e = around(e)) path.unshift(e); return path; };
const classesOf = (e) => e.getAttribute('class') ?? '';
const sized = (e) => { const { width, height } = e.getBoundingClientRect(); return width > 0 && height > 0; };
const isGone = (e) => !e.checkVisibility() && getComputedStyle(e).display !== 'contents';
const isShown = (e) => !isGone(e) && getComputedStyle(e).visibility === 'visible' && sized(e);

/** Says of an element whether it belongs to this list: to another one, where it shares a box further in with that. */
const belongs = (table) => {
  const depthsOf = (e) => new Map(pathOf(e).map((box, depth) => [box, depth]));
  const isOther = (one) => isShown(one) && !one.contains(table) && !table.contains(one)
    && one.querySelector('th, [role=columnheader]');
  const own = depthsOf(table), others = [...document.querySelectorAll(TABLES)].filter(isOther).map(depthsOf);
  const shared = (e, depths) => { while (e && !depths.has(e)) e = around(e); return depths.get(e) ?? -1; };
  return (e) => others.every((depths) => shared(e, depths) <= shared(e, own));
};

const labelOf = (e) => {
  const own = [...e.labels ?? []].flatMap((label) => [...label.childNodes].filter((node) => !node.contains(e)));
  const ids = (e.getAttribute('aria-labelledby') ?? '').split(/\s+/).filter(Boolean);
  const others = ids.map((id) => e.getRootNode().querySelector(`#${CSS.escape(id)}`)).filter(Boolean);
  return plain([e.getAttribute('aria-label'), ...[...own, ...others].map((one) => one.textContent)].join(' '));
};

/** Whether a person can press it: a button or link, or what only looks like one and holds none. */
const isPressed = (e) => e.matches(BUTTONS) || (!e.matches('label, body, html') && !e.querySelector(`${BUTTONS}, ${CHOICES}`)
  && (e.matches('[onclick], [rel~=next], [tabindex="0"]') || getComputedStyle(e).cursor === 'pointer'));

/** The item of a list that holds nothing but this; many pagers name that, or mark it as disabled. */
const itemOf = (e) => (e.parentElement?.matches('li') && e.parentElement.children.length === 1 ? e.parentElement : null);

const saysDisabled = (e) => e.matches(':disabled, [aria-disabled=true]') || /(^|[\s_-])disabled($|\s)/i.test(classesOf(e));
const isDisabled = (e) => saysDisabled(e) || getComputedStyle(e).pointerEvents === 'none'
  || Boolean(itemOf(e) && saysDisabled(itemOf(e)))
  || (e.matches('li, span, div') && [...e.children].some((child) => child.matches(':disabled, [aria-disabled=true]')));

/** All that names a control: labels, titles, its text, and what its icons are called. */
const namesOf = (e, text) => {
  const titles = (one) => ['aria-label', 'title', 'alt'].map((name) => one?.getAttribute(name));
  const parts = [...e.querySelectorAll('[aria-label], [title], [alt], title')].slice(0, 6);
  const all = [labelOf(e), ...titles(e), e.matches('input') ? e.value : '', text, ...titles(itemOf(e)),
    ...parts.flatMap((part) => [...titles(part), part.localName === 'title' ? part.textContent : ''])];
  return [...new Set(all.map(plain))].filter((name) => name && name.length <= LONGEST);
};
const MARKS = ['class', 'id', 'name', 'data-icon', 'data-testid', 'data-action', 'icon', 'href', 'xlink:href', 'src'];
const marksOf = (e) => {
  const mark = (one, name) => (name === 'href' && one.localName === 'a' ? '' : (one.getAttribute(name) ?? '').split('/').at(-1));
  return [e, itemOf(e), ...e.querySelectorAll('*')].filter(Boolean).slice(0, 9).flatMap((one) => MARKS.map((name) => mark(one, name)))
    .filter((text) => text && text.length <= LONGEST).join(' ');
};

const surroundings = (rows, { table, known }) => {
  const data = new Set(rows.filter(isData)), isOurs = table ? belongs(table) : () => true;
  const found = { controls: [], texts: [], choices: [] }, ids = new Map();
  const isKnown = (e, kind) => (known[kind] ?? []).some((one) => one === e || one.contains(e) || e.contains(one));

  /** The innermost box around something that holds more than that. */
  const boxOf = (e) => { let box = around(e); while (box && box.children.length < 2) box = around(box); return ids.get(box) ?? 0; };

  const noteChoice = (e) => found.choices.push({
    name: labelOf(e).slice(0, LONGEST), known: isKnown(e, 'size'),
    options: [...e.options ?? []].map((option) => plain(option.textContent)), chosen: plain(e.selectedOptions?.[0]?.textContent ?? ''),
    shown: plain(e.options ? '' : e.value ?? e.innerText).slice(0, LONGEST),
  });
  const noteControl = (e, text) => found.controls.push({
    known: isKnown(e, 'next'), names: namesOf(e, text), marks: marksOf(e), rel: e.getAttribute('rel') ?? '',
    role: e.getAttribute('role') ?? { A: 'link', BUTTON: 'button', INPUT: 'button' }[e.tagName] ?? '',
    selected: e.getAttribute('aria-selected') === 'true', disabled: isDisabled(e), opens: e.hasAttribute('aria-haspopup') || e.hasAttribute('aria-expanded'), box: boxOf(e),
  });

  /** The text of an element, what it holds joined by spaces; what belongs to the list is noted on the way. */
  const visit = (e, parent, pressed) => {
    if (e.matches(UNSEEN) || isGone(e) || data.has(e)) return '';
    const id = ids.size + 1, own = isOurs(e), seen = isShown(e);
    ids.set(e, id);
    if (e.matches(CHOICES)) {
      if (own && seen) noteChoice(e);
      return '';
    }
    const press = own && seen && !pressed && isPressed(e);
    const inside = e.shadowRoot ?? (e.localName === 'slot' && e.assignedNodes().length ? { childNodes: e.assignedNodes() } : e);
    const texts = [...inside.childNodes].map((node) => (node instanceof Element ? visit(node, id, pressed || press)
      : node instanceof Text ? node.data : ''));
    const text = plain(texts.filter((one) => one.trim()).join(' ')).slice(0, 5 * LONGEST);
    if (press) noteControl(e, text);
    if (own && !pressed && text.length <= LONGEST && /[0-9]/.test(text)) found.texts.push({
      id, parent, text, heading: e.matches('h1, h2, h3, h4, h5, h6, caption, legend, [role=heading]'), count: isKnown(e, 'count'),
    });
    return text;
  };
  visit(document.body, 0, false);
  found.next = (known.next ?? []).map((one) => ({ disabled: isDisabled(one), text: plain(one.innerText) }));
  found.linked = Boolean(document.querySelector('head link[rel~=next]'));
  return table ? { ...found, ...countsOf(table, rows, data) } : found;
};

/** What the list says of itself by ARIA; -1 says that it does not know. */
const countsOf = (table, rows, data) => {
  const number = (e, name) => Math.max(Number(e?.getAttribute(name)) || 0, 0) || null;
  const grid = table.closest('[aria-rowcount]') ?? table.querySelector('[aria-rowcount]');
  const tops = [...data].filter((row) => (number(row, 'aria-level') ?? 1) === 1), sets = tops.map((row) => number(row, 'aria-setsize'));
  return {
    rowcount: number(grid, 'aria-rowcount'),
    setsize: sets.length && sets.every(Boolean) ? Math.max(...sets) : null,
    headings: [...(grid ?? table).querySelectorAll('tr, [role=row]')].filter((row) => isHeadings(row) && isShown(row)).length,
    unknown: Number(grid?.getAttribute('aria-rowcount')) < 0,
  };
};
