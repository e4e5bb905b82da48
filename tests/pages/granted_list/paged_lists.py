# ruff: noqa: E501 - small pages as libraries write them
"""Lists of grants in the manner of component libraries, each with its own way to turn pages and to say how many."""

from __future__ import annotations

PER_PAGE = 10
HEADS = ("Intermediair", "KvK-nummer", "Bevoegdheid", "Einddatum", "Status", "Kenmerk")
HEADINGS = "".join(f"<th scope=col>{name}</th>" for name in HEADS)

SCRIPT = """
const all = [...Array(TOTAL).keys()].map((n) => [`Kantoor ${n}`, String(90005000 + n), 'UWV: WIA', '31-12-2031', 'Actief',
  `KM-${n}`]);
const size = SIZE, last = Math.ceil(all.length / size) - 1, $ = (name) => document.querySelector(name);
let page = 0;
const cells = (row) => `<tr>${row.map((text) => `<td>${text}</td>`).join('')}</tr>`;
const from = () => page * size + 1, to = () => Math.min((page + 1) * size, all.length);
const empty = EMPTY;
function show() {
  const rows = all.slice(page * size, (page + 1) * size);
  $('tbody').innerHTML = rows.map(cells).join('') || empty;
  if (typeof drawn === 'function') drawn();
}
const turn = (by) => { page = Math.max(0, Math.min(page + by, last)); show(); };
"""
TABLE = f"<table aria-label='Verleende machtigingen'><thead><tr>{HEADINGS}</tr></thead><tbody></tbody></table>"
NOTHING = "<tr><td colspan=6>Geen machtigingen gevonden.</td></tr>"

