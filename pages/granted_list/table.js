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

/** Where a row is; one that has no box of its own (`display: contents`) is where its cells are. */
const rectOf = (row) => [row, ...cellsOf(row)].map((e) => e.getBoundingClientRect()).find((rect) => rect.height)
  ?? row.getBoundingClientRect();

/** The boxes around a row, from the inside out; the page itself is none. */
const boxesAround = (row) => {
  const boxes = [];
  for (let box = row?.parentElement; box && box !== document.body; box = box.parentElement) boxes.push(box);
  return boxes;
};

/** Whether a box around a row can be scrolled: by its own bar, or, where it hides more than two rows beyond it, by a
 * drawn bar or a wheel alone. */
const scrolls = (box, row) => {
  const { overflowY } = getComputedStyle(box), hidden = box.scrollHeight - box.clientHeight, two = 2 * rectOf(row).height;
  return /auto|scroll/.test(overflowY) ? hidden > 2 : overflowY === 'hidden' && hidden > two && box.clientHeight > two;
};

/** The rows that are drawn now; `parts` are the numbers of those boxes around them in which more may be scrolled to,
 * `tops` how far each box is scrolled. */
const drawnRows = (rows) => {
  const boxes = boxesAround(rows.at(-1));
  const height = rows.reduce((sum, row) => sum + rectOf(row).height, 0);
  const shows = (box) => height >= box.scrollHeight - box.clientHeight / 2;
  const parts = [...boxes.keys()].filter((number) => scrolls(boxes[number], rows.at(-1)) && !shows(boxes[number]));
  const outer = boxes[parts.at(-1)], from = outer?.getBoundingClientRect();
  const read = (row, index) => {
    const { top, left, height } = rectOf(row);
    const numbered = Number(row.getAttribute('aria-rowindex'));
    const inside = Boolean(outer?.contains(row));
    const around = boxes.slice(0, parts.at(-1) + 1).filter((box) => box.contains(row));
    const offset = inside ? Math.round(around.reduce((sum, box) => sum + box.scrollTop, top - from.top)) : 0;
    const cells = [];
    if (!isHeadings(row) && !isFoot(row)) cellsOf(row).forEach((cell, place) => {
      cells[(Number(cell.getAttribute('aria-colindex')) || place + 1) - 1] = {
        text: plain(cell.innerText), items: itemsOf(cell), whole_row: spans(cell),
      };
    });
    return {
      index, numbered, offset, height,
      // Where rows stand beside one another, what tells them apart is how far from the left they are.
      place: !outer ? index : !inside ? index - 1e9
        : numbered ? numbered * 1e5 : offset * 1e5 + Math.round(left - from.left),
      cells: [...cells].map((cell) => cell ?? { text: '', items: [], whole_row: false }),
    };
  };
  return { parts, tops: boxes.map((box) => box.scrollTop), rows: rows.map(read) };
};

const drawn = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));

/** Scroll the boxes around a row to these places, or the box of this number on by most of what it shows; where they are
 * then, also where the page has put one back. */
const scrollOn = async (row, { tops, part }) => {
  const boxes = boxesAround(row);
  if (tops) boxes.forEach((box, number) => box.scrollTo({ top: tops[number], behavior: 'instant' }));
  else boxes[part].scrollBy({ top: boxes[part].clientHeight * 0.7, behavior: 'instant' });
  await drawn();
  await drawn();
  return boxes.map((box) => box.scrollTop);
};

/** Scroll all that can be scrolled around the last row to its end, as a person does who looks for more. */
const scrollToEnd = async (rows, patience) => {
  const last = rows.at(-1), moving = boxesAround(last).filter((box) => scrolls(box, last));
  for (const box of [...moving, document.scrollingElement]) box.scrollTo({ top: box.scrollHeight, behavior: 'instant' });
  await new Promise((done) => setTimeout(done, patience));
};

const columnOf = (heading) => ({
  place: (Number(heading.getAttribute('aria-colindex')) || [...heading.parentElement.children].indexOf(heading) + 1) - 1,
  text: plain(heading.innerText),
});
