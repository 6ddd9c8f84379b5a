import type { Field } from './field.ts';
import { figureWords } from './figure-text.ts';

/** How the figures of the page stand. */
export interface Standing {
  /** Fields whose figures differ from the file, with the figures that count. */
  readonly edited: readonly { readonly field: Field; readonly value: number }[];
  /** Fields whose texts do not count, with the reason, and the figures that count instead. */
  readonly refused: readonly { readonly field: Field; readonly reason: string; readonly value: number }[];
  readonly simulation: 'drawn' | 'being drawn' | { readonly failure: string } | 'none';
  /** The recommendation: who edits a figure further down, or does not see, is to know how it changes. */
  readonly sentence: string;
  /** What was wrong with the address that the page was opened at; null: nothing. */
  readonly address: string | null;
}

/** What takes edits back. */
export interface Undo {
  one(field: Field): void;
  all(): void;
}

/** The place at which the page says what was edited, and takes it back. */
export class Status {
  readonly #page: Document;
  readonly #undo: Undo;
  readonly #place: HTMLElement | null;
  /** Stay while the page is open: a field that is left by a click on one of them may change what they say under the pointer. */
  readonly #head: HTMLElement;
  readonly #count: HTMLElement;
  readonly #answer: HTMLElement;
  readonly #details: HTMLDetailsElement;
  readonly #list: HTMLElement;
  readonly #problems: HTMLElement;
  readonly #pending: HTMLElement;
  readonly #spoken: HTMLElement;
  #shownProblems = '';

  /** `file`: what the study is called. */
  constructor(page: Document, file: string, undo: Undo) {
    [this.#page, this.#undo] = [page, undo];
    this.#place = page.querySelector('[data-edit-status]');
    this.#count = page.createElement('strong');
    this.#head = this.#line('edit-head', '');
    const reset = this.#button('Reset all', 'Reset all figures to those of the file', () => undo.all());
    this.#head.append(this.#count, ': the page differs from the file. ', reset);
    this.#answer = this.#line('edit-answer', '');
    this.#details = page.createElement('details');
    this.#list = page.createElement('ul');
    const summary = page.createElement('summary');
    summary.textContent = 'What was changed';
    const address = this.#line(
      'edit-address',
      `The file is the study “${file}”. The address of this page has the edits: whoever opens it sees the same.`,
    );
    this.#details.append(summary, this.#list, address);
    this.#problems = page.createElement('div');
    this.#pending = this.#line('edit-pending', 'The simulation is being drawn anew …');
    this.#place?.append(this.#head, this.#answer, this.#details, this.#problems, this.#pending);
    this.#place?.setAttribute('tabindex', '-1');
    this.#place?.setAttribute('role', 'region');
    this.#place?.setAttribute('aria-label', 'What was edited in this page');
    this.#spoken = this.#line('spoken', '');
    this.#spoken.setAttribute('role', 'status');
    page.body.append(this.#spoken);
  }

  show({ edited, refused, simulation, sentence, address }: Standing): void {
    const isEdited = edited.length > 0;
    // What has the focus may be about to go: the focus then stays at this place.
    const hadFocus = this.#place?.contains(this.#page.activeElement) === true;
    this.#count.textContent = edited.length === 1 ? '1 figure edited' : `${edited.length} figures edited`;
    this.#answer.textContent = sentence;
    this.#head.hidden = !isEdited;
    this.#answer.hidden = !isEdited;
    this.#details.hidden = !isEdited;
    this.#list.replaceChildren(...edited.map(({ field, value }) => this.#edit(field, value)));
    this.#showProblems(refused, [
      ...(address === null ? [] : [address]),
      ...(typeof simulation === 'string'
        ? []
        : [`The simulation could not be drawn, and what it says is left out: ${simulation.failure}`]),
    ]);
    this.#pending.hidden = simulation !== 'being drawn';
    if (this.#place !== null) {
      this.#place.hidden = !isEdited && this.#pending.hidden && this.#problems.childElementCount === 0;
      if (hadFocus && !this.#place.contains(this.#page.activeElement)) this.#place.focus({ preventScroll: true });
    }
    this.#page.documentElement.classList.toggle('has-edits', isEdited);
    if (simulation !== 'being drawn') this.#say(`${isEdited ? 'Edited.' : 'As in the file.'} ${sentence}`);
  }

  #edit(field: Field, value: number): HTMLElement {
    const item = this.#page.createElement('li');
    const name = this.#page.createElement('bdi');
    name.textContent = field.title;
    const now = this.#page.createElement('strong');
    now.textContent = figureWords(field.figure, value);
    const undo = this.#button('Undo', `Undo the edit of ${field.title}`, () => this.#undo.one(field));
    item.append(name, `: ${figureWords(field.figure, field.figure.value)} in the file, now `, now, ' ', undo);
    return item;
  }

  #showProblems(refused: Standing['refused'], others: readonly string[]): void {
    const shown = JSON.stringify([refused.map(({ field, reason, value }) => [field.title, reason, value]), others]);
    if (shown === this.#shownProblems) return;
    this.#shownProblems = shown;
    this.#problems.replaceChildren(
      ...refused.map((one) => this.#refusal(one)),
      ...others.map((text) => this.#line('edit-problem', text)),
    );
  }

  #refusal({ field, reason, value }: Standing['refused'][number]): HTMLElement {
    const line = this.#line('edit-problem', '');
    const name = this.#page.createElement('bdi');
    name.textContent = field.title;
    line.append(name, `: ${reason} The page still computes with ${figureWords(field.figure, value)}. `);
    line.append(this.#button('Go to the field', `Go to the field of ${field.title}`, () => field.focus()));
    return line;
  }

  #say(text: string): void {
    if (this.#spoken.textContent !== text) this.#spoken.textContent = text;
  }

  #line(className: string, text: string): HTMLElement {
    const line = this.#page.createElement('p');
    line.className = className;
    line.textContent = text;
    return line;
  }

  #button(text: string, label: string, act: () => void): HTMLButtonElement {
    const button = this.#page.createElement('button');
    Object.assign(button, { type: 'button', textContent: text });
    button.setAttribute('aria-label', label);
    button.addEventListener('click', act);
    return button;
  }
}
