/** Gives every table that asks for it buttons to sort by, a search field, and a choice for columns with few values. */
export function interactiveTables(page: Document): void {
  for (const table of page.querySelectorAll<HTMLTableElement>('table[data-interactive]')) makeInteractive(page, table);
}

/** A column with more values than this is searched, not chosen from. */
const mostChoices = 12;

function makeInteractive(page: Document, table: HTMLTableElement): void {
  const body = table.tBodies[0];
  const headers = [...(table.tHead?.rows[0]?.cells ?? [])];
  if (body === undefined) return;
  const rows = [...body.rows];
  for (const [index, header] of headers.entries()) makeSortable(page, headers, header, index, body);
  makeFilterable(page, table, headers, rows);
}

function makeSortable(
  page: Document,
  headers: readonly HTMLTableCellElement[],
  header: HTMLTableCellElement,
  index: number,
  body: HTMLTableSectionElement,
): void {
  const button = page.createElement('button');
  button.type = 'button';
  button.append(...header.childNodes);
  header.append(button);
  header.setAttribute('aria-sort', 'none');
  button.addEventListener('click', () => {
    const descending = header.getAttribute('aria-sort') === 'ascending';
    for (const other of headers)
      other.setAttribute('aria-sort', other === header ? (descending ? 'descending' : 'ascending') : 'none');
    const sorted = [...body.rows].sort((a, b) => compareCells(a.cells[index], b.cells[index], descending));
    body.append(...sorted);
  });
}

/** Numbers by size, text by the alphabet; what is not known comes last either way. */
function compareCells(
  a: HTMLTableCellElement | undefined,
  b: HTMLTableCellElement | undefined,
  descending: boolean,
): number {
  const unknown = [a, b].map((cell) => cell === undefined || cell.classList.contains('none'));
  if (unknown[0] === true || unknown[1] === true) return Number(unknown[0]) - Number(unknown[1]);
  const [left, right] = [sortValue(a), sortValue(b)];
  const order =
    typeof left === 'number' && typeof right === 'number'
      ? left - right
      : String(left).localeCompare(String(right), 'en', { numeric: true });
  return descending ? -order : order;
}

function sortValue(cell: HTMLTableCellElement | undefined): number | string {
  const given = cell?.dataset.sort;
  if (given !== undefined && given !== '' && Number.isFinite(Number(given))) return Number(given);
  return cell?.textContent ?? '';
}

function makeFilterable(
  page: Document,
  table: HTMLTableElement,
  headers: readonly HTMLTableCellElement[],
  rows: readonly HTMLTableRowElement[],
): void {
  if (rows.length < 2) return;
  const tools = page.createElement('div');
  tools.className = 'tools';
  tools.setAttribute('role', 'search');
  const count = page.createElement('output');
  const search = page.createElement('input');
  search.type = 'search';
  search.placeholder = 'any word';
  const choices: { index: number; select: HTMLSelectElement }[] = [];

  const apply = () => {
    const wanted = search.value
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== '');
    let shown = 0;
    for (const row of rows) {
      const text = (row.textContent ?? '').toLowerCase();
      const fits =
        wanted.every((word) => text.includes(word)) &&
        choices.every(({ index, select }) => select.value === '' || textOf(row, index) === select.value.slice(1));
      row.hidden = !fits;
      if (fits) shown += 1;
    }
    count.textContent = `${shown} of ${rows.length} shown`;
  };

  tools.append(labelled(page, 'Search', search));
  search.addEventListener('input', apply);
  headers.forEach((header, index) => {
    if (header.dataset.filter === undefined) return;
    const values = [...new Set(rows.map((row) => textOf(row, index)))];
    if (values.length < 2 || values.length > mostChoices) return;
    const select = page.createElement('select');
    // An equals sign in front, so that an empty text can be chosen and "all" is still the empty value.
    select.append(
      new Option('all', ''),
      ...values.map((value) => new Option(value === '' ? '(empty)' : value, `=${value}`)),
    );
    select.addEventListener('change', apply);
    choices.push({ index, select });
    tools.append(labelled(page, header.textContent?.trim() ?? '', select));
  });
  count.setAttribute('aria-live', 'polite');
  tools.append(count);
  table.closest('.table')?.before(tools);
  apply();
}

function textOf(row: HTMLTableRowElement, index: number): string {
  return row.cells[index]?.textContent?.trim() ?? '';
}

function labelled(page: Document, text: string, field: HTMLElement): HTMLLabelElement {
  const label = page.createElement('label');
  const name = page.createElement('span');
  name.textContent = text;
  label.append(name, field);
  return label;
}
