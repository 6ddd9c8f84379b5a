import type { Field } from './field.ts';
import { figureWords } from './figure-text.ts';

/** How the figures of the page stand. */
export interface Standing {
  /** Fields whose figures differ from the file, with the figures that count. */
  readonly edited: readonly { readonly field: Field; readonly value: number }[];
  /** Fields whose texts do not count, with the reason, and the figures that count instead. */
  readonly refused: readonly { readonly field: Field; readonly reason: string; readonly value: number }[];
  readonly simulation: 'drawn' | 'being drawn' | { readonly failure: string } | 'none';
  /** The recommendation, for those who do not see it change. */
  readonly sentence: string;
  /** What was wrong with the address that the page was opened at; null: nothing. */
  readonly address: string | null;
}

/** The place at which the page says what was edited, and takes it back. */
export class Status {
  readonly #page: Document;
  readonly #place: HTMLElement | null;
  readonly #file: string;
  readonly #spoken: HTMLElement;
  readonly #undo: { readonly one: (field: Field) => void; readonly all: () => void };

  /** `file`: what the study is called. */
  constructor(page: Document, file: string, undo: { one: (field: Field) => void; all: () => void }) {
    [this.#page, this.#file, this.#undo] = [page, file, undo];
    this.#place = page.querySelector('[data-edit-status]');
    this.#place?.setAttribute('tabindex', '-1');
    this.#spoken = page.createElement('p');
    this.#spoken.className = 'spoken';
    this.#spoken.setAttribute('role', 'status');
    page.body.append(this.#spoken);
  }

  show(standing: Standing): void {
    const { edited, refused, simulation, sentence, address } = standing;
    const isQuiet = edited.length === 0 && refused.length === 0 && address === null && typeof simulation === 'string';
    const place = this.#place;
    if (place !== null) {
      place.hidden = isQuiet && simulation !== 'being drawn';
      // What had the focus is about to go: it stays at this place.
      const hadFocus = place.contains(this.#page.activeElement);
      const wasOpen = place.querySelector('details')?.open ?? false;
      place.replaceChildren(
        ...(edited.length === 0 ? [] : [this.#head(edited.length), this.#list(edited, wasOpen)]),
        ...refused.map((one) => this.#refusal(one)),
        ...(address === null ? [] : [this.#line('edit-problem', address)]),
        ...this.#simulation(simulation),
      );
      if (hadFocus) place.focus({ preventScroll: true });
    }
    this.#page.documentElement.classList.toggle('is-edited', edited.length > 0);
    const spoken =
      simulation === 'being drawn' ? '' : `${edited.length === 0 ? 'As in the file.' : 'Edited.'} ${sentence}`;
    if (spoken !== '' && this.#spoken.textContent !== spoken) this.#spoken.textContent = spoken;
  }

  #head(count: number): HTMLElement {
    const line = this.#page.createElement('p');
    line.className = 'edit-head';
    const strong = this.#page.createElement('strong');
    strong.textContent = count === 1 ? '1 figure edited' : `${count} figures edited`;
    line.append(strong, ': the page differs from the file. ');
    line.append(this.#button('Reset all', 'Reset all figures to those of the file', this.#undo.all));
    return line;
  }

  #list(edited: Standing['edited'], wasOpen: boolean): HTMLElement {
    const details = this.#page.createElement('details');
    details.open = wasOpen;
    const summary = this.#page.createElement('summary');
    summary.textContent = 'What was changed';
    const list = this.#page.createElement('ul');
    for (const { field, value } of edited) {
      const item = this.#page.createElement('li');
      const name = this.#page.createElement('bdi');
      name.textContent = field.title;
      const now = this.#page.createElement('strong');
      now.textContent = figureWords(field.figure, value);
      const undo = this.#button('Undo', `Undo the edit of ${field.title}`, () => this.#undo.one(field));
      item.append(name, `: ${figureWords(field.figure, field.figure.value)} in the file, now `, now, ' ', undo);
      list.append(item);
    }
    const address = this.#line(
      'edit-address',
      `The file is the study “${this.#file}”. The address of this page has the edits: whoever opens it sees the same.`,
    );
    details.append(summary, list, address);
    return details;
  }

  #refusal({ field, reason, value }: Standing['refused'][number]): HTMLElement {
    const line = this.#line('edit-problem', '');
    const name = this.#page.createElement('bdi');
    name.textContent = field.title;
    line.append(name, `: ${reason} The page still computes with ${figureWords(field.figure, value)}. `);
    line.append(this.#button('Go to the field', `Go to the field of ${field.title}`, () => field.focus()));
    return line;
  }

  #simulation(simulation: Standing['simulation']): HTMLElement[] {
    if (simulation === 'being drawn') {
      return [this.#line('edit-pending', 'The simulation is being drawn anew …')];
    }
    if (typeof simulation === 'string') return [];
    const text = `The simulation could not be drawn, what it says is left out: ${simulation.failure}`;
    return [this.#line('edit-problem', text)];
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
