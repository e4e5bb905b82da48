// What a person may use or read on a page: each element's role, name and surroundings, and a path by which it is found.
() => {
  const FIELDS = new Set(['INPUT', 'SELECT', 'TEXTAREA']);
  const INPUT_ROLES = { checkbox: 'checkbox', radio: 'radio', search: 'searchbox', number: 'spinbutton', range: 'slider',
    button: 'button', submit: 'button', reset: 'button', image: 'button', password: '', date: '', file: '' };
  const ROLES = { BUTTON: 'button', TEXTAREA: 'textbox', TABLE: 'table', TR: 'row', TD: 'cell', UL: 'list', OL: 'list',
    LI: 'listitem', DIALOG: 'dialog', FIELDSET: 'group', NAV: 'navigation', MAIN: 'main', OUTPUT: 'status', OPTION: 'option',
    DD: 'definition', DT: 'term', H1: 'heading', H2: 'heading', H3: 'heading', H4: 'heading', H5: 'heading', H6: 'heading' };
  const NAMED_BY_CONTENT = new Set(['button', 'link', 'heading', 'tab', 'checkbox', 'radio', 'switch', 'option', 'menuitem',
    'columnheader', 'rowheader', 'cell', 'gridcell', 'row', 'menuitemradio', 'menuitemcheckbox', 'treeitem']);
  const CONTAINERS = new Set(['table', 'grid', 'treegrid', 'list', 'listbox', 'dialog', 'region', 'group', 'radiogroup',
    'status', 'alert', 'alertdialog', 'log']);
  const TABLES = 'table, [role=table], [role=grid], [role=treegrid]';
  const plain = (text) => (text ?? '').replace(/\s+/g, ' ').trim();
  const shown = (element) => plain(element.innerText ?? element.textContent);
  const own = (element) => plain([...element.childNodes].filter((n) => n.nodeType === 3).map((n) => n.data).join(' '));
  const byIds = (element, attribute) => plain((element.getAttribute(attribute) ?? '').split(/\s+/)
    .map((id) => id && element.getRootNode().getElementById?.(id)).filter(Boolean).map(shown).join(' '));

  function all(root) {
    return [...root.querySelectorAll('*')].flatMap((e) => (e.shadowRoot ? [e, ...all(e.shadowRoot)] : [e]));
  }

  function roleOf(e) {
    const given = (e.getAttribute('role') ?? '').trim().split(/\s+/)[0];
    if (given) return given;
    const type = (e.getAttribute('type') ?? '').toLowerCase();
    if (e.tagName === 'INPUT') return INPUT_ROLES[type] ?? (e.hasAttribute('list') ? 'combobox' : 'textbox');
    if (e.tagName === 'SELECT') return e.multiple || e.size > 1 ? 'listbox' : 'combobox';
    if (e.tagName === 'A') return e.hasAttribute('href') ? 'link' : '';
    if (e.tagName === 'TH') {
      const alone = [...e.parentElement.children].every((cell) => cell.tagName === 'TH' || !shown(cell));
      return e.scope === 'col' || (e.scope !== 'row' && alone) ? 'columnheader' : 'rowheader';
    }
    if (e.tagName === 'SECTION') return e.hasAttribute('aria-label') || e.hasAttribute('aria-labelledby') ? 'region' : '';
    if (e.isContentEditable && !e.parentElement?.isContentEditable) return 'textbox';
    return ROLES[e.tagName] ?? '';
  }

  const labelOf = (e) => byIds(e, 'aria-labelledby') || plain(e.getAttribute('aria-label'))
    || plain([...(e.labels ?? [])].map((label) => {
      const copy = label.cloneNode(true);
      copy.querySelectorAll('select, textarea, input').forEach((field) => field.remove());
      return copy.textContent;
    }).join(' '));

  function nameOf(e, role) {
    const label = labelOf(e);
    if (label) return label;
    if (e.tagName === 'INPUT' && role === 'button') return plain(e.value || e.alt || (e.type === 'submit' ? 'Submit' : ''));
    if (e.tagName === 'FIELDSET') return plain(e.querySelector(':scope > legend')?.textContent);
    if (e.tagName === 'TABLE') return plain(e.caption?.textContent);
    if (NAMED_BY_CONTENT.has(role)) return shown(e) || plain(e.querySelector('[alt], [aria-label]')?.getAttribute('alt')) || plain(e.title);
    return plain(e.title) || plain(e.getAttribute('placeholder'));
  }

  /** What stands before a value and says what it is: its term, the heading of its row, the text in front of it. */
  function before(e) {
    if (e.tagName === 'DD') for (let s = e.previousElementSibling; s; s = s.previousElementSibling) if (s.tagName === 'DT') return shown(s);
    const cell = e.closest('td, [role=cell], [role=gridcell]');
    const head = cell?.parentElement.querySelector('th, [role=rowheader]') ?? cell?.previousElementSibling;
    if (head && head !== e && !head.contains(e)) return shown(head);
    for (let at = e, up = 0; at && up < 3 && at.tagName !== 'BODY'; at = at.parentElement, up += 1) {
      for (let s = at.previousSibling; s; s = s.previousSibling) {
        const text = s.nodeType === 3 ? plain(s.data) : s.nodeType === 1 ? shown(s) : '';
        if (text) return text.length <= 80 ? text : '';
      }
      if (at.parentElement && shown(at.parentElement) !== shown(at)) return '';
    }
    return '';
  }

  function after(e) {
    for (let s = e.nextSibling; s; s = s.nextSibling) {
      const text = s.nodeType === 3 ? plain(s.data) : s.nodeType === 1 ? shown(s) : '';
      if (text) return text.slice(0, 80);
    }
    return '';
  }

  function visible(e) {
    const box = e.getBoundingClientRect();
    return box.width > 0 && box.height > 0 && getComputedStyle(e).visibility !== 'hidden' && (e.checkVisibility?.() ?? true);
  }

  function coveredBy(e) {
    const box = e.getBoundingClientRect();
    const top = e.getRootNode().elementFromPoint?.(box.x + box.width / 2, box.y + box.height / 2);
    if (!top || top === e || e.contains(top) || top.contains(e) || [...(e.labels ?? [])].some((l) => l.contains(top))) return '';
    return `<${top.tagName.toLowerCase()}> ${shown(top).slice(0, 40)}`.trim();
  }

  /** A path that leans on what lasts: no id with a figure in it, which may be another at every load. */
  function path(e) {
    const root = e.getRootNode();
    const tag = e.tagName.toLowerCase();
    const named = e.getAttribute('name') && !/\d/.test(e.getAttribute('name')) ? `${tag}[name="${CSS.escape(e.getAttribute('name'))}"]` : '';
    if (named && root.querySelectorAll(named).length === 1) return (root.host ? `${path(root.host)} ` : '') + named;
    if (e.id && !/\d/.test(e.id) && root.querySelectorAll(`#${CSS.escape(e.id)}`).length === 1)
      return (root.host ? `${path(root.host)} ` : '') + `#${CSS.escape(e.id)}`;
    if (e === document.body || e === document.documentElement) return tag;
    const same = [...(e.parentNode.children ?? [])].filter((s) => s.tagName === e.tagName);
    const step = same.length > 1 ? `${tag}:nth-of-type(${same.indexOf(e) + 1})` : tag;
    return e.parentElement ? `${path(e.parentElement)} > ${step}` : `${root.host ? path(root.host) + ' ' : ''}${step}`;
  }

  function column(e) {
    const row = e.closest('tr, [role=row]');
    const table = e.closest(TABLES);
    if (!row || !table) return [-1, []];
    const index = [...row.children].findIndex((cell) => cell.contains(e));
    const rows = [...table.querySelectorAll('tr, [role=row]')].filter((r) => r !== row).slice(0, 5);
    return [index, rows.filter((r) => r.children.length > index).map((r) => shown(r.children[index]))];
  }

  const landmarks = { MAIN: 'main', NAV: 'navigation', HEADER: 'banner', FOOTER: 'contentinfo', DIALOG: 'dialog', ASIDE: 'complementary' };
  function landmark(e) {
    for (let at = e.parentElement; at; at = at.parentElement ?? at.getRootNode().host) {
      const role = at.getAttribute?.('role');
      if (['dialog', 'alertdialog', 'navigation', 'banner', 'main', 'search', 'contentinfo'].includes(role)) return role;
      if (landmarks[at.tagName]) return landmarks[at.tagName];
    }
    return '';
  }

  const everything = all(document.body);
  const headings = everything.filter((e) => roleOf(e) === 'heading' && visible(e));
  const precedes = (a, b) => Boolean(a.compareDocumentPosition(b) & 4);

  return everything.map((e) => [e, roleOf(e)]).filter(([e, role]) => {
    if (e.closest('script, style, noscript, template, svg *')) return false;
    if (FIELDS.has(e.tagName)) return e.type !== 'hidden';
    if (e.tagName === 'OPTION') return false;
    return role || e.tagName === 'SUMMARY' || e.tabIndex >= 0 || own(e) || e.hasAttribute('aria-label') || e.hasAttribute('aria-labelledby');
  }).map(([e, role], order) => {
    const [place, values] = role === 'columnheader' ? column(e) : [-1, []];
    const group = e.closest('fieldset, [role=radiogroup], [role=group]');
    const box = e.getBoundingClientRect();
    return {
      order, role, css: path(e),
      tag: e.tagName.toLowerCase(),
      type: (e.getAttribute('type') ?? '').toLowerCase(),
      name: nameOf(e, role).slice(0, 200),
      label: labelOf(e).slice(0, 200),
      placeholder: plain(e.getAttribute('placeholder')),
      title: plain(e.title),
      text: shown(e).slice(0, 300),
      own_text: own(e).slice(0, 200),
      value: FIELDS.has(e.tagName) && !['password', 'checkbox', 'radio'].includes(e.type) ? plain(e.value).slice(0, 80) : '',
      attributes: [e.getAttribute('name'), e.getAttribute('autocomplete'), e.getAttribute('inputmode'),
        e.getAttribute('maxlength') && `maxlength-${e.getAttribute('maxlength')}`].filter(Boolean).join(' '),
      options: e.tagName === 'SELECT' ? [...e.options].map((o) => plain(o.label))
        : ['radiogroup', 'listbox', 'group'].includes(role) || e.tagName === 'FIELDSET'
          ? [...e.querySelectorAll('input[type=radio], [role=radio], [role=option]')].map((o) => nameOf(o, 'radio')) : [],
      group: group && group !== e ? (group.tagName === 'FIELDSET' ? nameOf(group, 'group') : labelOf(group)) : '',
      before: before(e).slice(0, 120),
      after: after(e),
      section: plain(headings.filter((heading) => precedes(heading, e)).at(-1)?.innerText),
      landmark: landmark(e),
      items: e.querySelectorAll('li, [role=listitem], [role=option], [role=row]').length,
      fields: e.querySelectorAll('input, select, textarea, button, [role=button]').length,
      column: place, values,
      in_table: Boolean(e.closest(TABLES)),
      container: CONTAINERS.has(role),
      editable: e.isContentEditable,
      visible: visible(e),
      covered_by: visible(e) ? coveredBy(e) : '',
      disabled: e.disabled === true || e.getAttribute('aria-disabled') === 'true',
      primary: /primary|cta|submit|hoofd/i.test(e.className?.baseVal ?? e.className ?? ''),
      x: Math.round(box.x), y: Math.round(box.y),
    };
  });
}