MATERIAL = (
    TABLE
    + """<mat-paginator role=group aria-label=Bladzijden><div>Rijen per bladzijde:
    <div role=combobox aria-haspopup=listbox aria-expanded=false tabindex=0 aria-label='Rijen per bladzijde'>10</div></div>
    <div id=range aria-live=polite></div>
    <button aria-label='Vorige bladzijde' id=back><svg viewBox='0 0 24 24' width=24 height=24></svg></button>
    <button aria-label='Volgende bladzijde' id=on><svg viewBox='0 0 24 24' width=24 height=24></svg></button></mat-paginator>
    <script>function drawn() { range.textContent = all.length ? `${from()} \\u2013 ${to()} van ${all.length}` : '0 van 0';
      back.disabled = page === 0; on.disabled = page >= last } back.onclick = () => turn(-1); on.onclick = () => turn(1)
    </script>"""
)
PRIMEREACT = (
    TABLE
    + """<div class=p-paginator><button class='p-paginator-prev p-link' aria-label='Previous Page' id=back>
    <span class='pi pi-angle-left'></span></button><span class=p-paginator-pages id=numbers></span>
    <button class='p-paginator-next p-link' aria-label='Next Page' id=on><span class='pi pi-angle-right'></span></button>
    </div><script>function drawn() { back.disabled = page === 0; on.disabled = page >= last;
      numbers.innerHTML = [...Array(last + 1).keys()].map((n) => `<button class='p-paginator-page p-link
      ${n === page ? 'p-highlight' : ''}'>${n + 1}</button>`).join('') }
    back.onclick = () => turn(-1); on.onclick = () => turn(1)</script>"""
)
MUI = TABLE.replace(
    "</table>",
    """<tfoot><tr><td colspan=6><div class=MuiTablePagination-root><p>Rows per page:</p>
    <div role=combobox aria-haspopup=listbox tabindex=0>10</div><p class=MuiTablePagination-displayedRows></p>
    <button aria-label='Go to previous page' id=back>&lsaquo;</button>
    <button aria-label='Go to next page' id=on><svg data-testid=KeyboardArrowRightIcon width=9 height=9></svg></button>
    </div></td></tr></tfoot></table><script>function drawn() {
      $('.MuiTablePagination-displayedRows').textContent = all.length ? `${from()}\u2013${to()} of ${all.length}` : '0-0 of 0';
      back.disabled = page === 0; on.disabled = page >= last } back.onclick = () => turn(-1); on.onclick = () => turn(1)
    </script>""",
)
DATATABLES = (
    "<label>Show <select><option>10</option><option>25</option></select> entries</label>"
    + TABLE
    + """<div class=dataTables_info role=status></div><div class='dataTables_paginate paging_simple_numbers'>
    <a class='paginate_button previous' id=back>Previous</a><span><a class='paginate_button current'>1</a></span>
    <a class='paginate_button next' id=on role=link>Next</a></div><script>
    function drawn() { $('.dataTables_info').textContent = all.length ?
        `Showing ${from()} to ${to()} of ${all.length} entries` : 'Showing 0 to 0 of 0 entries';
      back.classList.toggle('disabled', page === 0); on.classList.toggle('disabled', page >= last) }
    back.onclick = () => turn(-1); on.onclick = () => turn(1)</script>"""
)
NUMBERED = (
    TABLE
    + """<ul class=pagination id=links></ul><script>function drawn() {
      links.innerHTML = [...Array(last + 1).keys()].map((n) => n === page ? `<li class=active><span>${n + 1}</span></li>`
        : `<li><a href='#${n}' onclick='turn(${n} - page)'>${n + 1}</a></li>`).join('')
        + (page < last ? "<li><a href='#on' id=on onclick='turn(1)'>&raquo;</a></li>" : '') }</script>"""
)
SHOW_MORE = (
    TABLE
    + """<button id=on>Toon meer</button><script>on.onclick = () => { page += 1; const rows = all.slice(0, to());
      $('tbody').innerHTML = rows.map(cells).join(''); drawn() }
      function drawn() { on.hidden = to() >= all.length }</script>"""
)
PAGE_OF = (
    "<div id=above class=pager></div>"
    + TABLE
    + """<div class=pager id=below></div><script>function drawn() {
      for (const place of [above, below]) place.innerHTML = `<span>Pagina ${page + 1} van ${last + 1}</span>
        <a href='#on' class='next ${page >= last ? 'disabled' : ''}' onclick='turn(1)'>Verder</a>` }</script>"""
)
TWICE = (
    "<div><button class=on onclick='turn(1)'>Volgende</button></div>"
    + TABLE
    + """<div><button class=on onclick='turn(1)'>Volgende</button></div><script>function drawn() {
      document.querySelectorAll('.on').forEach((one) => { one.disabled = page >= last }) }</script>"""
)
ENDLESS = (
    "<div id=port style='height:220px;overflow-y:auto'>"
    + TABLE
    + """</div>TOLD<script>port.onscroll = () => {
      if (port.scrollTop + port.clientHeight < port.scrollHeight - 5 || to() >= all.length) return;
      page += 1; $('tbody').innerHTML = all.slice(0, to()).map(cells).join('') }</script>"""
)
AG_GRID = """<div role=grid aria-label='Verleende machtigingen' aria-rowcount=ROWCOUNT class=ag-root>
    <div role=rowgroup class=ag-header><div role=row aria-rowindex=1><div role=columnheader>Alles</div></div>
    <div role=row aria-rowindex=2>HEADS</div></div>
    <div class=ag-body-viewport style='height:150px;OVERFLOW;position:relative'>
    <div role=rowgroup class=ag-center-cols-container style='position:relative'></div></div></div><script>
    const port = $('.ag-body-viewport'), inner = $('.ag-center-cols-container'), HEIGHT = 30;
    inner.style.height = `${all.length * HEIGHT}px`;
    function render() { const first = Math.max(0, Math.floor(port.scrollTop / HEIGHT) - 1);
      inner.innerHTML = all.slice(first, first + 7).map((row, n) => `<div role=row aria-rowindex=${first + n + 3}
        style='position:absolute;height:30px;top:${(first + n) * HEIGHT}px'>${row.map((text) =>
        `<span role=gridcell>${text}</span>`).join('')}</div>`).join('') }
    port.onscroll = () => setTimeout(render, 5); render(); function show() {}</script>""".replace(
    "HEADS", "".join(f"<div role=columnheader>{name}</div>" for name in HEADS)
)


def page(body: str, total: int = 26, *, size: int = PER_PAGE, empty: str = NOTHING, **words: str) -> str:
    """A whole page with a list of so many grants."""
    for name, text in words.items():
        body = body.replace(name, text)
    before, _, after = body.partition("<script>")
    script = SCRIPT.replace("TOTAL", str(total)).replace("SIZE", str(size)).replace("EMPTY", repr(empty))
    return f"<!doctype html><meta charset=utf-8><main>{before}</main><script>{script}{after or '</script>'}" + (
        "<script>show()</script>"
    )
