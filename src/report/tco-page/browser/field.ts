import type { Assumption } from '../../../tco/model/study-data.ts';
import { rangeMarkup } from '../parts/assumptions.ts';
import {
  allowed,
  figureText,
  figureWords,
  groupedText,
  type Reading,
  readFigure,
  shortFigureText,
  stepped,
  unitOf,
} from './figure-text.ts';

const steps = new Map<string, 1 | -1 | 10 | -10>([
  ['ArrowUp', 1],
  ['ArrowDown', -1],
  ['PageUp', 10],
  ['PageDown', -10],
]);

/** The field of an assumption; several, always alike, where the page lists it more than once. */
export class Field {
  readonly figure: Assumption;
  /** In words, with whose it is. */
  readonly title: string;
  readonly #inputs: HTMLInputElement[] = [];
  readonly #undo: HTMLButtonElement[] = [];
  readonly #reasons: HTMLElement[] = [];
  readonly #rows: HTMLElement[] = [];
  readonly #changed: (field: Field, isFinal: boolean) => void;
  #text: string;

  /** `changed`: what is in it is another; `isFinal`: nobody is still writing. */
  constructor(figure: Assumption, changed: (field: Field, isFinal: boolean) => void) {
    [this.figure, this.#changed] = [figure, changed];
    this.title = figure.owner === null ? figure.title : `${figure.title}, ${figure.owner}`;
    this.#text = this.#textInFile();
  }

  /** Puts a field, with this id, in the place of the value in a row of the page. */
  addTo(page: Document, row: HTMLElement, id: string): void {
    const cell = row.querySelector('[data-value]');
    if (cell === null) return;
    const [input, unit, undo, reason] = [
      page.createElement('input'),
      page.createElement('span'),
      page.createElement('button'),
      page.createElement('p'),
    ];
    Object.assign(input, { id, type: 'text', size: 7, inputMode: 'decimal', autocomplete: 'off', spellcheck: false });
    const { figure } = this;
    const attributes = {
      role: 'spinbutton',
      'aria-label': [this.title, unitOf(figure)].filter((text) => text !== '').join(', in '),
      'aria-describedby': `${id}-reason`,
      ...(figure.least === Number.MIN_VALUE ? {} : { 'aria-valuemin': figureText(figure, figure.least) }),
      ...(figure.most === Number.MAX_VALUE ? {} : { 'aria-valuemax': figureText(figure, figure.most) }),
    };
    for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);
    input.title = `From the file: ${figureWords(figure, figure.value)}. Allowed: ${allowed(figure)}.`;
    unit.textContent = unitOf(figure);
    unit.className = 'field-unit';
    Object.assign(undo, { type: 'button', className: 'undo', textContent: '↺', hidden: true });
    const undoText = `Back to ${figureWords(figure, figure.value)}, as in the file: ${this.title}`;
    undo.setAttribute('aria-label', undoText);
    undo.title = undoText;
    Object.assign(reason, { id: `${id}-reason`, className: 'field-reason', hidden: true });
    reason.setAttribute('role', 'alert');
    const field = page.createElement('span');
    field.className = 'field';
    field.append(input, unit, undo);
    cell.replaceChildren(field, reason);

    input.addEventListener('input', () => {
      this.#text = input.value.trim();
      this.#fill(input);
      this.#changed(this, false);
    });
    input.addEventListener('keydown', (event) => this.#key(event));
    // Thousands stand apart where nobody writes.
    input.addEventListener('focus', () => {
      if (input.value === this.#text) return;
      input.value = this.#text;
      // Whoever comes by the tabulator finds it selected, as in any field.
      input.select();
    });
    input.addEventListener('blur', () => {
      this.#changed(this, true);
      input.value = groupedText(this.#text);
    });
    undo.addEventListener('click', () => {
      this.reset();
      input.focus();
      this.#changed(this, true);
    });
    this.#inputs.push(input);
    this.#undo.push(undo);
    this.#reasons.push(reason);
    this.#rows.push(row);
    this.#fill(null);
  }

  get isOnPage(): boolean {
    return this.#inputs.length > 0;
  }

  /** What is in it. Untouched, it is the file's figure with all its digits. */
  read(): Reading {
    if (this.#text === this.#textInFile()) return { value: this.figure.value };
    return readFigure(this.figure, this.#text);
  }

  reset(): void {
    this.put(this.figure.value);
  }

  put(value: number): void {
    this.#text = value === this.figure.value ? this.#textInFile() : figureText(this.figure, value);
    this.#fill(null);
  }

  /** Marks it as edited or not, and with the reason why what is in it does not count. `counted`: the figure that counts. */
  mark(counted: Assumption, reason: string | null): void {
    const isEdited = counted !== this.figure;
    for (const row of this.#rows) this.#markRow(row, counted, isEdited);
    for (const undo of this.#undo) undo.hidden = !isEdited && reason === null;
    for (const input of this.#inputs) {
      if (reason === null) input.removeAttribute('aria-invalid');
      else input.setAttribute('aria-invalid', 'true');
    }
    for (const place of this.#reasons) {
      place.hidden = reason === null;
      if (place.textContent !== (reason ?? '')) place.textContent = reason ?? '';
    }
  }

  #markRow(row: HTMLElement, counted: Assumption, isEdited: boolean): void {
    row.classList.toggle('is-edited', isEdited);
    const range = row.querySelector('[data-range]');
    if (range !== null) range.innerHTML = rangeMarkup(counted).toString();
    const source = row.querySelector('[data-source]');
    if (source === null) return;
    const note = source.querySelector('.edit-source');
    if (!isEdited) note?.remove();
    else if (note === null) {
      const added = source.ownerDocument.createElement('span');
      added.className = 'edit-source';
      added.textContent = `Edited in this page. In the file ${figureWords(this.figure, this.figure.value)}: `;
      source.prepend(added);
    }
  }

  focus(): void {
    const [input] = this.#inputs;
    const folded = input?.closest('details');
    if (folded != null) folded.open = true;
    input?.focus();
  }

  #key(event: KeyboardEvent): void {
    const step = steps.get(event.key);
    const reading = this.read();
    if (event.key === 'Enter') this.#changed(this, true);
    if (step === undefined || !('value' in reading)) return;
    event.preventDefault();
    this.put(stepped(this.figure, reading.value, step));
    this.#changed(this, false);
  }

  #textInFile(): string {
    return shortFigureText(this.figure, this.figure.value);
  }

  /** Shows the text in all inputs but the one that it was written in. */
  #fill(from: HTMLInputElement | null): void {
    for (const input of this.#inputs) {
      const isFocused = input.ownerDocument.activeElement === input;
      if (input !== from) input.value = isFocused ? this.#text : groupedText(this.#text);
      input.setAttribute('aria-valuenow', this.#text);
      // It grows with what is in it, up to what a figure needs.
      input.size = Math.min(16, Math.max(input.size, groupedText(this.#text).length + 1));
    }
  }
}
