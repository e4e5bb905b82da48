// What the rows of a list are. A row is one of data, of headings, of a filter, a foot, or a single cell that says something.

const CELLS = 'td, th, [role=cell], [role=gridcell], [role=rowheader], [role=columnheader]';
const plain = (text) => (text ?? '').replace(/\s+/g, ' ').trim();

const isInner = (row, cell) => row.contains(cell.parentElement.closest('td, [role=cell], [role=gridcell]'));

const cellsOf = (row) => [...row.querySelectorAll(CELLS)].filter((cell) => !isInner(row, cell));

const isHeading = (cell) => cell.matches('[role=columnheader], th:not([role=rowheader]):not([role=cell]):not([role=gridcell])');

/** Whether a row has nothing but headings: of columns, of a group, or fields by which columns are filtered. */
const isHeadings = (row) => {
  if (row.closest('thead') || row.querySelector('th[scope=col], th[scope=colgroup], [role=columnheader]')) return true;
  const cells = cellsOf(row), told = cells.filter((cell) => plain(cell.innerText));
  if (told.length) return told.every(isHeading);
  return cells.length > 0 && Boolean(row.querySelector('input:not([type=checkbox]):not([type=radio]), select'));
};

const spans = (cell) => Math.max(cell.colSpan ?? 1, Number(cell.getAttribute('aria-colspan'))) > 1;

/** Whether a row is one cell over all columns, as a message is, the heading of a group, or what loads more. */
const isMessage = (row) => { const cells = cellsOf(row); return cells.length === 1 && spans(cells[0]); };

const isFoot = (row) => Boolean(row.closest('tfoot'));

const isData = (row) => !isFoot(row) && !isHeadings(row) && !isMessage(row);

/** The items of a cell: those of a list in it and what stands beside that, or its lines. */
const itemsOf = (cell) => {
  const items = [...cell.querySelectorAll('li, [role=listitem]')].map((item) => plain(item.innerText));
  const besides = cell.cloneNode(true);
  besides.querySelectorAll('li, [role=listitem]').forEach((item) => item.remove());
  if (items.length) return plain(besides.textContent) ? [...items, plain(besides.textContent)] : items;
  const lines = cell.innerText.split('\n').map(plain).filter(Boolean);
  return lines.length > 1 ? lines : [];
};

/** Whether a box around a row can be scrolled: by its own bar, or, where it hides what is beyond it, by a drawn one or
 * a wheel alone. What hides and shows hardly more than the row cuts something off. */
const scrolls = (box, row) => {
  const { overflowY } = getComputedStyle(box);
  const moves = /auto|scroll/.test(overflowY) || (overflowY === 'hidden' && box.clientHeight > 2 * row.clientHeight);
  return moves && box.scrollHeight > box.clientHeight + 2;
};

/** The box in which a row is scrolled; null where that is the page. */
const scrollBox = (row) => {
  let box = row;
  while (box && !scrolls(box, row)) box = box.parentElement;
  return box === document.documentElement || box === document.body ? null : box;
};

const drawnRows = (rows) => {
  const box = rows.length ? scrollBox(rows.at(-1)) : null;
  const height = rows.reduce((sum, row) => sum + row.getBoundingClientRect().height, 0);
  const partly = Boolean(box) && height < box.scrollHeight - box.clientHeight / 2;
  const read = (row, index) => {
    const { top, height } = row.getBoundingClientRect();
    const numbered = Number(row.getAttribute('aria-rowindex'));
    const offset = partly ? Math.round(top - box.getBoundingClientRect().top + box.scrollTop) : 0;
    const cells = [];
    if (!isHeadings(row) && !isFoot(row)) cellsOf(row).forEach((cell, place) => {
      cells[(Number(cell.getAttribute('aria-colindex')) || place + 1) - 1] = {
        text: plain(cell.innerText), items: itemsOf(cell), whole_row: spans(cell),
      };
    });
    return {
      index, numbered, offset, height,
      place: !partly ? index : !box.contains(row) ? -1 : numbered || offset,
      cells: [...cells].map((cell) => cell ?? { text: '', items: [], whole_row: false }),
    };
  };
  return { partly, rows: rows.map(read) };
};

const drawn = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));

/** Scroll the row's box to a place, or on by most of what it shows; where it was, and where it is then. */
const scrollOn = async (row, to) => {
  const box = scrollBox(row), before = box.scrollTop;
  box.scrollTo({ top: to ?? before + box.clientHeight * 0.7, behavior: 'instant' });
  const moved = box.scrollTop;
  await drawn();
  await drawn();
  return [before, moved];
};

/** Scroll all that can be scrolled around the last row to its end, as a person does who looks for more. */
const scrollToEnd = async (rows, patience) => {
  const toEnd = (box) => box.scrollTo({ top: box.scrollHeight, behavior: 'instant' });
  const last = rows.at(-1);
  for (let box = last?.parentElement; box; box = box.parentElement) if (scrolls(box, last)) toEnd(box);
  toEnd(document.scrollingElement);
  await new Promise((done) => setTimeout(done, patience));
};

const columnOf = (heading) => ({
  place: (Number(heading.getAttribute('aria-colindex')) || [...heading.parentElement.children].indexOf(heading) + 1) - 1,
  text: plain(heading.innerText),
});
